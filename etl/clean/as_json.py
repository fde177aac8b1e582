"""Columns as JSON texts, a cell each: what refused rows and their reasons are kept as. Whole columns at a time."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_ESCAPED = {char: json.dumps(char)[1:-1] for char in ("\\", '"', *map(chr, range(32)))}
"""The backslash first, as the others bring some of their own."""


def quoted(texts: pa.Array) -> pa.Array:
    """Texts as JSON strings; null as `null`.

    >>> quoted(pa.array(['say "hi"', None], type=pa.large_string())).to_pylist()
    ['"say \\\\"hi\\\\""', 'null']
    """
    # Most columns need nothing: one look decides.
    if pc.any(pc.match_substring_regex(texts, r'["\\\x00-\x1f]'), min_count=0).as_py():
        for plain, escaped in _ESCAPED.items():
            texts = pc.replace_substring(texts, plain, escaped)
    quote, nothing = (pa.scalar(text, type=pa.large_string()) for text in ('"', ""))
    return pc.fill_null(pc.binary_join_element_wise(quote, texts, quote, nothing), "null")


def cells(column: pd.Series) -> pa.Array:
    """A column's cells as JSON values: numbers as a spreadsheet shows them, days without their midnight, null."""
    if pd.api.types.is_bool_dtype(column):
        return pc.fill_null(pc.cast(_arrow(column, pa.bool_()), pa.large_string()), "null")
    if pd.api.types.is_integer_dtype(column):
        return pc.fill_null(pc.cast(_arrow(column, None), pa.large_string()), "null")
    if pd.api.types.is_float_dtype(column):
        found = column.to_numpy(dtype=np.float64, na_value=np.nan)
        numbers = pa.array(found, mask=~np.isfinite(found))
        return pc.fill_null(pc.cast(numbers, pa.large_string()), "null")
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.astype("str").str.removesuffix(" 00:00:00")
    elif pd.api.types.is_object_dtype(column):
        return pa.array([_cell(cell) for cell in column], type=pa.large_string())
    return quoted(_arrow(column.astype("str"), pa.large_string()))


def joined(*columns: pa.Array | str) -> pa.Array:
    """The texts of columns one after the other; a plain text stands in every row. None may be null."""
    parts = [pa.scalar(part, type=pa.large_string()) if isinstance(part, str) else part for part in columns]
    return pc.binary_join_element_wise(*parts, pa.scalar("", type=pa.large_string()))


def _arrow(column: pd.Series, kind: pa.DataType | None) -> pa.Array:
    array = pa.array(column, type=kind, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _cell(cell: object) -> str:
    """A cell of a column that mixes types."""
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return "null"
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float):
        if not np.isfinite(cell):
            return "null"
        return json.dumps(int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell)
    if isinstance(cell, str | int):
        return json.dumps(cell, ensure_ascii=False)
    return json.dumps(str(cell).removesuffix(" 00:00:00"), ensure_ascii=False)
