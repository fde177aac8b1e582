"""Who answers for what. Filters that choose problems are nothing to any of it."""

import pandas as pd
import streamlit as st

from dashboard.analysis import duties as analysis
from dashboard.cached.looks import BY_CELLS, VIEWS, Look


def duties(look: Look, layer: str) -> pd.DataFrame:
    """`duties.duties` of cells or facilities."""
    return _duties(look, layer, look.settings.term_ends_within_days)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def _duties(look: Look, layer: str, within_days: int) -> pd.DataFrame:
    return analysis.duties(look.county, look.snapshot, look.filters, layer=layer, within_days=within_days)


def carried(look: Look) -> pd.DataFrame:
    """`duties.carried`."""
    return _carried(look, look.settings.cells_per_worker, look.settings.problems_per_worker)


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def _carried(look: Look, cells_limit: int, problems_limit: int) -> pd.DataFrame:
    return analysis.carried(
        look.county, look.snapshot, look.filters, cells_limit=cells_limit, problems_limit=problems_limit
    )
