"""The Heat page in a real browser: weeks that play, hotspots with their sentence, held against the tables."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.text import number, t
from etl import load
from settings import Settings
from tests import serving

pytestmark = pytest.mark.browser

Reader = Callable[..., Any]
COMPARE = ".gm-toggle:not(.gm-add)"
SURE = {1: 90, 2: 95, 3: 99}
DEFAULT_POINT = "025000009001004"
"""The cell of Boston's default coordinate, by the way its grid is numbered; the tables say so too, see below."""


def opened(reader: Reader, address: str, query: str = "", language: str = "zh") -> Any:
    window, witness = reader(address, language)
    window.goto(f"{address}/heat?{query}")
    serving.settle(window)
    return window, witness


def query_of(window: Any) -> dict[str, str]:
    return {name: found[0] for name, found in parse_qs(urlsplit(window.url).query).items()}


@cache
def rows_of(url: str, table: str, *more: str) -> dict[str, dict[str, Any]]:
    """`python -m dashboard table … --format json`, by code."""
    command = [sys.executable, "-m", "dashboard", "table", table, "--format", "json", *more]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRID_")}
    told = subprocess.run(
        command, cwd=serving.ROOT, env=environment | {"DATABASE_URL": url}, capture_output=True, check=True
    )
    rows = json.loads(told.stdout.decode("utf-8"))["rows"]
    return {row["code"]: row for row in rows if row.get("of", "cell") == "cell"}


@pytest.fixture(scope="module")
def sample_url(folder: Path, address: str) -> str:
    """The database behind `address`."""
    return f"sqlite:///{folder / 'sample.sqlite'}"


