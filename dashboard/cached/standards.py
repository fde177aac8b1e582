"""What there is against the standards: supply per thousand people, spacing, number by km², class; street vending."""

import streamlit as st

from dashboard.analysis import judged as judgements
from dashboard.analysis import supplied as supplies
from dashboard.analysis import vending
from dashboard.cached.looks import BY_CELLS, BY_FILTERS, VIEWS, Look


def supplied(look: Look, kind: str) -> supplies.Supplied:
    """`supplied.supplied`."""
    return _supplied(look, kind, look.standards.digest())


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def _supplied(look: Look, kind: str, standards: str) -> supplies.Supplied:
    return supplies.supplied(look.county, look.filters, kind, look.standards)


def judged(look: Look, question: judgements.Question) -> judgements.Judged:
    """`judged.judged`."""
    return _judged(look, question, look.standards.digest())


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def _judged(look: Look, question: judgements.Question, standards: str) -> judgements.Judged:
    return judgements.judged(look.county, look.filters, question, look.standards)


def gathered(look: Look) -> vending.Gathering | None:
    """`vending.gathered` by the words of the settings."""
    return _gathered(look, look.settings.vending, look.standards.digest())


@st.cache_data(max_entries=VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _gathered(look: Look, words: tuple[str, ...], standards: str) -> vending.Gathering | None:
    return vending.gathered(look.county, look.snapshot, look.filters, words=words, standards=look.standards)
