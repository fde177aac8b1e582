"""What can be wrong with any file."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import FileUnreadable
from etl.read import files
from tests.etl.read.reading import TEXT, one, read, refusal, write


def test_what_is_no_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(tmp_path / "无.csv") == "file_missing"
    assert refusal(write(tmp_path / "空.xlsx", b"")) == "file_empty"
    assert refusal(write(tmp_path / "a.docx", b"PK")) == "format_unknown"
    (tmp_path / "夹.csv").mkdir()
    assert refusal(tmp_path / "夹.csv") == "folder_is_no_shapefile"
    os.mkfifo(tmp_path / "管.csv")
    assert refusal(tmp_path / "管.csv") == "file_is_special"  # and does not wait for ever
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    with pytest.raises(FileUnreadable, match="超过上限"):
        files.check_size(write(tmp_path / "大.csv", TEXT), 10)


def test_a_file_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.csv", TEXT)

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path) == "file_locked"


def test_a_symlink_is_the_file(tmp_path: Path) -> None:
    (tmp_path / "b.csv").symlink_to(write(tmp_path / "a.csv", TEXT))
    assert len(one(tmp_path / "b.csv").frame) == 2


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([".csv", ".xlsx", ".xls", ".shp", ".zip", ".gpkg", ".geojson", ".kml", ".kmz"]),
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<kml>", b"{", b"\x00\x00\x27\x0a", b"SQLite format 3\0"]
    ),
)
def test_no_bytes_bring_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, ending: str, data: bytes, magic: bytes
) -> None:
    path = write(tmp_path_factory.mktemp("f") / f"a{ending}", magic + data)
    try:
        tables = read(path)
    except FileUnreadable as problem:
        assert problem.note is not None
    else:
        assert tables
