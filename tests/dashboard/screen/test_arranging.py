"""What an address says of an arrangement, and steps back and forth."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis.proposal import AT_MOST, Question
from dashboard.analysis.scenario import Scenario, arranged
from dashboard.maps.live import Arranged
from dashboard.screen import address, arranging, asking
from tests.dashboard.screen.conftest import LookAt

WITHIN = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {"choices": {}, "used": set()}
    monkeypatch.setattr("streamlit.session_state", found)
    return found


@given(st.lists(WITHIN, max_size=AT_MOST))
def test_sites_come_back_from_an_address(sites: list[tuple[float, float]]) -> None:
    text = arranging.packed(sites)
    rounded = tuple((round(lon, 6), round(lat, 6)) for lon, lat in sites)
    assert arranging.unpacked(text) == rounded
    assert len(text) <= 200  # what an address keeps of a choice
    assert text.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=40))
def test_any_other_text_is_no_sites_or_some_on_earth(text: str) -> None:
    found = arranging.unpacked(text)
    assert found is None or all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in found)


def test_more_than_there_may_be_are_none() -> None:
    one = arranging.packed([(114.5, 38.0)])
    assert arranging.unpacked(one * AT_MOST) is not None
    assert arranging.unpacked(one * (AT_MOST + 1)) is None
    assert arranging.unpacked("") is None and arranging.unpacked("0") == ()


def test_sites_far_from_the_county_are_passed_over(look_at: LookAt, session: dict[str, Any]) -> None:
    look = look_at()
    session["choices"] = {"sites": arranging.packed([(0.0, 0.0)]), "shut": "evil’s"}
    assert arranging.current(look, Question()) == Scenario(Question())


def _made(look: Any, scenario: Scenario) -> Any:
    return arranged(look.county, look.snapshot, look.filters, scenario, standards=look.standards)


def test_what_is_done_on_the_map_is_in_the_address(look_at: LookAt) -> None:
    look = look_at()
    lon, lat = look.county.cells.to_crs("EPSG:4326").geometry.iloc[0].centroid.coords[0]
    made = _made(look, arranging.current(look, Question()))
    arranging.arrange(made, Arranged("add", "", lon, lat))
    made = _made(look, arranging.current(look, Question()))
    assert made.scenario.sites == ((round(lon, 6), round(lat, 6)),)
    arranging.arrange(made, Arranged("move", "1", lon + 0.001, lat))
    made = _made(look, arranging.current(look, Question()))
    assert made.scenario.sites == ((round(lon + 0.001, 6), round(lat, 6)),)
    arranging.close(made, "f1", is_closed=True)
    made = _made(look, arranging.current(look, Question()))
    assert made.scenario.closed == ("f1",)
    address.set_choice("at", "site:1")
    arranging.arrange(made, Arranged("drop", "1"))
    made = _made(look, arranging.current(look, Question()))
    assert made.scenario.sites == () and address.choice("at", None, "") == ""
    arranging.close(made, "f1", is_closed=False)
    assert arranging.current(look, Question()) == Scenario(Question(), ())


def test_steps_go_back_and_forth_and_a_new_one_ends_the_way_forth(session: dict[str, Any]) -> None:
    def step(**choices: str) -> None:
        session["choices"] = choices
        arranging.follow()

    step()
    step(sites="a")
    step(sites="b")
    arranging.back()
    arranging.follow()
    assert session["choices"] == {"sites": "a"}
    arranging.back()
    arranging.follow()
    assert session["choices"] == {} and not arranging.steps().undo
    arranging.again()
    arranging.follow()
    assert session["choices"] == {"sites": "a"} and len(arranging.steps().redo) == 1
    step(sites="c")
    assert arranging.steps().redo == [] and len(arranging.steps().undo) == 2


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({"n": "3"}, {"n": "3", "shut": "y"}),
        ({"weight": "open"}, {"weight": "open", "sites": "x", "shut": "y"}),
        ({"standard": "700"}, {"standard": "700", "sites": "x", "shut": "y"}),
        ({"kind": "market"}, {"kind": "market"}),
        ({"kind": "market", "sites": "z"}, {"kind": "market", "sites": "z"}),
    ],
)
def test_another_question_asks_for_another_proposal(
    session: dict[str, Any], changed: dict[str, str], left: dict[str, str]
) -> None:
    session["choices"] = {"sites": "x", "shut": "y"}
    arranging.follow()
    session["choices"] = {"sites": "x", "shut": "y"} | changed
    arranging.follow()
    assert session["choices"] == left
    arranging.back()
    assert session["choices"] == {"sites": "x", "shut": "y"}


def test_a_scenario_that_is_opened_stands_in_the_address(
    look_at: LookAt, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = look_at()
    monkeypatch.setattr("streamlit.segmented_control", lambda *_, **__: None)
    arranging.follow()
    lon, lat = look.county.cells.to_crs("EPSG:4326").geometry.iloc[0].centroid.coords[0]
    for radius_m in (None, 500.0, 650.0):  # the usual one, a life circle's, somebody's own
        question = Question("toilet", 4, "open", "centres", radius_m, 300.0)
        scenario = Scenario(question, ((lon, lat),), ("f1",))
        arranging.put(look, scenario)
        arranging.follow()
        assert asking.asked(look, "zh") == question
        assert arranging.current(look, question) == scenario
    arranging.put(look, Scenario(Question()))
    arranging.follow()
    assert session["choices"] == {}


@pytest.mark.parametrize("text", ["evil", "nan", "inf", "-5", "1e9", "0", ""])
def test_a_length_that_makes_no_sense_is_none(look_at: LookAt, session: dict[str, Any], text: str,
                                              monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("streamlit.segmented_control", lambda *_, **__: None)
    session["choices"] = {"standard": text, "spacing": text}
    assert asking.asked(look_at(), "zh") == Question()


def test_tokens_of_facilities_are_short_and_plain() -> None:
    made: Any = SimpleNamespace(scenario=Scenario(Question()))
    arranging.close(made, "公厕,“1”&x=y", is_closed=True)
    text = address.choice("shut", None, "")
    assert len(text) == 6 and text.isascii()
