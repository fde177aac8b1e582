"""Cells are ranked and named by what was found in them, not by what was typed with a default coordinate."""

from dataclasses import replace

import pytest

from dashboard.analysis import since
from dashboard.briefing.content import Content, Section
from dashboard.maps.viewed import View
from tests.dashboard.briefing.conftest import SINCE, Briefed, briefed
from tests.dashboard.conftest import Town
from tests.town import SOUTH

PARTS = ("headline", "changes", "heat", "worst", "zone")


def section(content: Content, ident: str) -> Section:
    return next(one for one in content.sections if one.id == ident)


def told(one: Section) -> str:
    return "".join(sentence.text for sentence in (one.message, *one.lines, *one.remarks))


@pytest.mark.parametrize("ident", ["worst", f"zone-{SOUTH}"])
def test_no_cell_is_named_for_a_default_point(town: Town, content_of: Briefed, ident: str) -> None:
    # C6 has p14 and p15 on a default point, and nothing else.
    said = "默认坐标上的未销号 2 件（其中逾期 0 件）不计入各网格。"
    one = section(content_of(), ident)
    cells = next(table for table in one.tables if table.key == "cells")
    assert "C6" not in cells.frame.index
    assert said in [remark.text for remark in one.remarks]
    asked = section(briefed(town, parts=PARTS, filters=town.at(with_default_points=True)), ident)
    assert "C6" in next(table for table in asked.tables if table.key == "cells").frame.index
    assert "默认坐标" not in told(asked)


def test_the_whole_and_the_zones_count_them_and_the_card_says_how_many(town: Town, content_of: Briefed) -> None:
    content = content_of()
    assert section(content, f"zone-{SOUTH}").message.text.startswith("南片区逾期 3 件，未销号 7 件")
    assert content.cells.frame[["open", "open_default"]].loc["C6"].tolist() == [2, 2]
    assert content.cells.frame["open_default"].sum() == 2
    heading = next(column.heading for column in content.cells.columns if column.name == "open_default")
    assert heading == "未销号中在默认坐标上（件）"
    asked = briefed(town, parts=PARTS, filters=town.at(with_default_points=True))
    assert "open_default" not in asked.cells.frame


def test_the_worst_is_not_there_where_everything_is_on_default_points(town: Town) -> None:
    content = briefed(town, parts=PARTS, filters=town.at(cell="C6"))
    assert {left.key: left.reason for left in content.left_out}["worst"] == "on_default_points"


def test_heat_says_in_all_three_numbers_what_is_not_in_its_table(content_of: Briefed) -> None:
    one = section(content_of(), "heat")
    assert one.remarks[0].text == "默认坐标上的上报 2 件、未销号 2 件、逾期 0 件，未计入热力和本页各片区件数。"
    changes = section(content_of(), "changes").tables[0].frame
    left = {figure.name: figure.value for figure in one.figures}
    for name in ("open", "overdue"):
        assert changes[name].sum() - one.tables[0].frame[name].sum() == left[f"left_out.{name}"]


def test_no_view_of_the_agenda_names_a_cell_for_a_default_point(town: Town) -> None:
    for page in ("overview", "responsibility", "heat"):
        content = briefed(town, parts=("views",), zones=(), views={"看一看": View(page)})
        (one,) = content.sections
        assert "C6" not in one.tables[0].frame.index
        assert "默认坐标上的未销号 2 件（其中逾期 0 件）不计入各网格。" in told(one)


def test_changes_may_leave_default_points_out(town: Town) -> None:
    assert SINCE is not None
    found = since.changes(town.snapshot, town.filters, SINCE, of="cell", located=True)
    assert not found.loc["C6"].to_numpy().any()
    every = since.changes(town.snapshot, replace(town.filters, with_default_points=True), SINCE, of="cell")
    assert every[["new", "open"]].loc["C6"].tolist() == [2, 2]
