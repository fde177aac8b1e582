"""The problems of one data version as plain columns of small codes: a filter is a mask, a count is `bincount`.

A problem at a moment `t` (DOMAIN.md, "As of"):

- it is known when `reported_at <= t`;
- it is closed when `closed_at <= t` and it was not reopened since: not `closed_at <= reopened_at <= t`; the dates
  decide, whatever state the row gives;
- else it is open, in the state its row gives; a row that is closed by now but was not at `t` is shown as `reported`,
  the one open state its dates prove; deferred is so at every open moment while the row says so;
- a row that says closed without any date is closed from the start, and closed on time in no count;
- it is overdue when it is open and `due_at < t`, deferred or not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.filters import NONE, Filters

NEVER = np.iinfo(np.int64).max
"""Seconds of a date that is not there; later than every moment."""
NO_DAY = np.iinfo(np.int32).max
"""The same for days."""
UNDATED = np.iinfo(np.int64).min
"""`closed_s` of a row that says closed without a date; earlier than every moment."""
DAY_S = 86_400

_MOMENTS_KEPT = 4

SHIFTS = ("in", "out")
"""Reported within the hours of the joint patrol, or outside them; code -1: the ledger gives no time of day."""
NO_MINUTE = -1

STATES = ("reported", "assigned", "escalated", "in_progress", "submitted", "deferred", "closed")
REPORTED, DEFERRED, CLOSED = STATES.index("reported"), STATES.index("deferred"), STATES.index("closed")

Codes = npt.NDArray[np.int32]
Seconds = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AsOf:
    """What was true of every problem at a moment; arrays as long as the snapshot."""

    moment_s: int
    is_known: Bools
    is_open: Bools
    """Known and not closed."""
    is_closed: Bools
    is_overdue: Bools
    state: npt.NDArray[np.int8]
    """Position in `STATES`; meaningless where not known."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Columns of all problems of a place at a data version; shared by all sessions, so never changed.

    Codes are positions in the tuple of the same name, -1: none. Seconds are UTC since 1970, days the place's own
    calendar days since 1970-01-01.
    """

    zones: tuple[str, ...]
    """As in `County.zones.index`."""
    cells: tuple[str, ...]
    """As in `County.cells.index`."""
    categories: tuple[str, ...]
    sources: tuple[str, ...]
    units: tuple[str, ...]
    settings: tuple[str, ...]
    """Kinds of area that cells lie in: old_town, urban_village …"""
    keys: pd.Index
    """`problem.code`, by row."""
    zone: Codes
    cell: Codes
    category: Codes
    source: Codes
    unit: Codes
    setting: Codes
    """Of the problem's cell."""
    shift: npt.NDArray[np.int8]
    """Position in `SHIFTS`."""
    state: npt.NDArray[np.int8]
    """As the row says now: position in `STATES`."""
    reported_s: Seconds
    due_s: Seconds
    closed_s: Seconds
    """`UNDATED` where the row says closed without a date."""
    reopened_s: Seconds
    """`NEVER` unless the row was closed before, or at the same moment."""
    reported_day: Codes
    reported_minute: npt.NDArray[np.int16]
    """Of the local day; `NO_MINUTE` at midnight sharp, as a day without a time is written so."""
    due_day: Codes
    closed_day: Codes
    reopened_day: Codes
    overdue_day: Codes
    """First local day at whose last second an open problem is overdue."""
    x_m: npt.NDArray[np.float64]
    """In the place's measure CRS; NaN: no coordinates."""
    y_m: npt.NDArray[np.float64]
    is_default_point: Bools
    has_dates_in_conflict: Bools
    is_listed: Bools
    zone_differs: Bools
    """The point lies in another zone than the one its cell belongs to, or in none."""
    patrol_minutes: tuple[int, int]
    """What `shift` was told by."""
    latest: datetime
    """The latest moment in the data: of reports, closings, reopenings and visits (deadlines lie ahead by nature)."""

    def __len__(self) -> int:
        return len(self.reported_s)

    @cached_property
    def has_coordinates(self) -> Bools:
        return ~np.isnan(self.x_m)

    @cached_property
    def _moments(self) -> dict[int, AsOf]:
        return {}

    def at(self, moment: datetime) -> AsOf:
        """What was true at a moment; of the last few moments it is remembered, as every figure of a page asks."""
        moment_s = int(moment.timestamp())
        found = self._moments.get(moment_s)
        if found is None:
            found = self._at(moment_s)
            while len(self._moments) >= _MOMENTS_KEPT:
                self._moments.pop(next(iter(self._moments), moment_s), None)
            self._moments[moment_s] = found
        return found

    def _at(self, moment_s: int) -> AsOf:
        is_known = self.reported_s <= moment_s
        was_closed = self.closed_s <= moment_s
        was_closed &= self.reopened_s > moment_s
        is_open = is_known & ~was_closed
        state = np.where(was_closed, np.int8(CLOSED), self.state)
        state[is_open & (state == CLOSED)] = REPORTED
        return AsOf(
            moment_s=moment_s,
            is_known=is_known,
            is_open=is_open,
            is_closed=is_known & was_closed,
            is_overdue=is_open & (self.due_s < moment_s),
            state=state,
        )

    def mask(self, filters: Filters, then: AsOf, *, located: bool = False) -> Bools:
        """Problems known at the moment that pass every filter but the period (which each figure reads its own way).

        With `located`, problems on a default point are left out unless the filters ask for them: for the heat.
        """
        mask = then.is_overdue.copy() if filters.is_overdue_only else then.is_known.copy()
        for chosen, names, codes in (
            (filters.zone, self.zones, self.zone),
            ((filters.cell,) if filters.cell else (), self.cells, self.cell),
            (filters.category, self.categories, self.category),
            (filters.source, self.sources, self.source),
            (filters.unit, self.units, self.unit),
            (filters.setting, self.settings, self.setting),
            (filters.shift, SHIFTS, self.shift),
            (filters.state, STATES, then.state),
        ):
            if chosen:
                mask &= _chosen(names, chosen)[codes]
        if located and not filters.with_default_points:
            mask &= ~self.is_default_point
        return mask

    def counts(self, codes: Codes, mask: Bools, names: tuple[str, ...]) -> npt.NDArray[np.int64]:
        """Rows of the mask by code, one number per name and, last, those without one."""
        return np.bincount(codes[mask] + 1, minlength=len(names) + 1)[np.r_[1 : len(names) + 1, 0]]


