"""What there is against the standards in a real browser: one way through all questions, held against the tables."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard import queries, tables
from dashboard.filters import Filters
from dashboard.standards import read_standards
from dashboard.text import number, t
from settings import Settings
from tests import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def rows_of(address: str, folder: Path) -> Callable[..., list[dict[str, Any]]]:
    """Rows of a table of the sample, for days of a period."""
    settings = Settings(database_url=f"sqlite:///{folder / 'sample.sqlite'}")
    engine = queries.connect(settings.url)
    county = queries.county(engine, queries.place(engine))
    snapshot = queries.snapshot(engine, county, settings.patrol_minutes)

    def told(name: str, **period: date) -> list[dict[str, Any]]:
        filters = Filters(**period).resolved(county.place, snapshot)  # type: ignore[arg-type]
        asked = tables.Asked(county, snapshot, filters, settings, read_standards())
        rows: list[dict[str, Any]] = tables.table(name, asked).to_dict("records")
        return rows

    return told


def listed(window: Any) -> list[list[str]]:
    """Code and number of each line of the list."""
    found: list[list[str]] = window.locator(".pick").evaluate_all(
        "picks => picks.map(pick => [pick.dataset.code, pick.querySelector('.count').firstChild.textContent])"
    )
    return found


def ask(window: Any, name: str) -> None:
    window.locator(".st-key-choice_ask").get_by_text(t(f"provision.{name}", "zh"), exact=True).click()
    window.wait_for_function(f"location.search.includes('ask={name}')")
    serving.settle(window)


def test_from_supply_to_street_vending(
    reader: Callable[..., Any], address: str, rows_of: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    window, witness = reader(address)
    window.goto(f"{address}/coverage?part=standards")
    serving.settle(window)
    least = [row for row in rows_of("supply") if (row["of"], row["kind"]) == ("facility", "toilet")][:10]
    assert listed(window) == [[row["code"], number(row["per_thousand"], 2)] for row in least]
    window.locator(".pick").first.click()
    window.wait_for_function(f"location.search.includes('{least[0]['code']}')")
    serving.settle(window)
    assert f"at=toilet%3A{least[0]['code']}" in window.url, "the toilet itself is ringed"

    provision = [row for row in rows_of("provision") if row["of"] == "spacing"]
    ask(window, "spacing")
    window.locator(".st-key-choice_against").click()
    window.get_by_role("option", name=t("provision.against.public", "zh")).click()
    window.wait_for_function("location.search.includes('against=public')")
    serving.settle(window)
    far = [row for row in provision if row["against"] == "public" and row["state"] != "within"]
    assert listed(window) == [[row["code"], number(row["neighbour_m"])] for row in far[:10]]
    with window.expect_download() as download:
        window.locator(".st-key-against_download button").click()
    download.value.save_as(tmp_path / "spacing.xlsx")
    assert (tmp_path / "spacing.xlsx").stat().st_size > 0

    ask(window, "vending")
    assert t("provision.vending_too_few", "zh") in window.locator(".st-key-reasons").inner_text()
    window.locator(".st-key-whole_period button").click()
    window.wait_for_function("location.search.includes('start=')")
    window.locator(".reasons-title", has_text=t("provision.vending_no_difference", "zh")).wait_for()
    serving.settle(window)
    start = date.fromisoformat(window.evaluate("new URLSearchParams(location.search).get('start')"))
    cells = [row for row in rows_of("vending", start=start, end=date(2026, 11, 20)) if row["of"] == "cell"]
    assert listed(window) == [[row["code"], number(row["beyond"])] for row in cells if row["beyond"]][:10]
    assert witness.complaints() == []
