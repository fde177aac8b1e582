"""The papers of the sample as pictures, against those that somebody has looked at (`seen/`).

A picture that changed on purpose: look at what the failure names, then run with GRID_PICTURES=write to keep it.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dashboard import queries
from dashboard.briefing.content import Content, brief
from dashboard.briefing.deck import deck
from dashboard.briefing.templates import Templates
from dashboard.briefing.wallmap import People
from dashboard.briefing.wallpage import Paper, whole_page, zone_page
from dashboard.filters import Filters
from dashboard.maps import still
from dashboard.maps.paper.sheet import drawing, picture_of
from dashboard.standards import read_standards
from settings import Settings
from tests import serving

SEEN = Path(__file__).with_name("seen")
KEPT_PX, COMPARED_PX = 480, 96
MEAN_AT_MOST, AREA_AT_MOST = 3.0, 0.004
"""Of 255: letters of another face differ by less, a colour, a map or a table that is gone by more. Of the area: what
may differ by more than a sixth of the scale."""
ZONE = "999900002"


def compare(name: str, png: bytes, folder: Path) -> None:
    """Against the picture of that name; on a difference both lie in `folder`."""
    found = Image.open(io.BytesIO(png)).convert("RGB")
    kept = SEEN / f"{name}.png"
    small = found.resize((KEPT_PX, round(KEPT_PX * found.height / found.width)), Image.Resampling.BOX)
    if os.environ.get("GRID_PICTURES") == "write":
        small.quantize(64, dither=Image.Dither.NONE).save(kept, optimize=True)
    seen = Image.open(kept).convert("RGB")
    small.save(folder / f"{name}.png")
    assert small.size == seen.size, name
    size = (COMPARED_PX, round(COMPARED_PX * seen.height / seen.width))
    one, other = (np.asarray(each.resize(size, Image.Resampling.BOX), dtype=np.float64) for each in (small, seen))
    differences = np.abs(one - other)
    assert differences.mean() <= MEAN_AT_MOST, f"{folder / name}.png looks otherwise than {kept}"
    assert (differences.max(axis=2) > 255 / 6).mean() <= AREA_AT_MOST, (
        f"{folder / name}.png looks otherwise than {kept}"
    )


@pytest.fixture(scope="module")
def sample(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Content]:
    url, folder = f"sqlite:///{sample_file}", tmp_path_factory.mktemp("pictures")
    engine = queries.connect(url)
    county = queries.county(engine, queries.place(engine))
    settings = Settings(database_url=url, var_dir=folder)
    snapshot = queries.snapshot(engine, county, settings.patrol_minutes)
    filters = Filters().resolved(county.place, snapshot)

    def made(language: str) -> Content:
        return brief(
            county, snapshot, filters, settings=settings, standards=read_standards(), language=language,
            templates=Templates(language), zones=(ZONE,),
        )  # fmt: skip

    return made


def map_of(content: Content, key: str) -> Any:
    view = next(section.map for section in content.sections if section.key == key)
    assert view is not None
    return view


@pytest.mark.parametrize(
    ("name", "key", "language", "zone"),
    [("map-heat", "heat", "zh", None), ("map-hotspots", "hotspots", "en", None), ("map-zone", "heat", "zh", ZONE)],
)
def test_maps_on_paper(
    sample: Callable[[str], Content], tmp_path: Path, name: str, key: str, language: str, zone: str | None
) -> None:
    view = map_of(sample(language), key)
    compare(name, still.picture(view, width_mm=160, height_mm=110, dpi=96, zone=zone), tmp_path)


def test_wall_map(sample: Callable[[str], Content], tmp_path: Path) -> None:
    content = sample("zh")
    view = map_of(content, "heat")
    with drawing("zh"):
        paper = Paper(view, content.place, People.in_content(content), 420, 297)
        whole_page(paper)
        zone_page(paper, list(view.geometry.zones.index).index(ZONE))
        paper.number_pages()
        whole, *_, zone = paper.sheets
        compare("wall-whole", picture_of(whole, "png", dpi=48, title=""), tmp_path)
        compare("wall-zone", picture_of(zone, "png", dpi=48, title=""), tmp_path)


@pytest.fixture(scope="module")
def tab(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = serving.launch(playwright, chromium, tmp_path_factory.mktemp("tab"))
        context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
        context.set_offline(True)
        yield context.new_page()
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "keys"), [("zh", ("headline", "heat", "overdue", f"zone-{ZONE}")), ("en", ("headline", "hotspots"))]
)
def test_slides(
    sample: Callable[[str], Content], tab: Any, tmp_path: Path, language: str, keys: tuple[str, ...]
) -> None:
    (file,) = deck(sample(language), tmp_path)
    tab.goto("about:blank")
    for key in keys:
        tab.goto(f"{file.as_uri()}#{key}")
        tab.wait_for_selector(".frame[data-at]")
        tab.evaluate("deck.shown")
        tab.wait_for_timeout(200)  # the last labels are laid out after the map is painted
        compare(f"slide-{key}-{language}", tab.screenshot(), tmp_path)
