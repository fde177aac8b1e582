"""The siting bench in a real browser: moved, clicked, downloaded, and held against the table."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.text import number, percent, t
from tests import serving

pytestmark = pytest.mark.browser

Reader = Callable[..., Any]


def opened(reader: Reader, address: str, query: str = "part=siting", language: str = "zh") -> Any:
    window, witness = reader(address, language)
    window.goto(f"{address}/coverage?{query}")
    serving.settle(window)
    return window, witness


def rows_of(folder: Path, *more: str) -> list[dict[str, Any]]:
    """`python -m dashboard table siting … --format json`: today, then the sites."""
    command = [sys.executable, "-m", "dashboard", "table", "siting", "--format", "json", *more]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRID_")}
    environment["DATABASE_URL"] = f"sqlite:///{folder / 'sample.sqlite'}"
    told = subprocess.run(command, cwd=serving.ROOT, env=environment, capture_output=True, check=True)
    rows: list[dict[str, Any]] = json.loads(told.stdout.decode("utf-8"))["rows"]
    return rows


def told(window: Any) -> list[list[str]]:
    """Code and sentence of each line of the list."""
    found: list[list[str]] = window.locator(".pick").evaluate_all(
        "picks => picks.map(pick => [pick.dataset.code, pick.querySelector('.why').innerText])"
    )
    return found


def expected(rows: list[dict[str, Any]], unit: str, language: str = "zh") -> list[list[str]]:
    lines = []
    for row in rows[1:]:
        gain = t(f"siting.amount.{unit}", language, count=number(row["gain"]))
        share = percent(row["share"])
        lines.append([row["code"], t("siting.line", language, site=row["site"], gain=gain, share=share)])
    return lines


def move_to(window: Any, count: int) -> None:
    """The slider, by its keys."""
    handle = window.locator(".st-key-choice_n input[type=range]")
    while (value := int(handle.input_value())) != count:
        handle.press("ArrowLeft" if value > count else "ArrowRight")
        window.wait_for_function(f"document.querySelector('.st-key-choice_n input').value !== '{value}'")
        serving.settle(window)
    window.wait_for_function(f"location.search.includes('n={count}')")
    serving.settle(window)


def test_gaps_and_siting_are_two_parts_of_the_page(reader: Reader, address: str) -> None:
    window, witness = opened(reader, address, "")
    window.locator(".st-key-choice_part").get_by_text("选址").click()
    window.locator(".st-key-choice_n").wait_for()
    serving.settle(window)
    assert parse_qs(urlsplit(window.url).query)["part"] == ["siting"]
    window.locator(".st-key-choice_part").get_by_text("缺口").click()
    window.locator(".gm-choice").first.wait_for()
    serving.settle(window)
    assert "part" not in parse_qs(urlsplit(window.url).query)
    assert witness.complaints() == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_three_toilets_are_those_of_the_table(reader: Reader, address: str, folder: Path, language: str) -> None:
    window, witness = opened(reader, address, language=language)
    move_to(window, 3)
    rows = rows_of(folder, "--kind", "toilet", "--sites", "3")
    assert told(window) == expected(rows, "people", language)
    title = t("siting.share", language, before=percent(rows[0]["share"]), after=percent(rows[-1]["share"]))
    assert window.locator(".reasons-title").first.inner_text().strip() == title
    text = window.locator(".st-key-reasons").inner_text()
    assert all(number(rows[at][name]) in text for at, name in ((0, "covered"), (-1, "covered"), (0, "total")))
    assert t("coverage.to_verify", language) in text  # the radius of toilets is
    assert window.locator(".st-key-reasons canvas, .st-key-reasons .vega-embed svg").count() > 0
    window.locator(".pick").first.click()
    window.wait_for_function(f"location.search.includes('{rows[1]['code']}')")
    serving.settle(window)
    assert parse_qs(urlsplit(window.url).query)["at"] == [f"cells:{rows[1]['code']}"]
    assert told(window) == expected(rows, "people", language)  # the list stays
    assert witness.complaints() == []


def test_markets_by_open_problems_at_junctions_download_as_listed(
    reader: Reader, address: str, folder: Path, tmp_path: Path
) -> None:
    import openpyxl

    window, witness = opened(reader, address, "part=siting&kind=market&weight=open&candidates=junctions&n=4")
    rows = rows_of(folder, "--kind", "market", "--weight", "open", "--candidates", "junctions", "--sites", "4")
    assert told(window) == expected(rows, "open")
    with window.expect_download() as download:
        window.locator(".st-key-siting_download button").click()
    path = tmp_path / "sites.xlsx"
    download.value.save_as(path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    heading, *lines = sheet.iter_rows(values_only=True)
    at = {name: heading.index(t(f"siting.{name}", "zh")) for name in ("cell", "gain", "covered", "lon", "lat")}
    found = [{name: line[column] for name, column in at.items()} for line in lines]
    names = ("gain", "covered", "lon", "lat")
    assert found == [{"cell": row["code"]} | {name: row[name] for name in names} for row in rows[1:]]
    assert witness.complaints() == []


def test_a_zone_without_candidates_says_what_to_do(reader: Reader, address: str) -> None:
    window, witness = opened(reader, address, "part=siting&weight=open&state=closed")
    text = window.locator(".st-key-reasons").inner_text()
    assert t("siting.refusal.no_demand", "zh") in text
    assert not re.search(r"nan|NaN|—", text)
    assert window.locator(".pick").count() == 0
    assert witness.complaints() == []
