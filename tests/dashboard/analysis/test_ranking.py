import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import ranking
from dashboard.analysis.cases import cases
from tests.dashboard import chance
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3 (score, no continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_equals_published_intervals(count: int, of: int, low: float, high: float) -> None:
    found = ranking.wilson([count], [of])
    assert [round(float(end[0]), 4) for end in found] == [low, high]


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1))
def test_an_interval_holds_its_rate_and_lies_between_nought_and_one(pairs: list[tuple[int, int]]) -> None:
    of = np.array([max(pair) for pair in pairs])
    count = np.array([min(pair) for pair in pairs])
    low, high = ranking.wilson(count, of)
    some = of > 0
    assert np.isnan(low[~some]).all() and np.isnan(high[~some]).all()
    rate = count[some] / of[some]
    assert (low[some] >= 0).all() and (high[some] <= 1).all()
    assert (low[some] <= rate + 1e-12).all() and (rate <= high[some] + 1e-12).all()


def test_zones_worked_out_on_paper(town: Town) -> None:
    zones = ranking.zones(town.county, town.snapshot, town.filters, at_least=3)
    assert zones.index.tolist() == [SOUTH, NORTH]
    assert zones[["due", "closed", "on_time"]].to_numpy().tolist() == [[4, 2, 2], [3, 2, 1]]
    assert zones["rank"].tolist() == [1, 2]
    by_closure = ranking.zones(town.county, town.snapshot, town.filters, at_least=3, by="closure_rate")
    assert by_closure["rank"].to_dict() == {NORTH: 1, SOUTH: 2}
    assert zones.loc[SOUTH, ["deferred", "without_deadline", "open", "overdue"]].tolist() == [1, 1, 7, 3]


def test_too_few_due_are_listed_but_not_ranked(town: Town) -> None:
    zones = ranking.zones(town.county, town.snapshot, town.filters, at_least=4)
    assert zones.index.tolist() == [SOUTH, NORTH]
    assert zones["rank"].isna().tolist() == [False, True]
    assert zones["is_ranked"].tolist() == [True, False]
    none_due = ranking.zones(town.county, town.snapshot, town.at(category=("no such",)), at_least=0)
    assert none_due["rank"].isna().all() and none_due["closure_rate"].isna().all()


def test_units_are_ranked_inside_their_class(town: Town) -> None:
    units = ranking.units(town.county, town.snapshot, town.filters, at_least=1)
    assert units[["class", "rank", "due", "on_time"]].to_numpy().tolist() == [
        ["department", 1, 4, 3], ["zone_member", 1, 4, 1],
    ]  # fmt: skip


def test_ties_share_a_rank(town: Town) -> None:
    county, drawn = town.county, []
    for number, unit in enumerate(["甲"] * 2 + ["乙"] * 4 + ["丙"] * 2):
        closed = chance.END - 9 * 86_400 if number % 2 or (unit == "丙" and number == 6) else None
        drawn.append(
            chance.Row(f"p{number}", NORTH, "C1", unit, "closed" if closed else "reported", chance.END - 10 * 86_400,
                       chance.END - 86_400, closed, None, False, True)
        )  # fmt: skip
    units = ranking.units(county, chance.snapshot_of(drawn, county), town.filters, at_least=1)
    # 甲 1 of 2 and 乙 2 of 4 are equal; both in no list of parties, so in one nameless class with 丙, 2 of 2.
    assert units["rank"].to_dict() == {"丙": 1, "乙": 2, "甲": 2}
    assert units["class"].isna().all()


def test_unknown_rate(town: Town) -> None:
    with pytest.raises(ValueError, match="on_time_rate"):
        ranking.zones(town.county, town.snapshot, town.filters, at_least=1, by="name")


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_zones_and_the_rest_are_all_due(town: Town, data: st.DataObject) -> None:
    snapshot = chance.snapshot_of(data.draw(chance.rows_of(town.county)), town.county)
    zones = ranking.zones(town.county, snapshot, town.filters, at_least=1)
    units = ranking.units(town.county, snapshot, town.filters, at_least=1)
    found = cases(town.county, snapshot, town.filters)
    outside = np.count_nonzero(found.mask("due") & (snapshot.zone < 0))
    no_unit = np.count_nonzero(found.mask("due") & (snapshot.unit < 0))
    assert zones["due"].sum() + outside == units["due"].sum() + no_unit == found.count("due")
    assert (zones["on_time"] <= zones["closed"]).all() and (zones["closed"] <= zones["due"]).all()
    ranked = zones[zones["is_ranked"]]
    assert not pd.Series(ranked["on_time_rate"].to_numpy()).diff().gt(0).any()
