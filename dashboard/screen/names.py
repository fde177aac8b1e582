"""Who answers for the places of a list."""

import pandas as pd

from dashboard import cached


def beside(look: cached.Look, rows: pd.DataFrame, layer: str = "cells") -> pd.DataFrame:
    """Cells with `zone_name` and their grid workers, zones with their leader, as `who` (NaN: nobody); without `who`
    where no such names are kept."""
    missing = cached.missing(look)
    cells = cached.coverage(look)
    if layer == "cells":
        names = cells[["zone_name", "worker"]].rename(columns={"worker": "who"})
        return rows.join(names.drop(columns="who") if "unassigned" in missing else names)
    if "unled" in missing:
        return rows
    leaders = cells.drop_duplicates("zone").set_index("zone")["leader"]
    return rows.assign(who=leaders.reindex(rows.index))