@pytest.fixture(scope="module")
def boston(boston_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and database of a year of Boston, with a season and a holiday of its own."""
    folder = tmp_path_factory.mktemp("boston")
    url = f"sqlite:///{folder / 'boston.sqlite'}"
    load.load(
        [serving.ROOT / "tests" / "real" / "boston311"],
        Settings(database_url=url, var_dir=folder),
        progress=lambda _: None,
    )
    marks = folder / "settings.toml"
    marks.write_text(
        '[[marks]]\nname = "Fall"\nfrom = "09-21"\nto = "12-20"\n[[marks]]\nname = "<b>4 July</b>"\nfrom = "07-04"\n',
        encoding="utf-8",
    )
    with serving.served(url, folder, {"GRID_SETTINGS": str(marks)}) as address:
        yield address, url


def week_of(window: Any) -> int:
    return int(window.locator(".gm-bars").get_attribute("aria-valuenow"))


def picture(window: Any) -> str:
    found: str = window.locator(".gm-map canvas").first.evaluate("canvas => canvas.toDataURL()")
    return found


def plays_to_the_last(window: Any, last: int) -> None:
    window.locator(".gm-play").click()
    window.locator(f".gm-bars[aria-valuenow='{last}']").wait_for(timeout=4_000)
    # It stops by itself, and the page follows.
    window.locator(f".gm-play[title='{t('map.live.play', 'zh')}']").wait_for()
    window.wait_for_function("location.search.includes('week=2026-11-20') || !location.search.includes('week=')")
    serving.settle(window)
    assert window.locator(".gm-period").inner_text() in window.locator(".figures").inner_text()


def test_the_weeks_play_to_the_last_one_and_hold_at_a_key(reader: Reader, address: str) -> None:
    window, witness = opened(reader, address, "span=week&week=2026-11-06")
    start, last = week_of(window), int(window.locator(".gm-bars").get_attribute("aria-valuemax"))
    assert last - start == 2
    before = picture(window)
    window.locator(".gm-play").click()
    window.locator(f".gm-bars[aria-valuenow='{start + 1}']").wait_for()
    window.locator(".gm-bars").focus()
    window.keyboard.press("ArrowLeft")
    assert week_of(window) == start
    window.wait_for_timeout(900)
    assert week_of(window) == start
    plays_to_the_last(window, last)
    assert picture(window) != before
    assert window.locator(".gm-week.is-campaign").count() > 0
    # So they do with other amounts and by zones.
    for shown, layer in (("overdue", "cells"), ("open", "zones")):
        window.locator(f".gm-choice[data-choice={shown}]").click()
        window.wait_for_function(f"location.search.includes('show={shown}')")
        serving.settle(window)
        window.locator(".st-key-choice_layer").get_by_text(t(f"layer.{layer}", "zh"), exact=True).click()
        serving.settle(window)
        assert query_of(window).get("layer", "cells") == layer
        window.locator(".gm-bars").focus()
        for _ in range(2):
            window.keyboard.press("ArrowLeft")
        assert week_of(window) == start
        window.wait_for_function("location.search.includes('week=2026-11-06')")
        serving.settle(window)
        before = picture(window)
        plays_to_the_last(window, last)
        assert picture(window) != before
    assert witness.complaints() == []


def test_holidays_and_seasons_stand_below_the_weeks(reader: Reader, boston: tuple[str, str]) -> None:
    window, witness = opened(reader, boston[0], "span=week", "en")
    titles = window.locator(".gm-week").evaluate_all("bars => bars.map(bar => [bar.title, bar.className])")
    fall = [title for title, name in titles if "is-marked" in name and title.endswith("Fall")]
    # From the week of 21 September to that of 20 December: thirteen weeks.
    assert len(fall) == 13
    assert fall[0].startswith("09-21 — 09-27") and fall[-1].startswith("12-14 — 12-20")
    legend = window.locator(".gm-key.is-marked")
    shown = {"Fall"} | ({"<b>4 July</b>"} if any("4 July" in title for title, _ in titles) else set())
    assert set(legend.inner_text().split(", ")) == shown
    assert witness.complaints() == []


@pytest.mark.parametrize("language", serving.LOCALES)
def test_the_worst_cell_is_clicked_shown_and_says_what_the_table_says(
    reader: Reader, address: str, sample_url: str, language: str
) -> None:
    rows = rows_of(sample_url, "hotspots")
    window, witness = opened(reader, address, "show=hotspots", language)
    pick = window.locator(".pick").first
    code = pick.get_attribute("data-code")
    row = rows[code]
    hot = [each for each in rows.values() if each["class_"] > 0 and each["problems"] > 0]
    order = [(each["class_"], each["problems"], each["z"]) for each in hot]
    assert (row["class_"], row["problems"], row["z"]) == max(order)
    ratio = number(row["near_per_km2"] / row["mean_per_km2"], 1)
    line = pick.inner_text()
    assert t("spots.numbers", language, per_km2=number(row["problems_per_km2"]), z=number(row["z"], 1),
             sure=SURE[row["class_"]]) in line  # fmt: skip
    assert ratio in line
    assert pick.locator(".count").inner_text().split()[0] == number(row["problems"])
    ruler = window.locator(".gm-length").inner_text()
    pick.click()
    window.locator(".card", has_text=code).wait_for()
    serving.settle(window)
    window.wait_for_timeout(500)
    assert query_of(window)["at"] == f"cells:{code}"
    assert window.locator(".gm-length").inner_text() != ruler
    box = window.locator(".gm-map").bounding_box()
    window.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert code in window.locator(".gm-tip").inner_text()
    said = window.locator(".why-panel").first.inner_text()
    told = {"neighbours": number(row["neighbours"]), "near": number(row["near_per_km2"], 1), "ratio": ratio,
            "mean": number(row["mean_per_km2"], 1), "chance": 100 - SURE[row["class_"]],
            "places": t("spots.why.cells", language)}  # fmt: skip
    assert t("spots.why.hot", language, **told) in said
    own = {"problems": number(row["problems"]), "per_km2": number(row["problems_per_km2"])}
    assert t("spots.why.own", language, **own) in said
    # Method, date of the data, number of points, what was left out.
    assert "Gi*" in said and number(row["radius_m"]) in said
    assert "2026-11-20 18:00" in said
    assert number(sum(each["problems"] for each in rows.values())) in said.split("\n")[-3]
    left_out = sum(each["at_default_point"] for each in rows_of(sample_url, "cells").values())
    assert said.split("\n")[-1] == t("spots.why.left_out", language, count=number(left_out))
    if language == "zh":
        assert serving.english_on(window) == set()
    assert witness.complaints() == []


@pytest.mark.parametrize("language", ["zh"])
def test_trend_lists_what_the_table_says(reader: Reader, address: str, sample_url: str, language: str) -> None:
    rows = rows_of(sample_url, "trends")
    window, witness = opened(reader, address, "show=hotspots", language)
    window.locator(".gm-choice[data-choice=trend]").click()
    window.locator(".reasons-title", has_text=t("spots.title_trend", language)).wait_for()
    serving.settle(window)
    lines = window.locator(".pick").evaluate_all("picks => picks.map(pick => [pick.dataset.code, pick.innerText])")
    assert lines
    for code, text in lines:
        row = rows[code]
        category = row["category"]
        if category != "none":
            hot = t("spots.line_trend", language, weeks=row["weeks"], hot=row["weeks_hot"],
                    category=t(f"spots.category_{category}", language))  # fmt: skip
            assert hot in text
        assert row["problems"] > 0 or row["way"] == "rising"
        assert text.split("\n")[-2] == number(row["problems"])
    worse = {"new_hot", "consecutive_hot", "intensifying_hot"}
    categories = [rows[code]["category"] for code, _ in lines]
    getting_worse = sum(row["category"] in worse and row["problems"] > 0 for row in rows.values())
    assert [each in worse for each in categories].count(True) == min(getting_worse, len(lines))
    assert serving.english_on(window) == set()
    assert witness.complaints() == []


@pytest.mark.parametrize("language", ["en"])
def test_change_lists_what_the_table_says(reader: Reader, address: str, sample_url: str, language: str) -> None:
    rows = rows_of(sample_url, "cells")
    window, witness = opened(reader, address, "show=change", language)
    lines = window.locator(".pick").evaluate_all(
        "picks => picks.map(pick => [pick.dataset.code, pick.innerText, pick.querySelector('.count').innerText])"
    )
    more = sorted((row["change"] for row in rows.values() if row["change"] > 0), reverse=True)
    assert [rows[code]["change"] for code, _, _ in lines] == more[:10]
    for code, text, count in lines:
        row = rows[code]
        before = {"before": number(row["problems"] - row["change"]), "now": number(row["problems"])}
        assert t("spots.line_change", language, **before) in text
        assert count.split()[0] == f"+{row['change']}"
    assert witness.complaints() == []


def grip_of(window: Any) -> tuple[float, float]:
    box = window.locator(".gm-grip").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_two_moments_are_compared_by_mouse_touch_and_keys(reader: Reader, address: str, sample_url: str) -> None:
    window, witness = reader(address, "zh")
    sent: list[Any] = []

    def tell(frame: Any) -> None:
        sent.append(frame)

    window.on("websocket", lambda socket: socket.on("framesent", tell))
    window.goto(f"{address}/heat?show=problems")
    serving.settle(window)
    assert not window.locator(".gm-divider").is_visible()
    window.locator(COMPARE).click()
    divider = window.locator(".gm-divider[role=separator]")
    divider.wait_for()
    serving.settle(window)
    # One period before, and the address says so.
    assert query_of(window)["vs"] == "2026-10-23"
    assert window.locator(".gm-moment select").evaluate("e => e.selectedOptions[0].label") == "09-26 — 10-23"
    assert window.locator(".gm-moment.is-now").inner_text() == "10-24 — 11-20"
    told, (x, y) = len(sent), grip_of(window)
    pictures = {picture(window)}
    window.mouse.move(x, y)
    window.mouse.down()
    window.mouse.move(x + 90, y + 10, steps=4)
    window.mouse.up()
    assert abs(grip_of(window)[0] - x - 90) < 2
    pictures.add(picture(window))
    touch = window.context.new_cdp_session(window)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    finger = {"x": x + 90, "y": y}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    for step in range(1, 5):
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [finger | {"x": x + 90 - 40 * step}]}
        )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    assert abs(grip_of(window)[0] - x + 70) < 2
    pictures.add(picture(window))
    divider.focus()
    at = int(divider.get_attribute("aria-valuenow"))
    window.keyboard.press("ArrowRight")
    assert int(divider.get_attribute("aria-valuenow")) == at + 2
    window.keyboard.press("Home")
    assert divider.get_attribute("aria-valuenow") == "0"
    assert not window.locator(".gm-moment.is-before").is_visible()
    now_only = picture(window)
    window.keyboard.press("End")
    pictures |= {now_only, picture(window)}
    assert len(pictures) == 5
    # All of that without a word to the server.
    assert len(sent) == told
    window.keyboard.press("PageDown")
    box = window.locator(".gm-map").bounding_box()
    window.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.42)
    lines = window.locator(".gm-tip").inner_text().split("\n")
    now = rows_of(sample_url, "cells")
    before = rows_of(sample_url, "cells", "--start", "2026-09-26", "--end", "2026-10-23", "--as-of", "2026-10-23T18:00")
    code = next(line for line in lines if line in now)
    assert [line.split(" ·")[0] for line in lines[-4:]] == [
        "09-26 — 10-23", number(before[code]["problems"]), "10-24 — 11-20", number(now[code]["problems"]),
    ]  # fmt: skip
    assert serving.english_on(window) == set()
    assert witness.complaints() == []


def test_the_compared_moment_is_chosen_shown_to_a_colleague_printed_and_let_go(reader: Reader, address: str) -> None:
    window, witness = opened(reader, address, "show=overdue&layer=zones&vs=2026-10-23", "en")
    select = window.locator(".gm-moment select")
    assert select.evaluate("e => e.selectedOptions[0].label") == "to 10-23"
    first = picture(window)
    select.select_option("2026-09-11")
    window.wait_for_function("location.search.includes('vs=2026-09-11')")
    serving.settle(window)
    assert select.evaluate("e => e.selectedOptions[0].label") == "to 09-11"
    assert picture(window) != first
    colleague, other = opened(reader, address, urlsplit(window.url).query, "en")
    assert picture(colleague) == picture(window)
    colleague.emulate_media(media="print")
    sides = colleague.locator(".gm-side")
    sides.nth(1).wait_for()
    assert sides.locator("figcaption").all_inner_texts() == ["to 09-11", "to 11-20"]
    drawn = sides.locator("canvas").evaluate_all("all => all.map(canvas => canvas.toDataURL())")
    assert len(set(drawn)) == 2 and all(len(each) > 20_000 for each in drawn)
    assert not colleague.locator(".gm-divider").is_visible()
    assert colleague.locator(".worst .pick").count() == colleague.locator(".worst .pick:visible").count() > 0
    window.locator(COMPARE).click()
    window.wait_for_function("!location.search.includes('vs=')")
    serving.settle(window)
    assert not window.locator(".gm-divider").is_visible()
    assert witness.complaints() + other.complaints() == []


def test_weeks_are_compared_with_an_earlier_week(reader: Reader, address: str) -> None:
    window, witness = opened(reader, address, "span=week&week=2026-10-30&vs=2026-10-23")
    label = window.locator(".gm-moment select")
    assert label.evaluate("e => e.selectedOptions[0].label") == "10-17 — 10-23"
    window.locator(".gm-bars").focus()
    window.keyboard.press("End")
    assert label.evaluate("e => e.selectedOptions[0].label") == "10-17 — 10-23"
    assert window.locator(".gm-moment.is-now").inner_text() == "11-14 — 11-20"
    window.wait_for_timeout(600)
    serving.settle(window)
    # What is compared with is always earlier.
    for _ in range(5):
        window.keyboard.press("ArrowLeft")
    assert window.locator(".gm-moment.is-now").inner_text() == "10-10 — 10-16"
    assert label.evaluate("e => e.selectedOptions[0].label") == "10-03 — 10-09"
    window.keyboard.press("Home")
    assert not window.locator(".gm-divider").is_visible()
    assert window.locator(COMPARE).is_disabled()
    window.wait_for_timeout(600)
    serving.settle(window)
    assert witness.complaints() == []


def test_no_english_word_on_the_chinese_charts_and_zones(reader: Reader, address: str) -> None:
    window, witness = opened(reader, address, "show=trend&layer=zones&beside=charts")
    window.locator(".st-key-reasons canvas, .st-key-reasons svg").first.wait_for()
    assert serving.english_on(window) == set()
    assert witness.complaints() == []


def test_boston_is_shown_without_the_peak_at_the_default_point(reader: Reader, boston: tuple[str, str]) -> None:
    address, url = boston
    year = ("--start", "2015-01-01", "--end", "2015-12-31")
    real, false = rows_of(url, "hotspots", *year), rows_of(url, "hotspots", *year, "--with-default-points")
    counted = {name: max(rows.values(), key=lambda row: row["problems"]) for name, rows in
               (("without", real), ("with", false))}  # fmt: skip
    assert counted["with"]["code"] == DEFAULT_POINT != counted["without"]["code"]
    assert (false[DEFAULT_POINT]["problems"], real[DEFAULT_POINT]["problems"]) == (2_521, 92)
    query = "start=2015-01-01&end=2015-12-31"
    window, witness = opened(reader, address, f"{query}&show=problems", "en")
    assert DEFAULT_POINT not in window.locator("ol.worst").inner_text()
    assert window.locator(".worst .pick").first.get_attribute("data-code") == counted["without"]["code"]
    window.goto(f"{address}/heat?{query}&show=hotspots&at=cells:{DEFAULT_POINT}")
    serving.settle(window)
    said = window.locator(".why-panel").first.inner_text()
    # Its surroundings are the busiest of the city; what it says of itself is without the default point.
    own = real[DEFAULT_POINT]
    assert t("spots.why.own", "en", problems="92", per_km2=number(own["problems_per_km2"])) in said
    assert t("spots.why.left_out", "en", count="2,429") in said
    hot = {code for code, row in real.items() if row["class_"] > 0}
    # So many on one coordinate make real hotspots look usual.
    assert len(hot - {code for code, row in false.items() if row["class_"] > 0}) >= 20
    assert witness.complaints() == []
