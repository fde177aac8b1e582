"""What the siting bench says, in the town of nine cells with a toilet that reaches one cell's width."""

from dataclasses import replace
from unittest.mock import MagicMock

import pytest
import streamlit as st

from dashboard import cached
from dashboard.analysis.proposal import Proposal, Question, propose
from dashboard.analysis.scenario import Arrangement, Scenario, arranged
from dashboard.screen import asking, picks, sites, siting
from dashboard.standards import Standards
from dashboard.text import t
from tests.dashboard.screen.conftest import LookAt


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A session whose address says nothing, and no slider, popover or chart."""
    found: dict[str, object] = {"choices": {}, "used": set()}
    monkeypatch.setattr("streamlit.session_state", found)
    for widget in ("slider", "altair_chart", "button", "selectbox"):
        monkeypatch.setattr(f"streamlit.{widget}", MagicMock(return_value=None))
    monkeypatch.setattr("streamlit.popover", MagicMock())
    return found


def near(look: cached.Look, radius_m: float = 100) -> cached.Look:
    every = look.standards.entries
    return replace(
        look, standards=Standards({**every, "toilet.radius": replace(every["toilet.radius"], value=radius_m)})
    )


def answered(look: cached.Look, question: Question) -> Proposal:
    return propose(look.county, look.snapshot, look.filters, question, standards=look.standards)


def built(look: cached.Look, found: Proposal, question: Question) -> Arrangement:
    return arranged(
        look.county, look.snapshot, look.filters, Scenario(question), standards=look.standards, proposal=found
    )


@pytest.fixture
def made(look_at: LookAt, found: Proposal) -> Arrangement:
    return built(near(look_at()), found, Question())


@pytest.fixture
def found(look_at: LookAt) -> Proposal:
    return answered(near(look_at()), Question())


def test_a_line_says_what_a_site_adds_and_what_there_is_with_it(made: Arrangement) -> None:
    assert sites.lines(made, "zh") == [
        "第 1 处：新增覆盖 1,600 人，累计 91.1%",
        "第 2 处：新增覆盖 400 人，累计 100.0%",
    ]
    assert sites.lines(made, "en")[0] == "Site 1: adds 1,600 people, 91.1% in all"


@pytest.mark.parametrize(("denominator", "told"), [("people", "2,500,000 人"), ("area_m2", "2.50 平方公里")])
def test_a_sum_has_its_unit(made: Arrangement, denominator: str, told: str) -> None:
    assert sites.amount(replace(made, denominator=denominator), 2_500_000, "zh") == told


def test_it_says_whether_a_better_choice_may_be_left(found: Proposal, made: Arrangement) -> None:
    proven = sites.sure(found, made, "zh")
    assert t("siting.best", "zh", count=2) in proven
    assert t("siting.fewer", "zh", count=2) in proven  # five were asked for
    assert t("siting.needed", "zh", share="90%", count="1") in proven
    open_ = sites.sure(replace(found, curve=(2500, 4400), bounds=(2500, 4500), is_least=False), made, "zh")
    assert t("siting.not_proven", "zh", count=1, bound="4,500 人") in open_
    assert t("siting.best", "zh", count=2) not in open_
    assert t("siting.needed_at_most", "zh", share="90%", count="1") in open_
    assert t("siting.never", "zh", share="90%") in sites.sure(replace(found, needed=None), made, "zh")
    assert t("siting.not_needed", "zh", share="90%") in sites.sure(replace(found, needed=0), made, "zh")


def test_beside_sites_put_by_hand_the_slider_says_how_many_they_are() -> None:
    asking.slider(Question(n=3), None, "zh")
    assert st.slider.call_args.args[0] == "新建几处"
    asking.slider(Question(n=3), 4, "zh")
    assert "手工方案现有 4 处" in st.slider.call_args.args[0]


def test_the_curve_begins_today_and_stays_below_its_bound(found: Proposal, made: Arrangement) -> None:
    steps = sites.curve(found, made)
    assert steps["sites"].tolist() == [0, 1, 2, 3, 4, 5]
    assert steps["covered"].tolist() == pytest.approx([2500 / 4500, 4100 / 4500, 1, 1, 1, 1])
    assert (steps["bound"] >= steps["covered"]).all()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_panel_lists_the_sites_by_their_cells(
    look_at: LookAt,
    lines: list[picks.Line],
    sentences: list[str],
    found: Proposal,
    made: Arrangement,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    drawn = []
    monkeypatch.setattr("streamlit.altair_chart", lambda chart, **_: drawn.append(chart.to_dict()))
    siting.beside(near(look_at()), found, made, None, language)
    assert [line.code for line in lines] == ["C8", "C2"]
    assert [(line.key, line.at) for line in lines] == [("1", ("site", "1")), ("2", ("site", "2"))]
    gain = t("siting.gain_line", language, gain=sites.amount(made, 1600, language), share="91.1%")
    less = t("siting.less", language, loss=sites.amount(made, 1600, language))
    assert (lines[0].why, lines[0].facts) == (gain, less)
    said = " ".join(sentences)
    assert t("siting.share", language, before="55.6%", after="100.0%") in said
    assert t("coverage.to_verify", language) in said
    assert t("siting.rule", language, radius="100") in said
    assert len(drawn) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ["no_standard", "no_facilities", "no_cells", "no_demand", "no_candidates"])
def test_an_empty_bench_says_the_next_step_and_draws_nothing(
    look_at: LookAt,
    lines: list[picks.Line],
    sentences: list[str],
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    language: str,
) -> None:
    found = replace(answered(replace(look_at(), standards=Standards({})), Question()), refusal=code)
    none = built(look_at(), found, Question())
    siting.beside(look_at(), found, none, None, language)
    assert siting.refusal(none, language) in sentences
    assert not lines
    view = siting.view(look_at(), none, None, language)
    assert view.legend is not None and view.legend.note == siting.refusal(none, language)
    assert set(view.polygons.classes) == {255}


def test_nothing_to_add_is_said(
    look_at: LookAt, lines: list[picks.Line], sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = answered(look_at(), Question())
    siting.beside(look_at(), found, built(look_at(), found, Question()), None, "zh")
    assert t("siting.nothing", "zh") in sentences and not lines


def test_the_map_tells_before_from_after_and_numbers_the_sites(look_at: LookAt) -> None:
    look = near(look_at())
    made = built(look, answered(look, Question(n=1)), Question(n=1))
    view = siting.view(look, made, None, "zh")
    by_code = dict(zip(view.polygons.codes, view.polygons.classes.tolist(), strict=True))
    assert by_code == {"C1": 2, "C2": 0, "C3": 2, "C4": 0, "C5": 0, "C6": 0, "C7": 1, "C8": 0, "C9": 1}
    toilets, shown = view.points
    assert toilets.titles.tolist() == ["中心公厕\n若关停，少覆盖 1,200 人。"]  # C2, C4 and C6
    assert toilets.codes.tolist() == ["f1"]  # not the closed one, nor the one that is planned
    assert (toilets.kind, shown.kind, shown.codes.tolist(), shown.is_numbered) == ("toilet", "site", ["1"], True)
    assert shown.titles.tolist() == ["第 1 处：新增覆盖 1,600 人，累计 91.1%"]


def test_the_download_has_a_unit_beside_its_sums(made: Arrangement) -> None:
    table = sites.table(made, "zh")
    assert table.columns.tolist()[:3] == ["序号", "网格", "网格编码"]
    assert table[["序号", "网格编码", "新增覆盖", "单位"]].to_numpy().tolist() == [
        [1, "C8", 1600, "人"],
        [2, "C2", 400, "人"],
    ]


def test_another_measure_than_people_is_said(
    look_at: LookAt,
    found: Proposal,
    made: Arrangement,
    sentences: list[str],
    lines: list[picks.Line],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    siting.beside(near(look_at()), found, replace(made, denominator="area_m2", unknown=3), None, "zh")
    said = " ".join(sentences)
    assert t("siting.instead.area_m2", "zh") in said and t("siting.unknown", "zh", count="3") in said


def test_a_cell_that_weighs_nothing_is_not_told_as_uncovered(look_at: LookAt) -> None:
    look = near(look_at())
    question = Question(n=1, weight="open")
    found = built(look, answered(look, question), question)
    weightless = set(found.cells.index[found.cells["weight"] == 0])
    assert weightless and weightless < set(found.cells.index)
    view = siting.view(look, found, None, "zh")
    blank = {code for code, which in zip(view.polygons.codes, view.polygons.classes, strict=True) if which == 255}
    assert blank == weightless
    assert view.legend.note == t("siting.weightless", "zh", metres=100)
