"""Each sentence of the rules, on the town by name and on problems by chance against the rules row by row."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.cases import WHICH, as_of, cases, day_number, days_to_close, rows
from tests.dashboard import chance
from tests.dashboard.conftest import Town
from tests.town import at


def found(town: Town, which: str, **filters: object) -> set[str]:
    chosen = cases(town.county, town.snapshot, town.at(**filters))
    return town.codes(chosen.mask(which))


def test_due_is_a_deadline_in_the_period_not_after_the_moment_not_deferred(town: Town) -> None:
    assert found(town, "due") == {"p01", "p02", "p03", "p07", "p08", "p10", "p11", "p13"}
    # p12 is due at the end of the moment's own day, p05 is deferred, p06 has no deadline, p09 was due in January.
    assert "p12" in found(town, "due", as_of=at("03-20 23:59:59"))
    assert found(town, "due", start=date(2026, 1, 20), end=date(2026, 1, 20)) == {"p09"}


def test_closed_on_time_is_by_the_deadline_also_before_the_period(town: Town) -> None:
    assert found(town, "on_time") == {
        "p01",
        "p08",
        "p11",
        "p13",
    }  # p08 closed before the period, p11 in the last second


def test_reopened_counts_as_not_closed(town: Town) -> None:
    assert "p07" not in found(town, "closed_of_due")
    assert "p07" in found(town, "on_time", as_of=at("03-12 09:00"))


def test_closed_late_is_another_figure_than_overdue(town: Town) -> None:
    assert found(town, "closed_late") == {"p02"}
    assert found(town, "overdue") == {"p03", "p05", "p07", "p10"}
    assert found(town, "overdue_deferred") == {"p05"}


def test_counted_beside(town: Town) -> None:
    assert found(town, "deferred") == {"p05"}
    assert found(town, "without_deadline") == {"p06"}
    assert found(town, "dates_in_conflict") == {"p13"}
    assert found(town, "default_points") == {"p14", "p15"}


def test_a_point_may_lie_in_a_zone_but_in_no_cell(town: Town) -> None:
    assert found(town, "in_no_cell") == {"p10"}
    assert found(town, "outside") == {"p11"}
    assert found(town, "without_coordinates") == {"p12"}
    assert found(town, "zone_differs") == set()


def test_closed_in_the_period(town: Town) -> None:
    # p13's closing of 13 March counts on its day; p08 closed before the period, p07 is open again.
    assert found(town, "closed") == {"p01", "p02", "p09", "p11", "p13"}
    assert found(town, "closed", start=date(2026, 3, 10), end=date(2026, 3, 10)) == {"p02"}


def test_days_to_close_leave_out_dates_in_conflict(town: Town) -> None:
    everything = cases(town.county, town.snapshot, town.filters)
    days = days_to_close(everything, everything.mask("closed"))
    told = sorted(np.round(days, 3).tolist())
    assert told == [3.042, 7.667, 8.021, 51.083]  # p01, p11, p02, p09; not p13


def test_rows_are_ordered_longest_overdue_first_then_newest(town: Town) -> None:
    order = town.snapshot.keys[rows(town.county, town.snapshot, town.filters, "open")].tolist()
    assert order == ["p07", "p05", "p03", "p10", "p16", "p04", "p15", "p14", "p06", "p12"]


def test_a_heats_cases_leave_default_points_out(town: Town) -> None:
    listed = rows(town.county, town.snapshot, town.filters, "open", located=True)
    assert not {"p14", "p15"} & town.codes(listed)


def test_what_a_list_says(town: Town) -> None:
    listed = rows(town.county, town.snapshot, town.filters, "open")
    told = as_of(town.snapshot, town.snapshot.at(town.filters.moment), listed).set_index(town.snapshot.keys[listed])
    assert told.loc[["p07", "p10", "p03"], "days_overdue"].tolist() == [16, 3, 7]  # begun days
    assert told["days_overdue"].isna().sum() == 6
    assert told.loc["p05", "state"] == "deferred"


def test_unknown_names_are_no_figure(town: Town) -> None:
    with pytest.raises(KeyError):
        rows(town.county, town.snapshot, town.filters, "closed'; --")


@settings(max_examples=60, deadline=None)
@given(data=st.data(), hours=st.integers(0, 2000), start=st.integers(0, 80), length=st.integers(0, 60))
def test_every_figure_agrees_with_the_rules_row_by_row(
    town: Town, data: st.DataObject, hours: int, start: int, length: int
) -> None:
    drawn = data.draw(chance.rows_of(town.county))
    snapshot = chance.snapshot_of(drawn, town.county)
    t = chance.END - hours * chance.HOUR
    first = chance.local_day(t) - start
    last = first + length
    filters = town.at(
        as_of=chance.moment(t), start=date.fromordinal(first + 719_163), end=date.fromordinal(last + 719_163)
    )
    mine = cases(town.county, snapshot, filters)

    def told(which: str) -> list[str]:
        return snapshot.keys[mine.mask(which)].tolist()

    known = [row for row in drawn if row.is_known(t)]
    due = [row for row in known if row.is_due(t, first, last)]
    closed = [row for row in due if row.is_closed(t)]
    assert told("problems") == [row.code for row in known if first <= chance.local_day(row.reported) <= last]
    assert told("open") == [row.code for row in known if row.is_open(t)]
    assert told("overdue") == [row.code for row in known if row.is_overdue(t)]
    assert told("due") == [row.code for row in due]
    assert told("closed_of_due") == [row.code for row in closed]
    assert told("on_time") == [row.code for row in due if row.is_on_time(t)]
    assert told("closed_late") == [row.code for row in closed if row.closed and row.due and row.closed > row.due]
    assert told("deferred") == [row.code for row in known if row.state_at(t) == "deferred"]
    assert told("without_deadline") == [row.code for row in known if row.due is None]
    assert told("closed_undated") == [row.code for row in known if row.is_closed(t) and row.closed is None]
    assert len(due) == len(told("closed_of_due")) + sum(
        row.is_overdue(t) or row.due == t for row in due if row.is_open(t)
    )


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_row_order_never_matters(town: Town, data: st.DataObject) -> None:
    drawn = data.draw(chance.rows_of(town.county))
    shuffled = data.draw(st.permutations(drawn))
    one, other = (
        cases(town.county, chance.snapshot_of(list(rows_), town.county), town.filters) for rows_ in (drawn, shuffled)
    )
    assert {name: one.count(name) for name in WHICH} == {name: other.count(name) for name in WHICH}


def test_day_numbers_begin_in_1970() -> None:
    assert day_number(date(1970, 1, 1)) == 0
    assert day_number(date(2026, 3, 20)) == 20_532
