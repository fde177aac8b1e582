"""A county as the dashboard knows it: its place and, in frames, everything but the problems."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from settings import WEEKDAYS

GRID_WORKER, LEADER = "grid_worker", "leader"
_FAR = 10**9

Codes = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Place:
    """One row of `place`."""

    code: str
    """Division code."""
    name: str
    time_zone: str
    """IANA name; days and weeks are this zone's."""
    measure_crs: str
    """Projected CRS in metres; every geometry and x, y of the dashboard is in it."""
    week_ends: str
    """monday … sunday."""

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def local_day(self, moment: datetime) -> date:
        """The place's calendar day at a moment."""
        return moment.astimezone(self.zone_info).date()

    def week_end(self, day: date) -> date:
        """Last day of the week `day` lies in."""
        return date.fromordinal(day.toordinal() + (WEEKDAYS.index(self.week_ends) - day.weekday()) % 7)


@dataclass(frozen=True, eq=False)
class County:
    """Everything of one data version but the problems. Shared by all sessions: never change a frame in place.

    Geometry is in `place.measure_crs`, in metres. Days (`valid_from`, `opened_on`, …) are datetime64 without a time
    zone, NaT where open; a `…_to` or `ends_on` day still belongs to the span.
    """

    place: Place
    data_version: int
    loaded_at: datetime
    """When the run that made this version finished (UTC)."""
    zones: gpd.GeoDataFrame
    """Index `code` (sorted); name, area_m2, geometry."""
    cells: gpd.GeoDataFrame
    """Index `code` (sorted); name, zone (code or NaN), setting, people, shopfronts, area_m2, valid_from, valid_to,
    geometry."""
    facilities: gpd.GeoDataFrame
    """Index `code`; kind, subkind, name, grade, status, capacity, floor_area_m2, opened_on, address, unit, cell, zone,
    geometry (points; None where the row has no coordinates)."""
    base: gpd.GeoDataFrame
    """Index `code`; kind, name, geometry: the offline base map."""
    parties: pd.DataFrame
    """Index `code`; name, is_person, class, unit, zone, post, phone."""
    assignments: pd.DataFrame
    """code, target_layer, target, role, party (code), valid_from, valid_to."""
    campaigns: pd.DataFrame
    """Index `code`; name, starts_on, ends_on, zones (codes separated by a semicolon; NaN: the whole place)."""
    exposures: pd.DataFrame
    """Index `code`; media, title, exposed_at (UTC), zone, unit, problem."""
    notices: pd.DataFrame
    """Index `code`; subject, unit, zone, problem, sent_at, due_at, back_at (UTC), number (as written; NaN: none)."""
    visits: pd.DataFrame
    """cell, zone (int32 positions in `cells` and `zones`, -1: none), visited_s (int64, seconds UTC since 1970),
    visited_day (int32, local days since 1970), party (code); in order of time."""

    @cached_property
    def cell_zones(self) -> Codes:
        """Position of each cell's zone in `zones`; -1: of no zone."""
        return self.zones.index.get_indexer(self.cells["zone"]).astype(np.int32)

    @cached_property
    def worker_cells(self) -> Codes:
        """By row of `assignments`: position of the cell whose grid worker it names; -1: it names none."""
        rows = self.assignments
        names_worker = (rows["target_layer"] == "cell") & (rows["role"] == GRID_WORKER)
        return np.where(names_worker, self.cells.index.get_indexer(rows["target"]), -1).astype(np.int32)

    def cells_on(self, day: date, *, zone: tuple[str, ...] = (), cell: str | None = None) -> Bools:
        """Which cells are in force on a day (and in these zones, or this one cell); True by position in `cells`."""
        return in_term(self.cells, day) & self.cells_in(zone=zone, cell=cell)

    def cells_in(self, *, zone: tuple[str, ...] = (), cell: str | None = None) -> Bools:
        """Which cells are in these zones, or are this one cell, in force or not; True by position in `cells`."""
        mask = np.ones(len(self.cells), np.bool_)
        if zone:
            chosen = np.append(self.zones.index.isin(zone), "-" in zone)
            mask &= chosen[self.cell_zones]
        if cell is not None:
            mask &= np.arange(len(mask)) == (self.cells.index.get_indexer([cell])[0] if cell != "-" else -1)
        return mask


def in_term(frame: pd.DataFrame, day: date) -> Bools:
    """Rows whose valid_from … valid_to holds `day`; an empty end is open, the last day still counts."""
    at = np.datetime64(day, "s")
    begins = frame["valid_from"].to_numpy(dtype="datetime64[s]")
    ends = frame["valid_to"].to_numpy(dtype="datetime64[s]")
    return (np.isnat(begins) | (begins <= at)) & (np.isnat(ends) | (ends >= at))


def spans(frame: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First and last day of each row (days since 1970), open ends far away."""
    days = (frame[name].to_numpy(dtype="datetime64[D]") for name in ("valid_from", "valid_to"))
    begins, ends = (
        np.where(np.isnat(each), edge, each.astype(np.int64)) for each, edge in zip(days, (-_FAR, _FAR), strict=True)
    )
    return begins, ends
