"""The frame of a page with a map: the map at left, the reasons beside it; the style sheet gives them the height."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cached
from dashboard.maps import page
from dashboard.maps.live import Events
from dashboard.maps.views import MapStyle
from dashboard.screen import address

HEIGHT = "100%"
"""The map fills its container."""

_LAYERS = ("cells", "zones")


def columns(*, is_wide: bool = False) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Containers of the map and of the reasons beside it; wide ones hold a table."""
    row = st.container(key="body", horizontal=True, gap=None)
    left, right = row.container(key="map"), row.container(key="reasons")
    if is_wide:
        right.html('<i class="is-wide"></i>')
    return left, right


def map_style(look: cached.Look, language: str) -> MapStyle:
    """What every map of this place shares."""
    return MapStyle.of(look.settings, language, page.factors(look.county, look.snapshot))


def selected(look: cached.Look) -> tuple[str, str] | None:
    """The zone or cell that was clicked, as the address says; None when this place has none such."""
    layer, _, code = address.choice("at", None, "").partition(":")
    if layer not in _LAYERS:
        return None
    frame = look.county.cells if layer == "cells" else look.county.zones
    return (layer, code) if code in frame.index else None


def take_click(events: Events, before: tuple[str, str] | None) -> None:
    """Keeps a click on a zone or cell and draws the fragment anew."""
    if events.clicked is None or events.clicked == before or events.clicked[0] not in _LAYERS:
        return
    address.set_choice("at", ":".join(events.clicked))
    st.rerun(scope="fragment")


def let_go() -> None:
    """Nothing is clicked any more; for a callback."""
    address.set_choice("at", None)
