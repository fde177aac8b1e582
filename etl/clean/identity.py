"""Codes for rows that have none of their own: the same row gets the same code in every load, on every machine."""

from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl import schema
from etl.clean.values import as_arrow_text, is_empty, trimmed
from etl.words import comparable

_SEPARATOR = pa.scalar("\x1f", type=pa.large_string())
_CHUNK = 100_000
_BYTES = 10
_SERIAL_FROM = 3


def made_codes(parts: list[pd.Series], *, ties: list[pd.Series] | None = None) -> pd.Series:
    """20 hexadecimal digits (`schema.MADE_CODE`) from each row's `parts`, index as the parts.

    Texts count as `etl.words.comparable` has them, numbers to the millionth. BLAKE2b rather than a hash of NumPy or
    pandas: these codes are keys in a database and must outlive any version of either. With `ties`, rows with equal
    parts are told apart by an ordinal, counted in the order of `ties` (empty ones last) and not of the rows; without
    it they get one code.
    """
    index = parts[0].index
    blocks = []
    for start in range(0, len(index), _CHUNK):
        texts = pc.binary_join_element_wise(*(_part(part.iloc[start : start + _CHUNK]) for part in parts), _SEPARATOR)
        blocks.append(_digests(texts.to_pylist()))
    codes = pa.concat_arrays(blocks) if blocks else pa.array([], type=pa.large_string())
    if ties is not None:
        ordinal = _ordinals(codes, ties)
        again = np.flatnonzero(ordinal)
        if len(again):
            told = pa.array(ordinal[again]).cast(pa.large_string())
            joined = pc.binary_join_element_wise(codes.take(pa.array(again)), told, _SEPARATOR)
            codes = pc.replace_with_mask(codes, pa.array(ordinal > 0), _digests(joined.to_pylist()))
    return pd.Series(pd.array(codes, dtype="str"), index=index)


def told_apart(own: pd.Series, by: pd.Series) -> pd.Series:
    """Codes or names that several rows may share, each with what tells it from the others behind `schema.BETWEEN`;
    alone where that is missing. It hangs on nothing but the row: not on what stands beside it, or came before it."""
    return own + (schema.BETWEEN + by).fillna("")


def is_serial(own: pd.Series) -> bool:
    """Whether codes are 1, 2, 3, …: they count the lines of this sheet and mean nothing in the next one."""
    if len(own) < _SERIAL_FROM or own.iloc[0] != "1" or own.iloc[1] != "2":
        return False
    found = pd.to_numeric(own, errors="coerce").to_numpy(float)
    written = found[~np.isnan(found)]
    return len(written) >= _SERIAL_FROM and bool((written == np.arange(1, len(written) + 1)).all())


def _digests(texts: list[str]) -> pa.Array:
    made = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest() for text in texts]
    return pa.array(made, type=pa.large_string())


def _part(values: pd.Series) -> pa.Array:
    """A part as text; an empty one stays a part."""
    if pd.api.types.is_numeric_dtype(values):
        found = values.to_numpy(float, na_value=np.nan)
        is_number = np.isfinite(found)
        millionths = pa.array(np.round(np.where(is_number, found, 0) * 1e6).astype("int64"), mask=~is_number)
        return millionths.cast(pa.large_string()).fill_null("")
    texts = trimmed(as_arrow_text(values).fill_null(""))
    return pc.if_else(pa.array(is_empty(texts)), "", comparable(texts))


def _ordinals(codes: pa.Array, ties: list[pd.Series]) -> np.ndarray:
    """0, 1, … among rows with equal codes."""
    group = pc.dictionary_encode(codes).indices.to_numpy(zero_copy_only=False)
    ordinal = np.zeros(len(group), "int64")
    rows = np.flatnonzero(np.bincount(group, minlength=1)[group] > 1) if len(group) else np.array([], "int64")
    if len(rows):
        among = pd.DataFrame({str(at): tie.iloc[rows].to_numpy() for at, tie in enumerate(ties)})
        among["group"] = group[rows]
        ordered = among.sort_values([str(at) for at in range(len(ties))], kind="stable", na_position="last")
        ordinal[rows[ordered.index]] = ordered.groupby("group").cumcount().to_numpy()
    return ordinal
