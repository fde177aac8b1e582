from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import breakdown, cases
from dashboard.filters import NONE, Filters
from dashboard.snapshot import NO_MINUTE
from tests.dashboard import chance
from tests.dashboard.conftest import Town


@pytest.mark.parametrize("which", breakdown.BY)
def test_every_problem_of_the_period_is_in_one_part(town: Town, which: str) -> None:
    found = breakdown.by(town.county, town.snapshot, town.filters, which)
    problems = cases.rows(town.county, town.snapshot, town.filters, "problems", located=True)
    names = {"category": town.snapshot.categories, "zone": town.snapshot.zones}[which]
    codes = getattr(town.snapshot, which)[problems]
    assert found.to_dict() == {
        name: (codes == code).sum() for code, name in [*enumerate(names), (-1, NONE)] if (codes == code).any()
    }
    assert found.is_monotonic_decreasing
    assert found.sum() == len(problems)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_hours_are_those_of_the_clocks_of_the_place(town: Town, data: st.DataObject) -> None:
    rows = data.draw(chance.rows_of(town.county))
    snapshot = chance.snapshot_of(rows, town.county)
    filters = Filters(as_of=town.filters.moment).resolved(town.county.place, snapshot)
    hours, untimed = breakdown.by_hour(town.county, snapshot, filters)
    chosen = cases.rows(town.county, snapshot, filters, "problems", located=True)
    expected = np.zeros(24, int)
    midnights = 0
    for row in chosen:
        clock = chance.moment(rows[row].reported).astimezone(town.county.place.zone_info)
        if (clock.hour, clock.minute, clock.second) == (0, 0, 0):
            midnights += 1
        else:
            expected[clock.hour] += 1
    assert hours.tolist() == expected.tolist()
    assert untimed == midnights == np.count_nonzero(snapshot.reported_minute[chosen] == NO_MINUTE)


def test_a_name_that_is_none_is_refused(town: Town) -> None:
    with pytest.raises(ValueError, match="colour"):
        breakdown.by(town.county, town.snapshot, replace(town.filters), "colour")
