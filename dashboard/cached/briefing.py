"""The content of a briefing, every part of it: what somebody leaves out or moves is nothing to it."""

from datetime import datetime

import streamlit as st

from dashboard.briefing.content import Content
from dashboard.cached.looks import BY_FILTERS, LARGE_VIEWS, Look
from dashboard.packs import wanted
from dashboard.packs.wanted import Basis


def briefing(look: Look, since: datetime, language: str) -> Content:
    """`wanted.said` with all parts and zones, the ledger without descriptions. Raises as that does."""
    rests = briefing_basis(look, language)
    return _briefing(look, since, language, wanted.rests_on(look.settings, look.standards, rests), rests)


def briefing_basis(look: Look, language: str) -> Basis:
    """`wanted.basis`; read anew, as a file of templates may have just been changed."""
    return wanted.basis(look.settings, look.county.place.code, language)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _briefing(look: Look, since: datetime, language: str, rests_on: str, _rests: Basis) -> Content:
    asked = wanted.Wanted(since, language)
    return wanted.said(
        None, look.county, look.snapshot, look.filters, asked,
        rests=_rests, settings=look.settings, standards=look.standards,
    )  # fmt: skip
