"""What stands in place of a page that cannot be shown: one sentence and the next step."""

from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from dashboard import cached
from dashboard.filters import Filters
from dashboard.screen import address, presence
from dashboard.text import t
from dashboard.text.errors import error, explain
from etl.errors import DatabaseAway, GridError, NoData
from settings import Settings

_TRY_AGAIN_S = 5


def look(settings: Settings, filters: Filters) -> cached.Look | None:
    """What there is to look at, None before the first load; in place of a data version that never was the present one,
    which is said (`screen.unknown`).

    Raises `DatabaseAway`.
    """
    if presence.is_gone(settings):
        raise error(DatabaseAway, "database_gone")
    try:
        found = cached.look(settings, filters)
    except NoData:
        if filters.version is None:
            return None
        found = None
    if filters.version is None or (found is not None and filters.version <= found.present[0]):
        return found
    address.not_read("version", str(filters.version))
    address.keep(version=None)
    return look(settings, replace(filters, version=None))


def is_bare(found: cached.Look) -> bool:
    """Nothing to show on a map or to count: every load was taken back."""
    return not (len(found.snapshot) or len(found.county.zones) or len(found.county.cells))


def _sentence(title: str, text: str) -> None:
    st.html(f'<div class="state"><h2>{escape(title)}</h2><p>{escape(text)}</p></div>')


def empty(data_page: Any, language: str) -> None:
    """No data yet: how to get some, on the page of data."""
    _sentence(t("state.empty", language), t("state.empty_next", language))
    with st.container(key="next_step"):
        st.page_link(data_page, label=t("state.empty_link", language), query_params=address.link())


@st.fragment(run_every=_TRY_AGAIN_S)
def away(settings: Settings, language: str) -> None:
    """The database does not answer; asked again every few seconds, and on a press of the button."""
    said = "gone" if presence.is_gone(settings) else "away"
    _sentence(t(f"state.{said}", language), t(f"state.{said}_next", language))
    with st.container(key="next_step"):
        pressed = st.button(t("state.try_again", language), key="try_again")
    if presence.is_gone(settings):
        return
    try:
        cached.places(settings)
    except DatabaseAway:
        return
    if pressed or "was_away" in st.session_state:
        st.session_state.pop("was_away", None)
        st.rerun()
    st.session_state["was_away"] = True


def nothing_said(language: str) -> None:
    """A briefing without a single part, and what to do about it."""
    _sentence(t("briefing.nothing", language), t("briefing.nothing_next", language))


def broken(trouble: GridError, language: str) -> None:
    """A trouble we know; its text is one sentence made to be shown."""
    _sentence(t("state.broken", language), explain(trouble, language))
