"""Where a table begins: title rows above it, headings of one or several rows."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from etl.read.raw import LEVELS

LOOK_AT = 40
"""Rows in which a heading is looked for."""

_LONGEST_HEADING = 60
_MOST_LEVELS = 3
STATEMENT = re.compile("[：:]\\s*\\S")
"""填报单位：城管局 stands above a table or below it, it heads none."""
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column of a merged range, from 0."""


@dataclass(frozen=True)
class Headings:
    """A heading for each column of the table, and the rows it stands in (from 0, last one included)."""

    names: list[str]
    """Unique; empty where a column has none."""
    first: int
    last: int


def find_headings(
    rows: Sequence[Sequence[Any]], *, merges: Collection[Merge] = (), known: Collection[str] = ()
) -> Headings | None:
    """The headings among the first rows of a sheet; `None` where nothing looks like a table.

    A heading row is the first one that is text throughout, at least half as wide as the table, without numbers or
    dates; or the first one that holds a `known` heading. Groups above (`经纬度` over `经度` and `纬度`) are joined.
    """
    head = [list(row) for row in rows[:LOOK_AT]]
    width = max((_filled_width(row) for row in head), default=0)
    if width == 0:
        return None
    head = [row[:width] + [None] * (width - len(row)) for row in head]
    first = _first_heading_row(head, known)
    if first is None:
        return None
    last = first + (_merged_levels(head, first, merges) or _levels_below(head, first))
    levels = [_spread(head[number], number, merges) for number in range(first, last + 1)]
    while first > 0 and _is_group_row(head[first - 1], first - 1, merges) and len(levels) < _MOST_LEVELS:
        first -= 1
        levels.insert(0, _spread(head[first], first, merges))
    if last > first:
        for upper in range(len(levels) - 2, -1, -1):
            levels[upper] = _filled_right(levels[upper], levels[upper + 1])
    return Headings(unique([_joined(parts) for parts in zip(*levels, strict=True)]), first, last)


def unique(names: Sequence[str]) -> list[str]:
    """The same headings, a repeated one marked ` (2)`, so that each names one column."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return told


def column_letter(position: int) -> str:
    """What a spreadsheet calls a column: 0 → A, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_empty(cell: Any) -> bool:
    """Whether a cell holds nothing a reader could see."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _filled_width(row: Sequence[Any]) -> int:
    return max((position + 1 for position, cell in enumerate(row) if not is_empty(cell)), default=0)


def _first_heading_row(rows: list[list[Any]], known: Collection[str]) -> int | None:
    wanted = {_heading(name) for name in known}
    if wanted:
        for position, row in enumerate(rows):
            if sum(_heading(cell) in wanted for cell in row) >= min(2, len(wanted)):
                return position
    counts = [sum(not is_empty(cell) for cell in row) for row in rows]
    for position, row in enumerate(rows):
        below = [count for count in counts[position + 1 :] if count] or [counts[position]]
        needed = max(1 if max(counts) == 1 else 2, int(np.median(below)) / 2)
        if counts[position] >= needed and _is_heading_row(row):
            return position
    return None


def _is_heading_row(row: list[Any]) -> bool:
    cells = [cell for cell in row if not is_empty(cell)]
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and not _is_number(cell)]
    if len(texts) < 0.8 * len(cells) or any(len(text) > _LONGEST_HEADING for text in texts):
        return False
    if 2 * sum(bool(STATEMENT.search(text)) for text in texts) >= len(texts):
        return False
    return len(set(texts)) >= 0.6 * len(texts)


def _merged_levels(rows: list[list[Any]], first: int, merges: Collection[Merge]) -> int:
    """How many rows of headings follow the first, by the headings merged downwards (序号 over three rows)."""
    last = max((r1 for r0, _, r1, _ in merges if r0 == first), default=first)
    below = rows[first + 1 : last + 1]
    is_short = 0 < len(below) == last - first < _MOST_LEVELS
    return len(below) if is_short and all(_texts(row) == _filled(row) != set() for row in below) else 0


def _levels_below(rows: list[list[Any]], first: int) -> int:
    """How many rows of headings follow the first, for files that keep no merged ranges.

    The next row names the parts of groups, all of them, and nothing else; or some of these parts are groups again,
    and the row after it names theirs.
    """
    groups = _group_columns(rows[first])
    one, two = ([*rows[first + 1 : first + 3], [], []])[:2]
    filled = _filled(one)
    if not filled or not filled <= groups or _texts(one) != filled:
        return 0
    if filled == groups:
        return 1
    starts = {position for position in groups if not is_empty(rows[first][position])}
    parts = {position for position in groups - filled if position not in starts}
    owners = {max((at for at in filled if at < position), default=-1) for position in parts}
    is_nested = starts <= filled and _filled(two) == _texts(two) == parts | owners
    return 2 if is_nested else 0


def _group_columns(row: list[Any]) -> set[int]:
    """Columns of cells that are followed by empty ones, these included."""
    found: set[int] = set()
    start: int | None = None
    for position, cell in enumerate(row):
        if not is_empty(cell):
            start = position
        elif start is not None:
            found |= {start, position}
    return found


def _filled(row: Sequence[Any]) -> set[int]:
    return {position for position, cell in enumerate(row) if not is_empty(cell)}


def _texts(row: Sequence[Any]) -> set[int]:
    return {position for position in _filled(row) if isinstance(row[position], str) and not _is_number(row[position])}


def _is_group_row(row: list[Any], number: int, merges: Collection[Merge]) -> bool:
    """Whether a row above the headings is a level of them: two or more texts, one of them merged over columns."""
    texts = [cell for cell in row if not is_empty(cell)]
    return len(texts) >= 2 and any(r0 == number and c1 > c0 and not is_empty(row[c0]) for r0, c0, _, c1 in merges)


def _spread(row: list[Any], number: int, merges: Collection[Merge]) -> list[str]:
    """The row's headings, a merged one repeated over its columns."""
    told = [_heading(cell) for cell in row]
    for r0, c0, r1, c1 in merges:
        if r0 <= number <= r1 and c1 > c0 and c0 < len(told) and told[c0]:
            told[c0 : c1 + 1] = [told[c0]] * len(told[c0 : c1 + 1])
    return told


def _filled_right(level: list[str], below: list[str]) -> list[str]:
    """A group's heading over all its columns, for files that keep no merged ranges."""
    told = list(level)
    for position in range(1, len(told)):
        if not told[position] and below[position]:
            told[position] = told[position - 1]
    return told


def _joined(parts: Sequence[str]) -> str:
    kept: list[str] = []
    for part in parts:
        if part and part not in kept:
            kept.append(part)
    return LEVELS.join(kept)


def _heading(cell: Any) -> str:
    """A heading on one line: breaks inside Chinese vanish, elsewhere they become a space."""
    if is_empty(cell):
        return ""
    words = str(cell).split()
    text = words[0]
    for word in words[1:]:
        text += (" " if text[-1].isascii() and word[0].isascii() else "") + word
    return text


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
