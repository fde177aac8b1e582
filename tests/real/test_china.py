"""Shapefiles of Shanghai, Chongqing and Shenzhen as they came: GBK without .cpg, no .prj, cells without a code."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import sqlalchemy as sa

from etl import schema
from etl.database import connect, read_frame
from etl.load import load
from settings import Settings

pytestmark = pytest.mark.real


def _loaded(paths: list[Path], folder: Path, table: sa.Table) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    url = f"sqlite:///{folder / 'grid.sqlite'}"
    report = load(paths, Settings(database_url=url, var_dir=folder), progress=lambda _: None).as_dict()
    columns = [table.c.code, table.c.name, table.c.area_m2, table.c.geometry]
    return read_frame(connect(url), sa.select(*columns)).set_index("code"), report["sources"]


@pytest.mark.parametrize(
    ("folder", "count", "names"),
    [("shanghai_shp", 17, {"黄浦区", "浦东新区", "崇明区"}), ("chongqing_shp", 38, {"渝中区", "江北区", "沙坪坝区"})],
)
def test_gbk_names_are_readable(china_dir: Path, tmp_path: Path, folder: str, count: int, names: set[str]) -> None:
    zones, _ = _loaded([china_dir / folder], tmp_path, schema.zone)
    assert len(zones) == count
    assert zones["name"].str.fullmatch(r"[\u4e00-\u9fff]{2,12}").all()
    assert len(names & set(zones["name"])) >= 2


def test_shenzhen_without_prj_by_evidence(china_dir: Path, tmp_path: Path) -> None:
    zones, sources = _loaded([china_dir / "sz.shp"], tmp_path, schema.zone)
    assert len(zones) == 10
    assert "福田" in "".join(zones["name"])
    assert sources[0]["coordinates"] == "wgs84"
    theirs = gpd.read_file(china_dir / "sz.shp").set_crs(4326, allow_override=True).to_crs(6933).area.sum()
    assert zones["area_m2"].sum() == pytest.approx(theirs, rel=0.002)


def test_shenzhens_grid_is_numbered_and_lies_in_its_districts(china_dir: Path, tmp_path: Path) -> None:
    cells, sources = _loaded([china_dir / "sz.shp", china_dir / "grid"], tmp_path, schema.cell)
    assert len(cells) == 9_005
    assert cells.index.is_unique
    assert cells.index.str.fullmatch(r"\d{15}").all()
    assert all(source["read"] == source["accepted"] for source in sources)
