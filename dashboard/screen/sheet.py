"""A frame as an Excel sheet to send on."""

import math
from io import BytesIO

import pandas as pd

_LONGEST = 32_767
"""Characters that an Excel cell holds."""
_WIDTH = 16


def workbook(frame: pd.DataFrame, *, name: str) -> bytes:
    """An `.xlsx` of one sheet, as texts and numbers; text that looks like a formula stays text."""
    import xlsxwriter

    held = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(frame.columns) - 1, 0), _WIDTH)
        for place, heading in enumerate(frame.columns):
            sheet.write_string(0, place, str(heading), bold)
            values = frame[heading]
            if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
                numbers = values.astype("float64")
                for row, value in enumerate(numbers.tolist(), 1):
                    if not math.isnan(value):
                        sheet.write_number(row, place, value)
            else:
                for row, text in enumerate(values.astype(object).where(values.notna(), "").tolist(), 1):
                    sheet.write_string(row, place, str(text)[:_LONGEST])
    return held.getvalue()
