"""A page on a projector, in the nine-cell town: its agendas, what is pressed, and the code for phones."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.analysis import density
from dashboard.maps.layers import Compare, Extent
from dashboard.packs import meetings
from dashboard.saved import views
from dashboard.saved.thing import Made
from dashboard.saved.views import View
from dashboard.screen import presenting, qr
from dashboard.text import t
from tests.dashboard.conftest import Town
from tests.dashboard.screen.test_scenarios import EVIL
from tests.town import PLACE

NETWORK = "http://192.168.1.5:8501"


def script(url: str, var_dir: str, network: str) -> None:
    from dataclasses import replace
    from pathlib import Path

    import streamlit as st

    from dashboard import cached
    from dashboard.maps import views as maps
    from dashboard.maps.layers import Compare, Extent
    from dashboard.maps.live import Seen
    from dashboard.screen import address, frame, presenting, sight, views
    from settings import Settings

    address.begin()
    settings = Settings(database_url=url, var_dir=Path(var_dir), network_address=network)
    look = cached.look(settings, address.chosen())
    told = st.session_state.get("told")
    if told is not None:
        del st.session_state["told"]
        presenting._act(st.session_state["stage"], told, "2026-03-13", is_compared=False)
        asked = st.session_state.get("asked", ("", None))[0]
        sight.answered(Seen(asked, Extent(114.5, 38.0, 114.6, 38.1)))
    presenting.prepare(look, "heat", "zh")
    selected = frame.selected(look)
    view = maps.overview(look.county, cached.cells(look), cached.zones(look), look=frame.map_style(look, "zh"))
    shown = presenting.staged(view, selected)
    presenting.bar(replace(shown, compare=Compare((("2026-03-13", ""),), "")))
    st.session_state["staged"] = (shown.is_presented, shown.card, shown.mark, selected)
    st.session_state["gone_to"] = views.gone_to()
    address.end()
    st.session_state["query"] = dict(st.session_state["address"])


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the browser was given last."""
    kept: dict[str, Any] = {}
    monkeypatch.setattr(presenting, "_component", lambda: lambda **told: kept.update(told["data"]))
    return kept


@pytest.fixture
def open_(town: Town, tmp_path: Path, given: dict[str, Any]) -> Any:
    def made(network: str = NETWORK, **query: str) -> AppTest:
        url = town.engine.url.render_as_string(hide_password=False)
        kwargs = {"url": url, "var_dir": str(tmp_path), "network": network}
        app = AppTest.from_function(script, kwargs=kwargs, default_timeout=20)
        app.query_params.update({"present": "1", "lang": "zh"} | query)
        app.run()
        assert not app.exception
        return app

    return made


def do(app: AppTest, what: Any, to: Any = None) -> AppTest:
    app.session_state["told"] = {"do": what, "to": to}
    run: AppTest = app.run()
    assert not run.exception
    return run


def save(tmp_path: Path, name: str, view: View) -> None:
    shelf = views.shelf(tmp_path, PLACE)
    shelf.save(name, views.content(view), Made(1, datetime(2026, 3, 20, 4, tzinfo=UTC)))


def test_without_the_word_in_the_address_nothing_is_presented(open_: Any, given: dict[str, Any]) -> None:
    app = open_(present="0")
    assert given == {} and app.session_state["staged"][0] is False


def test_zones_in_order_after_the_whole_and_cells_to_act_on(open_: Any, given: dict[str, Any], town: Town) -> None:
    app = open_()
    titles = [item["title"] for item in given["items"]]
    names = town.county.zones.sort_index()["name"]
    assert titles[1:] == names.tolist() and given["step"] == 0
    assert all(bool(item["note"]) != bool(item["tag"]) for item in given["items"][1:])
    do(app, "agenda", "cells")
    assert app.session_state["query"]["agenda"] == "cells" and app.session_state["query"]["at"].startswith("cells:")
    # What lies on the default point alone is nobody's before a room.
    ordered, with_it = (
        density.to_act_on(density.cells(town.county, town.snapshot, town.at(with_default_points=each)))
        for each in (False, True)
    )
    assert len(given["items"]) == len(ordered) < len(with_it)
    assert app.session_state["query"]["at"] == f"cells:{ordered.index[0]}"
    is_presented, card, mark, selected = app.session_state["staged"]
    assert is_presented and selected is not None and card.title in given["items"][0]["title"]
    assert "2026-03-20" in mark and given["agendas"][2]["count"] == 0
    assert {item["tag"] for item in given["items"]} <= {"", t("list.nobody", "zh")}


def test_a_step_selects_its_place_and_the_first_lets_go(open_: Any, given: dict[str, Any], town: Town) -> None:
    app = open_()
    do(app, "step", 2)
    code = town.county.zones.sort_index().index[1]
    assert app.session_state["query"] == {"present": "1", "lang": "zh", "step": "3", "at": f"zones:{code}"}
    do(app, "step", 0)
    assert app.session_state["query"] == {"present": "1", "lang": "zh"}
    assert app.session_state["sight"].extent is None
    do(app, "leave")
    assert app.session_state["query"] == {"lang": "zh"} and app.session_state["gone_to"] == "heat"
    assert app.session_state["staged"][0] is False


def test_a_link_opens_at_its_step(open_: Any, given: dict[str, Any], town: Town) -> None:
    app = open_(agenda="zones", step="2")
    assert app.session_state["staged"][3] == ("zones", town.county.zones.sort_index().index[0])


