"""A page of the wall map: title, map with its squares, a column of legend, names and index, the line at the foot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dashboard.briefing import walltables
from dashboard.maps import style
from dashboard.maps.paper import cell_names, ground, streets, zone_names
from dashboard.maps.paper.cell_names import Variant
from dashboard.maps.paper.drawing import Drawing, week_of
from dashboard.maps.paper.furniture import Key
from dashboard.maps.paper.ground import Bounds, Ground
from dashboard.maps.paper.lettering import MM_PER_PT, cleaned
from dashboard.maps.paper.listing import Flow, Listing, Loud, boxes_of
from dashboard.maps.paper.names import short_name
from dashboard.maps.paper.placing import Box, Taken
from dashboard.maps.paper.reference import BAND_MM, Reference
from dashboard.maps.paper.sheet import Sheet
from dashboard.maps.paper.window import Window
from dashboard.text import number, place_name, t

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.briefing.wallmap import People
    from dashboard.county import Place
    from dashboard.maps.layers import MapView

PANEL = 0.27
"""Of the sheet's width, for legend, names and index."""
TABLE_PT, WHOLE_TABLE_PT = (6.5, 6.0, 5.6, 5.2, 4.8), (7.5, 6.5, 6.0, 5.5)
"""Sizes of the letters in tables that are tried, the largest first."""
KEY_PT, TITLE_PT = 7.5, 20.0
WHOLE_PT, ZONE_PT = (6.0, 5.0, 4.2), (7.5, 6.5, 5.5)
"""Sizes of the letters in cells that are tried, the largest first."""
SCALES = (1, 1.1, 1.2, 1.25, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.2, 3.5, 4, 4.5, 5, 5.5, 6, 7, 7.5, 8, 9, 10)
GROUP = 3
"""Digits of a zone, a block, a number within it."""
ROOMY = 1.5
"""From this unit on there is room for names in the cells of the whole place."""
_MARGIN = 0.02


@dataclass
class Paper:
    """A wall map being made: what it shows and the sheets so far."""

    view: "MapView"
    place: "Place"
    people: "People"
    width_mm: float
    height_mm: float
    sheets: list[Sheet] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.language = self.view.language
        self.ground: Ground = ground.measured(self.view.geometry, self.place.measure_crs)
        self.unit = round((self.height_mm / 297) ** 0.7, 2)
        self.margin = 8 * self.unit
        geometry = self.view.geometry
        self.zones, self.cells = geometry.zones, geometry.cells
        self.in_force = self.cells.index.isin(self.people.cells.index)
        self.zone_of = self.zones.index.get_indexer(self.cells["zone"])
        # Asked for cell by cell, thousands of times: lists answer at once, a frame does not.
        workers = self.people.cells.get("worker")
        self.workers = None if workers is None else _texts(workers.reindex(self.cells.index))
        self._cell_names, self._zone_names = _texts(self.cells["name"]), _texts(self.zones["name"])
        self.prefixes, self.short = self._short_codes()

    def say(self, key: str, **values: object) -> str:
        return t(f"wall.{key}", self.language, **values)

    def _short_codes(self) -> tuple[list[str], np.ndarray]:
        """Of each zone what the codes of its cells begin with, in whole groups of three, and of each cell the rest."""
        codes = self.cells.index.astype(str).to_numpy(object)
        short, prefixes = codes.copy(), [""] * len(self.zones)
        for zone in range(-1, len(self.zones)):
            own = np.flatnonzero(self.zone_of == zone)
            if not len(own) or zone < 0:
                continue
            common = _beginning(codes[own].tolist())
            keep = min(len(common), min(len(code) for code in codes[own]) - 3) // 3 * 3
            prefixes[zone] = common[: max(keep, 0)]
            short[own] = [code[len(prefixes[zone]) :] for code in codes[own]]
        return prefixes, short

    def zone_name(self, zone: int) -> str:
        return self._zone_names[zone] or str(self.zones.index[zone])

    def held(self, zone: str, column: str) -> str:
        """Names of those who answer for a zone; empty: nobody."""
        found = self.people.zones[column].get(zone)
        return found if isinstance(found, str) else ""

    def cell_name(self, cell: int) -> str:
        """A cell's name, without that of its zone where it begins with it."""
        name = self._cell_names[cell]
        zone = short_name(self.zone_name(self.zone_of[cell])) if self.zone_of[cell] >= 0 else ""
        return name.removeprefix(zone).strip() if name != zone else name

    def worker(self, cell: int) -> str:
        """Names of a cell's grid workers; a loud nobody; empty where the place keeps no such names."""
        if self.workers is None:
            return ""
        return self.workers[cell] or Loud(t("map.nobody", self.language))

    def new_sheet(self, title: str, subtitle: str) -> tuple[Sheet, Box]:
        """A sheet with its head and foot, and what lies free between them."""
        sheet = Sheet(self.width_mm, self.height_mm, self.language)
        self.sheets.append(sheet)
        size, left, top = TITLE_PT * self.unit, self.margin, self.height_mm - self.margin
        room = self.width_mm - 2 * self.margin
        for line in sheet.wrapped(cleaned(title), room, size, is_bold=True):
            top -= 1.15 * size * MM_PER_PT
            sheet.write(left, top + 0.5 * size * MM_PER_PT, line, size, is_bold=True)
        small = 9 * self.unit
        for line in sheet.wrapped(cleaned(subtitle), room, small):
            top -= 1.5 * small * MM_PER_PT
            sheet.write(left, top + 0.6 * small * MM_PER_PT, line, small, colour=style.SECONDARY)
        return sheet, (left, self._foot(sheet), left + room, top - 2 * self.unit)

    def _foot(self, sheet: Sheet) -> float:
        size = 7 * self.unit
        step = 1.35 * size * MM_PER_PT
        told = [self.view.mark, *self.view.facts, self.say("crs", crs=self.place.measure_crs)]
        text = t("print.between", self.language).join(cleaned(each) for each in told if each)
        room = self.width_mm - 2 * self.margin - 16 * self.unit
        lines = sheet.wrapped(text, room, size)
        for position, line in enumerate(reversed(lines)):
            y = 0.6 * self.margin + (position + 0.5) * step
            sheet.write(self.margin, y, line, size, colour=style.SECONDARY)
        return 0.6 * self.margin + len(lines) * step + 2 * self.unit

    def number_pages(self) -> None:
        """At the foot of every sheet, once all are there."""
        size = 7 * self.unit
        for position, sheet in enumerate(self.sheets):
            text = f"{position + 1} / {len(self.sheets)}"
            y = 0.6 * self.margin + 0.675 * size * MM_PER_PT
            sheet.write(self.width_mm - self.margin, y, text, size, colour=style.SECONDARY, align="right")


