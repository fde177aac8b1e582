"""The visits part in a real browser: one way through it, held against the table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard import queries, tables
from dashboard.filters import Filters
from dashboard.standards import read_standards
from dashboard.text import number, percent, t
from settings import Settings
from tests import serving

pytestmark = pytest.mark.browser


def table(folder: Path, name: str, days: int | None = None) -> Any:
    """What `python -m dashboard table` gives."""
    engine = queries.connect(f"sqlite:///{folder / 'sample.sqlite'}")
    settings = Settings()
    county = queries.county(engine, queries.place(engine))
    snapshot = queries.snapshot(engine, county, settings.patrol_minutes)
    filters = Filters().resolved(county.place, snapshot)
    return tables.table(name, tables.Asked(county, snapshot, filters, settings, read_standards(), days=days))


def test_from_the_longest_unseen_cell_to_its_calendar(
    reader: Callable[..., Any], address: str, folder: Path, tmp_path: Path
) -> None:
    import openpyxl

    window, witness = reader(address, "zh")
    window.goto(f"{address}/coverage?part=rounds")
    serving.settle(window)
    every = table(folder, "unvisited")
    seen, late, of = int((~every["is_unvisited"]).sum()), int(every["is_late"].sum()), len(every)
    told = t("visits.sentence", "zh", seen=number(seen), of=number(of), share=percent(seen / of), late=number(late),
             late_share=percent(late / of))  # fmt: skip
    assert window.locator(".reasons-title").first.inner_text().strip() == told
    assert serving.english_on(window) == set()
    box = window.locator(".st-key-choice_days input")
    box.fill("20")
    box.press("Enter")
    window.wait_for_function("location.search.includes('days=20')")
    serving.settle(window)
    rows = table(folder, "unvisited", 20)
    codes = window.locator(".pick").evaluate_all("picks => picks.map(pick => pick.dataset.code)")
    assert codes == rows["code"].tolist()[:10] and 10 < len(rows) < len(every)
    with window.expect_download() as download:
        window.locator(".st-key-unseen_download button").click()
    download.value.save_as(tmp_path / "unseen.xlsx")
    heading, *lines = openpyxl.load_workbook(tmp_path / "unseen.xlsx").active.iter_rows(values_only=True)
    assert [line[heading.index("网格编码")] for line in lines] == rows["code"].tolist()
    window.locator(".pick").first.click()
    window.locator(".st-key-let_go").wait_for()
    serving.settle(window)
    assert parse_qs(urlsplit(window.url).query)["at"] == [f"cells:{codes[0]}"]
    window.locator(".st-key-reasons .vega-embed :is(canvas, svg)").first.wait_for()
    window.locator(".st-key-let_go button").click()
    window.locator(".st-key-let_go").wait_for(state="detached")
    serving.settle(window)
    window.locator(".st-key-choice_view").get_by_text("日历").click()
    window.locator(".st-key-reasons .vega-embed").nth(1).wait_for()
    serving.settle(window)
    assert number(table(folder, "workers")["visits"].sum()) in window.locator(".st-key-reasons").inner_text()
    assert window.evaluate("(e => e.scrollHeight - e.clientHeight)(document.querySelector('.stMain'))") <= 1
    assert witness.complaints() == []
