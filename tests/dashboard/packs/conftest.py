"""The town's briefing, for what is made of it."""

import pytest

from dashboard.briefing.content import Content
from tests.dashboard.briefing.conftest import briefed
from tests.dashboard.conftest import Town


@pytest.fixture(scope="session")
def content(town: Town) -> Content:
    return briefed(town)
