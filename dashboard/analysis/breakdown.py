"""The problems of a period told apart: by category, by zone, by hour of day."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis.cases import cases
from dashboard.filters import NONE
from dashboard.snapshot import NO_MINUTE

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

BY = ("category", "zone")
HOURS = 24


def by(county: "County", snapshot: "Snapshot", filters: "Filters", which: str) -> pd.Series:
    """Problems reported in the period by `which` (`BY`), the most first, `NONE` for those that have none; no zeros.

    Default points are left out unless asked for, as on the heat's maps.
    """
    if which not in BY:
        raise ValueError(f"there is no breakdown by {which!r}; there are {', '.join(BY)}")
    names = snapshot.categories if which == "category" else snapshot.zones
    codes = snapshot.category if which == "category" else snapshot.zone
    found = cases(county, snapshot, filters, located=True)
    counts = snapshot.counts(codes, found.mask("problems"), names)
    told = pd.Series(counts, index=pd.Index([*names, NONE], name=which, dtype="str"), name="problems")
    return told[told > 0].sort_values(ascending=False, kind="stable")


def by_hour(county: "County", snapshot: "Snapshot", filters: "Filters") -> tuple[pd.Series, int]:
    """Problems of the period by hour of the local day (index 0 … 23), and how many give no time of day."""
    found = cases(county, snapshot, filters, located=True)
    minutes = snapshot.reported_minute[found.mask("problems")]
    is_timed = minutes != NO_MINUTE
    counts = np.bincount(minutes[is_timed] // 60, minlength=HOURS)
    index = pd.RangeIndex(HOURS, name="hour")
    return pd.Series(counts, index=index, name="problems"), int(np.count_nonzero(~is_timed))
