"""Rows of cells, as a sheet or an HTML table has them → a table with headings and typed columns."""

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.messages import Note
from etl.read.body import data_rows, name_columns
from etl.read.headings import Merge, find_headings, is_empty
from etl.read.raw import RawTable

_INT64 = 1 << 63


def table_of_cells(
    path: Path, sheet: str | None, rows: list[list[Any]], *, merges: Sequence[Merge], known: Collection[str]
) -> tuple[RawTable, int] | None:
    """The table and the position of its first row; `None` where there are no headings. May fill `rows` in place."""
    headings = find_headings(rows, merges=merges, known=known)
    if headings is None:
        return None
    width = len(headings.names)
    body = headings.last + 1
    notes = _fill_merged(rows, merges, body, width)
    frame = pd.DataFrame(
        {
            position: typed_column([row[position] if position < len(row) else None for row in rows[body:]])
            for position in range(width)
        }
    )
    frame, more = name_columns(frame, headings.names)
    frame, numbers, totals = data_rows(frame, np.arange(body + 1, len(rows) + 1, dtype=np.int64))
    return RawTable(path, sheet, frame, numbers, notes=notes + more + totals), body


def typed_column(cells: Sequence[Any]) -> pd.Series:
    """A column with the type its cells share, objects where they differ; days become midnights, blank cells null."""
    cells = [None if is_empty(cell) else cell for cell in cells]
    kinds = {type(cell) for cell in cells} - {type(None)}
    if kinds <= {str}:
        return pd.Series(cells, dtype="str")
    if kinds == {int} and all(cell is None or -_INT64 <= cell < _INT64 for cell in cells):
        return pd.Series(cells, dtype="Int64" if None in cells else "int64")
    if kinds <= {int, float}:
        return pd.Series(cells, dtype="float64")
    if dt.date in kinds:
        cells = [dt.datetime(c.year, c.month, c.day) if type(c) is dt.date else c for c in cells]  # noqa: DTZ001
        kinds = kinds - {dt.date} | {dt.datetime}
    if kinds <= {dt.datetime}:
        return pd.Series(cells, dtype="datetime64[us]")
    return pd.Series(cells, dtype=object)


def _fill_merged(rows: list[list[Any]], merges: Sequence[Merge], body: int, width: int) -> list[Note]:
    """Gives every row of a merged range its value, in place; a title merged across the table is taken out."""
    filled, titles = 0, []
    for r0, c0, r1, c1 in merges:
        if r0 < body or r0 >= len(rows) or c0 >= len(rows[r0]):
            continue
        is_alone = all(is_empty(cell) for position, cell in enumerate(rows[r0]) if position != c0)
        if r1 == r0 and c1 - c0 + 1 > width / 2 and is_alone:
            if not is_empty(rows[r0][c0]):
                titles.append(r0 + 1)
            rows[r0][c0] = None
            continue
        for row in rows[r0 + 1 : r1 + 1]:
            if c0 < len(row):
                row[c0] = rows[r0][c0]
                filled += 1
    notes: list[Note] = [("title_rows", {"rows": sorted(titles), "count": len(titles)})] if titles else []
    return [*notes, ("merged_filled", {"cells": filled})] if filled else notes
