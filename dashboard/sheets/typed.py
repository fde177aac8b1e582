"""What Excel lets be typed where; it asks this of what is typed, not of what stands there or is pasted.

Codes, names and numbers that stand there cannot be typed over, days have to be days, and a code on an empty line is one
of the zone's.
"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.sheets.columns import COLUMNS
from dashboard.text import t

_AT = {name: place for place, name in enumerate(COLUMNS)}
_FIXED = ("target", "target_name", "zone_name", "role", "code")
"""Columns in which nothing is typed on a line that stands there already."""
_OF_HELD = ("name", "unit", "phone")
_FIRST, _LAST = date(1949, 1, 1), date(2100, 12, 31)


def check(sheet: Any, rows: pd.DataFrame, *, spare: int, places: str, language: str) -> None:
    """Rules for the lines of `rows` and as many `spare` ones; `places` is the range that has the codes of the zone."""

    def told(name: str, **more: object) -> dict[str, object]:
        said = {f"error_{part}": t(f"handout.typing.{name}_{part}", language) for part in ("title", "message")}
        return said | {"validate": "custom", "value": "=FALSE"} | more

    count, end = len(rows), len(rows) + spare
    for name in _FIXED:
        sheet.data_validation(1, _AT[name], count, _AT[name], told("fixed"))
    is_held = ~rows["is_wanted"].to_numpy(dtype=np.bool_)
    for name in _OF_HELD:
        _over(sheet, is_held, _AT[name], told("held"))
    has_start = is_held & rows["valid_from"].notna().to_numpy(dtype=np.bool_)
    _over(sheet, has_start, _AT["valid_from"], told("held"))
    first, last = _AT["valid_from"], _AT["valid_to"]
    days = told("day", validate="date", criteria="between", minimum=_FIRST, maximum=_LAST)
    _over(sheet, ~has_start, first, days)
    sheet.data_validation(count + 1, first, end, first, days)
    start = f"=${chr(ord('A') + first)}2"
    sheet.data_validation(1, last, end, last, told("end", validate="date", criteria=">=", value=start))
    sheet.data_validation(count + 1, 0, end, 0, told("code", validate="list", value=places))


def _over(sheet: Any, is_meant: npt.NDArray[np.bool_], place: int, options: dict[str, object]) -> None:
    """One rule for all lines where it holds."""
    spans: list[list[int]] = []
    for row, holds in enumerate(is_meant, 1):
        if holds and spans and spans[-1][2] == row - 1:
            spans[-1][2] = row
        elif holds:
            spans.append([row, place, row, place])
    if spans:
        sheet.data_validation(*spans[0], options | {"other_cells": spans[1:]})
