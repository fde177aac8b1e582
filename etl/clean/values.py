"""Cells as people wrote them → text, codes, numbers, truths, and the words of a dictionary. Whole columns at a time.

What costs time is done once for each distinct text, so a column of a million states costs eight look-ups.
"""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.words import comparable

EMPTY = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "/",
        "//",
        "\\",
        "—",
        "——",
        "无",
        "暂无",
        "不详",
        "空",
        "未填",
        "#n/a",
        "n/a",
        "na",
        "nan",
        "null",
        "none",
        "nil",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "nat",
    }
)
"""What stands in a cell that says nothing, folded."""
_SAMPLE = 2_000
_INVISIBLE = "[\\x00-\\x08\\x0e-\\x1f\\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"


def distinct_text(values: pd.Series, *, fold: bool = False) -> tuple[np.ndarray, pa.Array]:
    """(codes, texts): `texts[codes]` is the column as text, trimmed; an empty cell or an `EMPTY` word has the text "".

    With `fold`, full-width letters and digits become plain ones (NFKC); without it the text stays as it was written.
    `texts` may hold a text twice: of a column of codes or moments hardly any two are equal, and to find that out costs
    more than it saves.
    """
    codes, texts = _distinct(as_arrow_text(values))
    return codes, trimmed(texts.fill_null(""), fold=fold)


