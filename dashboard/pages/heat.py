"""Where it is worst: amounts on a fixed scale over the period or week by week, hotspots, their trend, what changed."""

from typing import Any

import streamlit as st

from dashboard import cached
from dashboard.maps import views
from dashboard.maps.layers import MapView
from dashboard.maps.viewed import AMOUNTS, POINTS, SHOWN
from dashboard.screen import address, charts, compare, counted, figures, frame, presenting, reasons, spots, weeks
from dashboard.text import t
from settings import Settings

_FIGURES = ("reported", "open", "on_time_rate", "overdue", "unassigned", "unvisited")


def show(look: cached.Look, settings: Settings, language: str) -> None:
    """Draws the page."""
    _body(look, language)


@st.fragment
def _body(look: cached.Look, language: str) -> None:
    # The figures follow the week that is chosen below them, so they are filled in last.
    line = st.container(key="figures", gap=None)
    left, right = frame.columns()
    selected = frame.selected(look)
    shows = address.choice("show", SHOWN, SHOWN[0])
    with left:
        with st.container(key="choices", horizontal=True, gap=None):
            layer = address.segmented("layer", ("cells", "zones"), "layer", language)
            span = address.segmented("span", ("period", "week"), "heat", language) if shows in AMOUNTS else ""
        given = weeks.frames(look, layer, shows, frame.map_style(look, language)) if span == "week" else None
        shown = weeks.chosen(look, given)
        events = frame.draw(
            _view(shown, layer, shows, given, selected=selected, language=language), selected, choice="show"
        )
        weeks.take(events, given)
        compare.take(events)
    if not presenting.is_on():
        with line:
            figures.line(counted.headline(shown), _FIGURES, language, span=weeks.span(given))
        with right:
            _beside(shown, layer, shows, selected, language)
    address.end()


def _beside(look: cached.Look, layer: Any, shows: str, selected: tuple[str, str] | None, language: str) -> None:
    """The card of what is selected and why it has its colour; else the worst places, or charts."""
    if selected is not None:
        reasons.card(look, selected, language)
        spots.why(look, *selected, language, is_open=shows in spots.VIEWS)
        reasons.problems(look, selected, language, which=reasons.first(look, selected))
        return
    if address.segmented("beside", ("list", "charts"), "charts", language) == "charts":
        charts.show(look, language)
    elif shows in spots.VIEWS:
        spots.worst(look, layer, shows, language)
    else:
        reasons.worst(look, layer, "problems" if shows == POINTS else shows, language)


def _view(look: cached.Look, layer: str, shows: str, given: Any, *, selected: Any, language: str) -> MapView:
    shared: dict[str, Any] = {
        "look": frame.map_style(look, language),
        "selected": selected,
        "choices": [(name, t(f"heat.{name}", language)) for name in SHOWN],
        "chosen": shows,
    }
    if shows in spots.VIEWS:
        return spots.view(look, layer, shows, language, shared)
    if shows == POINTS:
        points = cached.points(look, "problems")
        return views.heat_points(look.county, points["x_m"].to_numpy(), points["y_m"].to_numpy(), **shared)
    found = cached.cells(look) if layer == "cells" else cached.zones(look)
    frames = given.frames if given else None
    view = views.heat(look.county, found, layer=layer, measure=shows, frames=frames, **shared)
    return compare.of_weeks(view, given) if given else compare.of_period(view, look, shows, language)
