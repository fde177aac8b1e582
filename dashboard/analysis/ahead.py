"""What the days to come bring: deadlines that run out, terms that end, campaigns that begin."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis import assignments, duties
from dashboard.analysis.assignments import GRID_WORKER
from dashboard.analysis.cases import cases, day_number
from dashboard.filters import NONE

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

DAYS = 7


def due(county: "County", snapshot: "Snapshot", filters: "Filters", *, of: str = "zone", days: int = DAYS) -> pd.Series:
    """Open problems by zone or unit whose deadline runs out after the moment, within so many local days; deferred ones
    are not among them. Index in the snapshot's order, last `NONE`."""
    found = cases(county, snapshot, filters)
    today = day_number(county.place.local_day(filters.moment))
    comes = (snapshot.due_s >= found.then.moment_s) & (snapshot.due_day <= today + days)
    mask = found.mask("open") & ~found.mask("deferred") & comes
    names = snapshot.zones if of == "zone" else snapshot.units
    counts = snapshot.counts(getattr(snapshot, of), mask, names)
    return pd.Series(counts, index=pd.Index([*names, NONE], name=of, dtype="str"), name="due")


def ending(county: "County", filters: "Filters", *, days: int = DAYS) -> pd.DataFrame:
    """Cells whose last grid worker in term goes within so many days and whom nobody follows the day after, in order of
    code (`duties.running_out`).

    Index `cell`; columns name, zone, worker (names), until (datetime64). Cells in force and in the filters.
    """
    today = county.place.local_day(filters.moment)
    last = duties.running_out(county, today, within_days=days)
    inside = county.cells[county.cells_on(today, zone=filters.zone, cell=filters.cell)]
    chosen = inside[inside.index.isin(last.index)]
    names = assignments.holders(county, today, layer="cell", role=GRID_WORKER)
    told = {"name": chosen["name"], "zone": chosen["zone"]}
    frame = pd.DataFrame(told, index=chosen.index).rename_axis("cell")
    return frame.assign(worker=names.reindex(frame.index), until=last.reindex(frame.index))


def beginning(county: "County", filters: "Filters", *, days: int = DAYS) -> pd.DataFrame:
    """Campaigns that begin after the day of the moment, within so many days, in order of day: rows of
    `county.campaigns`."""
    today: date = county.place.local_day(filters.moment)
    starts = county.campaigns["starts_on"].to_numpy("datetime64[s]")
    first, last = np.datetime64(today, "s"), np.datetime64(today + timedelta(days=days), "s")
    return county.campaigns[(starts > first) & (starts <= last)].sort_values("starts_on", kind="stable")
