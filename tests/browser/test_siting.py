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

from dashboard import queries
from dashboard.analysis.proposal import Question
from dashboard.analysis.scenario import Arrangement, Scenario, arranged
from dashboard.filters import Filters
from dashboard.screen import arranging
from dashboard.standards import read_standards
from dashboard.text import number, percent, t
from settings import Settings
from tests import serving

pytestmark = pytest.mark.browser

Reader = Callable[..., Any]
CLOSED = "GC0013"
"""A toilet of the sample."""


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
    """Code and sentences of each line of the list."""
    found: list[list[str]] = window.locator(".pick").evaluate_all(
        "picks => picks.map(pick => [pick.dataset.code, ...[...pick.querySelectorAll('.why, .facts')]"
        ".map(each => each.innerText)])"
    )
    return found


def expected(rows: list[dict[str, Any]], unit: str, language: str = "zh") -> list[list[str]]:
    lines = []
    for row in rows[1:]:
        gain, loss = (t(f"siting.amount.{unit}", language, count=number(row[name])) for name in ("gain", "loss"))
        why = t("siting.gain_line", language, gain=gain, share=percent(row["share"]))
        lines.append([row["code"], why, t("siting.less", language, loss=loss)])
    return lines


def arranged_at(folder: Path, address: str) -> Arrangement:
    """What an address shows, by the analysis alone."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    engine = queries.connect(f"sqlite:///{folder / 'sample.sqlite'}")
    county = queries.county(engine, queries.place(engine))
    snapshot = queries.snapshot(engine, county, Settings().patrol_minutes)
    closed = (CLOSED,) if "shut" in asked else ()
    scenario = Scenario(Question(n=int(asked["n"])), arranging.unpacked(asked["sites"]), closed)
    filters = Filters().resolved(county.place, snapshot)
    return arranged(county, snapshot, filters, scenario, standards=read_standards())


def is_as_reckoned(window: Any, folder: Path) -> Arrangement:
    """Title and list say what the analysis says of the address."""
    made = arranged_at(folder, window.url)
    title = t("siting.share", "zh", before=percent(made.share(made.before)), after=percent(made.share(made.covered)))
    assert window.locator(".reasons-title").first.inner_text().startswith(title)
    assert [line[1] for line in told(window)[: len(made.sites)]] == [
        t("siting.gain_line", "zh", gain=f"{number(row.gain)} 人", share=percent(row.share))
        for row in made.sites.itertuples()
    ]
    return made


def middle(window: Any) -> tuple[float, float]:
    box = window.locator(".gm-map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def after(window: Any, act: Callable[[], Any]) -> None:
    """Once what was done stands in the address and on the screen."""
    before = window.url
    act()
    window.wait_for_function("before => location.href !== before", arg=before)
    serving.settle(window)


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
    window.wait_for_function("location.search.includes('part=siting')")
    serving.settle(window)
    window.locator(".st-key-choice_part").get_by_text("缺口").click()
    window.locator(".gm-choice").first.wait_for()
    window.wait_for_function("!location.search.includes('part=')")
    serving.settle(window)
    assert witness.complaints() == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_three_toilets_are_those_of_the_table(reader: Reader, address: str, folder: Path, language: str) -> None:
    window, witness = opened(reader, address, language=language)
    move_to(window, 3)
    rows = rows_of(folder, "--kind", "toilet", "--sites", "3")
    assert told(window) == expected(rows, "people", language)
    title = t("siting.share", language, before=percent(rows[0]["share"]), after=percent(rows[-1]["share"]))
    bound = t("siting.up_to", language, count=3, share=percent(rows[-1]["bound"] / rows[-1]["total"]))
    assert re.sub(r"\s+", "", window.locator(".reasons-title").first.inner_text()) == re.sub(r"\s+", "", title + bound)
    text = window.locator(".st-key-reasons").inner_text()
    assert all(number(rows[at][name]) in text for at, name in ((0, "covered"), (-1, "covered"), (0, "total")))
    assert t("coverage.to_verify", language) in text  # the radius of toilets is
    assert window.locator(".st-key-reasons canvas, .st-key-reasons .vega-embed svg").count() > 0
    window.locator(".pick").first.click()
    window.wait_for_function("location.search.includes('at=site')")
    serving.settle(window)
    assert parse_qs(urlsplit(window.url).query)["at"] == ["site:1"]
    assert told(window) == expected(rows, "people", language)  # the list stays
    assert t("siting.adds", language, gain=t("siting.amount.people", language, count=number(rows[1]["gain"]))) in (
        window.locator(".st-key-point .card").inner_text()
    )
    assert witness.complaints() == []


def test_a_site_is_dragged_one_added_a_toilet_closed_and_all_taken_back(
    reader: Reader, address: str, folder: Path
) -> None:
    window, witness = opened(reader, address, "part=siting&n=3")
    proposed = told(window)
    after(window, window.locator(".pick").first.click)  # which brings it to the middle
    window.wait_for_timeout(400)
    x, y = middle(window)

    def drag() -> None:
        window.mouse.move(x, y)
        window.mouse.down()
        window.mouse.move(x + 60, y + 5, steps=4)
        window.mouse.up()

    after(window, drag)
    made = is_as_reckoned(window, folder)
    assert made.sites["is_proposed"].tolist() == [False, True, True]
    assert t("siting.moved", "zh") in told(window)[0][2] and "at=site" in window.url
    after(window, lambda: window.keyboard.press("ArrowLeft"))  # the map has the keys, and the site that was dragged
    again = is_as_reckoned(window, folder)
    assert again.sites["lon"][1] < made.sites["lon"][1] and again.sites["lat"][1] == pytest.approx(
        made.sites["lat"][1], abs=2e-6
    )

    window.get_by_role("button", name=t("map.live.add", "zh")).click()
    after(window, lambda: window.mouse.click(x - 150, y - 120))
    window.keyboard.press("Escape")
    assert len(is_as_reckoned(window, folder).sites) == 4
    assert window.locator(".gm-add").get_attribute("aria-pressed") == "false"

    window.goto(window.url.replace("at=site%3A1", f"at=toilet:{CLOSED}"))
    serving.settle(window)
    assert window.url.startswith(address) and len(is_as_reckoned(window, folder).sites) == 4  # a link shows the same
    loss = arranged_at(folder, window.url).facilities["loss"][CLOSED]
    sentence = t("siting.if_closed", "zh", loss=f"{number(loss)} 人")
    assert sentence in window.locator(".st-key-point .card").inner_text()
    after(window, lambda: window.get_by_role("button", name=t("siting.close", "zh")).click())
    closed = is_as_reckoned(window, folder)
    assert closed.facilities["is_closed"][CLOSED] and closed.lost > 0
    assert told(window)[-1][0] == CLOSED

    after(window, lambda: window.get_by_role("button", name=t("siting.undo", "zh")).click())
    assert not is_as_reckoned(window, folder).facilities["is_closed"].any()
    after(window, lambda: window.get_by_role("button", name=t("siting.redo", "zh")).click())
    assert is_as_reckoned(window, folder).facilities["is_closed"][CLOSED]
    after(window, lambda: window.get_by_role("button", name=t("siting.as_proposed", "zh")).click())
    assert told(window) == proposed
    assert witness.complaints() == []


def test_a_cell_that_is_clicked_opens_its_card_with_a_way_back(reader: Reader, address: str, folder: Path) -> None:
    code = rows_of(folder, "--kind", "toilet", "--sites", "1")[1]["code"]
    window, witness = opened(reader, address, f"part=siting&n=3&at=cells:{code}")
    assert window.locator(".card").count() == 1 and window.locator(".st-key-choice_n").count() == 0
    after(window, lambda: window.get_by_role("button", name=t("list.back", "zh")).click())
    assert window.locator(".pick").count() == 3
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


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_nothing_of_the_town_lies_under_the_buttons(reader: Reader, address: str, size: tuple[int, int]) -> None:
    window, _ = reader(address, "zh", size)
    window.goto(f"{address}/coverage?part=standards&ask=lowest_class")
    serving.settle(window)
    rows = window.locator(".gm canvas").evaluate_all(
        """(canvases, { y, height }) => canvases.filter((canvas) => canvas.clientWidth).map((canvas) => {
          const box = canvas.getBoundingClientRect()
          const scale = canvas.width / box.width
          const line = (at) => canvas.getContext("2d").getImageData(0, (at - box.top) * scale, canvas.width, 1).data
          const colours = (at) => new Set(new Uint32Array(line(at).buffer)).size
          return [...Array(Math.floor(height)).keys()].map((down) => colours(y + down))
        })""",
        window.locator(".st-key-choices").bounding_box(),
    )
    assert rows and all(count == 1 for of_canvas in rows for count in of_canvas)


def test_a_zone_without_candidates_says_what_to_do(reader: Reader, address: str) -> None:
    window, witness = opened(reader, address, "part=siting&weight=open&state=closed")
    text = window.locator(".st-key-reasons").inner_text()
    assert t("siting.refusal.no_demand", "zh") in text
    assert not re.search(r"nan|NaN|—", text)
    assert window.locator(".pick").count() == 0
    assert witness.complaints() == []
