"""Problems by zone and by cell: how many, and how many per km²."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import visits
from dashboard.analysis.cases import Cases, cases
from dashboard.filters import NONE

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

OUTSIDE = NONE
"""Index of the row of `zones` for problems that lie in no zone."""

MEASURES = ("problems", "open", "overdue", "closed", "deferred")


def zones(county: "County", snapshot: "Snapshot", filters: "Filters") -> pd.DataFrame:
    """One row a zone in the filters, in order of code, and last `OUTSIDE`; with it the columns add up to all problems.

    Index `zone`. Columns: name; cells (in force); area_km2; problems (reported in the period, up to the moment);
    open, overdue, closed (in the period), deferred; problems_per_km2, open_per_km2 (NaN outside);
    at_default_point (problems of the period left out of the counts before it; 0 when the filters ask for them);
    change (problems less those of the period of equal length before, as of a moment moved as far); visits (Int64, in
    the period) and is_unvisited (boolean), NA outside and where no visits are kept. `OUTSIDE` holds what lies outside
    all zones and what has no coordinates.
    """
    seen = visits.zones(county, filters)
    frame = pd.DataFrame(
        {
            "name": [*county.zones["name"], np.nan],
            "cells": _by_code(
                county.cell_zones[county.cells_on(county.place.local_day(filters.moment))], len(county.zones)
            ),
            **_counted(county, snapshot, filters, snapshot.zone, county.zones["area_m2"].to_numpy(np.float64)),
        },
        index=pd.Index([*county.zones.index, OUTSIDE], name="zone"),
    ).astype({"name": "str"})
    frame[["visits", "is_unvisited"]] = seen[["visits", "is_unvisited"]].reindex(frame.index)
    if filters.zone:
        frame = frame[frame.index.isin(filters.zone)]
    return frame


def cells(county: "County", snapshot: "Snapshot", filters: "Filters") -> pd.DataFrame:
    """One row a cell in force and in the filters, in order of code; problems in no cell are in none.

    Index `cell`. Columns: name, zone; area_km2; problems, open, overdue, closed, deferred; problems_per_km2,
    open_per_km2; at_default_point; change; visits (Int64, in the period); is_unvisited (boolean, so that 0 problems
    can be told from "nobody looked"); both NA where no visits are kept.
    """
    counted = _counted(county, snapshot, filters, snapshot.cell, county.cells["area_m2"].to_numpy(np.float64))
    seen = visits.cells(county, filters)
    frame = pd.DataFrame(
        {
            "name": county.cells["name"].array,
            "zone": county.cells["zone"].array,
            **{name: values[:-1] for name, values in counted.items()},
            "visits": seen["visits"].array,
            "is_unvisited": seen["is_unvisited"].array,
        },
        index=county.cells.index.rename("cell"),
    )
    return frame[county.cells_on(county.place.local_day(filters.moment), zone=filters.zone, cell=filters.cell)]


def to_act_on(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells (or zones) with open problems, those with most overdue first, then most open, then most of the period."""
    return cells[cells["open"] > 0].sort_values(["overdue", "open", "problems"], ascending=False, kind="stable")


def points(county: "County", snapshot: "Snapshot", filters: "Filters", *, measure: str = "problems") -> pd.DataFrame:
    """Points of the heat: x_m, y_m (measure CRS), row (position in the snapshot), state (code in `snapshot.STATES`),
    is_overdue. `measure` as in `cells`: problems, open or overdue. Without coordinates: not in it."""
    found = cases(county, snapshot, filters, located=True)
    chosen = np.flatnonzero(found.mask(measure) & ~np.isnan(snapshot.x_m))
    return pd.DataFrame(
        {
            "x_m": snapshot.x_m[chosen],
            "y_m": snapshot.y_m[chosen],
            "row": chosen,
            "state": found.then.state[chosen],
            "is_overdue": found.then.is_overdue[chosen],
        }
    )


def mean_per_km2(county: "County", snapshot: "Snapshot") -> float:
    """Problems per km² of all zones reported in four weeks, over the whole data version whatever the filters say; 0.0
    where there is nothing. What the classes of a very busy place are lifted by."""
    days, area_m2 = snapshot.reported_day, float(county.zones["area_m2"].sum())
    if not len(days) or not area_m2:
        return 0.0
    return _in_four_weeks(snapshot) / area_m2 * 1e6


def means(county: "County", snapshot: "Snapshot") -> tuple[float, float, float]:
    """Problems of four weeks by km², by cell and by zone, over the whole data version; 0.0 where there is nothing."""
    usual = _in_four_weeks(snapshot)
    return mean_per_km2(county, snapshot), usual / max(len(county.cells), 1), usual / max(len(county.zones), 1)


def _in_four_weeks(snapshot: "Snapshot") -> float:
    days = snapshot.reported_day
    if not len(days):
        return 0.0
    return len(days) * 28 / max(int(days.max()) - int(days.min()) + 1, 28)


def _counted(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    codes: npt.NDArray[np.int32],
    area_m2: npt.NDArray[np.float64],
) -> dict[str, npt.NDArray[Any]]:
    """Counts and densities by code; the last of each is of the rows without one."""
    found = cases(county, snapshot, filters, located=True)
    size = len(area_m2)
    area_km2 = np.append(area_m2, np.nan) / 1e6
    counted: dict[str, npt.NDArray[Any]] = {"area_km2": area_km2}
    counted |= {name: _by_code(codes[found.mask(name)], size) for name in MEASURES}
    with np.errstate(divide="ignore", invalid="ignore"):
        counted |= {f"{name}_per_km2": counted[name] / area_km2 for name in ("problems", "open")}
    left_out = snapshot.is_default_point & (not filters.with_default_points)
    at_default_point = left_out & _all(snapshot, filters, found) if left_out.any() else left_out
    counted["at_default_point"] = _by_code(codes[at_default_point], size)
    before = _before(county, snapshot, filters).mask("problems")
    counted["change"] = counted["problems"] - _by_code(codes[before], size)
    return counted


def _all(snapshot: "Snapshot", filters: "Filters", found: Cases) -> npt.NDArray[np.bool_]:
    """Problems of the period, default points and all."""
    return replace(found, base=snapshot.mask(filters, found.then), _masks={}).mask("problems")


def _before(county: "County", snapshot: "Snapshot", filters: "Filters") -> Cases:
    """Cases of the period of equal length that ends the day before this one begins, as known at its end."""
    start, end = filters.period
    days = (end - start).days + 1
    return cases(county, snapshot, filters.moved(-days), located=True)


def _by_code(codes: npt.NDArray[np.int32], size: int) -> npt.NDArray[np.int64]:
    """How many of each code, and last how many of none (-1)."""
    counts = np.bincount(codes + 1, minlength=size + 1)
    return np.append(counts[1:], counts[0])
