"""The map in the app: a Leaflet component on `st.components.v2`.

Geometry, weeks and heat pictures reach a browser once, by a route (`blobs`); a rerun sends only classes and tooltip
values, packed (about 10 kB for 5,000 cells); the map object, its zoom and its centre live on in the browser.

The routes need an `st.App`. `streamlit_app.py` is both: imported as a module by the server, run as `__main__` by every
session, so that one `streamlit run streamlit_app.py` is enough::

    if __name__ == "__main__":
        main()
    else:
        app = st.App(__file__, routes=routes())

(`streamlit run` finds the app by reading the file for exactly such an assignment.) With a file watcher on, a change in
this package takes a restart: the routes keep the modules they were made with.
"""

from dataclasses import dataclass
from typing import Any

from dashboard.maps.layers import MapView


@dataclass(frozen=True)
class Events:
    """What came back with this run. `clicked`: layer (`zones`, `cells`, a kind of points) and code; `week`: position
    in the frames; `choice`: key of the button pressed."""

    clicked: tuple[str, str] | None = None
    choice: str | None = None
    week: int | None = None


def gridmap(view: MapView, *, key: str, height: int | str = "calc(100dvh - 320px)") -> Events:
    """Mounts the map; `height` is in pixels or a CSS length, and holds the weeks' bar too where there is one.

    `key` is the map's identity: under the same key zoom and centre survive reruns and changes of page.
    """
    raise NotImplementedError


def routes() -> list[Any]:
    """The routes to hand to `st.App`."""
    raise NotImplementedError
