"""Pictures of a map for slides, bulletins and paper: what the app shows, without a browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dashboard.maps import style
from dashboard.maps.layers import MapView
from dashboard.text import place_name, t

if TYPE_CHECKING:
    from dashboard.maps.layers import Extent
    from dashboard.maps.paper.furniture import Key
    from dashboard.maps.paper.ground import Ground
    from dashboard.maps.paper.placing import Box
    from dashboard.maps.paper.sheet import Sheet
    from dashboard.maps.paper.window import Window

Form = Literal["png", "svg", "pdf"]
MARGIN_MM, GAP_MM = 1.5, 3.0
SMALLEST_PT = 3.5
ZONE_MARGIN = 0.06
"""Around a zone, as a share of its longer side."""
PLACE_MARGIN = 0.015
NAMED_AT_MOST = 30
"""Of the cells in a stretch; the names of all of them would hide the colours."""
CELL_LETTERS = 4
"""Chinese letters on a line of a cell's name."""


def pictures(
    view: MapView,
    forms: Sequence[Form],
    *,
    width_mm: float,
    height_mm: float,
    dpi: float = 200,
    zone: str | None = None,
    unit: float = 1.0,
    has_legend: bool = True,
    facts: Sequence[str] | None = None,
    ground: str = "#ffffff",
) -> tuple[bytes, ...]:
    """The view as the app draws it, of that size on paper, laid out once for all `forms`; the same view gives the same
    bytes.

    `zone`: code of the one zone to show, with a margin; cells of others are left blank. `unit`: how much larger than
    on a screen's 96 dots an inch letters and lines are. `facts`: lines of date and filters at the foot, those of the
    view unless given; its mark always stands there. Texts are text in pdf and outlines in svg, which needs no font.

    Unless it is of a zone, what is shown is the stretch of `view.sight`.

    Raises `ValueError` for a zone that is not there, `lettering.GlyphMissing` for a character that no font has.
    """
    from dashboard.maps.paper import ground as grounds
    from dashboard.maps.paper.sheet import Sheet, drawing, picture_of

    only = None if zone is None else int(np.flatnonzero(view.geometry.zones.index == zone).item())
    title = f"{place_name(view.geometry.place_name, view.geometry.place, view.language)} {view.title}"
    with drawing(view.language):
        sheet = Sheet(width_mm, height_mm, view.language, ground=ground)
        made = Picture(sheet, view, grounds.level(view.geometry), only, unit)
        made.draw(view.facts if facts is None else facts, has_legend=has_legend)
        return tuple(picture_of(sheet, form, dpi=dpi, title=title) for form in forms)


def picture(view: MapView, form: Form = "png", **size: Any) -> bytes:
    """One of `pictures`, with its arguments."""
    return pictures(view, (form,), **size)[0]


