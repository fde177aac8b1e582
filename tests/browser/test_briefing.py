"""The Briefing page in a real browser: chosen, made, taken, and held against the command line."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard.__main__ import main
from dashboard.briefing import figures
from dashboard.text import t
from tests import serving

pytestmark = pytest.mark.browser

FIRST_TWO = ["changes", "headline"]


def order(window: Any) -> list[str]:
    found: list[str] = window.locator(".part:not(.is-head)").evaluate_all(
        "parts => parts.map(part => part.dataset.name)"
    )
    return found


def taken(window: Any, key: str, folder: Path) -> Path:
    with window.expect_download() as download:
        window.locator(f".st-key-{key} button").first.click()
    path = folder / str(download.value.suggested_filename)
    download.value.save_as(path)
    return path


def test_chosen_made_taken_and_the_same_as_the_command_makes(
    reader: Callable[..., Any],
    address: str,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, witness = reader(address, "zh")
    window.set_default_timeout(60_000)
    window.goto(f"{address}/briefing?papers=xlsx,json")
    window.locator(".parts").wait_for()
    serving.settle(window, has_map=False)
    assert window.evaluate("(e => e.scrollHeight - e.clientHeight)(document.querySelector('.stMain'))") <= 1

    # The second part first, the media left out, one zone without a page; then a look at the heat.
    line = window.locator(".part[data-name=changes]")
    line.hover()
    line.locator(".move").first.click()
    window.wait_for_function("location.search.includes('parts=changes%2Cheadline')")
    serving.settle(window, has_map=False)  # the address is there before the list is drawn anew
    assert order(window)[:2] == FIRST_TWO
    window.locator(".part[data-name=exposures] input").uncheck()
    window.wait_for_function("location.search.includes('-exposures')")
    window.locator(".part[data-name='999900003'] input").uncheck()
    window.wait_for_function("location.search.includes('pages=')")
    window.locator(".part[data-name=heat] .told").click()
    window.wait_for_function("location.search.includes('see=heat')")
    serving.settle(window)
    title = window.locator(".part[data-name=heat] .told span").inner_text()
    assert window.locator(".preview h2").inner_text() == title

    window.locator(".st-key-pack_make button").click()
    window.locator(".st-key-pack_all button").wait_for()
    serving.settle(window)
    link = window.url
    with zipfile.ZipFile(taken(window, "pack_all", tmp_path)) as held:
        assert held.namelist() == ["ledgers.xlsx", figures.NAME]
        told = held.read(figures.NAME).decode("utf-8")
        held.extract("ledgers.xlsx", tmp_path)
    sections = json.loads(told)["sections"]
    assert list(sections)[:2] == FIRST_TWO
    assert "exposures" not in sections and "zone-999900003" not in sections and "zone-999900004" in sections
    assert taken(window, "pack_papers", tmp_path).name == "ledgers.xlsx"
    open_ = sections["headline"]["figures"]["open"]["value"]
    heading, *problems = list(openpyxl.load_workbook(tmp_path / "ledgers.xlsx").worksheets[1].values)[1:]
    state = heading.index("状态")
    assert sum(row[state] != t("state.closed", "zh") for row in problems) == open_ > 0

    # What stands behind the last button makes the same, byte for byte.
    window.locator(".st-key-briefing_more button").first.click()
    command = window.locator("[data-testid=stCode] code").inner_text().split()
    assert command[:4] == ["python", "-m", "dashboard", "briefing"]
    monkeypatch.setenv("GRID_VAR_DIR", str(folder))
    url = f"sqlite:///{folder / 'sample.sqlite'}"
    assert main([*command[3:-1], str(tmp_path / "again"), "--database", url]) == 0
    capsys.readouterr()
    assert (tmp_path / "again" / figures.NAME).read_text(encoding="utf-8") == told
    assert taken(window, "briefing_figures", tmp_path).read_text(encoding="utf-8") == told
    window.keyboard.press("Escape")
    assert serving.english_on(window) == set()
    assert witness.complaints() == []

    # The link of it, in another session and language of the page: the pack is there at once.
    window, witness = reader(address, "en")
    window.goto(f"{link}&said_in=zh")
    window.locator(".st-key-pack_all button").wait_for()
    serving.settle(window)
    assert order(window)[:2] == FIRST_TWO
    assert witness.complaints() == []
