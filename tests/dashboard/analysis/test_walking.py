"""Ways worked out on paper, and against networkx."""

from datetime import date

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import network as networks
from dashboard.analysis import reach, walking
from dashboard.analysis.access import access, set_out
from dashboard.analysis.coverage import coverage_share, serving
from dashboard.analysis.network import network
from dashboard.county import County
from tests.dashboard.analysis.test_network import CRS, RIVER, base


def points(*xy: tuple[float, float], names: str = "") -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.Point(*one) for one in xy], index=list(names) or None, crs=CRS)


def ways(roads: gpd.GeoDataFrame, start: gpd.GeoSeries, places: gpd.GeoSeries) -> pd.DataFrame:
    found = network(roads)
    return walking.walking_m(found, access(found, np.asarray(start.array)), places)


STREETS = base([(0, 0), (100, 0), (100, 100)], [(100, 100), (300, 100)])


def test_legs_and_road_by_hand() -> None:
    """Ten metres down to the road, 80 + 100 + 100 along it, five up."""
    found = ways(STREETS, points((20, 10)), points((200, 105), names="a"))
    assert found["distance_m"].tolist() == pytest.approx([10 + 80 + 100 + 100 + 5], abs=0.01)
    assert found["facility"].tolist() == ["a"]


def test_on_one_and_the_same_stretch_nobody_walks_to_its_end() -> None:
    found = ways(STREETS, points((150, 101)), points((250, 100), (290, 100), names="ab"))
    assert found["distance_m"].tolist() == pytest.approx([1 + 100], abs=0.01)
    assert found["facility"].tolist() == ["a"]


def test_a_facility_on_the_road_at_a_junction_and_at_the_very_point() -> None:
    found = ways(STREETS, points((0, 0), (100, 100), (300, 100)), points((100, 100), names="a"))
    assert found["distance_m"].tolist() == pytest.approx([200, 0, 200], abs=0.01)


def test_of_two_roads_between_the_same_junctions_the_shorter_one() -> None:
    """A matrix would add the two lengths up."""
    bow = base([(0, 0), (100, 0)], [(0, 0), (50, 80), (100, 0)])
    assert ways(bow, points((0, 0)), points((100, 0))).loc[0, "distance_m"] == pytest.approx(100, abs=0.01)


def test_what_is_nearer_than_the_road_is_walked_to_directly() -> None:
    found = ways(base([(0, 0), (300, 0)]), points((100, 200)), points((110, 200), names="a"))
    assert found["distance_m"].tolist() == pytest.approx([10])
    found = ways(base([(0, 0), (300, 0)]), points((100, 10)), points((120, 10), names="a"))
    assert found["distance_m"].tolist() == pytest.approx([10 + 20 + 10], abs=0.01)


NORTH_AND_SOUTH = ([(0, 80), (400, 80)], [(0, 120), (400, 120)])


def test_a_river_with_one_bridge() -> None:
    """The toilet is 70 m away across the river, and 300 m to the bridge, 40 m over it, 300 m back."""
    bridge = [(300, 80), (300, 120)]
    start, toilet = points((0, 65)), points((0, 135), names="t")
    without = ways(base(*NORTH_AND_SOUTH, water=RIVER), start, toilet)
    assert without["distance_m"].tolist() == [np.inf] and without["facility"].isna().all()
    across = ways(base(*NORTH_AND_SOUTH, bridge, water=RIVER), start, toilet)
    assert across["distance_m"].tolist() == pytest.approx([15 + 300 + 40 + 300 + 15], abs=0.01)


