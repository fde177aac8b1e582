"""The briefing of the nine-cell town, in either language."""

from collections.abc import Callable
from functools import cache

import pytest

from dashboard.briefing.content import Content, brief
from dashboard.briefing.templates import Templates
from dashboard.standards import read_standards
from settings import Settings
from tests.dashboard.conftest import Town
from tests.town import at

SINCE = at("03-13 12:00")
MEETING = Settings(rank_at_least=1, countdown_name="省级复审", countdown_on="2026-06-30")

Briefed = Callable[..., Content]


def briefed(town: Town, language: str = "zh", **more: object) -> Content:
    given = {"settings": MEETING, "templates": Templates(language), "filters": town.filters, "since": SINCE} | more
    return brief(
        town.county, town.snapshot, given.pop("filters"), given.pop("since"), standards=read_standards(),
        language=language, **given,
    )  # fmt: skip


@pytest.fixture(scope="session")
def content_of(town: Town) -> Briefed:
    """The town's briefing by language, made once each."""

    @cache
    def made(language: str = "zh") -> Content:
        return briefed(town, language)

    return made
