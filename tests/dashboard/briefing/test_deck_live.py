"""The slides in a real browser, opened as a file without a network: keys, pointer, address, paper, hostile names."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from dashboard.briefing.deck import deck
from dashboard.maps.layers import Extent
from dashboard.maps.viewed import View
from etl import schema
from etl.database import connect
from tests import serving
from tests import town as towns
from tests.dashboard.briefing.conftest import briefed
from tests.dashboard.conftest import opened

pytestmark = pytest.mark.browser
EVIL = "</script><img src=x onerror=window.evil=1>"
"""In the names of zones, cells, people, units, categories and a kept view, and in its remark."""
STRETCH = Extent(*towns.degrees(105, 205), *towns.degrees(195, 295))
"""Inside of C2."""


class Shown:
    """The deck in a tab, with what it asked for and complained of."""

    def __init__(self, page: Any, file: Path) -> None:
        self.page = page
        self.address = file.as_uri()
        self.asked: list[str] = []
        self.wrong: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text))
        self.open()

    def open(self, at: str = "") -> None:
        self.page.goto("about:blank")
        self.page.goto(self.address + at)
        self.page.wait_for_selector(".frame[data-at]")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def at(self) -> str:
        return str(self.page.get_attribute(".frame .slide", "data-id"))

    def settle(self) -> None:
        self.page.evaluate("deck.shown")
        # A map finds its size with the next frame, and is fitted into it.
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def on_map(self, layer: str, code: str, times: int = 1) -> None:
        """Clicks a cell on the map of the slide."""
        self.settle()
        x, y = self.page.evaluate(
            """([layer, code]) => {
              const { grid } = deck.stage;
              const shapes = grid.state.town[layer];
              const box = shapes.boxes[shapes.position.get(code)];
              const at = grid.canvas.toLayer((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
              const inside = grid.map.layerPointToContainerPoint(at);
              const { left, top } = grid.pane.getBoundingClientRect();
              return [left + inside.x, top + inside.y];
            }""",
            [layer, code],
        )
        self.page.mouse.click(x, y, click_count=times)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deck")
    rows = towns.town_rows()
    for table in (schema.zone, schema.cell, schema.party):
        rows[table] = [row | {"name": f"{EVIL}{i}"} for i, row in enumerate(rows[table])]
    rows[schema.problem] = [row | {"category": EVIL} for row in rows[schema.problem]]
    engine = connect(f"sqlite:///{folder / 'evil.sqlite'}")
    towns.write_town(engine, rows)
    written = deck(briefed(opened(engine), views={EVIL: View("heat", {"show": "open"}, STRETCH, EVIL)}), folder)
    engine.dispose()
    return written[0]


@pytest.fixture(scope="module")
def shown(file: Path, chromium: str) -> Iterator[Shown]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = serving.launch(playwright, chromium, file.parent)
        context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(8_000)
        yield Shown(page, file)
        browser.close()


@pytest.fixture(autouse=True)
def _quiet(shown: Shown) -> Iterator[None]:
    """Nothing is asked for, nothing is complained of, and no name has run."""
    yield
    assert shown.page.evaluate("window.evil") is None
    assert [url for url in shown.asked if not url.startswith((shown.address, "about:", "data:", "blob:"))] == []
    assert shown.wrong == []


def test_keys_lead_through_the_slides(shown: Shown) -> None:
    shown.open()
    count = shown.page.evaluate("deck.slides.length")
    assert shown.at == "cover"
    shown.press("ArrowRight", " ", "PageDown", "ArrowLeft")
    assert shown.page.get_attribute(".frame", "data-at") == "3"
    shown.press("End")
    assert shown.page.inner_text(".slide .number") == f"{count} / {count}"
    shown.press("ArrowRight", "Home", "1", "2", "Enter")
    assert shown.page.get_attribute(".frame", "data-at") == str(min(12, count))
    shown.press("b")
    assert shown.page.is_visible(".black")
    shown.press("b", "d")
    assert not shown.page.is_visible(".black")
    assert "is-dark" in str(shown.page.get_attribute("body", "class"))
    shown.press("d", "?")
    assert shown.page.is_visible(".is-help kbd")
    shown.press("Escape", "a")
    assert shown.page.is_visible(".is-whole")
    shown.press("Escape", "Escape")
    shown.page.wait_for_selector(".thumb")
    assert shown.page.locator(".thumb").count() == count
    assert shown.page.locator(".thumb canvas.still").count() > 2
    shown.press("Home", "ArrowRight", "Enter")
    shown.page.wait_for_selector(".sheet-over", state="hidden")


def test_a_cell_of_the_map_shows_whose_it_is(shown: Shown) -> None:
    shown.open("#heat")
    assert shown.at == "heat"
    shown.on_map("cells", "C5")
    shown.page.wait_for_selector(".place-card[data-code=C5]")
    text = shown.page.inner_text(".place-card")
    assert EVIL in text
    assert "网格员" in text
    assert "未销号（件）" in text
    shown.page.click(".onward")
    shown.page.wait_for_selector(f".frame .slide[data-id=zone-{towns.SOUTH}]")
    assert shown.at == f"zone-{towns.SOUTH}"
    shown.settle()
    assert shown.page.evaluate("deck.stage.grid.state.selected") == ["zones", towns.SOUTH]
    shown.press("Backspace")
    shown.page.wait_for_function("deck.slides[deck.at].slide.id === 'heat'")
    shown.settle()
    assert shown.page.evaluate("deck.stage.grid.state.selected") is None


def test_a_kept_view_is_in_its_stretch_and_its_cells_have_their_cards(shown: Shown) -> None:
    shown.open("#views-1")
    shown.settle()
    in_view = "() => { const seen = deck.stage.grid.map.getBounds(); return [seen.getWest(), seen.getEast()]; }"
    west, east = shown.page.evaluate(in_view)
    assert west <= STRETCH.west < STRETCH.east <= east < towns.degrees(400, 0)[0]
    shown.on_map("cells", "C2")
    shown.page.wait_for_selector(".place-card[data-code=C2]")
    shown.press("ArrowRight", "ArrowLeft")
    shown.settle()
    assert shown.page.evaluate(in_view) == [west, east]
    assert EVIL in shown.page.inner_text(".slide .lines")
    shown.open()
    shown.settle()
    assert shown.page.evaluate(in_view)[0] < west


def test_a_zone_of_the_map_leads_to_its_page(shown: Shown) -> None:
    shown.open("#heat")
    shown.on_map("cells", "C2", times=2)
    shown.page.wait_for_function(f"deck.slides[deck.at].slide.zone === '{towns.NORTH}'")
    shown.settle()
    seen, box = shown.page.evaluate(
        """(code) => {
          const { zones } = deck.stage.grid.state.town;
          const [west, north, east, south] = zones.boxes[zones.position.get(code)];
          const { canvas, map } = deck.stage.grid;
          const at = (x, y) => map.layerPointToContainerPoint(canvas.toLayer(x, y));
          const size = map.getSize();
          return [[size.x, size.y], [at(west, north).x, at(west, north).y, at(east, south).x, at(east, south).y]];
        }""",
        towns.NORTH,
    )
    assert 0 <= box[0] < box[2] <= seen[0]
    assert 0 <= box[1] < box[3] <= seen[1]


def test_a_cell_nobody_answers_for_has_the_red_tag(shown: Shown) -> None:
    shown.open("#heat")
    cards = shown.page.evaluate("deck.cards.all().then(({ cells }) => [cells.codes, cells.flags, cells.rows])")
    nobody = [code for code, row in zip(cards[0], cards[2], strict=True) if "无人" in row]
    assert nobody
    shown.open(f"#cells:{nobody[0]}")
    shown.page.wait_for_selector(f".place-card[data-code='{nobody[0]}'] h3 .tag")
    assert shown.at == "heat"
    assert shown.page.evaluate("deck.stage.grid.state.selected") == ["cells", nobody[0]]
    assert shown.page.evaluate("getComputedStyle(document.querySelector('.place-card .tag')).backgroundColor") == (
        "rgb(158, 26, 47)"
    )
    shown.press("Escape")
    shown.page.wait_for_selector(".place-card", state="detached")


def test_addresses_lead_to_slides_and_zones(shown: Shown) -> None:
    shown.open("#3")
    assert shown.page.get_attribute(".frame", "data-at") == "3"
    shown.open(f"#zones:{towns.NORTH}")
    assert shown.at == f"zone-{towns.NORTH}"
    shown.open("#cells:nowhere")
    assert shown.page.locator(".place-card").count() == 0
    shown.open("#%E0%A4%A")
    assert shown.at == "cover"


def test_a_dark_room_is_asked_for_or_remembered_of_this_file_alone(shown: Shown, file: Path) -> None:
    made = file.read_text(encoding="utf-8")

    def other(name: str, before: str, after: str) -> str:
        """The same slides made otherwise; its address."""
        assert made.count(before) == 1
        file.with_name(name).write_text(made.replace(before, after), encoding="utf-8")
        return file.with_name(name).as_uri()

    def look(address: str) -> str:
        shown.page.goto("about:blank")
        shown.page.goto(address)
        shown.page.wait_for_selector(".frame[data-at]")
        return str(shown.page.get_attribute("body", "class")).removeprefix("deck is-")

    made_dark = other("dark.html", '"look":"light"', '"look":"dark"')
    later = other("later.html", '"edition":"', '"edition":"later ')
    assert [look(address) for address in (shown.address, made_dark, later)] == ["light", "dark", "light"]
    shown.press("d")
    assert [look(address) for address in (shown.address, later)] == ["light", "dark"]
    assert [look(made_dark + asked) for asked in ("?light", "")] == ["light", "light"]
    shown.asked[:] = [url for url in shown.asked if not url.startswith((made_dark, later))]
    assert look(f"{shown.address}#dark") == "dark" and shown.at == "cover"
    shown.press("d")


def test_the_weeks_play_on_the_heat(shown: Shown) -> None:
    shown.open("#heat")
    shown.settle()
    assert not shown.page.is_visible(".gm-weeks")
    shown.press("w")
    shown.page.wait_for_selector(".slot[data-ready=weeks] .gm-weeks")
    before = shown.page.evaluate("deck.stage.grid.week")
    shown.page.focus(".gm-bars")
    shown.press("ArrowLeft")
    assert shown.page.evaluate("deck.stage.grid.week") == before - 1
    assert shown.at == "heat"
    shown.page.evaluate("document.activeElement.blur()")
    shown.press("w")
    shown.page.wait_for_selector(".slot[data-ready=map] .gm-weeks", state="hidden")


def test_the_speaker_has_notes_and_times(shown: Shown) -> None:
    shown.open("#heat")
    shown.press("n")
    text = shown.page.inner_text(".notes")
    told = shown.page.evaluate("deck.slides.map(({ slide }) => [slide.seconds, slide.message.text])")
    assert told[shown.page.evaluate("deck.at + 1")][1] in text
    assert shown.page.evaluate("JSON.parse(told.textContent).length") in text
    with shown.page.expect_popup() as popped:
        shown.page.click(".times button:last-child")
    speaker = popped.value
    speaker.wait_for_selector(".notes")
    speaker.keyboard.press("ArrowRight")
    assert shown.at != "heat"
    speaker.close()
    shown.page.wait_for_function("!deck.notes.isOpen")


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)], ids=str)
def test_nothing_is_cut_on_any_slide(shown: Shown, size: tuple[int, int]) -> None:
    shown.page.set_viewport_size({"width": size[0], "height": size[1]})
    shown.open()
    cut = shown.page.evaluate(
        """() => deck.slides.flatMap((slide, i) => {
          deck.go(i);
          const parts = [slide.node, slide.node.querySelector(".body"), ...slide.areas];
          return parts.filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
            .map((e) => `${slide.slide.id} ${e.className}`);
        })"""
    )
    shown.page.set_viewport_size({"width": 1366, "height": 768})
    assert cut == []


def test_paper_has_a_page_for_each_slide_and_all_maps(shown: Shown) -> None:
    shown.open("#heat")
    shown.settle()
    shown.page.evaluate("deck.stills.prepare()")
    pdf = pypdf.PdfReader(BytesIO(shown.page.pdf(prefer_css_page_size=True, print_background=True)))
    count = shown.page.evaluate("deck.slides.length")
    assert len(pdf.pages) == count
    wide, high = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert (round(wide), round(high)) == (842, 595)
    with_map = shown.page.evaluate("deck.slides.filter(({ slide }) => slide.map).length")
    assert sum(1 for page in pdf.pages if page.images) == with_map
    assert shown.page.locator(".paper").count() == 0
