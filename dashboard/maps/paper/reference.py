"""Squares to find a place by: letters across, numbers down, as a street map has them."""

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

import numpy as np
import shapely

from dashboard.maps import style
from dashboard.maps.paper.sheet import Box, Sheet
from dashboard.maps.paper.window import Window

BAND_MM = 4.5
_STEPS = (1, 2, 2.5, 5)
_LISTED = 3


@dataclass(frozen=True)
class Reference:
    """Squares of `step_mm` over a window, from its upper left corner."""

    window: Window
    step_mm: float

    @classmethod
    def over(cls, window: Window, *, usual_mm: float = 48.0) -> "Reference":
        """Squares of a round number of metres that are nearest to the usual size, at most 26 across."""
        least = (window.box[2] - window.box[0]) / len(ascii_uppercase)
        power = 10.0 ** np.floor(np.log10(usual_mm * window.metres_per_mm))
        sides = [step * power * over / window.metres_per_mm for over in (0.1, 1, 10) for step in _STEPS]
        fit = [side for side in sides if side >= least] or [least]
        return cls(window, min(fit, key=lambda side: abs(np.log(side / usual_mm))))

    @property
    def metres(self) -> float:
        """Side of a square on the ground."""
        return self.step_mm * self.window.metres_per_mm

    def of(self, x: float, y: float) -> str:
        """The square of a place on the sheet (mm), as `C4`."""
        left, _, _, top = self.window.box
        column = int(np.clip((x - left) // self.step_mm, 0, len(ascii_uppercase) - 1))
        return f"{ascii_uppercase[column]}{int(max((top - y) // self.step_mm, 0)) + 1}"

    def of_line(self, shape: Any) -> str:
        """The squares that a shape (metres) in the window passes: each of a few, else the first and the last one from
        west to east; empty where it is not in the window."""
        seen = shapely.intersection(shape, shapely.box(*self.window.bounds))
        if seen.is_empty:
            return ""
        dense = shapely.get_coordinates(shapely.segmentize(seen, self.metres / 4))
        x, y = self.window.at(dense[:, 0], dense[:, 1])
        found = [self.of(float(x[at]), float(y[at])) for at in np.lexsort((-y, x))]
        squares = list(dict.fromkeys(found))
        return " ".join(squares) if len(squares) <= _LISTED else f"{squares[0]}–{squares[-1]}"

    def draw(self, sheet: Sheet, *, size_pt: float, band_mm: float = BAND_MM) -> Box:
        """Thin lines over the map, letters and numbers in a band around it; the box with the band."""
        left, bottom, right, top = self.window.box
        across = np.arange(left, right, self.step_mm)
        down = np.arange(top, bottom, -self.step_mm)
        lines = [[(x, bottom), (x, top)] for x in across[1:]] + [[(left, y), (right, y)] for y in down[1:]]
        sheet.strokes(lines, style.SECONDARY, 0.25, alpha=0.5)
        band = (left - band_mm, bottom - band_mm, right + band_mm, top + band_mm)
        sheet.area((left, bottom, right, top), line=style.TEXT, width_pt=0.8)
        sheet.area(band, line=style.TEXT, width_pt=0.4)
        for number, x in enumerate(across):
            middle = (x + min(x + self.step_mm, right)) / 2
            if min(x + self.step_mm, right) - x > band_mm:
                for y in (bottom - band_mm / 2, top + band_mm / 2):
                    sheet.write(middle, y, ascii_uppercase[number], size_pt, align="center", colour=style.SECONDARY)
        for number, y in enumerate(down):
            middle = (y + max(y - self.step_mm, bottom)) / 2
            if y - max(y - self.step_mm, bottom) > band_mm:
                for x in (left - band_mm / 2, right + band_mm / 2):
                    sheet.write(x, middle, str(number + 1), size_pt, align="center", colour=style.SECONDARY)
        return band
