"""The map in the app: a Leaflet component on `st.components.v2`.

Geometry, weeks and heat pictures reach a browser once, by a route (`blobs`); a rerun sends only classes and tooltip
values, packed (about 10 kB for 5,000 cells); the map object, its zoom and its centre live on in the browser. The script
itself comes by a route too: what is given to `component(js=…)` is sent again with every rerun.

The routes need an `st.App`. `streamlit_app.py` is both: imported as a module by the server, run as `__main__` by every
session, so that one `streamlit run streamlit_app.py` is enough::

    if __name__ == "__main__":
        main()
    else:
        app = st.App(__file__, routes=routes())

(`streamlit run` finds the app by reading the file for exactly such an assignment.) With a file watcher on, a change in
this package takes a restart: the routes keep the modules they were made with.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeGuard

from dashboard.maps import blobs
from dashboard.maps.layers import Extent, MapView
from dashboard.maps.payload import payload
from dashboard.maps.script import script

if TYPE_CHECKING:
    from starlette.routing import Route

ACTS = ("move", "add", "drop")
OFF = "off"
"""What comes back as `Events.compare` when two moments are no longer compared."""
_LENGTH = re.compile(r"(?:calc\([a-z0-9.%+\-*/ ]{1,80}\)|[0-9.]+[a-z%]{1,4})")


@dataclass(frozen=True)
class Arranged:
    """What a reader did to the points of `MapView.arrange`."""

    act: str
    """move: a point lies elsewhere; add: there is one more; drop: one is gone."""
    code: str = ""
    """Of the point that was moved or is gone."""
    lon: float = float("nan")
    lat: float = float("nan")
    """Where it lies now, within the bounds of the geometry."""


@dataclass(frozen=True)
class Seen:
    """Which stretch the map shows, the answer to `MapView.ask`."""

    turn: str
    extent: Extent | None
    """None: the whole town, as nobody moved it."""


@dataclass(frozen=True)
class Events:
    """What came back with this run."""

    clicked: tuple[str, str] | None = None
    """Layer (`zones`, `cells`, or a kind of points) and code, in the run of the click only."""
    choice: str | None = None
    """Key of the button on the map, in the run in which it was pressed."""
    week: int | None = None
    """Position in the frames; stays until another week is chosen."""
    compare: str | None = None
    """Key of the moment to compare with, or `OFF`, in the run in which it was chosen."""
    arranged: Arranged | None = None
    """In the run in which it was done."""
    seen: Seen | None = None
    """In the run of the answer."""


def gridmap(
    view: MapView,
    *,
    key: str,
    height: int | str = "calc(100dvh - 320px)",
    on_arranged: Callable[[Arranged], None] | None = None,
    on_seen: Callable[[Seen], None] | None = None,
) -> Events:
    """Mounts the map; `height` is in pixels or a CSS length, and holds the weeks' bar too where there is one.

    `key` is the map's identity: under the same key zoom and centre survive reruns and changes of page. Put it in an
    `st.fragment` with what depends on its events. `on_arranged` and `on_seen` are called before the run that they bring
    about, so that one run is enough to show what was done.
    """
    length = f"{height}px" if isinstance(height, int) else height
    if not _LENGTH.fullmatch(length):
        raise ValueError(f"height is {height!r}; it must be pixels or a CSS length")

    def arranged() -> None:
        import streamlit as st

        told = events(view, st.session_state.get(key) or {}).arranged
        if told is not None and on_arranged is not None:
            on_arranged(told)

    def seen() -> None:
        import streamlit as st

        told = events(view, st.session_state.get(key) or {}).seen
        if told is not None and on_seen is not None:
            on_seen(told)

    data = payload(view, key=key) | {"height": length}
    found = _component()(
        key=key,
        data=data,
        on_clicked_change=_nothing,
        on_choice_change=_nothing,
        on_week_change=_nothing,
        on_compare_change=_nothing,
        on_arranged_change=arranged,
        on_seen_change=seen,
        on_lost_change=_nothing,
    )
    return events(view, found)


def events(view: MapView, found: Any) -> Events:
    """What a browser sent, as far as it can be true; anything else it may have made up is dropped."""
    clicked, choice, week, compare = (found.get(name) for name in ("clicked", "choice", "week", "compare"))
    place: tuple[str, str] | None = None
    if isinstance(clicked, dict) and isinstance(clicked.get("layer"), str) and isinstance(clicked.get("code"), str):
        place = (clicked["layer"], clicked["code"])
    is_known = place is not None and _knows(view, *place)
    frames = view.polygons.frames if view.polygons else None
    is_week = frames is not None and type(week) is int and 0 <= week < len(frames.classes)
    return Events(
        place if is_known else None,
        _one_of(choice, [key for key, _ in view.choices]),
        week if is_week else None,
        _one_of(compare, [OFF, *(key for key, _ in view.compare.moments)]) if view.compare else None,
        _arranged(view, found.get("arranged")),
        _seen(view, found.get("seen")),
    )


def _arranged(view: MapView, told: Any) -> Arranged | None:
    """Of the points there are, to where the county lies."""
    if view.arrange is None or not isinstance(told, dict) or _one_of(told.get("act"), list(ACTS)) is None:
        return None
    kind = view.arrange.kind
    act, code = told["act"], told.get("code")
    is_there = isinstance(code, str) and _knows(view, kind, code)
    if act == "drop":
        return Arranged(act, code) if isinstance(code, str) and is_there else None
    count = sum(len(points.codes) for points in view.points if points.kind == kind)
    if (act == "move" and not is_there) or (act == "add" and count >= view.arrange.most):
        return None
    lon, lat = told.get("lon"), told.get("lat")
    west, south, east, north = view.geometry.bounds
    if not (_is_within(lon, west, east) and _is_within(lat, south, north)):
        return None
    return Arranged(act, str(code) if act == "move" else "", float(lon), float(lat))


def _seen(view: MapView, told: Any) -> Seen | None:
    """A stretch with some of the county in it."""
    if not isinstance(told, dict) or not isinstance(told.get("turn"), str):
        return None
    if told.get("bounds") is None:
        return Seen(told["turn"], None)
    extent = Extent.of(told["bounds"])
    west, south, east, north = view.geometry.bounds
    if extent is None or extent.west > east or extent.east < west or extent.south > north or extent.north < south:
        return None
    return Seen(told["turn"], extent)


def _is_within(value: Any, low: float, high: float) -> TypeGuard[float]:
    return type(value) in (int, float) and bool(low <= value <= high)


def _one_of(text: Any, known: list[str]) -> str | None:
    return text if isinstance(text, str) and text in known else None


def _knows(view: MapView, layer: str, code: str) -> bool:
    if layer in ("zones", "cells"):
        return code in view.geometry.codes(layer)
    return any(points.kind == layer and code in points.codes for points in view.points)


def _nothing() -> None:
    """A trigger or state needs a callback to be handed back."""


def routes() -> "list[Route]":
    """The routes to hand to `st.App`."""
    return blobs.routes(script)


def _component() -> Any:
    """The mounting function; registered anew by each run, as each AppTest has a registry of its own."""
    return _registered(blobs.base_path())


@cache
def _registered(base: str) -> Any:
    import streamlit as st

    address = json.dumps(f"{base}{blobs.PREFIX}/map-{script()[0]}.js")
    loader = (
        f"const code = import(new URL({address}, window.location.origin).href);\n"
        "export default async (component) => (await code).default(component);\n"
    )
    return st.components.v2.component("gridmap", js=loader)
