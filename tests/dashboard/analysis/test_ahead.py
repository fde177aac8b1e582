from dataclasses import replace
from datetime import timedelta

from dashboard.analysis import ahead, campaigns, duties
from dashboard.filters import NONE
from tests.dashboard.analysis.test_duties import with_terms
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH, at


def test_deadlines_of_the_coming_week_by_hand(town: Town) -> None:
    # p04 25th, p16 27th, p12 today at the last second (no zone); p14, p15 on the 30th lie farther off.
    assert ahead.due(town.county, town.snapshot, town.filters).to_dict() == {NORTH: 1, SOUTH: 1, NONE: 1}
    assert ahead.due(town.county, town.snapshot, town.filters, days=10).to_dict() == {NORTH: 1, SOUTH: 3, NONE: 1}
    by_unit = ahead.due(town.county, town.snapshot, town.filters, of="unit")
    assert by_unit.to_dict() == {"城管局": 1, "环卫所": 1, NONE: 1}


def test_terms_that_end_without_a_successor(town: Town) -> None:
    earlier = replace(town.filters, as_of=at("03-17 12:00"))
    found = ahead.ending(town.county, earlier)
    assert list(found.index) == ["C5"]
    assert (found.loc["C5", "worker"], f"{found.loc['C5', 'until']:%m-%d}") == ("周二", "03-19")
    assert ahead.ending(town.county, town.filters).empty  # who is gone already ends no more


def test_a_term_runs_out_here_as_it_does_in_the_list_of_duties(town: Town) -> None:
    county = with_terms(
        town.county,
        ("cell", "C9", "grid_worker", "w1", "2026-01-01", "2026-03-27"),  # the seventh day from the 20th
        ("cell", "C5", "grid_worker", "w1", "2026-03-20", "2026-03-24"),
        ("cell", "C5", "grid_worker", "w2", "2026-03-26", ""),  # a day with nobody between
        ("cell", "C3", "grid_worker", "w1", "2026-03-01", "2026-03-20"),  # w3 follows tomorrow
    )
    found = ahead.ending(county, town.filters)
    assert found["worker"].to_dict() == {"C5": "李一", "C9": "李一"}
    assert [f"{day:%m-%d}" for day in found["until"]] == ["03-24", "03-27"]
    told = duties.duties(county, town.snapshot, town.filters, within_days=ahead.DAYS)
    assert set(told.index[told["state"] == duties.RUNS_OUT]) == set(found.index)
    assert ahead.ending(county, town.filters, days=6).index.tolist() == ["C5"]


def test_campaigns_that_begin(town: Town) -> None:
    earlier = replace(town.filters, as_of=at("03-06 12:00"))
    assert list(ahead.beginning(town.county, earlier)["name"]) == ["三月攻坚周"]
    assert ahead.beginning(town.county, replace(earlier, as_of=at("03-09 12:00"))).empty
    assert ahead.beginning(town.county, replace(earlier, as_of=earlier.moment - timedelta(days=7))).empty


def test_weeks_of_a_campaign(town: Town) -> None:
    import pandas as pd

    ends = pd.DatetimeIndex(["2026-03-08", "2026-03-15", "2026-03-22"])
    assert campaigns.in_weeks(town.county, ends).tolist() == [False, True, False]
