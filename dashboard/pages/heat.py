"""Where it is worst: zones, cells or points by amount on a fixed scale, over the period or week by week."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.maps import live, views
from dashboard.maps.layers import MapView
from dashboard.screen import address, figures, frame, reasons, weeks
from dashboard.text import t
from settings import Settings

MEASURES = ("problems_per_km2", "problems", "open", "overdue")
POINTS = "points"
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
    measure = address.choice("show", (*MEASURES, POINTS), MEASURES[0])
    with left:
        with st.container(key="choices", horizontal=True, gap=None):
            layer = address.segmented("layer", ("cells", "zones"), "layer", language)
            span = "" if measure == POINTS else address.segmented("span", ("period", "week"), "heat", language)
        given = None
        if span == "week":
            given = weeks.frames(look, layer, measure, frame.map_style(look, language))
        shown = weeks.chosen(look, given)
        view = _view(shown, layer, measure, given, selected=selected, language=language)
        events = live.gridmap(view, key="grid", height=frame.HEIGHT)
        weeks.take(events, given)
        if events.choice is not None and events.choice != measure:
            address.set_choice("show", events.choice, MEASURES[0])
            st.rerun(scope="fragment")
        frame.take_click(events, selected)
    with line:
        figures.line(cached.headline(shown), _FIGURES, language, span=weeks.span(given))
    with right:
        if selected is not None:
            reasons.of_place(shown, selected, language, which="problems")
        else:
            reasons.worst(shown, layer, "problems" if measure == POINTS else measure, language)
    address.end()


def _view(look: cached.Look, layer: str, measure: str, given: Any, *, selected: Any, language: str) -> MapView:
    shared: dict[str, Any] = {
        "look": frame.map_style(look, language),
        "selected": selected,
        "choices": [(name, t(f"heat.{name}", language)) for name in (*MEASURES, POINTS)],
        "chosen": measure,
    }
    if measure == POINTS:
        points = cached.points(look, "problems")
        return views.heat_points(look.county, points["x_m"].to_numpy(), points["y_m"].to_numpy(), **shared)
    found: pd.DataFrame = cached.cells(look) if layer == "cells" else cached.zones(look)
    return views.heat(
        look.county, found, layer=layer, measure=measure, frames=given.frames if given else None, **shared
    )
