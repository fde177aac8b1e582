"""Names on the map: as the app writes them, with a white halo, and never one on another."""

import math
import re
from collections.abc import Iterable, Sequence

from dashboard.maps import style
from dashboard.maps.paper.lettering import MM_PER_PT, cleaned
from dashboard.maps.paper.placing import Box, Taken, around, inside
from dashboard.maps.paper.sheet import Sheet

_LONGEST_LINE, _MOST_LINES, _LINE = 10, 3, 1.2
_PIECES = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+")
_WORD_FOR_ZONE = "片区"


def short_name(name: str) -> str:
    """A zone's name without the word for zone, as a map writes it; as in `signs.js`."""
    is_long = len(name) > len(_WORD_FOR_ZONE) and name.endswith(_WORD_FOR_ZONE)
    return name[: -len(_WORD_FOR_ZONE)] if is_long else name


def lines_of(name: str, longest: int = _LONGEST_LINE) -> list[str]:
    """A long name in lines of about equal length: Latin words stay whole, Chinese breaks anywhere. `longest`: Chinese
    letters that go on one line."""

    def wide(text: str) -> float:
        return sum(1 if letter > "\u2e7f" else 0.5 for letter in text)

    name = cleaned(name)
    pieces = _PIECES.findall(name) or [name]
    count = min(_MOST_LINES, math.ceil(wide(name) / longest))
    lines = [""]
    for piece in pieces:
        if lines[-1] and len(lines) < count and wide(lines[-1]) + wide(piece.strip()) / 2 > wide(name) / count:
            lines.append(piece)
        else:
            lines[-1] += piece
    return [line.strip() for line in lines]


def extent(sheet: Sheet, lines: Sequence[str], size_pt: float, *, is_bold: bool = False) -> tuple[float, float]:
    """Width and height (mm) of lines one below the other."""
    wide = max((sheet.width(line, size_pt, is_bold=is_bold) for line in lines), default=0.0)
    return wide, (1 + _LINE * (len(lines) - 1)) * size_pt * MM_PER_PT


def write_lines(
    sheet: Sheet,
    x: float,
    y: float,
    lines: Sequence[str],
    size_pt: float,
    *,
    colour: str = style.TEXT,
    is_bold: bool = False,
    halo_pt: float = 0.0,
) -> None:
    """Lines around a middle."""
    for position, line in enumerate(lines):
        at = y + ((len(lines) - 1) / 2 - position) * _LINE * size_pt * MM_PER_PT
        sheet.write(x, at, line, size_pt, colour=colour, align="center", is_bold=is_bold, halo_pt=halo_pt)


def place(
    sheet: Sheet,
    taken: Taken,
    spots: Iterable[tuple[float, float]],
    lines: Sequence[str],
    size_pt: float,
    *,
    within: Box,
    **look: object,
) -> bool:
    """Writes the lines at the first of the spots (mm, their middle) that is free, and takes it; False: none is."""
    wide, high = extent(sheet, lines, size_pt, is_bold=bool(look.get("is_bold")))
    for x, y in spots:
        box = around(x, y, wide, high)
        if inside(box, within) and taken.is_free(box, gap=0.4):
            taken.add(box)
            write_lines(sheet, x, y, lines, size_pt, **look)  # type: ignore[arg-type]
            return True
    return False


def shifts(x: float, y: float, high: float) -> list[tuple[float, float]]:
    """A place and those near it, the nearest first: above, below, to the sides."""
    steps = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (0, 1.8), (0, -1.8), (1.5, 1), (-1.5, 1), (1.5, -1), (-1.5, -1),
             (2.6, 0), (-2.6, 0), (0, 2.8), (0, -2.8), (3, 2), (-3, 2), (3, -2), (-3, -2)]  # fmt: skip
    return [(x + dx * high, y + dy * high) for dx, dy in steps]
