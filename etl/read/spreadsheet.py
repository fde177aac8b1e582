"""Workbooks `.xlsx`, `.xlsm`, `.xls`: every visible sheet that holds a table.

Large plain sheets go through fastexcel into Arrow: typed columns are exact there, half the time, a tenth of the memory.
A column that mixes numbers and texts would come out as text with nine decimals, so such a sheet, and every sheet with
title rows or merged cells, is read cell by cell with python-calamine, which is exact as well.
"""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastexcel
import numpy as np
import python_calamine as calamine

from etl.errors import FileUnreadable
from etl.messages import Note, error
from etl.read.archive import check_workbook
from etl.read.body import data_rows
from etl.read.cells import table_of_cells
from etl.read.headings import LOOK_AT, column_letter, find_headings
from etl.read.raw import RawTable

if TYPE_CHECKING:
    from etl.declarations import Source

_LARGE = 2 << 20  # bytes of a workbook from which half the time and a tenth of the memory matter


def read_workbook(path: Path, data: bytes, source: "Source") -> list[RawTable]:
    """A table for each visible sheet with data, or the one that `source.sheet` names (hidden or not)."""
    is_plain = check_workbook(path, data)
    if _has_password(data):
        raise error(FileUnreadable, "file_protected", file=path.name)
    if _is_document(data):
        raise error(FileUnreadable, "workbook_is_document", file=path.name)
    with _calamine(path):
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(data))
    notes: list[Note] = []
    tables: list[RawTable] = []
    without_rows: list[RawTable] = []
    for name in _chosen_sheets(path, book, source, notes):
        table = _fast(path, data, name) if is_plain and len(data) > _LARGE else None
        if table is None:
            with _calamine(path):
                sheet = book.get_sheet_by_name(name)
            table = _exact(path, data, sheet, source)
        if table is not None:
            (tables if len(table.frame) else without_rows).append(table)
        elif sheet.height:
            notes.append(("sheet_without_table", {"sheet": name}))
    if not tables:
        if not without_rows:
            raise error(FileUnreadable, "no_table", file=path.name)
        tables, without_rows = without_rows[:1], without_rows[1:]
        notes.append(("no_rows", {"file": path.name}))
    notes += [("sheet_without_rows", {"sheet": table.sheet}) for table in without_rows]
    tables[0].notes[:0] = notes
    return tables


def _has_password(data: bytes) -> bool:
    """Whether a workbook is encrypted: an `.xlsx` inside an OLE stream of that name, or an `.xls` whose first record
    after its beginning is FILEPASS ([MS-XLS] 2.4.117). The parser only says that it does not know the format."""
    if data.startswith(b"PK"):
        return False
    begin = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    is_locked = begin >= 0 and data[begin + 20 : begin + 22] == b"\x2f\x00"
    return is_locked or "EncryptedPackage".encode("utf-16-le") in data


def _is_document(data: bytes) -> bool:
    """Whether an OLE file is a Word document; a workbook may hold one as an object."""
    word, book = ("WordDocument".encode("utf-16-le"), "Book".encode("utf-16-le"))
    return not data.startswith(b"PK") and word in data and book not in data and book.lower() not in data


def _chosen_sheets(path: Path, book: Any, source: "Source", notes: list[Note]) -> list[str]:
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets]
    if source.sheet is not None:
        wanted = source.sheet.strip().casefold()
        fitting = [name for name in names if name == source.sheet] or [
            name for name in names if name.strip().casefold() == wanted
        ]
        if not fitting:
            raise error(FileUnreadable, "sheet_missing", file=path.name, sheet=source.sheet, sheets=names)
        return fitting[:1]
    hidden = [sheet.name for sheet in sheets if sheet.visible != calamine.SheetVisibleEnum.Visible]
    if hidden:
        notes.append(("sheets_hidden", {"sheets": hidden}))
    if len(hidden) == len(names):
        raise error(FileUnreadable, "sheets_all_hidden", file=path.name, sheets=names)
    return [name for name in names if name not in hidden]


def _fast(path: Path, data: bytes, name: str) -> RawTable | None:
    """A sheet whose headings are its first row and whose columns have one type each; `None` for any other."""
    logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it warns of every empty column
    try:
        sheet = fastexcel.read_excel(data).load_sheet(
            name, header_row=0, schema_sample_rows=None, dtype_coercion="strict", whitespace_as_null=True
        )
        batch, errors = sheet.to_arrow_with_errors()
    except fastexcel.FastExcelError:  # mixed columns, above all; the exact way says what is wrong
        return None
    names = [column.name for column in sheet.selected_columns]
    if errors or any(name.startswith("__UNNAMED__") or name.rpartition("_")[0] in names for name in names):
        return None  # formula errors, headings that are missing or that fastexcel has made unique in its own way
    frame = batch.to_pandas()
    headings = find_headings([names, *frame.head(LOOK_AT).astype(object).to_numpy().tolist()])
    if headings is None or headings.last > 0 or headings.names != names:
        return None
    frame, numbers, notes = data_rows(frame, np.arange(2, len(frame) + 2, dtype=np.int64))
    return RawTable(path, name, frame, numbers, notes=notes)


def _exact(path: Path, data: bytes, sheet: Any, source: "Source") -> RawTable | None:
    """A sheet cell by cell; `None` when it holds no table."""
    with _calamine(path):
        rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        merges = [(r0, c0, r1, c1) for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or []]
    made = table_of_cells(path, sheet.name, rows, merges=merges, known=source.columns)
    if made is None:
        return None
    table, body = made
    wrong = [place for place in _error_cells(data, sheet.name, sheet.start) if place[0] >= body]
    table.notes[:0] = _error_notes(wrong)
    return table


def _error_cells(data: bytes, name: str, start: tuple[int, int] | None) -> list[tuple[int, int]]:
    """Row and column, from 0, of cells whose formula failed (`#N/A`, `#REF!`): calamine shows them as empty.

    fastexcel counts rows from the first of the sheet, columns from the first that is used, `start[1]`.
    """
    try:
        sheet = fastexcel.read_excel(data).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        errors = sheet.to_arrow_with_errors()[1]
    except fastexcel.FastExcelError:
        return []
    left = start[1] if start else 0
    return [(row, left + column) for row, column in (one.position for one in errors.errors)] if errors else []


def _error_notes(places: Sequence[tuple[int, int]]) -> list[Note]:
    if not places:
        return []
    told = [f"{column_letter(column)}{row + 1}" for row, column in places[:20]]
    return [("formula_errors", {"count": len(places), "cells": told})]


@contextmanager
def _calamine(path: Path) -> Iterator[None]:
    """Turns whatever the parser makes of a damaged workbook, a panic included, into one sentence."""
    try:
        yield
    except calamine.PasswordError as problem:
        raise error(FileUnreadable, "file_protected", file=path.name) from problem
    except BaseException as problem:
        if isinstance(problem, FileUnreadable) or not (
            isinstance(problem, Exception) or type(problem).__name__ == "PanicException"
        ):
            raise
        if "password" in str(problem).lower():
            raise error(FileUnreadable, "file_protected", file=path.name) from problem
        raise error(FileUnreadable, "workbook_damaged", file=path.name) from problem
