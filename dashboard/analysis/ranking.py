"""Zones, and units inside their class, by closure and on-time rate, with denominators and intervals."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot


def zones(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, at_least: int, by: str = "on_time_rate"
) -> pd.DataFrame:
    """Zones in the filters, best first, those with too few due at the end. Index `code`.

    Columns: name; rank (Int64; equal rates share one; NA: too few to rank), due, closed, on_time (of due);
    closure_rate, on_time_rate (NaN: none due), closure_low, closure_high, on_time_low, on_time_high (Wilson, 95 %);
    open, overdue (at the moment); deferred, without_deadline (shown beside, in no rate); is_ranked.
    """
    raise NotImplementedError


def units(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, at_least: int, by: str = "on_time_rate"
) -> pd.DataFrame:
    """Units with a problem, ranked inside their class; index `unit` (name). Columns as `zones`, and `class` (NaN: the
    unit is in no list), ordered by class, then rank."""
    raise NotImplementedError


def wilson(count: pd.Series, of: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Ends of the Wilson score interval of count/of at 95 %; NaN where `of` is 0."""
    raise NotImplementedError
