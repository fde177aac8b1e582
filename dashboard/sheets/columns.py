"""The columns of a list of assignments, and how a cell of it is written."""

from typing import Any

import pandas as pd

from dashboard.text import t
from dashboard.workbook import LONGEST

COLUMNS = ("target", "target_name", "zone_name", "role", "name", "unit", "phone", "valid_from", "valid_to", "remark",
           "code")  # fmt: skip
DAYS = ("valid_from", "valid_to")


def heading(name: str, layer: str, language: str) -> str:
    """What the column is called, as `etl` knows it."""
    return t(f"handout.heading.{f'{layer}_{name}' if name.startswith('target') else name}", language)


def write(sheet: Any, row: int, place: int, value: object, style: Any) -> None:
    """A day as a day, a text as text, anything else as an empty cell in its style."""
    if isinstance(value, pd.Timestamp) and pd.notna(value):
        sheet.write_datetime(row, place, value.to_pydatetime(), style)
    elif isinstance(value, str):
        sheet.write_string(row, place, value[:LONGEST], style)
    else:
        sheet.write_blank(row, place, None, style)
