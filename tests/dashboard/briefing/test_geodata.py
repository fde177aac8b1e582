import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from dashboard.briefing.content import OVERDUE, Content, ledger_rows
from dashboard.briefing.geodata import NAME, geodata
from tests.dashboard.briefing.conftest import SINCE, Briefed, briefed
from tests.dashboard.conftest import Town


def told(town: Town) -> pd.DataFrame:
    """As the database gives them: the point of each problem's own."""
    rows = ledger_rows(town.county, town.snapshot, town.filters, SINCE)
    xy = gpd.GeoSeries(
        gpd.points_from_xy(town.snapshot.x_m[rows], town.snapshot.y_m[rows]), crs=town.county.place.measure_crs
    ).to_crs("EPSG:4326")
    codes = town.snapshot.keys.take(rows).astype(str)
    frame = pd.DataFrame({"lon": xy.x.to_numpy(), "lat": xy.y.to_numpy()}, index=codes)
    return frame.assign(address="一号", description="=1+1")


def test_zones_and_cells_carry_every_number_and_their_own_place(content_of: Briefed, tmp_path: Path) -> None:
    content = content_of()
    assert geodata(content, tmp_path) == [tmp_path / NAME]
    for layer, table in (("zones", content.zones), ("cells", content.cells)):
        read = pyogrio.read_dataframe(tmp_path / NAME, layer=layer).set_index("code")
        assert read.index.tolist() == table.frame.index.tolist()
        for column in table.columns:
            if column.kind in ("text", "day", "moment"):
                continue
            there, expected = (frame[column.name].astype("float64").to_numpy() for frame in (read, table.frame))
            np.testing.assert_allclose(there, expected)
        assert read.geometry.notna().all()
    assert pyogrio.read_info(tmp_path / NAME, layer="zones")["dataset_metadata"]["data_version"] == "1"


def test_problems_lie_where_they_were_reported_the_overdue_ones_told_apart(town: Town, tmp_path: Path) -> None:
    content = briefed(town, ledger=told(town))
    geodata(content, tmp_path)
    ledger = content.ledger
    assert ledger is not None
    read = pyogrio.read_dataframe(tmp_path / NAME, layer="problems").set_index("code")
    assert read.index.tolist() == ledger.frame["code"].tolist()
    assert read["is_overdue"].astype(bool).tolist() == [flag == OVERDUE for flag in ledger.flags]
    there = ledger.frame["lon"].notna().to_numpy()
    np.testing.assert_allclose(read.geometry[there].x, ledger.frame.loc[there, "lon"])
    assert read.geometry[~there].isna().all()
    assert (read["description"] == "=1+1").all()


def test_qgis_finds_a_style_for_each_layer_that_is_drawn(content_of: Briefed, tmp_path: Path) -> None:
    geodata(content_of(), tmp_path)
    with closing(sqlite3.connect(tmp_path / NAME)) as file:
        styled = {name for (name,) in file.execute("SELECT f_table_name FROM layer_styles WHERE useAsDefault = 1")}
        (text,) = file.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'cells'").fetchone()
    assert styled == {"cells", "zones", "facilities"}
    heat = next(section for section in content_of().whole if section.key == "heat")
    assert heat.map is not None and heat.map.polygons is not None
    for swatch in heat.map.polygons.scale.swatches:
        if not swatch.hatch:
            red, green, blue = (int(swatch.colour[at : at + 2], 16) for at in (1, 3, 5))
            assert f"{red},{green},{blue}" in text


def test_the_same_content_makes_the_same_file_and_none_without_geometry(
    content_of: Callable[..., Content], tmp_path: Path
) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(geodata(content_of(), tmp_path / name)[0].read_bytes())
    assert made[0] == made[1]
    bare = tuple(replace(section, map=None) for section in content_of().sections)
    assert geodata(replace(content_of(), sections=bare), tmp_path) == []
