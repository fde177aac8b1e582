"""Names of zones on the map, each within its zone."""

from typing import TYPE_CHECKING

import numpy as np
from shapely import contains_xy

from dashboard.maps.paper.names import lines_of, place, shifts, short_name
from dashboard.maps.paper.placing import Box, Taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.maps.layers import MapView
    from dashboard.maps.paper.ground import Ground
    from dashboard.maps.paper.sheet import Sheet
    from dashboard.maps.paper.window import Window


def write(
    sheet: "Sheet",
    window: "Window",
    ground: "Ground",
    view: "MapView",
    *,
    size_pt: float,
    kept: "Sequence[Box]",
    signs: "Sequence[Box]",
    first: int | None = None,
    without: int | None = None,
) -> list[Box]:
    """Writes what finds a place and gives the boxes taken; `first` and `without` are positions of zones.

    A name makes way for a sign while it can, for another name and for what is in `kept` always.
    """
    if "labels" in view.hidden:
        return []
    zones = view.geometry.zones
    names, both = Taken(kept), Taken([*kept, *signs])
    seen = ground.zones.within(window.bounds)
    for at in sorted(np.flatnonzero(seen).tolist(), key=lambda at: at != first):
        if at == without:
            continue
        name = zones["name"].iloc[at]
        lines = lines_of(short_name(name) if isinstance(name, str) and name else str(zones.index[at]))
        x, y = window.at(*ground.spots("zones")[at])
        near = shifts(float(x), float(y), 0.55 * size_pt)
        tried = [spot for spot in near if contains_xy(ground.zones.shapes[at], *window.to_ground(*spot))]
        for taken, other in ((both, names), (names, both)):
            count = len(taken)
            halo = 0.15 * size_pt
            if place(sheet, taken, tried, lines, size_pt, within=window.box, is_bold=True, halo_pt=halo):
                other.add(*taken.boxes[count:].tolist())
                break
    return [tuple(box) for box in names.boxes[len(kept) :].tolist()]