def _texts(values: "pd.Series") -> list[str]:
    """One line each; empty for none."""
    return [cleaned(value) if isinstance(value, str) else "" for value in values.tolist()]


def _beginning(codes: list[str]) -> str:
    """What all codes begin with: it is what the first and the last one in order have in common."""
    first, last = min(codes), max(codes)
    alike = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(alike, min(len(first), len(last)))]


@dataclass(frozen=True)
class Page:
    """A sheet with its map drawn: the window, its squares, where the column beside it is free."""

    sheet: Sheet
    window: Window
    reference: Reference
    panel: Box
    missing: list[int]
    """Cells that found no place for their code."""


def whole_page(paper: Paper) -> None:
    """The whole place: zones with who answers for them, the index."""
    name = place_name(paper.view.geometry.place_name, paper.view.geometry.place, paper.language)
    title = paper.say("title", place=name)
    page = _map_page(paper, title, None, paper.ground.bounds)
    listings = [walltables.zones(paper)]
    if paper.unit < ROOMY:
        listings.append(Listing("", (), (), paper.say("small_cells")))
    _list(paper, page, title, WHOLE_TABLE_PT, [*listings, *walltables.index(paper, page)])


def zone_page(paper: Paper, zone: int) -> None:
    """One zone: who answers for it, its cells with their grid workers, the index."""
    name = place_name(paper.view.geometry.place_name, paper.view.geometry.place, paper.language)
    title = paper.say("zone_title", place=name, zone=paper.zone_name(zone))
    west, south, east, north = paper.ground.zones.bounds[zone]
    if not np.isfinite([west, south, east, north]).all():
        return
    page = _map_page(paper, title, zone, (float(west), float(south), float(east), float(north)))
    rows = walltables.people(paper, zone)
    listings = [Listing(paper.say("people"), ("", ""), rows, widest_mm=paper.width_mm)] if rows else []
    own = np.flatnonzero((paper.zone_of == zone) & paper.in_force)
    if len(own):
        listings.append(walltables.cells(paper, page, own, paper.prefixes[zone]))
    _list(paper, page, title, TABLE_PT, [*listings, *walltables.index(paper, page)])


