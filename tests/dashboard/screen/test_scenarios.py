"""Scenarios behind their button, in the town of nine cells: saved, replaced, marked, deleted, opened, compared."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.saved import scenarios
from dashboard.text import t
from etl.errors import FileUnreadable
from tests.dashboard.conftest import Town
from tests.town import PLACE

EVIL = "<img src=x onerror=alert(1)> **a** $x$ ${b} :red[c]"


def script(url: str, var_dir: str, language: str) -> None:
    import streamlit as st

    from dashboard import cached
    from dashboard.analysis.proposal import Question
    from dashboard.screen import address, arranging, scenarios
    from settings import Settings

    address.begin()
    settings = Settings(database_url=url, var_dir=__import__("pathlib").Path(var_dir))
    look = cached.look(settings, address.chosen())
    arranging.follow()
    made = cached.arranged(look, arranging.current(look, Question(n=int(st.session_state.get("n", 2)), radius_m=100)))
    scenarios.bar(look, made, language)
    st.session_state["shown"] = (made.scenario.sites, dict(st.session_state["choices"]))
    address.end()


@pytest.fixture
def app(town: Town, tmp_path: Path) -> AppTest:
    url = town.engine.url.render_as_string(hide_password=False)
    arguments = {"url": url, "var_dir": str(tmp_path), "language": "zh"}
    return AppTest.from_function(script, kwargs=arguments, default_timeout=20).run()


def press(app: AppTest, start: str, number: int = 0) -> AppTest:
    [*found] = [button for button in app.button if str(button.key).startswith(start)]
    found[number].click()
    run: AppTest = app.run()
    assert not run.exception
    return run


def keep(app: AppTest, name: str) -> AppTest:
    app.text_input(key="scenario_name").set_value(name)
    return press(app, "scenario_save")


def notes(app: AppTest) -> str:
    return " ".join(each.proto.body for each in app.get("html"))


def test_nothing_is_saved_yet_and_it_says_how(app: AppTest) -> None:
    assert t("scenario.none", "zh") in notes(app)
    press(app, "scenario_save")
    assert t("error.saved_no_name", "zh") in notes(app)


def test_saved_opened_and_saved_over(app: AppTest, tmp_path: Path) -> None:
    keep(app, "两座")
    first = scenarios.named(tmp_path, PLACE, "两座")
    assert first.sites is not None and len(first.sites) == 2  # frozen where they were proposed
    app.session_state["n"] = 1
    app.run()
    keep(app, "两座")
    assert t("error.saved_taken", "zh", name="两座") in notes(app)
    assert scenarios.named(tmp_path, PLACE, "两座") == first
    press(app, "scenario_over")
    assert len(scenarios.named(tmp_path, PLACE, "两座").sites or ()) == 1
    app.session_state["n"] = 2
    app.run()
    keep(app, "另一个")
    press(app, "open_", 0)
    sites, choices = app.session_state["shown"]
    assert sites == scenarios.named(tmp_path, PLACE, "两座").sites and choices["n"] == "1"


def test_marked_for_the_briefing_deleted_and_taken_back(app: AppTest, tmp_path: Path) -> None:
    keep(app, "两座")
    app.checkbox[0].check()
    app.run()
    assert list(scenarios.for_briefing(tmp_path, PLACE)) == ["两座"]
    press(app, "delete_")
    assert scenarios.listed(tmp_path, PLACE)[0] == {} and t("kept.deleted", "zh", name="两座") in notes(app)
    press(app, "scenario_undo")
    assert list(scenarios.for_briefing(tmp_path, PLACE)) == ["两座"] and app.checkbox[0].value


def test_what_somebody_else_changed_is_told_and_stays(app: AppTest, tmp_path: Path) -> None:
    keep(app, "两座")
    shelf = scenarios.shelf(tmp_path, PLACE)
    seen = shelf.find("两座")
    assert seen is not None
    shelf.save("两座", {**seen.content, "sites": []}, seen.made, over=seen.revision)
    press(app, "delete_")  # drawn from what was there before
    assert t("error.saved_meanwhile", "zh", name="两座") in notes(app)
    assert scenarios.named(tmp_path, PLACE, "两座").sites == ()


def test_hostile_names_are_texts(app: AppTest) -> None:
    keep(app, EVIL)
    labels = [str(button.label) for button in app.button if str(button.key).startswith("open_")]
    assert labels == ["".join(f"\\{c}" if c in r"\`*_{}[]<>()#+!|~:$" else c for c in EVIL)]
    assert "<img" not in notes(app) and "&lt;img" in notes(app)


def test_a_broken_file_has_a_sentence_and_the_others_stand(app: AppTest, tmp_path: Path) -> None:
    keep(app, "两座")
    (scenarios.shelf(tmp_path, PLACE).folder / "x.json").write_text("{", encoding="utf-8")
    app.run()
    assert "x.json" in notes(app) and len([one for one in app.button if str(one.key).startswith("open_")]) == 1


def test_what_is_compared_is_in_the_address(app: AppTest, tmp_path: Path) -> None:
    keep(app, "两座")
    (thing,) = scenarios.listed(tmp_path, PLACE)[1].things
    app.selectbox(key="choice_other").set_value(thing.key[:12])
    app.run()
    assert app.session_state["shown"][1]["other"] == thing.key[:12]
    app.selectbox(key="choice_other").set_value("")
    app.run()
    assert "other" not in app.session_state["shown"][1]


def test_a_folder_that_cannot_be_read_is_told(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise FileUnreadable("away")

    monkeypatch.setattr(scenarios, "listed", away)
    app.run()
    assert not app.exception and "away" in notes(app)
