"""The papers of the meeting: what is said, in which order, as it will look; made at a press and taken as one file."""

import streamlit as st

from dashboard import cached
from dashboard.screen import (
    address,
    briefing_choices,
    briefing_pack,
    briefing_parts,
    briefing_preview,
    presence,
    states,
)
from dashboard.text import t
from etl.errors import GridError
from settings import Settings


def show(look: cached.Look, settings: Settings, language: str) -> None:
    """Draws the page."""
    _body(look, language)


@st.fragment
def _body(look: cached.Look, language: str) -> None:
    if presence.is_gone(look.settings):
        st.rerun()  # the whole page, which says so
    try:
        asked = briefing_choices.wanted(look, language)
        with st.spinner(t("briefing.saying", language), show_time=False):
            told = cached.briefing(look, asked.since, asked.language)
    except GridError as trouble:
        states.broken(trouble, language)
        address.end()
        return
    said = briefing_parts.shown(told, briefing_choices.parts(), briefing_choices.zones(look))
    every = {section.id: section for section in told.sections}
    seen = briefing_choices.first([*(section.id for section in said), *every])
    with st.container(key="briefing", horizontal=True, gap=None):
        with st.container(key="briefing_left", gap="small"):
            briefing_pack.draw(look, asked, language, is_anything=bool(said))
            briefing_choices.draw(look, asked, language)
            briefing_parts.draw(look, told, seen, language)
            briefing_pack.more(look, asked, language)
        with st.container(key="preview"):
            if seen:
                position = next((at for at, section in enumerate(said, 1) if section.id == seen), 0)
                briefing_preview.draw(told, every[seen], position, len(said))
            else:
                states.nothing_said(language)
    address.end()
