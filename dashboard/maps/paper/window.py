"""Where on a sheet a map lies, and at which scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.transforms import Affine2D

from dashboard.maps.paper.ground import Bounds
from dashboard.maps.paper.sheet import MM_PER_INCH, Box

PT_PER_PX = 0.75
MM_PER_PX = MM_PER_INCH / 96
"""The app counts in pixels of 1/96 inch; a line of 1.7 of them is as thick on paper as on a screen."""


@dataclass(frozen=True)
class Window:
    """Where on the sheet (mm) the map lies, and which metres it shows."""

    box: Box
    west: float
    south: float
    metres_per_mm: float
    px_mm: float = MM_PER_PX
    """One pixel of the app's, on this paper."""

    @classmethod
    def fitted(cls, box: Box, bounds: Bounds, *, metres_per_mm: float | None = None, unit: float = 1.0) -> "Window":
        """The bounds in the middle of the box, as large as they go, or at the scale given."""
        wide, high = box[2] - box[0], box[3] - box[1]
        west, south, east, north = bounds
        scale = metres_per_mm or max((east - west) / wide, (north - south) / high, 1e-9)
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        return cls(box, middle_x - wide * scale / 2, middle_y - high * scale / 2, scale, unit * MM_PER_PX)

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north in metres."""
        x0, y0, x1, y1 = self.box
        scale = self.metres_per_mm
        return (self.west, self.south, self.west + (x1 - x0) * scale, self.south + (y1 - y0) * scale)

    @property
    def to_paper(self) -> Affine2D:
        """Metres → mm."""
        return Affine2D().translate(-self.west, -self.south).scale(1 / self.metres_per_mm).translate(*self.box[:2])

    def at(self, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        """Metres → mm."""
        across = (np.asarray(x) - self.west) / self.metres_per_mm + self.box[0]
        return across, (np.asarray(y) - self.south) / self.metres_per_mm + self.box[1]

    def to_ground(self, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        """mm → metres."""
        across = (np.asarray(x) - self.box[0]) * self.metres_per_mm + self.west
        return across, (np.asarray(y) - self.box[1]) * self.metres_per_mm + self.south

    @property
    def px_pt(self) -> float:
        """One pixel of the app's, in points."""
        return PT_PER_PX * self.px_mm / MM_PER_PX

    @property
    def metres_per_px(self) -> float:
        return self.metres_per_mm * self.px_mm
