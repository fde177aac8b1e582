"""The list of what is not covered says its order, and which filters are nothing to it."""

import pytest

from dashboard.maps.views import COVERAGE_KINDS
from dashboard.screen import gaps, picks
from dashboard.text import t
from tests.dashboard.screen.conftest import LookAt


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


@pytest.mark.parametrize("kind", COVERAGE_KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_says_its_order(
    look_at: LookAt,
    lines: list[picks.Line],
    sentences: list[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    language: str,
) -> None:
    monkeypatch.setattr("dashboard.screen.cases.button", lambda *_, **__: None)
    look = look_at()
    found = gaps.lacking(look, kind)
    gaps.listed(look, kind, found, language)
    key = "unserved" if kind.startswith("unserved") else kind
    assert (t(f"coverage.order_{key}", language) in sentences) is (len(found) > 1)
