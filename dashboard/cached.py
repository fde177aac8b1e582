"""Everything a page reads, cached; the only module with `st.cache_*`.

A page begins with `look = cached.look(settings, filters)` and hands `look` to the other calls, each of which returns
what the analysis function behind it returns. Keys are the place, its data version, the filters and the settings that
matter to the call, and nothing else; the data version is asked of the database on every rerun, so a load by another
process shows on the next one. What comes back is shared by all sessions: never change it.
"""

import ctypes
import gc
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
import streamlit as st

from dashboard import queries
from dashboard.analysis import cases as case_lists
from dashboard.analysis import coverage as coverages
from dashboard.analysis import density, figures, ranking, recorded, responsibility, weekly
from dashboard.county import County, Place
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from dashboard.standards import Standards, changed_at, read_standards
from settings import Settings

_VERSIONS = 3
_VIEWS = 200
_LARGE_VIEWS = 12


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
        """Stands for the data: database, place, version, and the present version, as a database made anew may count
        its runs as the old one did."""
        county = self.county
        return repr((self.settings.url, county.place, county.data_version, self.present))

    @property
    def key(self) -> str:
        """Stands for data and filters."""
        return f"{self.data_key} {self.filters!r}"

    @property
    def cells_key(self) -> str:
        """Stands for data and the filters that choose cells and visits; those of problems are nothing to them."""
        filters = self.filters
        asked = Filters(zone=filters.zone, cell=filters.cell, as_of=filters.as_of, start=filters.start, end=filters.end)
        return f"{self.data_key} {asked!r}"


# What a Look is to a cache. Settings that matter to a call are arguments of their own.
_BY_FILTERS: dict[str | type, Any] = {Look: lambda look: look.key}
_BY_CELLS: dict[str | type, Any] = {Look: lambda look: look.cells_key}
_BY_DATA: dict[str | type, Any] = {Look: lambda look: look.data_key}


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


@st.cache_resource(max_entries=_VERSIONS, show_spinner=False)
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


def _engine_of(look: Look) -> sa.Engine:
    return _engine(look.settings.url, queries.identity(look.settings.url))


def headline(look: Look) -> dict[str, figures.Figure]:
    """`figures.headline`."""
    return _headline(look, look.settings.unserved_share, look.standards.digest())


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def _headline(look: Look, unserved_share: float, standards: str) -> dict[str, figures.Figure]:
    return figures.headline(
        look.county,
        look.snapshot,
        look.filters,
        shares=shares(look),
        unserved_share=unserved_share,
        facts=[_facts(look, days, unserved_share, standards) for days in (0, -figures.CHANGE_DAYS)],
    )


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def zones(look: Look) -> pd.DataFrame:
    """`density.zones`."""
    return density.zones(look.county, look.snapshot, look.filters)


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def cells(look: Look) -> pd.DataFrame:
    """`density.cells`."""
    return density.cells(look.county, look.snapshot, look.filters)


@st.cache_resource(max_entries=_LARGE_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def points(look: Look, measure: str = "problems") -> pd.DataFrame:
    """`density.points`; not copied, as there may be a million."""
    return density.points(look.county, look.snapshot, look.filters, measure=measure)


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def weeks(look: Look, count: int = weekly.WEEKS) -> pd.DataFrame:
    """`weekly.weeks`."""
    return weekly.weeks(look.county, look.snapshot, look.filters, count=count)


@st.cache_resource(max_entries=_LARGE_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def by_week(
    look: Look, layer: str, measure: str, count: int = weekly.WEEKS
) -> tuple[pd.DatetimeIndex, npt.NDArray[np.int64]]:
    """`weekly.by_week`."""
    return weekly.by_week(look.county, look.snapshot, look.filters, layer=layer, measure=measure, count=count)


def shares(look: Look) -> pd.DataFrame:
    """`coverage.shares` on the day of the moment."""
    day = look.county.place.local_day(look.filters.moment)
    return _shares(look, coverages.serving_key(look.county, day), look.standards.digest())


@st.cache_data(max_entries=_LARGE_VIEWS, show_spinner=False, hash_funcs=_BY_DATA)
def _shares(look: Look, facilities: str, standards: str) -> pd.DataFrame:
    return coverages.shares(look.county, look.county.place.local_day(look.filters.moment), look.standards)


def coverage(look: Look) -> pd.DataFrame:
    """`coverage.cells`."""
    return _coverage(look, look.settings.unserved_share, look.standards.digest())


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_CELLS)
def _coverage(look: Look, unserved_share: float, standards: str) -> pd.DataFrame:
    facts = _facts(look, 0, unserved_share, standards)
    return coverages.cells(look.county, look.filters, shares=shares(look), unserved_share=unserved_share, found=facts)


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_CELLS)
def _facts(look: Look, days: int, unserved_share: float, standards: str) -> pd.DataFrame:
    """`coverage.facts`, with moment and period moved by days."""
    return coverages.facts(look.county, look.filters.moved(days), shares=shares(look), unserved_share=unserved_share)


