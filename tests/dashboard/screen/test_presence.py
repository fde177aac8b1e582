"""A database file that vanished is away, in a new session as on an open page; one that never was is empty."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.screen import presence
from dashboard.text import t
from etl.database import connect
from settings import Settings
from tests import town as towns

SCRIPT = Path(__file__).resolve().parents[3] / "streamlit_app.py"


def shown(app: AppTest) -> str:
    assert not app.exception
    return " ".join(each.proto.body for each in app.get("html"))


def test_a_file_that_vanished_is_away_until_it_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    path = tmp_path / "grid.sqlite"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    assert t("state.empty", "zh") in shown(AppTest.from_file(str(SCRIPT), default_timeout=60).run())
    engine = connect(f"sqlite:///{path}")
    towns.write_town(engine)
    engine.dispose()
    page = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert t("list.worst_overdue", "zh") in shown(page)
    path.rename(tmp_path / "elsewhere")
    for session in (page, AppTest.from_file(str(SCRIPT), default_timeout=60)):
        said = shown(session.run())
        assert t("state.gone", "zh") in said
        assert t("state.empty", "zh") not in said and t("list.worst_overdue", "zh") not in said
    (tmp_path / "elsewhere").rename(path)
    assert t("list.worst_overdue", "zh") in shown(page.run())


def test_a_file_that_never_was_is_not_gone(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert not presence.is_gone(settings) and not presence.is_gone(settings)


def test_a_server_is_never_a_file() -> None:
    assert not presence.is_gone(Settings(database_url="postgresql://nobody@localhost/none"))
