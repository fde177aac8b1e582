"""The map in a real browser: drawn, clicked, kept over a rerun, and asking nobody but its own server."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[3]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("live")
    options = {"server.port": port, "server.headless": "true", "server.address": "127.0.0.1",
               "browser.gatherUsageStats": "false", "server.fileWatcherType": "none"}  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", str(Path(__file__).parent / "live_app.py")]
    command += [f"--{name}={value}" for name, value in options.items()]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "GRID_TEST_SIDE": "34"}
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(150):
                try:
                    urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                    break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.2)
            yield address
        finally:
            process.terminate()
            process.wait(10)


class Visit:
    """A page with what it asked for and what it complained of."""

    def __init__(self, page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.wrong: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfailed", lambda request: self.wrong.append(f"failed {request.url}"))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_selector(".gm[data-drawn]", timeout=30_000)
        self.page.wait_for_timeout(150)

    def drawn(self) -> int:
        return int(self.page.get_attribute(".gm", "data-drawn"))

    def after(self, count: int) -> None:
        self.page.wait_for_function(
            "n => +document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
            ".querySelector('.gm').dataset.drawn > n",
            arg=count,
        )

    def pixel(self, x: int, y: int) -> list[int]:
        """Colour of the drawing at a place of the page."""
        return self.page.evaluate(
            """([x, y]) => {
              const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
              const canvas = root.querySelector('canvas'); const box = canvas.getBoundingClientRect();
              const ratio = canvas.width / box.width;
              return [...canvas.getContext('2d').getImageData((x - box.x) * ratio, (y - box.y) * ratio, 1, 1).data];
            }""",
            [x, y],
        )

    def picture(self) -> str:
        return self.page.evaluate(
            "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.querySelector('canvas').toDataURL()"
        )

    def scale(self) -> str:
        return self.page.inner_text(".gm-length") + self.page.get_attribute(".gm-bar", "style")

    def blobs(self) -> list[str]:
        return [url for url in self.asked if "/grid-map/blob/" in url]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield made
        made.close()


SIZE = {"width": 1366, "height": 768}


@pytest.fixture(scope="module")
def reader(browser) -> object:
    """One reader for all visits, who has the scripts of the first in the cache."""
    return browser.new_context(viewport=SIZE)


@pytest.fixture
def newcomer(browser) -> object:
    """Somebody who has nothing in the cache."""
    return browser.new_context(viewport=SIZE)


@pytest.fixture
def visit(request: pytest.FixtureRequest) -> Iterator[Visit]:
    page = request.getfixturevalue(getattr(request, "param", "reader")).new_page()
    found = Visit(page)
    yield found
    hosts = {urlsplit(url).hostname for url in found.asked if urlsplit(url).scheme in ("http", "https", "ws")}
    assert hosts == {"127.0.0.1"}
    assert found.wrong == []
    page.close()


@pytest.mark.parametrize("query", ["", "page=overview&lang=en", "page=points", "page=coverage", "page=responsibility"])
def test_drawn(server: str, visit: Visit, query: str) -> None:
    visit.open(f"{server}/?{query}")
    assert visit.page.get_attribute(".gm", "data-version") == "1"
    assert len(visit.picture()) > 50_000
    assert visit.page.inner_text(".gm-mark") == "内部用图"
    assert visit.page.is_visible(".gm-legend")
    language = visit.page.get_attribute(".gm", "lang")
    assert language == ("en" if "en" in query else "zh-CN")


def test_the_view_survives_a_rerun_and_geometry_comes_once(server: str, visit: Visit) -> None:
    visit.open(server)
    first = visit.scale()
    visit.page.mouse.move(640, 300)
    visit.page.mouse.wheel(0, -400)
    visit.page.wait_for_timeout(900)
    zoomed, picture, count = visit.scale(), visit.picture(), visit.drawn()
    assert zoomed != first
    visit.page.click("text=rerun")
    visit.after(count)
    visit.page.wait_for_timeout(200)
    assert visit.scale() == zoomed
    assert visit.picture() != picture  # other figures, the same view
    assert len(visit.blobs()) == 1
    visit.page.click(".gm-tool >> nth=2")
    visit.page.wait_for_timeout(200)
    assert visit.scale() == first


@pytest.mark.parametrize("visit", ["newcomer"], indirect=True)
def test_a_reload_takes_geometry_from_the_browsers_own_cache_and_nobody_else_gets_it(server: str, visit: Visit) -> None:
    visit.open(server)
    # It is for who has the token of a session.
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(visit.blobs()[0], timeout=5)
    visit.page.reload()
    visit.page.wait_for_selector(".gm[data-drawn]")
    sizes = visit.page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('/grid-map/')).map(e => e.transferSize)"
    )
    assert sizes == [0] * len(sizes)
    assert len(sizes) == 2  # the script and the geometry


def test_weeks_slide_without_the_server_and_are_told_once_at_rest(server: str, visit: Visit) -> None:
    visit.open(f"{server}/?weeks=1")
    visit.page.wait_for_selector(".gm-week.is-current")
    count, picture = visit.drawn(), visit.picture()
    visit.page.focus(".gm-bars")
    for _ in range(3):
        visit.page.keyboard.press("ArrowLeft")
    assert visit.page.get_attribute(".gm-bars", "aria-valuenow") == "22"
    assert visit.picture() != picture
    assert visit.drawn() == count
    visit.page.wait_for_selector("text=/week 22 /")
    visit.page.keyboard.press("Home")
    assert visit.page.get_attribute(".gm-bars", "aria-valuenow") == "0"
    assert len(visit.blobs()) == 2  # geometry and the weeks


def test_switches_and_buttons(server: str, visit: Visit) -> None:
    visit.open(f"{server}/?page=overview")
    visit.page.click(".gm-tool >> nth=3")
    before = visit.picture()
    visit.page.uncheck(".gm-switch input[name=toilet]")
    without = visit.picture()
    assert without != before
    visit.page.uncheck(".gm-switch input[name=colours]")
    assert visit.picture() != without
    count = visit.drawn()
    visit.page.click("text=rerun")
    visit.after(count)
    assert not visit.page.is_checked(".gm-switch input[name=toilet]")


def test_what_a_reader_points_at_picks_and_chooses(server: str, visit: Visit) -> None:
    visit.open(server)
    assert not visit.page.is_visible(".gm-tip")
    visit.page.mouse.move(640, 300)
    visit.page.wait_for_selector(".gm-tip")
    assert "每平方公里问题数" in visit.page.inner_text(".gm-tip")
    visit.page.mouse.move(30, 400)
    visit.page.wait_for_selector(".gm-tip", state="hidden")
    before = visit.picture()
    visit.page.mouse.click(640, 300)
    visit.page.wait_for_selector("text=/clicked \\('cells', '9999000/")
    assert visit.picture() != before
    visit.page.click(".gm-choice[data-choice=problems]")
    visit.page.wait_for_selector("text=/choice problems/")


def test_keyboard_alone(server: str, visit: Visit) -> None:
    visit.open(server)
    visit.page.focus(".gm-map")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("text=/clicked \\('cells'/")


def test_it_follows_its_size(server: str, visit: Visit) -> None:
    visit.open(server)
    visit.page.set_viewport_size({"width": 1920, "height": 1080})
    visit.page.wait_for_timeout(500)
    box = visit.page.locator(".gm").bounding_box()
    assert box["height"] == 1080 - 90
    assert box["width"] == 1920
    assert visit.pixel(960, 400)[3] == 255  # the town was fitted to the new size


def test_hostile_names_stay_texts(server: str, visit: Visit) -> None:
    visit.open(f"{server}/?page=overview&evil=1")
    for x, y in ((640, 300), (690, 130), (560, 400), (693, 103)):
        visit.page.mouse.move(x, y)
        visit.page.wait_for_timeout(60)
    visit.page.click(".gm-tool >> nth=3")
    assert "<script>" in visit.page.inner_text(".gm-tip, .gm-go")
    assert visit.page.evaluate("window.evil") is None


@pytest.mark.parametrize("visit", ["newcomer"], indirect=True)
def test_what_the_server_has_lost_is_published_again(server: str, visit: Visit) -> None:
    visit.open(f"{server}/?lose=1")
    assert len(visit.picture()) > 50_000
    assert len(visit.blobs()) >= 2
    visit.wrong = [text for text in visit.wrong if "404" not in text and "/blob/" not in text]
