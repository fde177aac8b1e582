"""Cells nobody has looked at for long, in the nine-cell town; its visits are told in test_rhythm."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import density, rhythm, rounds, visits
from tests.dashboard.analysis.test_rhythm import every
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH


def test_cells_by_hand(town: Town) -> None:
    """Never visited first, in order of code; then C2 (38 days), C7 (26), C4 (25), C1 (9), C3 (1), C5 (0)."""
    found = rounds.cells(town.county, town.snapshot, town.filters, every(10))
    assert found.index.tolist() == ["C6", "C8", "C9", "C2", "C7", "C4", "C1", "C3", "C5"]
    assert found["days_since"].tolist() == [pd.NA, pd.NA, pd.NA, 38, 26, 25, 9, 1, 0]
    assert found["is_late"].tolist() == [True] * 6 + [False] * 3
    assert found["visits"].tolist() == [0, 0, 0, 0, 0, 1, 2, 1, 1]
    assert found["worker"].fillna("").tolist() == ["郑四", "郑四", "", "李一", "郑四", "李一", "李一", "", ""]
    assert found["zone_name"].tolist()[3:5] == ["北片区", "南片区"]
    assert found["open"].to_dict() == {"C2": 1, "C3": 1, "C5": 4, "C6": 2} | dict.fromkeys(
        ("C1", "C4", "C7", "C8", "C9"), 0
    )
    assert found["finding"].tolist() == ["found", "not_looked", "not_looked", "found", "not_looked", *["found"] * 4]


def test_unseen_for_days_and_late_are_told_apart(town: Town) -> None:
    """By the rhythm more than ten days; by a number at least as many."""
    found = rounds.cells(town.county, town.snapshot, town.filters, every(25))
    assert rounds.unseen(found, None).index.tolist() == ["C6", "C8", "C9", "C2", "C7"]
    assert rounds.unseen(found, 25).index.tolist() == ["C6", "C8", "C9", "C2", "C7", "C4"]
    assert rounds.unseen(found, 39).index.tolist() == ["C6", "C8", "C9"]


def test_a_cell_that_began_the_other_day_is_not_unseen_for_long(town: Town) -> None:
    begun = town.county.cells.assign(valid_from=pd.to_datetime(["2026-03-17"] * 9).as_unit("s"))
    young = replace(town.county, cells=begun)
    found = rounds.cells(young, town.snapshot, town.filters, every(7))
    assert found.loc[["C6", "C8", "C9"], "days_unseen"].tolist() == [3, 3, 3]
    assert {"C6", "C8", "C9"}.isdisjoint(rounds.unseen(found, 4).index)
    assert {"C6", "C8", "C9"} <= set(rounds.unseen(found, 3).index)


@settings(max_examples=12, deadline=None)
@given(
    days=st.none() | st.integers(1, 60),
    zone=st.sampled_from([(), (NORTH,), (SOUTH,), ("-",)]),
    start=st.dates(date(2026, 1, 1), date(2026, 3, 20)),
    required=st.integers(1, 40),
)
def test_unseen_and_its_complement_make_up_all_cells_in_force(
    town: Town, days: int | None, zone: tuple[str, ...], start: date, required: int
) -> None:
    chosen = town.at(zone=zone, start=start, end=date(2026, 3, 22))
    found = rounds.cells(town.county, town.snapshot, chosen, every(required))
    in_force = town.county.cells.index[town.county.cells_on(date(2026, 3, 20), zone=zone)]
    assert sorted(found.index) == sorted(in_force)
    unseen = rounds.unseen(found, days)
    # The other way round: those whose last visit lies in the last days.
    limit = required + 1 if days is None else days
    seen = set(found.index[(pd.Timestamp("2026-03-20") - found["last_visit"]).dt.days < limit])
    assert set(unseen.index) | seen == set(found.index)
    assert set(unseen.index).isdisjoint(seen)
    waits = found["days_unseen"].astype("Float64").fillna(10**6).to_numpy(np.float64)
    assert (np.diff(waits) <= 0).all()


def test_what_chooses_problems_is_nothing_to_visits(town: Town) -> None:
    plain = rounds.cells(town.county, town.snapshot, town.filters, every(7))
    narrow = town.at(category=("垃圾",), state=("closed",), is_overdue_only=True, unit=("环卫所",))
    assert rounds.cells(town.county, town.snapshot, narrow, every(7)).equals(plain)
    everything = density.cells(town.county, town.snapshot, town.at(with_default_points=True))
    assert plain["open"].sort_index().tolist() == everything["open"].tolist()


def test_where_the_visits_went(town: Town) -> None:
    """Six in the period: w1's own three, two in others' cells, one by the river in the south."""
    found = rounds.whereabouts(town.county, town.filters)
    assert found["visits"].to_dict() == {"own": 3, "elsewhere": 2, "without_cells": 0, "in_no_cell": 1, "nameless": 0}
    assert found["share"].tolist() == pytest.approx([1 / 2, 1 / 3, 0, 1 / 6, 0])
    north = rounds.whereabouts(town.county, town.at(zone=(NORTH,)))
    assert north["visits"].tolist() == [2, 1, 0, 0, 0]
    assert rounds.whereabouts(town.county, town.at(cell="C5"))["visits"].tolist() == [0, 1, 0, 0, 0]
    assert rounds.whereabouts(town.county, town.at(cell="-"))["visits"].tolist() == [0, 0, 0, 1, 0]
    assert rounds.whereabouts(town.county, town.at(cell="nowhere"))["visits"].sum() == 0
    none = rounds.whereabouts(town.county, town.at(start=date(2026, 4, 1), end=date(2026, 4, 7)))
    assert none["visits"].sum() == 0 and none["share"].isna().all()


@settings(max_examples=10, deadline=None)
@given(start=st.dates(date(2026, 2, 1), date(2026, 3, 20)), length=st.integers(0, 60))
def test_zones_part_the_visits(town: Town, start: date, length: int) -> None:
    span = {"start": start, "end": date.fromordinal(start.toordinal() + length)}
    whole = rounds.whereabouts(town.county, town.at(**span))["visits"]
    parts = [rounds.whereabouts(town.county, town.at(zone=(zone,), **span))["visits"] for zone in (NORTH, SOUTH, "-")]
    assert sum(parts).equals(whole)
    assert whole.sum() == len(rhythm.where(town.county, town.at(**span)))


def test_where_no_visits_are_kept_no_cell_is_unseen(bare_town: Town) -> None:
    found = rounds.cells(bare_town.county, bare_town.snapshot, bare_town.filters, every(7))
    assert len(found) == 9
    assert rounds.unseen(found, None).empty and rounds.unseen(found, 1).empty
    assert set(found["finding"]) == {"found", "not_known"}
    assert visits.cells(bare_town.county, bare_town.filters)["is_unvisited"].isna().all()
