"""A meeting in a real browser: two views saved, the page on the projector, stepped through by keys, lit, drawn on."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import serving

pytestmark = pytest.mark.browser

# Pixels of the pen's red, and the mean brightness of the drawing.
_INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let red = 0, light = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] === 228 && data[i + 1] === 0 && data[i + 2] === 43) red += 1;
    light += data[i] + data[i + 1] + data[i + 2];
  }
  return [red, light / data.length];
}"""


def query(window: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(window.url).query)


def ink(window: Any) -> tuple[int, float]:
    red, light = window.locator(".gm-map canvas").first.evaluate(_INK)
    return red, light


def metres(window: Any) -> int:
    """Of the bar of the map's scale."""
    length, unit = window.locator(".gm-length").inner_text().split()
    return int(length) * {"米": 1, "公里": 1_000}[unit]


def farther(window: Any, than_m: int) -> None:
    """Waits until the map shows more ground than with a bar of so many metres."""
    ends = time.monotonic() + 10
    while metres(window) <= than_m:
        assert time.monotonic() < ends, f"still {metres(window)} m"
        window.wait_for_timeout(100)


def save(window: Any, name: str) -> None:
    window.locator(".st-key-views button").first.click()
    window.locator(".st-key-view_name input").fill(name)
    window.locator(".st-key-view_remark input").fill(f"{name}的备注")
    window.locator(".st-key-view_save button").click()
    window.locator("[class*=st-key-show_] button", has_text=name).first.wait_for()
    window.keyboard.press("Escape")
    serving.settle(window)


def title(window: Any, text: str) -> None:
    """Waits until the item is on, and shown."""
    window.locator(".stage-title b", has_text=text).first.wait_for()
    window.wait_for_timeout(250)
    serving.settle(window)


def test_a_meeting_by_keys(reader: Callable[..., Any], address: str) -> None:
    window, witness = reader(address, "zh")
    window.goto(f"{address}/heat?show=overdue")
    serving.settle(window)
    whole = metres(window)
    while metres(window) * 4 > whole:
        window.get_by_title("放大", exact=True).click()
        window.wait_for_timeout(100)  # while it moves, the map takes no other click
    near = metres(window)
    save(window, "近看逾期")
    window.get_by_role("link", name="总览").click()
    window.locator(".st-key-time").wait_for()
    serving.settle(window)
    window.get_by_title("看全图", exact=True).click()
    farther(window, near)
    save(window, "全县一张图")

    window.locator(".st-key-present button").first.click()
    window.locator(".stage-bar").wait_for()
    serving.settle(window)
    hidden = [
        window.locator(name).is_visible() for name in ("[data-testid=stSidebar]", ".st-key-topline", ".st-key-reasons")
    ]
    assert not any(hidden)
    assert serving.english_on(window) == set()
    window.keyboard.press("3")
    title(window, "近看逾期")
    window.wait_for_url("**/heat?**")
    # The stretch that was seen, on a larger map.
    assert 20 < metres(window) <= near and query(window)["show"] == ["overdue"]
    assert "近看逾期的备注" in window.locator(".gm-info").inner_text()
    window.keyboard.press("PageDown")
    title(window, "全县一张图")
    farther(window, near)
    assert urlsplit(window.url).path == "/" and "show" not in query(window)

    window.keyboard.press("2")
    window.wait_for_function("location.search.includes('agenda=cells')")
    serving.settle(window)
    for _ in range(3):  # quick keys are one step
        window.keyboard.press("ArrowRight")
    window.wait_for_function("location.search.includes('step=4')")
    serving.settle(window)
    window.wait_for_timeout(500)
    assert query(window)["at"][0].startswith("cells:") and window.locator(".gm-info b").inner_text()
    _, dimmed = ink(window)
    window.keyboard.press("s")
    assert ink(window)[1] > dimmed * 1.3
    window.keyboard.press("s")

    window.keyboard.press("p")
    box = window.locator(".gm-map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    window.mouse.move(x - 90, y - 60)
    window.mouse.down()
    window.mouse.move(x + 60, y - 60, steps=6)
    window.mouse.up()
    drawn = ink(window)[0]
    assert drawn > 150 and query(window)["step"] == ["4"]
    window.keyboard.press("ArrowLeft")  # lies on the ground: with the next place in view it is elsewhere
    window.wait_for_function("location.search.includes('step=3')")
    serving.settle(window)
    window.wait_for_timeout(500)
    assert ink(window)[0] != drawn
    window.keyboard.press("c")
    assert ink(window)[0] == 0

    window.keyboard.press("?")
    assert window.locator(".stage-over").is_visible() and serving.english_on(window) == set()
    window.keyboard.press("Escape")
    assert not window.locator(".stage-over").is_visible()
    window.keyboard.press("Escape")
    window.locator(".st-key-topline").wait_for()
    serving.settle(window)
    assert not {"present", "agenda", "step"} & query(window).keys() and window.locator(".stage-bar").count() == 0
    assert window.locator(".gm-tool[data-tool=pen]").count() == 0
    # Where the papers are made there is no map: it goes on with the agenda.
    window.get_by_role("link", name="简报").click()
    window.locator(".st-key-briefing_choices").wait_for()
    window.locator(".st-key-present button").first.click()
    title(window, "近看逾期")
    window.wait_for_function("location.pathname === '/heat' && location.search.includes('agenda=views')")
    assert witness.complaints() == []
