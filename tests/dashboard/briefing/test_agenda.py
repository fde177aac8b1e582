"""Kept views as sections of the briefing: what they say under their own filters, and that every paper carries them."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pptx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from dashboard.analysis import coverage, figures, service
from dashboard.briefing import deck, wallmap
from dashboard.briefing.bulletin import bulletin
from dashboard.briefing.content import Content, LeftOut, Section
from dashboard.briefing.content.agenda import agenda
from dashboard.briefing.content.known import Known
from dashboard.briefing.figures import figures_of
from dashboard.briefing.slides import presentation
from dashboard.briefing.templates import Templates
from dashboard.facts import choices
from dashboard.filters import NONE, Filters
from dashboard.maps.layers import Extent
from dashboard.maps.page import PAGES
from dashboard.maps.viewed import SHOWN, View
from dashboard.standards import read_standards
from dashboard.text import word
from tests.dashboard.analysis.test_service import with_roads
from tests.dashboard.briefing.conftest import MEETING, SINCE, Briefed, briefed
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH, at, degrees

STANDARDS = read_standards()
EVIL = '<img src=x onerror=alert(1)>=1+1&{x}"'
WRITTEN = f"{EVIL}\ufffe\n" + "很长" * 125
LONG = f"{EVIL} " + "很长" * 125
NORTH_ROW = Extent(*degrees(-5, 195), *degrees(305, 305))
VIEWS: dict[str, View | None] = {
    "全城": View("heat", {"layer": "zones"}),
    EVIL: View("heat", {"show": "overdue", "zone": SOUTH}, NORTH_ROW, WRITTEN),
    "公厕": View("coverage", {"lack": "unserved_toilet"}),
}


def told(town: Town, views: Mapping[str, View | None], language: str = "zh") -> list[Section | LeftOut]:
    known = Known(
        town.county, town.snapshot, town.filters, SINCE, MEETING, STANDARDS, language, Templates(language), {}, views
    )
    return agenda(known)


def one(town: Town, view: View, language: str = "zh") -> Section:
    (found,) = told(town, {"视图": view}, language)
    assert isinstance(found, Section), found
    return found


def values(section: Section) -> dict[str, float | None]:
    return {figure.name: figure.value for figure in section.figures if "." not in figure.name}


@pytest.fixture(scope="module")
def content(town: Town) -> Content:
    return briefed(town, parts=("views",), views=VIEWS)


def _headline(town: Town, filters: Filters) -> dict[str, tuple[float | None, int | None]]:
    shares = coverage.shares(town.county, town.county.place.local_day(filters.moment), STANDARDS)
    found = figures.headline(town.county, town.snapshot, filters, shares=shares, unserved_share=MEETING.unserved_share)
    return {name: (found[name].value, found[name].of) for name in ("reported", "open", "overdue")}


@hypothesis(max_examples=5, deadline=None)
@given(st.sampled_from([page for page in PAGES if page != "coverage"]), st.sampled_from(SHOWN), st.booleans())
def test_a_view_without_filters_says_the_figures_of_the_headline(
    town: Town, page: str, shows: str, of_zones: bool
) -> None:
    section = one(town, View(page, {"show": shows, "layer": "zones" if of_zones else "cells"}))
    assert {figure.name: (figure.value, figure.of) for figure in section.large} == _headline(town, town.filters)
    assert section.map is not None and section.map.sight is None
    assert section.filters == town.filters


def test_its_figures_are_those_of_its_own_filters_and_it_says_which(town: Town) -> None:
    section = one(town, View("heat", {"zone": SOUTH, "category": "垃圾", "state": "assigned", "show": "open"}))
    filters = town.at(zone=(SOUTH,), category=("垃圾",), state=("assigned",))
    assert {figure.name: (figure.value, figure.of) for figure in section.large} == _headline(town, filters)
    # p04 alone: assigned, in the south, of that category.
    assert (values(section)["open"], values(section)["overdue"]) == (1, 0)
    assert section.message.text == "视图：上报 1 件，未销号 1 件，逾期 0 件"
    (table,) = section.tables
    assert list(table.frame.index) == ["C5"]
    under = section.remarks[0].text
    assert under.startswith("本页口径：时点 2026-03-20 12:00；时段 2026-02-23 — 2026-03-22；")
    assert all(word in under for word in ("南片区", "垃圾", "已交办"))
    assert section.facts[0] == "时点 2026-03-20 12:00"


def test_moment_and_period_are_those_of_the_briefing_unless_it_has_its_own(town: Town) -> None:
    early = town._replace(filters=town.at(as_of=at("03-10 12:00"), start=at("03-01 00:00").date()))
    assert one(early, View("overview")).filters == early.filters
    week = one(early, View("overview", {"start": "2026-03-02", "end": "2026-03-08"})).filters
    assert week is not None and (week.moment, str(week.start)) == (early.filters.moment, "2026-03-02")
    pinned = one(town, View("overview", {"as_of": "2026-03-16T04:00:00Z", "version": "7"})).filters
    assert pinned == town.at(as_of=at("03-16 12:00"))
    past = one(town, View("heat", {"as_of": "2026-02-26T04:00:00Z"}))  # before the last meeting
    assert values(past)["reported"] == _headline(town, town.at(as_of=at("02-26 12:00")))["reported"][0]


def test_a_week_is_the_period_of_it_alone(town: Town) -> None:
    section = one(town, View("heat", {"span": "week", "week": "2026-03-08"}))
    assert section.filters is not None
    assert (str(section.filters.start), str(section.filters.end)) == ("2026-03-02", "2026-03-08")
    assert section.filters.moment == at("03-08 23:59:59")
    assert values(section)["reported"] == 3  # p01, p02, p05
    last = one(town, View("heat", {"span": "week", "week": "1999-01-01"})).filters
    assert last is not None and str(last.end) == "2026-03-22" and last.moment == town.filters.moment


def test_only_what_is_in_its_stretch_is_listed(town: Town) -> None:
    whole = one(town, View("heat", {"show": "open"}))
    north = one(town, View("heat", {"show": "open"}, NORTH_ROW))
    assert set(whole.tables[0].frame.index) == {"C2", "C3", "C5"}
    assert set(north.tables[0].frame.index) == {"C2", "C3"}
    assert values(north) == values(whole)
    assert north.map is not None and north.map.sight is not None and north.map.sight.extent == NORTH_ROW
    assert [remark.entry for remark in north.remarks] == ["views.under", "views.seen", "worst.on_default_points"]
    chosen = one(town, View("heat", {"at": "cells:C2"}))
    assert chosen.map is not None and chosen.map.selected == ("cells", "C2")
    gone = one(town, View("heat", {"at": "cells:C99"})).map
    assert gone is not None and gone.selected is None


def test_gaps_are_counted_as_the_page_counts_them(town: Town) -> None:
    found = service.service(
        town.county, town.filters, service.Rule("toilet"), standards=STANDARDS, unserved_share=MEETING.unserved_share
    )
    section = one(town, View("coverage", {"lack": "unserved_toilet", "category": "垃圾"}))
    assert (values(section)["count"], values(section)["cells"]) == (len(found.unserved), 9)
    assert section.filters == Filters().resolved(town.county.place, town.snapshot)  # no filter of problems
    assert section.map is not None and any(points.kind == "toilet" for points in section.map.points)
    nobody = one(town, View("coverage", {}))
    shares = coverage.shares(town.county, town.county.place.local_day(town.filters.moment), STANDARDS)
    facts = coverage.facts(town.county, town.filters, shares=shares, unserved_share=MEETING.unserved_share)
    assert values(nobody)["count"] == int(facts["is_unassigned"].sum()) > 0
    assert set(nobody.tables[0].frame.index) == set(facts.index[facts["is_unassigned"]])
    rounds = one(town, View("coverage", {"part": "rounds"}), "en")
    assert rounds.remarks[-1].text.startswith("The view was of the map of “Visits”")
    assert values(rounds)["count"] == int(facts["is_unvisited"].sum())
    held = one(town, View("heat", {"vs": "2026-03-15"})).remarks
    assert "views.not_compared" in [remark.entry for remark in held]


def test_one_that_cannot_be_is_left_out_with_a_sentence_and_the_others_stand(town: Town, bare_town: Town) -> None:
    broken: dict[str, View | None] = {
        "无此片区": View("heat", {"zone": "000"}), "无此网格": View("heat", {"cell": "C99"}),
        "昨天": View("heat", {"start": "yesterday"}), "无此页": View("moon"), "x.json": None,
        "好": View("overview"),
    }  # fmt: skip
    made = briefed(town, parts=("headline", "views"), views=broken)
    assert [section.id for section in made.sections] == ["headline", "views-6"]
    gone = {one.id: one for one in made.left_out if one.key == "views"}
    assert [one.reason for one in gone.values()] == ["view_unknown"] * 3 + ["view_no_page", "view_broken"]
    assert gone["views-1"].text == "议程：“无此片区”按片区“000”筛选，数据里没有，未列入。"
    assert figures_of(made)["left_out"]["views-5"] == "view_broken"
    (none,) = told(town, {})
    assert isinstance(none, LeftOut) and none.reason == "no_views" and "保存" in none.text
    assert "no_views" not in [one.reason for one in replace(made, left_out=(none,)).not_said]
    assert replace(made, sections=(), left_out=(none,)).not_said == (none,)  # no empty deck without a word
    (unrecorded,) = told(bare_town, {"公厕": View("coverage", {"lack": "unserved_toilet"})})
    assert isinstance(unrecorded, LeftOut) and unrecorded.reason == "view_not_recorded"


def test_they_are_said_in_the_order_of_the_shelf_by_their_names(content: Content) -> None:
    assert [section.id for section in content.sections] == ["views-1", "views-2", "views-3"]
    assert [section.title for section in content.sections] == list(VIEWS)
    assert [section.kicker for section in content.sections] == ["议程 1", "议程 2", "议程 3"]
    second = content.sections[1]
    assert second.message.text.startswith(EVIL)
    assert second.lines[0].text == LONG and second.lines[0].entry == "views.remark"
    numbers = json.loads(json.dumps(figures_of(content)))["sections"]["views-2"]
    assert numbers["filters"] == {"zone": SOUTH} and numbers["as_of"] == "2026-03-20T04:00:00Z"
    assert numbers["figures"]["overdue"] == {"value": 3, "unit": "problems", "of": 7}
    names = list(briefed_names(content))
    assert not [name for name in names if re.search(r"[\x00-\x1f]", name)]


def briefed_names(content: Content) -> list[str]:
    return [name for section in content.sections for line in (section.message, *section.lines) for name in line.names]


class _Told(HTMLParser):
    text = ""

    def handle_data(self, data: str) -> None:
        self.text = self.text or data.strip()


def test_the_agenda_alone_is_the_deck(content: Content) -> None:
    found = _Told()
    found.feed(deck.html_of(content).partition('id="told">')[2].partition("</script>")[0])
    page: dict[str, Any] = json.loads(found.text)
    assert [slide["id"] for slide in page["slides"]] == ["cover", "views-1", "views-2", "views-3"]
    cover, _, second, _ = page["slides"]
    assert (second["kicker"], second["title"]) == ("议程 2", EVIL)
    assert second["message"]["text"] == content.sections[1].message.text
    assert second["lines"][0]["text"] == LONG
    assert page["pieces"][second["map"]["sight"]]["bounds"] == list(NORTH_ROW.bounds)
    assert page["pieces"][cover["map"]["sight"]] is None and not cover["remarks"]
    assert "<img" not in deck.html_of(content)


def test_slides_and_bulletin_carry_them_with_their_names(content: Content, tmp_path: Path) -> None:
    (path,) = presentation(content, tmp_path)
    slides = list(pptx.Presentation(str(path)).slides)
    for section in content.sections:
        slide = next(slide for slide in slides if slide._element.cSld.get("name") == section.id)
        assert slide.shapes.title is not None and slide.shapes.title.text_frame.text == section.message.text
        (alt,) = slide._element.xpath(".//p:pic/p:nvPicPr/p:cNvPr/@descr")
        assert section.map is not None and alt == f"{section.map.title}。{section.message.text}"
    second = next(slide for slide in slides if slide._element.cSld.get("name") == "views-2")
    notes = second.notes_slide.notes_text_frame
    assert notes is not None and content.sections[1].message.text in notes.text
    every = "\n".join(shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame)
    assert LONG in every
    (paper,) = bulletin(content, tmp_path)
    said = "\n".join(paragraph.text for paragraph in docx.Document(str(paper)).paragraphs)
    assert all(section.message.text in said for section in content.sections) and LONG in said
    assert wallmap.paper(content, tmp_path) == []  # no map under the filters of the whole


def test_the_cover_shows_the_whole_place(content_of: Briefed, content: Content) -> None:
    zoomed = content.sections[1]
    alone = replace(content, sections=(zoomed,)).cover
    assert zoomed.map is not None and zoomed.map.sight is not None
    assert alone is not None and alone.map is not None and alone.map.sight is None
    heat = next(section for section in content_of("zh").sections if section.key == "heat")
    assert replace(content, sections=(zoomed, heat)).cover is heat
    assert content.cover is content.sections[0]


def test_filters_that_hold_what_the_data_have_are_known_by_what_may_be_chosen(town: Town) -> None:
    may = choices(town.county, town.snapshot, "zh")
    every = {name: tuple(sorted(values)) for name, values in may.items()}
    section = one(town, View("heat", Filters(**every).to_query()))  # type: ignore[arg-type]
    assert section.filters is not None and section.filters.zone == every["zone"] == (NONE, NORTH, SOUTH)
    assert values(section)["open"] == _headline(town, town.filters)["open"][0]


@pytest.mark.parametrize("lack", service.lacks(STANDARDS))
def test_what_is_lacking_is_called_by_its_name(town: Town, lack: str) -> None:
    kind = service.kind_of(lack)
    closed = town.county.facilities.iloc[[0]].assign(kind=kind or "toilet", status="closed")
    cells = town.county.cells.assign(people=pd.Series(100, index=town.county.cells.index))
    section = one(
        town._replace(county=replace(town.county, facilities=closed, cells=cells)), View("coverage", {"lack": lack})
    )
    (large,) = section.large
    assert large.label == {"unassigned": "无人负责网格", "unvisited": "本期未巡查网格"}.get(lack, "未覆盖网格")
    people = [line.text for line in section.lines if line.entry == "uncovered.people_kind"]
    of_kind = [] if kind is None else [f"{word('kind', kind, 'zh')}服务半径以外约 900 人，占 100.0%，见图。"]
    assert people == of_kind


def test_people_are_said_where_some_are_out_of_reach(town: Town) -> None:
    cells = town.county.cells.assign(people=pd.Series(100, index=town.county.cells.index))
    section = one(
        town._replace(county=replace(town.county, cells=cells)), View("coverage", {"lack": "unserved_toilet"})
    )
    assert values(section) == {"count": 0, "cells": 9}


def test_how_distance_is_measured_is_said_once_and_where_it_is_not_as_asked(town: Town) -> None:
    view = View("coverage", {"lack": "unserved_toilet", "method": "on_foot"})
    roads = with_roads(town.county, [(0, 150), (300, 150)])
    walked = [remark.text for remark in one(town._replace(county=roads), view).remarks]
    assert walked[0].startswith("公厕按步行距离 400 米判断") and "直线" not in "".join(walked)
    instead = one(town, view).remarks
    assert instead[0].text.startswith("公厕按直线距离 400 米判断")
    assert [remark.entry for remark in instead] == ["uncovered.standard", "views.not_on_foot", "views.under"]


def test_density_is_of_the_heat_alone(town: Town) -> None:
    # C6 has problems on a default point alone: 200 a km² where these count, none on the heat page.
    for page in ("overview", "responsibility", "heat"):
        (table,) = one(town, View(page)).tables
        assert ("per_km2" in table.frame) == (page == "heat"), page


def test_the_briefing_of_a_zone_takes_home_its_own_numbers(town: Town) -> None:
    south = town._replace(filters=town.at(zone=(SOUTH,)))
    whole, both, cell = (
        one(south, View("heat", query)) for query in ({}, {"zone": f"{NORTH},{SOUTH}"}, {"zone": SOUTH, "cell": "C5"})
    )
    assert values(whole) == values(both) == values(one(town, View("heat", {"zone": SOUTH})))
    assert values(whole) != values(one(town, View("heat")))
    assert whole.filters == both.filters == south.filters
    assert cell.filters == town.at(zone=(SOUTH,), cell="C5")
    for page, query in (("heat", {"zone": NORTH}), ("coverage", {"zone": NORTH}), ("heat", {"cell": "C2"})):
        (gone,) = told(south, {"北": View(page, query)})
        assert isinstance(gone, LeftOut) and gone.text == "议程：“北”不涉及本次汇报的片区或网格，未列入。"
    of_cell = town._replace(filters=town.at(cell="C5"))
    assert one(of_cell, View("heat", {"zone": SOUTH})).filters == town.at(zone=(SOUTH,), cell="C5")
    assert [
        type(each) for each in told(of_cell, {"北": View("heat", {"zone": NORTH}), "C2": View("heat", {"cell": "C2"})})
    ] == [LeftOut] * 2


def test_a_view_of_a_later_moment_is_not_said_before_it(town: Town) -> None:
    early = town._replace(filters=town.at(as_of=at("03-10 12:00")))
    at_once, after = (f"2026-03-10T04:00:0{second}Z" for second in (0, 1))
    same, later = told(early, {"同时": View("heat", {"as_of": at_once}), "以后": View("coverage", {"as_of": after})})
    assert isinstance(same, Section) and isinstance(later, LeftOut)
    assert later.text == "议程：“以后”的时点晚于本次汇报，未列入。"
