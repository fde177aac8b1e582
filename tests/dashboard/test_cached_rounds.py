"""What is kept of visits between reruns, and what counts as another question."""

from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from dashboard import cached
from dashboard.analysis import rounds
from dashboard.filters import Filters
from etl.database import connect
from settings import Settings
from tests import town as towns


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    st.cache_data.clear()
    st.cache_resource.clear()
    made = Settings(database_url=f"sqlite:///{tmp_path / 'grid.sqlite'}")
    engine = connect(made.url)
    towns.write_town(engine)
    engine.dispose()
    return made


def test_problems_are_nothing_to_it_and_cells_days_and_standards_are(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = cached.rounds(cached.look(settings, Filters()))
    plain, calls = rounds.cells, []

    def counted(*arguments: object) -> object:
        calls.append(1)
        return plain(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rounds, "cells", counted)
    others = Filters(category=("垃圾",), state=("reported",), unit=("环卫所",), is_overdue_only=True)
    assert cached.rounds(cached.look(settings, others)).equals(told) and not calls
    own = tmp_path / "standards.toml"
    own.write_text('[visit.rhythm]\nvalue = 40\nunit = "d"\n', encoding="utf-8")
    slower = cached.rounds(cached.look(Settings(database_url=settings.url, standards=own), Filters()))
    assert len(calls) == 1 and slower["is_late"].sum() == 3
    for filters in (Filters(zone=(towns.NORTH,)), Filters(cell="C5"), Filters(start=date(2026, 3, 1))):
        before = len(calls)
        cached.rounds(cached.look(settings, filters))
        assert len(calls) == before + 1, filters


def test_a_calendar_is_of_what_it_was_asked_for(settings: Settings) -> None:
    look = cached.look(settings, Filters(zone=(towns.NORTH,)))
    sums = {
        (layer, code): int(cached.by_day(look, layer, code)["visits"].sum())
        for layer, code in (("", ""), ("zones", towns.SOUTH), ("cells", "C1"), ("cells", "C4"), ("workers", "w1"))
    }
    assert list(sums.values()) == [4, 4, 2, 1, 8]
    assert cached.by_day(cached.look(settings, Filters()))["visits"].sum() == 8
    assert cached.seen_by_week(look)["seen"].tolist()[-2:] == [1, 1]
    assert cached.seen_by_week(look, "zones", towns.SOUTH)["seen"].tolist()[-2:] == [0, 1]
