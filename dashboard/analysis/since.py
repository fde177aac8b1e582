"""What changed between two moments: what came, what was closed, what fell overdue, in counts that add up."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.filters import NONE

if TYPE_CHECKING:
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

Bools = npt.NDArray[np.bool_]

WHICH = (
    "new", "closed", "reopened", "fell_overdue", "no_longer_overdue", "open_before", "open", "overdue_before",
    "overdue",
)  # fmt: skip
"""new: reported after the first moment. closed: closed at the second and not at the first, also of the new ones.
reopened: closed at the first, open at the second. fell_overdue: overdue at the second and not at the first, and
no_longer_overdue the other way. Then open and overdue at either; so

    open = open_before + new + reopened − closed        overdue = overdue_before + fell_overdue − no_longer_overdue
"""
OF = ("zone", "cell", "unit", "category")


def masks(snapshot: "Snapshot", filters: "Filters", since: datetime, *, located: bool = False) -> dict[str, Bools]:
    """The problems of each of `WHICH`, from `since` to the moment of resolved filters; as long as the snapshot.

    Every filter holds but the period, the state and "overdue only", which are of one moment. `located`: as the heat
    counts, without default points unless asked for.
    """
    now, before = snapshot.at(filters.moment), snapshot.at(since)
    base = snapshot.mask(replace(filters, state=(), is_overdue_only=False), now, located=located)
    found = {
        "new": now.is_known & ~before.is_known,
        "closed": now.is_closed & ~before.is_closed,
        "reopened": now.is_open & before.is_closed,
        "fell_overdue": now.is_overdue & ~before.is_overdue,
        "no_longer_overdue": before.is_overdue & ~now.is_overdue,
        "open_before": before.is_open,
        "open": now.is_open,
        "overdue_before": before.is_overdue,
        "overdue": now.is_overdue,
    }
    return {which: found[which] & base for which in WHICH}


def changes(
    snapshot: "Snapshot", filters: "Filters", since: datetime, *, of: str = "zone", located: bool = False
) -> pd.DataFrame:
    """How many of `masks` (with its `located`) by `of` (`OF`): columns as `WHICH`, index in the snapshot's order, last
    `NONE` for those of none; the sums are those of all problems. Raises `ValueError` for another `of`."""
    if of not in OF:
        raise ValueError(f"there are no changes by {of!r}; there are {', '.join(OF)}")
    names = {"zone": snapshot.zones, "cell": snapshot.cells, "unit": snapshot.units, "category": snapshot.categories}
    codes = getattr(snapshot, of)
    found = masks(snapshot, filters, since, located=located)
    counted = {which: snapshot.counts(codes, mask, names[of]) for which, mask in found.items()}
    return pd.DataFrame(counted, index=pd.Index([*names[of], NONE], name=of, dtype="str"))
