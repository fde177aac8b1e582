"""Tables as offices send them: workbooks with title rows and merged headings, old `.xls`, CSV in several encodings.

The same rows give the same bytes: workbooks carry a fixed date of making.
"""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

MADE_AT = datetime(2026, 11, 20, 18, 0)  # noqa: DTZ001 - the workbook's own property, which has no time zone
CHUNK_ROWS = 50_000


def write_xlsx(
    path: Path,
    frame: pd.DataFrame,
    *,
    titles: Sequence[str] = (),
    groups: Sequence[str | None] = (),
    sheet: str = "Sheet1",
) -> None:
    """A workbook: `titles` merged over all columns, then headings; `groups` (one a column) make a merged upper row."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm", "strings_to_formulas": False})
    book.set_properties({"created": MADE_AT})
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
    last = len(frame.columns) - 1
    for row, title in enumerate(titles):
        page.merge_range(row, 0, row, last, title, bold)
    top = len(titles)
    if groups:
        _merged_headings(page, top, groups, list(frame.columns), bold)
        top += 1
    else:
        page.write_row(top, 0, list(frame.columns), bold)
    for column, name in enumerate(frame.columns):
        page.set_column(column, column, max(10, min(28, 2 * len(name))))
        for row, value in enumerate(frame[name].tolist(), start=top + 1):
            if not pd.isna(value):
                page.write(row, column, value)
    page.freeze_panes(top + 1, 0)
    book.close()


def _merged_headings(page: object, top: int, groups: Sequence[str | None], headings: list[str], bold: object) -> None:
    """Two heading rows: a group over its columns, and columns without a group over both rows."""
    column = 0
    while column < len(headings):
        group, end = groups[column], column
        if group is None:
            page.merge_range(top, column, top + 1, column, headings[column], bold)  # type: ignore[attr-defined]
        else:
            while end + 1 < len(headings) and groups[end + 1] == group:
                end += 1
            page.merge_range(top, column, top, end, group, bold)  # type: ignore[attr-defined]
            page.write_row(top + 1, column, headings[column : end + 1], bold)  # type: ignore[attr-defined]
        column = end + 1


def write_xls(path: Path, frame: pd.DataFrame, *, title: str, sheet: str = "Sheet1") -> None:
    """A workbook of Excel 97-2003 with one title row."""
    import xlwt

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    as_day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    page.write_merge(0, 0, 0, len(frame.columns) - 1, title, xlwt.easyxf("font: bold on; align: horiz center"))
    for column, name in enumerate(frame.columns):
        page.write(1, column, name)
        for row, value in enumerate(frame[name].tolist(), start=2):
            page.write(row, column, value, *([as_day] if isinstance(value, date) else []))
    book.save(str(path))


def write_csv(path: Path, frame: pd.DataFrame, *, encoding: str) -> None:
    """A small CSV with line ends as Windows writes them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = frame.to_csv(index=False, lineterminator="\r\n")
    path.write_bytes(text.encode(encoding))


def write_large_csv(
    path: Path, columns: dict[str, pa.Array], *, encoding: str, extra: Sequence[Sequence[object]] = ()
) -> None:
    """A CSV of any length, a chunk at a time; `extra` rows come last. Cells are written as they are, nulls empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table(columns)
    with path.open("wb") as file:
        file.write((",".join(columns) + "\r\n").encode(encoding))
        for start in range(0, len(table), CHUNK_ROWS):
            sink = pa.BufferOutputStream()
            options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
            pyarrow.csv.write_csv(table.slice(start, CHUNK_ROWS), sink, options)
            text = sink.getvalue().to_pybytes()
            plain = encoding.removesuffix("-sig")
            file.write(text if plain == "utf-8" else text.decode("utf-8").encode(plain))
        buffer = StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(extra)
        file.write(buffer.getvalue().encode(encoding.removesuffix("-sig")))


def day_cells(days: np.ndarray) -> list[object]:
    """Days as workbook cells, None where open."""
    return [None if np.isnat(day) else day.astype("datetime64[D]").item() for day in days]
