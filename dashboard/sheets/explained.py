"""The sheet that explains how a list is filled in, with the zone's codes beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.sheets.columns import heading, write
from dashboard.text import t
from dashboard.workbook import LONGEST

_A4, _LIST_AT = 9, 2
_HOW = ("blank", "new", "hand_over", "last_day", "left", "code", "namesake", "load")


def explain(
    book: Any, sheet: Any, shown: Mapping[str, pd.DataFrame], top: Sequence[str], language: str
) -> dict[str, str]:
    """Fills the sheet with the lines of `top`, the rules and the codes; gives the range of the codes by layer."""
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet.set_column(0, 0, 96)
    for row, line in enumerate(top):
        sheet.write_string(row, 0, line[:LONGEST], bold if not row else wrapped)
    for row, name in enumerate(_HOW, len(top) + 1):
        sheet.write_string(row, 0, t(f"handout.how_{name}", language), wrapped)
    places = {}
    for number, (layer, rows) in enumerate(shown.items()):
        at = _LIST_AT + 3 * number
        known = rows[["target", "target_name"]].drop_duplicates("target").sort_values("target")
        sheet.set_column(at, at + 1, 19, text)
        for place, name in enumerate(known.columns):
            sheet.write_string(0, at + place, heading(name, layer, language), bold)
            for row, value in enumerate(known[name], 1):
                write(sheet, row, at + place, value, text)
        column = chr(ord("A") + at)
        name = sheet.get_name().replace("'", "''")
        places[layer] = f"='{name}'!${column}$2:${column}${len(known) + 1}"
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.print_area(0, 0, len(top) + len(_HOW), 0)
    sheet.fit_to_pages(1, 0)
    return places
