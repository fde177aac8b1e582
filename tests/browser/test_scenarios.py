"""Scenarios of siting in a real browser: two saved, compared and given out, and held against the table."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyogrio
import pytest

from dashboard.__main__ import main
from dashboard.text import number, percent, t
from tests import serving

pytestmark = pytest.mark.browser

Reader = Callable[..., Any]
FIRST, SECOND = "三座公厕 <b>*1*</b>", "两座在路口"


@pytest.fixture
def table_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], list[dict[str, Any]]]:
    """`python -m dashboard table siting --scenario NAME`: today, then the sites."""
    monkeypatch.setenv("GRID_VAR_DIR", str(folder))

    def told(name: str) -> list[dict[str, Any]]:
        url = f"sqlite:///{folder / 'sample.sqlite'}"
        assert main(["table", "siting", "--format", "json", "--database", url, "--scenario", name]) == 0
        rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
        return rows

    return told


def save(window: Any, address: str, query: str, name: str) -> None:
    window.goto(f"{address}/coverage?part=siting&{query}")
    serving.settle(window)
    window.locator(".st-key-scenarios button").first.click()
    window.locator(".st-key-scenario_name input").fill(name)
    window.locator(".st-key-scenario_save button").click()
    window.locator("[class*=st-key-open_] button", has_text=name).first.wait_for()
    serving.settle(window)


def given_out(window: Any, form: str, folder: Path) -> Path:
    with window.expect_download() as download:
        window.locator(f".st-key-siting_{form} button").click()
    path = folder / f"scenario.{form}"
    download.value.save_as(path)
    return path


def compared(window: Any, rows: dict[str, list[dict[str, Any]]], language: str) -> None:
    """The figures beside the map are those of the table, the second scenario on the bench against the first."""
    first, second = rows
    table = window.locator("table.contrast").first
    told = table.locator("tr").evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.innerText))")
    sides = (rows[second][0], rows[second][-1], rows[first][-1])
    assert told[0] == ["", t("scenario.today", language), t("scenario.bench", language), first]
    assert told[1] == [t("scenario.share", language), *(percent(row["share"]) for row in sides)]
    assert [text.split()[0] for text in told[2][1:]] == [number(row["covered"]) for row in sides]
    assert told[3][2:] == ["2", "3"]
    legend = window.locator(".gm").inner_text()
    assert t("scenario.both", language) in legend and t("scenario.neither", language) in legend
    picked = window.locator(".pick").evaluate_all("picks => picks.map(pick => pick.dataset.code)")
    assert picked == [row["code"] for name in (second, first) for row in rows[name][1:]]


def test_two_are_saved_given_out_and_compared(
    reader: Reader, address: str, table_of: Callable[[str], list[dict[str, Any]]], tmp_path: Path
) -> None:
    import openpyxl

    window, witness = reader(address, "zh")
    save(window, address, "n=3", FIRST)
    rows = {FIRST: table_of(FIRST)}
    book = openpyxl.load_workbook(given_out(window, "xlsx", tmp_path))
    heading, *lines = book.worksheets[0].values
    at = {name: heading.index(t(f"siting.{name}", "zh")) for name in ("cell", "gain", "covered", "lon", "lat")}
    assert [[line[at[name]] for name in at] for line in lines] == [
        [row[name] for name in ("code", "gain", "covered", "lon", "lat")] for row in rows[FIRST][1:]
    ]
    sites = pyogrio.read_dataframe(given_out(window, "gpkg", tmp_path), layer="sites")
    places = list(zip(sites["gain"], sites.geometry.x, sites.geometry.y, strict=True))
    assert places == [(row["gain"], row["lon"], row["lat"]) for row in rows[FIRST][1:]]

    save(window, address, "n=2&candidates=junctions", SECOND)
    rows[SECOND] = table_of(SECOND)
    window.locator(".st-key-choice_other input").click()
    window.get_by_role("option", name=FIRST, exact=True).click()
    window.locator("table.contrast").first.wait_for()
    window.keyboard.press("Escape")
    serving.settle(window)
    compared(window, rows, "zh")
    link = window.url
    window.locator(".st-key-contrast_end button").click()
    window.locator(".st-key-choice_n").wait_for()
    serving.settle(window)
    assert "other" in parse_qs(urlsplit(link).query) and "other" not in parse_qs(urlsplit(window.url).query)
    assert witness.complaints() == []

    window, witness = reader(address, "en")  # the link of it, in another session
    window.goto(link)
    window.locator("table.contrast").first.wait_for()
    serving.settle(window)
    compared(window, rows, "en")
    assert witness.complaints() == []
