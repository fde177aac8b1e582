from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import weekly
from dashboard.analysis.cases import cases
from tests.dashboard import chance
from tests.dashboard.conftest import Town


def test_weeks_worked_out_on_paper(town: Town) -> None:
    weeks = weekly.weeks(town.county, town.snapshot, town.filters, count=4)
    assert [str(end.date()) for end in weeks.index] == ["2026-03-01", "2026-03-08", "2026-03-15", "2026-03-22"]
    assert weeks["reported"].tolist() == [1, 3, 5, 5]
    assert weeks["open"].tolist() == [1, 2, 6, 10]
    # p02 on 8 March; then p05 from 11 March, p07 from 12 March (reopened), p03 from 14 March; then p10.
    assert weeks["overdue"].tolist() == [0, 1, 3, 4]
    assert weeks["due"].tolist() == [1, 3, 1, 3]
    assert weeks["is_partial"].tolist() == [False, False, False, True]
    assert weeks["closure_rate"].tolist() == pytest.approx([1, 2 / 3, 0, 2 / 3])


def test_weeks_begin_with_the_data(town: Town) -> None:
    weeks = weekly.weeks(town.county, town.snapshot, town.filters)
    assert weeks["start"].iloc[0].date() == date(2026, 1, 5)  # the first report's own week
    assert weeks["reported"].sum() == 16


def test_what_cannot_be_counted_is_refused(town: Town) -> None:
    with pytest.raises(ValueError, match="streets"):
        weekly.by_week(town.county, town.snapshot, town.filters, layer="streets", measure="open")
    with pytest.raises(ValueError, match="closed"):
        weekly.by_week(town.county, town.snapshot, town.filters, layer="cells", measure="closed")


@settings(max_examples=40, deadline=None)
@given(data=st.data(), hours=st.integers(0, 600), count=st.integers(1, 14))
def test_weeks_agree_with_the_rules_at_the_last_second_of_each(
    town: Town, data: st.DataObject, hours: int, count: int
) -> None:
    drawn = data.draw(chance.rows_of(town.county))
    snapshot = chance.snapshot_of(drawn, town.county)
    t = chance.END - hours * chance.HOUR
    filters = town.at(as_of=chance.moment(t))
    weeks = weekly.weeks(town.county, snapshot, filters, count=count)
    known = [row for row in drawn if row.is_known(t)]
    for end, week in weeks.iterrows():
        last = end.toordinal() - 719_163
        # Monday 00:00 in Shanghai less a second, or the moment where that comes first.
        then = min(last * 86_400 - 8 * chance.HOUR + 86_399, t)
        assert week["open"] == sum(row.is_open(then) for row in known)
        assert week["overdue"] == sum(row.is_overdue(then) for row in known)
        assert week["reported"] == sum(last - 6 <= chance.local_day(row.reported) <= last for row in known)
        due = [row for row in known if row.is_due(t, last - 6, last)]
        assert week["due"] == len(due)
        if due:
            assert week["closure_rate"] == pytest.approx(sum(row.is_closed(t) for row in due) / len(due))
            assert week["on_time_rate"] == pytest.approx(sum(row.is_on_time(t) for row in due) / len(due))


@settings(max_examples=30, deadline=None)
@given(
    data=st.data(), measure=st.sampled_from(["problems", "open", "overdue"]), layer=st.sampled_from(["zones", "cells"])
)
def test_the_sliders_last_week_is_what_the_page_shows(
    town: Town, data: st.DataObject, measure: str, layer: str
) -> None:
    snapshot = chance.snapshot_of(data.draw(chance.rows_of(town.county)), town.county)
    ends, matrix = weekly.by_week(town.county, snapshot, town.filters, layer=layer, measure=measure, count=6)
    week = town.at(start=ends[-1].date() - timedelta(days=6), end=ends[-1].date())
    mask = cases(town.county, snapshot, week, located=True).mask(measure)
    codes = snapshot.zone if layer == "zones" else snapshot.cell
    assert matrix.shape == (len(ends), len(town.county.zones if layer == "zones" else town.county.cells))
    assert matrix[-1].tolist() == [int((mask & (codes == position)).sum()) for position in range(matrix.shape[1])]
