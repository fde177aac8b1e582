"""What a list of assignments to fill in has on its lines: who is wanted, and who is there."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard import county as counties
from dashboard.analysis import assignments, duties
from dashboard.analysis.assignments import NOT_KNOWN
from dashboard.analysis.duties import CELL, TO_ASSIGN

if TYPE_CHECKING:
    from dashboard.county import County

USUAL_ROLES = {CELL: counties.GRID_WORKER, duties.FACILITY: "manager"}
"""The role that a line to fill in asks for."""
NO_ZONE = "-"
WANTED = (*TO_ASSIGN, NOT_KNOWN)
"""States with a line to fill in; where nothing is on record yet, that is every cell and facility."""
_OF_TERM = ["code", "role", "name", "unit", "phone", "valid_from", "valid_to"]


def lines(county: "County", found: pd.DataFrame, day: date, *, layer: str = CELL) -> pd.DataFrame:
    """The lines of cells or facilities: for each that wants somebody (`WANTED`) one to fill in, then a line a
    term in force or to begin. Those that want somebody come first, the rest in order of code.

    `found`: as of `duties.duties`. Columns: target, target_name, zone (`NO_ZONE`: none), zone_name, kind; is_wanted
    (the line is to be filled in); code (of the assignment), role, name, unit, phone, valid_from, valid_to (NaN on a
    line to fill in, but for the role); state, last_name, last_until, next_from, until (of the target).
    """
    rank = np.where(found["state"].isin(TO_ASSIGN), np.arange(len(found)), len(found))
    told = found.rename(columns={"name": "target_name"}).assign(_rank=rank, zone=found["zone"].fillna(NO_ZONE))
    told = told.rename_axis("target").reset_index()
    wanted = told[told["state"].isin(WANTED)].assign(is_wanted=True, role=USUAL_ROLES[layer])
    held = told.merge(_terms(county, day, layer), on="target").assign(is_wanted=False)
    every = pd.concat([wanted, held], ignore_index=True)
    every = every.sort_values(
        ["_rank", "target", "is_wanted", "valid_from", "name"],
        ascending=[True, True, False, True, True], na_position="first", kind="stable", ignore_index=True,
    )  # fmt: skip
    named = ["target", "target_name", "zone", "zone_name", "kind", "is_wanted", *_OF_TERM]
    return every[[*named, "state", "last_name", "last_until", "next_from", "until"]]


def _terms(county: "County", day: date, layer: str) -> pd.DataFrame:
    """Terms that have not ended, with the names of the parties (their code where they are in no list)."""
    every = duties.of_layer(county, layer)
    every = every[~(every["valid_to"].to_numpy(dtype="datetime64[s]") < np.datetime64(day, "s"))]
    told = assignments.with_parties(county, every).assign(code=every["code"])
    return told.assign(name=told["name"].where(told["name"].notna(), told["party"]))[["target", *_OF_TERM]]
