"""Shapefiles alone, in folders and in zips."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from etl.read import archive, fingerprint
from tests.etl.read.reading import one, packed, read, refusal, write


def _shapefile(path: Path, columns: dict[str, list[Any]], name: str, *, crs: str | None = "EPSG:4490") -> Path:
    """Written with the attributes in the given encoding, and no `.cpg` to tell it."""
    import geopandas as gpd
    import shapely

    count = len(next(iter(columns.values())))
    squares = [shapely.box(114 + n, 38, 115 + n, 39) for n in range(count)]
    gpd.GeoDataFrame(columns, geometry=squares, crs=crs).to_file(path, encoding=name, engine="pyogrio")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


NAMES = {"片区名称": ["老街片区", "城南片区", "澄溪片区"], "leader": ["王堃", "李玥", "张三"]}


@pytest.mark.parametrize("written", ["utf-8", "gbk"])
@pytest.mark.parametrize("cpg", [None, "UTF-8", "GBK", "ISO-8859-1", "胡说"])
def test_attributes_are_decoded_by_what_they_hold(tmp_path: Path, written: str, cpg: str | None) -> None:
    path = _shapefile(tmp_path / "a.shp", NAMES, written)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg, encoding="utf-8")
    table = one(path)
    assert table.frame["leader"].tolist() == NAMES["leader"]
    assert table.crs == "EPSG:4490"
    assert table.geometry is not None and table.geometry[2].bounds == (116, 38, 117, 39)


def test_a_name_cut_within_a_character(tmp_path: Path) -> None:
    path = _shapefile(tmp_path / "a.shp", {"name": ["县" * 200, "甲片区"]}, "gbk")
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    header = int.from_bytes(dbf[8:10], "little")
    dbf[header + 254] = "县".encode("gbk")[0]  # the field's last byte: half a character
    path.with_suffix(".dbf").write_bytes(bytes(dbf))
    names = one(path).frame["name"].tolist()
    assert names[0].startswith("县县县") and set(names[0][:-1]) == {"县"}
    assert names[1] == "甲片区"


def test_a_fingerprint_covers_every_part_of_a_shapefile(tmp_path: Path) -> None:
    path = _shapefile(tmp_path / "a.shp", {"name": ["甲"]}, "utf-8")
    before = fingerprint(path)
    assert fingerprint(path) == before
    dbf = tmp_path / "a.dbf"
    dbf.write_bytes(dbf.read_bytes().replace("甲".encode(), "乙".encode()))
    assert fingerprint(path) != before


def test_shapefiles_that_cannot_be_read(tmp_path: Path) -> None:
    path = _shapefile(tmp_path / "a.shp", NAMES, "utf-8")
    for part in (".shx", ".dbf"):
        data = path.with_suffix(part).read_bytes()
        path.with_suffix(part).unlink()
        assert refusal(path) == "shapefile_part_missing"
        path.with_suffix(part).write_bytes(data)
    path.with_suffix(".prj").unlink()
    assert one(path).crs is None
    path.write_bytes(
        b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    )
    assert refusal(path) == "shapefile_damaged"


def test_upper_case_parts_and_a_folder(tmp_path: Path) -> None:
    path = _shapefile(tmp_path / "a.shp", NAMES, "gbk")
    for part in (".shp", ".shx", ".dbf", ".prj"):
        path.with_suffix(part).rename(path.with_suffix(part.upper()))
    assert len(one(tmp_path / "a.SHP").frame) == 3
    assert len(one(tmp_path).frame) == 3


def test_zips_with_folders_and_several_shapefiles(tmp_path: Path) -> None:
    path = _shapefile(tmp_path / "a.shp", NAMES, "gbk")
    parts = {part: path.with_suffix(part).read_bytes() for part in (".shp", ".shx", ".dbf", ".prj")}
    first = packed(tmp_path / "1.zip", {f"片区/2026/界线{part}": data for part, data in parts.items()})
    assert one(first).frame["leader"].tolist() == NAMES["leader"]
    two = packed(
        tmp_path / "2.zip",
        {f"{name}{part}": data for name in ("x/片区", "y/网格") for part, data in parts.items()}
        | {"__MACOSX/x/._片区.shp": b"x"},
    )
    assert [table.sheet for table in read(two)] == ["片区", "网格"]
    assert one(two, sheet="网格").sheet == "网格"
    assert refusal(two, sheet="无") == "layer_missing"


def test_names_in_a_zip_of_chinese_windows() -> None:
    for name, spelled in (("片区/界线.shp", "gbk"), ("片区/界线.shp", "utf-8"), ("plain.shp", "ascii")):
        entry = zipfile.ZipInfo(name.encode(spelled).decode("cp437"))
        assert archive.entry_name(entry) == name


def test_zips_that_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(write(tmp_path / "坏.zip", b"PK\x03\x04" + b"0" * 100)) == "zip_damaged"
    assert refusal(packed(tmp_path / "无.zip", {"a.txt": b"x"})) == "zip_without_shapefile"
    for name in ("../a.shp", "/etc/a.shp", "x/../../a.shp", "C:/a.shp", "..\\a.shp"):
        assert refusal(packed(tmp_path / "外.zip", {name: b"x"})) == "zip_leads_outside"
    assert refusal(packed(tmp_path / "缺.zip", {"a.shp": b"\x00\x00\x27\x0a"})) == "shapefile_part_missing"
    locked = packed(tmp_path / "密.zip", {"a.shp": b"x"}).read_bytes()
    at = locked.index(b"PK\x01\x02") + 8
    assert refusal(write(tmp_path / "密.zip", locked[:at] + b"\x01" + locked[at + 1 :])) == "zip_protected"
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1 << 20)
    assert refusal(packed(tmp_path / "弹.zip", {"a.shp": b"0" * (2 << 20)})) == "zip_too_large"
    monkeypatch.setattr(archive, "MOST_ENTRIES", 10)
    assert refusal(packed(tmp_path / "多.zip", {f"{n}.shp": b"" for n in range(20)})) == "zip_too_large"


REAL = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="the real files are not beside the checkout")
@pytest.mark.parametrize(
    ("name", "column", "value", "rows", "found"),
    [
        ("shanghai_shp/区县界_area.shp", "NAME", "宝山区", 17, ("gb18030", "EPSG:4326")),
        ("chongqing_shp/区县界_area.shp", "NAME", "奉节县", 38, ("gb18030", "EPSG:4326")),
        ("sz.shp", "qh", "罗湖", 10, ("utf-8", None)),
        ("grid/grid.shp", "LONCOL", 0, 9005, ("utf-8", None)),
    ],
)
def test_real_shapefiles(name: str, column: str, value: Any, rows: int, found: tuple[str, str | None]) -> None:
    table = one(REAL / "china_gbk" / name)
    assert table.frame[column].iloc[0] == value
    assert (len(table.frame), (table.encoding, table.crs)) == (rows, found)
