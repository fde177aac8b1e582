"""What the briefing of the town says, worked out by hand, and that it says the numbers of the analysis."""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from dashboard import tables
from dashboard.analysis import recorded
from dashboard.analysis.proposal import Question
from dashboard.analysis.scenario import Scenario, arranged
from dashboard.briefing.content import KINDS, PARTS, REASONS, Content, Section, Sentence, Table, ledger_rows, written
from dashboard.briefing.content.draft import Draft
from dashboard.standards import read_standards
from etl import schema
from etl.database import connect
from settings import Settings
from tests import town as towns
from tests.dashboard.briefing.conftest import MEETING, SINCE, Briefed, briefed
from tests.dashboard.conftest import Town, opened
from tests.town import NORTH, SOUTH

LANGUAGES = ("zh", "en")


def section(content: Content, ident: str) -> Section:
    return next(one for one in content.sections if one.id == ident)


def values(one: Section) -> dict[str, float | None]:
    return {figure.name: figure.value for figure in one.figures}


def sentences(one: Section) -> Iterator[Sentence]:
    yield from (one.message, *one.lines, *one.remarks, *one.notes)


def test_the_headline_by_hand(content_of: Briefed) -> None:
    one = section(content_of(), "headline")
    told = values(one)
    # p04, p06, p13, p14, p15, p16 came; p11 and p13 were closed; p03 and p10 fell overdue beside p05 and p07.
    assert {name: told[name] for name in ("new", "closed_since", "fell_overdue", "overdue", "open_before", "open")} == {
        "new": 6, "closed_since": 2, "fell_overdue": 2, "overdue": 4, "open_before": 6, "open": 10,
    }  # fmt: skip
    assert one.message.text == "逾期增至 4 件，比上次会议多 2 件；新增 6 件，销号 2 件"
    assert one.lines[0].text == "上次会议以来新增 6 件，销号 2 件，返工 0 件，未销号由 6 件变为 10 件。"
    # Due 02-23 … 03-20 12:00 and not deferred: p01 p02 p03 p07 p08 p10 p11 p13, of them closed p01 p02 p08 p11 p13.
    assert (told["due"], told["closed_of_due"]) == (8, 5)
    assert next(figure for figure in one.figures if figure.name == "closure_rate").text == "62.5%"
    assert "缓办 1 件" in one.remarks[1].text


def test_zones_since_the_last_meeting_by_hand(content_of: Briefed) -> None:
    one = section(content_of(), "changes")
    frame = one.tables[0].frame
    assert list(frame.index) == [SOUTH, NORTH]  # one more overdue in either, more open ones in the south
    assert frame.loc[SOUTH].to_dict() == {
        "name": "南片区", "new": 5, "closed_since": 1, "reopened": 0, "open": 7, "open_change": 4, "overdue": 3,
        "overdue_change": 1,
    }  # fmt: skip
    assert one.tables[0].flags == ("overdue", "overdue")
    assert one.message.text == "南片区等 2 个片区逾期增加并列最多，各多 1 件，没有片区减少"


def test_the_worst_cell_has_a_name_or_the_red_tag(content_of: Briefed) -> None:
    one = section(content_of(), "worst")
    assert one.message.text == "网格 5：逾期 2 件，为各网格最多，无人负责"
    assert (one.message.about, one.message.tag) == (("cells", "C5"), "无人")
    assert one.tables[0].frame["worker"].to_dict() == {"C5": "无人", "C2": "李一", "C3": "无人"}
    assert one.tables[0].flags == ("overdue", "overdue", "nobody")


def test_overdue_by_unit_by_hand(content_of: Briefed) -> None:
    one = section(content_of(), "overdue")
    assert one.message.text == "环卫所逾期 3 件，居各单位之首，占全部逾期的 75.0%"
    assert one.tables[0].frame.loc["环卫所", ["overdue", "overdue_change", "open", "longest"]].tolist() == [3, 2, 4, 16]


def test_what_the_coming_week_brings(content_of: Briefed) -> None:
    one = section(content_of(), "tasks")
    assert one.message.text == "下周到期 3 件，须清逾期 4 件"
    assert one.tables[0].frame.loc[SOUTH, ["overdue", "due_soon", "unassigned"]].tolist() == [3, 1, 2]


