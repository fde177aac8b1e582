"""One zone's list of assignments as a workbook: lines to fill in first and marked, then who is there; codes as text.

Excel checks what is typed over: codes, names and numbers that are known cannot be, days have to be days.
"""

import io
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from dashboard.analysis.assignments import SEVERAL
from dashboard.analysis.duties import LAYERS
from dashboard.sheets import typed
from dashboard.sheets.columns import COLUMNS, DAYS, heading, write
from dashboard.sheets.explained import explain
from dashboard.text import t, word
from dashboard.workbook import opened

SPARE_ROWS = 20
"""Empty lines at the end, for those who follow somebody."""
_WIDTHS = {"target": 19, "target_name": 18, "zone_name": 14, "role": 9, "name": 12, "unit": 16, "phone": 14,
           "valid_from": 12, "valid_to": 12, "remark": 34, "code": 12}  # fmt: skip
_LONGEST_HEADER = 100
_A4 = 9


def workbook(lines: Mapping[str, pd.DataFrame], *, title: str, of_data: str, language: str) -> bytes:
    """An `.xlsx` with a sheet for cells, one for facilities (where there are such lines) and one that explains.

    `lines`: by layer, as of `analysis.handouts.lines`. Every text is written as text, so nothing in it is a formula.
    """
    held = io.BytesIO()
    with opened(held) as book:
        shown = {layer: lines[layer] for layer in LAYERS if len(lines[layer])}
        sheets = {layer: book.add_worksheet(t(f"handout.{layer}", language)) for layer in shown}
        how = book.add_worksheet(t("handout.how", language))
        places = explain(book, how, shown, [title, of_data], language)
        for layer, rows in shown.items():
            _fill(book, sheets[layer], rows, layer, language)
            typed.check(sheets[layer], rows, spare=SPARE_ROWS, places=places[layer], language=language)
            _set_up_print(sheets[layer], title, len(rows) + SPARE_ROWS, language)
    return held.getvalue()


def _fill(book: Any, sheet: Any, rows: pd.DataFrame, layer: str, language: str) -> None:
    """The lines, those to fill in marked, then the spare ones."""
    formats = {
        (is_wanted, is_day): book.add_format(
            {"border": 1, "border_color": "#BFBFBF", "num_format": "yyyy-mm-dd" if is_day else "@"}
            | ({"bg_color": "#FFF2CC"} if is_wanted else {})
        )
        for is_wanted in (True, False)
        for is_day in (True, False)
    }
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEEEEE", "text_wrap": True, "valign": "top"})
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS[name], None, {"hidden": name == "code"})
        sheet.write_string(0, place, heading(name, layer, language), bold)
    for row, line in enumerate(rows.to_dict("records"), 1):
        cells = line | {"remark": remark(line, language), "role": word("role", line["role"], language)}
        for place, name in enumerate(COLUMNS):
            write(sheet, row, place, cells[name], formats[bool(line["is_wanted"]), name in DAYS])
    for row in range(len(rows) + 1, len(rows) + SPARE_ROWS + 1):
        for place, name in enumerate(COLUMNS):
            write(sheet, row, place, None, formats[False, name in DAYS])


def remark(line: Mapping[Hashable, Any], language: str) -> str:
    """Why somebody is wanted, or what is odd; of a facility also its kind."""
    told = [word("kind", line["kind"], language)] if isinstance(line["kind"], str) else []
    if line["is_wanted"]:
        days = {
            name: f"{line[name]:%Y-%m-%d}" if pd.notna(line[name]) else ""
            for name in ("last_until", "next_from", "until")
        }
        who = line["last_name"] if isinstance(line["last_name"], str) else t("handout.somebody", language)
        told.append(t(f"handout.wanted.{line['state']}", language, who=who, **days))
    elif line["state"] == SEVERAL:
        told.append(t("handout.several", language))
    return t("handout.and", language).join(told)


def _set_up_print(sheet: Any, title: str, end: int, language: str) -> None:
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, end, len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    # An ampersand begins an order in a header.
    sheet.set_header(f"&C{title[:_LONGEST_HEADER].replace('&', '&&')}")
    sheet.set_footer(f"&C{t('handout.page', language, page='&P', pages='&N')}")
