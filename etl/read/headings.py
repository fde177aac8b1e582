"""Where a table begins: title rows above it, headings of one or several rows, total rows in it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from etl.messages import Note
from etl.read.raw import LEVELS

LOOK_AT = 40
"""Rows in which a heading is looked for."""

_LONGEST_HEADING = 60
_MOST_LEVELS = 3
_STATEMENT = re.compile("[：:]\\s*\\S")  # 填报单位：城管局 stands above a table, it heads none
_TOTALS = ("合计", "总计", "小计", "共计", "累计", "total", "Total", "TOTAL", "subtotal", "Subtotal")
_TOTAL_CELLS = frozenset(
    spelled + colon
    for word in _TOTALS
    for spelled in {word, " ".join(word), "  ".join(word), "\u3000".join(word)}
    for colon in ("", "：", ":")
)

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
    levels = [_spread(head[first], first, merges)]
    last = first
    while last - first < _MOST_LEVELS - 1 and last + 1 < len(head) and _is_next_level(head[last], head[last + 1]):
        last += 1
        levels.append([_heading(cell) for cell in head[last]])
    while first > 0 and _is_group_row(head[first - 1], first - 1, merges) and len(levels) < _MOST_LEVELS:
        first -= 1
        levels.insert(0, _spread(head[first], first, merges))
    if last > first:
        levels = [_filled_right(level, below) for level, below in pairwise(levels)] + levels[-1:]
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


def name_columns(frame: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, list[Note]]:
    """The frame under its headings; empty columns without a heading are dropped, others get their letter, `[D]`."""
    keep, told, missing = [], [], []
    for position, name in enumerate(names):
        if not name:
            if bool(frame.iloc[:, position].isna().all()):
                continue
            missing.append(column_letter(position))
        keep.append(position)
        told.append(name or f"[{column_letter(position)}]")
    kept = frame.iloc[:, keep] if len(keep) < frame.shape[1] else frame
    kept.columns = pd.Index(unique(told), dtype=object)
    return kept, [("heading_missing", {"columns": missing})] if missing else []


def data_rows(frame: pd.DataFrame, row_numbers: np.ndarray) -> tuple[pd.DataFrame, np.ndarray, list[Note]]:
    """The frame and row numbers without blank rows and total rows; total rows are noted."""
    is_total = np.zeros(len(frame), dtype=bool)
    is_blank = np.ones(len(frame), dtype=bool)
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        if position < 3 and not pd.api.types.is_numeric_dtype(column):
            is_total |= column.isin(_TOTAL_CELLS).to_numpy(dtype=bool)
        if is_blank.any():
            is_blank &= column.isna().to_numpy()
    if not (is_total.any() or is_blank.any()):
        return frame, row_numbers, []
    keep = ~(is_total | is_blank)
    totals = row_numbers[is_total & ~is_blank].tolist()
    notes: list[Note] = [("total_rows", {"rows": totals, "count": len(totals)})] if totals else []
    return frame[keep].reset_index(drop=True), row_numbers[keep], notes


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
    if 2 * sum(bool(_STATEMENT.search(text)) for text in texts) >= len(texts):
        return False
    return len(set(texts)) >= 0.6 * len(texts)


def _is_next_level(row: list[Any], below: list[Any]) -> bool:
    """Whether `below` names the parts of groups in `row`: it fills the groups, all of them, and nothing else."""
    groups = _group_columns(row)
    filled = {position for position, cell in enumerate(below) if not is_empty(cell)}
    texts = all(isinstance(below[p], str) and not _is_number(below[p]) for p in filled)
    return bool(groups) and filled == groups and texts


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
