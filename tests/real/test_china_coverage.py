"""Coverage of Shenzhen's real grid, with facilities made for the test, equal to geopandas' overlay and to PostGIS."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from dashboard import queries
from dashboard.analysis.coverage import coverage_share
from etl.database import connect
from etl.load import load
from settings import Settings
from tests.by_overlay import by_overlay, by_postgis

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def cells(china_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> gpd.GeoSeries:
    """9,005 cells without codes of their own, numbered on loading, in metres."""
    folder = tmp_path_factory.mktemp("shenzhen")
    url = f"sqlite:///{folder / 'grid.sqlite'}"
    load(
        [china_dir / "sz.shp", china_dir / "grid"], Settings(database_url=url, var_dir=folder), progress=lambda _: None
    )
    engine = connect(url)
    return queries.county(engine, queries.place(engine)).cells.geometry


@pytest.fixture(scope="module")
def places(cells: gpd.GeoSeries) -> gpd.GeoSeries:
    """300 points, half of them on a corner of a cell, where rounding shows."""
    rng = np.random.default_rng(44)
    west, south, east, north = cells.total_bounds
    anywhere = gpd.points_from_xy(rng.uniform(west, east, 150), rng.uniform(south, north, 150))
    corners = cells.iloc[rng.choice(len(cells), 150, replace=False)].bounds
    return gpd.GeoSeries([*anywhere, *gpd.points_from_xy(corners["minx"], corners["maxy"])], crs=cells.crs)


@pytest.mark.parametrize("radius_m", [400, 1500])
def test_shenzhen_equal_to_overlay(cells: gpd.GeoSeries, places: gpd.GeoSeries, radius_m: float) -> None:
    assert len(cells) == 9_005
    found = coverage_share(cells, places, radius_m=radius_m)
    pd.testing.assert_series_equal(found, by_overlay(cells, places, radius_m), rtol=0, atol=1e-9)
    assert np.count_nonzero((found > 0.01) & (found < 0.99)) > 300


@pytest.mark.postgis
@pytest.mark.parametrize("radius_m", [400, 1500])
def test_shenzhen_equal_to_postgis(
    cells: gpd.GeoSeries, places: gpd.GeoSeries, postgis_url: str, radius_m: float
) -> None:
    found = coverage_share(cells, places, radius_m=radius_m)
    pd.testing.assert_series_equal(found, by_postgis(postgis_url, cells, places, radius_m), rtol=0, atol=1e-9)
