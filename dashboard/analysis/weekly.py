"""Problems by week; a week ends on the place's weekday and is named by its last day."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis.cases import Cases, cases, day_number
from dashboard.snapshot import DEFERRED, UNDATED

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

WEEKS = 26

Ints = npt.NDArray[np.int64]


def weeks(county: "County", snapshot: "Snapshot", filters: "Filters", *, count: int = WEEKS) -> pd.DataFrame:
    """The last `count` weeks up to the one of the moment (fewer where the data begin later), oldest first.

    Index `week_end` (datetime64, the week's last local day). Columns: start; reported (by the day reported); closed
    (by the day closed, where still closed at the moment); open and overdue (at the end of the week; of the last week:
    at the moment); due, closure_rate, on_time_rate (deadline in the week; as of the moment; NaN where none due);
    is_partial (the moment lies before its end).
    """
    found = cases(county, snapshot, filters)
    ends = _week_ends(county, snapshot, filters, count)
    s, then = snapshot, found.then
    closed = found.base & then.is_closed
    due = found.base & (s.due_s <= then.moment_s) & (then.state != DEFERRED)
    # 0 open, 1 closed, 2 closed on time: three counts in one pass.
    by_deadline = (s.closed_s <= s.due_s) & (s.closed_s != UNDATED)
    outcome = closed.astype(np.int8) + (closed & by_deadline)
    of_due = _per_week_and_code(s.due_day, due, ends, outcome, 3)
    frame = pd.DataFrame(
        {
            "start": _dates(ends - 6),
            "reported": _per_week(s.reported_day, found.base, ends),
            "closed": _per_week(s.closed_day, closed, ends),
            "open": _standing(found, ends, None, 1, is_overdue=False)[:, 0],
            "overdue": _standing(found, ends, None, 1, is_overdue=True)[:, 0],
            "due": of_due.sum(axis=1),
        },
        index=pd.DatetimeIndex(_dates(ends), name="week_end"),
    )
    for name, counted in (("closure_rate", of_due[:, 1:].sum(axis=1)), ("on_time_rate", of_due[:, 2])):
        frame[name] = (counted / frame["due"]).where(frame["due"] > 0)
    frame["is_partial"] = ends > day_number(county.place.local_day(filters.moment))
    return frame


def by_week(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, layer: str, measure: str, count: int = WEEKS
) -> tuple[pd.DatetimeIndex, Ints]:
    """For the time slider: week ends, and a matrix of weeks × zones or cells (all of `county`, in their order).

    `layer`: zones or cells. `measure`: problems (reported in the week), open or overdue (at its end). Default points
    are left out unless the filters ask for them.
    """
    if layer not in ("zones", "cells") or measure not in ("problems", "open", "overdue"):
        raise ValueError(f"there is no {measure!r} by week of {layer!r}")
    found = cases(county, snapshot, filters, located=True)
    ends = _week_ends(county, snapshot, filters, count)
    codes, size = (snapshot.zone, len(county.zones)) if layer == "zones" else (snapshot.cell, len(county.cells))
    chosen = replace(found, base=found.base & (codes >= 0), _masks={})
    if measure == "problems":
        matrix = _per_week_and_code(snapshot.reported_day, chosen.base, ends, codes, size)
    else:
        matrix = _standing(chosen, ends, codes, size, is_overdue=measure == "overdue")
    return pd.DatetimeIndex(_dates(ends), name="week_end"), matrix


def last_reported(counts: Ints) -> int:
    """Position of the last week (row) in which anything was reported; the last one where nothing ever was."""
    reported = np.flatnonzero(counts.any(axis=1))
    return int(reported[-1]) if len(reported) else len(counts) - 1


def _week_ends(county: "County", snapshot: "Snapshot", filters: "Filters", count: int) -> Ints:
    """Last days of the weeks, as day numbers; the last one is the week of the moment."""
    last = day_number(county.place.week_end(county.place.local_day(filters.moment)))
    first_day = int(snapshot.reported_day.min(initial=last))
    number = min(count, max((last - first_day) // 7 + 1, 1))
    return last - 7 * np.arange(number, dtype=np.int64)[::-1]


def _dates(days: Ints) -> npt.NDArray[np.datetime64]:
    return days.astype("datetime64[D]").astype("datetime64[s]")


def _per_week(days: npt.NDArray[np.int32], mask: npt.NDArray[np.bool_], ends: Ints) -> Ints:
    return _per_week_and_code(days, mask, ends, None, 1)[:, 0]


def _per_week_and_code(
    days: npt.NDArray[np.int32],
    mask: npt.NDArray[np.bool_],
    ends: Ints,
    codes: npt.NDArray[np.integer] | None,
    size: int,
) -> Ints:
    """Rows of the mask by the week their day lies in and by code; others in none."""
    first = ends[0] - 6
    chosen = np.flatnonzero(mask & (days >= first) & (days <= ends[-1]))
    at = (days[chosen] - np.int32(first)) // np.int32(7)
    if codes is not None:
        at = at.astype(np.int64) * size + codes[chosen]
    return np.bincount(at, minlength=len(ends) * size).reshape(len(ends), size)


def _standing(found: Cases, ends: Ints, codes: npt.NDArray[np.integer] | None, size: int, *, is_overdue: bool) -> Ints:
    """How many are open (or overdue) at the end of each week, by code: what came less what went, summed up.

    A problem is open from its report to its closing, and again from its reopening. As in `Snapshot.at`, so the last
    week equals the figures at the moment. Which problems are looked at (state, overdue only) is decided at the moment.
    """
    s, moment_s, last = found.snapshot, found.then.moment_s, np.int32(ends[-1])
    mask = found.base & (s.closed_s != UNDATED)
    begins = s.reported_day
    if is_overdue:
        mask &= s.due_s < moment_s
        # Clipped to the last week: a deadline past at the moment is past at its end, whatever the hour.
        begins = np.minimum(np.maximum(begins, s.overdue_day), last)
    gone = mask & (s.closed_s <= moment_s)
    again = gone & (s.reopened_s <= moment_s)
    # What closed before it could begin (before its report, before its deadline) comes and goes on one day: nothing.
    change = (
        _flow(begins, mask, ends, codes, size)
        - _flow(np.maximum(s.closed_day, begins), gone, ends, codes, size)
        + _flow(np.minimum(np.maximum(s.reopened_day, begins), last), again, ends, codes, size)
    )
    return np.cumsum(change, axis=0)


def _flow(
    days: npt.NDArray[np.int32],
    mask: npt.NDArray[np.bool_],
    ends: Ints,
    codes: npt.NDArray[np.integer] | None,
    size: int,
) -> Ints:
    """Like `_per_week_and_code`, with everything before the first week in the first."""
    if codes is not None:
        return _per_week_and_code(np.maximum(days, np.int32(ends[0] - 6)), mask, ends, codes, size)
    flow = _per_week_and_code(days, mask, ends, None, 1)
    flow[0] += np.count_nonzero(mask & (days < ends[0] - 6))
    return flow
