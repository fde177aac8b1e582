"""How dates are spelled: shapes of texts, and where year, month, day and time stand in them.

Texts are sorted by *shape* (every digit replaced by 0): a column of a million dates has a handful of shapes, each is
understood once by a regular expression, and the digits are then read from the bytes in NumPy.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_LONGEST = 48
_CHUNK = 100_000
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

# Shapes are bytes, so Chinese marks are alternatives, never members of a character class.
_DATES = (
    r"(?P<y>0{4}) ?(?:[-/.]|年) ?(?P<m>0{1,2}) ?(?:[-/.]|月) ?(?P<d>0{1,2}) ?(?:日|号)?",
    r"(?P<y>0{4})(?P<m>0{2})(?P<d>0{2})",
    r"(?P<y2>0{2}) ?年 ?(?P<m>0{1,2}) ?月 ?(?P<d>0{1,2}) ?(?:日|号)?",
    r"(?P<y2>0{2})(?P<mark>[-.])(?P<m>0{1,2})(?P=mark)(?P<d>0{1,2})",
    r"(?P<a>0{1,2})[-/.](?P<b>0{1,2})[-/.](?P<y>0{4})",
    r"(?P<d>0{1,2})[- ]?(?P<mon>{MON})[A-Z]*\.?[-, ]+(?P<y>0{4})",
    r"(?P<mon>{MON})[A-Z]*\.? (?P<d>0{1,2}),? (?P<y>0{4})",
)
_WEEKDAY = r"(?: ?\(?(?:星期|周|礼拜)(?:一|二|三|四|五|六|日|天)\)?)?"
_HALF = r"(?P<{name}>AM|PM|上午|下午|早上|早晨|凌晨|中午|晚上|傍晚)"
_TIME = (
    r"(?:[T ]*(?:{before} ?)?(?P<H>0{1,2}) ?(?::|时|点)(?: ?(?P<M>0{1,2}) ?(?::|分)?)?"
    r"(?: ?(?P<S>0{1,2})(?:[.,]0{1,9})?(?:秒)?)?(?: ?{after})?)?"
)
_ZONE = r"(?: ?(?P<z>Z|UTC|GMT|(?P<sign>[+-])(?P<zh>0{2}):?(?P<zm>0{2})))?"
_COMPACT = r"(?P<y>0{4})(?P<m>0{2})(?P<d>0{2})[T ]?(?P<H>0{2})(?P<M>0{2})(?P<S>0{2})?(?:[.,]0{1,9})?" + _ZONE
_DIRECTIVES = {
    "Y": r"(?P<y>0{4})",
    "y": r"(?P<y2>0{2})",
    "m": r"(?P<m>0{1,2})",
    "d": r"(?P<d>0{1,2})",
    "H": r"(?P<H>0{1,2})",
    "I": r"(?P<H>0{1,2})",
    "M": r"(?P<M>0{1,2})",
    "S": r"(?P<S>0{1,2})",
    "f": r"0{1,9}",
    "p": _HALF.format(name="after"),
    "b": rf"(?P<mon>{'|'.join(_MONTHS)})[A-Z]*",
    "B": rf"(?P<mon>{'|'.join(_MONTHS)})[A-Z]*",
    "%": "%",
}


_SIGNS = {sign: 0 for sign in "〇○OＯ零"} | {sign: number for number, sign in enumerate("一二三四五六七八九", 1)}
_NUMERAL = "[一二三四五六七八九十廿卅]{1,4}"
_IN_NUMERALS = re.compile(
    rf"^((?P<y>[〇○零OＯ0一二三四五六七八九]{{2,4}}|\d{{4}}|\d{{2}}) ?年 ?)?(?P<m>{_NUMERAL}|\d{{1,2}}) ?月 ?"
    rf"(?P<d>{_NUMERAL}|\d{{1,2}}) ?(?=日|号)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Layout:
    """Where the parts stand in a shape: name → (from, to) in bytes."""

    spans: dict[str, tuple[int, int]]
    month: int | None = None
    afternoon: Literal["am", "pm"] | None = None
    offset_sign: int | None = None


def in_digits(texts: pa.Array) -> pa.Array:
    """Texts that begin with a day in Chinese numerals, with it in digits; others as they are.

    >>> in_digits(pa.array(["二〇二六年十一月五日 8:30", "十月廿一日前", "长期"])).to_pylist()
    ['2026年11月5日 8:30', '10月21日前', '长期']
    """
    has_any = pc.match_substring_regex(texts, "[一二三四五六七八九十廿卅](?: ?月|日|号)")
    if not pc.any(has_any, min_count=0).as_py():
        return texts
    return pa.array([_IN_NUMERALS.sub(_day_in_digits, text) for text in texts.to_pylist()], type=texts.type)


def _day_in_digits(found: re.Match[str]) -> str:
    year = found["y"]
    if year:
        year = "".join(sign if sign.isdecimal() else str(_SIGNS[sign.upper()]) for sign in year) + "年"
    return f"{year or ''}{numeral(found['m'])}月{numeral(found['d'])}"


def numeral(text: str) -> int:
    """A number up to 99, in digits or Chinese numerals; 0 for what is none.

    >>> [numeral(text) for text in ("7", "三", "十五", "二十", "廿五", "三十一", "十十")]
    [7, 3, 15, 20, 25, 31, 0]
    """
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.replace("廿", "二十").replace("卅", "三十").replace("两", "二").partition("十")
    if any(len(part) > 1 or (part and part not in _SIGNS) for part in (tens, ones)):
        return 0
    return (10 * _SIGNS.get(tens, 1) if ten else _SIGNS.get(tens, 0)) + _SIGNS.get(ones, 0)


UTC_MARK = 1 << 20
"""Added to an offset in seconds, so that 0 can mean "no offset written"."""


def shapes(texts: pa.Array) -> Iterator[tuple[np.ndarray, np.ndarray, bytes]]:
    """Groups of texts of one shape: (positions, bytes as a matrix, the shape)."""
    for start in range(0, len(texts), _CHUNK):
        block = pa.concat_arrays([texts.slice(start, _CHUNK)])
        block = block.cast(pa.large_string())
        offsets = np.frombuffer(block.buffers()[1], "int64", len(block) + 1, block.offset * 8)
        content = np.frombuffer(block.buffers()[2] or b"", "uint8")
        lengths = np.diff(offsets)
        for length in np.unique(lengths):
            if not 0 < length <= _LONGEST:
                continue
            rows = np.flatnonzero(lengths == length)
            is_whole = len(rows) == len(block)
            matrix = (
                content[offsets[0] : offsets[-1]].reshape(-1, length)
                if is_whole
                else content[offsets[rows][:, None] + np.arange(length)]
            )
            shapes = np.where((matrix >= 48) & (matrix <= 57), np.uint8(48), matrix)
            for same in _groups(shapes):
                yield start + rows[same], matrix[same], shapes[same[0]].tobytes()


def _groups(shapes: np.ndarray) -> Iterator[np.ndarray]:
    """Positions of equal rows of a matrix of bytes."""
    is_first = (shapes == shapes[0]).all(axis=1)
    yield np.flatnonzero(is_first)
    rest = np.flatnonzero(~is_first)
    if len(rest):
        width = shapes.shape[1]
        whole = np.ascontiguousarray(shapes[rest]).view(f"V{width}").ravel()
        _, group = np.unique(whole, return_inverse=True)
        order = np.argsort(group, kind="stable")
        for members in np.split(order, np.cumsum(np.bincount(group))[:-1]):
            yield rest[members]


def is_number(shape: bytes) -> bool:
    """Digits that are no date by their length: serials of a spreadsheet, seconds since 1970."""
    return re.fullmatch(rb"0+(\.0+)?", shape) is not None and len(shape.partition(b".")[0]) not in (8, 12, 14)


@lru_cache(maxsize=4096)
def layout_of(shape: bytes, declared: str | None) -> Layout | None:
    """Where the parts stand in a shape, after the declared format or a usual spelling; `None`: it is no date."""
    for pattern in ([_declared_pattern(declared)] if declared else []) + list(_patterns()):
        match = pattern.fullmatch(shape)
        if match is None:
            continue
        named = {name: text for name, text in match.groupdict().items() if text is not None}
        spans: dict[str, tuple[int, int]] = {
            str(name): match.span(name)
            for name in ("y", "y2", "m", "d", "a", "b", "H", "M", "S", "zh", "zm")
            if name in named
        }
        month = _MONTHS.index(named["mon"].decode()) + 1 if "mon" in named else None
        half = named.get("before", named.get("after", b"")).decode()
        afternoon: Literal["am", "pm"] | None = None
        if half:
            afternoon = "pm" if half in ("PM", "下午", "晚上", "傍晚", "中午") else "am"
        sign = None if "z" not in named else (-1 if named.get("sign") == b"-" else 1)
        return Layout(spans, month, afternoon, sign)
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[bytes], ...]:
    time = _TIME.replace("{before}", _HALF.format(name="before")).replace("{after}", _HALF.format(name="after"))
    texts = [date.replace("{MON}", "|".join(_MONTHS)) + _WEEKDAY + time + _ZONE for date in _DATES] + [_COMPACT]
    return tuple(re.compile(text.encode()) for text in texts)


@lru_cache(maxsize=64)
def _declared_pattern(declared: str) -> re.Pattern[bytes]:
    text = re.sub(
        r"%-?(.)|([^%]+)",
        lambda part: _DIRECTIVES.get(part[1], ".*?") if part[1] else re.escape(part[2].upper()).replace(r"\ ", " ?"),
        declared,
    )
    try:
        return re.compile(text.encode())
    except re.error:  # a directive twice; the usual spellings still hold
        return re.compile(rb"(?!)")


def read_parts(layout: Layout, matrix: np.ndarray) -> dict[str, np.ndarray]:
    """The numbers of a shape's parts; a and b (which is the day?) come as m and d, to be turned round later."""
    parts = {}
    for name, (start, end) in layout.spans.items():
        number = np.zeros(len(matrix), "int32")
        for column in range(start, end):
            number = number * 10 + (matrix[:, column] - 48)
        parts[name] = number
    if "y2" in parts:
        parts["y"] = parts.pop("y2") + 2000
    if "a" in parts:
        parts["m"], parts["d"] = parts.pop("a"), parts.pop("b")
    if layout.month:
        parts["m"] = np.full(len(matrix), layout.month)
    if layout.afternoon == "pm":
        parts["H"] = np.where(parts["H"] < 12, parts["H"] + 12, parts["H"])
    elif layout.afternoon == "am":
        parts["H"] = np.where(parts["H"] == 12, 0, parts["H"])
    if layout.offset_sign is not None:
        zero = np.zeros(len(matrix), "int32")
        seconds = parts.pop("zh", zero) * 3600 + parts.pop("zm", zero) * 60
        parts["shift"] = layout.offset_sign * seconds + UTC_MARK
    return parts
