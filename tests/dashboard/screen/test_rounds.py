"""What the visits part says, in the town of nine cells: four seen in the period; with seven days, seven are late."""

from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cached
from dashboard.analysis import rounds as analysis
from dashboard.analysis.rhythm import FINDINGS
from dashboard.maps import rounds as maps
from dashboard.maps.style import NOT_DRAWN
from dashboard.maps.views import MapStyle
from dashboard.screen import picks, rounds, visitors
from dashboard.text import t
from etl.database import connect
from tests import town as towns
from tests.dashboard.conftest import Town
from tests.dashboard.screen.conftest import LookAt


@pytest.fixture
def found(look_at: LookAt) -> pd.DataFrame:
    look = look_at()
    return analysis.cells(look.county, look.snapshot, look.filters, look.standards.rhythm)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "本期巡查到 4 个网格，占 9 个的 44.4%；7 个超过巡查周期未去，占 77.8%。"),
        ("en", "Seen in the period: 4 of 9 cells, 44.4%; 7 are late against their rhythm, 77.8%."),
    ],
)
def test_the_sentence(found: pd.DataFrame, language: str, told: str) -> None:
    assert rounds.sentence(found, None, language) == told


def test_not_visited_is_never_no_problem(found: pd.DataFrame) -> None:
    assert rounds.findings(found, "zh") == "本期各网格：有问题上报 6 个，没去过、有无问题不明 3 个。"
    assert "未发现问题" in rounds.findings(found.assign(finding="nothing_found"), "zh")
    for language in ("zh", "en"):
        words = [t(f"visits.finding.{kind}", language) for kind in FINDINGS]
        assert len(set(words)) == len(FINDINGS)


def test_of_one_cell(found: pd.DataFrame) -> None:
    assert rounds.of_cell(found.loc["C1"].to_dict(), "zh") == "距最近巡查 9 天，巡查周期 7 天；本期：有问题上报。"
    assert rounds.of_cell(found.loc["C8"].to_dict(), "zh") == "从未巡查，巡查周期 7 天；本期：没去过，有无问题不明。"


def test_the_map_tells_late_from_never_and_from_not_known(town: Town, bare_town: Town, look_at: LookAt) -> None:
    look = look_at()
    found = analysis.cells(town.county, town.snapshot, town.filters, look.standards.rhythm)
    style = MapStyle.of(look.settings, "zh")
    view = maps.late(town.county, found, look=style)
    by_code = dict(zip(view.polygons.codes, view.polygons.classes.tolist(), strict=True))
    # Late by 2, 31, 18 and 19 days; C3 and C5 in time; the others never visited.
    assert by_code == {"C1": 1, "C2": 5, "C3": 0, "C4": 4, "C5": 0, "C6": 6, "C7": 4, "C8": 6, "C9": 6}
    assert view.legend.title == "超过巡查周期的天数（天）"
    assert [swatch.label for swatch in view.legend.swatches][:3] == ["从未巡查", "未超过周期", "超 1–3 天"]
    assert view.polygons.scale.swatches[6].hatch
    one = maps.late(town.county, found[found["zone"] == towns.NORTH], look=style)
    assert (one.polygons.classes != NOT_DRAWN).sum() == 3
    none = analysis.cells(bare_town.county, bare_town.snapshot, bare_town.filters, look.standards.rhythm)
    blank = maps.late(bare_town.county, none, look=style, untold="no_visits")
    assert set(blank.polygons.classes) == {NOT_DRAWN} and blank.legend.note == t("missing.unvisited", "zh")


def test_half_a_day_late_is_late() -> None:
    assert maps.scale("zh").classes([0, 0.5, 1, 3, 4, 29, 300]).tolist() == [0, 1, 1, 1, 2, 5, 5]


