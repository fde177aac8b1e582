"""What the part says of a kind of facility: how many of how many, by which rule, and the two lists."""

import re
from contextlib import nullcontext
from dataclasses import replace
from html import unescape
from types import ModuleType

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cached
from dashboard.analysis.service import Rule, Service, service
from dashboard.screen import frame, gaps, lacking, picks, rounds, unserved
from dashboard.standards import Standards
from dashboard.text import t
from tests.dashboard.analysis.test_service import with_roads
from tests.dashboard.conftest import Town
from tests.dashboard.screen.conftest import LookAt
from tests.town import NORTH, SOUTH


def near(look: cached.Look, radius_m: float = 75) -> cached.Look:
    every = look.standards.entries
    return replace(
        look, standards=Standards({**every, "toilet.radius": replace(every["toilet.radius"], value=radius_m)})
    )


def answered(look: cached.Look, rule: Rule) -> Service:
    return service(look.county, look.filters, rule, standards=look.standards, unserved_share=0.5)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.screen.cases.button", lambda *_, **__: None)


@pytest.fixture
def which(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The list that is chosen."""
    found = {"list": "cells"}
    monkeypatch.setattr("dashboard.screen.address.segmented", lambda name, *_: found[name])
    return found


@pytest.mark.parametrize("part", [gaps, rounds])
def test_a_zone_without_cells_has_no_shares_but_a_sentence(
    look_at: LookAt, sentences: list[str], monkeypatch: pytest.MonkeyPatch, part: ModuleType
) -> None:
    monkeypatch.setattr("dashboard.screen.frame.draw", lambda view, *_, **__: sentences.append(view.legend.note))
    monkeypatch.setattr("dashboard.screen.frame.selected", lambda *_: None)
    body = frame.Body(nullcontext(), nullcontext(), nullcontext())  # type: ignore[arg-type]
    part.draw(look_at(zone=("空片区",)), body, "zh")
    next_step = t("siting.refusal.no_cells", "zh")
    assert sentences == [next_step, t("coverage.no_cells", "zh"), next_step]
    assert not lacking.nowhere(look_at(), body, "zh")


@pytest.mark.parametrize(
    ("chosen", "is_said"),
    [
        ({}, False),
        ({"zone": ("999900001",)}, False),
        ({"is_overdue_only": True}, True),
        ({"category": ("市容",)}, True),
        ({"state": ("closed",)}, True),
        ({"source": ("巡查",)}, True),
        ({"unit": ("环卫所",)}, True),
        ({"shift": ("in",)}, True),
        ({"setting": ("old_town",)}, True),
    ],
)
def test_filters_of_problems_are_nothing_to_coverage(
    look_at: LookAt, sentences: list[str], chosen: dict[str, object], is_said: bool
) -> None:
    gaps.unfiltered(look_at(**chosen), "zh")
    assert sentences == ([t("coverage.unfiltered", "zh")] if is_said else [])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("lack", ["unassigned", "unvisited"])
def test_every_list_says_its_order(
    look_at: LookAt, lines: list[picks.Line], sentences: list[str], drawn: None, lack: str, language: str
) -> None:
    look = look_at()
    lacking.listed(look, lack, lacking.lacking(look, lack), language)
    assert t(f"coverage.order_{lack}", language) in sentences and lines


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_cells_left_out_most_people_first_each_with_the_nearest_facility(
    look_at: LookAt, lines: list[picks.Line], sentences: list[str], drawn: None, which: dict[str, str], language: str
) -> None:
    look = near(look_at())
    found = answered(look, Rule())
    gaps.beside(look, Rule(), found, language)
    assert [line.code for line in lines] == ["C9", "C8", "C7", "C6", "C4", "C3", "C2", "C1"]  # 900 people … 100
    assert [line.count for line in lines][:2] == ["900", "800"]
    assert lines[0].why == t("coverage.nearest", language, name="中心公厕", meters="71")
    assert (lines[0].who, lines[1].who) == (None, "郑四")
    said = unescape(" ".join(sentences))
    assert t("coverage.count", language, count="8", of="9", share="88.9%") in said
    assert t("coverage.to_verify", language) in said
    assert t("coverage.order.people", language) in said and t("coverage.from_straight_line", language) in said
    assert t("coverage.no_way.no_roads", language) in said
    assert t("coverage.standing", language, kind=t("kind.toilet", language), count="1") in said


def test_the_sum_has_its_denominator(look_at: LookAt) -> None:
    look = near(look_at(), 1000)
    found = answered(look, Rule())
    assert gaps.sums(Rule(), found, "zh") == "覆盖 4,500 人，占 4,500 人的 100.0%。全域在用公厕 1 处。"
    other = replace(found, denominator="area_m2", cut_off=2)
    told = gaps.sums(Rule(), other, "zh")
    assert t("siting.instead.area_m2", "zh") in told and t("coverage.cut_off", "zh", count="2", kind="公厕") in told
    assert "0.00 平方公里" in told


def test_zones_are_ranked_with_served_of_total(
    look_at: LookAt, lines: list[picks.Line], drawn: None, which: dict[str, str], sentences: list[str]
) -> None:
    look = near(look_at())
    which["list"] = "zones"
    found = answered(look, Rule())
    gaps.beside(look, Rule(), found, "zh")
    assert [line.code for line in lines] == [NORTH, SOUTH]
    served = found.zones["served"].round().astype(int)
    assert [line.why for line in lines] == [f"覆盖 {served[NORTH]} / 600 人", f"覆盖 {served[SOUTH]} / 3,900 人"]
    assert [line.facts for line in lines] == ["未覆盖网格 3 / 3", "未覆盖网格 5 / 6"]
    assert [line.who for line in lines] == ["赵北", "钱南"]
    assert lines[1].count == f"{found.zones['share_served'][SOUTH]:.1%}"


def test_both_lists_download_with_units(look_at: LookAt) -> None:
    look = near(look_at())
    found = answered(look, Rule())
    cells = unserved.sheet_of_cells(found, unserved.most_pressing(look, found), "zh")
    assert cells["网格编码"].tolist() == ["C9", "C8", "C7", "C6", "C4", "C3", "C2", "C1"]
    first = cells.iloc[0]
    assert first[["总量", "单位", "最近设施", "设施编码", "距离（米）", "半径内可选（处）"]].tolist() == [
        900, "人", "中心公厕", "f1", 71, 0,
    ]  # fmt: skip
    assert cells.set_index("网格编码").loc["C9", "未销号问题（件）"] == 0
    zones = unserved.sheet_of_zones(found, unserved.ranked(found), "zh")
    assert zones[["序号", "片区编码", "网格数", "未覆盖网格数", "总量", "单位"]].to_numpy().tolist() == [
        [1, NORTH, 3, 3, 600, "人"], [2, SOUTH, 6, 5, 3900, "人"],
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("kind", "standards"), [("litter_bin", None), ("toilet", {})])
def test_what_nobody_can_tell_says_the_next_step_and_draws_no_list(
    look_at: LookAt, lines: list[picks.Line], sentences: list[str], kind: str, standards: object, language: str
) -> None:
    look = look_at() if standards is None else replace(look_at(), standards=Standards({}))
    rule = Rule(kind)
    found = answered(look, rule)
    gaps.beside(look, rule, found, language)
    key = "missing.unserved_kind" if standards is None else "coverage.no_standard"
    values = {"kind": t(f"kind.{kind}", language)} if standards is None else {}
    assert sentences[-1] == t(key, language, **values) and not lines
    assert gaps.of_place(rule, found, ("cells", "C1"), language) == ""


def test_on_foot_says_how_the_roads_hang_together_and_that_the_headline_stays(
    look_at: LookAt, sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = near(look_at())
    look = replace(look, county=with_roads(look.county, [(0, 50), (300, 50)], [(150, 50), (150, 250)], river=False))
    rule = Rule(method="on_foot")
    gaps.how(look, rule, answered(look, rule), "zh")
    said = sentences[-1]
    assert t("coverage.roads", "zh", length="0", share="100.0%") in said or "连成一片" in said
    assert t("coverage.headline", "zh") in said and "步行距离 75 米" in said
    gaps.how(look, Rule(), answered(look, Rule()), "zh")
    assert t("coverage.headline", "zh") not in sentences[-1] and "步行" not in sentences[-1]
    broken = with_roads(look.county, [(0, 0), (50, 0)], [(0, 100), (50, 100)], [(0, 200), (50, 200)], river=False)
    apart = replace(look, county=broken, present=(9, look.present[1]))
    gaps.how(apart, rule, answered(apart, rule), "zh")
    assert t("coverage.no_way.disconnected_network", "zh", share="33.3%") in sentences[-1]
    assert "直线距离 75 米" in sentences[-1]


def test_a_place_that_was_clicked_says_how_it_is_served(look_at: LookAt) -> None:
    look = near(look_at())
    found = answered(look, Rule())
    assert gaps.of_place(Rule(), found, ("cells", "C5"), "zh") == (
        "公厕：覆盖面积 100.0%；最近 中心公厕 0 米；75 米内可选 1 处。"
    )
    assert "未覆盖网格 3 个，占 3 个网格的 100.0%" in gaps.of_place(Rule(), found, ("zones", NORTH), "zh")
    assert gaps.of_place(Rule(), found, ("cells", "nowhere"), "zh") == ""


def test_no_way_on_foot_is_told_from_no_facility(look_at: LookAt) -> None:
    found = answered(near(look_at()), Rule())
    nowhere = found.cells.assign(distance_m=float("nan"))
    assert set(unserved.nearest(found, nowhere, "zh")) == {t("coverage.no_walk", "zh")}
    shut = replace(found, facilities=())
    assert set(unserved.nearest(shut, nowhere, "zh")) == {t("coverage.no_facility", "zh")}


def test_settings_with_another_radius_are_named(look_at: LookAt) -> None:
    standards = look_at().standards
    assert gaps.metres(standards.entries["market.radius"], "zh") == "500 米（新城区 800 米）"
    assert gaps.metres(standards.entries["toilet.radius"], "en") == "400 m"


def test_a_tie_of_people_goes_by_open_problems(look_at: LookAt) -> None:
    look = near(look_at())
    even = look.county.cells.assign(people=pd.array([100] * 9, dtype="Int64"))
    look = replace(look, county=replace(look.county, cells=even))
    rows = unserved.most_pressing(look, answered(look, Rule()))
    assert rows["open"].is_monotonic_decreasing and rows["open"].iloc[0] > 0


def _page() -> None:
    """The page alone, as the app shows it."""
    from dashboard import cached
    from dashboard.pages import coverage
    from dashboard.screen import address
    from settings import Settings

    address.begin()
    settings = Settings.read()
    coverage.show(cached.look(settings, address.chosen()), settings, "zh")


def _shown(town: Town, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("DATABASE_URL", town.engine.url.render_as_string(hide_password=False))
    app = AppTest.from_function(_page, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def _said(app: AppTest) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", "", each.proto.body) for each in app.get("html")))


def test_the_page_begins_with_the_headlines_number_and_keeps_another_rule_in_its_address(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _shown(town, monkeypatch, lack="unserved_market")
    assert "市场未覆盖0 个，占 9 个网格的 0.0%" in _said(app) and "500 米（新城区 800 米）" in _said(app)
    assert "市场未覆盖网格0/ 9" in _said(app)
    assert t("coverage.no_way.no_roads", "zh") in _said(app)
    standard = app.selectbox(key="choice_standard")
    assert [option.partition(" · ")[0] for option in standard.options] == ["500 米", "300 米", "500 米", "1,000 米"]
    standard.select("life_circle.five_minutes").run()
    assert not app.exception
    assert "life_circle.five_minutes" in app.query_params["standard"]
    # 300 m around (250, 50): the far corner of C1 is 354 m away and its middle 283 m, so most of it is within reach.
    assert "市场未覆盖0 个" in _said(app) and "步行5分钟" in _said(app) and t("coverage.headline", "zh") in _said(app)
    again = _shown(town, monkeypatch, lack="unserved_market", standard="life_circle.five_minutes", list="zones")
    assert again.selectbox(key="choice_standard").value == "life_circle.five_minutes"
    assert t("coverage.order.zones", "zh") in _said(again)


def test_an_address_that_names_what_there_is_not_falls_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _shown(town, monkeypatch, lack="unserved_toilet", standard="toilet.beside", method="on_foot", list="all")
    assert app.selectbox(key="choice_standard").value == "radius"
    assert "公厕未覆盖0 个" in _said(app)
    assert "无人负责3 个" in _said(_shown(town, monkeypatch, lack="unserved_parking"))


def test_a_place_that_keeps_no_facilities_is_told_what_to_load(
    bare_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _shown(bare_town, monkeypatch, lack="unserved_litter_bin")
    assert t("missing.unserved_kind", "zh", kind="果皮箱") in _said(app)
    assert not app.selectbox
