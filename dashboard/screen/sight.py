"""Where the map is brought next, a place or a stretch of it, and the question which stretch is in view."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard.maps.layers import Extent, MapView, Sight
from dashboard.maps.live import Seen
from dashboard.screen import address

_NAME = "extent"
"""In a link: taken once, as the reader moves the map afterwards."""


def fly(layer: str, code: str) -> None:
    """Selects a place and brings it into view with the next drawing."""
    st.session_state["flight"] = ((layer, code), _turn())
    st.session_state.pop("sight", None)
    address.set_choice("at", f"{layer}:{code}")


def show(extent: Extent | None) -> None:
    """Brings a stretch of the map into view with the next drawing; None: the whole town."""
    st.session_state["sight"] = Sight(_turn(), extent)
    st.session_state.pop("flight", None)


def ask(then: Callable[[Extent | None], None]) -> None:
    """Asks the map with the next drawing which stretch it shows (None: the whole town, as nobody moved it)."""
    st.session_state["asked"] = (_turn(), then)


def answered(seen: Seen) -> None:
    """Hands the answer on, once; for a callback."""
    turn, then = st.session_state.get("asked", ("", None))
    if then is not None and seen.turn == turn:
        del st.session_state["asked"]
        then(seen.extent)


def on(view: MapView, selected: tuple[str, str] | None) -> MapView:
    """The same map, told where to go and what to answer."""
    linked = Extent.read(address.take(_NAME))
    if linked is not None:
        show(linked)
    flown, flight = st.session_state.get("flight", (None, ""))
    return replace(
        view,
        fly=flight if flown == selected else "",
        sight=st.session_state.get("sight"),
        ask=st.session_state.get("asked", ("", None))[0],
    )


def linked(extent: Extent | None) -> dict[str, str]:
    """The part of a link that brings the map there."""
    return {} if extent is None else {_NAME: extent.written}


def _turn() -> str:
    st.session_state["turns"] = st.session_state.get("turns", 0) + 1
    return str(st.session_state["turns"])