def test_the_download_says_what_is_known_of_each_cell(found: pd.DataFrame) -> None:
    sheet = rounds.sheet(found, "zh")
    assert sheet["网格编码"].tolist() == found.index.tolist()
    assert sheet["距最近巡查（天）"].tolist() == found["days_since"].tolist()
    row = sheet.set_index("网格编码").loc["C8"]
    assert (row["最近巡查"] if pd.notna(row["最近巡查"]) else "", row["超过周期"], row["网格员"]) == ("", "✓", "郑四")
    assert row["本期情况"] == "没去过，有无问题不明"


def test_workers_and_where_they_went(look_at: LookAt) -> None:
    look = look_at()
    said = visitors.whereabouts(look, "zh")
    assert said == "本期巡查 6 次：本人网格 3 次（50.0%），他人网格 2 次（33.3%），网格以外 1 次（16.7%）。"
    table = visitors.told(visitors.ordered(cached.visitors(look)), "zh")
    assert table.to_numpy().tolist() == [["郑四", "0/3", 0, 0, "—"], ["李一", "2/3", 6, 3, "03-20"]]
    assert len(visitors.sheet(cached.visitors(look), "en")) == 2


def test_a_line_has_who_and_what_is_open(found: pd.DataFrame) -> None:
    shown = found.assign(who=found["worker"])
    lines = [rounds.line(row, "zh") for _, row in shown.iterrows()]
    told = {line.code: (line.who, line.why, line.count) for line in lines}
    assert told["C6"] == ("郑四", "从未巡查 · 未销号 2 件", "")
    assert told["C9"][0] is None
    assert told["C2"] == ("李一", "最近巡查 2026-02-10 · 未销号 1 件", "38")
    assert isinstance(lines[0], picks.Line)


def app() -> None:
    """The page as the script draws it, whatever the address."""
    import streamlit

    from dashboard import cached as caches
    from dashboard.pages import coverage
    from dashboard.screen import address
    from settings import Settings

    settings = Settings.read()
    address.begin()
    coverage.show(caches.look(settings, address.chosen()), settings, streamlit.query_params["lang"])
    address.end()


def shown(page: AppTest) -> str:
    assert not page.exception
    return " ".join(each.proto.body for each in page.get("html"))


@pytest.fixture
def page_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    st.cache_data.clear()
    st.cache_resource.clear()

    def opened(rows: object, **query: str) -> AppTest:
        path = tmp_path / "grid.sqlite"
        engine = connect(f"sqlite:///{path}")
        towns.write_town(engine, rows)  # type: ignore[arg-type]
        engine.dispose()
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
        page = AppTest.from_function(app, default_timeout=60)
        for name, text in query.items():
            page.query_params[name] = text
        return page.run()

    return opened


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_in_both_languages(page_of, language: str) -> None:
    page = page_of(None, part="rounds", lang=language)
    said = shown(page)
    assert t("visits.order_unseen", language) in said and t("coverage.to_verify", language) in said
    page.number_input(key="choice_days").set_value(26).run()
    assert "5" in next(text for text in shown(page).split("<div") if "26" in text and "55.6%" in text)
    assert dict(page.query_params)["days"] == "26", page.query_params
    page.segmented_control(key="choice_view").set_value("workers").run()
    assert t("visits.order_workers", language) in shown(page)
    page.segmented_control(key="choice_view").set_value("calendar").run()
    page.selectbox(key="choice_of").set_value("workers:w1").run()
    assert t("visits.sum", language, visits=6, days=6, of=26, weeks=26, all=8) in shown(page)
    assert dict(page.query_params)["of"] == "workers:w1"
    page.session_state["choices"]["at"] = "cells:C1"
    known = t("visits.finding.found", language)
    assert t("visits.of_cell", language, days=9, rhythm=7, known=known) in shown(page.run())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_no_visits_are_kept_the_next_step_is_said(page_of, language: str) -> None:
    from etl import schema

    rows = {table: values for table, values in towns.town_rows().items() if table is not schema.visit}
    page = page_of(rows, part="rounds", lang=language)
    said = shown(page)
    assert t("visits.untold", language) in said and t("missing.unvisited", language).split("“")[0][:20] in said
    assert not page.number_input and "0%" not in said.split("reasons-title")[1]
