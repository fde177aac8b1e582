"""The ways people write dates, codes and names: whole columns of them."""

from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

EXCEL_ZERO = np.datetime64("1899-12-30T00:00:00", "s")
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})

ISO, SLASHES, CHINESE, DOTS = range(4)
"""2026-08-03 09:15 · 2026/8/3 9:15 · 2026年8月3日 9时15分 · 2026.8.3 (day only)"""


def date_texts(values: np.ndarray, styles: np.ndarray, *, with_time: bool) -> pa.Array:
    """Texts of local times (datetime64[s], NaT: null), each in its style."""
    missing = np.isnat(values)
    text = pa.array(np.datetime_as_string(values, unit="m" if with_time else "D"), pa.string())
    text = pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), text)
    chosen = pc.replace_substring(text, "T", " ")
    for style in np.unique(styles):
        if style != ISO:
            chosen = pc.if_else(pa.array(styles == style), _styled(text, int(style), with_time), chosen)
    return chosen


def _styled(iso: pa.Array, style: int, with_time: bool) -> pa.Array:
    year, month, day = (pc.utf8_slice_codeunits(iso, start, stop) for start, stop in ((0, 4), (5, 7), (8, 10)))
    month, day = pc.utf8_ltrim(month, "0"), pc.utf8_ltrim(day, "0")
    if style == DOTS:
        return pc.binary_join_element_wise(year, month, day, ".")
    if style == CHINESE:
        date = pc.binary_join_element_wise(year, "年", month, "月", day, "日", "")
    else:
        date = pc.binary_join_element_wise(year, month, day, "/")
    if not with_time:
        return date
    hour, minute = pc.utf8_slice_codeunits(iso, 11, 13), pc.utf8_slice_codeunits(iso, 14, 16)
    hour = pc.replace_substring_regex(hour, "^0", "")
    if style == CHINESE:
        return pc.binary_join_element_wise(date, pc.binary_join_element_wise(hour, "时", minute, "分", ""), " ")
    return pc.binary_join_element_wise(date, pc.binary_join_element_wise(hour, minute, ":"), " ")


def date_cells(rng: np.random.Generator, values: np.ndarray, *, with_time: bool) -> list[object]:
    """Cells of a workbook in which several people wrote: dates, texts, and serial numbers that lost their format."""
    styles = rng.choice([ISO, SLASHES, CHINESE, DOTS], len(values), p=[0.5, 0.2, 0.2, 0.1])
    texts = date_texts(values, styles, with_time=with_time).to_pylist()
    kind = rng.random(len(values))
    serial = (values - EXCEL_ZERO).astype(np.int64) / 86_400
    moments: list[datetime] = values.astype(object).tolist()
    return [
        None if text is None else moment if k < 0.55 else round(number, 5) if k < 0.7 else text
        for text, moment, number, k in zip(texts, moments, serial.tolist(), kind.tolist(), strict=True)
    ]


def full_width(text: str) -> str:
    """Letters and digits as an input method left in full width writes them.

    >>> full_width("A-12")
    'Ａ－１２'
    """
    return text.translate(_FULL_WIDTH)


def dms(degrees: float) -> str:
    """Degrees, minutes and seconds as a surveyor writes them.

    >>> dms(114.5362)
    '114°32′10.32″'
    """
    hundredths = round(degrees * 360_000)
    return f"{hundredths // 360_000}°{hundredths // 6_000 % 60:02d}′{hundredths % 6_000 / 100:05.2f}″"


def taken(words: tuple[str, ...] | list[str] | np.ndarray, codes: np.ndarray) -> pa.Array:
    """Words by their codes, as an Arrow column; a negative code is null."""
    return pa.array(list(words), pa.string()).take(pa.array(codes, pa.int64(), mask=codes < 0))


def object_frame(columns: dict[str, pa.Array | list[object]]) -> pd.DataFrame:
    """A frame of plain Python cells, as a sheet is written from; only for tables that fit a sheet."""
    cells = {name: list(c) if isinstance(c, list) else c.to_pylist() for name, c in columns.items()}
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in cells.items()})
