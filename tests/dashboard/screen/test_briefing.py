"""The Briefing page in the town of nine cells: what is chosen, in which order, and the pack that comes of it."""

import argparse
import json
import shlex
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.briefing import content, figures, formats
from dashboard.packs import making, meetings
from dashboard.packs.store import Store
from dashboard.packs.wanted import Wanted
from dashboard.saved import views
from dashboard.saved.thing import Made
from dashboard.saved.views import View
from dashboard.screen import briefing_pack, briefing_parts
from dashboard.screen.briefing_choices import Ticked
from dashboard.text import t
from tests.dashboard.conftest import Town
from tests.town import PLACE, at

Page = Callable[..., AppTest]
EVIL = "<img src=x onerror=alert(1)>"


def script(url: str, var_dir: str, language: str, query: dict[str, str]) -> None:
    from pathlib import Path

    import streamlit as st

    from dashboard import cached
    from dashboard.pages import briefing
    from dashboard.screen import address
    from settings import Settings

    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        st.query_params.from_dict(query)
    address.begin()
    settings = Settings(database_url=url, var_dir=Path(var_dir), rank_at_least=1)
    look = cached.look(settings, address.chosen())
    briefing.show(look, settings, language)
    st.session_state["looked"] = look
    address.end()
    st.session_state["shown"] = dict(st.session_state["choices"])


