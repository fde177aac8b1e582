"""Whose it is: a card for every cell, who has nobody, who has too much, and how zones and units compare."""

import streamlit as st

from dashboard import cached
from dashboard.analysis import carried
from dashboard.maps import views
from dashboard.maps.layers import MapView
from dashboard.screen import address, counted, figures, frame, lists, people, rankings, reasons
from dashboard.text import t
from settings import Settings

PANELS = ("card", "nobody", "workload", "zones", "units")
_FIGURES = ("open", "overdue", "closure_rate", "on_time_rate", "unassigned")


def show(look: cached.Look, settings: Settings, language: str) -> None:
    """Draws the page."""
    figures.line(counted.headline(look), _FIGURES, language)
    _body(look, language)


@st.fragment
def _body(look: cached.Look, language: str) -> None:
    panel = address.choice("panel", PANELS, PANELS[0])
    left, right = frame.columns(is_wide=panel != PANELS[0])
    selected = frame.selected(look)
    with left:
        frame.draw(_view(look, selected, language), selected)
    with right:
        address.segmented("panel", PANELS, "panel", language)
        if panel == "card":
            is_searching = people.search(look, language)
            if selected is None and not is_searching:
                reasons.to_act_on(look, language)
                lists.nothing(t("responsibility.click", language))
            elif selected is not None:
                reasons.of_place(look, selected, language)
        elif panel == "nobody":
            people.nobody(look, language)
        elif panel == "workload":
            people.workload(look, language)
        else:
            rankings.table(look, panel, language)
    address.end()


def _view(look: cached.Look, selected: tuple[str, str] | None, language: str) -> MapView:
    cells = cached.cells(counted.everything(look))[["open"]].join(cached.coverage(look)[["worker", "is_unassigned"]])
    day = look.county.place.local_day(look.filters.moment)
    cells = cells.join(carried.by_cell(look.county, day, cached.workload(look)))
    return views.responsibility(look.county, cells, look=frame.map_style(look, language), selected=selected)
