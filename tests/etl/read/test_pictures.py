"""Pictures under the name of a workbook."""

from pathlib import Path

import pytest

from etl.errors import FileUnreadable
from etl.read import read_file
from etl.sources import Source


@pytest.mark.parametrize("start", [b"\xff\xd8\xff\xe0\0\x10JFIF", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypheic"])
@pytest.mark.parametrize("name", ["台账.xlsx", "现场.jpg"])
def test_a_photo_under_any_name_is_told_as_a_picture(tmp_path: Path, start: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(start + bytes(500))
    with pytest.raises(FileUnreadable, match="其实是图片"):
        read_file(path, Source(name))
