"""A small office's folder, written as tests need it: two zones, four cells, one ledger.

The west zone (999900001) is a column of two cells, the east one (999900002) a row of two; each cell is 0.01° wide.

    114.50 ─ 114.51 ─ 114.52 ─ 114.53
      │ 002-002 │        │        │  38.02
      │ 001-001 │ 003    │ 004    │  38.00 … 38.01 / 38.02
"""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
import sqlalchemy as sa

from etl.database import connect, read_few
from settings import Settings

WEST, EAST = "999900001", "999900002"
ZONES = {WEST: shapely.box(114.50, 38.00, 114.51, 38.02), EAST: shapely.box(114.51, 38.00, 114.53, 38.02)}
CELLS = {
    "999900001001001": shapely.box(114.50, 38.00, 114.51, 38.01),
    "999900001001002": shapely.box(114.50, 38.01, 114.51, 38.02),
    "999900002001001": shapely.box(114.51, 38.00, 114.52, 38.02),
    "999900002001002": shapely.box(114.52, 38.00, 114.53, 38.02),
}
PLACE = """
[place]
name = "示范县"
division_code = "{code}"
measure_crs = "EPSG:4547"
week_ends = "friday"
"""
SOURCE = """
[[source]]
path = "{path}"
layer = "{layer}"
coordinates = "wgs84"
complete = {complete}
"""

quiet: Callable[[str], None] = lambda _: None  # noqa: E731


def problem(code: str, lon: float | str = 114.505, lat: float | str = 38.005, **more: Any) -> dict[str, Any]:
    """A row of a ledger under the headings that offices write."""
    return {
        "问题编号": code,
        "问题类别": "乱堆乱放",
        "状态": "已交办",
        "发现时间": "2026-11-03 08:30",
        "整改时限": "2026-11-10",
        "责任单位": "城管局",
        "问题描述": f"{code} 门前堆放杂物",
        "地址": f"{code} 人民路",
        "经度": lon,
        "纬度": lat,
    } | more


def write_polygons(path: Path, shapes: dict[str, Any]) -> None:
    """GeoJSON with a code and a name."""
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {"编码": code, "名称": f"第{code[-1]}"},
        }
        for code, shape in shapes.items()
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def write_office(
    folder: Path,
    problems: Sequence[dict[str, Any]] | None = None,
    *,
    zones: dict[str, Any] | None = None,
    cells: dict[str, Any] | None = None,
    complete: bool = False,
    ledger: str = "台账.csv",
    code: str = "999900",
    more: str = "",
) -> Path:
    """Writes what is given, and the `sources.toml` that says so; what is None is not part of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    said = [PLACE.format(code=code), more]
    for name, layer, shapes in (("zones.geojson", "zones", zones), ("cells.geojson", "cells", cells)):
        if shapes is not None:
            write_polygons(folder / name, shapes)
            said.append(SOURCE.format(path=name, layer=layer, complete="false"))
    if problems is not None:
        pd.DataFrame(list(problems)).to_csv(folder / ledger, index=False, encoding="utf-8")
        said.append(SOURCE.format(path=ledger, layer="problems", complete=str(complete).lower()))
    (folder / "sources.toml").write_text("\n".join(said), encoding="utf-8")
    return folder


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    """Settings of a test: its database, its own folder to write to."""
    return Settings(database_url=url, var_dir=folder / "var", **more)


def rows_of(url: str, table: sa.Table) -> pd.DataFrame:
    """A table as it is, in the order of its key."""
    frame = read_few(engine_of(url), sa.select(table))
    return frame.sort_values([column.name for column in table.primary_key]).reset_index(drop=True)


@lru_cache(maxsize=4)
def engine_of(url: str) -> sa.Engine:
    """The engine of an address, made once: its first connection asks the server a good deal."""
    return connect(url)
