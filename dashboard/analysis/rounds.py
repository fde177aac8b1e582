"""Which cells nobody has looked at for long, with who should have, and where the visits went."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis import assignments, rhythm, visits
from dashboard.analysis.cases import cases

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standard

MOST_DAYS = 999
"""Days unseen that may be asked for."""


def cells(county: "County", snapshot: "Snapshot", filters: "Filters", required: "Standard") -> pd.DataFrame:
    """Cells in force and in the filters, never visited ones first, then those unseen for longest. Index `cell`.

    Columns: name, zone, zone_name, setting, worker (names in term, NaN: nobody); days_since, required_days, is_late,
    days_unseen, longest_gap_days, is_kept (of `rhythm.cells`); last_visit (NaT: never), visits and is_unvisited (of
    the period); finding (one of `rhythm.FINDINGS`); open (problems open at the moment). Filters that choose problems
    are left aside. What no visit is known for is NA in every row.
    """
    filters = filters.of_cells
    day = county.place.local_day(filters.moment)
    told = county.cells
    frame = pd.DataFrame({"name": told["name"], "zone": told["zone"], "setting": told["setting"]})
    frame.index = frame.index.rename("cell")
    frame.insert(2, "zone_name", assignments.looked_up(frame["zone"], county.zones["name"]))
    workers = assignments.holders(county, day, layer="cell", role=assignments.GRID_WORKER)
    frame["worker"] = workers.reindex(frame.index)
    found = rhythm.cells(county, filters, required)
    order = ["days_since", "required_days", "is_late", "days_unseen", "longest_gap_days", "is_kept"]
    frame = frame.join(found[order]).join(visits.cells(county, filters)[["last_visit", "visits", "is_unvisited"]])
    frame["finding"] = rhythm.findings(county, snapshot, filters)
    is_open = cases(county, snapshot, filters).mask("open")
    frame["open"] = np.bincount(snapshot.cell[is_open] + 1, minlength=len(frame) + 1)[1:]
    frame = frame[county.cells_on(day, zone=filters.zone, cell=filters.cell)]
    return frame.sort_values(["last_visit", "days_unseen"], ascending=[True, False], na_position="first", kind="stable")


def unseen(found: pd.DataFrame, days: int | None) -> pd.DataFrame:
    """Of the cells of `cells`, those unseen for at least so many days; None: for longer than their rhythm allows. None
    of them where no visit is known."""
    is_known = found["is_late"].notna()
    if days is None:
        return found[found["is_late"].fillna(False)]
    return found[is_known & (found["days_unseen"] >= days).fillna(True)]


def whereabouts(county: "County", filters: "Filters") -> pd.DataFrame:
    """Visits in the period, in the zones or the cell of the filters, by whose cell they were made in. Index `where`
    (`rhythm.WHERE`); columns visits and share (of all of them; NaN where there are none)."""
    made = rhythm.where(county, filters)
    kinds = made.loc[visits.within(county, filters, made), "where"]
    counts = kinds.value_counts().reindex(pd.Index(rhythm.WHERE, name="where"), fill_value=0)
    total = int(counts.sum())
    return pd.DataFrame({"visits": counts, "share": counts / total if total else np.nan})
