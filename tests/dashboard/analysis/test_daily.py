"""Visits day by day, in the nine-cell town; its visits are told in test_rhythm. Weeks end on Sunday."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import daily, rhythm, rounds, visits
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH


def made(found: pd.DataFrame) -> dict[str, int]:
    """Days with visits, as month and day."""
    there = found[(found["visits"] > 0).fillna(False)]
    return {f"{day:%m-%d}": int(count) for day, count in there["visits"].items()}


def test_days_by_hand(town: Town) -> None:
    """26 weeks to Sunday 22 March; the first visit of the place was on 10 February, the moment is the 20th."""
    found = daily.by_day(town.county, town.filters)
    assert len(found) == 26 * 7 and str(found.index[-1].date()) == "2026-03-22"
    assert found["weekday"].tolist() == list(range(7)) * 26
    assert (found.index[found["weekday"] == 6].day_name() == "Sunday").all()
    assert (found["week_end"].unique() == found.index[found["weekday"] == 6]).all()
    assert made(found) == {
        "02-10": 1,
        "02-22": 1,
        "02-23": 1,
        "03-10": 1,
        "03-11": 1,
        "03-15": 1,
        "03-19": 1,
        "03-20": 1,
    }
    known = found.index[found["is_known"]]
    assert [f"{day:%m-%d}" for day in (known[0], known[-1])] == ["02-10", "03-20"] and len(known) == 39
    assert found.loc[~found["is_known"], "visits"].isna().all()
    assert found.loc["2026-03-12", "visits"] == 0  # nobody went: told apart from not known
    assert found.loc["2026-03-15", ["visits", "cells_seen", "cells"]].tolist() == [1, 0, 9]  # by the river
    assert found.loc["2026-03-10", ["visits", "cells_seen", "cells"]].tolist() == [1, 1, 9]
    assert found["is_in_period"].sum() == 28


def test_of_a_zone_a_cell_and_a_person(town: Town) -> None:
    north = daily.by_day(town.county, town.at(zone=(NORTH,)))
    assert made(north) == {"02-10": 1, "03-10": 1, "03-11": 1, "03-19": 1} and set(north["cells"]) == {3}
    assert made(daily.by_day(town.county, town.at(cell="C1"))) == {"03-10": 1, "03-11": 1}
    worker = daily.by_day(town.county, town.filters, party="w1")
    assert sum(made(worker).values()) == 8
    assert set(worker.loc["2026-01-01":, "cells"]) == {3} and set(worker.loc[:"2025-12-31", "cells"]) == {0}
    ended = daily.by_day(town.county, town.filters, party="w2")  # had C5 until the 19th, and made no visit
    assert ended.loc["2026-03-19", "is_known"] and not ended.loc["2026-03-20", "is_known"]
    assert daily.by_day(town.county, town.filters, party="nobody")["is_known"].sum() == 0


def test_the_week_ends_on_the_weekday_of_the_place(town: Town) -> None:
    friday = replace(town.county, place=replace(town.county.place, week_ends="friday"))
    found = daily.by_day(friday, town.filters)
    assert str(found.index[-1].date()) == "2026-03-20"
    assert (found.index[found["weekday"] == 0].day_name() == "Saturday").all()


def test_what_is_after_the_moment_is_not_known_yet(town: Town) -> None:
    earlier = town.at(as_of=datetime(2026, 3, 10, 12, tzinfo=UTC))
    found = daily.by_day(town.county, earlier)
    assert str(found.index[-1].date()) == "2026-03-15"
    assert made(found) == {"02-10": 1, "02-22": 1, "02-23": 1, "03-10": 1}
    assert not found.loc["2026-03-11":, "is_known"].any()


def test_a_long_period_is_shown_whole_up_to_a_year(town: Town) -> None:
    assert len(daily.by_day(town.county, town.at(start=date(2025, 6, 1)))) == 43 * 7  # from Monday 26 May
    assert len(daily.by_day(town.county, town.at(start=date(2020, 6, 1)))) == daily.MOST_WEEKS * 7
    before = daily.by_day(town.county, town.at(start=date(2026, 2, 1), end=date(2026, 2, 12)))
    assert str(before.index[-1].date()) == "2026-02-15"


@settings(max_examples=12, deadline=None)
@given(
    start=st.dates(date(2026, 1, 1), date(2026, 3, 20)),
    length=st.integers(0, 60),
    moment=st.dates(date(2026, 2, 10), date(2026, 3, 25)),
)
def test_the_calendar_adds_up_to_the_visits_counted(town: Town, start: date, length: int, moment: date) -> None:
    span = {"start": start, "end": date.fromordinal(start.toordinal() + length),
            "as_of": datetime(moment.year, moment.month, moment.day, 10, tzinfo=UTC)}  # fmt: skip

    def summed(**chosen: object) -> int:
        party = chosen.pop("party", None)
        found = daily.by_day(town.county, town.at(**span, **chosen), party=party)  # type: ignore[arg-type]
        return int(found.loc[found["is_in_period"], "visits"].sum())

    whole = town.at(**span)
    assert summed() == rounds.whereabouts(town.county, whole)["visits"].sum()
    for zone, count in visits.zones(town.county, whole)["visits"].items():
        assert summed(zone=(zone,)) == (0 if pd.isna(count) else count)
    for cell, count in visits.cells(town.county, whole)["visits"].items():
        assert summed(cell=cell) == (0 if pd.isna(count) else count)
    for party, count in rhythm.workers(town.county, whole)["visits"].items():
        assert summed(party=party) == (0 if pd.isna(count) else count)


@settings(max_examples=10, deadline=None)
@given(zone=st.sampled_from([(), (NORTH,), (SOUTH,)]), party=st.sampled_from([None, "w1", "w4"]))
def test_no_more_cells_are_seen_than_visits_made_and_cells_there(
    town: Town, zone: tuple[str, ...], party: str | None
) -> None:
    found = daily.by_day(town.county, town.at(zone=zone), party=party)
    known = found[found["is_known"]]
    assert (known["cells_seen"] <= known["visits"]).all()
    if party is None:
        assert (known["cells_seen"] <= known["cells"]).all()
        ends = pd.DatetimeIndex(found["week_end"].unique())
        weeks = rhythm.weeks(town.county, town.at(zone=zone), week_ends=ends)
        busiest = known.groupby("week_end")["cells_seen"].max().reindex(weeks.index).fillna(0)
        assert (weeks["seen"] >= busiest).all()


def test_where_no_visits_are_kept_no_day_is_known(bare_town: Town) -> None:
    found = daily.by_day(bare_town.county, bare_town.filters)
    assert not found["is_known"].any() and found["visits"].isna().all()


@pytest.mark.parametrize("weeks", [1, 4, 26])
def test_so_many_weeks_at_least(town: Town, weeks: int) -> None:
    found = daily.by_day(town.county, town.filters, weeks=weeks)
    assert len(found) == 7 * max(weeks, 4)  # the period has four
    assert np.array_equal(found.index, pd.date_range(end="2026-03-22", periods=len(found)))
