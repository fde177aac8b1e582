from dataclasses import fields, replace
from datetime import UTC, datetime

import esda
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from dashboard.analysis import hotspots
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from tests.dashboard.conftest import Town
from tests.town import CELLS, SOUTH

SIDE, SIZE = 12, 100.0
X0, Y0 = 500_000.0, 4_210_000.0


def index(column: int, row: int) -> int:
    return row * SIDE + column


HOT = [index(column, row) for column in (7, 8, 9) for row in (2, 3, 4)]
"""A block of nine cells of a board of 144."""


class Board:
    """The town's place with 12 × 12 cells of 100 m, and problems put where a test wants them."""

    def __init__(self, town: Town, widths: np.ndarray | None = None) -> None:
        widths = np.full(SIDE, SIZE) if widths is None else widths
        west = X0 + np.concatenate([[0], np.cumsum(widths)[:-1]])
        boxes = [
            shapely.box(west[column], Y0 + SIZE * row, west[column] + widths[column], Y0 + SIZE * (row + 1))
            for row in range(SIDE)
            for column in range(SIDE)
        ]
        codes = pd.Index([f"B{number:03}" for number in range(SIDE**2)], name="code")
        cells = gpd.GeoDataFrame(
            {
                "name": codes,
                "zone": SOUTH,
                "area_m2": [box.area for box in boxes],
                "valid_from": pd.Series(pd.NaT, codes, dtype="datetime64[s]"),
                "valid_to": pd.Series(pd.NaT, codes, dtype="datetime64[s]"),
            },
            geometry=gpd.GeoSeries(boxes, codes, crs=town.county.cells.crs),
            index=codes,
        )
        visits = town.county.visits.iloc[:0]
        self.town = town
        self.county: County = replace(town.county, cells=cells, visits=visits)
        self.queen = hotspots.with_self(hotspots.queen_weights(cells))

    def snapshot(self, counts: np.ndarray, *, default: np.ndarray | None = None) -> Snapshot:
        """Problems by cell, all reported on 10 March; `default`: how many of each cell lie on a default point."""
        of = np.repeat(np.arange(SIDE**2), counts).astype(np.int32)
        rows = self.town.snapshot.keys[np.zeros(len(of), np.intp)]
        first = np.zeros(len(of), np.intp)
        # Fields alone: what the snapshot has worked out since is no argument of a new one.
        found = {field.name: getattr(self.town.snapshot, field.name) for field in fields(Snapshot)}
        columns = {name: values[first] for name, values in found.items() if isinstance(values, np.ndarray)}
        is_default = np.zeros(len(of), bool)
        for cell, number in enumerate(default if default is not None else []):
            is_default[np.flatnonzero(of == cell)[:number]] = True
        south = self.town.county.zones.index.get_loc(SOUTH)
        columns |= {"cell": of, "zone": np.full(len(of), south, np.int32), "is_default_point": is_default}
        return replace(self.town.snapshot, cells=tuple(self.county.cells.index), keys=rows, **columns)

    def filters(self, snapshot: Snapshot, **chosen: object) -> Filters:
        return Filters(**chosen).resolved(self.county.place, snapshot)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def board(town: Town) -> Board:
    return Board(town)


