"""Charts as Vega-Lite reads them."""

from typing import Any

import pandas as pd
import pytest

from dashboard import cached
from dashboard.filters import NONE
from dashboard.screen import charts, trend
from dashboard.text import t
from tests.dashboard.screen.conftest import LookAt


@pytest.mark.parametrize(("language", "title"), [("zh", "距离（米）"), ("en", "Distance (m)")])
def test_the_distance_chosen_is_marked_on_the_line(language: str, title: str) -> None:
    steps = pd.DataFrame(
        {"radius_m": [100.0, 1_200.0], "moran_i": 0.1, "z": [3.0, 5.25], "neighbours": 2.0, "is_peak": [False, True]}
    )
    made = charts.by_distance(steps, language).to_dict()
    line, _, chosen = made["layer"]
    assert line["mark"]["type"] == "line"
    assert chosen["transform"] == [{"filter": "datum.is_peak"}]
    assert chosen["mark"]["color"] != line["mark"]["color"]
    assert line["encoding"]["x"]["title"] == title
    (rows,) = made["datasets"].values()
    assert [(row["told"], row["is_peak"]) for row in rows] == [("100", False), ("1,200", True)]


def tips(chart: dict[str, Any]) -> list[str | None]:
    """Titles of a chart's tooltip."""
    parts = chart.get("layer", [chart])
    return [tip.get("title") for tip in parts[0]["encoding"]["tooltip"]]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Charts by key, as Vega-Lite reads them."""
    found: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.altair_chart", lambda chart, key: found.update({key: chart.to_dict()}))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_bar_says_what_it_is_and_its_unit(
    look_at: LookAt, sentences: list[str], drawn: dict[str, Any], language: str
) -> None:
    charts.show(look_at(), language)
    count = t("charts.tip_count", language)
    for which in ("week", "category", "zone"):
        assert tips(drawn[f"chart_{which}"]) == [t(f"charts.tip_{which}", language), count]
    assert t("charts.not_counted", language, count="2") in sentences
    sentences.clear()
    charts.show(look_at(with_default_points=True), language)
    assert not [each for each in sentences if each.startswith(t("charts.not_counted", language, count="2")[:10])]


def test_the_strip_of_weeks_says_its_unit(look_at: LookAt) -> None:
    look = look_at()
    found = trend._drawn(cached.weeks(look), look.county, "zh").to_dict()
    assert tips(found) == [t("overview.week", "zh"), "上报（件）", "销号（件）", "未销号（件）", "逾期（件）"]


def test_what_lies_outside_all_zones_is_no_other_zone() -> None:
    counts = pd.Series({f"Z{at}": 20 - at for at in range(9)} | {NONE: 2})
    shown = charts._first(counts, {NONE: "片区以外"} | {f"Z{at}": f"{at}号片区" for at in range(9)}, "zh")
    assert shown.index.tolist()[6:] == [t("charts.others", "zh", count=3), "片区以外"]
    assert shown.sum() == counts.sum() and shown["片区以外"] == 2
    assert charts._first(counts.iloc[:7], {}, "zh").tolist() == counts.iloc[:7].tolist()
