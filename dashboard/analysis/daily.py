"""Visits day by day, in whole weeks: what a calendar shows."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard import county as counties
from dashboard.analysis import recorded, visits
from dashboard.analysis.cases import day_number

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters

WEEKS, MOST_WEEKS = 26, 53

Days = npt.NDArray[np.int64]


def by_day(county: "County", filters: "Filters", *, party: str | None = None, weeks: int = WEEKS) -> pd.DataFrame:
    """Visits in the zones or the cell of the filters by day; with `party`, those of one person, wherever they were.

    Whole weeks up to the one in which period or moment ends, whichever is first: `weeks` of them, or as many as the
    period reaches back (`MOST_WEEKS` at most). Index `day` (datetime64), oldest first. Columns: week_end (datetime64);
    weekday (0: first day of the place's week); visits (Int64); cells_seen (Int64; different cells) of cells (those in
    force that day, of a person: held); is_known: not after the moment, not before the place's first visit, and a cell
    was in force (held) or a visit was made that day; is_in_period. Of days that are not known, visits and cells_seen
    are NA, as are those of all days where no visit is known.
    """
    today = day_number(county.place.local_day(filters.moment))
    days = _days(county, filters, today, weeks)
    first, size = int(days[0]), len(county.cells)
    rows = county.visits
    made = (rows["visited_s"].to_numpy() <= filters.moment.timestamp()) & (rows["visited_day"].to_numpy() >= first)
    made &= rows["visited_day"].to_numpy() <= days[-1]
    made &= visits.within(county, filters, rows) if party is None else (rows["party"] == party).to_numpy(bool)
    day = rows["visited_day"].to_numpy(np.int64)[made] - first
    cell = rows["cell"].to_numpy(np.int64)[made]
    counts = np.bincount(day, minlength=len(days))
    theirs = _in_force(county, filters, days) if party is None else _held(county, party, days)
    seen = np.zeros((len(days), size), np.bool_)
    seen[day[cell >= 0], cell[cell >= 0]] = True
    if party is None:
        seen &= theirs
    number = theirs.sum(axis=1)
    begins = int(rows["visited_day"].iloc[0]) if recorded.has_visits(county, filters.moment) else np.iinfo(np.int64).max
    is_known = (days <= today) & (days >= begins) & ((number > 0) | (counts > 0))
    start, end = (day_number(each) for each in filters.period)
    return pd.DataFrame(
        {
            "week_end": _dates(days + 6 - np.arange(len(days)) % 7),
            "weekday": np.arange(len(days)) % 7,
            "visits": pd.arrays.IntegerArray(counts, ~is_known),
            "cells_seen": pd.arrays.IntegerArray(seen.sum(axis=1), ~is_known),
            "cells": number,
            "is_known": is_known,
            "is_in_period": (days >= start) & (days <= end),
        },
        index=pd.DatetimeIndex(_dates(days), name="day"),
    )


def _days(county: "County", filters: "Filters", today: int, weeks: int) -> Days:
    start, end = filters.period
    last = day_number(county.place.week_end(min(end, county.place.local_day(filters.moment))))
    back = (last - day_number(start)) // 7 + 1 if day_number(start) <= today else weeks
    number = min(max(weeks, back), MOST_WEEKS)
    return last + 1 - 7 * number + np.arange(7 * number, dtype=np.int64)


def _in_force(county: "County", filters: "Filters", days: Days) -> npt.NDArray[np.bool_]:
    """Days × cells of the county: in force and in the filters."""
    begins, ends = counties.spans(county.cells)
    mask = (begins <= days[:, None]) & (days[:, None] <= ends)
    return mask & county.cells_in(zone=filters.zone, cell=filters.cell)


def _held(county: "County", party: str, days: Days) -> npt.NDArray[np.bool_]:
    """Days × cells: those that a person had as grid worker."""
    is_theirs = (county.worker_cells >= 0) & (county.assignments["party"] == party).to_numpy(bool)
    terms, cell = county.assignments[is_theirs], county.worker_cells[is_theirs]
    begins, ends = counties.spans(terms)
    held = np.zeros((len(days), len(county.cells)), np.bool_)
    for at, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        held[(days >= begin) & (days <= end), cell[at]] = True
    return held


def _dates(days: Days) -> npt.NDArray[np.datetime64]:
    return days.astype("datetime64[D]").astype("datetime64[s]")
