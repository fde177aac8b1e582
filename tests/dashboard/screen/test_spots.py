"""What the lists and panels beside the maps of statistics say."""

from html import escape

import pandas as pd
import pytest

from dashboard import cached
from dashboard.analysis.density import OUTSIDE
from dashboard.maps import spots as maps
from dashboard.screen import picks, spots
from dashboard.text import t
from tests.dashboard.screen.conftest import LookAt


@pytest.mark.parametrize(
    ("chosen", "is_said"), [({}, False), ({"is_overdue_only": True}, True), ({"state": ("closed",)}, True)]
)
def test_a_trend_says_that_it_is_of_all_problems(
    look_at: LookAt, sentences: list[str], chosen: dict[str, object], is_said: bool
) -> None:
    look = look_at(**chosen)
    spots.why(look, "cells", "C5", "zh", is_open=True)
    assert (t("spots.of_all", "zh") in " ".join(sentences)) is is_said
    sentences.clear()
    spots.worst(look, "cells", "trend", "zh")
    assert (t("spots.of_all", "zh") in sentences) is is_said


def frame(size: int) -> pd.DataFrame:
    """Places as `joined` gives them: consecutive hotspots of 26 weeks, more problems than in the time before."""
    index = pd.Index([f"X{number:02}" for number in range(size)])
    told = {"category": "consecutive_hot", "way": "steady", "weeks_hot": 9, "of_weeks": 12, "problems": 2, "change": 1,
            "problems_per_km2": 5.5, "open": 1, "overdue": 0, "z": 3.0, "class_": 3, "near_per_km2": 4.0,
            "mean_per_km2": 2.0, "name": None}  # fmt: skip
    return pd.DataFrame(told, index=index)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", ["trend", "change", "hotspots"])
def test_a_list_of_ten_says_how_many_there_are(
    look_at: LookAt,
    lines: list[picks.Line],
    sentences: list[str],
    monkeypatch: pytest.MonkeyPatch,
    view: str,
    language: str,
) -> None:
    monkeypatch.setattr(spots, "refusal", lambda *_: "")
    monkeypatch.setattr(spots, "campaigns", lambda *_: None)
    for size in (12, 10):
        monkeypatch.setattr(spots, "joined", lambda *_, size=size: frame(size))
        sentences.clear()
        spots.worst(look_at(), "cells", view, language)
        key = "spots.of_hot" if view == "hotspots" else "list.first_of"
        assert (t(key, language, shown=10, count="12") in sentences) is (size == 12)
    assert len(lines) == 20


def test_a_line_of_the_trend_says_its_class_of_the_legend(
    look_at: LookAt, lines: list[picks.Line], sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spots, "refusal", lambda *_: "")
    monkeypatch.setattr(spots, "joined", lambda *_: frame(1))
    spots.worst(look_at(), "cells", "trend", "zh")
    legend = [swatch.label for swatch in maps.trend_scale("zh").swatches]
    assert t("spots.group_worse", "zh") in legend
    assert lines[0].facts.startswith(t("spots.group_worse", "zh"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_terms_of_statistics_are_explained_where_they_stand(
    look_at: LookAt, lines: list[picks.Line], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr("streamlit.html", drawn.append)
    monkeypatch.setattr(spots, "refusal", lambda *_: "")
    monkeypatch.setattr(spots, "joined", lambda *_: frame(1))
    spots.worst(look_at(), "cells", "hotspots", language)
    assert lines[0].meaning == t("spots.meaning", language)
    assert f'title="{escape(t("spots.meaning", language))}"' in drawn[0]


def test_problems_outside_all_zones_are_no_zone_of_the_list(
    look_at: LookAt, lines: list[picks.Line], sentences: list[str]
) -> None:
    look = look_at()
    assert cached.zones(look).loc[OUTSIDE, "change"] > 0
    for view in spots.VIEWS:
        spots.worst(look, "zones", view, "zh")
    assert lines
    assert OUTSIDE not in {line.code for line in lines}
