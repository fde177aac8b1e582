from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.relapse import relapses
from dashboard.snapshot import UNDATED, Snapshot
from tests.dashboard import chance
from tests.dashboard.conftest import Town

DAY = 86_400
MONDAY = chance.END - 4 * DAY - 12 * 3600
"""2026-03-16 00:00 in Shanghai."""


def scene(
    town: Town, problems: list[tuple[float, float, str, float, float | None, float | None, str | None]]
) -> Snapshot:
    """Problems as (x_m, y_m, category, reported, closed, reopened (days from 16 March), cell)."""
    rows = [
        chance.Row(
            f"p{at}",
            None if cell is None else str(town.county.cells["zone"][cell]),
            cell,
            None,
            "closed" if closed is not None and reopened is None else "reported",
            *(
                None if day is None else MONDAY + round(day * DAY)
                for day in (reported, None, closed, reopened)
            ),
            False,
            True,
        )
        for at, (_, _, _, reported, closed, reopened, cell) in enumerate(problems)
    ]  # fmt: skip
    names = tuple(sorted({problem[2] for problem in problems}))
    return replace(
        chance.snapshot_of(rows, town.county),
        x_m=np.array([problem[0] for problem in problems], dtype=np.float64),
        y_m=np.array([problem[1] for problem in problems], dtype=np.float64),
        category=np.array([names.index(problem[2]) for problem in problems], dtype=np.int32),
        categories=names,
    )


def test_back_within_fifty_metres_and_thirty_days(town: Town) -> None:
    snapshot = scene(
        town,
        [
            (0, 0, "垃圾", -40, -20, None, "C1"),  # 0 closed 24 February, the period's second day
            (30, 40, "垃圾", 2, None, None, "C4"),  # 1 just 50 m away, in the other zone
            (30, 41, "垃圾", 2, None, None, "C1"),  # 2 too far
            (0, 0, "市容", 2, None, None, "C1"),  # 3 another category
            (0, 0, "垃圾", -20, None, None, "C1"),  # 4 reported at the very moment of closing: no new one
            (500, 0, "垃圾", -60, -30, None, "C2"),  # 5 closed before the period
            (500, 0, "垃圾", 1, None, None, "C2"),  # 6
            (900, 0, "市容", -9, -5, 1, "C9"),  # 7 reopened after six days
            (900, 900, "市容", -9, -5, None, "C9"),  # 8 nothing since
            (-900, 0, "市容", -9, 1, None, None),  # 9 outside all zones
            (-900, 0, "市容", 1.5, None, None, None),  # 10
        ],
    )
    found = relapses(town.county, snapshot, town.filters, radius_m=50, within_days=30)
    assert found.pairs[["closed_row", "new_row"]].to_numpy().tolist() == [[0, 1], [9, 10]]
    assert found.pairs["distance_m"].tolist() == [50, 0]
    assert found.pairs["days"].tolist() == [22, 0.5]
    columns = ["closed", "watched", "came_back", "reopened", "relapsed"]
    assert found.cells.loc["C1", columns].tolist() == [1, 0, 1, 0, 1]
    assert found.cells.loc["C9", columns].tolist() == [2, 0, 0, 1, 1]
    assert found.cells.loc["C9", "relapsed_share"] == 0.5
    assert np.isnan(found.cells.loc["C2", "relapsed_share"])
    assert found.zones.loc["-", columns].tolist() == [1, 0, 1, 0, 1]
    assert found.zones["closed"].sum() == 4
    # In ten days nothing came back but outside; of what closed on 11 March nobody can say yet.
    short = relapses(town.county, snapshot, town.filters, radius_m=50, within_days=6)
    assert short.zones[columns].sum().tolist() == [4, 3, 1, 1, 2]
    assert relapses(town.county, snapshot, town.filters, radius_m=51, within_days=30).pairs["new_row"].tolist() == [
        1, 2, 10,
    ]  # fmt: skip


