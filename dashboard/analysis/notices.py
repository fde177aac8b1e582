"""Rectification notices: which are out, back, unanswered and past their date, as of a moment and since another.

A notice is out from the moment it was sent, and back from the moment the unit reported back, where it was out by then;
what the row says of later moments is left aside (DOMAIN.md, "As of"). It is past its date as a problem is: unanswered
and its deadline before the moment. One that was answered before it was sent is kept and counted, and is in no duration.
"""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis.assignments import looked_up
from dashboard.filters import NONE
from dashboard.snapshot import DAY_S

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters

Bools = npt.NDArray[np.bool_]

WHICH = (
    "sent", "back", "back_late", "unanswered", "overdue", "without_deadline", "in_conflict",
    "sent_since", "back_since", "unanswered_before", "overdue_before",
)  # fmt: skip
"""At the moment: sent = back + unanswered; back_late (back after the deadline) are of the first, overdue (past it) of
the second, without_deadline and in_conflict (back before they were sent) of either. Since another moment:
unanswered = unanswered_before + sent_since − back_since; overdue_before were past their date then.
"""
OF = ("unit", "zone")
NOT_OF = ("cell", "category", "source", "setting", "shift")
"""Filters of problems that choose no notices."""
_STATES = ("overdue", "unanswered", "back_late", "back")


def masks(county: "County", filters: "Filters", since: datetime) -> dict[str, Bools]:
    """The notices of each of `WHICH`, from `since` to the moment of resolved filters; as long as `county.notices`.

    Zone and unit of the filters hold, `NONE` for a notice that has none; the others choose problems.
    """
    rows = county.notices
    base = np.ones(len(rows), np.bool_)
    for name in OF:
        chosen = getattr(filters, name)
        if chosen:
            base &= rows[name].fillna(NONE).isin(chosen).to_numpy(dtype=np.bool_)
    now, before = _at(rows, filters.moment), _at(rows, since)
    sent, back, due = rows["sent_at"], rows["back_at"], rows["due_at"]
    found = {
        **now,
        "back_late": now["back"] & _true(back > due),
        "without_deadline": now["sent"] & due.isna().to_numpy(),
        "in_conflict": now["back"] & _true(back < sent),
        "sent_since": now["sent"] & ~before["sent"],
        "back_since": now["back"] & ~before["back"],
        "unanswered_before": before["unanswered"],
        "overdue_before": before["overdue"],
    }
    return {which: found[which] & base for which in WHICH}


def _at(rows: pd.DataFrame, moment: datetime) -> dict[str, Bools]:
    """What was true at a moment, by row."""
    at = pd.Timestamp(moment)
    sent = _true(rows["sent_at"] <= at)
    back = sent & _true(rows["back_at"] <= at)
    overdue = sent & ~back & _true(rows["due_at"] < at)
    return {"sent": sent, "back": back, "unanswered": sent & ~back, "overdue": overdue}


def _true(mask: pd.Series) -> Bools:
    return mask.to_numpy(dtype=np.bool_, na_value=False)


def changes(county: "County", filters: "Filters", since: datetime, *, of: str = "unit") -> pd.DataFrame:
    """How many of `masks` by `of` (`OF`), and `longest`: begun days the longest overdue one is late (0: none is).

    Index by name or code in order, last `NONE` for notices that name none; the sums are those of all notices.
    Raises `ValueError` for another `of`.
    """
    if of not in OF:
        raise ValueError(f"there are no notices by {of!r}; there are {', '.join(OF)}")
    rows, found = county.notices, masks(county, filters, since)
    key = rows[of].fillna(NONE)
    counted = pd.DataFrame(found, index=rows.index).groupby(key.to_numpy(dtype=object)).sum().astype(np.int64)
    longest = _days_overdue(rows, filters, found["overdue"]).groupby(key.to_numpy(dtype=object)).max()
    names = sorted(set(counted.index) - {NONE})
    frame = counted.assign(longest=longest).reindex([*names, NONE]).fillna(0).astype(np.int64)
    return frame.set_axis(pd.Index(frame.index, name=of, dtype="str"))


def listed(county: "County", filters: "Filters") -> pd.DataFrame:
    """A row for each notice out at the moment of resolved filters: those past their date first, the longest first, then
    the unanswered by deadline, then those that are back, the latest first. Index `code`.

    Columns: number (as written; NaN: none), subject, unit, zone (code), zone_name, problem; sent_at, due_at, back_at
    (local, NaT: none by then); state (overdue, unanswered, back_late or back); days_overdue (begun days past the date;
    NA: not overdue); days (from sending to reply; NaN: not back, or dates in conflict); has_dates_in_conflict.
    """
    rows, found = county.notices, masks(county, filters, filters.moment)
    states = np.array(_STATES, dtype=object)[np.select([found[name] for name in _STATES], range(len(_STATES)), 0)]
    days = (rows["back_at"] - rows["sent_at"]).dt.total_seconds() / DAY_S
    overdue = _days_overdue(rows, filters, found["overdue"])
    zone_info = county.place.zone_info
    local = {
        name: rows[name].dt.tz_convert(zone_info).dt.tz_localize(None) for name in ("sent_at", "due_at", "back_at")
    }
    frame = rows[["number", "subject", "unit", "zone", "problem"]].assign(
        **local | {"back_at": local["back_at"].where(found["back"])},
        state=pd.array(states, dtype="str"),
        days_overdue=overdue.astype("Int64").where(found["overdue"]),
        days=days.where(found["back"] & ~found["in_conflict"]),
        has_dates_in_conflict=found["in_conflict"],
    )
    frame.insert(4, "zone_name", looked_up(frame["zone"], county.zones["name"]))
    frame = frame[found["sent"]]
    rank = frame["state"].map({"overdue": 0, "unanswered": 1}).fillna(2)
    late = frame["due_at"].where(rank < 2)
    order = frame.assign(rank=rank, late=late, back=-frame["back_at"].astype("int64"))
    return frame.loc[order.sort_values(["rank", "late", "back"], na_position="last", kind="stable").index]


def _days_overdue(rows: pd.DataFrame, filters: "Filters", overdue: Bools) -> pd.Series:
    """Begun days past the deadline, 0 for what is not overdue."""
    past_s = (pd.Timestamp(filters.moment) - rows["due_at"]).dt.total_seconds()
    return np.ceil(past_s.where(overdue, 0) / DAY_S).astype(np.int64)
