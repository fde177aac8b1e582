"""Problems by zone and by cell: how many, and how many per km²."""

from typing import TYPE_CHECKING

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
    change (problems less those of the
    period of equal length before, as of a moment moved as far). `OUTSIDE` holds what lies outside all zones and
    what has no coordinates.
    """
    index = pd.Index([*county.zones.index, OUTSIDE], name="zone")
    frame = pd.DataFrame({"name": [*county.zones["name"], np.nan]}, index=index).astype({"name": "str"})
    in_force = county.cells_on(county.place.local_day(filters.moment))
    frame["cells"] = _by_code(county.cell_zones[in_force], len(county.zones))
    frame["area_km2"] = [*(county.zones["area_m2"].to_numpy() / 1e6), np.nan]
    frame = frame.join(_counted(county, snapshot, filters, snapshot.zone, index))
    if filters.zone:
        frame = frame[frame.index.isin(filters.zone)]
    return frame


def cells(county: "County", snapshot: "Snapshot", filters: "Filters") -> pd.DataFrame:
    """One row a cell in force and in the filters, in order of code; problems in no cell are in none.

    Index `cell`. Columns: name, zone; area_km2; problems, open, overdue, closed, deferred; problems_per_km2,
    open_per_km2; at_default_point; change; visits (in the period); is_unvisited (so that 0 problems can be told from
    "nobody looked").
    """
    index = pd.Index([*county.cells.index, NONE], name="cell")
    counted = _counted(county, snapshot, filters, snapshot.cell, index, area_m2=county.cells["area_m2"].to_numpy())
    frame = county.cells[["name", "zone"]].rename_axis("cell")
    frame = frame.assign(area_km2=county.cells["area_m2"].to_numpy() / 1e6).join(counted)
    frame = frame.join(visits.cells(county, filters)[["visits", "is_unvisited"]])
    return pd.DataFrame(
        frame[county.cells_on(county.place.local_day(filters.moment), zone=filters.zone, cell=filters.cell)]
    )


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
    periods = max(int(days.max()) - int(days.min()) + 1, 28) / 28
    return len(days) / periods / area_m2 * 1e6


def _counted(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    codes: npt.NDArray[np.int32],
    index: pd.Index,
    *,
    area_m2: npt.NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """Counts and densities by code; the last row of `index` takes the rows without one."""
    found = cases(county, snapshot, filters, located=True)
    size = len(index) - 1
    frame = pd.DataFrame({name: _by_code(codes[found.mask(name)], size) for name in MEASURES}, index=index)
    area = county.zones["area_m2"].to_numpy() if area_m2 is None else area_m2
    with np.errstate(divide="ignore", invalid="ignore"):
        for name in ("problems", "open"):
            frame[f"{name}_per_km2"] = frame[name] / (np.append(area, np.nan) / 1e6)
    left_out = snapshot.is_default_point & (not filters.with_default_points)
    frame["at_default_point"] = _by_code(codes[_all(county, snapshot, filters, found) & left_out], size)
    frame["change"] = frame["problems"] - _by_code(codes[_before(county, snapshot, filters).mask("problems")], size)
    return frame


def _all(county: "County", snapshot: "Snapshot", filters: "Filters", found: Cases) -> npt.NDArray[np.bool_]:
    """Problems of the period, default points and all."""
    return found._replace(base=snapshot.mask(filters, found.then)).mask("problems")


def _before(county: "County", snapshot: "Snapshot", filters: "Filters") -> Cases:
    """Cases of the period of equal length that ends the day before this one begins, as known at its end."""
    start, end = filters.period
    days = (end - start).days + 1
    return cases(county, snapshot, filters.moved(-days), located=True)


def _by_code(codes: npt.NDArray[np.int32], size: int) -> npt.NDArray[np.int64]:
    """How many of each code, and last how many of none (-1)."""
    counts = np.bincount(codes + 1, minlength=size + 1)
    return np.append(counts[1:], counts[0])
