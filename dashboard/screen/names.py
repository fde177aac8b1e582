"""Who answers for the places of a list."""

import pandas as pd

from dashboard import cached
from dashboard.analysis import assignments


def beside(look: cached.Look, rows: pd.DataFrame, layer: str = "cells") -> pd.DataFrame:
    """Cells with `zone_name` and their grid workers, zones with their leader, as `who` (NaN: nobody); without `who`
    where no such names are kept."""
    missing = cached.missing(look)
    if layer == "cells":
        names = cached.coverage(look)[["zone_name", "worker"]].rename(columns={"worker": "who"})
        return rows.join(names.drop(columns="who") if "unassigned" in missing else names)
    if "unled" in missing:
        return rows
    day = look.county.place.local_day(look.filters.moment)
    leaders = assignments.holders(look.county, day, layer="zone", role=assignments.LEADER)
    return rows.assign(who=leaders.reindex(rows.index))
