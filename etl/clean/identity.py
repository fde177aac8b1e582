"""Codes for rows that have none of their own: the same row gets the same code in every load, on every machine."""

from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.clean.values import as_arrow_text

_SEPARATOR = "\x1f"
_CHUNK = 100_000
_BYTES = 10


def made_codes(parts: list[pd.Series], *, ties: list[pd.Series] | None = None) -> pd.Series:
    """20 hexadecimal digits from each row's `parts`, index as the parts.

    BLAKE2b rather than a hash of NumPy or pandas: these codes are keys in a database and must outlive any version of
    either. With `ties`, rows with equal parts are told apart by an ordinal, counted in the order of `ties` (empty ones
    last) and not of the rows; without it they get one code.
    """
    index = parts[0].index
    texts = joined(parts)
    if ties is not None:
        ordinal = pa.array(_ordinals(texts, ties)).cast(pa.large_string())
        texts = pc.binary_join_element_wise(texts, ordinal, pa.scalar(_SEPARATOR, type=pa.large_string()))
    codes: list[pa.Array] = []
    for start in range(0, len(texts), _CHUNK):
        block = texts.slice(start, _CHUNK).to_pylist()
        made = [blake2b(one.encode(), digest_size=_BYTES).hexdigest() for one in block]
        codes.append(pa.array(made, type=pa.large_string()))
    whole = pa.concat_arrays(codes) if codes else pa.array([], type=pa.large_string())
    return pd.Series(pd.array(whole, dtype="str"), index=index)


def joined(parts: list[pd.Series]) -> pa.Array:
    """The parts of each row as one text; an empty part stays a part."""
    columns = [as_arrow_text(part).fill_null("") for part in parts]
    separator = pa.scalar(_SEPARATOR, type=pa.large_string())
    return pc.binary_join_element_wise(*columns, separator)


def _ordinals(texts: pa.Array, ties: list[pd.Series]) -> np.ndarray:
    """0, 1, … among rows with equal texts."""
    group = pc.dictionary_encode(texts).indices.to_numpy(zero_copy_only=False)
    ordinal = np.zeros(len(group), "int64")
    rows = np.flatnonzero(np.bincount(group, minlength=1)[group] > 1) if len(group) else np.array([], "int64")
    if len(rows):
        among = pd.DataFrame({str(at): tie.iloc[rows].to_numpy() for at, tie in enumerate(ties)})
        among["group"] = group[rows]
        ordered = among.sort_values([str(at) for at in range(len(ties))], kind="stable", na_position="last")
        ordinal[rows[ordered.index]] = ordered.groupby("group").cumcount().to_numpy()
    return ordinal
