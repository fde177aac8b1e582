"""Points to polygons and cells to zones: a town by hand, and geopandas.sjoin on random data."""

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.assign import assign, zone_of_cells


def squares(side: int, size: float = 1.0) -> gpd.GeoSeries:
    """side × side squares with shared edges; codes run from south-west, column by column."""
    boxes = [shapely.box(i * size, j * size, (i + 1) * size, (j + 1) * size) for i in range(side) for j in range(side)]
    return gpd.GeoSeries(boxes, index=[f"{number:04}" for number in range(side * side)], crs=4326)


def test_nine_cells_by_hand() -> None:
    cells = squares(3)
    lon = [0.5, 1.0, 1.0, 3.0, 3.1, np.nan, 2.5, np.inf]
    lat = [0.5, 0.5, 1.0, 3.0, 1.0, 1.0, np.nan, 0.0]
    # inside; an edge of 0000 and 0003; a corner of four; the outermost corner; outside; nothing; half; nowhere
    assert assign(lon, lat, cells).tolist() == [0, 0, 0, 8, -1, -1, -1, -1]


def test_no_points_and_no_polygons() -> None:
    assert assign([], [], squares(2)).tolist() == []
    assert assign([0.5], [0.5], squares(2)[:0]).tolist() == [-1]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_a_shared_edge_goes_to_the_lower_code_whatever_the_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = squares(4)
    # Points on a half grid: a quarter inside, the rest on edges and corners.
    lon, lat = rng.integers(-1, 10, 200) / 2, rng.integers(-1, 10, 200) / 2
    found = assign(lon, lat, cells)
    brute = [
        next((n for n, cell in enumerate(cells) if cell.intersects(shapely.Point(x, y))), -1)
        for x, y in zip(lon, lat, strict=True)
    ]
    assert found.tolist() == brute
    shuffled, order = cells.iloc[rng.permutation(len(cells))], rng.permutation(200)
    again = assign(lon[order], lat[order], shuffled)
    names = np.append(cells.index.to_numpy(dtype=object), "")
    other_names = np.append(shuffled.index.to_numpy(dtype=object), "")
    assert (other_names[again] == names[found][order]).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_equals_sjoin_on_random_polygons(seed: int) -> None:
    rng = np.random.default_rng(seed)
    discs = shapely.buffer(shapely.points(rng.uniform(0, 10, (30, 2))), rng.uniform(0.2, 2, 30))
    polygons = gpd.GeoSeries(discs, index=[f"p{n:02}" for n in rng.permutation(30)], crs=4326)
    lon, lat = rng.uniform(-1, 11, 500), rng.uniform(-1, 11, 500)
    found = assign(lon, lat, polygons)
    joined = gpd.sjoin(
        gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326), polygons.rename("geometry").to_frame()
    )
    column = next(name for name in joined.columns if name.startswith("index_right"))
    lowest = joined[column].groupby(level=0).min().reindex(range(500))
    names = np.append(polygons.index.to_numpy(dtype=object), np.nan)
    pd.testing.assert_series_equal(pd.Series(names[found], dtype="str"), lowest.astype("str"), check_names=False)
    # Found and not found part the points between them.
    union = shapely.union_all(discs)
    assert ((found >= 0) == shapely.intersects_xy(union, lon, lat)).all()


def test_of_cells_on_the_same_ground_the_one_in_force_has_the_point() -> None:
    ground = shapely.box(0, 0, 1, 1)
    cells = gpd.GeoSeries([ground, ground, ground, shapely.box(1, 0, 2, 1)], index=["d", "a", "c", "b"], crs=4326)
    terms = pd.DataFrame(
        {
            "valid_from": ["2026-03-01", "2024-01-01", "2026-08-01", None],
            "valid_to": ["2026-06-30", "2026-02-28", None, None],
        },
        index=cells.index,
    ).astype("datetime64[s]")
    on = ["2026-02-28", "2026-03-01", "2026-06-30", "2026-07-15", "2026-08-01", "2030-01-01", "1999-01-01", "NaT"]
    days = np.array(on, dtype="datetime64[s]")
    x = np.full(len(days), 0.5)
    found = assign(x, x, cells, terms=terms, days=days)
    # Its last day still counts; between two terms the one that begins next; before all of them the first; no day: now.
    assert cells.index[found].tolist() == ["a", "d", "d", "c", "c", "c", "a", "c"]
    # What has one polygon only has no choice, and of two in force on a shared edge the lower code has the point.
    assert assign([1.5, 1.0], [0.5, 0.5], cells, terms=terms, days=days[[0, 0]]).tolist() == [3, 1]
    ended = terms.assign(valid_to=terms["valid_to"].fillna(pd.Timestamp("2027-01-01")))
    assert assign([0.5], [0.5], cells[:3], terms=ended[:3]).tolist() == [2]
    order = [2, 0, 3, 1]
    again = assign(x, x, cells.iloc[order], terms=terms.iloc[order], days=days)
    assert cells.index[order][again].tolist() == cells.index[found].tolist()


