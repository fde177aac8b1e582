"""Codes of rows that were refused: such a row is still in its ledger, whatever else is wrong with it."""

import numpy as np
import pandas as pd

from etl.clean import values
from etl.intake.judged import Judged, Table

_LOOKED_AT = 100


def codes_of_refused(table: Table, judged: Judged) -> pd.Series:
    """The code of each refused row, missing where it cannot be read; in no particular order.

    Rows refused after cleaning have the code they would have had; of the others only what the office wrote is known.
    """
    if judged.is_derived or judged.layer != table.layer:
        return _unread(judged.refused.index)
    at = judged.refused["position"].drop_duplicates().to_numpy(np.int64)
    found = _unread(pd.Index(at))
    rows = table.cleaned.rows
    if "code" in table.frame and _is_used(table):
        found = values.code(table.frame["code"].loc[at]).astype("str")
    if "code" in rows:
        made = rows["code"][~rows.index.duplicated()].reindex(at).astype("str")
        found = made.where(made.notna(), found)
    return pd.concat([found, _unread(table.raw.broken.index)], ignore_index=True)


def _unread(index: pd.Index) -> "pd.Series[str]":
    return pd.Series(None, index=index, dtype="str")


def _is_used(table: Table) -> bool:
    """Whether the codes written are the rows' own: cleaning sets numbers of lines aside."""
    rows = table.cleaned.rows.head(_LOOKED_AT)
    if "code" not in rows or rows.empty:
        return True
    written = values.code(table.frame["code"].loc[rows.index])
    return bool((written.to_numpy(object) == rows["code"].to_numpy(object)).any())
