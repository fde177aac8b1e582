"""What a page looks at: place, data, filters and settings, kept between reruns."""

import ctypes
import gc
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
import streamlit as st

from dashboard import queries
from dashboard.county import County, Place
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from dashboard.standards import Standards, changed_at, read_standards
from settings import Settings

VERSIONS = 3
VIEWS = 200
LARGE_VIEWS = 12


@dataclass(frozen=True, eq=False)
class Look:
    """What a page looks at."""

    county: County
    snapshot: Snapshot
    filters: Filters
    """Resolved: moment, start and end are filled in."""
    asked: Filters
    """As the reader chose them; `asked.to_query()` is the address."""
    settings: Settings
    standards: Standards
    present: tuple[int, datetime]
    """The last run there is, whichever version is looked at, and when it finished."""

    @property
    def data_key(self) -> str:
        """Stands for the data: database, place, version, the patrol's hours, and the present version, as a database
        made anew may count its runs as the old one did."""
        county = self.county
        hours = self.snapshot.patrol_minutes
        return repr((self.settings.url, county.place, county.data_version, self.present, hours))

    @property
    def key(self) -> str:
        """Stands for data and filters."""
        return f"{self.data_key} {self.filters!r}"

    @property
    def cells_key(self) -> str:
        """Stands for data and the filters that choose cells and visits; those of problems are nothing to them."""
        return f"{self.data_key} {self.filters.of_cells!r}"


# What a Look is to a cache. Settings that matter to a call are arguments of their own.
BY_FILTERS: dict[str | type, Any] = {Look: lambda look: look.key}
BY_CELLS: dict[str | type, Any] = {Look: lambda look: look.cells_key}
BY_DATA: dict[str | type, Any] = {Look: lambda look: look.data_key}


def look(settings: Settings, filters: Filters) -> Look:
    """What these settings and filters show now. Raises `NoData` (nothing loaded, no such place), `DatabaseAway`."""
    engine = _engine(settings.url, queries.identity(settings.url))
    place = queries.place(engine, settings.place)
    present = queries.last_run(engine, place)
    version = min(filters.version or present[0], present[0])
    county, snapshot = _data(settings.url, place, version, present, settings.patrol_minutes, _engine=engine)
    return Look(
        county=county,
        snapshot=snapshot,
        filters=filters.resolved(county.place, snapshot),
        asked=filters,
        settings=settings,
        standards=_standards(settings.standards, changed_at(settings.standards)),
        present=present,
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _standards(own: Path | None, changed: tuple[int, ...]) -> Standards:
    return read_standards(own)


def places(settings: Settings) -> list[Place]:
    """Places with a finished run, the one loaded last first. Raises `DatabaseAway`, `NoData`."""
    return queries.places(_engine(settings.url, queries.identity(settings.url)))


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(url: str, identity: str) -> sa.Engine:
    """One engine a database; a file that was replaced by another is another database."""
    return queries.connect(url)


@st.cache_resource(max_entries=VERSIONS, show_spinner=False)
def _data(
    url: str,
    place: Place,
    version: int,
    present: tuple[int, datetime],
    patrol_minutes: tuple[int, int],
    *,
    _engine: sa.Engine,
) -> tuple[County, Snapshot]:
    county = queries.county(_engine, place, version)
    snapshot = queries.snapshot(_engine, county, patrol_minutes)
    _settle()
    return county, snapshot


def _settle() -> None:
    """Puts what stays out of the collector's way and gives the memory of the reading back to the system."""
    # Streamlit collects the whole heap after every run of a page. Modules and county, some 150,000 objects that stay,
    # made that as dear as the page itself: 0.26-0.57 s CPU a rerun against 0.13-0.21 s once they are frozen, 3.7 s
    # against 1.4 s for twenty sessions. Thawed first, so that what an older version left in cycles goes.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # Both allocators keep what was freed for later: 260 of 600 MB after a million problems.
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; others do so by themselves
        if trim is not None:
            trim(0)


def engine_of(look: Look) -> sa.Engine:
    """The engine of what is looked at."""
    return _engine(look.settings.url, queries.identity(look.settings.url))
