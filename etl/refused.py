"""The sheet that goes back to who sent it: refused rows as they were, with the reason beside each."""

import hashlib
import json
import math
import re
from pathlib import Path
from typing import Any

import pandas as pd

from etl import messages

_WIDEST = 60
_LONGEST = 32_767  # characters that a cell of Excel holds
_MOST_ROWS = 1_000_000


def write_refused(folder: Path, name: str, rows: pd.DataFrame, language: str) -> Path:
    """Writes the workbook and gives its path.

    `rows`: those of `refused_row` of one source (`sheet`, `row_number`, `row`, `reasons`). First come sheet and row
    number, then the columns of the file, last the reasons. Every cell is text, so nothing in it is ever a formula.
    Raises `OSError` where the file cannot be written (open in Excel, disk full).
    """
    import xlsxwriter

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_file_name(name)}.xlsx"
    written: list[dict[str, Any]] = [json.loads(text) for text in rows["row"].head(_MOST_ROWS)]
    headings = list(dict.fromkeys(heading for row in written for heading in row))
    told = [_reasons(text, language) for text in rows["reasons"].head(_MOST_ROWS)]
    words = {code: messages.sentence((f"refused_{code}", {}), language) for code in ("sheet", "row", "reason")}
    table = [
        [
            sheet if isinstance(sheet, str) else "",
            str(number),
            *(cell_text(row.get(heading)) for heading in headings),
            why,
        ]
        for sheet, number, row, why in zip(rows["sheet"], rows["row_number"], written, told, strict=False)
    ]
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            bold = book.add_format({"bold": True, "bg_color": "#EEEEEE", "border": 1})
            red = book.add_format({"font_color": "#B00020", "text_wrap": False})
            sheet = book.add_worksheet()
            top = [words["sheet"], words["row"], *headings, words["reason"]]
            for column, heading in enumerate(top):
                longest = max([len(heading), *(len(line[column]) for line in table[:200])])
                sheet.set_column(column, column, min(_WIDEST, 2 + 2 * longest))
            sheet.freeze_panes(1, 2)
            for column, heading in enumerate(top):
                sheet.write_string(0, column, heading[:_LONGEST], bold)
            for position, line in enumerate(table, start=1):
                for column, text in enumerate(line):
                    sheet.write_string(position, column, text[:_LONGEST], red if column == len(line) - 1 else None)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
    return path


def _reasons(text: str, language: str) -> str:
    return "；".join(messages.sentence((code, values), language) for code, values in json.loads(text))


def cell_text(value: Any) -> str:
    """A cell as the sheet showed it: nothing for an empty one, and no `.0` where a spreadsheet kept a whole number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)


def _file_name(name: str) -> str:
    """A name that every system takes: no separators, none of Windows' reserved characters, not too long, unique."""
    plain = re.sub(r'[\x00-\x1f<>:"/\\|?*#\s]+', "_", name).strip("._ ")
    if len(plain) <= 80:
        return plain
    return f"{plain[:70]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
