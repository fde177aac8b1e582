"""Values as events keep them, the events of a change, and a layer's rows as they were at an older data version.

`row_event` holds one row per changed value: `layer` as in `schema.LAYERS` (or `place`), `old` and `new` as JSON text:
SQL null for no value, instants and days in ISO 8601, geometry as hexadecimal WKB. Column `*` is a row that an undo took
out: `old` is then the whole row. The bookkeeping column `source_id` has events too, so that taking back is exact.
"""

import json
from collections.abc import Sequence
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
import sqlalchemy as sa

from etl.database import kind_of

WHOLE_ROW = "*"
EVENT_COLUMNS = ("run", "key", "column", "old", "new")


def encode(values: pd.Series, column: sa.Column[Any]) -> npt.NDArray[np.object_]:
    """The values as JSON texts, None for no value; `column` says their type. Index is not kept."""
    texts = np.full(len(values), None, dtype=object)
    is_there = values.notna().to_numpy()
    there = values[is_there]
    if len(there):
        texts[is_there] = _texts(there, kind_of(column))
    return texts


def _texts(values: pd.Series, kind: str) -> list[str]:
    if kind == "instant":
        return [f'"{text}Z"' for text in np.datetime_as_string(_naive(values), unit="s").tolist()]
    if kind == "day":
        return [f'"{text}"' for text in np.datetime_as_string(_naive(values), unit="D").tolist()]
    if kind == "geometry":
        return [f'"{text}"' for text in shapely.to_wkb(np.asarray(values, dtype=object), hex=True).tolist()]
    if kind == "text":
        # The encoder's own function: `json.dumps` makes an encoder for each of ten million texts.
        positions, words = pd.factorize(values)
        return np.array([encode_basestring(word) for word in words], dtype=object)[positions].tolist()
    plain = {"truth": bool, "whole": np.int64, "number": np.float64}[kind]
    return json.dumps(values.to_numpy(dtype=plain).tolist())[1:-1].split(", ")


def _naive(values: pd.Series) -> npt.NDArray[np.datetime64]:
    return values.to_numpy(dtype="datetime64[s]")


def decode(texts: Sequence[str | None], column: sa.Column[Any]) -> pd.Series:
    """What `encode` was given, in the column's type (`etl.database.read_frame`), RangeIndex."""
    joined = ",".join(text if isinstance(text, str) else "null" for text in texts)
    return _decoded(json.loads(f"[{joined}]"), column)


def _decoded(values: list[Any], column: sa.Column[Any]) -> pd.Series:
    kind = kind_of(column)
    if kind == "instant":
        naive = [None if value is None else value.removesuffix("Z") for value in values]
        return pd.Series(np.array(naive, dtype="datetime64[s]")).dt.tz_localize("UTC")
    if kind == "day":
        return pd.Series(np.array(values, dtype="datetime64[s]"))
    if kind == "geometry":
        return pd.Series(shapely.from_wkb(np.array(values, dtype=object)), dtype=object)
    whole = "Int64" if column.nullable else "int64"
    return pd.Series(values, dtype={"truth": "boolean", "whole": whole, "number": "float64"}.get(kind, "str"))


def changes(old: pd.DataFrame, new: pd.DataFrame, columns: Sequence[sa.Column[Any]]) -> pd.DataFrame:
    """The events of rows that changed: `key`, `column`, `old`, `new`, a row per value that differs.

    `old`, `new`: equally long and in the same order, with `code` and the columns; a column that `new` lacks holds no
    value. No value equals no value; numbers and geometries are compared exactly.
    """
    codes = new["code"].to_numpy(dtype=object)
    parts = []
    for column in columns:
        before = encode(old[column.name], column)
        after = encode(new[column.name], column) if column.name in new else np.full(len(new), None, dtype=object)
        at = np.flatnonzero(before != after)
        parts.append(pd.DataFrame({"key": codes[at], "column": column.name, "old": before[at], "new": after[at]}))
    none = pd.DataFrame({name: pd.Series(dtype=object) for name in ("key", "column", "old", "new")})
    return pd.concat([none, *parts], ignore_index=True)


def removals(rows: pd.DataFrame, table: sa.Table) -> pd.DataFrame:
    """The events of whole rows taken out: `key`, `column` (`*`), `old` (every column but the place), `new` (none)."""
    columns = [column for column in table.columns if column.name != "place"]
    template = "{" + ", ".join(f'"{column.name}": %s' for column in columns) + "}"
    texts = []
    for column in columns:
        encoded = encode(rows[column.name], column)
        texts.append(np.where(encoded == None, "null", encoded).tolist())  # noqa: E711 (elementwise)
    return pd.DataFrame(
        {
            "key": rows["code"].to_numpy(dtype=object),
            "column": WHOLE_ROW,
            "old": [template % values for values in zip(*texts, strict=True)],
            "new": None,
        }
    )


def rows_at(rows: pd.DataFrame, events: pd.DataFrame, table: sa.Table, version: int) -> pd.DataFrame:
    """A layer's rows as they were at data version `version` (of one place).

    `rows`: the present rows with `code`, `created_run` and any further columns of `table`. `events`: the layer's rows
    of `row_event`, at least those with `run > version`; columns `run`, `key`, `column`, `old`. Result: the columns of
    `rows`, RangeIndex, rows that came later left out, later changes taken back, rows that a later undo took out put in
    again. `changed_run` is told no more exactly than "not after this version".

    Read the rows before the events when other runs may be at work: events of a run that the rows do not show yet put
    back what is still there, so the result is right.
    """
    later = events[events["run"] > version].sort_values("run", kind="stable")
    present = rows[rows["created_run"] <= version]
    is_whole = later["column"] == WHOLE_ROW
    restored = _restored(later[is_whole], table, list(rows.columns), version)
    taken_out = pd.Series(restored.pop("_run").to_numpy(), index=restored["code"].to_numpy(dtype=object), dtype="int64")
    result = pd.concat([present[~present["code"].isin(taken_out.index)], restored], ignore_index=True)

    first = later[~is_whole].drop_duplicates(["key", "column"])
    # Of a row that was taken out and came again later, only what happened before it was taken out is its own.
    until = taken_out.reindex(first["key"].to_numpy(dtype=object)).to_numpy()
    first = first[~(first["run"].to_numpy() >= until)]
    position = pd.Index(result["code"].to_numpy(dtype=object))
    for name, group in first.groupby("column", sort=False):
        if name in result:
            at = position.get_indexer(group["key"].to_numpy(dtype=object))
            old = decode(group["old"].tolist(), table.c[str(name)])[at >= 0]
            values = result[name].copy()
            values.iloc[at[at >= 0]] = old.array
            result[name] = values
    if "changed_run" in result:
        result["changed_run"] = result["changed_run"].clip(upper=version)
    return result


def _restored(removed: pd.DataFrame, table: sa.Table, columns: list[str], version: int) -> pd.DataFrame:
    """The rows that stood at `version` and were taken out later, with `_run`, the run that did."""
    whole: list[dict[str, Any]] = json.loads(f"[{','.join(removed['old'])}]")
    values = {}
    for name in columns:
        if name != "place":
            values[name] = _decoded([row[name] for row in whole], table.c[name])
        elif "place" in removed:
            values[name] = pd.Series(removed["place"].tolist(), dtype="str")
    frame = pd.DataFrame(values)
    frame["_run"] = removed["run"].to_numpy(dtype="int64")
    stood = np.array([row["created_run"] <= version for row in whole], dtype=bool)
    return frame[stood].drop_duplicates("code")