def test_a_million_points_to_five_thousand_polygons() -> None:
    rng = np.random.default_rng(7)
    cells = squares(71, 0.01)
    lon, lat = rng.uniform(0, 0.71, 1_000_000), rng.uniform(0, 0.71, 1_000_000)
    begun = time.process_time()
    found = assign(lon, lat, cells)
    assert time.process_time() - begun < 5.0  # 0.7 s alone
    expected = np.floor(lon / 0.01) * 71 + np.floor(lat / 0.01)
    assert (found == expected).mean() > 0.999999


# Two zones that meet at x = 2, a third far off.
ZONES = gpd.GeoSeries(
    [shapely.box(0, 0, 2, 4), shapely.box(2, 0, 4, 4), shapely.box(9, 9, 10, 10)], index=["Z1", "Z2", "Z3"], crs=4326
)


def cells_at(*boxes: tuple[float, float, float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.box(*box) for box in boxes], index=list("abcdef")[: len(boxes)], crs=4326)


def test_zone_of_cells_by_hand() -> None:
    cells = cells_at((0, 0, 1, 1), (1.5, 0, 3, 1), (1, 0, 3, 1), (4, 0, 5, 1), (0, 0, 1, 1), (0, 0, 1, 1))
    declared = pd.Series([None, None, None, None, "Z3", "nobody"], index=cells.index, dtype="str")
    found = zone_of_cells(cells, ZONES, declared)
    # inside; two thirds in Z2; half and half: the lower; touching only: none; as declared; unknown: by area
    assert found["zone"].fillna("none").tolist() == ["Z1", "Z2", "Z1", "none", "Z3", "Z1"]
    assert found["is_zone_declared"].tolist() == [False] * 4 + [True, False]
    assert found["is_declared_unknown"].tolist() == [False] * 5 + [True]
    assert found.index.equals(cells.index)


def test_zone_of_cells_does_not_depend_on_order_and_equals_overlay() -> None:
    rng = np.random.default_rng(3)
    corner = rng.uniform(-1, 4, (60, 2))
    cells = gpd.GeoSeries(shapely.box(*corner.T, *(corner + 1).T), index=[f"c{n}" for n in range(60)], crs=None)
    zones = ZONES.set_crs(None, allow_override=True)
    found = zone_of_cells(cells, zones)
    order = rng.permutation(60)
    pd.testing.assert_frame_equal(zone_of_cells(cells.iloc[order], zones[::-1]).sort_index(), found.sort_index())
    pieces = gpd.overlay(
        cells.rename_axis("cell").rename("geometry").reset_index().set_geometry("geometry"),
        zones.rename_axis("zone").rename("geometry").reset_index().set_geometry("geometry"),
    )
    largest = pieces.assign(area=pieces.area).sort_values("area").groupby("cell")["zone"].last()
    inside = found["zone"].dropna()
    assert inside.to_dict() == largest.to_dict()


@pytest.mark.parametrize("empty", [ZONES[:0], cells_at()])
def test_no_zones_or_no_cells(empty: gpd.GeoSeries) -> None:
    found = zone_of_cells(cells_at((0, 0, 1, 1)), empty)
    assert found["zone"].isna().tolist() == [True]
    assert found["zone"].dtype == "str"
    assert zone_of_cells(cells_at(), ZONES)["zone"].tolist() == []
