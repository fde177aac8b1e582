"""What a page looks at in the town of nine cells, and what it puts on the screen."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from dashboard import cached
from dashboard.filters import Filters
from dashboard.screen import picks
from dashboard.standards import read_standards
from settings import Settings
from tests.dashboard.conftest import Town

LookAt = Callable[..., cached.Look]


@pytest.fixture
def look_at(town: Town) -> LookAt:
    """The town through the filters given."""

    def made(**chosen: Any) -> cached.Look:
        settings = Settings(database_url=town.engine.url.render_as_string(hide_password=False))
        present = (town.county.data_version, town.county.loaded_at)
        asked = Filters(**chosen)
        return cached.Look(
            town.county, town.snapshot, town.at(**chosen), asked, settings, read_standards(None), present
        )

    return made


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[picks.Line]:
    """The lines of the lists that are drawn."""
    found: list[picks.Line] = []
    monkeypatch.setattr(picks, "show", lambda shown, *_, **__: found.extend(shown))
    return found


@pytest.fixture
def sentences(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are drawn, without their markup."""
    found: list[str] = []
    monkeypatch.setattr("streamlit.html", lambda html: found.append(re.sub(r"<[^>]+>", "", str(html))))
    return found
