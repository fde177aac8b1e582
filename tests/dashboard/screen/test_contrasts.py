"""Two scenarios side by side in the town of nine cells: figures, sites, map, words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard import cached
from dashboard.analysis.contrast import Contrast, contrasted
from dashboard.maps import contrasts as maps
from dashboard.maps.layers import MapView
from dashboard.saved.thing import Made, Saved
from dashboard.screen import contrasts, frame, picks
from dashboard.text import t
from tests.dashboard.analysis.test_contrast import made
from tests.dashboard.conftest import Town
from tests.dashboard.screen.conftest import LookAt

EVIL = "<img src=x onerror=alert(1)>"
MOMENT = datetime(2026, 3, 20, 4, tzinfo=UTC)


@pytest.fixture
def found(town: Town) -> Contrast:
    """C8 and C2 against C2 and C1, with the old toilet closed in the second."""
    return contrasted(made(town, ["C8", "C2"]), made(town, ["C2", "C1"], ("f1",)))


def view(look: cached.Look, found: Contrast, refusal: str = "") -> MapView:
    return maps.contrasted(look.county, found, ("甲", "乙"), look=frame.map_style(look, "zh"), refusal=refusal)


def test_figures_of_today_and_of_both(found: Contrast) -> None:
    told = contrasts.figures(found, ("甲", "乙"), "zh")
    assert told.columns.tolist() == ["现状", "甲", "乙"]
    # C2 reaches C1, C2, C3 and C5, C1 also C4: 1,500 of 4,500 people.
    assert told.loc["覆盖比例"].tolist() == ["55.6%", "100.0%", "33.3%"]
    assert told.loc["覆盖"].tolist() == ["2,500 人", "4,500 人", "1,500 人"]
    assert told.loc["新建处数"].tolist() == ["", "2", "2"] and told.loc["按关停计"].tolist() == ["", "0", "1"]


def test_parts_have_their_share_and_cells(found: Contrast) -> None:
    told = contrasts.parts(found, ("甲", "乙"), "zh")
    assert told.index.tolist() == ["两案都覆盖", "仅“甲”覆盖", "仅“乙”覆盖", "两案都不覆盖"]
    assert told.to_numpy().tolist() == [
        ["1,500 人", "33.3%", "5 个网格"], ["3,000 人", "66.7%", "4 个网格"], ["0 人", "0.0%", "0 个网格"],
        ["0 人", "0.0%", "0 个网格"],
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_beside_the_map_stand_the_sites_of_one_alone(
    look_at: LookAt,
    found: Contrast,
    lines: list[picks.Line],
    sentences: list[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    drawn: list[str] = []
    told = sentences.append
    monkeypatch.setattr("streamlit.html", lambda html: (drawn.append(str(html)), told(str(html))))
    monkeypatch.setattr("streamlit.button", lambda *_, **__: None)
    monkeypatch.setattr("streamlit.download_button", lambda *_, **__: None)
    look = look_at()
    old = Saved("siting", "甲", {}, Made(7, MOMENT), 1, 1, MOMENT)
    contrasts.beside(look, found, (EVIL, "乙"), [old, replace(old, name="乙", made=Made(1, MOMENT))], language)
    assert [(line.code, line.key) for line in lines] == [("C8", "1"), ("C1", "2")]
    whole = " ".join(drawn)
    assert "<img" not in whole and "&lt;img" in whole
    version = t("scenario.other_data", language, name="甲", version=7, at="2026-03-20 12:00")
    assert version in whole and t("scenario.same_data", language, version=1, at="2026-03-20 12:00") in whole
    assert whole.count(t("scenario.other_data", language, name="乙", version=1, at="2026-03-20 12:00")) == 0


def test_the_download_names_whose_each_site_is(found: Contrast) -> None:
    told = contrasts.table(found, ("甲", "乙"), "zh")
    assert told[["方案名称", "网格编码"]].to_numpy().tolist() == [
        ["甲", "C8"], [t("scenario.sites_both", "zh"), "C2"], ["乙", "C1"],
    ]  # fmt: skip


def test_the_map_tells_four_kinds_of_cells_and_three_of_sites(look_at: LookAt, town: Town, found: Contrast) -> None:
    look = look_at()
    shown = view(look, found)
    by_code = dict(zip(shown.polygons.codes, shown.polygons.classes.tolist(), strict=True))  # type: ignore[union-attr]
    assert by_code == {"C1": 0, "C2": 0, "C3": 0, "C4": 0, "C5": 0, "C6": 1, "C7": 1, "C8": 1, "C9": 1}
    assert [(one.kind, one.codes.tolist()) for one in shown.points] == [
        ("toilet", ["f1"]), ("site", ["2"]), ("site_one", ["1"]), ("site_other", ["2"]),
    ]  # fmt: skip
    assert shown.legend is not None and len(shown.legend.swatches) == 4
    turned = view(look, contrasted(found.other, found.one))
    assert set(turned.polygons.classes.tolist()) == {0, 2}  # type: ignore[union-attr]
    neither = view(look, contrasted(made(town, []), made(town, [])))
    assert set(neither.polygons.classes.tolist()) == {0, 3}  # type: ignore[union-attr]


@pytest.mark.parametrize("code", ["other_kind", "no_demand"])
def test_what_cannot_be_compared_is_said_and_the_map_stays_blank(
    look_at: LookAt, found: Contrast, sentences: list[str], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr("streamlit.button", lambda *_, **__: None)
    none = replace(found, refusal=code)
    why = contrasts.refusal(none, "zh")
    contrasts.beside(look_at(), none, ("甲", "乙"), [], "zh")
    assert why and why in sentences
    shown = view(look_at(), none, refusal=why)
    assert set(shown.polygons.classes.tolist()) == {255} and not shown.points  # type: ignore[union-attr]