@dataclass(frozen=True)
class Picture:
    """One view on one sheet; `only`: position of the zone that is shown."""

    sheet: "Sheet"
    view: MapView
    ground: "Ground"
    only: int | None = None
    unit: float = 1.0

    def draw(self, facts: Sequence[str], *, has_legend: bool = True) -> "Window":
        """Map, legend, scale bar, arrow, names and the line at the foot; where the map came to lie."""
        from dashboard.maps.paper import zone_names
        from dashboard.maps.paper.drawing import Drawing

        box = (MARGIN_MM, self._foot(facts), self.sheet.width_mm - MARGIN_MM, self.sheet.height_mm - MARGIN_MM)
        key = self._key(box[3] - box[1], has_legend)
        window, (left, top) = self._laid_out(box, key)
        drawn = Drawing(self.sheet, window, self.ground, self.view, self.only)
        drawn.draw()
        signs = drawn.points()
        key.draw(left, top, window)
        kept = [(left, top - key.height_mm, left + key.width_mm, top)]
        size = 10.5 * self.unit
        names = zone_names.write(
            self.sheet, window, self.ground, self.view, size_pt=size, kept=kept, signs=signs, first=self.only
        )
        self._cell_names(window, [*kept, *signs, *names])
        return window

    def _cell_names(self, window: "Window", kept: "Sequence[Box]") -> None:
        """Of the darkest cells in a stretch; a name for which there is no room is left out."""
        from shapely import contains_xy

        from dashboard.maps.paper import cell_names
        from dashboard.maps.paper.drawing import shown_classes
        from dashboard.maps.paper.names import lines_of, place, shifts
        from dashboard.maps.paper.placing import Taken

        polygons, told = self.view.polygons, self.view.geometry.cells["name"]
        if self._stretch is None or polygons is None or polygons.layer != "cells" or "labels" in self.view.hidden:
            return
        classes, swatches = shown_classes(polygons).astype("i8"), polygons.scale.swatches
        plain = [at for at, swatch in enumerate(swatches) if at > 0 and not swatch.hatch]
        cells = np.flatnonzero(self.ground.cells.within(window.bounds) & np.isin(classes, plain))
        cells = cells[np.argsort(-classes[cells], kind="stable")][:NAMED_AT_MOST]
        colours = cell_names.colours_of(polygons, cells.tolist())
        taken, size = Taken(kept), 6.5 * self.unit
        for at, name in zip(cells.tolist(), told.iloc[cells], strict=True):
            if isinstance(name, str) and name:
                x, y = window.at(*self.ground.spots("cells")[at])
                near = shifts(float(x), float(y), 0.5 * size)
                tried = [spot for spot in near if contains_xy(self.ground.cells.shapes[at], *window.to_ground(*spot))]
                # Part of a name may lie beside its cell, where white letters would not be read.
                halo = 0.0 if colours[at][0] == style.TEXT else 0.15 * size
                place(self.sheet, taken, tried, lines_of(name, CELL_LETTERS), size, within=window.box, halo_pt=halo)

    def _foot(self, facts: Sequence[str]) -> float:
        """Mark and facts in lines at the bottom; the height (mm) that they end at."""
        from dashboard.maps.paper.drawing import week_of
        from dashboard.maps.paper.lettering import MM_PER_PT, cleaned

        size = 7.5 * self.unit
        step = 1.3 * size * MM_PER_PT
        shifted = self.view.tile_mark if self.view.tile_url else ""
        told = [cleaned(each) for each in (self.view.mark, shifted, week_of(self.view), *facts) if each]
        text = t("print.between", self.view.language).join(told)
        lines = self.sheet.wrapped(text, self.sheet.width_mm - 2 * MARGIN_MM, size)
        for position, line in enumerate(reversed(lines)):
            self.sheet.write(MARGIN_MM, MARGIN_MM + (position + 0.5) * step, line, size, colour=style.SECONDARY)
        return MARGIN_MM + len(lines) * step + 1.0

    def _key(self, room_mm: float, has_legend: bool) -> "Key":
        """The legend, in smaller letters where it would be higher than the map."""
        from dashboard.maps.paper.furniture import Key

        size, key = 9 * self.unit, None
        while key is None or (key.height_mm > room_mm and size > SMALLEST_PT):
            key = Key(self.sheet, self.view, size_pt=size, room_mm=0.3 * self.sheet.width_mm, has_legend=has_legend)
            size *= 0.9
        return key

    def _laid_out(self, box: "Box", key: "Key") -> "tuple[Window, tuple[float, float]]":
        """Window of the map and the upper left corner of the legend: in a corner of the map where it covers nothing,
        else in a column of its own beside it."""
        import shapely

        from dashboard.maps.paper.window import Window

        whole = Window.fitted(box, self._bounds(), unit=self.unit)
        left, bottom, right, top = box
        low, far = bottom + key.height_mm, right - key.width_mm
        if self.only is None:
            shapes = self.ground.zones.shapes if len(self.ground.zones.shapes) else self.ground.cells.shapes
            drawn = shapely.transform(shapely.union_all(shapes), whole.to_paper.transform)
            for x, y in ((left, low), (far, low), (left, top), (far, top)):
                held = shapely.box(x - GAP_MM, y - key.height_mm - GAP_MM, x + key.width_mm + GAP_MM, y + GAP_MM)
                if not drawn.intersects(held):
                    return whole, (x, y)
        beside = (left + key.width_mm + GAP_MM, bottom, right, top)
        return Window.fitted(beside, self._bounds(), unit=self.unit), (left, low)

    @property
    def _stretch(self) -> "Extent | None":
        """What of the map is shown; None: the zone or the place."""
        return self.view.sight.extent if self.only is None and self.view.sight is not None else None

    def _bounds(self) -> tuple[float, float, float, float]:
        """What must be seen (m): the stretch of the view as it is; else the zone or the place, and a margin."""
        if self._stretch is not None:
            west, south, east, north = self._stretch.bounds
            x, y = self.ground.project([west, east, east, west], [south, south, north, north])
            return (float(min(x)), float(min(y)), float(max(x)), float(max(y)))
        west, south, east, north = self.ground.bounds if self.only is None else self.ground.zones.bounds[self.only]
        margin = max(east - west, north - south) * (PLACE_MARGIN if self.only is None else ZONE_MARGIN)
        return (west - margin, south - margin, east + margin, north + margin)
