"""Tables beside a map: in as many columns as fit, going on in the next box and on the next page, nothing ever cut."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboard.maps import style
from dashboard.maps.paper.lettering import MM_PER_PT, cleaned
from dashboard.maps.paper.sheet import Box, Sheet

GUTTER_MM, PAD_MM = 4.0, 1.6
_LINE = 1.3
_WIDEST = 34.0
"""No column of a table is wider than this (mm for letters of 6.5 pt) before its texts go on in a second line."""


class Loud(str):
    """A text in red: what somebody must act on."""

    __slots__ = ()


@dataclass(frozen=True)
class Listing:
    """A table: its title, the headings of its columns, rows of texts, a line below the title."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""
    widest_mm: float = _WIDEST


class Flow:
    """Fills boxes with tables one after the other; `more` makes the next page's boxes when those given are full."""

    def __init__(
        self, boxes: Sequence[tuple[Sheet, Box]], more: Callable[[], Sequence[tuple[Sheet, Box]]], *, size_pt: float
    ) -> None:
        self.size, self.more = size_pt, more
        self.em = size_pt * MM_PER_PT
        self.boxes: Iterator[tuple[Sheet, Box]] = iter(boxes)
        self.sheet, self.box = next(self.boxes)
        self.top = self.box[3]

    def _next(self) -> None:
        found = next(self.boxes, None)
        if found is None:
            self.boxes = iter(self.more())
            found = next(self.boxes)
        self.sheet, self.box = found
        self.top = self.box[3]

    def add(self, listing: Listing) -> None:
        """The whole table, from where the last one ended."""
        first, made = 0, self._measured(listing, self.box[2] - self.box[0])
        while first < len(listing.rows) or first == 0:
            left, bottom, right, _ = self.box
            count, widths, rows, heights = made
            head = self._head_height(listing, right - left)
            header = 1.6 * self.em if any(listing.headings) else 0.0
            room = self.top - bottom - head - header
            need = heights[first] if first < len(heights) else 0.0
            if room < need + self.em and self.top < self.box[3]:
                self._next()
                made = self._measured(listing, self.box[2] - self.box[0])
                continue
            top = self._heading(listing, left, right)
            first = self._columns(listing, (count, widths, rows, heights), first, top)
            if first < len(listing.rows):
                self._next()
                made = self._measured(listing, self.box[2] - self.box[0])
            if not listing.rows:
                break

    def _head_height(self, listing: Listing, room: float) -> float:
        title = len(self.sheet.wrapped(listing.title, room, 1.25 * self.size, is_bold=True)) if listing.title else 0
        note = len(self.sheet.wrapped(listing.note, room, self.size)) if listing.note else 0
        return 2.1 * self.em * title + _LINE * self.em * note

    def _heading(self, listing: Listing, left: float, right: float) -> float:
        """Title and note; the height (mm) at which they end."""
        y = self.top
        if listing.title:
            for line in self.sheet.wrapped(listing.title, right - left, 1.25 * self.size, is_bold=True):
                y -= 2.1 * self.em
                self.sheet.write(left, y + 0.8 * self.em, line, 1.25 * self.size, is_bold=True)
        if listing.note:
            for line in self.sheet.wrapped(listing.note, right - left, self.size):
                y -= _LINE * self.em
                self.sheet.write(left, y + 0.65 * self.em, line, self.size, colour=style.SECONDARY)
        return y

    def _measured(self, listing: Listing, room: float) -> tuple[int, list[float], list[list[list[str]]], list[float]]:
        """How many columns of the table stand side by side, the widths in one, the lines of every text, the heights."""
        texts = [[cleaned(text) for text in row] for row in listing.rows]
        most = listing.widest_mm * self.size / 6.5
        natural = [
            min(most, max(self.sheet.width(text, self.size) for text in (heading, *(row[at] for row in texts))))
            for at, heading in enumerate(listing.headings)
        ]
        whole = sum(natural) + PAD_MM * len(natural)
        count = max(1, int((room + GUTTER_MM) // (whole + GUTTER_MM)))
        own = (room - GUTTER_MM * (count - 1)) / count
        if whole > own:
            widest = max(range(len(natural)), key=natural.__getitem__)
            natural[widest] = max(natural[widest] - (whole - own), 2 * self.em)
        lines = [
            [self.sheet.wrapped(text, width + 0.01, self.size) for text, width in zip(row, natural, strict=True)]
            for row in texts
        ]
        heights = [(0.35 + _LINE * max(len(cell) for cell in row)) * self.em for row in lines]
        return count, natural, lines, heights

    def _columns(
        self,
        listing: Listing,
        made: tuple[int, list[float], list[list[list[str]]], list[float]],
        first: int,
        top: float,
    ) -> int:
        """Rows from `first` side by side below `top`, each column as high as the others; the first row left over."""
        count, widths, rows, heights = made
        left, bottom, right, _ = self.box
        header = 1.6 * self.em if any(listing.headings) else 0.0
        room = top - bottom - header
        left_over = sum(heights[first:])
        high = room if left_over >= room * count else min(room, left_over / count + max(heights[first:], default=0))
        own = (right - left - GUTTER_MM * (count - 1)) / count
        lowest = top
        for column in range(count):
            if first >= len(rows):
                break
            x, y = left + column * (own + GUTTER_MM), top
            if header:
                y = self._row(x, y, widths, [[text] for text in listing.headings], header, colour=style.SECONDARY)
            start = first
            while first < len(rows) and (top - header - (y - heights[first]) <= high + 1e-6 or first == start):
                loud = [isinstance(text, Loud) for text in listing.rows[first]]
                y = self._row(x, y, widths, rows[first], heights[first], loud=loud)
                first += 1
            lowest = min(lowest, y)
        self.top = lowest - 1.5 * self.em
        return first

    def _row(
        self,
        left: float,
        top: float,
        widths: Sequence[float],
        cells: Sequence[Sequence[str]],
        height: float,
        *,
        colour: str = style.TEXT,
        loud: Sequence[bool] = (),
    ) -> float:
        """One row of a table, with a hairline below; the height (mm) at which it ends."""
        x = left
        for position, (width, lines) in enumerate(zip(widths, cells, strict=True)):
            is_loud = bool(loud) and loud[position]
            for number, line in enumerate(lines):
                y = top - (0.85 + _LINE * number) * self.em
                self.sheet.write(x, y, line, self.size, colour=style.LOUD if is_loud else colour)
            x += width + PAD_MM
        self.sheet.rule(left, x - PAD_MM, top - height)
        return top - height


def boxes_of(area: Box, count: int) -> list[Box]:
    """Columns of an area, side by side."""
    left, bottom, right, top = area
    edges = [left + (right - left) * part / count for part in range(count + 1)]
    return [(a + GUTTER_MM / 2, bottom, b - GUTTER_MM / 2, top) for a, b in pairwise(edges)]
