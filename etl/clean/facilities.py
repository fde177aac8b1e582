"""Facilities: markets, toilets, bins, … with a place and a size."""

import numpy as np
import pandas as pd

from etl import words
from etl.clean import values
from etl.clean.draft import Cleaned, Context, Draft
from etl.clean.identity import made_codes

COLUMNS = [
    "code", "kind", "subkind", "name", "grade", "status", "capacity", "floor_area_m2", "opened_on", "address", "unit",
    "x", "y", "zone_named",
]  # fmt: skip


def clean_facilities(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Facilities: needs a `kind`; a kind that is itself a kind of market (农贸市场) also gives the subkind.

    Without a code a facility is known by kind, name and address, without these two by its coordinates as written.
    """
    draft = Draft(frame, context)
    rows = draft.rows
    rows["kind"] = draft.word("kind", "kind")
    rows["subkind"] = draft.word("subkind", "subkind")
    if "kind" in frame:
        # The word for the kind (便民市场) may say more than "market".
        finer = values.look_up(frame["kind"], words.vocabulary("subkind"))
        rows["subkind"] = rows["subkind"].where(rows["subkind"].notna() | (rows["kind"] != "market"), finer)
    rows["kind"] = rows["kind"].where(rows["kind"].notna() | rows["subkind"].isna(), "market")
    rows["name"], rows["address"], rows["unit"] = draft.text("name"), draft.text("address"), draft.text("unit")
    rows["grade"] = draft.word("grade", "grade")
    rows["status"] = draft.word("status", "status")
    rows["capacity"], rows["floor_area_m2"] = draft.whole("capacity"), draft.number("floor_area_m2")
    rows["opened_on"] = _opened(draft)
    rows["zone_named"] = draft.text("zone")
    draft.points()
    draft.require("kind", rows["kind"].notna().to_numpy())
    own = draft.code("code")
    lacks = own.isna().to_numpy()
    if lacks.any():
        part = rows.loc[lacks]
        is_named = (part["name"].notna() | part["address"].notna()).to_numpy()
        parts = [part["kind"], part["name"], part["address"]]
        parts += [part[axis].where(~is_named) for axis in ("x", "y")]
        own = own.copy()
        own[lacks] = made_codes(parts, ties=[part["x"], part["y"]])
        draft.note_made(lacks)
    rows["code"] = own
    return draft.done(COLUMNS)


def _opened(draft: Draft) -> pd.Series:
    """The day it opened; a bare year (建成年份) is its first of January."""
    raw = draft.raw("opened_on")
    if "opened_on" in draft.frame and not pd.api.types.is_datetime64_any_dtype(raw):
        text = values.text(raw, fold=True)
        year = text.str.extract(r"^(\d{4})\s*年?$")[0]
        month = text.str.extract(r"^(\d{4})[-./年](\d{1,2})月?$")
        full = year + "-01-01"
        full = full.where(year.notna(), month[0] + "-" + month[1] + "-01")
        draft.frame = draft.frame.assign(opened_on=raw.astype(object).where(full.isna(), full.astype(object)))
    return pd.Series(
        draft.date("opened_on", words_allowed=True).days.astype("datetime64[s]"), index=np.asarray(raw.index)
    )