def background(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(1.0, SIDE**2)


def test_a_block_of_many_problems_is_hot_and_the_rest_is_not(board: Board) -> None:
    counts = background()
    counts[HOT] += 6
    snapshot = board.snapshot(counts)
    near = replace(hotspots.neighbourhood(board.county, snapshot), weights=board.queen)
    found = hotspots.cells(board.county, snapshot, board.filters(snapshot), near=near)
    assert found.refusal is None
    assert (found.problems, found.left_out, found.method) == (counts.sum(), 0, "gi_star_rate")
    frame = found.frame
    assert frame.index.tolist() == board.county.cells.index.tolist()
    assert (frame["class_"].to_numpy()[HOT] >= 2).sum() >= 6  # a corner of the block has more cold around it than hot
    assert frame["class_"].iloc[index(8, 3)] == 3
    column, row = np.arange(144) % SIDE, np.arange(144) // SIDE
    far = (np.abs(column - 8) > 3) | (np.abs(row - 3) > 3)
    assert not (frame["class_"].to_numpy()[far] > 0).any()
    middle = frame.iloc[index(8, 3)]
    assert middle["rank"] == 1
    assert middle["problems"] == counts[index(8, 3)]
    assert middle["near_problems"] == counts[HOT].sum() - counts[index(8, 3)]
    assert middle["neighbours"] == 8
    assert middle["near_per_km2"] == pytest.approx(middle["near_problems"] / 0.08)
    assert middle["mean_per_km2"] == pytest.approx(counts.sum() / 1.44)
    assert found.moran is not None
    assert found.moran.z > 3


def test_z_is_that_of_esda(board: Board) -> None:
    counts = background(2)
    snapshot = board.snapshot(counts)
    near = hotspots.neighbourhood(board.county, snapshot)
    import libpysal

    theirs = libpysal.weights.lat2W(SIDE, SIDE, rook=False)
    assert (
        hotspots.with_self(hotspots.queen_weights(board.county.cells)).toarray()
        == theirs.sparse.toarray() + np.eye(144)
    ).all()
    queen = replace(near, weights=hotspots.with_self(hotspots.queen_weights(board.county.cells)))
    found = hotspots.cells(board.county, snapshot, board.filters(snapshot), near=queen, value="count", permutations=0)
    expected = esda.G_Local(counts.astype(float), theirs, transform="B", star=True, permutations=0)
    assert np.abs(found.frame["z"].to_numpy() - expected.Zs).max() < 1e-9
    assert np.abs(found.frame["p"].to_numpy() - 2 * expected.p_norm).max() < 1e-9
    from esda.smoothing import assuncao_rate

    counts[HOT] += 6  # so that a is above 0, below which esda goes another way
    area_km2 = np.full(144, 0.01)
    assert hotspots.standardised_rates(counts, area_km2) == pytest.approx(assuncao_rate(counts, area_km2))


def test_large_cells_are_not_hot_for_being_large(town: Town) -> None:
    widths = np.where(np.arange(SIDE) < 4, 10 * SIZE, SIZE)
    board = Board(town, widths)
    area = board.county.cells["area_m2"].to_numpy()
    counts = np.random.default_rng(3).multinomial(900, area / area.sum())
    snapshot = board.snapshot(counts)
    filters = board.filters(snapshot)
    by_rate = hotspots.cells(board.county, snapshot, filters)
    by_count = hotspots.cells(board.county, snapshot, filters, value="count")
    assert not by_rate.frame["class_"].any()
    assert (by_count.frame["class_"] == 3).sum() > 10


def test_without_a_pattern_few_maps_show_one(town: Town) -> None:
    # Cells of 1 : 10, and one problem in two of them: where a normal p fails.
    board = Board(town, np.where(np.arange(SIDE) % 6 < 3, 2 * SIZE, SIZE / 5))
    area = board.county.cells["area_m2"].to_numpy()
    near = hotspots.with_self(hotspots.queen_weights(board.county.cells))
    rng, wrong = np.random.default_rng(4), {"normal": 0, "both": 0}
    for _ in range(60):
        counts = rng.multinomial(72, area / area.sum())
        values, rates = hotspots.standardised_rates(counts, area / 1e6), counts / area * 1e6
        z = hotspots.gi_star(values, near)
        p = hotspots.chance(values, rates, near, permutations=999, seed=1)
        wrong["normal"] += bool((np.abs(hotspots.classes(z)) >= 2).any())
        wrong["both"] += bool((np.abs(hotspots.classes(z, p)) >= 2).any())
    assert wrong["both"] <= 6
    assert wrong["normal"] >= 10


def test_a_default_point_makes_no_hotspot_unless_asked(board: Board) -> None:
    counts, default = background(), np.zeros(144, int)
    default[index(5, 5)] = 200
    snapshot = board.snapshot(counts + default, default=default)
    found = hotspots.cells(board.county, snapshot, board.filters(snapshot))
    assert (found.problems, found.left_out) == (counts.sum(), 200)
    assert not (found.frame["class_"] > 0).any()
    asked = hotspots.cells(board.county, snapshot, board.filters(snapshot, with_default_points=True), permutations=0)
    assert (asked.problems, asked.left_out) == (counts.sum() + 200, 0)
    assert asked.frame["class_"].iloc[index(5, 5)] == 3


def test_what_is_shown_changes_no_number(board: Board) -> None:
    counts = background()
    counts[HOT] += 6
    snapshot = board.snapshot(counts)
    whole = hotspots.cells(board.county, snapshot, board.filters(snapshot))
    one = hotspots.cells(board.county, snapshot, board.filters(snapshot, cell="B044"))
    pd.testing.assert_frame_equal(one.frame, whole.frame.loc[["B044"]])
    assert one.problems == whole.problems
    none = hotspots.cells(board.county, snapshot, board.filters(snapshot, zone=("no such",)))
    assert none.frame.empty
    assert none.refusal is None


def test_cells_out_of_force_are_nobodys_neighbours(board: Board) -> None:
    counts = background()
    cells = board.county.cells.copy()
    gone = index(8, 3)
    cells.iloc[gone, cells.columns.get_loc("valid_to")] = pd.Timestamp("2026-02-28")
    county = replace(board.county, cells=cells)
    snapshot = board.snapshot(counts)
    near = hotspots.neighbourhood(county, snapshot)
    queen = replace(near, weights=hotspots.with_self(hotspots.queen_weights(cells)))
    found = hotspots.cells(county, snapshot, board.filters(snapshot), near=queen)
    assert len(found.frame) == 143
    assert "B044" not in found.frame.index
    assert found.frame.loc["B045", "neighbours"] == 7
    assert found.problems == counts.sum() - counts[gone]


def test_a_cell_that_began_within_the_period_has_no_class(board: Board) -> None:
    counts = background()
    counts[HOT] = 30
    cells = board.county.cells.copy()
    cells.iloc[HOT[:4], cells.columns.get_loc("valid_from")] = pd.Timestamp("2026-03-10")
    snapshot = board.snapshot(counts)
    near = hotspots.neighbourhood(board.county, snapshot)
    told = [
        hotspots.cells(county, snapshot, board.filters(snapshot), near=near).frame
        for county in (board.county, replace(board.county, cells=cells))
    ]
    before, after = (frame.iloc[HOT[:4]] for frame in told)
    assert (before["class_"] > 0).any() and before["z"].notna().all() and not before["is_new"].any()
    assert (after["class_"] == 0).all() and after["z"].isna().all() and after["is_new"].all()


def test_nobody_looked_is_not_cold(board: Board, town: Town) -> None:
    counts = background() + 3
    cold = [index(column, row) for column in range(5) for row in range(6, 11)]
    counts[cold] = 0
    snapshot = board.snapshot(counts)
    seen = [index(2, 8), index(3, 8)]
    at = int(datetime(2026, 3, 10, tzinfo=UTC).timestamp())
    visits = pd.DataFrame(
        {
            "cell": np.array(seen, np.int32),
            "zone": np.array([0, 0], np.int32),
            "visited_s": np.array([at, at]),
            "visited_day": np.array([at // 86_400] * 2, np.int32),
            "party": ["w1", "w1"],
        }
    )
    county = replace(board.county, visits=visits)
    filters = board.filters(snapshot)
    frame = hotspots.cells(county, snapshot, filters).frame
    assert (frame["class_"].iloc[seen] < 0).all()
    assert not frame["is_unseen"].iloc[seen].any()
    unseen = frame.iloc[[each for each in cold if each not in seen]]
    assert unseen["is_unseen"].all()
    assert (unseen["class_"] == 0).all()
    assert (unseen["z"] < 0).all()
    unknown = hotspots.cells(board.county, snapshot, filters).frame
    assert unknown["is_unvisited"].isna().all()
    assert (unknown["class_"].iloc[cold] < 0).sum() > 9


def test_islands_are_named_and_have_no_class(board: Board) -> None:
    cells = board.county.cells.copy()
    shapes = cells.geometry.to_numpy().copy()
    shapes[0] = shapely.transform(shapes[0], lambda xy: xy - 50_000)
    cells = cells.set_geometry(gpd.GeoSeries(shapes, cells.index, crs=cells.crs))
    county = replace(board.county, cells=cells)
    counts = background()
    counts[0] = 60
    snapshot = board.snapshot(counts)
    frame = hotspots.cells(county, snapshot, board.filters(snapshot)).frame
    assert frame.index[frame["is_island"]].tolist() == ["B000"]
    island = frame.loc["B000"]
    assert (island["neighbours"], island["class_"], island["near_problems"]) == (0, 0, 0)
    assert np.isnan([island["z"], island["p"], island["near_per_km2"]]).all()
    assert pd.isna(island["rank"])


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        (np.r_[np.ones(29, int), np.zeros(115, int)], "too_few_problems"),
        (np.r_[np.ones(30, int), np.zeros(114, int)], None),
        (np.ones(144, int), "no_variation"),
        (np.zeros(144, int), "too_few_problems"),
    ],
)
def test_what_is_too_little_to_say_anything(board: Board, counts: np.ndarray, code: str | None) -> None:
    snapshot = board.snapshot(counts)
    found = hotspots.cells(board.county, snapshot, board.filters(snapshot), permutations=99)
    assert found.refusal == code
    if code:
        assert found.frame[["z", "p"]].isna().all(axis=None)
        assert found.frame["rank"].isna().all()
        assert not found.frame["class_"].any()
        assert found.moran is None


def test_too_few_cells_and_too_few_neighbours(town: Town) -> None:
    found = hotspots.cells(town.county, town.snapshot, town.filters)
    assert found.refusal == "too_few_cells"
    assert found.frame.index.tolist() == list(CELLS)
    # Reported in the period: p04-p07 in C5; p14, p15 in C6 are at a default point.
    assert found.frame["problems"].tolist() == [2, 1, 1, 1, 4, 0, 0, 0, 0]
    assert (found.problems, found.left_out) == (9, 2)
    assert found.frame.loc["C5", "near_problems"] == 5
    zones = hotspots.cells(town.county, town.snapshot, town.filters, layer="zones")
    assert (zones.refusal, zones.frame.index.name) == ("too_few_cells", "zone")
    assert zones.frame["neighbours"].tolist() == [1, 1]
    lonely = hotspots.distance_weights(np.arange(60).reshape(30, 2) * 100.0, radius_m=1)
    assert hotspots.refusal(np.arange(30), lonely) == "too_few_neighbours"


def test_the_radius_is_of_the_version_not_of_the_filters(board: Board) -> None:
    counts = background()
    counts[HOT] += 20
    snapshot = board.snapshot(counts)
    near = hotspots.neighbourhood(board.county, snapshot)
    assert near.incremental["radius_m"].tolist()[:2] == [100, 200]
    assert near.radius_m == float(near.incremental.loc[near.incremental["is_peak"], "radius_m"].iloc[0])
    early = board.filters(snapshot, as_of=datetime(2026, 1, 1, tzinfo=UTC))
    found = hotspots.cells(board.county, snapshot, early, near=near)
    assert (found.radius_m, found.refusal) == (near.radius_m, "too_few_problems")
    even = hotspots.neighbourhood(board.county, board.snapshot(np.ones(144, int)))
    assert even.radius_m is None  # touching alone
    assert hotspots.neighbours(even.weights)[index(5, 5)] == 8


def test_a_county_without_cells(board: Board) -> None:
    county = replace(board.county, cells=board.county.cells.iloc[:0])
    snapshot = board.snapshot(np.zeros(144, int))
    found = hotspots.cells(county, snapshot, board.filters(snapshot))
    assert (found.refusal, len(found.frame), found.radius_m) == ("too_few_cells", 0, None)


def test_cells_are_neighbours_no_farther_than_a_zone_reaches(board: Board) -> None:
    column, row = np.arange(144) % SIDE, np.arange(144) // SIDE
    counts = np.maximum(0, 20 - 2 * np.hypot(column - 4, row - 5)).round().astype(int)  # alike over hundreds of metres
    near = hotspots.neighbourhood(board.county, board.snapshot(counts))
    widest_m = np.sqrt(board.county.zones["area_m2"].mean() / np.pi)
    assert 100 < widest_m < 200
    assert hotspots.peak_radius_m(near.incremental) > 200  # type: ignore[operator]
    assert near.radius_m == pytest.approx(100)
    assert near.incremental.loc[near.incremental["is_peak"], "radius_m"].tolist() == [near.radius_m]
