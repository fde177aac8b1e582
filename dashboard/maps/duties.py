"""The map of assignments: each cell by who answers for it, red only where somebody has to act."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis.assignments import ENDED, NOBODY, NOT_KNOWN, NOT_YET, ONE, SEVERAL, UNIT_ONLY
from dashboard.analysis.duties import CELL, ORDER, RUNS_OUT
from dashboard.maps import layers, views
from dashboard.maps.geometry import geometry
from dashboard.maps.style import HATCH, LOUD, SEQUENTIAL, Scale, Swatch
from dashboard.text import t

if TYPE_CHECKING:
    from dashboard.county import County

_COLOURS = {
    NOBODY: LOUD,
    ENDED: SEQUENTIAL[4],
    RUNS_OUT: SEQUENTIAL[2],
    NOT_YET: "#d8cfe6",
    UNIT_ONLY: "#86b0cf",
    SEVERAL: "#ffffff",
    ONE: SEQUENTIAL[0],
}
_CLASSES = tuple(state for state in ORDER if state != NOT_KNOWN)


def scale(layer: str, language: str) -> Scale:
    """The states in order of urgency; several people in term are hatched."""
    swatches = tuple(
        Swatch(_COLOURS[state], t(f"duties.{state}", language), hatch=HATCH if state == SEVERAL else None)
        for state in _CLASSES
    )
    title = t("duties.title" if layer == CELL else "duties.title_facility", language)
    return Scale("duties", title, tuple(range(1, len(_CLASSES))), swatches)


def duties(
    county: "County",
    found: pd.DataFrame,
    *,
    layer: str,
    look: views.MapStyle,
    selected: tuple[str, str] | None = None,
    untold: str = "",
) -> layers.MapView:
    """Cells by state, or (`layer` facility) by the most urgent facility that lies in them. `found`: as of
    `analysis.duties.duties`; `untold`: why nothing can be told, as a sentence, for the legend of a blank map."""
    place, language = geometry(county), look.language
    colours = scale(layer, language)
    first = found[found["cell"].notna()].drop_duplicates("cell").set_index("cell")
    ranks = first["state"].map({state: rank for rank, state in enumerate(_CLASSES)}).astype("Float64")
    shown = first.assign(_class=ranks, _until=first["until"].dt.strftime("%Y-%m-%d"))
    rows = [(t("duties.column.names", language), "names"), (t("duties.column.until", language), "_until")]
    if layer != CELL:
        rows.insert(0, (t("duties.column.name", language), "name"))
    drawn = layers.polygons(place, "cells", shown, "_class", colours, unvisited=None, rows=rows)
    present = np.unique(drawn.classes)
    swatches = tuple(swatch for at, swatch in enumerate(colours.swatches) if at in present)
    points = views.facility_points(county, look=look) if layer != CELL else ()
    return layers.MapView(
        place,
        colours.title,
        language,
        look.mark,
        polygons=drawn,
        points=points,
        legend=layers.Legend(colours.title, () if untold else swatches, untold),
        selected=selected,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )
