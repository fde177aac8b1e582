"""Tables cut to the slide: how wide the columns, how large the letters, how many rows on each."""

from dataclasses import dataclass, replace
from math import ceil

import pandas as pd

from dashboard.briefing.content import NOBODY, OVERDUE, Column, Content, Table, written
from dashboard.briefing.slides import measure
from dashboard.briefing.slides.shapes import LOUD, SECOND, SMALL, WHITE, Box, Cell, Grid, Paragraph, Part, Run, Words
from dashboard.text import t

PAD_X, PAD_Y = 4.0, 2.5
SIZES = (16.0, 14.0, 13.0, 12.0)
CAPTION = 22.0
_LEAD = 18.0
_NARROWEST = 40.0
_HEADING_LINES = 2
_WORDS = ("text", "day", "moment")
_LATE = ("overdue", "days_overdue", "longest")
_WHO = ("worker", "leader", "who")
_WIDEST_TEXT = 260.0
_ROOMIEST = 1.35
_LONGEST_WORD = 110.0


def is_text(column: Column) -> bool:
    """Whether it stands to the left."""
    return column.kind in _WORDS


def lead(columns: tuple[Column, ...], at: int) -> float:
    """Room before a column: more where a text follows numbers, which stand at the right of theirs."""
    return _LEAD if at and is_text(columns[at]) and not is_text(columns[at - 1]) else PAD_X


def cells_of(table: Table, nobody: str) -> tuple[tuple[Cell, ...], ...]:
    """Every value as it is written, red where somebody must act. `nobody`: the word that stands for a missing name."""
    flags = table.flags or ("",) * len(table.frame)
    values = [table.frame[column.name].astype(object).tolist() for column in table.columns]
    rows = zip(*values, strict=True) if values else iter(())
    return tuple(
        tuple(_cell(column, value, flag, nobody) for column, value in zip(table.columns, row, strict=True))
        for row, flag in zip(rows, flags, strict=True)
    )


def _cell(column: Column, value: object, flag: str, nobody: str) -> Cell:
    text = written(value, column.kind)
    if column.name in _WHO and (flag == NOBODY or text == nobody):
        return Cell(text, WHITE, LOUD, is_bold=True)
    if column.name in _LATE and flag == OVERDUE and isinstance(value, int | float) and not pd.isna(value) and value > 0:
        return Cell(text, LOUD, is_bold=True)
    return Cell(text)


@dataclass(frozen=True, eq=False)
class Tabled:
    """A table as cells."""

    content: Content
    table: Table
    rows: tuple[tuple[Cell, ...], ...]

    def natural(self, size: float) -> tuple[float, ...]:
        """How wide the columns would like to be."""
        return tuple(
            min(max(self._heading(column, size), *(self._wide(row[at], size) for row in self.rows), 0.0), _WIDEST_TEXT)
            + lead(self.table.columns, at)
            + PAD_X
            for at, column in enumerate(self.table.columns)
        )

    def _heading(self, column: Column, size: float) -> float:
        """The least room in which the heading has two lines at most."""
        size = min(size, SMALL)
        words = [measure.width(word, size, True) for word in column.heading.split()]
        words = words if column.heading.isascii() else []
        room = max(measure.width(column.heading, size, True) / _HEADING_LINES, size * 2, *words)
        while measure.lines(column.heading, size, room, True) > _HEADING_LINES:
            room += size / 2
        return room + 1

    @staticmethod
    def _wide(cell: Cell, size: float) -> float:
        return measure.width(cell.text, size, True) + 1

    def widths(self, room: float, size: float) -> tuple[float, ...]:
        """Of the columns, which fill the room: what is left over goes to all; what lacks is taken from texts."""
        natural = self.natural(size)
        total = sum(natural)
        if total <= room:
            return tuple(wide * room / total for wide in natural)
        texts = [natural[at] for at, column in enumerate(self.table.columns) if column.kind == "text"]
        level = _level(texts, sum(texts) - (total - room))
        found = [
            max(min(wide, level), min(self._word(at, size), wide)) if column.kind == "text" else wide
            for at, (wide, column) in enumerate(zip(natural, self.table.columns, strict=True))
        ]
        return tuple(wide * room / sum(found) for wide in found)

    def _word(self, at: int, size: float) -> float:
        """Room for the longest word of a column, within bounds: names of files may have no spaces."""
        words = {word for row in self.rows for word in row[at].text.split()}
        longest = max((measure.width(word, size, True) for word in words if word.isascii()), default=0.0)
        return min(longest, _LONGEST_WORD) + lead(self.table.columns, at) + PAD_X

    def heights(self, widths: tuple[float, ...], size: float) -> tuple[float, ...]:
        """Of the headings and of each row."""
        room = [wide - lead(self.table.columns, at) - PAD_X for at, wide in enumerate(widths)]
        headings = max(
            measure.height(column.heading, SMALL, each, True)
            for column, each in zip(self.table.columns, room, strict=True)
        )
        rows = [
            max(measure.height(cell.text, size, each, cell.is_bold) for cell, each in zip(row, room, strict=True))
            + 2 * PAD_Y
            for row in self.rows
        ]
        return (headings + 2 * PAD_Y, *rows)

    def note(self) -> str:
        """What is not in it, and what it means."""
        shown, of = len(self.table.frame), self.table.of
        told = (
            [self.content.word("first_of", shown=f"{shown:,}", of=f"{of:,}")] if of is not None and of > shown else []
        )
        return " ".join([*told, *([self.table.note] if self.table.note else [])])

    def fits(self, box: Box) -> bool:
        """Whether all of it stands in the box as it would like to, be it in small letters."""
        _, heights = self._laid(box, SMALL)
        return sum(self.natural(SMALL)) <= box.w and self._around(box.w) + sum(heights) <= box.h

    def _around(self, room: float) -> float:
        note = self.note()
        return CAPTION + (measure.height(note, SMALL, room) + 4 if note else 0.0)

    def placed(self, box: Box) -> list[tuple[Part, ...]]:
        """Caption, table and note, over as many boxes of that size as it takes, with like numbers of rows, in the
        largest letters that need no more of them."""
        size, (widths, heights), step = SMALL, self._laid(box, SMALL), self._step(box, SMALL)
        for larger in SIZES:
            if self._step(box, larger) == step:
                size, (widths, heights) = larger, self._laid(box, larger)
                break
        heights = self._roomy(heights, step, box)
        starts = range(0, max(len(self.rows), 1), step)
        return [self._part(box, widths, heights, size, range(start, start + step)) for start in starts]

    def _roomy(self, heights: tuple[float, ...], step: int, box: Box) -> tuple[float, ...]:
        """Rows spread over the room that is left, all by as much and not too far, so that a slide is not half empty."""
        starts = range(1, len(heights), step)
        fullest = max((sum(heights[start : start + step]) for start in starts), default=0.0)
        room = box.h - self._around(box.w) - heights[0]
        more = min(_ROOMIEST, room / fullest) if fullest else 1.0
        return (heights[0], *(each * max(more, 1.0) for each in heights[1:]))

    def after(self, rows: int) -> "Tabled":
        """The same table without its first rows."""
        return replace(self, rows=self.rows[rows:])

    def _laid(self, box: Box, size: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
        widths = self.widths(box.w, size)
        return widths, self.heights(widths, size)

    def _step(self, box: Box, size: float) -> int:
        """How many rows each box gets: as few boxes as can be, equally full."""
        _, heights = self._laid(box, size)
        room = box.h - self._around(box.w) - heights[0]
        count = len(self.rows)
        for boxes in range(1, count + 1):
            step = ceil(count / boxes)
            if all(sum(heights[1 + start : 1 + start + step]) <= room for start in range(0, count, step)):
                return step
        return 1

    def _part(
        self, box: Box, widths: tuple[float, ...], heights: tuple[float, ...], size: float, rows: range
    ) -> tuple[Part, ...]:
        start, step = rows.start, len(rows)
        is_last = rows.stop >= len(self.rows)
        title = self.table.title
        caption = Words(
            Box(box.x, box.y, box.w, CAPTION), title, (Paragraph((Run(title, 13.0, SECOND, is_bold=True),)),)
        )
        told = (heights[0], *heights[1 + start : 1 + start + step])
        grid = Grid(
            Box(box.x, box.y + CAPTION, box.w, sum(told)), title, self.table.columns, self.rows[start : start + step],
            widths, told, size,
        )  # fmt: skip
        note = self.note()
        if not note or not is_last:
            return (caption, grid)
        high = measure.height(note, SMALL, box.w)
        words = Words(
            Box(box.x, grid.box.bottom + 4, box.w, high), title, (Paragraph((Run(note, SMALL, SECOND),)),)
        )  # fmt: skip
        return (caption, grid, words)


def tabled(content: Content, table: Table) -> Tabled:
    """The table with its cells written."""
    return Tabled(content, table, cells_of(table, t("map.nobody", content.language)))


def _level(wide: list[float], room: float) -> float:
    """To which the widest columns are cut so that all of them have that room; narrow ones keep what they need."""
    rest, count = max(room, 0.0), len(wide)
    for each in sorted(wide):
        if each * count >= rest:
            break
        rest, count = rest - each, count - 1
    return max(rest / max(count, 1), _NARROWEST)
