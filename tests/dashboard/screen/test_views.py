"""Views behind their button, in the nine-cell town: saved, put in order, opened, renamed, deleted and taken back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.maps.layers import Extent
from dashboard.saved import views
from dashboard.text import t
from tests.dashboard.conftest import Town
from tests.dashboard.screen.test_scenarios import EVIL, notes, press
from tests.town import PLACE


def script(url: str, var_dir: str) -> None:
    from pathlib import Path

    import streamlit as st

    from dashboard import cached
    from dashboard.maps.layers import Extent
    from dashboard.maps.live import Seen
    from dashboard.screen import address, sight, views
    from settings import Settings

    address.begin()
    look = cached.look(Settings(database_url=url, var_dir=Path(var_dir)), address.chosen())
    st.session_state["gone_to"] = views.gone_to()
    for name in ("show", "at"):
        address.choice(name, None, "")
    views.bar(look, "heat", "zh")
    if st.button("the map answers", key="map"):
        turn = st.session_state.get("asked", ("0", None))[0]
        sight.answered(Seen("not asked", Extent(1, 2, 3, 4)))
        sight.answered(Seen(turn, Extent(114.5, 38.0, 114.6, 38.1)))
    st.session_state["shown"] = (address.chosen(), dict(st.session_state["choices"]), st.session_state.get("sight"))
    address.end()


@pytest.fixture
def app(town: Town, tmp_path: Path) -> AppTest:
    arguments = {"url": town.engine.url.render_as_string(hide_password=False), "var_dir": str(tmp_path)}
    app = AppTest.from_function(script, kwargs=arguments, default_timeout=20)
    app.query_params.update({"show": "overdue", "zone": "999900001", "lang": "zh", "step": "4", "present": "1"})
    return app.run()


def keep(app: AppTest, name: str, remark: str = "") -> AppTest:
    app.text_input(key="view_name").set_value(name)
    app.text_input(key="view_remark").set_value(remark)
    return press(app, "view_save")


def test_a_view_holds_page_address_moment_and_what_the_map_told(app: AppTest, tmp_path: Path) -> None:
    assert t("view.none", "zh") in notes(app)
    keep(app, "逾期", "  请说明\n原因 ")
    (view,) = views.listed(tmp_path, PLACE)[0].values()
    assert view == views.View("heat", {"show": "overdue", "zone": "999900001"}, None, "请说明 原因")
    press(app, "map")
    found, every = views.listed(tmp_path, PLACE)
    assert found["逾期"].extent == Extent(114.5, 38.0, 114.6, 38.1)
    assert (every.things[0].made.data_version, every.things[0].made.filters) == (1, {"zone": "999900001"})
    assert app.text_input(key="view_name").value == ""


def test_opened_it_is_the_same_page_again(app: AppTest) -> None:
    keep(app, "逾期")
    press(app, "map")
    app.session_state["chosen"] = type(app.session_state["chosen"])()
    app.session_state["choices"] = {"lang": "zh", "at": "cells:1"}
    app.session_state["is_touched"] = True
    app.run()
    press(app, "show_")
    chosen, choices, sight = app.session_state["shown"]
    assert chosen.zone == ("999900001",) and chosen.version is None and app.session_state["gone_to"] == "heat"
    assert choices == {"show": "overdue", "lang": "zh"} and sight.extent == Extent(114.5, 38.0, 114.6, 38.1)
    app.checkbox(key="view_then").check()
    press(app, "show_")
    chosen = app.session_state["shown"][0]
    assert chosen.version == 1 and f"{chosen.as_of:%Y-%m-%d %H:%M}" == "2026-03-20 04:00"


def test_put_in_order_renamed_deleted_and_taken_back(app: AppTest, tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        keep(app, name)
    press(app, "up_", 1)
    assert list(views.listed(tmp_path, PLACE)[0]) == ["乙", "甲"]
    press(app, "rename_", 0)
    app.text_input(key="view_new_name").set_value("首项")
    app.text_input(key="view_new_remark").set_value("先看这里")
    press(app, "view_rename")
    found = views.listed(tmp_path, PLACE)[0]
    assert list(found) == ["首项", "甲"] and found["首项"].remark == "先看这里" and "先看这里" in notes(app)
    press(app, "drop_", 0)
    assert list(views.listed(tmp_path, PLACE)[0]) == ["甲"]
    press(app, "view_undo")
    assert list(views.listed(tmp_path, PLACE)[0]) == ["首项", "甲"]


def test_a_name_that_is_taken_is_replaced_only_when_told(app: AppTest, tmp_path: Path) -> None:
    keep(app, "逾期")
    keep(app, "逾期", "新的")
    assert t("error.saved_taken", "zh", name="逾期") in notes(app)
    assert views.listed(tmp_path, PLACE)[0]["逾期"].remark == ""
    press(app, "view_over")
    assert views.listed(tmp_path, PLACE)[0]["逾期"].remark == "新的"


def test_they_become_slides_of_the_briefing_with_or_without_all_else(app: AppTest) -> None:
    assert t("view.briefing_note", "zh") not in notes(app)
    keep(app, "逾期")
    assert t("view.briefing_note", "zh") in notes(app)
    app.session_state["choices"] |= {"parts": "tasks,-views"}
    press(app, "view_to_briefing")
    choices = app.session_state["shown"][1]
    assert app.session_state["gone_to"] == "briefing" and choices["see"] == "views-1"
    assert "views" in choices["parts"].split(",")
    press(app, "view_to_briefing_alone")
    choices = app.session_state["shown"][1]
    assert [part for part in choices["parts"].split(",") if not part.startswith("-")] == ["views"]
    assert choices["pages"] == "only:"


def test_hostile_names_and_remarks_are_texts(app: AppTest) -> None:
    keep(app, EVIL, EVIL)
    (label,) = [str(button.label) for button in app.button if str(button.key).startswith("show_")]
    assert "\\<img" in label and "\\$x\\$" in label and "<img" not in notes(app) and "&lt;img" in notes(app)
