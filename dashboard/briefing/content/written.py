"""How a value is written, the same on every paper."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd

from dashboard.text import number, percent

NOTHING = "—"
_LONGEST = 80
"""Characters of a name; a cell of a hostile file may hold 32,767."""
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")
_WHOLE_FROM = 10


def written(value: Any, kind: str) -> str:
    """A value of one of `shape.KINDS` as text, without unit; an em dash where there is none.

    >>> written(0.7582, "share"), written(1071, "count"), written(2.345, "ratio"), written(149.0, "density")
    ('75.8%', '1,071', '2.3', '149')
    """
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return NOTHING
    return _WAYS.get(kind, one_line)(value)


def _density(value: float) -> str:
    """With the decimals it was rounded to (`sentences.densities.rounded`): one at least below ten."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text if value >= _WHOLE_FROM or "." in text or value == 0 else f"{text}.0"


def cleaned(value: object) -> str:
    """A name from a file on one line: no control characters, none that turn the direction of writing or that no XML may
    hold, and not endless.

    >>> cleaned("网格\\n\\u202e一")
    '网格 一'
    """
    text = one_line(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def one_line(value: object) -> str:
    """The same of a text that may be long: a description, an address."""
    return _UNSAFE.sub(" ", str(value)).strip()


def day(value: date | datetime | pd.Timestamp) -> str:
    """A day of the current year in a sentence: 11-20."""
    return f"{value:%m-%d}"


_WAYS: dict[str, Callable[[Any], str]] = {
    "share": lambda value: percent(float(value)),
    "whole_share": lambda value: f"{float(value):.0%}",
    "signed_share": lambda value: f"{float(value):+.1%}".replace("-", "−"),
    "ratio": lambda value: number(float(value), 1),
    "decimal": lambda value: number(float(value), 1),
    "density": lambda value: _density(float(value)),
    "degrees": lambda value: f"{float(value):.6f}",
    "count": lambda value: number(float(value)),
    "signed": lambda value: f"{'+' if value > 0 else ''}{number(float(value))}".replace("-", "−"),
    "day": lambda value: f"{pd.Timestamp(value):%Y-%m-%d}",
    "moment": lambda value: f"{pd.Timestamp(value):%Y-%m-%d %H:%M}",
}
