"""Visits of the nine-cell town: C1 on 10 and 11 March, C2 on 10 February, C3 on 19 March, C4 on 23 February, C5 on 20
March (the moment's day), C7 on 22 February, and on 15 March one in no cell; all by w1, who has C1, C2 and C4."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import rhythm, visits
from dashboard.standards import Standard
from tests.dashboard.conftest import Town

CELLS = [f"C{number}" for number in range(1, 10)]
TEXTS = {"zh": "", "en": ""}


def every(days: float, **by_setting: float) -> Standard:
    return Standard("visit.rhythm", days, "d", False, TEXTS, TEXTS, TEXTS, by_setting)


def test_rhythm_by_hand(town: Town) -> None:
    """The period 23 February … 22 March ends for us on Friday 20 March, its 26th day."""
    found = rhythm.cells(town.county, town.filters, every(10))
    assert found["days_since"].tolist() == [9, 38, 1, 25, 0, pd.NA, 26, pd.NA, pd.NA]
    # C1: 22 February to 10 March is 16. C3: to 19 March 25. C4: 23 February to 20 March 25.
    assert found["longest_gap_days"].tolist() == [16, 26, 25, 25, 26, 26, 26, 26, 26]
    assert found.index[found["is_late"]].tolist() == ["C2", "C4", "C6", "C7", "C8", "C9"]
    assert not found["is_kept"].any()
    assert rhythm.cells(town.county, town.filters, every(16))["is_kept"].tolist() == [True] + [False] * 8


def test_the_rhythm_may_differ_with_the_setting(town: Town) -> None:
    """C1 … C6 are old town, the others new town."""
    found = rhythm.cells(town.county, town.filters, every(9, new_town=30))
    assert found["required_days"].tolist() == [9] * 6 + [30] * 3
    assert found["is_late"].tolist() == [False, True, False, True, False, True, False, True, True]
    assert rhythm.cells(town.county, town.filters, every(8))["is_late"]["C1"]


def test_a_visit_after_the_moment_is_not_known_yet(town: Town) -> None:
    earlier = town.at(as_of=pd.Timestamp("2026-03-10T12:00:00Z").to_pydatetime(), start=date(2026, 3, 1))
    found = rhythm.cells(town.county, earlier, every(7))
    assert found["days_since"].tolist()[:3] == [0, 28, pd.NA]
    assert found["longest_gap_days"].tolist()[:3] == [10, 10, 10]


@settings(max_examples=30, deadline=None)
@given(start=st.dates(date(2026, 2, 1), date(2026, 3, 20)), length=st.integers(0, 40), days=st.integers(1, 40))
def test_the_longest_gap_equal_to_a_walk_through_the_days(town: Town, start: date, length: int, days: int) -> None:
    chosen = town.at(start=start, end=date.fromordinal(start.toordinal() + length))
    found = rhythm.cells(town.county, chosen, every(days))
    epoch = date(1970, 1, 1).toordinal()
    last = min(chosen.period[1], date(2026, 3, 20)).toordinal() - epoch
    for position, code in enumerate(found.index):
        rows = town.county.visits[town.county.visits["cell"] == position]
        seen, longest, since = set(rows["visited_day"]), 0, start.toordinal() - epoch - 1
        for day in range(since + 1, last + 1):
            longest = max(longest, day - since)
            since = day if day in seen else since
        assert found.loc[code, "longest_gap_days"] == longest
    assert (found["is_kept"] == (found["longest_gap_days"] <= days)).all()


def test_cells_seen_by_week(town: Town) -> None:
    """To Sunday 15 March C1 alone; to the 22nd C3 and C5; in the zone in the north C1, then C3."""
    ends = pd.DatetimeIndex(["2026-03-01", "2026-03-08", "2026-03-15", "2026-03-22"])
    found = rhythm.weeks(town.county, town.filters, week_ends=ends)
    assert found["cells"].tolist() == [9] * 4
    assert found["seen"].tolist() == [1, 0, 1, 2]
    assert found["share_seen"].tolist() == pytest.approx([1 / 9, 0, 1 / 9, 2 / 9])
    north = rhythm.weeks(town.county, town.at(zone=("999900001",)), week_ends=ends)
    assert north[["cells", "seen"]].to_numpy().tolist() == [[3, 0], [3, 0], [3, 1], [3, 1]]


def test_visits_outside_the_assigned_cells(town: Town) -> None:
    """In the period: twice C1 and once C4, which are w1's; C3 and C5 are others'; one in no cell."""
    found = rhythm.where(town.county, town.filters)
    told = [(CELLS[cell] if cell >= 0 else None, at) for cell, at in zip(found["cell"], found["where"], strict=True)]
    assert told == [
        ("C4", "own"), ("C1", "own"), ("C1", "own"), (None, "in_no_cell"), ("C3", "elsewhere"), ("C5", "elsewhere"),
    ]  # fmt: skip
    before = town.at(start=date(2026, 2, 1), end=date(2026, 3, 1))
    assert rhythm.where(town.county, before)["where"].tolist() == ["own", "elsewhere", "own"]


def test_a_period_without_visits_holds_none(town: Town) -> None:
    later = town.at(start=date(2026, 4, 1), end=date(2026, 4, 7))
    assert len(rhythm.where(town.county, later)) == 0
    found = rhythm.workers(town.county, later)
    assert found[["cells", "cells_seen", "visits"]].to_numpy().tolist() == [[3, 0, 0], [3, 0, 0]]
    assert found["last_visit"].isna().all()


def test_workers_by_hand(town: Town) -> None:
    """w2's term ended yesterday and w3's begins tomorrow; w4 holds C6, C7 and C8 and saw nothing."""
    found = rhythm.workers(town.county, town.filters)
    assert found.index.tolist() == ["w1", "w4"]
    counted = [
        "cells",
        "cells_seen",
        "cells_seen_by_anybody",
        "visits",
        "own",
        "elsewhere",
        "without_cells",
        "in_no_cell",
    ]
    assert found.loc["w1", counted].tolist() == [3, 2, 2, 6, 3, 2, 0, 1]
    assert found.loc["w4", counted].tolist() == [3, 0, 0, 0, 0, 0, 0, 0]
    assert found["share_seen"].tolist() == pytest.approx([2 / 3, 0])
    assert found["name"].tolist() == ["李一", "郑四"]
    assert str(found["last_visit"]["w1"].date()) == "2026-03-20" and pd.isna(found["last_visit"]["w4"])
    assert rhythm.workers(town.county, town.at(zone=("999900001",)))["cells"].to_dict() == {"w1": 2}


@settings(max_examples=20, deadline=None)
@given(start=st.dates(date(2026, 2, 1), date(2026, 3, 20)), length=st.integers(0, 40))
def test_every_visit_is_somewhere(town: Town, start: date, length: int) -> None:
    chosen = town.at(start=start, end=date.fromordinal(start.toordinal() + length))
    made = rhythm.where(town.county, chosen)
    assert made["where"].isin(rhythm.WHERE).all()
    found = rhythm.workers(town.county, chosen)
    assert (found[list(rhythm.WHERE[:-1])].sum(axis=1) == found["visits"]).all()
    assert (found["cells_seen"] <= found["cells_seen_by_anybody"]).all()
    seen = set(made.loc[made["cell"] >= 0, "cell"])
    assert seen == set(np.flatnonzero(visits.cells(town.county, chosen)["visits"] > 0))


def test_not_visited_is_never_no_problem(town: Town) -> None:
    """Problems were reported in C1 … C6 and, before the period, in C9. C7 was last seen on the day before it."""
    found = rhythm.findings(town.county, town.snapshot, town.filters)
    assert found.to_dict() == {code: "found" for code in CELLS[:6]} | {code: "not_looked" for code in CELLS[6:]}
    longer = rhythm.findings(town.county, town.snapshot, town.at(start=date(2026, 2, 22)))
    assert longer["C7"] == "nothing_found"
    unvisited = visits.cells(town.county, town.filters)["is_unvisited"]
    assert not (found[unvisited] == "nothing_found").any()


def test_where_no_visits_are_kept_nobody_can_tell(bare_town: Town) -> None:
    found = rhythm.cells(bare_town.county, bare_town.filters, every(7))
    assert found.drop(columns="required_days").isna().all(axis=None)
    ends = pd.DatetimeIndex(["2026-03-22"])
    assert rhythm.weeks(bare_town.county, bare_town.filters, week_ends=ends)["seen"].isna().all()
    assert len(rhythm.where(bare_town.county, bare_town.filters)) == 0
    assert len(rhythm.workers(bare_town.county, bare_town.filters)) == 0
    findings = rhythm.findings(bare_town.county, bare_town.snapshot, bare_town.filters)
    assert set(findings) == {"found", "not_known"}
