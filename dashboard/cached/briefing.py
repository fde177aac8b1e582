"""The content of a briefing, every part of it: what somebody leaves out or moves is nothing to it."""

from datetime import datetime

import streamlit as st

from dashboard.briefing.content import Content
from dashboard.cached.looks import BY_FILTERS, LARGE_VIEWS, Look
from dashboard.packs import wanted


def briefing(look: Look, since: datetime, language: str) -> Content:
    """`wanted.said` with all parts and zones, the ledger without descriptions. Raises as that does."""
    return _briefing(look, since, language, briefing_rests_on(look))


def briefing_rests_on(look: Look) -> str:
    """`wanted.rests_on`; read anew, as a file of templates may have just been changed."""
    return wanted.rests_on(look.settings, look.standards, look.county.place.code)


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_FILTERS)
def _briefing(look: Look, since: datetime, language: str, rests_on: str) -> Content:
    asked = wanted.Wanted(since, language)
    return wanted.said(
        None, look.county, look.snapshot, look.filters, asked, settings=look.settings, standards=look.standards
    )
