"""The cases behind a number: what each figure counts, said once, and the same cases as a list."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.snapshot import CLOSED, DAY_S, DEFERRED, NEVER, NO_DAY, STATES, UNDATED

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import AsOf, Snapshot

Bools = npt.NDArray[np.bool_]

_BEFORE_ALL = np.int64(2**60)


@dataclass(frozen=True, eq=False)
class Cases:
    """The problems that pass the filters at their moment, ready to be told apart by figure."""

    county: "County"
    snapshot: "Snapshot"
    then: "AsOf"
    base: Bools
    """Known at the moment and within every filter but the period."""
    start_day: int
    end_day: int
    _masks: dict[str, Bools] = field(default_factory=dict)

    def mask(self, which: str) -> Bools:
        """The cases a figure counts, see `WHICH`; as long as the snapshot, not to be changed.

        Raises `KeyError` for another name.
        """
        found = self._masks.get(which)
        if found is None:
            found = self._masks[which] = _MASKS[which](self) & self.base
        return found

    def count(self, which: str) -> int:
        return int(np.count_nonzero(self.mask(which)))

    def within(self, days: npt.NDArray[np.int32]) -> Bools:
        """Days in the period."""
        return (days >= self.start_day) & (days <= self.end_day)


def cases(county: "County", snapshot: "Snapshot", filters: "Filters", *, located: bool = False) -> Cases:
    """Cases of resolved filters; `located`: as the heat counts, without default points unless asked for."""
    then = snapshot.at(filters.moment)
    mask = snapshot.mask(filters, then, located=located)
    start, end = filters.period
    return Cases(county, snapshot, then, mask, day_number(start), day_number(end))


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def rows(
    county: "County", snapshot: "Snapshot", filters: "Filters", which: str = "all", *, located: bool = False
) -> npt.NDArray[np.int64]:
    """Positions in the snapshot of the cases a figure counts, those longest past their deadline first, then the newest.

    `which`: a name of `WHICH`. `located`: as counted by the heat, without default points unless asked for.
    """
    found = cases(county, snapshot, filters, located=located)
    chosen = np.flatnonzero(found.mask(which))
    late = found.then.is_overdue[chosen]
    # One key for both orders: overdue by deadline, far below the others by report, newest first.
    key = np.where(late, snapshot.due_s[chosen] - _BEFORE_ALL, -snapshot.reported_s[chosen])
    return chosen[np.argsort(key, kind="stable")]


def _due(c: Cases) -> Bools:
    in_time = c.within(c.snapshot.due_day) & (c.snapshot.due_s <= c.then.moment_s)
    return in_time & (c.then.state != DEFERRED)


def _by_deadline(c: Cases) -> Bools:
    s = c.snapshot
    return (s.closed_s <= s.due_s) & (s.closed_s != UNDATED)


_MASKS: dict[str, Callable[[Cases], Bools]] = {
    "all": lambda c: c.base,
    # In the period, up to the moment.
    "problems": lambda c: c.within(c.snapshot.reported_day),
    "closed": lambda c: c.then.is_closed & c.within(c.snapshot.closed_day),
    "due": _due,
    "closed_of_due": lambda c: c.mask("due") & c.then.is_closed,
    "on_time": lambda c: c.mask("closed_of_due") & _by_deadline(c),
    "closed_late": lambda c: c.mask("closed_of_due") & (c.snapshot.closed_s > c.snapshot.due_s),
    # At the moment.
    "open": lambda c: c.then.is_open,
    "overdue": lambda c: c.then.is_overdue,
    "deferred": lambda c: c.then.state == DEFERRED,
    "overdue_deferred": lambda c: c.then.is_overdue & (c.then.state == DEFERRED),
    "without_deadline": lambda c: c.snapshot.due_s == NEVER,
    # Of the data.
    "default_points": lambda c: c.snapshot.is_default_point,
    "outside": lambda c: (c.snapshot.zone < 0) & c.snapshot.has_coordinates,
    "in_no_cell": lambda c: (c.snapshot.zone >= 0) & (c.snapshot.cell < 0),
    "without_coordinates": lambda c: ~c.snapshot.has_coordinates,
    "dates_in_conflict": lambda c: c.snapshot.has_dates_in_conflict,
    "closed_undated": lambda c: (c.then.state == CLOSED) & (c.snapshot.closed_s == UNDATED),
    "zone_differs": lambda c: c.snapshot.zone_differs,
}

WHICH = tuple(_MASKS)
"""Names of cases. problems: reported in the period. closed: closing day in the period, still closed at the moment.
due: deadline in the period and not after the moment, not deferred; closed_of_due, on_time (closed by its deadline, also
before the period) and closed_late are among them. all: whatever the filters hold at the moment."""


def as_of(snapshot: "Snapshot", then: "AsOf", rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """What a list says of its rows as of a moment: row (position), state (as text), is_overdue, days_overdue (begun
    days past the deadline; NA: not overdue)."""
    is_overdue = then.is_overdue[rows]
    past_s = np.where(is_overdue, then.moment_s - snapshot.due_s[rows], 0)
    days = pd.array((past_s + DAY_S - 1) // DAY_S, dtype="Int64")
    days[~is_overdue] = pd.NA
    states = np.array(STATES, dtype=object)[then.state[rows]]
    return pd.DataFrame(
        {"row": rows, "state": pd.array(states, dtype="str"), "is_overdue": is_overdue, "days_overdue": days}
    )


def days_to_close(c: Cases, mask: Bools) -> npt.NDArray[np.float64]:
    """Days from report to closing of the closed ones of a mask; dates in conflict and undated closings left out."""
    s = c.snapshot
    chosen = mask & c.then.is_closed & ~s.has_dates_in_conflict & (s.closed_day != NO_DAY)
    return (s.closed_s[chosen] - s.reported_s[chosen]) / DAY_S
