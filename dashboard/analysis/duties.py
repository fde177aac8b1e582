"""Who answers for every cell and facility, and what has to be done about it: gaps, overlaps, terms that run out."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard import county as counties
from dashboard.analysis import assignments, responsibility
from dashboard.analysis.assignments import ENDED, NOBODY, NOT_KNOWN, NOT_YET, ONE, SEVERAL, UNIT_ONLY, looked_up
from dashboard.analysis.cases import cases
from dashboard.analysis.coverage import in_use
from dashboard.analysis.facilities import among

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

CELL, FACILITY = "cell", "facility"
LAYERS = (CELL, FACILITY)
RUNS_OUT = "runs_out"
ORDER = (NOBODY, ENDED, RUNS_OUT, NOT_YET, UNIT_ONLY, SEVERAL, ONE, NOT_KNOWN)
"""States of `assignments.STATES` in order of urgency, with one more: one person in term, whose term runs out soon and
whom nobody follows."""
TO_ASSIGN = (NOBODY, ENDED, RUNS_OUT, NOT_YET, UNIT_ONLY)
"""Of these, the ones for which somebody has to be found."""


def duties(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, layer: str = CELL, within_days: int
) -> pd.DataFrame:
    """Cells in force, or facilities neither closed nor planned, in the zones or the cell of the filters, the most
    urgent first (`ORDER`, then open problems, then code). Index `cell` or `facility`.

    Columns: name, zone, zone_name, kind (of a facility), cell (in which a facility lies), state (one of `ORDER`),
    is_unassigned (boolean, NA where nothing is on record: nobody is in term), names, until (last day of those in term,
    NaT: open), last_name, last_until, next_from (as of `assignments.held`), people (of a cell), open, overdue (problems
    of a cell; NA for a facility, as problems are of cells).
    """
    day = county.place.local_day(filters.moment)
    held = assignments.held(county, day, layer=layer)
    every = county.cells if layer == CELL else county.facilities
    frame = pd.DataFrame({"name": every["name"], "zone": every["zone"]}).rename_axis(layer)
    frame.insert(2, "zone_name", looked_up(frame["zone"], county.zones["name"]))
    if layer == CELL:
        counts = _problems(county, snapshot, filters)
        own = {"kind": None, "cell": frame.index, "people": every["people"], **counts}
    else:
        own = {"kind": every["kind"], "cell": every["cell"], "people": None, "open": None, "overdue": None}
    frame["kind"], frame["cell"] = (pd.Series(own[name], frame.index, dtype="str") for name in ("kind", "cell"))
    frame["state"] = held["state"]
    frame["until"] = _until(county, day, layer).reindex(frame.index)
    runs_out = frame.index.isin(running_out(county, day, layer=layer, within_days=within_days).index)
    frame["state"] = frame["state"].mask((frame["state"] == ONE) & runs_out, RUNS_OUT)
    is_unassigned = frame["state"].isin(assignments.VACANT).astype("boolean")
    frame.insert(6, "is_unassigned", is_unassigned.mask(frame["state"] == NOT_KNOWN))
    frame.insert(7, "names", held["names"])
    frame = frame.join(held[["last_name", "last_until", "next_from"]])
    for name in ("people", "open", "overdue"):
        frame[name] = pd.Series(own[name], frame.index, dtype="Int64")
    frame = frame[_asked(county, filters, day, layer)]
    urgency = frame["state"].map({state: rank for rank, state in enumerate(ORDER)})
    ranks = pd.DataFrame({"urgency": urgency, "open": -frame["open"].fillna(0), "code": frame.index})
    return frame.loc[ranks.sort_values(["urgency", "open", "code"], kind="stable").index]


def counts(found: pd.DataFrame) -> pd.Series:
    """How many of `duties` are in each state, all of `ORDER` in that order."""
    return found["state"].value_counts().reindex(list(ORDER), fill_value=0).rename("count")


def carried(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, cells_limit: int, problems_limit: int
) -> pd.DataFrame:
    """`responsibility.workload` of the grid workers with a cell in the zones or the cell of the filters, counting all
    their cells and problems: a limit is a person's, not a zone's."""
    limits = {"cells_limit": cells_limit, "problems_limit": problems_limit}
    asked = filters.of_cells
    every = responsibility.workload(county, snapshot, replace(asked, zone=(), cell=None), **limits)
    if not asked.zone and asked.cell is None:
        return every
    return every[every.index.isin(responsibility.workload(county, snapshot, asked, **limits).index)]


def over_limit(workload: pd.DataFrame) -> pd.DataFrame:
    """Of `carried`, those with more cells or open problems than the place's limits."""
    return workload[workload["has_too_many_cells"] | workload["has_too_many_problems"]]


def of_layer(county: "County", layer: str) -> pd.DataFrame:
    """Rows of `county.assignments` that `assignments.held` looks at: grid workers of cells, whoever has a facility."""
    is_meant = county.worker_cells >= 0 if layer == CELL else county.assignments["target_layer"] == FACILITY
    return county.assignments[np.asarray(is_meant)]


def _until(county: "County", day: date, layer: str) -> pd.Series:
    """Last day of the terms in force of each target's persons, NaT where one is open. Index target."""
    terms = of_layer(county, layer)
    now = assignments.with_parties(county, terms[counties.in_term(terms, day)])
    now = now[now["is_person"].fillna(True).astype(bool)]
    last = now.groupby("target")["valid_to"].max()
    is_open = now["valid_to"].isna().groupby(now["target"]).any()
    return last.mask(is_open).astype("datetime64[s]")


def running_out(county: "County", day: date, *, layer: str = CELL, within_days: int) -> pd.Series:
    """Last day of the persons in term, of each target where that day is within so many days and no term begins before
    or on the day after it. Index target."""
    until = _until(county, day, layer)
    terms = of_layer(county, layer)
    begins = terms["valid_from"].to_numpy(dtype="datetime64[s]")
    follows = terms[begins > np.datetime64(day, "s")].groupby("target")["valid_from"].min().reindex(until.index)
    is_near = until <= pd.Timestamp(day + timedelta(days=within_days))
    return until[is_near & ~(follows <= until + pd.Timedelta(days=1))]


def _problems(county: "County", snapshot: "Snapshot", filters: "Filters") -> pd.DataFrame:
    """Open and overdue problems by cell, those that filters of problems leave aside among them."""
    found = cases(county, snapshot, filters.of_cells)
    at = {name: snapshot.cell[found.mask(name)] + 1 for name in ("open", "overdue")}
    size = len(county.cells) + 1
    return pd.DataFrame(
        {name: np.bincount(where, minlength=size)[1:] for name, where in at.items()}, index=county.cells.index
    )


def _asked(county: "County", filters: "Filters", day: date, layer: str) -> np.ndarray:
    if layer == CELL:
        return county.cells_on(day, zone=filters.zone, cell=filters.cell)
    return in_use(county, day) & among(county.facilities, filters)
