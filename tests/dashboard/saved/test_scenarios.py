"""Scenarios that were kept: the same again, and nothing else for one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.proposal import AT_MOST, CANDIDATES, KINDS, WEIGHTS, Question
from dashboard.analysis.scenario import Scenario, arranged
from dashboard.saved import scenarios
from dashboard.saved.thing import Made, Saved, as_json, from_json
from dashboard.text.errors import explain
from etl.errors import FileUnreadable, NoData
from tests.dashboard.analysis.test_proposal import reaching
from tests.dashboard.conftest import Town

PLACE = "999900"
MOMENT = datetime(2026, 3, 20, 4, tzinfo=UTC)
MADE = Made(1, MOMENT)

_LENGTH = st.floats(0, 1e5)
QUESTIONS = st.builds(
    Question,
    kind=st.sampled_from(KINDS),
    n=st.integers(1, AT_MOST),
    weight=st.sampled_from(WEIGHTS),
    candidates=st.sampled_from(CANDIDATES),
    radius_m=st.none() | _LENGTH,
    min_spacing_m=_LENGTH,
)
SCENARIOS = st.builds(
    Scenario,
    QUESTIONS,
    st.none() | st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=AT_MOST).map(tuple),
    st.lists(st.text(), max_size=4).map(tuple),
)


def saved(content: dict[str, Any]) -> Saved:
    return Saved(scenarios.KIND, "方案", content, MADE, 1, 1, MOMENT)


@settings(max_examples=40)
@given(SCENARIOS)
def test_a_scenario_comes_back_as_it_was(scenario: Scenario) -> None:
    thing = from_json(as_json(saved(scenarios.content(scenario))), kind=scenarios.KIND)
    assert scenarios.read(thing, Path()) == scenario


GOOD = scenarios.content(Scenario(Question(), ((114.5, 38.0),), ("f1",)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": {"kind": "palace"}}, {"question": {"n": 0}}, {"question": {"n": "3"}}, {"question": {"n": 3.0}},
        {"question": {"colour": 1}},
        {"question": {"radius_m": -1}}, {"question": {"radius_m": True}}, {"question": {"min_spacing_m": None}},
        {"question": []}, {"question": None}, {"question": {"kind": []}},
        {"sites": [[1]]}, {"sites": [[1, 2, 3]]}, {"sites": [["1", 2]]}, {"sites": [[181, 0]]}, {"sites": 7},
        {"sites": [[0, 0]] * (AT_MOST + 1)}, {"sites": [[None, 0]]},
        {"closed": "f1"}, {"closed": [1]}, {"closed": None}, {"closed": ["f"] * 2000},
    ],
)  # fmt: skip
def test_what_is_no_scenario_is_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(FileUnreadable) as caught:
        scenarios.read(saved(GOOD | wrong), Path("/var/saved"))
    assert explain(caught.value, "zh") != explain(caught.value, "en")
    assert scenarios.read(saved(GOOD), Path()).closed == ("f1",)


def test_one_that_is_none_does_not_take_the_others_down(tmp_path: Path) -> None:
    shelf = scenarios.shelf(tmp_path, PLACE)
    shelf.save("好的", GOOD, MADE)
    shelf.save("坏的", GOOD | {"sites": "x"}, MADE)
    found, every = scenarios.listed(tmp_path, PLACE)
    assert list(found) == ["好的"] == [thing.name for thing in every.things] and len(every.broken) == 1


def test_the_briefing_takes_the_marked_ones_in_their_order(tmp_path: Path) -> None:
    shelf = scenarios.shelf(tmp_path, PLACE)
    for name in "甲乙丙":
        thing = shelf.save(name, GOOD, MADE)
        if name != "乙":
            shelf.mark(thing, is_for_briefing=True)
    shelf.arrange(["丙"])
    assert list(scenarios.for_briefing(tmp_path, PLACE)) == ["丙", "甲"]
    assert scenarios.for_briefing(tmp_path, "110000") == {}


def test_one_is_found_by_its_name_or_the_names_are_told(tmp_path: Path) -> None:
    scenarios.shelf(tmp_path, PLACE).save("三座公厕", GOOD, MADE)
    assert scenarios.named(tmp_path, PLACE, " 三座公厕 ").closed == ("f1",)
    with pytest.raises(NoData) as caught:
        scenarios.named(tmp_path, PLACE, "四座公厕")
    assert "三座公厕" in explain(caught.value, "zh")


def test_what_is_kept_covers_what_was_seen(town: Town) -> None:
    seen = arranged(town.county, town.snapshot, town.filters, Scenario(Question(n=2)), standards=reaching(100))
    kept = scenarios.read(saved(scenarios.content(scenarios.settled(seen))), Path())
    assert kept.sites is not None and len(kept.sites) == 2
    again = arranged(town.county, town.snapshot, town.filters, kept, standards=reaching(100))
    assert again.covered == seen.covered and again.sites["gain"].tolist() == seen.sites["gain"].tolist()
    made = scenarios.made_on(town.county, town.filters, town.at(zone=("999900001",)))
    assert (made.data_version, made.as_of) == (1, MOMENT) and made.filters["zone"] == "999900001"
