"""Assignments that are known already: rows that carry the number of one, and lists that name it without its days."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.clean import values
from etl.clean.reasons import Reasons


@dataclass(frozen=True)
class Recognised:
    """Rows with the code of an assignment that is known."""

    is_own: np.ndarray
    """True for rows that are that assignment: same target, role and party."""
    is_known: np.ndarray
    """Also for those that say something else under its number."""
    party: pd.Series
    """Code of the party it names, NaN where none is known."""


def recognise(rows: pd.DataFrame, known: pd.DataFrame, parties: pd.DataFrame, reasons: Reasons) -> Recognised:
    """Which rows are the assignment whose code (`own_code`) they carry; one that names another target, role or party
    is refused, as nobody can tell whether it is a correction or somebody new.

    `known`: index code, `target_layer`, `target`, `role`, `party`. A code that is not known is none.
    """
    held = known.reindex(rows["own_code"], columns=["target_layer", "target", "role", "party"])
    held.index = rows.index
    is_known = (rows["own_code"].isin(known.index) & rows["own_code"].notna()).to_numpy(bool)
    name = parties["name"].reindex(held["party"]).set_axis(rows.index) if len(parties) else held["party"]
    name = name.where(name.notna(), held["party"])
    written = values.keys(rows["party_named"])
    is_party = (written == values.keys(name)) | (written == values.keys(held["party"]))
    is_same = is_known & is_party.to_numpy(bool)
    for column in ("target_layer", "target", "role"):
        is_same &= (rows[column] == held[column]).fillna(False).to_numpy(bool)
    reasons.add(is_known & ~is_same & ~reasons.is_refused, "assignment_of_another", found=name)
    return Recognised(is_same, is_known, held["party"].astype("str").where(is_same))


def with_known_days(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Rows that name somebody in passing, with the days under which that assignment is known: a list of cells says who,
    not since when. `known` as in `recognise`, with `valid_from`, `valid_to`."""
    if not len(known):
        return rows
    held = known.reindex(rows["code"], columns=["valid_from", "valid_to"]).set_axis(rows.index)
    rows = rows.copy()
    for name in ("valid_from", "valid_to"):
        rows[name] = rows[name].where(rows[name].notna(), pd.to_datetime(held[name]).astype("datetime64[s]"))
    return rows
