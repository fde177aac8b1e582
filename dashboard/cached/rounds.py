"""Visits: which cells were seen when and by whom. Filters that choose problems are nothing to any of it."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.analysis import daily, rhythm
from dashboard.analysis import rounds as analysis
from dashboard.cached.looks import BY_CELLS, VIEWS, Look


def rounds(look: Look) -> pd.DataFrame:
    """`rounds.cells`."""
    return _rounds(look, look.standards.digest())


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def _rounds(look: Look, standards: str) -> pd.DataFrame:
    return analysis.cells(look.county, look.snapshot, look.filters, look.standards.rhythm)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def whereabouts(look: Look) -> pd.DataFrame:
    """`rounds.whereabouts`."""
    return analysis.whereabouts(look.county, look.filters)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def visitors(look: Look) -> pd.DataFrame:
    """`rhythm.workers`."""
    return rhythm.workers(look.county, look.filters)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def by_day(look: Look, layer: str = "", code: str = "") -> pd.DataFrame:
    """`daily.by_day` of a zone, a cell or a person (`layer` zones, cells or workers), else of what is filtered."""
    if layer == "workers":
        return daily.by_day(look.county, look.filters, party=code)
    return daily.by_day(look.county, _narrowed(look, layer, code).filters)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def seen_by_week(look: Look, layer: str = "", code: str = "") -> pd.DataFrame:
    """`rhythm.weeks` of the weeks that `by_day` has; of a zone, else of what is filtered."""
    days = by_day(look, layer, code)
    ends = pd.DatetimeIndex(days["week_end"].unique())
    return rhythm.weeks(look.county, _narrowed(look, layer, code).filters, week_ends=ends)


def _narrowed(look: Look, layer: str, code: str) -> Look:
    if layer == "zones":
        return replace(look, filters=replace(look.filters, zone=(code,), cell=None))
    if layer == "cells":
        return replace(look, filters=replace(look.filters, zone=(), cell=code))
    return look
