import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.briefing import content, figures
from dashboard.filters import Filters
from dashboard.packs import wanted
from dashboard.packs.wanted import Wanted
from dashboard.saved import scenarios, views
from dashboard.saved.thing import Made
from dashboard.saved.views import View
from dashboard.standards import Standards, read_standards
from dashboard.text import t
from settings import Settings
from tests.dashboard.briefing.conftest import SINCE
from tests.dashboard.conftest import Town

STANDARDS = read_standards(None)


def said(town: Town, settings: Settings, asked: Wanted, filters: Filters | None = None) -> content.Content:
    return wanted.said(
        town.engine, town.county, town.snapshot, filters or town.filters, asked,
        rests=wanted.basis(settings, town.county.place.code, asked.language), settings=settings, standards=STANDARDS,
    )  # fmt: skip


def test_parts_are_said_in_the_order_asked_for_and_zones_last(town: Town) -> None:
    parts = ("overdue", content.ZONE, "heat", "headline", "heat")
    zones = tuple(reversed(town.county.zones.index))
    found = said(town, Settings(), Wanted(SINCE, "zh", parts, zones))
    assert [section.key for section in found.whole] == ["overdue", "heat", "headline"]
    assert [section.zone for section in found.pages] == list(zones)
    assert found.sections == (*found.whole, *found.pages)
    assert {one.key for one in found.left_out} == {*content.PARTS} - {*parts}
    assert content.in_order(parts[:1])[:2] == ("overdue", "headline")


def test_unless_asked_for_they_are_in_their_own_order(town: Town) -> None:
    found = said(town, Settings(), Wanted(SINCE, "zh"))
    keys = [section.key for section in found.whole]
    assert keys == [part for part in content.PARTS if part in keys]


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        ({}, {"look": "dark"}),
        ({"category": ("垃圾",), "with_default_points": True}, {"parts": ("tasks", "headline"), "zones": ()}),
        ({"zone": ("999900002",)}, {"parts": ("headline", "zone"), "zones": ("999900002",), "language": "en"}),
    ],
)
def test_the_command_makes_the_same(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: dict, asked: dict
) -> None:
    settings = Settings(var_dir=tmp_path / "var")
    filters = town.at(**chosen)
    choice = replace(Wanted(SINCE, "zh", papers=("json",)), **asked)
    line = wanted.command("999900", Filters(**chosen), filters, choice, town.county.data_version)
    program, *arguments = shlex.split(line)[2:]
    assert program == "dashboard"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRID_VAR_DIR", str(settings.var_dir))
    assert main([*arguments, "--database", str(town.engine.url)]) == 0
    told = (tmp_path / "briefing" / figures.NAME).read_text(encoding="utf-8")
    assert told == figures.text_of(said(town, settings, choice, filters))
    assert str(town.engine.url) not in line
    assert said(town, settings, choice, filters).is_for_dark_room == ("look" in asked)
    assert ("--look=dark" in arguments) == ("look" in asked)


def test_a_page_for_some_zones_from_the_command_line(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_VAR_DIR", str(tmp_path / "var"))
    common = ["briefing", "-o", str(tmp_path), "--format", "json", "--database", str(town.engine.url)]
    assert main([*common, "--page", "南片区"]) == 0
    told = json.loads((tmp_path / figures.NAME).read_text(encoding="utf-8"))
    assert [name for name in told["sections"] if name.startswith("zone-")] == ["zone-999900002"]
    assert main([*common, "--page", "北极"]) == 1
    assert "--page 北极" in capsys.readouterr().err


def test_what_the_content_rests_on_is_told_apart(town: Town, tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)

    def stands(of: Settings = settings) -> str:
        return wanted.rests_on(of, STANDARDS, wanted.basis(of, town.county.place.code, "zh"))

    seen = [stands(), stands(replace(settings, rank_at_least=3))]
    assert stands(replace(settings, database_url="sqlite:///other", language="en")) == seen[0]
    radius = replace(STANDARDS.entries["toilet.radius"], is_verified=True)
    checked = Standards({**STANDARDS.entries, "toilet.radius": radius})  # the papers say who has checked what
    seen.append(wanted.rests_on(settings, checked, wanted.basis(settings, town.county.place.code, "zh")))
    (tmp_path / "templates").mkdir()
    own = tmp_path / "templates" / "zh.toml"
    own.write_text("[part]\nheat = '热力'", encoding="utf-8")
    seen.append(stands())
    own.write_text("[part]\nheat = '热力图'", encoding="utf-8")
    seen.append(stands())
    shelf = scenarios.shelf(tmp_path, town.county.place.code)
    question = {"kind": "toilet", "n": 1, "weight": "residents", "candidates": "centres", "radius_m": 100.0,
                "min_spacing_m": 0.0}  # fmt: skip
    made = Made(1, town.filters.moment)
    thing = shelf.save("一座", {"question": question, "sites": [], "closed": []}, made)
    assert stands() == seen[-1]  # not marked for the briefing
    shelf.mark(thing, is_for_briefing=True)
    seen.append(stands())
    kept = views.shelf(tmp_path, town.county.place.code)
    for content_of in (View("heat"), View("heat", remark="先看"), View("heat", {"show": "open"}), View("overview")):
        thing = kept.find("首项")
        kept.save("首项", views.content(content_of), made, over=thing and thing.revision)
        seen.append(stands())
    (kept.folder / "broken.json").write_text("{", encoding="utf-8")
    seen.append(stands())
    assert len(set(seen)) == len(seen)


def test_the_agenda_from_the_command_line(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = views.shelf(tmp_path / "var", town.county.place.code)
    made = Made(1, town.filters.moment)
    for name, view in (("乙", View("heat", {"show": "overdue"})), ("甲", View("coverage")), ("丙", View("overview"))):
        kept.save(name, views.content(view), made)
    kept.arrange(["甲", "乙", "丙"])
    (kept.folder / "broken.json").write_text("{", encoding="utf-8")
    monkeypatch.setenv("GRID_VAR_DIR", str(tmp_path / "var"))
    common = ["briefing", "-o", str(tmp_path), "--format", "json", "--database", str(town.engine.url)]
    assert main([*common, "--format", "pdf", "--part", "views"]) == 0
    assert t("briefing.no_paper", "zh", paper=t("briefing.paper.pdf", "zh")) in capsys.readouterr().err
    written = (tmp_path / figures.NAME).read_text(encoding="utf-8")
    found = said(town, Settings(var_dir=tmp_path / "var"), Wanted(SINCE, "zh", ("views",)))
    assert written == figures.text_of(found)
    assert [section.title for section in found.sections] == ["甲", "乙", "丙"]
    assert json.loads(written)["left_out"]["views-4"] == "view_broken"
