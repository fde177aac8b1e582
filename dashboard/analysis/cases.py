"""The cases behind a number: rows of the snapshot, newest first, a page at a time."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

WHICH = (
    "problems", "open", "overdue", "closed", "due", "closed_of_due", "on_time", "closed_late", "deferred",
    "without_deadline", "default_points", "outside", "in_no_cell", "without_coordinates", "dates_in_conflict",
    "closed_undated", "zone_differs", "all",
)  # fmt: skip


def rows(
    county: "County", snapshot: "Snapshot", filters: "Filters", which: str = "all", *, located: bool = False
) -> npt.NDArray[np.int64]:
    """Positions in the snapshot of the cases a figure counts; the longest overdue first, else the newest first.

    `which`: a name of `WHICH` (problems: reported in the period; all: whatever the filters hold at the moment).
    `located`: as counted by the heat, without default points unless asked for.
    """
    raise NotImplementedError
