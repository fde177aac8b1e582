"""Problems that come back: one of the same category near a closed one soon after, or the closed one reopened."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis.cases import day_number
from dashboard.analysis.density import OUTSIDE
from dashboard.snapshot import DAY_S, UNDATED

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Relapses:
    """What came back, by zone, by cell and one by one."""

    zones: pd.DataFrame
    """Index zone, those in the filters and last `density.OUTSIDE`; columns see `relapses`."""
    cells: pd.DataFrame
    """Index cell, those in force and in the filters; the same columns."""
    pairs: pd.DataFrame
    """One row a closed problem and one that followed: closed_row, new_row (positions in the snapshot), distance_m,
    days (from closing to report). In order of closed_row, then of days; a problem may follow several."""
    left_out: int
    """Closings of the period that lie on a default point, have no coordinates, no category or dates in conflict."""


def relapses(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, radius_m: float, within_days: float
) -> Relapses:
    """What became of the problems closed in the period, as known at the moment.

    A closed problem came back when another one of its category, from whatever source or unit and in whatever zone, was
    reported no more than `radius_m` away, after its closing and no more than `within_days` days after it; it was
    reopened when that happened to itself in as many days. How near and how soon is the place's own choice. Closings
    count in their own zone and cell; those that were reopened since are among them. State and "overdue only" are left
    aside; default points are always left out, as all that is there is near each other.

    Columns: closed (closings of the period, the denominator); watched (of them, those whose days are over at the
    moment: of the others more may still come back); came_back, reopened, relapsed (either); came_back_share,
    reopened_share, relapsed_share (of closed; NaN: none closed). Raises `ValueError` for a radius or days not above 0.
    """
    if not (radius_m > 0 and within_days > 0):
        raise ValueError(f"radius and days are above 0, not {radius_m} and {within_days}")
    s, then = snapshot, snapshot.at(filters.moment)
    window_s = round(within_days * DAY_S)
    usable = s.has_coordinates & (s.category >= 0) & ~s.is_default_point
    closed = _closings(snapshot, filters)
    chosen = np.flatnonzero(closed & usable & ~s.has_dates_in_conflict)
    came = np.flatnonzero(then.is_known & usable)
    pairs = _pairs(snapshot, chosen, came, radius_m=radius_m, window_s=window_s)
    came_back = np.zeros(len(s), np.bool_)
    came_back[pairs["closed_row"]] = True
    counted = {
        "closed": np.ones(len(chosen), np.bool_),
        "watched": s.closed_s[chosen] + window_s <= then.moment_s,
        "came_back": came_back[chosen],
        "reopened": s.reopened_s[chosen] <= np.minimum(s.closed_s[chosen] + window_s, then.moment_s),
    }
    counted["relapsed"] = counted["came_back"] | counted["reopened"]
    zones = _table(counted, s.zone[chosen], pd.Index([*county.zones.index, OUTSIDE], name="zone"))
    cells = _table(counted, s.cell[chosen], pd.Index([*county.cells.index, OUTSIDE], name="cell"))
    day = county.place.local_day(filters.moment)
    return Relapses(
        zones=zones[zones.index.isin(filters.zone)] if filters.zone else zones,
        cells=cells[:-1][county.cells_on(day, zone=filters.zone, cell=filters.cell)],
        pairs=pairs,
        left_out=int(np.count_nonzero(closed)) - len(chosen),
    )


def _closings(snapshot: "Snapshot", filters: "Filters") -> Bools:
    """Closed in the period and by the moment, whatever became of them."""
    then = snapshot.at(filters.moment)
    start, end = (day_number(day) for day in filters.period)
    mask = snapshot.mask(replace(filters, state=(), is_overdue_only=False), then)
    mask &= (snapshot.closed_day >= start) & (snapshot.closed_day <= end)
    return mask & (snapshot.closed_s <= then.moment_s) & (snapshot.closed_s != UNDATED)


def _pairs(snapshot: "Snapshot", closed: Ints, came: Ints, *, radius_m: float, window_s: int) -> pd.DataFrame:
    """Every closed one with every one that followed.

    Squares as large as the radius, by category, are numbered, so that number and time make one sorted key: what came
    to one of the nine squares around in the window is a slice of it. Four times faster than a tree of places and
    times, as the window is told exactly and nothing but distances is left to check.
    """
    s = snapshot
    found: list[tuple[Ints, Ints]] = []
    if len(closed) and len(came):
        first_s = int(s.closed_s[closed].min())
        came = came[(s.reported_s[came] > first_s) & (s.reported_s[came] <= s.closed_s[closed].max() + window_s)]
    if len(closed) and len(came):
        rows = np.concatenate([closed, came])
        column, row = (np.floor(xy[rows] / radius_m).astype(np.int64) for xy in (s.x_m, s.y_m))
        column, row = column - column.min() + 1, row - row.min() + 1
        height = row.max() + 2
        square = (s.category[rows] * (column.max() + 2) + column) * height + row
        squares, number = np.unique(square[len(closed) :], return_inverse=True)
        span = int(s.closed_s[closed].max()) - first_s + 2 * window_s + 2
        key = number * span + (s.reported_s[came] - first_s)
        order = np.argsort(key)
        key, came = key[order], came[order]
        # In the order of the key, so that neighbouring searches end in neighbouring memory: four times faster.
        order = np.lexsort((s.closed_s[closed], square[: len(closed)]))
        closed, square = closed[order], square[order]
        after_s = s.closed_s[closed] - first_s
        for step in (across * height + up for across in (-1, 0, 1) for up in (-1, 0, 1)):
            around = square + step
            at = np.minimum(np.searchsorted(squares, around), len(squares) - 1)
            there = np.flatnonzero(squares[at] == around)
            base = at[there] * span + after_s[there]
            begins = np.searchsorted(key, base, side="right")
            counts = np.searchsorted(key, base + window_s, side="right") - begins
            slots = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - begins, counts)
            one, other = np.repeat(closed[there], counts), came[slots]
            near = (s.x_m[one] - s.x_m[other]) ** 2 + (s.y_m[one] - s.y_m[other]) ** 2 <= radius_m**2
            found.append((one[near], other[near]))
    one, other = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else (closed[:0], came[:0])
    order = np.lexsort((other, s.reported_s[other], one))
    one, other = one[order], other[order]
    return pd.DataFrame(
        {
            "closed_row": one,
            "new_row": other,
            "distance_m": np.hypot(s.x_m[one] - s.x_m[other], s.y_m[one] - s.y_m[other]),
            "days": (s.reported_s[other] - s.closed_s[one]) / DAY_S,
        }
    )


def _table(counted: dict[str, Bools], codes: npt.NDArray[np.int32], index: pd.Index) -> pd.DataFrame:
    """Counts by code, last of those without one (−1), and their shares of the first."""
    size = len(index) - 1
    frame = pd.DataFrame(
        {name: np.roll(np.bincount(codes[mask] + 1, minlength=size + 1), -1) for name, mask in counted.items()},
        index=index,
    )
    for name in ("came_back", "reopened", "relapsed"):
        frame[f"{name}_share"] = (frame[name] / frame["closed"]).where(frame["closed"] > 0)
    return frame