@pytest.fixture
def page(town: Town, tmp_path: Path) -> Page:
    url = town.engine.url.render_as_string(hide_password=False)

    def opened(language: str = "zh", **query: str) -> AppTest:
        arguments = {"url": url, "var_dir": str(tmp_path), "language": language, "query": query}
        app = AppTest.from_function(script, kwargs=arguments, default_timeout=30).run()
        assert not app.exception
        return app

    return opened


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The numbers and nothing else, to be quick."""
    found = {"json": formats.FORMATS["json"]}
    for module in ("dashboard.briefing.pack", "dashboard.screen.briefing_choices"):
        monkeypatch.setattr(f"{module}.FORMATS", found)
    return found


def shown(app: AppTest) -> str:
    return " ".join(each.proto.body for each in app.get("html"))


def rows(app: AppTest) -> list[dict[str, Any]]:
    """The lines of the list, as the browser gets them."""
    (list_,) = [one for one in app.get("bidi_component") if one.proto.component_name.endswith("briefing_parts")]
    found: list[dict[str, Any]] = json.loads(list_.proto.json)["rows"]
    return found


def until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_single_choice_there_is_everything(page: Page, language: str) -> None:
    app = page(language)
    found = rows(app)
    parts = [row for row in found if not row["is_zone"]]
    assert [row["name"] for row in parts] == [part for part in content.PARTS if part != content.ZONE]
    assert all(row["is_ticked"] for row in found)
    assert [row["name"] for row in found if row["is_zone"]] == ["999900001", "999900002"]
    # What has nothing to say is there too, with its reason and without a section to look at.
    nothing = {row["name"]: row for row in parts if not row["id"]}
    assert "siting" in nothing and all(row["title"] and row["text"] for row in nothing.values())
    assert escape(found[0]["text"]) in shown(app)
    assert app.button(key="pack_make").label == t("briefing.make", language)
    assert app.session_state["shown"] == {}


def test_order_and_ticks_of_a_link_are_those_of_the_content(page: Page) -> None:
    app = page(parts="tasks,-heat,weather,overdue", pages="only:999900002")
    found = rows(app)
    assert [(row["name"], row["is_ticked"]) for row in found[:4]] == [
        ("tasks", True), ("heat", False), ("overdue", True), ("headline", True),
    ]  # fmt: skip
    assert [(row["name"], row["is_ticked"]) for row in found if row["is_zone"]] == [
        ("999900001", False), ("999900002", True),
    ]  # fmt: skip
    assert escape(found[0]["text"]) in shown(app)  # the first one that is said is looked at
    said = json.loads(numbers(app))["sections"]
    assert list(said)[:2] == ["tasks", "overdue"] and "heat" not in said
    assert [name for name in said if name.startswith("zone")] == ["zone-999900002"]


@pytest.mark.parametrize("see", ["heat", "ranking", "zone-999900002", "weather"])
def test_a_section_is_shown_with_all_it_says(page: Page, see: str) -> None:
    app = page(see=see)
    found = {row["id"]: row for row in rows(app)}
    assert escape(found[see if see in found else "headline"]["text"]) in shown(app)
    maps = [one.proto.id for one in app.get("bidi_component") if "preview" in one.proto.id]
    assert len(maps) == (see in ("heat", "zone-999900002"))
    if see == "ranking":
        assert "<table>" in shown(app)


def test_a_tick_a_move_and_a_look_are_kept_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, str | None] = {}
    monkeypatch.setattr(
        "dashboard.screen.address.set_choice", lambda name, value, default="": kept.update({name: value})
    )
    parts = Ticked(tuple(part for part in content.PARTS if part != content.ZONE), content.PARTS[:-1])
    zones = Ticked(("a,b", "%2C", "c", "d"), ("a,b", "%2C", "c", "d"))
    lines = [
        *(briefing_parts.Line(part, part, part, "", is_ticked=True) for part in parts.every),
        *(briefing_parts.Line(zone, f"zone-{zone}", zone, "", is_ticked=True, is_zone=True) for zone in zones.every),
    ]

    def did(**act: object) -> str | None:
        kept.clear()
        briefing_parts.act({"act": act}, lines, parts, zones)
        return next(iter(kept.values()), "nothing")

    first, second, third, *_ = parts.every
    assert did(act="see", name="heat") == "heat"
    assert str(did(act="tick", name=second)).startswith(f"{first},-{second},{third},")
    assert str(did(act="move", name=third, before=first)).startswith(f"{third},{first},{second},")
    assert str(did(act="move", name=first, before="")).endswith(f",{first}")
    assert did(act="move", name=first, before=second) is None  # where it was: nothing to keep
    assert did(act="tick", name="a,b", is_zone=True) == "but:a%2Cb"
    assert did(act="tick", name="*", is_zone=True) == "only:"
    zones = Ticked(zones.every, ("%2C",))
    assert did(act="tick", name="%2C", is_zone=True) == "only:"
    assert did(act="tick", name="*", is_zone=True) is None
    # What a browser may have made up.
    for made_up in (
        {"act": "tick", "name": "weather"},
        {"act": "drop", "name": "heat"},
        {"act": "move", "name": "heat"},
        {"act": "move", "name": "c", "is_zone": True, "before": "d"},
        {"act": ["tick"]},
        {},
    ):
        assert did(**made_up) == "nothing"
    briefing_parts.act({"act": "tick"}, lines, parts, zones)


def test_the_agenda_has_a_line_for_each_of_its_views(page: Page, tmp_path: Path) -> None:
    shelf = views.shelf(tmp_path, PLACE)
    made = Made(1, datetime(2026, 3, 20, 4, tzinfo=UTC))
    for name, view in (
        ("全城", View("heat")), (EVIL, View("heat", remark=EVIL)), ("旧片区", View("heat", {"zone": "1"})),
    ):  # fmt: skip
        shelf.save(name, views.content(view), made)
    app = page(see="views-2", parts="views")
    head, first, second, gone, after, *_ = rows(app)
    assert (head["name"], head["id"], head["title"], head["is_under"]) == ("views", "views-1", "议程", False)
    assert head["text"] == f"全城、{EVIL}" and second["title"] == EVIL
    assert [row["id"] for row in (first, second, gone)] == ["views-1", "views-2", ""]
    assert all(row["is_under"] for row in (first, second, gone)) and not after["is_under"]
    assert "“旧片区”" in gone["text"]
    assert escape(second["text"]) in shown(app) and EVIL not in shown(app)
    assert list(json.loads(numbers(app))["sections"])[:2] == ["views-1", "views-2"]
    parts, none = Ticked(("views",), ("views",)), Ticked((), ())
    lines = [briefing_parts.Line("views-2", "views-2", "", "", is_ticked=True, is_under=True)]
    for act in ({"act": "tick"}, {"act": "move", "before": ""}):
        briefing_parts.act({"act": act | {"name": "views-2"}}, lines, parts, none)  # outside of a session: does nothing


def test_zones_of_an_address_are_those_there_are(page: Page) -> None:
    for pages in ("but:999900001", "only:999900002,nowhere"):
        assert [row["is_ticked"] for row in rows(page(pages=pages)) if row["is_zone"]] == [False, True]
    assert [row["is_ticked"] for row in rows(page(pages="only:")) if row["is_zone"]] == [False, False]


@pytest.mark.usefixtures("papers")
def test_a_pack_is_made_kept_and_reused(page: Page, tmp_path: Path) -> None:
    app = page()
    app.button(key="pack_make").click()
    app.run()
    store = Store.of(tmp_path, PLACE)
    until(lambda: bool(kept(store)))
    app.run()
    assert not app.exception and not [one for one in app.button if one.key == "pack_make"]
    labels = [one.proto.label for one in app.get("download_button")]
    assert labels[0].startswith(t("briefing.take_all", "zh", size="")[:4]) and len(labels) == 3
    told = (kept(store)[0] / figures.NAME).read_text(encoding="utf-8")
    assert told == numbers(app)
    # Another session: the same choice is there at once; another one is not.
    assert not [one for one in page().button if one.key == "pack_make"]
    assert [one for one in page(parts="-heat").button if one.key == "pack_make"]
    assert len(kept(store)) == 1


def test_the_last_meeting_is_remembered_and_can_be_another(page: Page, town: Town, tmp_path: Path) -> None:
    assert "--since=2026-03-13T04:00:00" in page().code[0].value  # a week before
    meetings.hold(tmp_path, town.county.place, at("03-18 12:00"))
    app = page(since="Friday")
    assert "--since=2026-03-18T04:00:00" in app.code[0].value
    app.date_input(key="briefing_since").set_value(date(2026, 3, 11)).run()
    assert app.session_state["shown"]["since"] == "2026-03-11"
    assert "--since=2026-03-11T15:59:59" in app.code[0].value
    app.date_input(key="briefing_since").set_value(date(2026, 3, 18)).run()
    assert "since" not in app.session_state["shown"]
    for wrong in ("2026-03-21", "9999-12-31"):
        assert "--since=2026-03-18T04:00:00" in page(since=wrong).code[0].value


def test_a_pack_of_one_zone_moves_no_meeting(page: Page, town: Town, tmp_path: Path, papers: dict[str, Any]) -> None:
    store, place, later = Store.of(tmp_path, PLACE), town.county.place, at("04-10 12:00")
    for count, query in enumerate(({"zone": "999900002"}, {}), 1):
        app = page(**query)
        app.button(key="pack_make").click()
        app.run()
        until(lambda: len(making.running()) == 0)
        assert len(kept(store)) == count
        assert meetings.before(tmp_path, place, later) == (None if query else town.filters.moment)


def test_language_and_papers_are_the_reader_s_own(page: Page) -> None:
    app = page()
    app.radio(key="briefing_said_in").set_value("en").run()
    app.checkbox(key="paper_docx").uncheck().run()
    app.checkbox(key="paper_a1").check().run()
    told = app.session_state["shown"]
    assert told["said_in"] == "en" and "a1" in told["papers"] and "docx" not in told["papers"]
    assert app.checkbox(key="paper_json").disabled
    assert "Overdue" in rows(app)[0]["text"] or "overdue" in rows(app)[0]["text"]
    command = app.code[0].value
    assert "--language=en" in command and "--format=a1" in command and "--format=docx" not in command


def test_progress_is_told_paper_by_paper_and_can_be_stopped(page: Page, tmp_path: Path, papers: dict[str, Any]) -> None:
    gate = threading.Event()

    def slow(_content: content.Content, folder: Path) -> list[Path]:
        assert gate.wait(timeout=20)
        return []

    papers["xlsx"] = slow
    papers["json"] = papers.pop("json")  # after the slow one
    app = page()
    app.button(key="pack_make").click()
    app.run()
    until(lambda: t("briefing.making", "zh", done="0", of="2") in shown(app.run()))
    assert t("briefing.paper.xlsx", "zh") in shown(app)
    # Somebody else who wants the same sees it too.
    assert t("briefing.making", "zh", done="0", of="2") in shown(page())
    app.button(key="pack_stop").click()
    assert t("briefing.stopping", "zh") in shown(app.run())
    gate.set()
    until(lambda: "pack_make" in [one.key for one in app.run().button])
    assert kept(Store.of(tmp_path, PLACE)) == []


@pytest.mark.usefixtures("papers")
def test_what_is_kept_while_a_pack_waits_is_not_in_it(page: Page, tmp_path: Path) -> None:
    app, store, shelf = page(parts="views"), Store.of(tmp_path, PLACE), views.shelf(tmp_path, PLACE)
    made = Made(1, datetime(2026, 3, 20, 4, tzinfo=UTC))
    shelf.save("原有", views.content(View("heat")), made)  # kept after the page was drawn, before the press
    with making._one_at_a_time:
        app.button(key="pack_make").click()
        app.run()
        assert t("briefing.waiting", "zh") in shown(app)
        shelf.save("后来", views.content(View("overview")), made)
    until(lambda: len(kept(store)) == 1)
    told = json.loads((kept(store)[0] / figures.NAME).read_text(encoding="utf-8"))
    assert [name for name in told["sections"] if name.startswith("views")] == ["views-1"]
    # With the later one it is another pack, which nobody has made.
    assert "pack_make" in [one.key for one in page(parts="views").button]


def test_a_trouble_of_the_making_is_a_sentence(
    page: Page, tmp_path: Path, papers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_content: content.Content, folder: Path) -> list[Path]:
        raise OSError(28, f"No space {EVIL}")

    papers["json"] = full
    app = page()
    app.button(key="pack_make").click()
    app.run()
    until(lambda: "No space" in shown(app.run()))
    assert EVIL not in shown(app) and escape(EVIL) in shown(app)
    assert [one for one in app.button if one.key == "pack_make"]


def test_broken_templates_are_told_by_file_and_entry(page: Page, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "zh.toml").write_text("[headline]\nlate = '{nobody}'", encoding="utf-8")
    app = page()
    assert "zh.toml" in shown(app) and "headline.late" in shown(app) and not app.get("bidi_component")
    # Broken between the page and the press.
    (tmp_path / "templates" / "zh.toml").rename(tmp_path / "zh.toml")
    app = page()
    (tmp_path / "zh.toml").rename(tmp_path / "templates" / "zh.toml")
    app.button(key="pack_make").click()
    app.run()
    assert not app.exception and "headline.late" in shown(app) and not making.running()


def test_nothing_ticked_is_told(page: Page) -> None:
    parts = ",".join(f"-{part}" for part in content.PARTS if part != content.ZONE)
    app = page(parts=parts, pages="only:")
    assert app.button(key="pack_make").disabled


def numbers(app: AppTest) -> str:
    """What the button of the numbers gives, which is also what the command beside it makes."""
    command = shlex.split(app.code[0].value)
    told = argparse.ArgumentParser()
    told.add_argument("--since", type=datetime.fromisoformat)
    for name in ("part", "page"):
        told.add_argument(f"--{name}", action="append")
    asked = told.parse_known_args(command)[0]
    pages = None if asked.page is None else tuple(code for code in asked.page if code != "-")
    parts = None if asked.part is None else tuple(asked.part)
    return briefing_pack.numbers(app.session_state["looked"], Wanted(asked.since, "zh", parts, pages))


def kept(store: Store) -> list[Path]:
    """The packs that are whole."""
    if not store.folder.is_dir():
        return []
    return [path for path in store.folder.iterdir() if store.find(path.name) is not None]
