"""Who answers for what, in a real browser: sheets go out, one is filled in, comes back, and the cell has somebody."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard.text import t
from etl.database import connect
from tests import serving
from tests.browser.test_loading import drop
from tests.town import write_town

pytestmark = pytest.mark.browser


def test_a_sheet_goes_out_is_filled_in_and_comes_back(
    reader: Callable[..., Any], chromium: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'town.sqlite'}"
    engine = connect(url)
    write_town(engine)
    engine.dispose()
    with serving.served(url, tmp_path) as address:
        window, witness = reader(address)
        window.goto(f"{address}/coverage")
        window.locator(".st-key-choice_part").get_by_text(t("coverage.assignments", "zh")).click()
        window.get_by_text("9 个网格中 6 个有一人在任（66.7%）").wait_for()
        serving.settle(window)
        assert window.locator(".pick").first.get_attribute("data-code") == "C9"
        window.locator(".st-key-choice_state_of").get_by_text("任期已满").click()
        window.get_by_text("原周二，2026-03-19 届满").wait_for()
        with window.expect_download() as download:
            window.locator(".st-key-handouts_download button").click()
        pack = tmp_path / "分派表.zip"
        with zipfile.ZipFile(download.value.path()) as archive, zipfile.ZipFile(pack, "w") as filled:
            names = archive.namelist()
            for name in names:
                filled.writestr(name, _filled(archive.read(name)) if "南片区" in name else archive.read(name))
        assert len(names) == 2
        window.locator(".st-key-choice_held").get_by_text("设施").click()
        window.get_by_text(t("duties.next_facility", "zh")).first.wait_for()
        window.get_by_text("数据", exact=True).click()
        drop(window, pack)
        window.locator(".st-key-load button").click()
        window.get_by_text("导入完成").wait_for()
        window.goto(f"{address}/coverage?part=assignments")
        window.get_by_text("9 个网格中 7 个有一人在任（77.8%）").wait_for()
        serving.settle(window)
        assert window.locator(".pick").first.get_attribute("data-code") == "C5"
        assert witness.complaints() == []


def _filled(book: bytes) -> bytes:
    held = openpyxl.load_workbook(io.BytesIO(book))
    sheet = held["网格分派"]
    assert (sheet["A2"].value, sheet["E2"].value) == ("C9", None)
    sheet["E2"], sheet["H2"] = "新网格员", date(2026, 3, 20)
    out = io.BytesIO()
    held.save(out)
    return out.getvalue()
