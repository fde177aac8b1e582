"""The frame of a page with a map: the map at left, the reasons beside it; the style sheet gives them the height."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cached
from dashboard.maps import live
from dashboard.maps.layers import MapView
from dashboard.maps.live import Arranged, Events
from dashboard.maps.views import MapStyle
from dashboard.screen import address, presence, presenting, sight, views

HEIGHT = "100%"
"""The map fills its container."""

_LAYERS = ("cells", "zones")


@dataclass(frozen=True)
class Body:
    """Where a part of a page draws."""

    choices: DeltaGenerator
    """The row of buttons above the map."""
    map: DeltaGenerator
    reasons: DeltaGenerator


def columns(*, is_wide: bool = False) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Containers of the map and of the reasons beside it; wide ones hold a table."""
    if views.is_going():
        st.rerun()
    row = st.container(key="body", horizontal=True, gap=None)
    left, right = row.container(key="map"), row.container(key="reasons")
    if is_wide:
        right.html('<i class="is-wide"></i>')
    return left, right


def map_style(look: cached.Look, language: str) -> MapStyle:
    """What every map of this place shares."""
    return MapStyle.of(look.settings, language, cached.classes(look))


def selected(look: cached.Look, kinds: Collection[str] = ()) -> tuple[str, str] | None:
    """The zone or cell that was clicked, as the address says; None when this place has none such. A point of one of
    `kinds` comes as it is said, as only who draws them knows which there are."""
    if presence.is_gone(look.settings):
        st.rerun()  # the whole page, which says so; what is kept here would pass for the present
    layer, _, code = address.choice("at", None, "").partition(":")
    if layer in kinds:
        return layer, code
    if layer not in _LAYERS:
        return None
    frame = look.county.cells if layer == "cells" else look.county.zones
    return (layer, code) if code in frame.index else None


def draw(
    view: MapView,
    selected: tuple[str, str] | None,
    *,
    choice: str | None = None,
    kinds: Collection[str] = (),
    on_arranged: Callable[[Arranged], None] | None = None,
) -> Events:
    """Draws the page's map; what is clicked on it is kept, and the fragment drawn anew.

    `choice`: the name in the address of what the buttons on the map choose; the first one is the default. `kinds`: of
    points that can be clicked like zones and cells. `on_arranged`: see `live.gridmap`.
    """
    view = presenting.staged(view, selected)
    events = live.gridmap(
        sight.on(view, selected), key="grid", height=HEIGHT, on_arranged=on_arranged, on_seen=sight.answered
    )
    presenting.bar(view)
    if choice is not None and events.choice not in (None, view.chosen):
        address.set_choice(choice, events.choice, view.choices[0][0])
        st.rerun(scope="fragment")
    if events.clicked is not None and events.clicked != selected and events.clicked[0] in (*_LAYERS, *kinds):
        address.set_choice("at", ":".join(events.clicked))
        st.rerun(scope="fragment")
    return events


def fly_to(layer: str, code: str) -> None:
    """Selects a place, brings it into view and draws the fragment anew."""
    sight.fly(layer, code)
    st.rerun(scope="fragment")


def let_go() -> None:
    """Nothing is clicked any more; for a callback."""
    address.set_choice("at", None)