def _map_page(paper: Paper, title: str, zone: int | None, bounds: Bounds) -> Page:
    unit, view = paper.unit, paper.view
    told = [each for each in (view.title, week_of(view), *view.facts[:2]) if each]
    sheet, (left, bottom, right, top) = paper.new_sheet(title, t("print.between", paper.language).join(told))
    split = right - PANEL * paper.width_mm
    band = BAND_MM * unit
    box = (left + band, bottom + band, split - band - 3 * unit, top - band)
    window = Window.fitted(box, bounds, metres_per_mm=round_scale(box, bounds) / 1000, unit=unit)
    reference = Reference.over(window, usual_mm=48 * unit)
    drawn = Drawing(sheet, window, paper.ground, view, zone)
    drawn.draw()
    reference.draw(sheet, size_pt=7.5 * unit, band_mm=band)
    signs = drawn.points()
    key = Key(
        sheet,
        view,
        size_pt=KEY_PT * unit,
        room_mm=right - split,
        scale=paper.say("scale", scale=number(window.metres_per_mm * 1000)),
    )
    key.draw(split, top, window, north_deg=_north(paper.ground, view))
    taken = Taken(signs)
    taken.add(*zone_names.write(sheet, window, paper.ground, view, size_pt=(10.5 if zone is None else 11) * unit,
                                kept=[], signs=signs, without=zone))  # fmt: skip
    streets.write(sheet, window, paper.ground, taken, size_pt=6.5 * unit)
    own = paper.in_force & ((paper.zone_of == zone) if zone is not None else True)
    cells = np.flatnonzero(own & paper.ground.cells.within(window.bounds)).tolist()
    wanted = {at: _variants(paper, at, is_whole=zone is None) for at in cells}
    nobody = {at for at in cells if isinstance(paper.worker(at), Loud)}
    colours = cell_names.colours_of(view.polygons, cells, loud=nobody)
    is_listed = zone is not None or unit >= ROOMY
    missing = cell_names.write(sheet, window, paper.ground, wanted, colours=colours, taken=taken, with_lines=is_listed)
    return Page(
        sheet, window, reference, (split, bottom, right, top - key.height_mm - 3 * unit), missing if is_listed else []
    )


def round_scale(box: Box, bounds: Bounds) -> float:
    """The denominator of the largest round scale at which the bounds, with a margin, fit into the box (mm)."""
    west, south, east, north = bounds
    margin = 2 * _MARGIN * max(east - west, north - south)
    least = 1000 * max((east - west + margin) / (box[2] - box[0]), (north - south + margin) / (box[3] - box[1]), 0.1)
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(round(step * power) for step in SCALES if step * power >= least))


def _north(plane: Ground, view: "MapView") -> float:
    """Degrees clockwise from the paper's top to true north, in the middle of the place."""
    west, south, east, north = view.geometry.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    x, y = plane.project([lon, lon], [lat, lat + 0.01])
    return float(np.degrees(np.arctan2(x[1] - x[0], y[1] - y[0])))


def _variants(paper: Paper, cell: int, *, is_whole: bool) -> list[Variant]:
    """Code and names while they fit, then the code alone."""
    unit, code = paper.unit, str(paper.short[cell])
    sizes = WHOLE_PT if is_whole else ZONE_PT
    worker = paper.worker(cell)
    names = tuple(part.strip() for part in worker.split(";") if part.strip())
    with_names = [Variant((code, *names), size * unit) for size in sizes] if names else []
    alone = [Variant((code,), size * unit) for size in sizes]
    groups = tuple(code[at : at + GROUP] for at in range(0, len(code), GROUP))
    stacked = [Variant(groups, size * unit) for size in sizes] if 1 < len(groups) <= 3 else []
    return [*([] if is_whole and unit < ROOMY else with_names), *alone, *stacked]


def _list(paper: Paper, page: Page, title: str, sizes: Sequence[float], listings: Sequence[Listing]) -> None:
    """The tables in the column beside the map, in the largest letters in which all fit, else in the largest ones and on
    as many further sheets as it takes."""

    def more() -> list[tuple[Sheet, Box]]:
        sheet, free = paper.new_sheet(title, paper.say("continued"))
        return [(sheet, box) for box in boxes_of(free, 3)]

    size = next((size for size in sizes if _fits(paper, page.panel, size, listings)), sizes[0])
    flow = Flow([(page.sheet, page.panel)], more, size_pt=size * paper.unit)
    for listing in listings:
        flow.add(listing)


def _fits(paper: Paper, panel: Box, size_pt: float, listings: Sequence[Listing]) -> bool:
    """Whether all tables go into the column, tried on scrap paper."""
    pages = 0

    def more() -> list[tuple[Sheet, Box]]:
        nonlocal pages
        pages += 1
        return [(Sheet(paper.width_mm, paper.height_mm, paper.language), (0, 0, 10 * paper.width_mm, 1e6))]

    scrap = Sheet(paper.width_mm, paper.height_mm, paper.language)
    flow = Flow([(scrap, panel)], more, size_pt=size_pt * paper.unit)
    for listing in listings:
        if pages == 0:
            flow.add(listing)
    return pages == 0
