"""The sheet that goes back to who sent it: refused rows as they were, with the reason beside each; and telling such a
sheet when it comes again, corrected.
"""

import hashlib
import json
import math
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pandas as pd

from etl import messages
from settings import LANGUAGES

_WIDEST = 60
_LONGEST = 32_767  # characters that a cell of Excel holds
_MOST_ROWS = 1_000_000
_OF_ENTRY, _OF_LAYER = "refused_entry", "refused_layer"
_CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}lpwstr"
_AGAIN = re.compile(r"(?:\s*[(（]\d+[)）]|\s*-\s*(?:副本|Copy))+$")
_OF_RUN = re.compile(r"\d{6}-\d{4,}-(\d+)-(.+)")
_PROPERTIES = "docProps/custom.xml"
_LONGEST_PROPERTY = 255
_MOST_PROPERTIES = 1 << 16  # bytes


def write_refused(
    folder: Path, name: str, rows: pd.DataFrame, language: str, *, entry: str = "", layer: str = ""
) -> Path:
    """Writes the workbook and gives its path.

    `rows`: those of `refused_row` of one source (`sheet`, `row_number`, `row`, `reasons`). First come sheet, row
    number and reasons, then the columns of the file. Every cell is text, so nothing in it is ever a formula.
    `entry`, `layer`: the source's; kept as properties of the workbook, by which `sent_back_from` knows it again.
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
            why,
            *(cell_text(row.get(heading)) for heading in headings),
        ]
        for sheet, number, row, why in zip(rows["sheet"], rows["row_number"], written, told, strict=False)
    ]
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            bold = book.add_format({"bold": True, "bg_color": "#EEEEEE", "border": 1})
            red = book.add_format({"font_color": "#B00020", "text_wrap": False})
            for kept, value in ((_OF_ENTRY, entry), (_OF_LAYER, layer)):
                if 0 < len(value) <= _LONGEST_PROPERTY:
                    book.set_custom_property(kept, value, "text")
            sheet = book.add_worksheet(messages.sentence(("refused_name", {}), language))
            top = [words["sheet"], words["row"], words["reason"], *headings]
            for column, heading in enumerate(top):
                longest = max([len(heading), *(len(line[column]) for line in table[:200])])
                sheet.set_column(column, column, min(_WIDEST, 2 + 2 * longest))
            sheet.freeze_panes(1, 3)
            for column, heading in enumerate(top):
                sheet.write_string(0, column, heading[:_LONGEST], bold)
            for position, line in enumerate(table, start=1):
                for column, text in enumerate(line):
                    sheet.write_string(position, column, text[:_LONGEST], red if column == 2 else None)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
    return path


def sent_back_from(path: Path) -> tuple[str, str] | None:
    """(entry, layer) of the source whose refused rows a workbook holds, None for any other file.

    Excel, WPS and LibreOffice keep a workbook's properties when it is saved, under whatever name.
    """
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        with zipfile.ZipFile(path) as book:
            part = book.getinfo(_PROPERTIES)
            if part.file_size > _MOST_PROPERTIES:
                return None
            told = fromstring(book.read(part))
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, ParseError):
        return None
    kept = {one.get("name"): one.findtext(_TEXT) for one in told.iter(f"{_CUSTOM}property")}
    entry, layer = (kept.get(name) for name in (_OF_ENTRY, _OF_LAYER))
    return (entry, layer) if entry and layer else None


def sheet_name(stem: str, language: str) -> str:
    """What the sheet of a file's refused rows is called where somebody takes it from the page.

    >>> sheet_name("台账", "zh")
    '台账-退回.xlsx'
    """
    return f"{stem}-{messages.sentence(('refused_name', {}), language)}.xlsx"


def named_after(name: str) -> tuple[str, int | None]:
    """(stem of the file whose refused rows a sheet of this name holds, the source's number where the name has it);
    an empty stem for any other name. What a browser adds to a second download does not count.

    >>> named_after("台账-退回 (1).xlsx"), named_after("999900-0003-12-台账_市容.xlsx"), named_after("台账.xlsx")
    (('台账', None), ('台账_市容', 12), ('', None))
    """
    stem = _AGAIN.sub("", Path(name).stem)
    if of_run := _OF_RUN.fullmatch(stem):
        return of_run[2], int(of_run[1])
    endings = {f"-{messages.sentence(('refused_name', {}), language)}" for language in LANGUAGES}
    return next((stem.removesuffix(ending) for ending in sorted(endings) if stem.endswith(ending)), ""), None


def run_name(place: str, run: int, source: int, path: str) -> str:
    """What the sheet of a source's refused rows is called where a load writes it (`named_after` knows it again)."""
    return f"{place}-{run:04d}-{source}-{path.removesuffix(Path(path).suffix)}"


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
