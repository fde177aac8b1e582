"""Problems by zone and by cell: how many, and how many per km²."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

OUTSIDE = "-"
"""Index of the row of `zones` for problems that lie in no zone."""


def zones(county: "County", snapshot: "Snapshot", filters: "Filters") -> pd.DataFrame:
    """One row a zone in the filters, in order of code, and last `OUTSIDE`; with it the columns add up to all problems.

    Index `zone`. Columns: name; cells (in force); area_km2; problems (reported in the period, up to the moment);
    open, overdue, closed (in the period), deferred; problems_per_km2, open_per_km2 (NaN outside);
    at_default_point (problems of the period left out of the counts before it; 0 when the filters ask for them);
    change (problems less those of the period before, of equal length).
    """
    raise NotImplementedError


def cells(county: "County", snapshot: "Snapshot", filters: "Filters") -> pd.DataFrame:
    """One row a cell in force and in the filters, in order of code; problems in no cell are in none.

    Index `cell`. Columns: name, zone; area_km2; problems, open, overdue, closed, deferred; problems_per_km2,
    open_per_km2; at_default_point; change; visits (in the period); is_unvisited (so that 0 problems can be told from
    "nobody looked").
    """
    raise NotImplementedError


def points(county: "County", snapshot: "Snapshot", filters: "Filters", *, measure: str = "problems") -> pd.DataFrame:
    """Points of the heat: x_m, y_m (measure CRS), row (position in the snapshot), state (code in `snapshot.STATES`),
    is_overdue. `measure` as in `cells`: problems, open or overdue. Without coordinates: not in it."""
    raise NotImplementedError
