"""What is not covered: cells without a name, without a visit, without a toilet or market in reach; never mixed."""

from collections.abc import Callable

import streamlit as st

from dashboard import cached
from dashboard.screen import address, duties, figures, frame, gaps, provision, rounds, siting
from settings import Settings

PARTS: dict[str, Callable[[cached.Look, frame.Body, str], None]] = {
    "gaps": gaps.draw,
    "rounds": rounds.draw,
    "assignments": duties.draw,
    "standards": provision.draw,
    "siting": siting.draw,
}
"""The parts of the page by their name in the address, each drawn by a module of its own."""
_FIGURES = ("unassigned", "unvisited", "unserved_toilet", "unserved_market")


def show(look: cached.Look, settings: Settings, language: str) -> None:
    """Draws the page."""
    figures.line(cached.headline(look), _FIGURES, language)
    _body(look, language)


@st.fragment
def _body(look: cached.Look, language: str) -> None:
    left, right = frame.columns()
    choices = left.container(key="choices", horizontal=True, gap=None)
    with choices:
        part = address.segmented("part", tuple(PARTS), "coverage", language)
    PARTS[part](look, frame.Body(choices, left, right), language)
    address.end()