def test_complaints_exposures_and_countdown(content_of: Briefed) -> None:
    content = content_of()
    assert section(content, "complaints").message.text == "上次会议以来新增投诉 3 件，未办结 4 件，其中逾期 0 件"
    assert section(content, "exposures").message.text == "上次会议以来没有新的媒体曝光，累计 1 起"
    assert section(content, "countdown").message.text == "距省级复审还有 102 天"


def test_notices_out_and_back_by_hand(content_of: Briefed, bare_town: Town) -> None:
    one, other = (section(content_of(language), "notices") for language in LANGUAGES)
    assert one.message.text == "上次会议以来发出 1 份、收到回复 1 份，逾期未回复 1 份"
    assert other.message.text == ("Notices: 1 sent, 1 back since last time; 1 out past the date")
    assert [line.text for line in one.lines] == [
        "累计收到回复 3 份 / 发出 5 份，回复率 60.0%，其中逾期才回复 1 份。",
        "未回复 2 份，其中逾期 1 份。",
        "逾期最久的已 6 天，受文单位为环卫所。",
        "回复用时中位数 8.0 天。",
    ]
    back = next(figure for figure in one.figures if figure.name == "notices_back")
    assert (back.value, back.of, back.of_text) == (3, 5, "共 5 份")
    units, late = one.tables
    assert units.frame.loc["环卫所"].tolist() == ["环卫所", 1, 2, 1, 3, 6]
    assert late.frame["code"].tolist() == ["n3"]
    assert units.flags == late.flags == ("overdue",)
    # Both are what the table of the command line says.
    assert units.frame["notices_overdue"].sum() == values(one)["notices_overdue"] == len(late.frame)
    county = replace(bare_town.county, notices=bare_town.county.notices.iloc[:0])
    kept = briefed(bare_town._replace(county=county), parts=("notices",))
    assert {left.key: left.reason for left in kept.left_out}["notices"] == "no_notices"


def test_notices_under_filters_that_choose_problems_or_none_of_them(town: Town) -> None:
    def told(**chosen: object) -> Content:
        return briefed(town, parts=("notices",), filters=replace(town.filters, **chosen))

    said = "整改通知书只按片区、责任单位筛选，其他筛选条件对它不起作用。"
    for chosen, is_said in (({"category": ("占道",)}, True), ({"cell": "c11"}, True), ({"zone": (NORTH,)}, False)):
        assert (said in [one.text for one in section(told(**chosen), "notices").remarks]) == is_said, chosen
    (none,) = [left for left in told(unit=("环保局",)).left_out if left.key == "notices"]
    assert (none.reason, none.text) == ("none_sent", "整改通知书：所选范围内，截至这一时点没有发出过。")


def test_a_code_that_loading_made_is_no_number(town: Town) -> None:
    def late(number: str | None) -> Table:
        rows = town.county.notices
        blank = rows.assign(number=rows["number"].where(rows.index != "n3", number))
        kept = town._replace(county=replace(town.county, notices=blank))
        return section(briefed(kept, parts=("notices",)), "notices").tables[1]

    assert late("督1号").frame["code"].tolist() == ["督1号"]
    assert [column.name for column in late(None).columns] == ["subject", "unit", "due_at", "days_overdue"]


def test_a_page_for_each_zone(content_of: Briefed) -> None:
    content = content_of()
    assert [one.id for one in content.pages] == [f"zone-{NORTH}", f"zone-{SOUTH}"]
    one = section(content, f"zone-{SOUTH}")
    assert one.message.text == "南片区逾期 3 件，未销号 7 件，上次会议以来新增 5 件、销号 1 件"
    assert "片长钱南。" in [line.text for line in one.lines]
    assert one.map is not None
    assert one.map.selected == ("zones", SOUTH)
    assert one.map.polygons is section(content, "heat").map.polygons  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_in_a_text_is_a_figure_of_its_section(content_of: Briefed, language: str) -> None:
    assert_said(content_of(language))


def assert_said(content: Content) -> None:
    """No digit is left of a sentence once its figures and the names in it are taken out."""
    for one in content.sections:
        figures = {figure.name: figure for figure in one.figures}
        for sentence in sentences(one):
            text = sentence.text
            for name in sorted((*sentence.names, *(figures[name].text for name in sentence.figures)), key=len)[::-1]:
                text = text.replace(name, "", 1) if name else text
            assert not re.search(r"[0-9]", text), (one.id, sentence.text)


