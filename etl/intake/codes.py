"""Codes of rows that were refused: such a row is still in its ledger, whatever else is wrong with it."""

import numpy as np
import pandas as pd

from etl.clean import values
from etl.intake.judged import Judged, Table

_LOOKED_AT = 100


def codes_of_refused(table: Table, judged: Judged) -> pd.DataFrame:
    """`code`, `is_own` of each refused row, in no particular order; no code where it cannot be read.

    Rows refused after cleaning have the code they would have had; of the others only what the office wrote is known. A
    code that is not the row's own is made of what the row says, also of what it was refused for: the right row may have
    another.
    """
    if judged.is_derived or judged.layer != table.layer:
        return none_refused()
    at = judged.refused["position"].drop_duplicates().to_numpy(np.int64)
    own = _unread(len(at))
    rows = table.cleaned.rows
    if "code" in table.frame and _is_used(table):
        own = values.code(table.frame["code"].loc[at]).astype("str").reset_index(drop=True)
    code = own
    if "code" in rows:
        made = rows["code"][~rows.index.duplicated()].reindex(at).astype("str").reset_index(drop=True)
        code = made.where(made.notna(), own)
    broken = pd.DataFrame({"code": _unread(len(table.raw.broken)), "is_own": False})
    return pd.concat([pd.DataFrame({"code": code, "is_own": own.notna()}), broken], ignore_index=True)


def none_refused() -> pd.DataFrame:
    """As `codes_of_refused`, of no rows."""
    return pd.DataFrame({"code": _unread(0), "is_own": pd.Series(dtype=bool)})


def _unread(rows: int) -> "pd.Series[str]":
    return pd.Series([None] * rows, dtype="str")


def _is_used(table: Table) -> bool:
    """Whether the codes written are the rows' own: cleaning sets numbers of lines aside."""
    rows = table.cleaned.rows.head(_LOOKED_AT)
    if "code" not in rows or rows.empty:
        return True
    written = values.code(table.frame["code"].loc[rows.index])
    return bool((written.to_numpy(object) == rows["code"].to_numpy(object)).any())
