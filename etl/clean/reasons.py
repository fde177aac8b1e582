"""Why rows of a table are refused: many reasons a row, gathered and written down a column at a time."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.clean.as_json import joined, quoted


def no_refusals() -> pd.DataFrame:
    """An empty frame of refusals, with its columns."""
    return pd.DataFrame({"position": np.array([], dtype=np.int64), "reasons": pd.Series([], dtype="str")})


class Reasons:
    """The refused rows of a table, by position."""

    def __init__(self, rows: int) -> None:
        self.is_refused = np.zeros(rows, bool)
        self._said: list[tuple[np.ndarray, pa.Array]] = []

    def add(self, is_bad: np.ndarray, code: str, **columns: pd.Series | str) -> None:
        """Refuse the rows where `is_bad`, with the values that the reason's sentence names."""
        rows = np.flatnonzero(is_bad)
        if not len(rows):
            return
        self.is_refused[rows] = True
        parts: list[pa.Array | str] = [f"[{json.dumps(code)}, {{"]
        for at, (name, column) in enumerate(columns.items()):
            parts += [f"{', ' if at else ''}{json.dumps(name)}: ", _told(column, rows)]
        told = joined(*parts, "}]")
        self._said.append((rows, pa.array([told.as_py()] * len(rows)) if isinstance(told, pa.Scalar) else told))

    def frame(self) -> pd.DataFrame:
        """`position`, `reasons` (JSON list of notes, in the order in which they were added), by position."""
        if not self._said:
            return no_refusals()
        rows = np.concatenate([rows for rows, _ in self._said])
        told = pa.concat_arrays([told.cast(pa.large_string()) for _, told in self._said])
        order = np.argsort(rows, kind="stable")
        starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
        offsets = pa.array(np.append(starts, len(rows)), type=pa.int64())
        lists = pa.LargeListArray.from_arrays(offsets, told.take(pa.array(order)))
        texts = joined("[", pc.binary_join(lists, pa.scalar(", ", type=pa.large_string())), "]")
        return pd.DataFrame({"position": rows[order[starts]], "reasons": pd.Series(pd.array(texts, dtype="str"))})


def _told(column: pd.Series | str, rows: np.ndarray) -> pa.Array | str:
    """Values as JSON strings; an empty cell is an empty text."""
    if isinstance(column, str):
        return json.dumps(column, ensure_ascii=False)
    cells = column.iloc[rows]
    if pd.api.types.is_float_dtype(cells):
        numbers = cells.to_numpy(dtype=np.float64, na_value=np.nan)
        texts = pc.cast(pa.array(numbers, mask=np.isnan(numbers)), pa.large_string())
    else:
        texts = pa.array(cells.astype("str"), type=pa.large_string(), from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    return quoted(pc.fill_null(texts, ""))
