"""Problems by week; a week ends on the place's weekday and is named by its last day."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

WEEKS = 26


def weeks(county: "County", snapshot: "Snapshot", filters: "Filters", *, count: int = WEEKS) -> pd.DataFrame:
    """The last `count` weeks up to the one of the moment (fewer where the data begin later), oldest first.

    Index `week_end` (datetime64, the week's last local day). Columns: start; reported (by the day reported); closed
    (by the day closed, where still closed at the moment); open and overdue (at the end of the week; of the last week:
    at the moment); due, closure_rate, on_time_rate (deadline in the week; as of the moment; NaN where none due);
    is_partial (the moment lies before its end).
    """
    raise NotImplementedError


def by_week(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, layer: str, measure: str, count: int = WEEKS
) -> tuple[pd.DatetimeIndex, npt.NDArray[np.int64]]:
    """For the time slider: week ends, and a matrix of weeks × zones or cells (all of `county`, in their order).

    `layer`: zones or cells. `measure`: problems (reported in the week), open or overdue (at its end). Default points
    are left out unless the filters ask for them.
    """
    raise NotImplementedError
