"""A batch of files of which some cannot be used: the others go on, and each has its sentence."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from dashboard.loading import batch, checked, refusals
from etl import load as loading
from etl.errors import CoordinatesUnclear, GridError, SettingsError
from etl.messages import error
from settings import Settings

KNOWN = {"台账.csv": "wgs84"}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    folder = tmp_path / "files"
    folder.mkdir()
    zones = {"片区编码": ["999900001", "999900002"], "片区名称": ["东", "西"]}
    shapes = [box(114.50, 38.0, 114.52, 38.02), box(114.52, 38.0, 114.54, 38.02)]
    gpd.GeoDataFrame(zones, geometry=shapes, crs="EPSG:4326").to_file(folder / "片区.geojson")
    ledger = pd.DataFrame({"问题编号": list("abcdefghij"), "发现时间": "2026-11-03", "问题类别": "乱堆"})
    ledger = ledger.assign(
        经度=[114.502 + i * 0.0035 for i in range(10)], 纬度=38.001, 所在片区=["东"] * 6 + ["西"] * 4
    )
    ledger.loc[1, "发现时间"] = "2026-13-45"
    ledger.to_csv(folder / "台账.csv", index=False, encoding="utf-8")
    (folder / "菜单.csv").write_text("菜,价\n豆腐,3\n", encoding="utf-8")
    (folder / "照片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    return {path.name: path for path in sorted(folder.iterdir())}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'own.sqlite'}", var_dir=tmp_path)


def test_what_cannot_be_used_is_put_aside_with_why_and_the_rest_is_checked(
    files: dict[str, Path], settings: Settings
) -> None:
    said: list[str] = []
    found = batch.check(list(files.values()), settings, progress=said.append, coordinates=KNOWN)
    assert {name for name, _ in found.unusable} == {"菜单.csv", "照片.xlsx"}
    assert all(name in why for name, why in found.unusable)
    assert found.without == {"菜单.csv", "照片.xlsx"}
    assert found.report is not None
    counts = checked.totals(found.report)
    assert (counts["read"], counts["accepted"], counts["refused"], counts["new"]) == (12, 11, 1, 11)
    assert any("菜单.csv" in line for line in said)
    loaded = loading.load(
        list(files.values()), settings, progress=said.append, without=found.without, coordinates=found.coordinates
    )
    assert checked.totals(loaded) == counts


def test_the_refused_rows_are_known_before_anything_is_written(files: dict[str, Path], settings: Settings) -> None:
    usable = [files["台账.csv"], files["片区.geojson"]]
    found = batch.check(usable, settings, progress=lambda _: None, coordinates=KNOWN)
    assert found.report is not None
    rows = next(source.refused_rows for source in found.report.sources if source.refused)
    assert rows is not None
    shown = refusals.table(rows, "zh")
    assert shown["行号"].tolist() == [3]
    assert "2026-13-45" in shown["原因"].iloc[0]
    assert shown["问题编号"].tolist() == ["b"]
    assert refusals.workbook(rows, "zh", "台账.csv", "problems").startswith(b"PK")
    assert not (settings.var_dir / "own.sqlite").exists() or loading.history(settings).empty


def test_files_are_left_out_by_hand(files: dict[str, Path], settings: Settings) -> None:
    usable = [files["台账.csv"], files["片区.geojson"]]
    found = batch.check(usable, settings, progress=lambda _: None, left_out=("台账.csv", "不在.csv"))
    assert found.left_out == ("台账.csv",)
    assert found.report is not None
    assert [source.path for source in found.report.sources] == ["片区.geojson"]


def test_nothing_is_left_of_a_batch_of_nothing_but_strange_files(files: dict[str, Path], settings: Settings) -> None:
    found = batch.check([files["菜单.csv"]], settings, progress=lambda _: None)
    assert found.report is None
    assert [name for name, _ in found.unusable] == ["菜单.csv"]


def test_coordinates_that_are_given_are_the_ones_that_count(files: dict[str, Path], settings: Settings) -> None:
    # Ten points in the middle of two small zones may be anything; somebody has to say what they are.
    usable = [files["台账.csv"], files["片区.geojson"]]
    asked = batch.check(usable, settings, progress=lambda _: None)
    assert asked.unclear == ("台账.csv",)
    found = batch.check(usable, settings, progress=lambda _: None, coordinates={"台账.csv": "gcj02", "x": "bd09"})
    assert found.coordinates == {"台账.csv": "gcj02"}
    assert found.report is not None
    assert {source.coordinates for source in found.report.sources if source.layer == "problems"} == {"gcj02"}


@pytest.mark.parametrize(
    ("file", "blamed"),
    [("a/x.csv", ("a/x.csv",)), ("x.csv", ("a/x.csv", "b/x.csv")), ("sources.toml", ()), (3, ())],
)
def test_whom_an_error_is_about(file: object, blamed: tuple[str, ...]) -> None:
    told = error(SettingsError, "file_empty", file=file)
    assert batch.blamed_by(told, ("a/x.csv", "b/x.csv", "c.csv")) == blamed
    assert batch.blamed_by(GridError("no note"), ("a/x.csv",)) == ()


def test_unclear_coordinates_are_told_without_words_of_a_declaration() -> None:
    why = ("coordinates_unclear", {"points": 17, "tried": ["wgs84 47.1%", "gcj02 29.4%"]})
    told = batch.reason(error(CoordinatesUnclear, "table_refused", file="x.csv", sheet="", why=why), "zh")
    assert "WGS 84（经纬度） 47.1%、GCJ-02（高德、腾讯） 29.4%" in told
    assert "sources.toml" not in told