def _distinct(array: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """(codes, texts) as they are written, null among them."""
    if _are_mostly_distinct(array):
        return np.arange(len(array), dtype=np.int32), array
    encoded = pc.dictionary_encode(array, null_encoding="encode")
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary


def _are_mostly_distinct(array: pa.Array) -> bool:
    """Whether of texts from all over the column more than nine in ten differ."""
    if len(array) < 10 * _SAMPLE:
        return False
    sample = array.take(pa.array(np.linspace(0, len(array) - 1, _SAMPLE).astype(np.int64)))
    return bool(pc.count_distinct(sample, mode="all").as_py() > 0.9 * _SAMPLE)


def as_arrow_text(values: pd.Series) -> pa.Array:
    """The column as one Arrow array of `large_string`; numbers lose a `.0` nobody typed."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        values = _number_text(values)
    elif pd.api.types.is_object_dtype(values):
        values = values.map(_cell_text, na_action="ignore")
    elif pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d %H:%M:%S").str.removesuffix(" 00:00:00")
    array = pa.array(values.astype("str"), type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def text(values: pd.Series, *, fold: bool = False) -> pd.Series:
    """The column as text, trimmed, blanks collapsed; NaN where a cell says nothing.

    A column of which nothing needs to be changed is given back as it is: a million rows need no second copy.
    """
    codes, written = _distinct(as_arrow_text(values))
    texts = _filled(trimmed(written, fold=fold))
    if isinstance(values.dtype, pd.StringDtype) and texts.equals(written):
        return values
    return _column(codes, texts, values.index)


def code(values: pd.Series) -> pd.Series:
    """Codes: folded, without blanks, `1001.0` of a spreadsheet read as 1001; NaN where there is none."""
    array = as_arrow_text(values)
    if not pc.any(pc.match_substring_regex(array, r"[^!-~]|\.0+$"), min_count=0).as_py():
        filled = _filled(array)  # nothing to fold or to take out
        is_same = isinstance(values.dtype, pd.StringDtype) and filled.equals(array)
        return values if is_same else pd.Series(pd.array(filled, dtype="str"), index=values.index)
    codes, texts = distinct_text(values, fold=True)
    texts = pc.replace_substring_regex(pc.replace_substring_regex(texts, r"\s+", ""), r"^(\d+)\.0+$", r"\1")
    return _column(codes, _filled(texts), values.index)


def keys(values: pd.Series) -> pd.Series:
    """What spellings are compared by (`etl.words.comparable`); NaN where a cell says nothing."""
    codes, texts = distinct_text(values)
    return _column(codes, pc.if_else(pa.array(is_empty(texts)), None, comparable(texts)), values.index)


def _column(codes: np.ndarray, texts: pa.Array, index: pd.Index) -> pd.Series:
    # As many texts as rows are the rows themselves: codes are given in the order in which texts come.
    found = texts if len(texts) == len(codes) else texts.take(pa.array(codes))
    return pd.Series(pd.array(found, dtype="str"), index=index)


def apply_distinct(values: pd.Series, function: Callable[[str], str | None], *, fold: bool = False) -> pd.Series:
    """A text column with `function` applied to each distinct text; empty cells and `None` are NaN."""
    codes, texts = distinct_text(values, fold=fold)
    known = _filled(texts).to_pylist()
    done = pa.array([None if found is None else function(found) for found in known], type=pa.large_string())
    return _column(codes, done, values.index)


def look_up(values: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """The code `words` (by `key`) has for each text; NaN where it has none."""
    codes, texts = distinct_text(values)
    found = [None if is_nothing else words.get(text) for text, is_nothing in zip(*_compared(texts), strict=True)]
    return _column(codes, pa.array(found, type=pa.large_string()), values.index)


def vocabulary(values: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """The word's code where `words` (by `key`) knows it, else the text as written; NaN where there is none."""
    found = look_up(values, words)
    return found.where(found.notna(), text(values))


def _compared(texts: pa.Array) -> tuple[list[str], list[bool]]:
    return comparable(texts).to_pylist(), is_empty(texts).tolist()


def numbers(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """(float64 with NaN, is_bad): units and thousands marks are taken off; `is_bad` where text is no number.

    >>> numbers(pd.Series(["1,200 ㎡", "约30人", "x"]))[0]
    array([1200.,   30.,   nan])
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        found = values.to_numpy(float, na_value=np.nan)
        return np.where(np.isfinite(found), found, np.nan), np.isinf(found)
    codes, texts = distinct_text(values, fold=True)
    plain = pc.replace_substring_regex(texts, "^[约近±]", "")
    plain = pc.replace_substring_regex(plain, r"(\d)[,，](\d{3})", r"\1\2")
    plain = pc.replace_substring_regex(plain, r"(\d)[,，](\d{3})", r"\1\2")
    plain = pc.replace_substring_regex(plain, r"^([-+]?\d*\.?\d+(?:[eE][-+]?\d+)?)\s*[^\d\s.,;/~-]{0,6}2?$", r"\1")
    is_number = pc.match_substring_regex(plain, r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?$")
    read = pc.cast(pc.if_else(is_number, plain, None), pa.float64()).to_numpy(zero_copy_only=False)
    is_bad = ~np.isfinite(read) & ~is_empty(texts)
    return np.where(np.isfinite(read), read, np.nan)[codes], is_bad[codes]


def whole(values: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """(`Int64`, is_bad) for counts: not negative, not beyond two thousand million."""
    found, is_bad = numbers(values)
    is_bad = is_bad | (found < 0) | (found > 2e9)
    return pd.Series(np.where(is_bad, np.nan, np.round(found)), index=values.index).astype("Int64"), is_bad


def truth(values: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """`boolean`; `words` says which texts (by `key`) mean "yes" and "no"; anything else is unknown."""
    if pd.api.types.is_bool_dtype(values):
        return values.astype("boolean")
    codes, texts = distinct_text(values)
    said = [words.get(text) for text in comparable(texts).to_pylist()]
    means, is_known = (
        np.array([word == "yes" for word in said], bool),
        np.array([word is not None for word in said], bool),
    )
    is_known &= ~is_empty(texts)
    return pd.Series(pd.arrays.BooleanArray(means[codes], ~is_known[codes]), index=values.index)


def present(values: pd.Series) -> np.ndarray:
    """True where a cell says something."""
    codes, texts = distinct_text(values)
    return ~is_empty(texts)[codes]


def _filled(texts: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(is_empty(texts)), None, texts)


@cache
def _empty_words() -> pa.Array:
    return pa.array(sorted(EMPTY), type=pa.large_string())


def is_empty(texts: pa.Array) -> np.ndarray:
    """True for trimmed texts that say nothing (`EMPTY`)."""
    return pc.is_in(pc.utf8_lower(texts), value_set=_empty_words()).to_numpy(zero_copy_only=False)


def trimmed(texts: pa.Array, *, fold: bool = False) -> pa.Array:
    """Texts without blanks at their ends, runs of blanks and what cannot be seen; folded (NFKC) at wish."""
    texts = texts.cast(pa.large_string())
    # Most columns of a database export need nothing: one look for odd blanks decides.
    if fold and not pc.all(pc.string_is_ascii(texts), min_count=0).as_py():
        texts = pc.utf8_normalize(texts, "NFKC")
    if pc.any(
        pc.match_substring_regex(texts, r"^\s|\s$|\s\s|[\t\r\n\v\f\x{00a0}\x{3000}]|" + _re2(_INVISIBLE)), min_count=0
    ).as_py():
        texts = pc.replace_substring_regex(texts, _re2(_INVISIBLE), "")
        texts = pc.replace_substring_regex(texts, r"[\s\x{00a0}\x{3000}]+", " ")
        texts = pc.utf8_trim_whitespace(texts)
    return texts


def _re2(pattern: str) -> str:
    return "".join(char if ord(char) < 128 else f"\\x{{{ord(char):04x}}}" for char in pattern)


def _number_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_integer_dtype(values):
        return values.astype("str")
    found = values.to_numpy(float, na_value=np.nan)
    is_whole = np.isfinite(found) & (found == np.floor(found)) & (np.abs(found) < 2**53)
    if (is_whole | np.isnan(found)).all():
        return pd.Series(found, index=values.index).astype("Int64").astype("str")
    return values.astype("str").str.removesuffix(".0")


def _cell_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return str(cell).removesuffix(" 00:00:00") if hasattr(cell, "year") else str(cell)