def _chosen(names: tuple[str, ...], chosen: Iterable[str]) -> Bools:
    """Look-up by code whether it is among the chosen; the last place answers for code -1."""
    wanted = set(chosen)
    return np.fromiter((name in wanted for name in (*names, NONE)), dtype=np.bool_, count=len(names) + 1)


def make_snapshot(
    rows: pd.DataFrame,
    *,
    zones: pd.Index,
    cells: pd.Index,
    cell_zones: Codes,
    cell_settings: pd.Series,
    time_zone: str,
    patrol_minutes: tuple[int, int],
    latest_visit_s: int | None = None,
) -> Snapshot:
    """Columns from rows of `problem`.

    `rows`: code, category, source, state, unit, cell, zone (text, NaN: none); reported_s, due_s, closed_s, reopened_s
    (int64 seconds UTC, `NEVER`: none); x_m, y_m; is_default_point, has_dates_in_conflict, is_listed (bool).
    `cell_zones`: position of each cell's zone in `zones`, -1: of none; `cell_settings`: text, NaN: none.
    `patrol_minutes`: first and last minute of the local day that the joint patrol is out.
    """
    state = _positions(rows["state"], pd.Index(STATES)).astype(np.int8)
    state[state < 0] = REPORTED
    reported, due = rows["reported_s"].to_numpy(np.int64), rows["due_s"].to_numpy(np.int64)
    closed, reopened = rows["closed_s"].to_numpy(np.int64, copy=True), rows["reopened_s"].to_numpy(np.int64, copy=True)
    moments = [int(values[values != NEVER].max(initial=0)) for values in (reported, closed, reopened)]

    reopened[(reopened < closed) | (closed == NEVER)] = NEVER
    undated = (state == CLOSED) & (closed == NEVER)
    closed_days, due_days = local_days(closed, time_zone), local_days(due, time_zone)
    closed[undated] = UNDATED

    category, categories = _factorized(rows["category"])
    source, sources = _factorized(rows["source"])
    unit, units = _factorized(rows["unit"])
    zone, cell = _positions(rows["zone"], zones), _positions(rows["cell"], cells)
    cell_setting, settings = _factorized(cell_settings)
    minute = _local_minutes(reported, time_zone)
    return Snapshot(
        zones=tuple(zones.tolist()),
        cells=tuple(cells.tolist()),
        categories=categories,
        sources=sources,
        units=units,
        settings=settings,
        keys=pd.Index(rows["code"]),
        zone=zone,
        cell=cell,
        category=category,
        source=source,
        unit=unit,
        setting=np.append(cell_setting, np.int32(-1))[cell],
        shift=_shifts(minute, patrol_minutes),
        state=state,
        reported_s=reported,
        due_s=due,
        closed_s=closed,
        reopened_s=reopened,
        reported_day=local_days(reported, time_zone),
        reported_minute=minute,
        due_day=due_days,
        closed_day=closed_days,
        reopened_day=local_days(reopened, time_zone),
        overdue_day=_overdue_days(due, due_days, time_zone),
        x_m=rows["x_m"].to_numpy(np.float64),
        y_m=rows["y_m"].to_numpy(np.float64),
        is_default_point=rows["is_default_point"].to_numpy(np.bool_),
        has_dates_in_conflict=rows["has_dates_in_conflict"].to_numpy(np.bool_),
        is_listed=rows["is_listed"].to_numpy(np.bool_),
        zone_differs=(cell >= 0) & (np.append(cell_zones, np.int32(-1))[cell] != zone),
        patrol_minutes=patrol_minutes,
        latest=datetime.fromtimestamp(max([*moments, latest_visit_s or 0]), UTC),
    )


