"""People and units beside the map."""

from typing import Any

import pytest

from dashboard.screen import columns, people
from dashboard.text import t
from tests.dashboard.screen.conftest import LookAt


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Tables, buttons and captions of a search."""
    found: dict[str, Any] = {"tables": [], "buttons": []}

    def dataframe(shown: Any, **how: Any) -> Any:
        found["tables"].append((shown, how))
        return {"selection": {"rows": []}}

    monkeypatch.setattr("streamlit.dataframe", dataframe)
    monkeypatch.setattr("streamlit.button", lambda label, **_: found["buttons"].append(label))
    monkeypatch.setattr("dashboard.screen.address.choice", lambda *_: "")
    return found


def sought(monkeypatch: pytest.MonkeyPatch, look_at: LookAt, text: str) -> bool:
    monkeypatch.setattr("streamlit.text_input", lambda *_, **__: text)
    return people.search(look_at(), "zh")


def test_no_code_and_no_name_is_cut(monkeypatch: pytest.MonkeyPatch, look_at: LookAt, drawn: dict[str, Any]) -> None:
    assert sought(monkeypatch, look_at, "李")
    widths = {name: each["width"] for name, each in drawn["tables"][0][1]["column_config"].items()}
    first = [t(f"responsibility.{name}", "zh") for name in ("name", "target", "code", "role")]
    assert list(drawn["tables"][0][0].columns)[:4] == first
    codes = drawn["tables"][0][0][first[2]].dropna()
    assert len(codes) and widths[first[2]] >= max(map(columns.pixels, codes)) + 16
    assert columns.at_most(["9" * 15], 54, 122) >= columns.pixels("9" * 15) + 16
    assert sum(widths[name] for name in first[:3]) <= 284  # beside the map on a screen of 1366


def test_a_unit_is_found_by_what_it_is_responsible_for(
    monkeypatch: pytest.MonkeyPatch, look_at: LookAt, drawn: dict[str, Any]
) -> None:
    assert sought(monkeypatch, look_at, "环卫")
    # p03, p04, p07, p10, of which p03, p07 and p10 are late
    assert drawn["buttons"] == [t("responsibility.of_unit", "zh", unit="环卫所", open=4, overdue=3)]
