"""The map of proposed sites: what is covered today, what they add, what stays uncovered, and the sites by number."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dashboard.maps import layers, views
from dashboard.maps.geometry import geometry
from dashboard.maps.style import SEQUENTIAL, Scale, Swatch
from dashboard.text import t, word

if TYPE_CHECKING:
    from dashboard.analysis.scenario import Arrangement
    from dashboard.county import County

SITE = "site"
"""Kind of the points that are proposed."""
_NEW = "#86b0cf"


def scale(kind: str, language: str) -> Scale:
    """Covered today; newly covered; still not covered. Blue is lighter than orange in grey too."""
    swatches = (
        Swatch(SEQUENTIAL[0], t("siting.was", language)),
        Swatch(_NEW, t("siting.becomes", language)),
        Swatch(SEQUENTIAL[3], t("siting.stays", language)),
    )
    return Scale("siting", t("siting.title", language, kind=word("kind", kind, language)), (1, 2), swatches)


def arranged(
    county: "County",
    made: "Arrangement",
    *,
    look: views.MapStyle,
    titles: Sequence[str],
    selected: tuple[str, str] | None = None,
    refusal: str = "",
) -> layers.MapView:
    """Cells by what covers them and the sites by number; `titles` says what each adds, in their order. A cell that
    weighs nothing stays blank, as does the whole map with a `refusal` (a sentence, which the legend says)."""
    place = geometry(county)
    kind = made.scenario.question.kind
    colours = scale(kind, look.language)
    facilities = place.facilities
    standing = facilities[facilities.index.isin(made.facilities.index)].rename(columns={"name": "title"})
    points = (layers.points(kind, word("kind", kind, look.language), standing),) if len(standing) else ()
    if refusal:
        drawn = layers.blank(place, "cells", colours)
        legend = layers.Legend(colours.title, (), refusal)
    else:
        is_covered, is_before = (made.cells[name].to_numpy(np.bool_) for name in ("is_covered", "is_covered_before"))
        classes = np.where(is_before, 0.0, np.where(is_covered, 1.0, 2.0))
        counts = made.cells["weight"].to_numpy(np.float64) > 0
        shown = made.cells.assign(_class=np.where(counts, classes, np.nan))
        drawn = layers.polygons(place, "cells", shown, "_class", colours, unvisited=None)
        key = "map.straight_line" if counts.all() else "siting.weightless"
        note = t(key, look.language, metres=f"{made.radius_m:.0f}")
        legend = layers.Legend(colours.title, tuple(colours.swatches[i] for i in (2, 1, 0)), note)
        rows = made.sites[["lon", "lat"]].assign(title=list(titles))
        sites = layers.points(SITE, t("siting.site", look.language), rows, radius_m=made.radius_m)
        points = (*points, replace(sites, is_numbered=True))
    return layers.MapView(
        place,
        colours.title,
        look.language,
        look.mark,
        polygons=drawn,
        points=points,
        legend=legend,
        selected=selected,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )
