"""What the lists and panels beside the maps of statistics say."""

import pytest

from dashboard.screen import spots
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
