from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis import cases, since
from dashboard.filters import NONE
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH, at


def test_by_hand_since_friday_the_13th(town: Town) -> None:
    found = since.masks(town.snapshot, town.filters, at("03-13 12:00"))
    told = {which: town.codes(mask) for which, mask in found.items()}
    # p13 is reported on the 14th though it was closed on the 13th: it comes and goes at once.
    assert told["new"] == {"p04", "p06", "p13", "p14", "p15", "p16"}
    assert told["closed"] == {"p11", "p13"}
    assert told["reopened"] == set()  # p07 came back on the 12th
    assert told["fell_overdue"] == {"p03", "p10"}
    assert told["no_longer_overdue"] == set()
    assert told["overdue_before"] == {"p05", "p07"}
    assert told["open_before"] == {"p03", "p05", "p07", "p10", "p11", "p12"}
    by_zone = since.changes(town.snapshot, town.filters, at("03-13 12:00"))
    assert by_zone["new"].to_dict() == {NORTH: 1, SOUTH: 5, NONE: 0}
    assert by_zone["fell_overdue"].to_dict() == {NORTH: 1, SOUTH: 1, NONE: 0}


def test_a_reopened_one_is_neither_new_nor_closed(town: Town) -> None:
    found = since.masks(town.snapshot, town.filters, at("03-05 12:00"))
    assert "p07" in town.codes(found["reopened"])
    assert "p07" not in town.codes(found["new"] | found["closed"])


@given(hours=st.integers(0, 2000), of=st.sampled_from(since.OF))
def test_the_counts_add_up_whatever_the_two_moments(town: Town, hours: int, of: str) -> None:
    moment = town.filters.moment - timedelta(hours=hours)
    one = since.changes(town.snapshot, town.filters, moment, of=of)
    assert (one["open"] == one["open_before"] + one["new"] + one["reopened"] - one["closed"]).all()
    assert (one["overdue"] == one["overdue_before"] + one["fell_overdue"] - one["no_longer_overdue"]).all()
    now = cases.cases(town.county, town.snapshot, town.filters)
    then = cases.cases(town.county, town.snapshot, replace(town.filters, as_of=moment))
    assert (one["open"].sum(), one["open_before"].sum()) == (now.count("open"), then.count("open"))
    assert (one["overdue"].sum(), one["overdue_before"].sum()) == (now.count("overdue"), then.count("overdue"))


def test_nothing_changes_in_no_time_and_states_are_no_filter(town: Town) -> None:
    one = since.changes(town.snapshot, town.filters, town.filters.moment)
    assert not one[["new", "closed", "reopened", "fell_overdue", "no_longer_overdue"]].to_numpy().any()
    some = replace(town.filters, state=("closed",), is_overdue_only=True)
    before = town.filters.moment - timedelta(days=7)
    every = since.masks(town.snapshot, town.filters, before)
    assert all(np.array_equal(mask, every[which]) for which, mask in since.masks(town.snapshot, some, before).items())


def test_by_nothing_else(town: Town) -> None:
    with pytest.raises(ValueError, match="source"):
        since.changes(town.snapshot, town.filters, town.filters.moment, of="source")
