"""What stands around a map on paper: legend, scale bar, north arrow."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from dashboard.maps import style
from dashboard.maps.layers import MapView, Points
from dashboard.maps.paper.drawing import SINGLE_AT_MOST
from dashboard.maps.paper.lettering import MM_PER_PT, cleaned
from dashboard.maps.paper.sheet import Sheet
from dashboard.maps.paper.symbols import symbols
from dashboard.maps.paper.window import Window
from dashboard.text import number, t, words

BAR_MM = 34.0
"""A scale bar is at most this long."""
ARROW_MM, ARROW_PT = 8.0, 8.1
_ROUND = (1, 2, 5)


@dataclass(frozen=True)
class _Line:
    text: str
    size_pt: float
    height_mm: float
    is_bold: bool = False
    colour: str = style.TEXT
    swatch: style.Swatch | None = None
    points: Points | None = None
    is_indented: bool = False


class Key:
    """North arrow, scale bar and legend one below the other, measured before they are drawn.

    `size_pt`: of the legend's lines; `room_mm`: as wide as it may be; `scale`: the map's in words, for paper on which
    it is true.
    """

    def __init__(
        self, sheet: Sheet, view: MapView, *, size_pt: float, room_mm: float, has_legend: bool = True, scale: str = ""
    ) -> None:
        self.sheet, self.size_pt, self.view = sheet, size_pt, view
        self.em = size_pt * MM_PER_PT
        self.indent = 2.6 * self.em
        self.lines = [_Line(scale, size_pt, 1.7 * self.em, is_bold=True)] if scale else []
        self.lines += self._lines(view, room_mm) if has_legend else []
        self.bar_mm = min(BAR_MM * size_pt / 9, 0.6 * room_mm)
        widths = [
            sheet.width(line.text, line.size_pt, is_bold=line.is_bold) + (self.indent if _is_beside(line) else 0)
            for line in self.lines
        ]
        self.width_mm = max([self.bar_mm + 6 * self.em, *widths])
        self.arrow_mm = ARROW_MM * size_pt / 9
        self.height_mm = sum(line.height_mm for line in self.lines) + 1.3 * self.arrow_mm

    def _lines(self, view: MapView, room: float) -> list[_Line]:
        size, legend, found = self.size_pt, view.legend, []
        step = 1.55 * self.em
        if legend is not None:
            title = self.sheet.wrapped(cleaned(legend.title), room, 1.08 * size, is_bold=True)
            found += [_Line(text, 1.08 * size, step, is_bold=True) for text in title]
            for swatch in legend.swatches:
                first, *rest = self.sheet.wrapped(cleaned(swatch.label), room - self.indent, size)
                found.append(_Line(first, size, step, swatch=swatch))
                found += [_Line(text, size, 1.2 * self.em, is_indented=True) for text in rest]
        for points in shown_points(view):
            found.append(_Line(cleaned(points.label), size, step, points=points))
        if legend is not None and legend.note:
            note = self.sheet.wrapped(cleaned(legend.note), room, 0.86 * size)
            found += [_Line(text, 0.86 * size, 1.2 * self.em, colour=style.SECONDARY) for text in note]
        return found

    def draw(self, left: float, top: float, window: Window, *, north_deg: float = 0.0) -> None:
        """With its upper left corner there; `window`: of their map; `north_deg`: see `north_arrow`."""
        y = top - 1.3 * self.arrow_mm
        wide = scale_bar(
            self.sheet,
            window,
            left + 1,
            y + 0.3 * self.arrow_mm,
            self.view.language,
            size_pt=0.8 * self.size_pt,
            longest_mm=self.bar_mm,
        )
        north_arrow(
            self.sheet,
            left + wide + self.arrow_mm * 0.5,
            y + 0.15 * self.arrow_mm,
            turn_deg=north_deg,
            size_pt=0.9 * self.size_pt,
        )
        for line in self.lines:
            middle = y - line.height_mm / 2
            x = left + (self.indent if _is_beside(line) else 0)
            if line.swatch is not None:
                self._swatch(line.swatch, left, middle)
            if line.points is not None:
                self._symbol(line.points, left, middle)
            self.sheet.write(x, middle, line.text, line.size_pt, colour=line.colour, is_bold=line.is_bold)
            y -= line.height_mm

    def _swatch(self, swatch: style.Swatch, left: float, middle: float) -> None:
        box = (left, middle - 0.5 * self.em, left + 1.9 * self.em, middle + 0.5 * self.em)
        self.sheet.area(box, fill=swatch.colour)
        if swatch.hatch:
            self.sheet.area(box, hatch="/////", hatchcolor=swatch.hatch, hatch_linewidth=0.55)
        self.sheet.area(box, line=swatch.edge or style.LANE, width_pt=0.8 if swatch.edge else 0.5)

    def _symbol(self, points: Points, left: float, middle: float) -> None:
        look = style.symbol(points.kind)
        radius = min(0.6 * self.em, look.size * self.em / 12)
        letter = "" if points.is_numbered else words(self.view.language).get(f"map.symbol.{points.kind}", "")
        px = radius / max(look.size, 5.6) if look.shape != "dot" else self.em / 12
        at = [left + 0.95 * self.em]
        symbols(self.sheet, points.kind, at, [middle], radius, signs=[letter], px_mm=px)


def _is_beside(line: _Line) -> bool:
    """Whether a sign stands before it, or it goes on with one that has."""
    return line.swatch is not None or line.points is not None or line.is_indented


def shown_points(view: MapView) -> Sequence[Points]:
    """The kinds of points that are drawn and so need a line in the legend."""
    return [
        points
        for points in view.points
        if points.is_shown
        and points.kind not in view.hidden
        and len(points.codes)
        and not (points.kind == "problem" and len(points.codes) > SINGLE_AT_MOST)
    ]


def bar_metres(metres_per_mm: float, longest_mm: float = BAR_MM) -> int:
    """The longest round length (1, 2, 5 × 10ⁿ m) whose bar is no longer than that."""
    most = max(longest_mm * metres_per_mm, 1.0)
    power = 10 ** int(np.floor(np.log10(most)))
    return max(step * power for step in _ROUND if step * power <= most)


def scale_bar(
    sheet: Sheet,
    window: Window,
    left: float,
    bottom: float,
    language: str,
    *,
    size_pt: float = 7.0,
    longest_mm: float = BAR_MM,
) -> float:
    """A dark and a light half with 0 and the whole length above; the width it takes (mm)."""
    length = bar_metres(window.metres_per_mm, longest_mm)
    wide, high = length / window.metres_per_mm, 0.18 * size_pt
    unit, over = ("map.live.kilometres", 1000) if length >= 1000 else ("map.live.metres", 1)
    for part, fill in enumerate((style.TEXT, "#ffffff")):
        at = left + part * wide / 2
        sheet.area((at, bottom, at + wide / 2, bottom + high), fill=fill, line=style.TEXT, width_pt=0.5)
    above = bottom + high + 0.75 * size_pt * MM_PER_PT
    sheet.write(left, above, "0", size_pt, align="center", halo_pt=1.2)
    text = f"{number(length / over)} {t(unit, language)}"
    return sheet.write(left + wide, above, text, size_pt, align="center", halo_pt=1.2).box[2] - left


def north_arrow(sheet: Sheet, x: float, bottom: float, *, turn_deg: float = 0.0, size_pt: float = ARROW_PT) -> None:
    """An arrow that points north, `turn_deg` clockwise of the paper's top; as high as its letter is large."""
    high = ARROW_MM * size_pt / ARROW_PT
    half = high * 0.2
    middle = np.array([x, bottom + high * 0.36])
    turn = np.radians(-turn_deg)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    tip, foot = np.array([0, high * 0.36]), np.array([0, -high * 0.18])
    for side, fill in ((-1, style.TEXT), (1, "#ffffff")):
        corners = np.array([tip, [side * half, -high * 0.36], foot, tip]) @ spin + middle
        sheet.add(
            PathPatch(
                Path(corners, closed=True), facecolor=fill, edgecolor=style.TEXT, linewidth=0.6, joinstyle="miter"
            )
        )
    sheet.write(x, bottom + high * 0.72 + 0.6 * size_pt * MM_PER_PT, "N", size_pt, align="center", halo_pt=1.2)
