"""`python -m dashboard table siting --scenario NAME`: the rows of what was saved."""

import json
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.saved import scenarios
from dashboard.saved.thing import Made
from dashboard.text import t
from tests.dashboard.analysis.test_contrast import made
from tests.dashboard.conftest import Town
from tests.town import MOMENT, PLACE


def test_the_rows_are_those_of_the_saved_arrangement(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRID_VAR_DIR", str(tmp_path))
    url = town.engine.url.render_as_string(hide_password=False)
    saved = scenarios.settled(made(town, ["C8", "C1", "C3"], ("f1",), n=1, radius_m=100))
    scenarios.shelf(tmp_path, PLACE).save("三座", scenarios.content(saved), Made(1, MOMENT))
    command = ["table", "siting", "--format", "json", "--database", url, "--scenario"]
    assert main([*command, "三座"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    seen = made(town, ["C8", "C1", "C3"], ("f1",), radius_m=100)
    assert [row["code"] for row in rows] == ["*", "C8", "C1", "C3"]
    for name in ("gain", "covered", "loss"):
        assert [row[name] for row in rows[1:]] == seen.sites[name].tolist()
    assert rows[0]["covered"] == seen.before
    assert rows[1]["bound"] is not None and rows[2]["bound"] is None and rows[3]["bound"] >= rows[3]["covered"]
    assert main([*command, "四座", "--language", "zh"]) == 1
    assert t("error.no_scenario", "zh", name="四座", known="三座") in capsys.readouterr().err
    monkeypatch.setenv("GRID_VAR_DIR", str(tmp_path / "empty"))
    assert main([*command, "四座", "--language", "zh"]) == 1
    assert t("error.no_scenario_yet", "zh", name="四座") in capsys.readouterr().err
