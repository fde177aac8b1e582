"""Widths of a table's columns, and rows high enough that no text in them is cut."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

_ROW, _LINE, _PADDING = 35, 19, 17
_WIDE_LETTER, _LETTER = 12.0, 6.6
"""Pixels of a Chinese and of a Latin letter in a table on a small screen; on a larger one columns grow as type does."""
_SPARE, _MOST_LINES = 0.25, 6
_SHORT = 100
"""Pixels up to which a text stays on one line."""
_FIRST_WIDE = 0x2E80


def fitted(shown: pd.DataFrame, widths: Mapping[str, int], *, room: int = 500) -> dict[str, Any]:
    """Arguments for `st.dataframe`: columns of these widths in pixels, or of their headings and short texts; rows of as
    many lines as the longest text of such a column needs; and `room` pixels of height at most."""
    wanted = {name: _PADDING + math.ceil(_longest(shown[name])) for name in widths}
    widths = {
        name: max(width, math.ceil(pixels(name)) + _PADDING, wanted[name] if wanted[name] <= _SHORT else 0)
        for name, width in widths.items()
    }
    lines = max((_lines(shown[name], width) for name, width in widths.items()), default=1)
    row = _ROW if lines == 1 else _PADDING + _LINE * lines
    high = _ROW + row * len(shown) + 3
    return {
        "column_config": {name: st.column_config.Column(width=width) for name, width in widths.items()},
        "row_height": row,
        "height": "content" if high <= room else room,
    }


def at_most(texts: Iterable[object], least: int, most: int) -> int:
    """The width that keeps these texts on one line, between two widths in pixels."""
    return min(max(least, _PADDING + math.ceil(_longest(texts))), most)


def _lines(texts: Iterable[object], width: int) -> int:
    needed = _longest(texts) / (width - _PADDING)
    return 1 if needed <= 1 else min(_MOST_LINES, math.ceil(needed + _SPARE))


def _longest(texts: Iterable[object]) -> float:
    return max((pixels(text) for text in texts if isinstance(text, str)), default=0.0)


def pixels(text: str) -> float:
    """How wide a text is in a table."""
    return sum(_WIDE_LETTER if ord(letter) >= _FIRST_WIDE else _LETTER for letter in text)
