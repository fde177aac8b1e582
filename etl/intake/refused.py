"""Refused rows as they stood in the file, and what is to be said about them, a column at a time."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.clean import as_json
from etl.messages import Note
from etl.read.raw import RawTable

_BLOCK = 50_000
_MOST_KINDS = 5
_MOST_ROWS = 5
_MOST_FOUND = 3
_LOOKED_AT = 200


def as_written(table: RawTable, refused: pd.DataFrame, *, with_broken: bool) -> pd.DataFrame:
    """`sheet`, `row_number`, `row` (JSON: heading → value as it was), `reasons` (JSON), broken rows first.

    `refused`: `position`, `reasons` (JSON). By blocks: a wrong declaration may refuse a million rows.
    """
    refused = refused.sort_values("position", kind="stable")
    positions = refused["position"].to_numpy(np.int64)
    blocks = [_rows(table.frame.iloc[positions[start : start + _BLOCK]]) for start in range(0, len(positions), _BLOCK)]
    rows, reasons, numbers = blocks, [_arrow(refused["reasons"])], [table.row_numbers[positions]]
    if with_broken and len(table.broken):
        rows = [_dumped(table.broken["row"]), *blocks]
        reasons.insert(0, _dumped(table.broken["reasons"]))
        numbers.insert(0, table.broken["row_number"].to_numpy())
    number = np.concatenate(numbers).astype(np.int64)
    return pd.DataFrame(
        {
            "sheet": pd.Series(np.full(len(number), table.sheet, dtype=object), dtype="str"),
            "row_number": number,
            "row": pd.array(pa.chunked_array(rows, type=pa.large_string()), dtype="str"),
            "reasons": pd.array(pa.chunked_array(reasons, type=pa.large_string()), dtype="str"),
        }
    )


def notes_on(refused: pd.DataFrame) -> list[Note]:
    """For each kind of reason, the commonest first: how many rows, which, and the first one's sentence, with the
    values of others."""
    if not len(refused):
        return []
    code = pc.struct_field(pc.extract_regex(_arrow(refused["reasons"]), r'^\[\["(?P<code>[a-z0-9_]+)"'), "code")
    codes = pd.Series(code.to_pandas(), dtype="str")
    notes: list[Note] = []
    for found, count in codes.value_counts().head(_MOST_KINDS).items():
        rows = np.flatnonzero((codes == found).to_numpy())
        first = _of_several(refused["reasons"].iloc[rows[:_LOOKED_AT]])
        numbers = [*refused["row_number"].iloc[rows[:_MOST_ROWS]].tolist(), *(["…"] if count > _MOST_ROWS else [])]
        notes.append(("rows_refused", {"rows": int(count), "numbers": numbers, "why": first}))
    return notes


def _of_several(reasons: pd.Series) -> list[Any]:
    """The first row's first reason, with up to three different values that were `found` under the same field."""
    several = [json.loads(text)[0] for text in reasons]
    code, values = several[0]
    if "found" not in values:
        return [code, values]
    alike = [other["found"] for _, other in several if other.get("field") == values.get("field")]
    different = list(dict.fromkeys(map(str, alike)))
    return [code, values | {"found": different[:_MOST_FOUND]}] if len(different) > 1 else [code, values]


def _rows(frame: pd.DataFrame) -> pa.Array:
    """Each row as a JSON object."""
    parts: list[pa.Array | str] = ["{"]
    for at, heading in enumerate(frame.columns):
        parts += [f"{', ' if at else ''}{json.dumps(str(heading), ensure_ascii=False)}: "]
        parts += [as_json.cells(frame.iloc[:, at])]
    if not len(frame.columns):
        return pa.array(["{}"] * len(frame), type=pa.large_string())
    return as_json.joined(*parts, "}")


def _dumped(values: pd.Series) -> pa.Array:
    return pa.array([json.dumps(value, ensure_ascii=False, default=str) for value in values], type=pa.large_string())


def _arrow(texts: pd.Series) -> pa.Array:
    array = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
