"""The figures in one line above every map, each with its denominator and its change since a week ago."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

CHANGE_DAYS = 7


@dataclass(frozen=True)
class Figure:
    """One number of a page."""

    value: float | None
    """A count, or a share in [0, 1]; None: a rate of nothing."""
    of: int | None = None
    """The denominator that stands beside it; None: a plain count."""
    change: float | None = None
    """Difference to the same figure one week earlier (moment and period both moved); None: unknown."""
    count: int | None = None
    """Of a rate: the numerator."""


def headline(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, shares: pd.DataFrame, unserved_share: float
) -> dict[str, Figure]:
    """Every figure by name. `filters` are resolved; `shares` as from `coverage.shares`.

    Of the period (its part up to the moment): reported; due (deadline in it, not deferred), closure_rate and
    on_time_rate (of due), closed_late (of due), closed (closing day in it, still closed at the moment).
    At the moment: open (of all known), overdue (of open), overdue_deferred (of overdue), deferred (of open),
    without_deadline (of all known).
    Cells in force on the day of the moment: unassigned, unvisited (in the period), unserved (by toilets or markets,
    either), unserved_toilet, unserved_market (of cells). The last three have no change: facilities have no history.
    Of the data, among all known: default_points, outside (of all zones), in_no_cell (in a zone but in no cell),
    without_coordinates, dates_in_conflict, closed_undated, zone_differs (the point's zone is not its cell's).
    """
    raise NotImplementedError
