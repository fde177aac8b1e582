"""Problems by chance in the town's cells, and what the rules say of each, one by one: the other way to the answer."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from dashboard.county import County
from dashboard.snapshot import NEVER, STATES, Snapshot, make_snapshot
from settings import Settings
from tests.town import MOMENT, SHANGHAI

HOUR = 3600
END = int(MOMENT.timestamp())


@dataclass(frozen=True)
class Row:
    """A problem as Python sees it; None for what is not there."""

    code: str
    zone: str | None
    cell: str | None
    unit: str | None
    state: str
    reported: int
    due: int | None
    closed: int | None
    reopened: int | None
    is_default_point: bool
    has_coordinates: bool

    def is_known(self, t: int) -> bool:
        return self.reported <= t

    def is_closed(self, t: int) -> bool:
        if not self.is_known(t):
            return False
        if self.state == "closed" and self.closed is None:
            return True
        if self.closed is None:
            return False
        return self.closed <= t and not (self.reopened is not None and self.closed <= self.reopened <= t)

    def is_open(self, t: int) -> bool:
        return self.is_known(t) and not self.is_closed(t)

    def is_overdue(self, t: int) -> bool:
        return self.is_open(t) and self.due is not None and self.due < t

    def state_at(self, t: int) -> str:
        if self.is_closed(t):
            return "closed"
        return "reported" if self.state == "closed" else self.state

    def is_due(self, t: int, first: int, last: int) -> bool:
        return (
            self.is_known(t)
            and self.due is not None
            and first <= local_day(self.due) <= last
            and self.due <= t
            and self.state_at(t) != "deferred"
        )

    def is_on_time(self, t: int) -> bool:
        return self.is_closed(t) and self.closed is not None and self.due is not None and self.closed <= self.due


def local_day(seconds: int) -> int:
    """Days since 1970 in Shanghai."""
    return datetime.fromtimestamp(seconds, SHANGHAI).date().toordinal() - 719_163


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@st.composite
def rows_of(draw: st.DrawFn, county: County, size: int = 40) -> list[Row]:
    """Up to `size` problems in the twelve weeks before the town's moment; every odd pairing of dates and states."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cells = [*county.cells.index, None]
    zone_of = dict(county.cells["zone"]) | {None: None}
    rows = []
    for number in range(draw(st.integers(0, size))):
        reported = END - int(rng.integers(0, 12 * 7 * 24)) * HOUR
        closed = reported + int(rng.integers(-48, 900)) * HOUR if rng.random() < 0.6 else None
        reopened = closed + int(rng.integers(-24, 400)) * HOUR if closed and rng.random() < 0.4 else None
        # Deadlines often fall on the last second of a day, sometimes on the very second of another date.
        due = reported + int(rng.integers(1, 500)) * HOUR
        due = {0: None, 1: due, 2: closed or due}.get(int(rng.integers(0, 6)), due - (due + 8 * HOUR) % 86_400 + 86_399)
        cell = cells[rng.integers(0, len(cells))]
        zone = zone_of[cell] if cell else [None, *county.zones.index][rng.integers(0, 1 + len(county.zones))]
        rows.append(
            Row(
                code=f"p{number:03d}",
                zone=zone,
                cell=cell,
                unit=[None, "甲", "乙"][rng.integers(0, 3)],
                state=STATES[rng.integers(0, len(STATES))]
                if rng.random() < 0.5
                else "closed"
                if closed
                else "reported",
                reported=reported,
                due=due,
                closed=closed,
                reopened=reopened,
                is_default_point=bool(rng.random() < 0.1),
                has_coordinates=bool(zone is not None or rng.random() < 0.5),
            )
        )
    return rows


def snapshot_of(rows: list[Row], county: County) -> Snapshot:
    """The same rows as columns."""

    def seconds(name: str) -> np.ndarray:
        values = [getattr(row, name) for row in rows]
        return np.array([NEVER if value is None else value for value in values], dtype=np.int64)

    def text(name: str) -> pd.Series:
        return pd.Series([getattr(row, name) for row in rows], dtype="str")

    here = np.array([1.0 if row.has_coordinates else np.nan for row in rows], dtype=np.float64)
    frame = pd.DataFrame(
        {
            **{name: text(name) for name in ("code", "zone", "cell", "unit", "state")},
            **{f"{name}_s": seconds(name) for name in ("reported", "due", "closed", "reopened")},
            "category": pd.Series(["类"] * len(rows), dtype="str"),
            "source": pd.Series([None] * len(rows), dtype="str"),
            "x_m": here,
            "y_m": here,
            "is_default_point": np.array([row.is_default_point for row in rows], dtype=bool),
            "has_dates_in_conflict": [bool(row.closed and row.closed < row.reported) for row in rows],
            "is_listed": np.zeros(len(rows), dtype=bool),
        }
    )
    return make_snapshot(
        frame,
        zones=county.zones.index,
        cells=county.cells.index,
        cell_zones=county.cell_zones,
        cell_settings=county.cells["setting"],
        patrol_minutes=Settings().patrol_minutes,
        time_zone=county.place.time_zone,
        latest_visit_s=END,
    )
