"""The figures in one line above every map, each with its denominator and its change since a week ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis import coverage, recorded
from dashboard.analysis.cases import cases, days_to_close

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

CHANGE_DAYS = 7

# Name of the figure → what it is counted among; "" for a plain count.
_COUNTS = {
    "reported": "",
    "closed": "",
    "due": "",
    "open": "all",
    "overdue": "open",
    "overdue_deferred": "overdue",
    "deferred": "open",
    "without_deadline": "all",
    "closed_late": "due",
    "default_points": "all",
    "outside": "all",
    "in_no_cell": "all",
    "without_coordinates": "all",
    "dates_in_conflict": "all",
    "closed_undated": "all",
    "zone_differs": "all",
}
_CASES_OF = {"reported": "problems"}
_RATES = {"closure_rate": "closed_of_due", "on_time_rate": "on_time"}
_CELLS = ("unassigned", "unvisited", "unserved", "unserved_toilet", "unserved_market")


@dataclass(frozen=True)
class Figure:
    """One number of a page."""

    value: float | None
    """A count, or a share in [0, 1]; None: a rate of nothing, or see `missing`."""
    of: int | None = None
    """The denominator that stands beside it; None: a plain count."""
    change: float | None = None
    """Difference to the same figure earlier, a week unless asked otherwise (moment and period moved); None: unknown."""
    count: int | None = None
    """Of a rate: the numerator."""
    missing: str | None = None
    """Why nobody can tell it: a reason of `recorded.REASONS`; then value, of and change are None."""


def headline(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    *,
    shares: pd.DataFrame,
    unserved_share: float,
    facts: Sequence[pd.DataFrame] | None = None,
    earlier: "Filters | None" = None,
) -> dict[str, Figure]:
    """Every figure by name. `filters` are resolved; `shares` as from `coverage.shares`. `earlier`: resolved filters the
    changes are against, a week before unless given. `facts`: what `coverage.facts` gives of both, where it is known
    already.

    Of the period (its part up to the moment): reported; due (deadline in it, not deferred), closure_rate and
    on_time_rate (of due), closed_late (of due), closed (closing day in it, still closed at the moment).
    At the moment: open (of all known), overdue (of open), overdue_deferred (of overdue), deferred (of open),
    without_deadline (of all known).
    median_days_to_close (of those closed in the period; `of`: how many; dates in conflict left out).
    Cells in force on the day of the moment: unassigned, unvisited (in the period), unserved (by toilets or markets,
    either), unserved_toilet, unserved_market (of cells). The last three have no change: facilities have no history.
    What the place keeps no record of is `missing`, not all cells.
    Of the data, among all known: default_points, outside (of all zones), in_no_cell (in a zone but in no cell),
    without_coordinates, dates_in_conflict, closed_undated, zone_differs (the point's zone is not its cell's).
    """
    earlier = earlier or filters.moved(-CHANGE_DAYS)
    if facts is None:
        facts = [
            coverage.facts(county, one, shares=shares, unserved_share=unserved_share) for one in (filters, earlier)
        ]
    now = _counts(county, snapshot, filters, facts[0])
    before = _counts(county, snapshot, earlier, facts[1])
    figures = {}
    for name, among in _COUNTS.items():
        key = _CASES_OF.get(name, name)
        figures[name] = Figure(now[key], int(now[among]) if among else None, now[key] - before[key])
    for name, key in _RATES.items():
        rate, rate_before = _rate(now, key), _rate(before, key)
        change = rate - rate_before if rate is not None and rate_before is not None else None
        figures[name] = Figure(rate, int(now["due"]), change, count=int(now[key]))
    untold = recorded.missing(county, filters, shares=shares)
    untold_before = recorded.missing(county, earlier, shares=shares)
    for name in _CELLS:
        has_change = name in ("unassigned", "unvisited") and name not in untold_before
        figures[name] = (
            Figure(None, missing=untold[name])
            if name in untold
            else Figure(now[name], int(now["cells"]), now[name] - before[name] if has_change else None)
        )
    days = None if np.isnan(now["median_days"]) else now["median_days"]
    days_change = now["median_days"] - before["median_days"]
    figures["median_days_to_close"] = Figure(
        days, int(now["days_of"]), None if np.isnan(days_change) else float(days_change)
    )
    return figures


def _rate(counts: dict[str, float], key: str) -> float | None:
    return counts[key] / counts["due"] if counts["due"] else None


def _counts(county: "County", snapshot: "Snapshot", filters: "Filters", facts: pd.DataFrame) -> dict[str, float]:
    found = cases(county, snapshot, filters)
    names = {*_RATES.values(), *(_CASES_OF.get(name, name) for name in _COUNTS), "all"}
    counts: dict[str, float] = {name: found.count(name) for name in names}
    days = days_to_close(found, found.mask("closed"))
    counts["days_of"] = len(days)
    counts["median_days"] = float(np.median(days)) if len(days) else np.nan
    counts["cells"] = len(facts)
    return counts | {name: int(facts[f"is_{name}"].sum()) for name in _CELLS}
