"""Visits, exposures, notices and campaigns: what was done and said, and when."""

import numpy as np
import pandas as pd

from etl import words
from etl.clean import dates, values
from etl.clean.deadlines import read_deadlines
from etl.clean.draft import Cleaned, Context, Draft
from etl.clean.identity import is_serial, made_codes, told_apart
from etl.clean.people import tidy_name


def clean_visits(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Visits: needs `visited_at` and a cell or a point; `party_named` and `cell_named` are as written.

    The same visit in two exports is one visit: its code is made from moment, person, cell and point.
    """
    draft = Draft(frame, context)
    rows = draft.rows
    visited = draft.date("visited_at")
    draft.reasons.add(np.isnat(visited.local) & ~visited.is_bad, "field_missing", field=draft.heading("visited_at"))
    rows["visited_at"] = _utc(visited.local, context, rows.index)
    rows["party_named"] = values.apply_distinct(draft.raw("party"), tidy_name)
    rows["cell_named"] = draft.code("cell_named")
    rows["zone_named"] = draft.text("zone")
    draft.points()
    is_somewhere = rows["cell_named"].notna().to_numpy() | np.isfinite(rows["x"].to_numpy(float))
    draft.require("cell_named", is_somewhere)
    own = draft.code("code")
    moment = np.where(np.isnat(visited.local), np.nan, visited.local.astype("int64").astype(float))
    seconds = pd.Series(moment, index=rows.index)
    made = made_codes([seconds, rows["party_named"], rows["cell_named"], rows["x"], rows["y"]])
    rows["code"] = own.where(own.notna(), made)
    return draft.done(["code", "visited_at", "party_named", "cell_named", "zone_named", "x", "y"])


def clean_exposures(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Exposures in the media: needs `exposed_at` and a medium or a title."""
    draft = Draft(frame, context)
    rows = draft.rows
    exposed = draft.date("exposed_at")
    draft.reasons.add(np.isnat(exposed.local) & ~exposed.is_bad, "field_missing", field=draft.heading("exposed_at"))
    rows["exposed_at"] = _utc(exposed.local, context, rows.index)
    for name in ("media", "title", "unit"):
        rows[name] = draft.text(name)
    rows["zone_named"], rows["problem"] = draft.text("zone"), draft.code("problem")
    draft.require("title", (rows["media"].notna() | rows["title"].notna()).to_numpy())
    day = pd.Series(dates.day_numbers(exposed.local), index=rows.index)
    made = made_codes([day, rows["media"], rows["title"]])
    own = draft.code("code")
    rows["code"] = own.where(own.notna(), made)
    return draft.done(["code", "media", "title", "exposed_at", "zone_named", "unit", "problem"])


def clean_notices(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Rectification notices: needs `sent_at` and a number, a subject or a unit; a deadline is read as a problem's is.

    A reply on the day of sending is never before it; one of an earlier day is kept and noted. Words for "not yet" are
    no reply; any others in place of its day refuse the row, as a unit that has answered must not be told to be late.
    One number may go to several units: each is a notice of its own.
    """
    draft = Draft(frame, context)
    rows = draft.rows
    sent = draft.date("sent_at")
    draft.reasons.add(np.isnat(sent.local) & ~sent.is_bad, "field_missing", field=draft.heading("sent_at"))
    due = read_deadlines(draft, sent)
    _take_reply_words(draft)
    back = dates.not_before(draft.date("back_at"), sent.local)
    for name, local in (("sent_at", sent.local), ("due_at", due), ("back_at", back)):
        rows[name] = _utc(local, context, rows.index)
    for name in ("subject", "unit"):
        rows[name] = draft.text(name)
    rows["zone_named"], rows["problem"] = draft.text("zone"), draft.code("problem")
    own = draft.code("code")
    draft.require("code", (own.notna() | rows["subject"].notna() | rows["unit"].notna()).to_numpy())
    if is_serial(own):
        draft.notes.append(("code_is_serial", {"rows": int(own.notna().sum())}))
        own = pd.Series(np.nan, index=own.index, dtype="str")
    draft.note_made(own.isna().to_numpy())
    day = pd.Series(dates.day_numbers(sent.local), index=rows.index)
    made = made_codes([day, rows["unit"], rows["subject"], rows["problem"]])
    rows["code"] = told_apart(own, rows["unit"]).where(own.notna(), made)
    in_conflict = int(((back < sent.local) & ~draft.reasons.is_refused).sum())
    if in_conflict:
        draft.notes.append(("notice_dates_in_conflict", {"rows": in_conflict}))
    return draft.done(["code", "subject", "unit", "zone_named", "problem", "sent_at", "due_at", "back_at"])


def _take_reply_words(draft: Draft) -> None:
    """Leaves the days of `back_at`; refuses rows that say that there was an answer and not when."""
    raw = draft.raw("back_at")
    if "back_at" not in draft.frame or pd.api.types.is_datetime64_any_dtype(raw):
        return
    said = values.look_up(raw, words.vocabulary("reply"))
    is_answered = (said == "answered").fillna(False).to_numpy(dtype=np.bool_)
    draft.reasons.add(is_answered, "reply_without_date", field=draft.heading("back_at"), found=raw)
    draft.frame = draft.frame.assign(back_at=raw.where(said.isna(), None))


def clean_campaigns(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Campaign weeks: needs a name and both days; without a code it is known by name and first day."""
    draft = Draft(frame, context)
    rows = draft.rows
    rows["name"] = draft.text("name")
    rows["starts_on"], rows["ends_on"] = draft.day("starts_on"), draft.day("ends_on")
    rows["zones_named"] = draft.text("zones")
    draft.require("name", rows["name"].notna().to_numpy())
    draft.require("starts_on", rows["starts_on"].notna().to_numpy())
    draft.require("ends_on", rows["ends_on"].notna().to_numpy())
    ends_early = (rows["ends_on"] < rows["starts_on"]).to_numpy()
    draft.reasons.add(
        ends_early, "term_ends_before_it_starts", start=rows["starts_on"].dt.date, end=rows["ends_on"].dt.date
    )
    own = draft.code("code")
    day = rows["starts_on"].dt.strftime("%Y-%m-%d").astype("str")
    rows["code"] = own.where(own.notna(), told_apart(rows["name"], day))
    return draft.done(["code", "name", "starts_on", "ends_on", "zones_named"])


def _utc(local: np.ndarray, context: Context, index: pd.Index) -> pd.Series:
    return pd.Series(dates.to_utc(local, context.time_zone), index=index).dt.tz_localize("UTC")
