"""What stands in a cell: as much as fits, in letters as large as fit; else beside it, at the end of a line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely

from dashboard.maps import style
from dashboard.maps.layers import Polygons
from dashboard.maps.paper.drawing import shown_classes
from dashboard.maps.paper.ground import Ground
from dashboard.maps.paper.names import extent, write_lines
from dashboard.maps.paper.placing import Taken, around, inside, ring
from dashboard.maps.paper.sheet import Sheet
from dashboard.maps.paper.window import Window

INNER_MM = 0.25
"""Kept free between letters and the border of the cell."""
READABLE = 4.5
"""Least contrast of letters (WCAG 2, AA)."""
_RADII = (3.5, 5.0, 7.0, 9.5, 12.5)
_TRIED = np.array([(0, 0), (0, 0.6), (0, -0.6), (0.4, 0), (-0.4, 0), (0.3, 0.9), (-0.3, 0.9), (0.3, -0.9), (-0.3, -0.9),
                   (0, 1.4), (0, -1.4), (0.8, 0), (-0.8, 0)])  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """Lines of one size that may stand in a cell."""

    lines: tuple[str, ...]
    size_pt: float


def write(
    sheet: Sheet,
    window: Window,
    ground: Ground,
    wanted: Mapping[int, Sequence[Variant]],
    *,
    colours: Mapping[int, tuple[str, float]],
    taken: Taken,
    with_lines: bool = True,
) -> list[int]:
    """Writes for each cell (position) the first of its variants that fits into it and is free; its last variant, where
    none fits, beside it with a line to it (not without `with_lines`). What finds no place at all is returned.

    `colours`: of letters and width of the halo by cell.
    """
    shapes = shapely.transform(ground.cells.shapes, window.to_paper.transform)
    spots = np.column_stack(window.at(*ground.spots("cells").T))
    shapely.prepare(shapes)
    left = list(wanted)
    for rank in range(max((len(variants) for variants in wanted.values()), default=0)):
        left = _in_cells(sheet, window, left, rank, wanted, shapes, spots, colours, taken)
    return [at for at in left if not with_lines or not _beside(sheet, window, wanted[at][-1], spots[at], taken)]


def _in_cells(  # noqa: PLR0917 - one step of the loop above
    sheet: Sheet,
    window: Window,
    cells: list[int],
    rank: int,
    wanted: Mapping[int, Sequence[Variant]],
    shapes: np.ndarray,
    spots: np.ndarray,
    colours: Mapping[int, tuple[str, float]],
    taken: Taken,
) -> list[int]:
    """One variant of every cell that has still none; those for which it is too large or not free."""
    cells_there = [at for at in cells if len(wanted[at]) > rank]
    if not cells_there:
        return cells
    size = np.array([extent(sheet, wanted[at][rank].lines, wanted[at][rank].size_pt) for at in cells_there])
    middle = spots[cells_there][:, None, :] + _TRIED[None] * size[:, None, :]
    half = size[:, None, :] / 2 + INNER_MM
    boxes = shapely.box(*(middle - half).transpose(2, 0, 1), *(middle + half).transpose(2, 0, 1))
    fits = shapely.contains(shapes[cells_there][:, None], boxes)
    done = set()
    for row, at in enumerate(cells_there):
        variant = wanted[at][rank]
        for column in np.flatnonzero(fits[row]):
            x, y = middle[row, column]
            box = around(x, y, *size[row])
            if inside(box, window.box) and taken.is_free(box, gap=0.2):
                taken.add(box)
                colour, halo = colours[at]
                write_lines(sheet, x, y, variant.lines, variant.size_pt, colour=colour, halo_pt=halo)
                done.add(at)
                break
    return [at for at in cells if at not in done]


def _beside(sheet: Sheet, window: Window, variant: Variant, spot: np.ndarray, taken: Taken) -> bool:
    """At the end of a short line, on white."""
    wide, high = extent(sheet, variant.lines, variant.size_pt)
    x, y = map(float, spot)
    if not inside((x, y, x, y), window.box):
        return False
    for toward_x, toward_y in ring(0.0, 0.0, _RADII):
        far = float(np.hypot(toward_x, toward_y))
        end_x, end_y = x + toward_x * (1 + wide / 2 / far), y + toward_y * (1 + high / 2 / far)
        box = around(end_x, end_y, wide + 0.8, high + 0.5)
        way = [around(x + part * (end_x - x), y + part * (end_y - y), 0.1, 0.1) for part in (0.0, 0.25, 0.5, 0.75)]
        if inside(box, window.box) and taken.is_free(box, gap=0.2) and taken.is_free(*way):
            taken.add(box, *way)
            sheet.strokes([[(x, y), (end_x, end_y)]], style.TEXT, 0.35)
            sheet.area((x - 0.25, y - 0.25, x + 0.25, y + 0.25), fill=style.TEXT)
            sheet.area(box, fill="#ffffff", line=style.TEXT, width_pt=0.3)
            write_lines(sheet, end_x, end_y, variant.lines, variant.size_pt)
            return True
    return False


def colours_of(
    polygons: Polygons | None, cells: Sequence[int], *, loud: Collection[int] = ()
) -> dict[int, tuple[str, float]]:
    """Letters that read on each cell's colour, dark or white, with a halo where it is hatched or left blank; red ones
    for cells in `loud` where red reads."""
    if polygons is None or polygons.layer != "cells":
        return {at: (style.LOUD if at in loud else style.TEXT, 0.8) for at in cells}
    classes, swatches = shown_classes(polygons), polygons.scale.swatches
    found = {}
    for at in cells:
        swatch = swatches[classes[at]] if classes[at] < len(swatches) else None
        is_plain = swatch is not None and swatch.hatch is None
        is_dark = (
            swatch is not None
            and is_plain
            and _contrast(swatch.colour, "#ffffff") > _contrast(swatch.colour, style.TEXT)
        )
        reads = swatch is None or (is_plain and _contrast(swatch.colour, style.LOUD) >= READABLE)
        ink = style.LOUD if at in loud and reads else "#ffffff" if is_dark else style.TEXT
        found[at] = (ink, 0.0 if is_plain else 1.1)
    return found


@cache
def _contrast(one: str, other: str) -> float:
    """Ratio of luminances as of WCAG 2, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = np.frombuffer(bytes.fromhex(colour[1:]), "u1") / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