def test_no_leg_crosses_the_river() -> None:
    """South of the river the nearest road lies beyond it; the one to walk to lies 60 m off on this side."""
    roads = base([(0, 120), (400, 120)], [(0, 20), (400, 20)], [(400, 20), (400, 120)], water=RIVER)
    found = ways(roads, points((100, 80)), points((100, 120), names="a"))
    assert found["distance_m"].tolist() == pytest.approx([60 + 300 + 100 + 300], abs=0.01)
    only_beyond = base([(0, 120), (400, 120)], water=RIVER)
    assert ways(only_beyond, points((100, 80)), points((100, 120)))["distance_m"].tolist() == [np.inf]
    direct = ways(only_beyond, points((100, 88)), points((100, 112)))
    assert direct["distance_m"].tolist() == [np.inf], "24 m of river are no way either"


def streets(rng: np.random.Generator, side: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Stretches of 100 m of a lattice, about a third of them missing."""
    every = [((x, y), (x + 1, y)) for x in range(side - 1) for y in range(side)]
    every += [((x, y), (x, y + 1)) for x in range(side) for y in range(side - 1)]
    return [one for one in every if rng.random() < 0.65]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), side=st.integers(3, 7), count=st.integers(1, 5))
def test_equal_to_networkx(seed: int, side: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    stretches = streets(rng, side)
    places = [stretches[i][0] for i in rng.integers(0, len(stretches), count)]
    graph = nx.Graph()
    graph.add_edges_from(stretches, weight=100.0)
    expected = nx.multi_source_dijkstra_path_length(graph, set(places))
    nodes = sorted(graph.nodes)
    roads = base(*([(100 * x, 100 * y) for x, y in one] for one in stretches))
    found = ways(
        roads, points(*((100 * x, 100 * y) for x, y in nodes)), points(*((100 * x, 100 * y) for x, y in places))
    )
    assert found["distance_m"].tolist() == pytest.approx([expected.get(node, np.inf) for node in nodes], abs=0.05)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_never_shorter_than_straight_and_each_facility_by_itself_says_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    roads = base(*([(100 * x, 100 * y) for x, y in one] for one in streets(rng, 5)))
    start, places = (points(*map(tuple, rng.uniform(-20, 420, (size, 2)))) for size in (20, 4))
    found = ways(roads, start, places)
    alone = np.stack([ways(roads, start, places.iloc[[i]])["distance_m"].to_numpy() for i in range(len(places))])
    np.testing.assert_allclose(found["distance_m"], alone.min(axis=0), atol=1e-6)
    is_reached = np.isfinite(found["distance_m"])
    chosen = found["facility"][is_reached].astype(int)
    assert (alone[chosen, np.flatnonzero(is_reached)] <= found["distance_m"][is_reached] + 1e-6).all()
    straight = np.array([places.distance(point).min() for point in start])
    assert (found["distance_m"] >= straight - 0.05).all()


def cells(side: int = 4, size: float = 100) -> gpd.GeoSeries:
    x, y = (axis.ravel() * size for axis in np.meshgrid(np.arange(side), np.arange(side)))
    return gpd.GeoSeries(shapely.box(x, y, x + size, y + size), index=[f"c{i}" for i in range(side**2)], crs=CRS)


def within(metres: float, places: gpd.GeoSeries | None = None) -> pd.Series:
    """The same radius for every cell."""
    return pd.Series(metres, index=(cells() if places is None else places).index)


def lattice(step: float, length: float) -> gpd.GeoDataFrame:
    lines = [[(0, k * step), (length, k * step)] for k in range(int(length / step) + 1)]
    return base(*lines, *([(y, x) for x, y in line] for line in lines))


def test_share_by_sample_against_the_walk_in_right_angles() -> None:
    """Streets every 10 m: one walks in right angles, so what is within 150 m is a square on its corner."""
    found = network(lattice(10, 400))
    toilet = points((200, 200))
    share = walking.walking_share(found, set_out(found, cells()), toilet, radius_m=within(150))
    diamond = shapely.Polygon([(50, 200), (200, 350), (350, 200), (200, 50)])
    exact = cells().intersection(diamond).area / cells().area
    assert (share - exact).abs().max() < 0.08
    assert share.sum() == pytest.approx(exact.sum(), abs=0.2)
    assert (share <= coverage_share(cells(), toilet, radius_m=150) + 0.06).all()


def test_a_cell_cut_by_the_river_is_served_on_one_bank() -> None:
    one = gpd.GeoSeries([shapely.box(0, 0, 200, 200)], index=["c"], crs=CRS)
    found = network(base(*NORTH_AND_SOUTH, water=RIVER))
    ground = set_out(found, one)
    assert len(ground.cell) == 42, "the middle row of the sample lies in the river"
    share = walking.walking_share(found, ground, points((100, 130)), radius_m=within(1000, one))
    assert share["c"] == 0.5
    wet = gpd.GeoSeries([shapely.box(0, 92, 10, 108)], index=["w"], crs=CRS)
    share = walking.walking_share(found, set_out(found, wet), points((100, 130)), radius_m=within(1000, wet))
    assert share.isna().all()


def test_choices_on_foot_by_hand() -> None:
    """From (20, 10): 90 m to a, 95 m to b behind it, 295 m to c; a and b are reached over one and the same road."""
    found = network(STREETS)
    start = access(found, np.asarray(points((20, 10), (195, 103)).array))
    places = points((100, 0), (105, 0), (200, 105), names="abc")
    told = {
        metres: walking.walking_choices(found, start, places, radius_m=metres).tolist() for metres in (89, 91, 96, 300)
    }
    assert told == {89: [0, 1], 91: [1, 1], 96: [2, 1], 300: [3, 3]}
    by_point = walking.walking_choices(found, start, places, radius_m=np.array([96.0, 1.0]))
    assert by_point.tolist() == [2, 0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), radius_m=st.floats(5, 600), at_once=st.sampled_from([1, 60, 4_000_000]))
def test_choices_are_the_facilities_that_are_near_one_by_one(seed: int, radius_m: float, at_once: int) -> None:
    rng = np.random.default_rng(seed)
    found = network(base(*([(100 * x, 100 * y) for x, y in one] for one in streets(rng, 5))))
    start, places = (points(*map(tuple, rng.uniform(-20, 420, (size, 2)))) for size in (20, 6))
    begin = access(found, np.asarray(start.array))
    alone = np.stack([walking.walking_m(found, begin, places.iloc[[i]])["distance_m"].to_numpy() for i in range(6)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "_AT_ONCE", at_once)
        told = walking.walking_choices(found, begin, places, radius_m=radius_m)
    assert told.tolist() == (alone <= radius_m).sum(axis=0).tolist()


@pytest.mark.parametrize("nowhere", [[], [None]])
def test_nothing_to_choose_from(nowhere: list[shapely.Geometry | None]) -> None:
    for roads in (network(STREETS), network(base())):
        start = access(roads, np.asarray(points((20, 10)).array))
        assert walking.walking_choices(roads, start, gpd.GeoSeries(nowhere, crs=CRS), radius_m=500).tolist() == [0]


def test_the_answer_says_how_it_was_measured_and_why() -> None:
    toilet = points((200, 200), names="t")
    straight = coverage_share(cells(), toilet, radius_m=150)
    for roads, reason in (
        (base(), networks.NO_ROADS),
        (base([(0, 0), (50, 0)], [(0, 100), (50, 100)], [(0, 200), (50, 200)]), networks.DISCONNECTED_NETWORK),
        (base([(5000, 5000), (6000, 5000)]), networks.ROADS_ELSEWHERE),
    ):
        found = reach.on_foot(cells(), toilet, radius_m=within(150), network=network(roads))
        assert (found.method, found.reason) == (reach.STRAIGHT_LINE, reason)
        pd.testing.assert_series_equal(found.share, straight)
        assert found.nearest.loc["c0", "distance_m"] == pytest.approx(100 * 2**0.5)
    found = reach.on_foot(cells(), toilet, radius_m=within(150), network=network(lattice(100, 400)))
    assert (found.method, found.reason) == (reach.ON_FOOT, None)
    assert found.share.index.tolist() == found.nearest.index.tolist() == cells().index.tolist()
    distance, facility = found.nearest.loc["c5"]
    assert facility == "t" and 99.9 < distance < 200.1, "four roads are equally near to the middle of a square"


def test_a_facility_in_the_river_serves_nobody_and_is_named() -> None:
    roads = base(*NORTH_AND_SOUTH, [(300, 80), (300, 120)], water=RIVER)
    found = reach.on_foot(
        cells(), points((50, 100), (50, 80), names="ab"), radius_m=within(150), network=network(roads)
    )
    assert found.cut_off.tolist() == ["a"]
    assert set(found.nearest["facility"].dropna()) == {"b"}


@pytest.mark.parametrize("nowhere", [[], [None], [shapely.Point()]])
def test_without_facilities_nothing_is_within_reach(nowhere: list[shapely.Geometry | None]) -> None:
    found = reach.on_foot(
        cells(), gpd.GeoSeries(nowhere, crs=CRS), radius_m=within(500), network=network(lattice(100, 400))
    )
    assert (found.share == 0).all() and np.isinf(found.nearest["distance_m"]).all()
    assert found.nearest["facility"].isna().all()


def test_no_cells() -> None:
    found = reach.on_foot(cells()[:0], points((0, 0)), radius_m=within(500), network=network(lattice(100, 400)))
    assert len(found.share) == len(found.nearest) == 0


def test_every_cell_has_its_own_radius() -> None:
    """Of the four cells around the toilet two may be served from 200 m and two from 1 m only."""
    near = within(200)
    near[["c5", "c6"]] = 1
    for roads in (lattice(100, 400), base()):
        found = reach.on_foot(cells(), points((200, 200)), radius_m=near, network=network(roads)).share
        assert (found[["c9", "c10"]] > 0.9).all() and (found[["c5", "c6"]] < 0.05).all()


def test_the_sample_equal_to_networkx(sample_county: County) -> None:
    """Every cell of the sample, with facilities and cells hung onto a graph of networkx' own one by one."""
    roads = network(sample_county.base)
    toilets = serving(sample_county, "toilet", date(2026, 11, 20)).geometry
    start = set_out(roads, sample_county.cells.geometry).middle
    found = walking.walking_m(roads, start, toilets)
    goal = access(roads, np.asarray(toilets.array))
    graph = nx.Graph()
    for (first, second), metres in zip(roads.ends.tolist(), roads.length_m, strict=True):
        if metres < graph.get_edge_data(first, second, {"weight": np.inf})["weight"]:
            graph.add_edge(first, second, weight=metres)
    for at, (edge, along, leg) in enumerate(zip(goal.edge, goal.along_m, goal.leg_m, strict=True)):
        first, second = roads.ends[edge].tolist()
        graph.add_edge(("toilet", at), first, weight=leg + along)
        graph.add_edge(("toilet", at), second, weight=leg + roads.length_m[edge] - along)
    far = nx.multi_source_dijkstra_path_length(graph, {("toilet", at) for at in range(len(toilets))})
    for at, (edge, along, leg) in enumerate(zip(start.edge, start.along_m, start.leg_m, strict=True)):
        first, second = roads.ends[edge].tolist()
        here = [abs(along - a) + b for e, a, b in zip(goal.edge, goal.along_m, goal.leg_m, strict=True) if e == edge]
        expected = leg + min(far[first] + along, far[second] + roads.length_m[edge] - along, *here, np.inf)
        direct = toilets.distance(start.points[at]).min()
        expected = min(expected, direct if direct <= leg else np.inf)
        assert found["distance_m"][at] == pytest.approx(expected, abs=1e-6)
    assert np.isfinite(found["distance_m"]).all() and roads.largest_share > 0.99
