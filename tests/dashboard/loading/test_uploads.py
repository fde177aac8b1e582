import io
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.loading import uploads
from etl.errors import FileUnreadable
from etl.read import archive


class Dropped(io.BytesIO):
    """What Streamlit hands over: a file in memory with a name from outside."""

    def __init__(self, name: str, content: bytes = b"x") -> None:
        super().__init__(content)
        self.name = name


def packed(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("台账.xlsx", "台账.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\台账.xls", "台账.xls"),
        ("C:\\台账\\七月?.csv", "七月_.csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("..", "_"),
        ("", "_"),
        (".hidden", "hidden"),
        ("长" * 500 + ".geojson", "长" * 60 + ".geojson"),
    ],
)
def test_names_stay_in_their_folder(given_: str, kept: str) -> None:
    assert uploads.clean_name(given_) == kept


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder(name: str) -> None:
    cleaned = uploads.clean_name(name)
    assert cleaned
    assert cleaned not in (".", "..")
    assert not set(cleaned) & set('/\\:*?"<>|\x00\n\r')
    assert len(cleaned.encode("utf-8")) <= 255


def test_files_are_loaded_one_by_one(tmp_path: Path) -> None:
    paths = uploads.save([Dropped("a.csv", b"1"), Dropped("../a.csv", b"2")], tmp_path / "up")
    assert [path.read_bytes() for path in paths] == [b"1", b"2"]
    assert all(path.parent == tmp_path / "up" for path in paths)


def test_an_earlier_drop_is_gone(tmp_path: Path) -> None:
    uploads.save([Dropped("old.csv")], tmp_path / "up")
    uploads.save([Dropped("new.csv")], tmp_path / "up")
    assert [path.name for path in (tmp_path / "up").iterdir()] == ["new.csv"]


def test_parts_of_a_shapefile_are_no_files_of_their_own(tmp_path: Path) -> None:
    names = ["网格.shp", "网格.dbf", "网格.shx", "网格.prj", "other.dbf"]
    paths = uploads.save([Dropped(name) for name in names], tmp_path / "up")
    assert [path.name for path in paths] == ["网格.shp", "other.dbf"]


def test_with_a_declaration_the_folder_is_loaded(tmp_path: Path) -> None:
    assert uploads.save([Dropped("a.csv"), Dropped("sources.toml")], tmp_path / "up") == [tmp_path / "up"]


def test_a_packed_folder_with_a_declaration_is_unpacked(tmp_path: Path) -> None:
    content = packed(**{"county/sources.toml": b"", "county/台账/a.csv": b"1"})
    (root,) = uploads.save([Dropped("county.zip", content)], tmp_path / "up")
    assert (root / "sources.toml").exists()
    assert (root / "台账" / "a.csv").read_bytes() == b"1"


def test_a_zipped_shapefile_stays_a_zip(tmp_path: Path) -> None:
    (path,) = uploads.save([Dropped("a.zip", packed(**{"a.shp": b"", "a.dbf": b""}))], tmp_path / "up")
    assert path.name == "a.zip"


def test_packed_sheets_are_unpacked_beside_what_else_was_dropped(tmp_path: Path) -> None:
    content = packed(**{"北片区.xlsx": b"1", "more/南片区.XLSX": b"2"})
    dropped = [Dropped("a.csv"), Dropped("分派表.zip", content), Dropped("again.zip", content)]
    plain, *folders = uploads.save(dropped, tmp_path / "up")
    assert plain.name == "a.csv" and len(set(folders)) == 2
    for folder in folders:
        found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}
        assert found == {"北片区.xlsx": b"1", "more/南片区.XLSX": b"2"}


@pytest.mark.parametrize("member", ["menu.pdf", "map.kml"])
def test_a_pack_of_anything_else_stays_a_zip(tmp_path: Path, member: str) -> None:
    (path,) = uploads.save([Dropped("a.zip", packed(**{member: b""}))], tmp_path / "up")
    assert path.is_file()


@pytest.mark.parametrize("leads", ["../../../evil.csv", "/abs/evil.csv", "..\\evil2.csv"])
def test_no_member_of_a_pack_leaves_its_folder(tmp_path: Path, leads: str) -> None:
    content = packed(**{"sources.toml": b"", leads: b"1"})
    with pytest.raises(FileUnreadable, match=r"evil"):
        uploads.save([Dropped("pack.zip", content)], tmp_path / "up")
    assert [path.name for path in tmp_path.iterdir()] == ["up"]


def test_a_folder_packed_by_chinese_windows_keeps_its_names(tmp_path: Path) -> None:
    content = packed(**{"XX/sources.toml": b"", "XX/YYYY.csv": b"1"})
    content = content.replace(b"XX", "县".encode("gbk")).replace(b"YYYY", "台账".encode("gbk"))
    (root,) = uploads.save([Dropped("county.zip", content)], tmp_path / "up")
    assert (root / "台账.csv").read_bytes() == b"1"


def test_a_pack_that_would_fill_the_disk_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED", 3)
    with pytest.raises(FileUnreadable):
        uploads.save([Dropped("p.zip", packed(**{"sources.toml": b"1234"}))], tmp_path / "up")


@pytest.mark.parametrize("trouble", ["crc", "folder_and_file"])
def test_a_pack_that_breaks_while_unpacking_is_a_sentence(tmp_path: Path, trouble: str) -> None:
    members = (
        {"sources.toml": b"", "d": b"stored", "d/e.csv": b"1"} if trouble != "crc" else {"sources.toml": b"stored"}
    )
    content = packed(**members)
    if trouble == "crc":
        content = content.replace(b"stored", b"storeX", 1)
    with pytest.raises(FileUnreadable):
        uploads.save([Dropped("p.zip", content)], tmp_path / "up")


def test_a_broken_pack_is_left_to_the_reader(tmp_path: Path) -> None:
    (path,) = uploads.save([Dropped("p.zip", b"PK\x03\x04 nothing")], tmp_path / "up")
    assert path.read_bytes() == b"PK\x03\x04 nothing"


def test_what_was_left_for_a_day_is_swept_and_nothing_else(tmp_path: Path) -> None:
    now = time.time()
    for name, hours in (("old", 25), ("new", 23)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_bytes(b"x")
        os.utime(tmp_path / name, (now - hours * 3600,) * 2)
    (tmp_path / "file").write_bytes(b"x")
    os.utime(tmp_path / "file", (0, 0))
    uploads.sweep(tmp_path, older_than_s=86_400)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "new"]
    uploads.sweep(tmp_path / "missing", older_than_s=0)