def test_filters_choose_the_closed_ones_not_what_follows(town: Town) -> None:
    snapshot = scene(
        town,
        [
            (0, 0, "垃圾", -40, -10, None, "C1"),
            (5, 0, "垃圾", -2, None, None, "C4"),
            (5, 0, "垃圾", -9, -3, None, "C4"),
        ],
    )
    north = town.at(zone=(str(town.county.zones.index[0]),), state=("reported",))
    found = relapses(town.county, snapshot, north, radius_m=50, within_days=30)
    assert found.pairs.to_numpy()[:, :2].tolist() == [[0, 2], [0, 1]]  # the nearest in time first
    assert found.zones.index.tolist() == list(north.zone)
    assert found.cells.index.tolist() == ["C1", "C2", "C3"]


def test_a_million_of_one_spot_are_left_out(town: Town) -> None:
    snapshot = scene(town, [(0, 0, "垃圾", -9, -5, None, "C1"), (0, 0, "垃圾", -4, None, None, "C1")])
    crowded = replace(snapshot, is_default_point=np.array([True, True]))
    found = relapses(town.county, crowded, town.filters, radius_m=50, within_days=30)
    assert (found.zones["closed"].sum(), found.left_out, len(found.pairs)) == (0, 1, 0)
    asked = town.at(with_default_points=True)
    assert not len(relapses(town.county, crowded, asked, radius_m=50, within_days=30).pairs)


@pytest.mark.parametrize("radius_m", [0, -1.0, float("nan")])
def test_no_radius_no_answer(town: Town, radius_m: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        relapses(town.county, town.snapshot, town.filters, radius_m=radius_m, within_days=30)


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    seed=st.integers(0, 2**16),
    radius_m=st.sampled_from([1.0, 30.0, 75.0, 5000.0]),
    within_days=st.integers(1, 60),
    hours=st.integers(0, 600),
)
def test_every_pair_one_by_one(
    town: Town, data: st.DataObject, seed: int, radius_m: float, within_days: int, hours: int
) -> None:
    rows = data.draw(chance.rows_of(town.county, size=60))
    rng = np.random.default_rng(seed)
    kinds = ("a", "b")
    drawn = chance.snapshot_of(rows, town.county)
    snapshot = replace(
        drawn,
        x_m=np.where(drawn.has_coordinates, rng.integers(-2, 3, len(rows)) * 37.5, np.nan),
        y_m=np.where(drawn.has_coordinates, rng.integers(-2, 3, len(rows)) * 25.0, np.nan),
        category=rng.integers(-1, 2, len(rows)).astype(np.int32),
        categories=kinds,
    )
    t = chance.END - hours * 3600
    filters = town.at(as_of=chance.moment(t))
    start, end = (day.toordinal() - 719_163 for day in filters.period)
    found = relapses(town.county, snapshot, filters, radius_m=radius_m, within_days=within_days)
    s = snapshot
    usable = [
        s.has_coordinates[i] and s.category[i] >= 0 and not s.is_default_point[i] for i in range(len(rows))
    ]  # fmt: skip
    closings = [
        i for i, row in enumerate(rows)
        if row.closed is not None and s.closed_s[i] != UNDATED and row.is_known(t) and row.closed <= t
        and start <= chance.local_day(row.closed) <= end
    ]  # fmt: skip
    counted = [i for i in closings if usable[i] and not s.has_dates_in_conflict[i]]
    expected = {
        (i, j) for i in counted for j, other in enumerate(rows)
        if usable[j] and other.is_known(t) and s.category[i] == s.category[j]
        and 0 < other.reported - s.closed_s[i] <= within_days * DAY
        and (s.x_m[i] - s.x_m[j]) ** 2 + (s.y_m[i] - s.y_m[j]) ** 2 <= radius_m**2
    }  # fmt: skip
    told = list(zip(found.pairs["closed_row"], found.pairs["new_row"], strict=True))
    assert len(told) == len(set(told))
    assert set(told) == expected
    assert found.zones["closed"].sum() == len(counted)
    assert found.zones["came_back"].sum() == len({i for i, _ in expected})
    again = [i for i in counted if s.reopened_s[i] <= min(s.closed_s[i] + within_days * DAY, t)]
    assert found.zones["reopened"].sum() == len(again)
    assert found.zones["relapsed"].sum() == len({i for i, _ in expected} | set(again))
    assert found.left_out == len(closings) - len(counted)
