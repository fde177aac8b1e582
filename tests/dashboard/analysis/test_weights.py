import geopandas as gpd
import libpysal
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import hotspots, weights


def grid(columns: int, rows: int, size: float = 100.0) -> gpd.GeoSeries:
    x, y = np.meshgrid(np.arange(columns) * size, np.arange(rows) * size)
    return gpd.GeoSeries(shapely.box(x.ravel(), y.ravel(), x.ravel() + size, y.ravel() + size))


def pairs(found) -> set[tuple[int, int]]:
    rows, columns = found.nonzero()
    return {(int(one), int(other)) for one, other in zip(rows, columns, strict=True) if one < other}


def test_edges_and_corners_make_neighbours() -> None:
    found = weights.queen_weights(grid(3, 3))
    assert found[[4]].indices.tolist() == [0, 1, 2, 3, 5, 6, 7, 8]
    assert found[[0]].indices.tolist() == [1, 3, 4]
    assert set(found.data) == {1.0}
    assert not found.diagonal().any()
    assert (found != found.T).nnz == 0


def test_a_corner_on_the_middle_of_an_edge_touches() -> None:
    wide = shapely.box(0, 0, 200, 100)
    above = [shapely.box(0, 100, 50, 150), shapely.box(50, 100, 130, 150), shapely.box(130, 100.2, 200, 150)]
    assert pairs(weights.queen_weights(gpd.GeoSeries([wide, *above]))) == {(0, 1), (0, 2), (1, 2), (2, 3)}


@pytest.mark.parametrize(("gap_m", "touches"), [(0.0, True), (0.03, True), (0.049, True), (0.051, False), (3.0, False)])
def test_a_gap_of_some_centimetres_is_none(gap_m: float, touches: bool) -> None:
    # Corners beside each other and corners off each other's: found by different ways.
    for shift in (0.0, 37.0):
        two = gpd.GeoSeries([shapely.box(0, 0, 100, 100), shapely.box(100 + gap_m, shift, 200, 100 + shift)])
        assert bool(weights.queen_weights(two).nnz) is touches


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**6), jitter=st.sampled_from([0.0, 0.01, 0.04, 5.0]), merged=st.integers(0, 6))
def test_a_torn_net_is_measured_pair_by_pair(seed: int, jitter: float, merged: int) -> None:
    # A net whose cells were digitised one by one, some of them two in one: corners off, corners on edges.
    rng = np.random.default_rng(seed)
    corners = [shapely.get_coordinates(box)[:4] + rng.uniform(-jitter, jitter, (4, 2)) for box in grid(6, 5)]
    shapes = [shapely.Polygon(each) for each in corners]
    for _ in range(merged):
        at = int(rng.integers(len(shapes)))
        west, south, east, north = shapely.bounds(shapes[at])
        shapes[at] = shapely.box(west, south, east + rng.choice([100, 37]), north)
    expected = {
        (one, other)
        for one in range(len(shapes))
        for other in range(one + 1, len(shapes))
        if shapely.dwithin(shapes[one], shapes[other], weights.TOUCH_M)
    }
    assert pairs(weights.queen_weights(gpd.GeoSeries(shapes))) == expected


def test_parts_holes_and_missing_polygons() -> None:
    ring = shapely.box(0, 0, 300, 300) - shapely.box(100, 100, 200, 200)
    two_parts = shapely.MultiPolygon([shapely.box(500, 0, 600, 100), shapely.box(300, 0, 400, 100)])
    found = weights.queen_weights(gpd.GeoSeries([ring, shapely.box(100, 100, 200, 200), two_parts, None]))
    assert pairs(found) == {(0, 1), (0, 2)}
    assert weights.islands(found).tolist() == [3]
    assert weights.queen_weights(gpd.GeoSeries([], crs="EPSG:4547")).shape == (0, 0)
    assert weights.distance_weights(np.empty((0, 2)), radius_m=1).shape == (0, 0)


def test_queen_is_that_of_libpysal_on_a_real_map() -> None:
    columbus = gpd.read_file(libpysal.examples.get_path("columbus.shp"))
    # In degrees of nothing in particular, so metres are made of it first.
    metres = columbus.geometry.set_crs(None, allow_override=True).scale(10_000, 10_000, origin=(0, 0))
    theirs = libpysal.io.open(libpysal.examples.get_path("columbus.gal")).read().sparse
    assert (weights.queen_weights(metres) != (theirs != 0).astype(float)).nnz == 0


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=30),
    radius=st.floats(0.5, 30),
)
def test_distance_is_measured_between_all(points: list[tuple[int, int]], radius: float) -> None:
    xy = np.array(points, dtype=float)
    expected = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1)) <= radius
    np.fill_diagonal(expected, val=False)
    assert (weights.distance_weights(xy, radius_m=radius).toarray() == expected).all()
    assert (weights.distance_weights(gpd.GeoSeries.from_xy(*xy.T), radius_m=radius).toarray() == expected).all()


def test_what_is_no_radius_and_no_point() -> None:
    with pytest.raises(ValueError, match="above zero"):
        weights.distance_weights([[0, 0]], radius_m=0)
    with pytest.raises(ValueError, match="coordinates"):
        weights.distance_weights([[0, np.nan]], radius_m=1)


def test_self_is_added_once_and_taken_away() -> None:
    queen = weights.queen_weights(grid(3, 2))
    whole = hotspots.with_self(queen)
    assert (whole.toarray() == queen.toarray() + np.eye(6)).all()
    with pytest.raises(ValueError, match="already"):
        weights.with_self(whole)
    assert (weights.without_self(whole) != queen).nnz == 0
    assert weights.neighbours(whole).tolist() == weights.neighbours(queen).tolist() == [3, 5, 3, 3, 5, 3]
    assert weights.row_standardised(whole).sum(axis=1) == pytest.approx(np.ones(6))


def test_a_subset_keeps_the_neighbours_among_the_chosen() -> None:
    chosen = np.array([True, True, False, True, False, False])
    assert pairs(weights.subset(weights.queen_weights(grid(3, 2)), chosen)) == {(0, 1), (0, 2), (1, 2)}
