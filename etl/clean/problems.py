"""Problems: lines of a ledger, with states and dates that agree."""

import numpy as np
import pandas as pd
import pyarrow as pa

from etl import words
from etl.clean import dates, values
from etl.clean.deadlines import read_deadlines
from etl.clean.draft import Cleaned, Context, Draft
from etl.clean.identity import is_serial, made_codes

COLUMNS = [
    "code", "category", "source", "state", "reported_at", "due_at", "closed_at", "reopened_at", "unit", "work_group",
    "is_listed", "description", "address", "x", "y", "has_dates_in_conflict", "zone_named",
]  # fmt: skip
_STATES = ["reported", "assigned", "escalated", "in_progress", "submitted", "deferred", "closed"]
_REPORTED, _IN_PROGRESS, _SUBMITTED, _CLOSED = (
    _STATES.index(name) for name in ("reported", "in_progress", "submitted", "closed")
)
_NEVER = np.datetime64("NaT", "s")
_MEANS_REOPENED = frozenset(map(words.key, ("返工", "返工中", "复发", "reopened")))


def clean_problems(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Problems of a ledger.

    Needs a readable `reported_at`; everything else may be missing. A day without a time is its first moment for
    `reported_at`, its last second for `due_at`; a closure on a day is never before the report, a reopening never
    before the closure, of that same day.

    What a state column and the dates say is brought together so that the dates alone tell the state of any moment:
    closed with no reopening after it is `closed`, a reopening after the closure is open again; only `submitted`
    (待核查) is stronger than a closing date, which then was the unit's own report, and is left out. `closed` without a
    date stays closed at an unknown moment: it is in no duration and counts as not closed on time.
    """
    draft = Draft(frame, context)
    rows = draft.rows
    reported = _set_dates(draft)
    rows["category"] = values.text(draft.raw("category")) if "category" in frame else draft.raw("category")
    for name in ("source", "unit", "work_group", "description", "address"):
        rows[name] = draft.text(name)
    rows["is_listed"] = draft.truth("is_listed")
    rows["zone_named"] = draft.text("zone")
    draft.points()
    _set_state(draft)
    for name in ("reported_at", "due_at", "closed_at", "reopened_at"):
        rows[name] = dates.to_utc(rows[name].to_numpy(), context.time_zone)
    rows["code"] = _codes(draft, reported.days)
    for name in ("reported_at", "due_at", "closed_at", "reopened_at"):
        rows[name] = rows[name].dt.tz_localize("UTC")
    return draft.done(COLUMNS)


def _set_dates(draft: Draft) -> dates.Dates:
    """The four moments, local time."""
    rows = draft.rows
    reported = draft.date("reported_at")
    draft.reasons.add(np.isnat(reported.local) & ~reported.is_bad, "no_reported_at")
    due = read_deadlines(draft, reported)
    closed = draft.date("closed_at", words_allowed=True)
    reopened = draft.date("reopened_at", words_allowed=True)
    rows["reported_at"] = reported.local
    rows["due_at"] = due
    rows["closed_at"] = dates.not_before(closed, reported.local)
    rows["reopened_at"] = dates.not_before(reopened, rows["closed_at"].to_numpy())
    return reported


def _set_state(draft: Draft) -> None:
    """`state`, with `closed_at` and `reopened_at` made to agree with it."""
    rows, notes = draft.rows, draft.notes
    reported, closed, reopened = (rows[name].to_numpy() for name in ("reported_at", "closed_at", "reopened_at"))
    said, means_reopened = _said_state(draft)

    unverified = (said == _SUBMITTED) & ~np.isnat(closed) & ~(reopened >= closed)
    closed = np.where(unverified, _NEVER, closed)
    again = means_reopened & ~np.isnat(closed) & np.isnat(reopened)
    reopened = np.where(again, closed, reopened)
    has_closed = ~np.isnat(closed)
    is_open_again = has_closed & (reopened >= closed)
    is_closed = has_closed & ~is_open_again
    overruled_open = (said >= 0) & is_closed & (said != _CLOSED)
    overruled_closed = is_open_again & (said == _CLOSED)
    undated = (said == _CLOSED) & ~has_closed

    derived = np.select([is_closed, is_open_again], [_CLOSED, _IN_PROGRESS], _REPORTED)
    state = np.where((said < 0) | overruled_open | overruled_closed, derived, said)
    words_of = pa.array(_STATES, type=pa.large_string())
    rows["state"] = pd.Series(pd.array(words_of.take(pa.array(state)), dtype="str"), index=rows.index)
    rows["closed_at"], rows["reopened_at"] = closed, reopened
    rows["has_dates_in_conflict"] = pd.Series(has_closed & (closed < reported), index=rows.index, dtype="boolean")
    counted = {
        "state_submitted_before_date": unverified,
        "state_reopened_without_date": again,
        "state_open_but_closed": overruled_open,
        "state_closed_but_reopened": overruled_closed,
        "state_closed_without_date": undated,
        "dates_in_conflict": has_closed & (closed < reported),
    }
    taken = ~draft.reasons.is_refused
    notes += [(code, {"rows": int(n)}) for code, mask in counted.items() if (n := (mask & taken).sum())]


def _said_state(draft: Draft) -> tuple[np.ndarray, np.ndarray]:
    """(position in `_STATES` by the word, -1 for none; whether the word says that it came back)."""
    nothing = np.full(len(draft.frame), -1), np.zeros(len(draft.frame), bool)
    if "state" not in draft.frame:
        return nothing
    known = dict(words.vocabulary("state")) | {words.key(word): state for word, state in draft.context.states.items()}
    raw = draft.raw("state")
    codes, texts = values.distinct_text(raw)
    keys, is_there = words.comparable(texts).to_pylist(), ~values.is_empty(texts)
    means = np.array([_STATES.index(known[key]) if key in known else -1 for key in keys], dtype=np.int64)
    said = np.where(is_there, means, -1)[codes]
    is_unknown = is_there[codes] & (said < 0)
    if is_unknown.any() and is_unknown.sum() > 0.5 * is_there[codes].sum():
        # A column of sentences about what was done is no state; the dates say it.
        draft.note_odd("state", is_unknown, "state_column_is_text")
        return nothing
    draft.reasons.add(is_unknown, "state_word_unknown", found=raw)
    return said, np.array([key in _MEANS_REOPENED for key in keys], bool)[codes]


def _codes(draft: Draft, day: np.ndarray) -> pd.Series:
    """The office's codes, and made ones for rows without (DOMAIN.md, "Identity").

    Rows with equal parts are told apart by an ordinal, in the order of what stays as they are handled: the moment, the
    source, who is responsible; never their state or their dates. Rows equal in these too are interchangeable: which of
    them gets which ordinal follows the order of the file and says nothing.
    """
    rows = draft.rows
    own = draft.code("code")
    if is_serial(own):
        draft.notes.append(("code_is_serial", {"rows": int(own.notna().sum())}))
        own = pd.Series(np.nan, index=own.index, dtype="str")
    lacks = own.isna().to_numpy()
    if not lacks.any():
        return own
    part = rows.loc[lacks]
    parts = [
        # In hexadecimal, as texts are compared without punctuation, which two paths may differ by.
        pd.Series(draft.context.entry.encode().hex(), index=part.index, dtype="str"),
        part["category"],
        pd.Series(dates.day_numbers(day[lacks]), index=part.index),
        part["description"],
        part["address"],
        part["x"],
        part["y"],
    ]
    ties = [part[name] for name in ("reported_at", "unit", "work_group", "source")]
    draft.note_made(lacks)
    own = own.copy()
    own[lacks] = made_codes(parts, ties=ties)
    return own