def local_days(seconds: Seconds, time_zone: str) -> Codes:
    """Local calendar days since 1970-01-01 of UTC seconds; `NO_DAY` for `NEVER`."""
    days = np.full(len(seconds), NO_DAY, np.int32)
    there = np.flatnonzero(seconds != NEVER)
    days[there] = _local(seconds[there], time_zone) // DAY_S
    return days


def _overdue_days(due: Seconds, days: Codes, time_zone: str) -> Codes:
    """First local day at whose last second a problem of that deadline is overdue: the deadline's own (`days`), the next
    one where it is the last second of its day; `NO_DAY` without a deadline."""
    ends_day = local_days(np.where(due == NEVER, NEVER, due + 1), time_zone) > days
    return np.where(due == NEVER, NO_DAY, days + ends_day).astype(np.int32)


def _local_minutes(seconds: Seconds, time_zone: str) -> npt.NDArray[np.int16]:
    """Minute of the local day; `NO_MINUTE` for `NEVER` and at midnight sharp."""
    minutes = np.full(len(seconds), NO_MINUTE, np.int16)
    there = np.flatnonzero(seconds != NEVER)
    of_day = _local(seconds[there], time_zone) % DAY_S
    minutes[there] = np.where(of_day == 0, NO_MINUTE, of_day // 60)
    return minutes


def _shifts(minutes: npt.NDArray[np.int16], patrol_minutes: tuple[int, int]) -> npt.NDArray[np.int8]:
    first, last = patrol_minutes
    outside = (minutes < first) | (minutes > last)
    return np.where(minutes == NO_MINUTE, np.int8(-1), outside.astype(np.int8))


def _local(seconds: Seconds, time_zone: str) -> Seconds:
    """Seconds as the place's clocks show them, counted from 1970-01-01 there."""
    # The offset of a zone changes on hours at most, so distinct hours are converted, not every row.
    hours, which = np.unique(seconds // 3600, return_inverse=True)
    local = pd.DatetimeIndex((hours * 3600).astype("datetime64[s]")).tz_localize(UTC).tz_convert(time_zone)
    offsets = local.tz_localize(None).to_numpy("datetime64[s]").astype(np.int64) - hours * 3600
    return np.asarray(seconds + offsets[which], dtype=np.int64)


def _positions(values: pd.Series, names: pd.Index) -> Codes:
    """Position of each value in `names`, -1 where it is none of them."""
    codes, found = pd.factorize(values)
    lookup = np.append(names.get_indexer(pd.Index(found)), -1)
    return lookup[codes].astype(np.int32)


def _factorized(values: pd.Series) -> tuple[Codes, tuple[str, ...]]:
    """Codes into the sorted distinct values; empty text counts as none."""
    codes, found = pd.factorize(values)
    names = sorted({str(name) for name in found} - {""})
    lookup = np.append(pd.Index(names, dtype=object).get_indexer(pd.Index(found, dtype=object)), -1)
    return lookup[codes].astype(np.int32), tuple(names)