def test_a_bare_number_cannot_be_said(town: Town) -> None:
    from dashboard.briefing.content.known import Known
    from dashboard.briefing.templates import Templates

    known = Known(town.county, town.snapshot, town.filters, SINCE, MEETING, read_standards(), "zh", Templates("zh"))
    with pytest.raises(TypeError, match="count"):
        Draft(known, "heat").say("heat.left_out", count=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_whole(content_of: Briefed, language: str) -> None:
    content = content_of(language)
    every = [table for one in content.sections for table in one.tables]
    for table in (*every, content.cells, content.zones, content.ledger):
        assert [column.name for column in table.columns] == list(table.frame.columns)
        assert table.frame.index.is_unique
        assert len(table.flags) in (0, len(table.frame))
        assert len(table.about) in (0, len(table.frame))
        assert all(column.kind in KINDS and column.heading for column in table.columns)
        for column in table.columns:
            assert all(isinstance(written(value, column.kind), str) for value in table.frame[column.name])
    assert len({one.id for one in content.sections}) == len(content.sections)
    assert_every_column_says_something(content)


def assert_every_column_says_something(content: Content) -> None:
    """No column of words stands empty from the first row to the last."""
    for table in (table for one in content.sections for table in one.tables if len(table.frame)):
        for column in table.columns:
            if column.kind == "text":
                texts = {written(value, column.kind) for value in table.frame[column.name]}
                assert texts - {"", "—"}, (table.key, column.name)


def test_both_languages_say_the_same_parts_and_numbers(content_of: Briefed) -> None:
    chinese, english = content_of("zh"), content_of("en")
    assert [one.id for one in chinese.sections] == [one.id for one in english.sections]
    for one, other in zip(chinese.sections, english.sections, strict=True):
        assert values(one) == values(other)
        assert [line.entry for line in one.lines] == [line.entry for line in other.lines]


def test_every_part_is_there_or_says_why_not(content_of: Briefed) -> None:
    content = content_of()
    there = {one.key for one in content.sections}
    missing = {one.key: one for one in content.left_out}
    assert there | set(missing) == set(PARTS)
    assert not there & set(missing)
    assert all(one.reason in (*REASONS, *recorded.REASONS) and one.text for one in content.left_out)
    assert missing["siting"].reason == "no_proposal"
    assert missing["hotspots"].reason == "not_judged"
    assert "不判断热点" in missing["hotspots"].text
    assert list(dict.fromkeys(one.key for one in content.sections)) == [part for part in PARTS if part in there]


def test_what_is_not_kept_is_left_out(bare_town: Town) -> None:
    content = briefed(bare_town, "en", settings=Settings())
    reasons = {one.key: one.reason for one in content.left_out}
    assert reasons["uncovered"] == "not_recorded"
    assert reasons["countdown"] == "no_countdown"
    assert reasons["ranking"] == "too_few_to_rank"
    headline = section(content, "headline")
    assert [figure.missing for figure in headline.large if figure.value is None] == ["no_assignments", "no_visits"]
    assert "worker" not in content.cells.frame
    assert "unassigned" not in content.zones.frame
    assert all("worker" not in table.frame for one in content.sections for table in one.tables)
    said = [one.text for part in content.sections for one in (part.message, *part.lines)]
    assert not any("grid worker" in text for text in said), "what is not kept is said once, not beside each cell"
    assert_every_column_says_something(content)


def test_cells_out_of_reach_are_on_the_map_of_what_leaves_out_most_people(town: Town) -> None:
    facilities = town.county.facilities
    closed = facilities.assign(status=facilities["status"].where(facilities["kind"] != "toilet", "closed"))
    # Without a toilet all nine cells are out of reach, a hundred people each.
    people = pd.Series(100, index=town.county.cells.index)
    unserved = town._replace(
        county=replace(town.county, facilities=closed, cells=town.county.cells.assign(people=people))
    )
    one = section(briefed(unserved, parts=("uncovered",)), "uncovered")
    assert (values(one)["unserved_toilet"], values(one)["people_unserved"]) == (9, 900)
    assert one.lines[-1].text == "公厕服务半径以外约 900 人，占 100.0%，见图。"
    assert one.map is not None and one.map.polygons is not None
    assert (one.map.chosen, one.map.polygons.layer) == ("unserved_toilet", "cells")
    assert one.map.legend is not None and "400 米" in one.map.legend.note
    # All within reach: the map is of the cells without a grid worker, as far as there are any.
    served = section(briefed(town, parts=("uncovered",)), "uncovered")
    assert served.map is not None and served.map.chosen != "unserved_toilet"
    assert "people_unserved" not in values(served)
    # Nobody has kept assignments or visits: of these nothing is said, not even that there are none.
    untold = town._replace(
        county=replace(town.county, assignments=town.county.assignments[:0], visits=town.county.visits[:0])
    )
    (gone,) = [one for one in briefed(untold, parts=("uncovered",)).left_out if one.key == "uncovered"]
    assert gone.text == "未覆盖网格：没有公厕未覆盖、市场未覆盖的网格。"


def test_an_empty_place_has_nothing_to_say_but_why(tmp_path) -> None:
    rows = towns.town_rows()
    kept = (schema.place, schema.zone, schema.cell, schema.load_run, schema.load_source)
    engine = connect(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    towns.write_town(engine, {table: rows[table] for table in kept})
    empty = opened(engine)
    since = empty.filters.moment
    content = briefed(empty, settings=Settings(), since=since)
    assert not content.whole
    assert {one.reason for one in content.left_out if one.key == "headline"} == {"no_problems"}
    assert content.ledger is None
    assert len(content.pages) == 2
    engine.dispose()


def test_one_zone_is_a_briefing_of_its_own(town: Town) -> None:
    content = briefed(town, filters=replace(town.filters, zone=(NORTH,)))
    assert content.title == "示范县北片区创卫工作调度"
    assert [one.id for one in content.pages] == [f"zone-{NORTH}"]
    assert values(section(content, "headline"))["overdue"] == 1
    reasons = {one.key: one.reason for one in content.left_out}
    assert (reasons["changes"], reasons["ranking"]) == ("one_zone", "one_zone")
    heat = section(content, "heat")
    # Of one zone nothing is said of the densest, nor of the whole place.
    assert heat.message.entry == "heat.message_one" and "heat.whole" not in {line.entry for line in heat.lines}


def test_parts_and_zones_are_chosen(town: Town) -> None:
    content = briefed(town, parts=["tasks", "headline", "zone"], zones=[SOUTH])
    assert [one.id for one in content.sections] == ["tasks", "headline", f"zone-{SOUTH}"]
    assert {one.reason for one in content.left_out} == {"not_chosen"}
    with pytest.raises(ValueError, match="weather"):
        briefed(town, parts=["weather"])
    with pytest.raises(ValueError, match="nowhere"):
        briefed(town, zones=["nowhere"])
    with pytest.raises(ValueError, match="after"):
        briefed(town, since=town.filters.moment + pd.Timedelta(days=1))


@hypothesis(max_examples=6)
@given(hours=st.integers(1, 1500))
def test_zone_pages_add_up_to_the_whole_whatever_the_meeting(town: Town, hours: int) -> None:
    content = briefed(town, since=town.filters.moment - pd.Timedelta(hours=hours), parts=["headline", "zone"])
    whole = values(section(content, "headline"))
    pages = [values(one) for one in content.pages]
    outside = content.ledger.frame[content.ledger.frame["zone"] == ""]  # type: ignore[union-attr]
    late = int((outside["days_overdue"].notna()).sum())
    assert sum(page["overdue"] for page in pages) + late == whole["overdue"]
    assert whole["open"] == whole["open_before"] + whole["new"] + whole["reopened"] - whole["closed_since"]


def test_the_ledger_holds_what_is_open_and_what_was_closed_since(town: Town) -> None:
    told = pd.DataFrame({"address": ["某路\n" + "长" * 200], "description": ["=1+1"]}, index=["p03"])
    ledger = briefed(town, ledger=told).ledger
    assert ledger is not None
    codes = town.snapshot.keys.take(ledger_rows(town.county, town.snapshot, town.filters, SINCE))
    assert list(ledger.frame.index) == list(codes)
    assert list(codes[:4]) == ["p07", "p05", "p03", "p10"]  # longest overdue first
    assert set(codes) == {"p03", "p04", "p05", "p06", "p07", "p10", "p12", "p14", "p15", "p16", "p11", "p13"}
    assert ledger.flags[:5] == ("overdue",) * 4 + ("",)
    assert ledger.frame.loc["p03", ["state", "days_overdue", "address"]].tolist() == ["整改中", 7, "某路 " + "长" * 200]
    assert ledger.about[list(codes).index("p10")] is None  # on the river, in no cell


def test_names_from_files_stay_names(tmp_path) -> None:
    rows = towns.town_rows()
    hostile = "{0.__class__}{overdue}<b>\u202e\n" + "长" * 500
    rows[schema.zone] = [zone | {"name": hostile} for zone in rows[schema.zone]]
    engine = connect(f"sqlite:///{tmp_path / 'hostile.sqlite'}")
    towns.write_town(engine, rows)
    content = briefed(opened(engine))
    page = content.pages[0]
    assert page.title.startswith("{0.__class__}{overdue}<b> 长")
    assert page.message.text.startswith("{0.__class__}{overdue}<b> 长")
    texts = [sentence.text for one in content.sections for sentence in sentences(one)]
    assert not [text for text in texts if "\n" in text or "\u202e" in text]
    assert len(page.title) == 80
    engine.dispose()


def test_writing_is_the_same_everywhere() -> None:
    assert [written(value, "signed") for value in (5, -5, 0, np.nan)] == ["+5", "−5", "0", "—"]
    assert [written(value, "density") for value in (0.0, 6.0, 5.95, 149.7, 1234.0)] == [
        "0", "6.0", "5.95", "149.7", "1,234",
    ]  # fmt: skip
    assert [written(value, "signed_share") for value in (0.25, -0.588)] == ["+25.0%", "−58.8%"]
    assert written(pd.Timestamp("2026-03-05"), "day") == "2026-03-05"
    assert written(pd.NaT, "day") == written(None, "text") == "—"


def test_arrangements_of_sites_are_told_by_name(town: Town) -> None:
    asked = Scenario(Question(n=2, weight="open", radius_m=80))
    made = arranged(town.county, town.snapshot, town.filters, asked, standards=read_standards())
    few = arranged(
        town.county, town.snapshot, town.filters, Scenario(Question(n=1, weight="open", radius_m=80)),
        standards=read_standards(),
    )  # fmt: skip
    one = section(briefed(town, arrangements={"两处": made, "一处": few}), "siting")
    told = values(one)
    assert (told["1.sites"], told["2.sites"]) == (2, 1)
    assert (told["1.before"], told["1.after"]) == (made.share(made.before), made.share(made.covered))
    assert one.message.text.startswith("“两处”：新建公厕 2 处")
    assert one.lines[-1].text.startswith("“一处”：新建公厕 1 处")
    assert one.map is not None
    assert one.map.arrange is None
    units = {figure.name: figure.unit for figure in one.figures}
    assert (units["1.sites"], units["existing"]) == ("facilities", "facilities")
    assert one.lines[0].about == ("cells", made.sites["cell"].iloc[0])


def test_state_and_overdue_only_are_no_filters_of_a_briefing(town: Town, content_of: Briefed) -> None:
    content = briefed(town, filters=replace(town.filters, state=("closed",), is_overdue_only=True))
    assert [values(one) for one in content.sections] == [values(one) for one in content_of().sections]
    assert content.facts == content_of().facts


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Four hundred cells with enough problems for hotspots, trends and rankings."""
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('larger') / 'county.sqlite'}")
    towns.fake_county(engine, cells=400, problems=3000)
    yield opened(engine)
    engine.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_more_can_be_told_every_number_is_a_figure_too(larger: Town, language: str) -> None:
    content = briefed(larger, language, settings=Settings(language=language))
    there = {one.key for one in content.sections}
    assert {"hotspots", "ranking", "campaigns", "uncovered", "better", "zone"} <= there
    assert_said(content)
    assert len(content.pages) == 13
    hot = section(content, "hotspots")
    frame = tables.table(
        "hotspots", tables.Asked(larger.county, larger.snapshot, larger.filters, Settings(), read_standards())
    ).set_index("code")
    told = hot.tables[0].frame
    assert told["problems"].tolist() == frame["problems"].reindex(told.index).tolist()
    assert (frame["class_"].reindex(told.index) > 0).all()
    assert values(hot)["count"] == ((frame["class_"] > 0) & (frame["problems"] > 0)).sum()