def test_a_step_there_is_none_of_is_one_there_is(open_: Any, given: dict[str, Any]) -> None:
    app = open_(agenda="palace", step="9" * 50)
    assert given["agenda"] == "zones" and given["step"] == 0
    for step in ("99", "0", "-1", "x", "１", ""):
        app.session_state["choices"]["step"] = step
        app.session_state["is_touched"] = True
        app.run()
        assert not app.exception and given["step"] == (len(given["items"]) - 1 if step == "99" else 0), step


def test_what_a_browser_makes_up_is_dropped(open_: Any, given: dict[str, Any]) -> None:
    app = open_()
    before = dict(app.session_state["query"])
    evil = [("step", 99), ("step", -1), ("step", "1"), ("step", True), ("step", None), ("agenda", "views"),
            ("agenda", "x"), ("fly", 1), (None, None), ([], {}), ("agenda", [])]  # fmt: skip
    for what, to in evil:
        do(app, what, to)
        assert app.session_state["query"] == before, (what, to)


def test_saved_views_are_an_agenda_in_their_order(open_: Any, given: dict[str, Any], tmp_path: Path) -> None:
    save(tmp_path, EVIL, View("overview", {"zone": "999900001"}, Extent(114.5, 38.0, 114.6, 38.1), EVIL))
    save(tmp_path, "热力", View("heat", {"show": "overdue"}))
    app = open_()
    do(app, "agenda", "views")
    assert [item["title"] for item in given["items"]] == [EVIL, "热力"]
    assert given["items"][0]["note"] == EVIL
    assert app.session_state["gone_to"] == "overview" and app.session_state["query"]["zone"] == "999900001"
    assert app.session_state["staged"][1].lines[0] == EVIL
    do(app, "step", 1)
    assert app.session_state["gone_to"] == "heat" and "zone" not in app.session_state["query"]
    assert app.session_state["query"]["agenda"] == "views" and app.session_state["query"]["step"] == "2"


def test_a_view_of_the_page_that_is_open_is_drawn_without_the_rest_of_it(
    open_: Any, given: dict[str, Any], tmp_path: Path
) -> None:
    save(tmp_path, "密度", View("heat", {}))
    save(tmp_path, "逾期", View("heat", {"show": "overdue"}))
    save(tmp_path, "北片", View("heat", {"zone": "999900001"}))
    app = open_()
    do(app, "agenda", "views")
    assert app.session_state["gone_to"] is None
    do(app, "step", 1)
    assert app.session_state["gone_to"] is None and app.session_state["choices"]["show"] == "overdue"
    do(app, "step", 2)  # of other filters
    assert app.session_state["gone_to"] == "heat" and app.session_state["query"]["zone"] == "999900001"


def test_since_the_last_meeting_is_the_comparison_of_the_page(open_: Any, given: dict[str, Any]) -> None:
    app = open_()
    # No meeting is on record. The period that ended on Sunday 03-22 is moved back nine days, and the moment with it.
    assert given["compare"] == {"label": "较 03-11", "is_on": False}
    do(app, "compare")
    assert app.session_state["choices"]["vs"] == "2026-03-13"


def test_the_last_meeting_is_the_one_that_packs_were_made_for(
    open_: Any, given: dict[str, Any], town: Town, tmp_path: Path
) -> None:
    held = datetime(2026, 3, 11, 4, tzinfo=UTC)
    meetings.hold(tmp_path, town.county.place, held)
    open_()
    # The period ends on Sunday 03-22, two days after the moment, and is moved back as far as the moment is.
    assert given["compare"] == {"label": "较上次会议（03-11）", "is_on": False}


@pytest.mark.parametrize(("held", "label"), [(13, "较 03-15"), (15, "较上次会议（03-15）")])
def test_a_week_is_of_the_meeting_where_it_ends_on_its_day(
    monkeypatch: pytest.MonkeyPatch, held: int, label: str
) -> None:
    # The weeks end on Sundays, the period two days after the moment.
    met = date(2026, 3, held)
    monkeypatch.setattr(presenting, "meeting", lambda look: (met + timedelta(days=2), met))
    compare = Compare((("2026-03-08", ""), ("2026-03-15", ""), ("2026-03-22", "")), "")
    polygons = SimpleNamespace(frames=SimpleNamespace(current=2))
    view: Any = SimpleNamespace(compare=compare, polygons=polygons, language="zh")
    stage: Any = SimpleNamespace(look=None)
    assert presenting._before(stage, view) == ("2026-03-15", label)


def test_the_code_opens_what_the_room_sees(open_: Any, given: dict[str, Any]) -> None:
    app = open_()
    do(app, "step", 1)
    assert given["link"] is None and given["has_link"]
    do(app, "link")
    link = urlsplit(given["link"]["text"])
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{NETWORK}/heat"
    query = parse_qs(link.query)
    assert query["extent"] == ["114.5,38.0,114.6,38.1"] and query["step"] == ["2"] and "lang" not in query
    root = ElementTree.fromstring(given["link"]["svg"])
    assert root.tag.endswith("svg") and {child.tag.split("}")[-1] for child in root.iter()} == {"svg", "path"}
    do(app, "no_link")
    assert given["link"] is None


def test_without_a_network_address_there_is_no_code(open_: Any, given: dict[str, Any]) -> None:
    app = open_("")
    do(app, "link")
    assert given["link"] is None and given["has_link"] is False and "asked" not in app.session_state


def test_a_link_that_is_too_long_has_no_code() -> None:
    assert qr.svg("http://a/" + "x" * qr.LONGEST) == "" and qr.svg("http://a/") != ""
