"""Nobody looked: zones and cells without a visit, week by week."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import recorded

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters


def by_week(
    county: "County", filters: "Filters", *, layer: str, week_ends: pd.DatetimeIndex
) -> npt.NDArray[np.bool_] | None:
    """Weeks × zones or cells (all of `county`, in their order): True where no visit was made in the week; None where
    no visit at all is on record at the moment.

    `filters` are resolved; visits after their moment are not known. `week_ends` are consecutive weeks, oldest first.
    """
    if not recorded.has_visits(county, filters.moment):
        return None
    size = len(county.zones if layer == "zones" else county.cells)
    visits, first = county.visits, week_ends[0].to_datetime64().astype("datetime64[D]").astype(np.int64) - 6
    codes = visits["zone" if layer == "zones" else "cell"].to_numpy()
    week = (visits["visited_day"].to_numpy().astype(np.int64) - first) // 7
    is_known = visits["visited_s"].to_numpy() <= filters.moment.timestamp()
    chosen = (codes >= 0) & (week >= 0) & (week < len(week_ends)) & is_known
    counts = np.bincount(week[chosen] * size + codes[chosen], minlength=len(week_ends) * size)
    return counts.reshape(len(week_ends), size) == 0
