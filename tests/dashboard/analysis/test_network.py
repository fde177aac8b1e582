"""A town of two banks, roads drawn a little apart, and roads that are none."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from dashboard.analysis import network as networks
from dashboard.analysis.network import network

CRS = "EPSG:4547"
RIVER = shapely.box(-50, 90, 450, 110)


def base(*lines: object, kind: str = "road_lane", water: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Roads from lists of corners (or shapes) of one kind, and water."""
    shapes = [line if isinstance(line, shapely.Geometry) else shapely.LineString(line) for line in lines]  # type: ignore[arg-type]
    kinds = [kind] * len(shapes)
    if water is not None:
        shapes, kinds = [*shapes, water], [*kinds, "water"]
    return gpd.GeoDataFrame({"kind": kinds}, geometry=shapes, crs=CRS)


def test_roads_are_cut_where_they_cross() -> None:
    found = network(base([(0, 50), (100, 50)], [(50, 0), (50, 100)]))
    assert (len(found.lines), found.nodes, found.parts) == (4, 5, 1)
    assert found.length_m.tolist() == pytest.approx([50] * 4)
    assert (found.total_m, found.largest_share, found.refusal) == (pytest.approx(200), 1, None)
    for line, (first, second) in zip(found.lines, found.ends, strict=True):
        assert first != second and line.length == pytest.approx(50)


@pytest.mark.parametrize(("gap_m", "parts"), [(0.001, 1), (1.0, 1), (2.9, 1), (3.1, 2), (20.0, 2)])
def test_an_end_is_joined_within_the_tolerance(gap_m: float, parts: int) -> None:
    """A lane that ends short of the main road's middle, at an angle that no float hits."""
    assert (
        network(base([(0, 0), (300, 77.7)], [(150, 38.85 + gap_m / np.cos(np.arctan(0.259))), (140, 240)])).parts
        == parts
    )


def test_the_open_ends_of_one_ring_are_joined_too() -> None:
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 2)]
    closed = network(base(ring))
    assert closed.total_m == pytest.approx(400)
    assert closed.parts == 1


def test_no_joint_crosses_water() -> None:
    """Two dead ends two metres apart with a ditch of 1.6 m between them, and with none."""
    ends = ([(0, 0), (100, 0)], [(102, 0), (200, 0)])
    assert network(base(*ends)).parts == 1
    assert network(base(*ends, water=shapely.LineString([(101, -10), (101, 10)]))).parts == 2
    assert network(base(*ends, water=shapely.box(100.2, -10, 101.8, 10))).parts == 2


def test_a_road_over_the_river_crosses_it_and_without_one_nothing_does() -> None:
    banks = ([(0, 80), (400, 80)], [(0, 120), (400, 120)])
    assert network(base(*banks, water=RIVER)).parts == 2
    assert network(base(*banks, [(200, 80), (200, 120)], water=RIVER)).parts == 1


def test_what_does_not_hang_together_is_said() -> None:
    thirds = network(base([(0, 0), (100, 0)], [(0, 500), (100, 500)], [(0, 900), (101, 900)]))
    assert thirds.parts == 3
    assert thirds.largest_share == pytest.approx(101 / 301)
    assert thirds.refusal == networks.DISCONNECTED_NETWORK
    halves = network(base([(0, 0), (100, 0)], [(0, 500), (100, 500)]))
    assert halves.refusal is None


def test_a_stub_nobody_joined_is_left_out_and_counted() -> None:
    found = network(base([(0, 0), (5000, 0)], [(10, 500), (50, 500)]))
    assert (found.parts, len(found.lines)) == (2, 1)
    assert (found.left_out_m, found.total_m) == (pytest.approx(40), pytest.approx(5040))


@pytest.mark.parametrize(
    "nothing",
    [
        base(),
        base([(0, 0), (100, 0)], kind="boundary"),
        base(shapely.Polygon([(0, 0), (100, 0), (100, 5)]), kind="road_main"),
        base(shapely.LineString([(5, 5), (5, 5)])),
        base(shapely.LineString()),
        base(water=RIVER),
        gpd.GeoDataFrame({"kind": [None, "road_lane"]}, geometry=[shapely.LineString([(0, 0), (9, 9)]), None], crs=CRS),
    ],
)
def test_without_a_line_of_a_road_there_is_no_network(nothing: gpd.GeoDataFrame) -> None:
    found = network(nothing)
    assert (len(found.lines), found.parts, found.refusal) == (0, 0, networks.NO_ROADS)
    assert np.isnan(found.largest_share)


def test_many_part_lines_heights_and_double_drawing() -> None:
    many = shapely.MultiLineString([[(0, 0, 7), (100, 0, 9)], [(100, 0, 3), (100, 100, 3)]])
    found = network(base(many, [(100, 0), (0, 0)]))
    assert found.total_m == pytest.approx(200)
    assert found.parts == 1
