"""The list of places to click, without a browser: what its script is given and what comes back."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.screen import frame, lists, picks

EVIL = '<img src=x onerror="alert(1)">${alert(1)}`'


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stands for the browser: keeps what it is given, answers with `picked`."""
    kept: dict[str, Any] = {"picked": None, "flown": []}

    def mounted(**given: Any) -> dict[str, Any]:
        kept["data"] = given["data"]
        return {"picked": kept["picked"]}

    monkeypatch.setattr(picks, "_component", lambda: mounted)
    monkeypatch.setattr(frame, "fly_to", lambda layer, code: kept["flown"].append((layer, code)))
    return kept


def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["一号网格", np.nan, EVIL],
            "zone_name": ["城北", "城南", EVIL],
            "who": ["李建国", np.nan, EVIL],
            **{name: [3, 2, 1] for name in ("problems", "open", "overdue")},
        },
        index=pd.Index(["C1", "C2", EVIL], name="cell"),
    )


def test_texts_go_as_they_are_and_only_the_script_sets_them(script: dict[str, Any]) -> None:
    lists.worst(rows(), "open", "zh")
    assert [row["name"] for row in script["data"]["rows"]] == ["一号网格", "城南", EVIL]
    assert [row["who"] for row in script["data"]["rows"]] == ["李建国", None, EVIL]
    assert script["data"]["rows"][2]["code"] == EVIL
    source = picks._source()
    assert "textContent" in source
    assert "innerHTML" not in source and "insertAdjacent" not in source


def test_where_no_names_are_kept_nobody_is_called_nobody(script: dict[str, Any]) -> None:
    lists.worst(rows().drop(columns="who"), "open", "zh")
    assert {row["who"] for row in script["data"]["rows"]} == {""}


@pytest.mark.parametrize(("picked", "flown"), [("C2", [("zones", "C2")]), ("C9", []), (7, []), (None, [])])
def test_only_a_place_of_the_list_can_be_picked(script: dict[str, Any], picked: object, flown: list[Any]) -> None:
    script["picked"] = picked
    lists.worst(rows(), "open", "zh", layer="zones")
    assert script["flown"] == flown