def missing(look: Look) -> dict[str, str]:
    """`recorded.missing`; quick, so not kept."""
    return recorded.missing(look.county, look.filters, shares=shares(look))


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def card(look: Look, layer: str, code: str) -> responsibility.Card:
    """`responsibility.card`. Raises `KeyError`."""
    return responsibility.card(look.county, look.snapshot, look.filters, layer, code)


def workload(look: Look) -> pd.DataFrame:
    """`responsibility.workload`."""
    return _workload(look, look.settings.cells_per_worker, look.settings.problems_per_worker)


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def _workload(look: Look, cells_limit: int, problems_limit: int) -> pd.DataFrame:
    return responsibility.workload(
        look.county, look.snapshot, look.filters, cells_limit=cells_limit, problems_limit=problems_limit
    )


def search(look: Look, text: str) -> pd.DataFrame:
    """`responsibility.search`; quick, so not kept."""
    return responsibility.search(look.county, look.filters, text)


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def nobody(look: Look) -> pd.DataFrame:
    """`responsibility.nobody`."""
    return responsibility.nobody(look.county, look.filters)


def ranking_zones(look: Look, by: str = "on_time_rate") -> pd.DataFrame:
    """`ranking.zones`."""
    return _ranking_zones(look, by, look.settings.rank_at_least)


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def _ranking_zones(look: Look, by: str, at_least: int) -> pd.DataFrame:
    return ranking.zones(look.county, look.snapshot, look.filters, at_least=at_least, by=by)


def ranking_units(look: Look, by: str = "on_time_rate") -> pd.DataFrame:
    """`ranking.units`."""
    return _ranking_units(look, by, look.settings.rank_at_least)


@st.cache_data(max_entries=_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def _ranking_units(look: Look, by: str, at_least: int) -> pd.DataFrame:
    return ranking.units(look.county, look.snapshot, look.filters, at_least=at_least, by=by)


@st.cache_resource(max_entries=_LARGE_VIEWS, show_spinner=False, hash_funcs=_BY_FILTERS)
def cases(look: Look, which: str = "all", located: bool = False) -> npt.NDArray[np.int64]:
    """`cases.rows`: positions in the snapshot, in the order of a list."""
    return case_lists.rows(look.county, look.snapshot, look.filters, which, located=located)


def problems(look: Look, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Rows of a list as people read them, from the database: `queries.problems`, with `row` (position in the snapshot),
    `state` as of the moment, `is_overdue` and `days_overdue` (begun days past the deadline; NA: not overdue)."""
    snapshot = look.snapshot
    codes = snapshot.keys.take(rows)
    frame = queries.problems(_engine_of(look), look.county, codes.tolist())
    told = case_lists.as_of(snapshot, snapshot.at(look.filters.moment), rows).set_index(codes)
    return frame.drop(columns="state").join(told)


def loads(look: Look) -> pd.DataFrame:
    """`queries.runs`; asked anew, as a load may have just ended."""
    return queries.runs(_engine_of(look), look.county.place)


def sources(look: Look, run: int | None = None) -> pd.DataFrame:
    """`queries.sources`."""
    return queries.sources(_engine_of(look), look.county.place, run)


def refused(look: Look, source_id: int) -> pd.DataFrame:
    """`queries.refused`."""
    return queries.refused(_engine_of(look), look.county.place, source_id)
