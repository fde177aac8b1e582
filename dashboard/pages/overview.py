"""How the county stands: every figure, the map of everything, the cells to act on, the trend by week."""

from dataclasses import replace

import streamlit as st

from dashboard import cached
from dashboard.maps import views
from dashboard.maps.viewed import at_first
from dashboard.screen import address, counted, figures, frame, presenting, reasons, trend
from settings import Settings

_FIGURES = ("reported", "open", "closed", "closure_rate", "on_time_rate", "overdue", "unassigned", "unvisited",
            "unserved")  # fmt: skip


def show(look: cached.Look, settings: Settings, language: str) -> None:
    """Draws the page."""
    figures.line(counted.headline(look), _FIGURES, language)
    _body(look, language)
    with st.container(key="time"):
        trend.chart(cached.weeks(look), look.county, language)


@st.fragment
def _body(look: cached.Look, language: str) -> None:
    left, right = frame.columns()
    selected = frame.selected(look)
    with left:
        view = views.overview(
            look.county, cached.cells(look), cached.zones(look), look=frame.map_style(look, language), selected=selected
        )
        frame.draw(replace(view, points=at_first(view.points)), selected)
    if not presenting.is_on():
        with right:
            _beside(look, selected, language)
    address.end()


def _beside(look: cached.Look, selected: tuple[str, str] | None, language: str) -> None:
    if selected is not None:
        reasons.of_place(look, selected, language)
    else:
        reasons.to_act_on(look, language)
        reasons.left_out(look, language)
