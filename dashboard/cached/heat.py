"""How many, where and when: counts, hotspots, trends and what they are made of."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from dashboard.analysis import breakdown as breakdowns
from dashboard.analysis import campaigns, density, hotspots, relapse, trends, weekly
from dashboard.cached.looks import BY_DATA, BY_FILTERS, LARGE_VIEWS, VERSIONS, VIEWS, Look
from dashboard.maps import page
from dashboard.maps.classes import Classes


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def zones(look: Look) -> pd.DataFrame:
    """`density.zones`."""
    return density.zones(look.county, look.snapshot, look.filters)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def cells(look: Look) -> pd.DataFrame:
    """`density.cells`."""
    return density.cells(look.county, look.snapshot, look.filters)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def points(look: Look, measure: str = "problems") -> pd.DataFrame:
    """`density.points`; not copied, as there may be a million."""
    return density.points(look.county, look.snapshot, look.filters, measure=measure)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def weeks(look: Look, count: int = weekly.WEEKS) -> pd.DataFrame:
    """`weekly.weeks`."""
    return weekly.weeks(look.county, look.snapshot, look.filters, count=count)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def by_week(
    look: Look, layer: str, measure: str, count: int = weekly.WEEKS
) -> tuple[pd.DatetimeIndex, npt.NDArray[np.int64]]:
    """`weekly.by_week`."""
    return weekly.by_week(look.county, look.snapshot, look.filters, layer=layer, measure=measure, count=count)


@st.cache_resource(max_entries=VERSIONS, show_spinner=False, hash_funcs=BY_DATA)
def _classes(look: Look, scheme: str, own: tuple[tuple[str, str, tuple[float, ...]], ...]) -> Classes:
    return page.classes(look.county, look.snapshot, look.settings)


def classes(look: Look) -> Classes:
    """`maps.page.classes`: of the data version, so the filters are nothing to it."""
    return _classes(look, look.settings.classes, look.settings.class_edges)


@st.cache_resource(max_entries=2 * VERSIONS, show_spinner=False, hash_funcs=BY_DATA)
def neighbourhood(look: Look, layer: hotspots.Layer) -> hotspots.Neighbourhood:
    """`hotspots.neighbourhood`; of the data version, so the filters are nothing to it."""
    return hotspots.neighbourhood(look.county, look.snapshot, layer=layer)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def spots(look: Look, layer: hotspots.Layer) -> hotspots.Hotspots:
    """`hotspots.cells`."""
    near = neighbourhood(look, layer)
    return hotspots.cells(look.county, look.snapshot, look.filters, layer=layer, near=near)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _trend(look: Look, layer: hotspots.Layer, weeks_at_most: int) -> trends.Trends:
    near = neighbourhood(look, layer)
    return trends.cells(look.county, look.snapshot, look.filters, layer=layer, near=near, count=weeks_at_most)


def trend(look: Look, layer: hotspots.Layer) -> trends.Trends:
    """`trends.cells`."""
    return _trend(look, layer, look.settings.trend_weeks)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _effects(look: Look, weeks_at_most: int) -> pd.DataFrame:
    return campaigns.effects(look.county, look.snapshot, look.filters, weeks=weeks_at_most)


def effects(look: Look) -> pd.DataFrame:
    """`campaigns.effects` by zone."""
    return _effects(look, look.settings.campaign_weeks)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _relapses(look: Look, radius_m: float, within_days: float) -> relapse.Relapses:
    return relapse.relapses(look.county, look.snapshot, look.filters, radius_m=radius_m, within_days=within_days)


def relapses(look: Look) -> relapse.Relapses:
    """`relapse.relapses`."""
    return _relapses(look, look.settings.relapse_radius_m, look.settings.relapse_days)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def breakdown(look: Look, which: str) -> pd.Series:
    """`breakdown.by`."""
    return breakdowns.by(look.county, look.snapshot, look.filters, which)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def by_hour(look: Look) -> tuple[pd.Series, int]:
    """`breakdown.by_hour`."""
    return breakdowns.by_hour(look.county, look.snapshot, look.filters)
