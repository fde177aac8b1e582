"""Frames as an Excel file to send on."""

import math
from collections.abc import Mapping
from io import BytesIO
from numbers import Real
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.workbook import LONGEST, opened, sheet_name

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_WIDTH = 16


def workbook(frame: pd.DataFrame, *, name: str) -> bytes:
    """An `.xlsx` of one sheet; see `book`."""
    return book({name: frame})


def book(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """An `.xlsx` of a sheet for each frame, as texts and numbers; text that looks like a formula stays text,
    and what is missing or has no end stays empty."""
    held = BytesIO()
    with opened(held) as file:
        for name, frame in sheets.items():
            _sheet(file, name, frame)
    return held.getvalue()


def _sheet(file: "Workbook", name: str, frame: pd.DataFrame) -> None:
    sheet = file.add_worksheet(sheet_name(name))
    bold = file.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(frame.columns) - 1, 0), _WIDTH)
    for place, heading in enumerate(frame.columns):
        sheet.write_string(0, place, str(heading), bold)
        values = frame[heading]
        for row, value in enumerate(values.astype(object).where(values.notna(), None).tolist(), 1):
            if value is None:
                continue
            if not isinstance(value, Real) or isinstance(value, bool):
                sheet.write_string(row, place, str(value)[:LONGEST])
            elif math.isfinite(value):
                sheet.write_number(row, place, value)
