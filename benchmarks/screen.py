"""A filter changed to a map painted anew, in a real browser: our heat page, and st_folium with `feature_group_to_add`.

`python -m benchmarks.screen [--scale 1000] [--rounds 7]`: all show the same cells of one county (about 5,000 cells, a
million problems) coloured by problems per km² of the period. A change takes one more category in the same widget, so
no answer lies in a cache. The clock is the browser's: from the pointer going down on the category to the map that holds
other colours than before. Ours is the page as it is, with its figures and list; the rival is a map alone
(`st_folium_app`), drawn as its documentation shows and, faster, on one canvas. No network is there: what the rival asks
of a CDN is answered from files.
"""

import argparse
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.servers import OURS, county_url, served
from tests.serving import launch, settle

RIVAL = Path(__file__).with_name("st_folium_app.py")
WINDOW = {"width": 1366, "height": 768}
OUR_NAME, PLAIN, CANVAS = "ours", "st_folium", "st_folium, prefer_canvas"
WANTED_S, WANTED_RATIO = 0.5, 5
_PATIENCE_MS = 120_000

# Given the element that counts the drawings (ours) or the frame of the rival, promises the milliseconds of a change.
_WATCH = """(root) => {
  const inner = root.contentWindow
  const all = (selector) => [...(inner ? inner.document : root).querySelectorAll(selector)]
  const count = () => (inner ? inner.feature_group.length : Number(root.dataset.drawn))
  const frame = () => new Promise(requestAnimationFrame)
  const ink = () => all("canvas")[0]?.getContext("2d")
  const picture = () => {
    if (!ink()) return all("path").map((path) => path.getAttribute("fill")).join()
    const { width, height } = ink().canvas
    const pixels = new Uint32Array(ink().getImageData(0, 0, width, height).data.buffer)
    return pixels.reduce((sum, pixel) => (Math.imul(sum, 31) + pixel) | 0, 0)
  }
  const before = picture()
  let seen = count()
  window.painted = new Promise((resolve, reject) => {
    window.addEventListener("pointerdown", async () => {
      const begun = performance.now()
      for (;;) {
        await frame()
        if (performance.now() - begun > 120000) return reject(new Error("the map stayed as it was"))
        if (count() === seen) continue
        seen = count()
        await frame() // Leaflet's canvas draws in the frame after its layers came; SVG has been laid out by then
        ink()?.getImageData(0, 0, 1, 1) // ends once all drawing before it has been carried out
        const ended = performance.now()
        if (picture() !== before) return resolve(ended - begun)
      }
    }, { capture: true, once: true })
  })
}"""


def main() -> None:
    """Prints medians, ratio, and what was wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    url = county_url(options.scale)
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder_name, sync_playwright() as playwright:
        folder = Path(folder_name)
        with served(OURS, url, folder) as ours, served(RIVAL, url, folder) as theirs:
            browser = launch(playwright, chromium(), folder)
            pages = {
                OUR_NAME: _open_ours(browser, ours.address),
                PLAIN: _open_rival(browser, theirs.address),
                CANVAS: _open_rival(browser, f"{theirs.address}/?canvas=1"),
            }
            for _ in range(options.rounds + 1):
                for name, (page, root) in pages.items():
                    seconds.setdefault(name, []).append(change(page, root))
                    print(f"  {name}: {seconds[name][-1]:.2f} s", file=sys.stderr, flush=True)
            browser.close()
    _print({name: each[1:] for name, each in seconds.items()})


def _print(seconds: dict[str, list[float]]) -> None:
    """Medians and ratios of the changes but the first of each, which also loads code."""
    median = {name: statistics.median(each) for name, each in seconds.items()}
    print(f"filter change to painted map, {len(seconds[OUR_NAME])} changes each, in turn")
    for name, each in seconds.items():
        print(f"{name:32} median {median[name]:6.2f} s ({min(each):.2f}–{max(each):.2f})")
    print(f"ours                       {median[OUR_NAME]:.2f} s (wanted: under {WANTED_S} s)")
    print(f"st_folium ÷ ours           {median[PLAIN] / median[OUR_NAME]:.1f}   (wanted: at least {WANTED_RATIO})")
    print(f"st_folium on canvas ÷ ours {median[CANVAS] / median[OUR_NAME]:.1f}")


def chromium() -> str:
    """The path of the system's Chromium; ends the program where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("Chromium is missing: apt-get install chromium")
    return found


def change(page: Any, root: Any) -> float:
    """Takes one more category; seconds from the pointer going down on it to the painted map."""
    page.locator(".st-key-filter_category input").click()
    option = page.get_by_role("option").first
    option.wait_for()
    root.evaluate(_WATCH)
    option.click()
    took: float = page.evaluate("window.painted")
    page.keyboard.press("Escape")
    settle(page, has_map=False)
    return took / 1000


def _page(browser: Any) -> Any:
    page = browser.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    page.set_default_timeout(_PATIENCE_MS)
    return page


def _open_ours(browser: Any, address: str) -> tuple[Any, Any]:
    page = _page(browser)
    page.goto(f"{address}/heat")
    root = page.wait_for_selector(".gm[data-drawn]")
    settle(page)
    return page, root


def _open_rival(browser: Any, address: str) -> tuple[Any, Any]:
    page = _page(browser)
    page.context.route(re.compile("^https:"), _answer)
    page.goto(address)
    frame = page.wait_for_selector("iframe[title*=st_folium]")
    page.wait_for_function(
        "() => document.querySelector('iframe[title*=st_folium]').contentWindow.feature_group?.length"
    )
    settle(page, has_map=False)
    return page, frame


def _answer(route: Any) -> None:
    """Leaflet from its package in place of the CDN; the rest of what folium asks for, empty: nothing here needs it."""
    from xstatic.pkg import leaflet

    name = route.request.url.partition("?")[0].rpartition("/")[2]
    file = Path(leaflet.BASE_DIR) / name
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    headers = {"access-control-allow-origin": "*"}
    body = file.read_text(encoding="utf-8") if name in ("leaflet.js", "leaflet.css") else ""
    route.fulfill(status=200, content_type=kind, body=body, headers=headers)


if __name__ == "__main__":
    main()
