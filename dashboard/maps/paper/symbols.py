"""The signs of facilities, problems and sites, as `signs.js` draws them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from dashboard.maps import style
from dashboard.maps.paper.lettering import MM_PER_PT
from dashboard.maps.paper.sheet import Sheet
from dashboard.maps.paper.window import MM_PER_PX, PT_PER_PX


def symbols(
    sheet: Sheet, kind: str, x: Any, y: Any, radius: float, *, signs: Sequence[str], px_mm: float = MM_PER_PX
) -> None:
    """A kind's symbols of that radius at places in mm, with their letters or numbers where there is room for one."""
    if not len(x):
        return
    look = style.symbol(kind)
    px_pt = PT_PER_PX * px_mm / MM_PER_PX
    shape = _shape(look.shape).transformed(Affine2D().scale(radius / MM_PER_PT))
    sheet.add(
        PathCollection(
            [shape], sizes=[1], offsets=np.column_stack([x, y]), offset_transform=sheet.paper,
            facecolors=look.colour, edgecolors="#ffffff", linewidths=(1.0 if look.shape == "dot" else 1.5) * px_pt,
            transform=IdentityTransform(),
        )
    )  # fmt: skip
    if look.shape == "dot" or radius < 5.5 * px_mm:
        return
    for at_x, at_y, sign in zip(x, y, signs, strict=True):
        if sign:
            sheet.sign(float(at_x), float(at_y), sign, 1.3 * radius / MM_PER_PT)


def _shape(name: str) -> Path:
    """A symbol of radius one, as `signs.js` draws it."""
    if name == "square":
        return Path(np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * 0.9, closed=True)
    if name in ("diamond", "hexagon"):
        count = 4 if name == "diamond" else 6
        turns = np.append(np.arange(count), 0) / count * 2 * np.pi + np.pi / 2
        return Path(1.15 * np.column_stack([np.cos(turns), np.sin(turns)]), closed=True)
    return Path.unit_circle()


def ring(sheet: Sheet, x: Any, y: Any, radius: float, *, colour: str, width_pt: float) -> None:
    """Rings around places in mm."""
    if len(x):
        circle = Path.unit_circle().transformed(Affine2D().scale(radius / MM_PER_PT))
        sheet.add(
            PathCollection(
                [circle], sizes=[1], offsets=np.column_stack([x, y]), offset_transform=sheet.paper,
                facecolors="none", edgecolors=colour, linewidths=width_pt, transform=IdentityTransform(),
            )
        )  # fmt: skip
