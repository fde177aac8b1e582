"""The script itself, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import t

SCRIPT = Path(__file__).resolve().parents[2] / "streamlit_app.py"


def test_a_wrong_setting_is_a_sentence_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_TILE_DATUM", "bd09")
    app = AppTest.from_file(str(SCRIPT), default_timeout=20).run()
    assert not app.exception
    shown = " ".join(each.proto.body for each in app.get("html"))
    assert t("state.broken", "zh") in shown and "tile_datum" in shown and "gcj02" in shown
