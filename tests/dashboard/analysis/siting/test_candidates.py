from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString, MultiLineString

from dashboard.analysis.siting import cell_centres, road_junctions, site_facilities
from tests.dashboard.analysis.siting import cases
from tests.dashboard.conftest import Town


def base(*features: tuple[str | None, shapely.Geometry | None]) -> gpd.GeoDataFrame:
    kinds, shapes = zip(*features, strict=True) if features else ((), ())
    return gpd.GeoDataFrame({"kind": pd.array(kinds, dtype="str")}, geometry=list(shapes), crs=cases.CRS)


def at(found: gpd.GeoSeries) -> list[tuple[float, float]]:
    return [(point.x, point.y) for point in found]


def test_centres_of_the_towns_cells(town: Town) -> None:
    day = town.county.place.local_day(town.filters.moment)
    found = cell_centres(town.county, day)
    cells = town.county.cells[town.county.cells_on(day)]
    assert list(found.index) == list(cells.index) and found.index.name == "cell"
    assert found.crs == cells.crs and found.within(cells.geometry).all()
    np.testing.assert_allclose(found.distance(cells.centroid), 0, atol=1e-6)
    assert len(cell_centres(town.county, date(1990, 1, 1))) == int(town.county.cells_on(date(1990, 1, 1)).sum())


def test_towns_cells_can_be_candidates(town: Town) -> None:
    centres = cell_centres(town.county, town.county.place.local_day(town.filters.moment))
    demand = gpd.GeoDataFrame({"weight": np.arange(len(centres))}, geometry=centres.array)
    found = site_facilities(demand, centres, centres.iloc[:0], n=1, radius_m=1, time_limit_s=1)
    assert list(found.sites) == [centres.index[-1]]


def test_where_three_ways_part() -> None:
    street = LineString([(0, 0), (1000, 0)])
    crossing = LineString([(300, -200), (300, 200)])
    side = LineString([(600, 0), (600, 150)])  # ends on the street, which has no vertex there
    going_on = LineString([(1000, 0), (1200, 50)])
    found = road_junctions(
        base(("road_main", street), ("road_lane", crossing), ("road_lane", side), ("road_ring", going_on))
    )
    assert at(found) == [(300, 0), (600, 0)]
    assert found.crs == cases.CRS and found.index.name == "junction" and list(found.index) == [0, 1]


def test_a_gap_is_closed_and_what_is_no_road_is_not_looked_at() -> None:
    street = MultiLineString([[(0, 0), (500, 0)], [(500, 0), (1000, 0)]])
    short = LineString([(200, 0.4), (200, 90)])
    river = LineString([(400, -50), (400, 50)])
    park = shapely.box(600, -10, 700, 10)
    features = [("road_main", street), ("road_lane", short), ("water", river), ("green", park), (None, river)]
    assert at(road_junctions(base(*features, ("road_lane", None)))) == [(200, 0)]
    assert at(road_junctions(base(*features), snap_m=0.01)) == []


def test_order_and_direction_of_lines_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    lines = [LineString(rng.uniform(0, 1000, (2, 2)).round()) for _ in range(12)]
    features = [("road_lane", line) for line in lines]
    turned = [("road_lane", line.reverse()) for line in lines[::-1]]
    assert at(road_junctions(base(*features))) == at(road_junctions(base(*turned))) != []


def test_a_place_without_roads_has_no_junction() -> None:
    assert len(road_junctions(base(("water", LineString([(0, 0), (1, 1)]))))) == 0
    assert len(road_junctions(base())) == 0
