"""Figures, coverage, who answers, rankings, and rows from the database."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from dashboard import queries
from dashboard.analysis import cases as case_lists
from dashboard.analysis import coverage as coverages
from dashboard.analysis import figures, proposal, ranking, recorded, responsibility, scenario
from dashboard.analysis.service import Rule
from dashboard.cached import services
from dashboard.cached.looks import BY_CELLS, BY_DATA, BY_FILTERS, LARGE_VIEWS, VIEWS, Look, engine_of


def headline(look: Look) -> dict[str, figures.Figure]:
    """`figures.headline`."""
    return _headline(look, look.settings.unserved_share, look.standards.digest())


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _headline(look: Look, unserved_share: float, standards: str) -> dict[str, figures.Figure]:
    return figures.headline(
        look.county,
        look.snapshot,
        look.filters,
        shares=shares(look),
        unserved_share=unserved_share,
        facts=[_facts(look, days, unserved_share, standards) for days in (0, -figures.CHANGE_DAYS)],
    )


def shares(look: Look) -> pd.DataFrame:
    """`coverage.shares` on the day of the moment."""
    day = look.county.place.local_day(look.filters.moment)
    return _shares(look, coverages.serving_key(look.county, day), look.standards.digest())


@st.cache_data(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_DATA)
def _shares(look: Look, facilities: str, standards: str) -> pd.DataFrame:
    known = [
        kind
        for kind in coverages.KINDS
        if look.standards.radius(kind) is not None and recorded.has_facilities(look.county, kind)
    ]
    # The page looks at them by the same rule: found once for both.
    reached = {kind: services.reach(look, Rule(kind)) for kind in known}
    found = {kind: (one.share, one.nearest["distance_m"]) for kind, one in reached.items()}
    return coverages.shares(look.county, look.county.place.local_day(look.filters.moment), look.standards, found=found)


def coverage(look: Look) -> pd.DataFrame:
    """`coverage.cells`."""
    return _coverage(look, look.settings.unserved_share, look.standards.digest())


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def _coverage(look: Look, unserved_share: float, standards: str) -> pd.DataFrame:
    facts = _facts(look, 0, unserved_share, standards)
    return coverages.cells(look.county, look.filters, shares=shares(look), unserved_share=unserved_share, found=facts)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def _facts(look: Look, days: int, unserved_share: float, standards: str) -> pd.DataFrame:
    """`coverage.facts`, with moment and period moved by days."""
    return coverages.facts(look.county, look.filters.moved(days), shares=shares(look), unserved_share=unserved_share)


def proposed(look: Look, asked: proposal.Question, *, at_once: bool = False) -> proposal.Proposal:
    """`proposal.propose`; with `at_once` what is had without a solver."""
    return _proposed(look, asked, look.standards.digest(), 0.0 if at_once else proposal.TIME_S)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _proposed(look: Look, asked: proposal.Question, standards: str, time_limit_s: float) -> proposal.Proposal:
    return proposal.propose(
        look.county, look.snapshot, look.filters, asked, standards=look.standards, time_limit_s=time_limit_s
    )


def arranged(look: Look, chosen: scenario.Scenario, *, at_once: bool = False) -> scenario.Arrangement:
    """`scenario.arranged`, by the proposal that `proposed` gives."""
    return _arranged(look, chosen, look.standards.digest(), at_once)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _arranged(look: Look, chosen: scenario.Scenario, standards: str, at_once: bool) -> scenario.Arrangement:
    found = proposed(look, chosen.question, at_once=at_once)
    return scenario.arranged(look.county, look.snapshot, look.filters, chosen, standards=look.standards, proposal=found)


def missing(look: Look) -> dict[str, str]:
    """`recorded.missing`; quick, so not kept."""
    return recorded.missing(look.county, look.filters, shares=shares(look))


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def card(look: Look, layer: str, code: str) -> responsibility.Card:
    """`responsibility.card`. Raises `KeyError`."""
    return responsibility.card(look.county, look.snapshot, look.filters, layer, code)


def workload(look: Look) -> pd.DataFrame:
    """`responsibility.workload`."""
    return _workload(look, look.settings.cells_per_worker, look.settings.problems_per_worker)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _workload(look: Look, cells_limit: int, problems_limit: int) -> pd.DataFrame:
    return responsibility.workload(
        look.county, look.snapshot, look.filters, cells_limit=cells_limit, problems_limit=problems_limit
    )


def search(look: Look, text: str) -> pd.DataFrame:
    """`responsibility.search`; quick, so not kept."""
    return responsibility.search(look.county, look.filters, text)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def nobody(look: Look) -> pd.DataFrame:
    """`responsibility.nobody`."""
    return responsibility.nobody(look.county, look.filters)


def ranking_zones(look: Look, by: str = "on_time_rate") -> pd.DataFrame:
    """`ranking.zones`."""
    return _ranking_zones(look, by, look.settings.rank_at_least)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _ranking_zones(look: Look, by: str, at_least: int) -> pd.DataFrame:
    return ranking.zones(look.county, look.snapshot, look.filters, at_least=at_least, by=by)


def ranking_units(look: Look, by: str = "on_time_rate") -> pd.DataFrame:
    """`ranking.units`."""
    return _ranking_units(look, by, look.settings.rank_at_least)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _ranking_units(look: Look, by: str, at_least: int) -> pd.DataFrame:
    return ranking.units(look.county, look.snapshot, look.filters, at_least=at_least, by=by)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def cases(look: Look, which: str = "all", located: bool = False) -> npt.NDArray[np.int64]:
    """`cases.rows`: positions in the snapshot, in the order of a list."""
    return case_lists.rows(look.county, look.snapshot, look.filters, which, located=located)


def problems(look: Look, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Rows of a list as people read them, from the database: `queries.problems`, with `row` (position in the snapshot),
    `state` as of the moment, `is_overdue` and `days_overdue` (begun days past the deadline; NA: not overdue)."""
    snapshot = look.snapshot
    codes = snapshot.keys.take(rows)
    frame = queries.problems(engine_of(look), look.county, codes.tolist())
    told = case_lists.as_of(snapshot, snapshot.at(look.filters.moment), rows).set_index(codes)
    return frame.drop(columns="state").join(told)


def loads(look: Look) -> pd.DataFrame:
    """`queries.runs`; asked anew, as a load may have just ended."""
    return queries.runs(engine_of(look), look.county.place)


def sources(look: Look, run: int | None = None) -> pd.DataFrame:
    """`queries.sources`."""
    return queries.sources(engine_of(look), look.county.place, run)


def refused(look: Look, source_id: int) -> pd.DataFrame:
    """`queries.refused`."""
    return queries.refused(engine_of(look), look.county.place, source_id)
