"""The map of two arrangements of sites: cells that only one of them covers, or both, or neither, and their sites."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis.contrast import BOTH, NEITHER, ONE, OTHER
from dashboard.maps import layers, views
from dashboard.maps.geometry import geometry
from dashboard.maps.siting import SITE
from dashboard.maps.style import SEQUENTIAL, Scale, Swatch
from dashboard.text import t, word

if TYPE_CHECKING:
    from dashboard.analysis.contrast import Contrast
    from dashboard.county import County

KINDS = {BOTH: SITE, ONE: "site_one", OTHER: "site_other"}
"""Kind of the points by the arrangement they are of."""
_ORDER = (BOTH, ONE, OTHER, NEITHER)
_ONE, _OTHER = "#86b0cf", "#7a5aa0"


def scale(kind: str, names: tuple[str, str], language: str) -> Scale:
    """Covered by both, by one, by the other, by neither. The two sides differ in lightness too."""
    one, other = names
    swatches = (
        Swatch(SEQUENTIAL[0], t("scenario.both", language)),
        Swatch(_ONE, t("scenario.only", language, name=one)),
        Swatch(_OTHER, t("scenario.only", language, name=other)),
        Swatch(SEQUENTIAL[3], t("scenario.neither", language)),
    )
    return Scale("siting", t("siting.title", language, kind=word("kind", kind, language)), (1, 2, 3), swatches)


def contrasted(
    county: "County",
    found: "Contrast",
    names: tuple[str, str],
    *,
    look: views.MapStyle,
    selected: tuple[str, str] | None = None,
    refusal: str = "",
) -> layers.MapView:
    """Cells by which of the two covers them, facilities, and the sites by number in theirs. A cell that weighs nothing
    stays blank, as does the whole map with a `refusal` (a sentence, which the legend says)."""
    place = geometry(county)
    kind = found.one.scenario.question.kind
    colours = scale(kind, names, look.language)
    if refusal:
        drawn = layers.blank(place, "cells", colours)
        legend = layers.Legend(colours.title, (), refusal)
        points: tuple[layers.Points, ...] = ()
    else:
        counts = found.cells["weight"].to_numpy(np.float64) > 0
        classes = found.cells["part"].map(dict(zip(_ORDER, range(4), strict=True))).to_numpy(np.float64)
        shown = found.cells.assign(_class=np.where(counts, classes, np.nan))
        drawn = layers.polygons(place, "cells", shown, "_class", colours, unvisited=None)
        legend = layers.Legend(
            colours.title, tuple(reversed(colours.swatches)), _note(found, look.language, is_whole=bool(counts.all()))
        )
        points = (*_facilities(found, kind, look.language), *_sites(found, names, look.language))
    return layers.MapView(
        place, colours.title, look.language, look.mark, polygons=drawn, points=points, legend=legend,
        selected=selected, tile_url=look.tile_url, tile_mark=look.tile_mark,
    )  # fmt: skip


def _note(found: "Contrast", language: str, *, is_whole: bool) -> str:
    radii = dict.fromkeys(f"{made.radius_m:.0f}" for made in (found.one, found.other))
    return t("map.straight_line" if is_whole else "siting.weightless", language, metres=" / ".join(radii))


def _facilities(found: "Contrast", kind: str, language: str) -> list[layers.Points]:
    rows = found.one.facilities.assign(title=found.one.facilities["name"].fillna(""))
    return [layers.points(kind, word("kind", kind, language), rows)] if len(rows) else []


def _sites(found: "Contrast", names: tuple[str, str], language: str) -> list[layers.Points]:
    labels = {
        BOTH: t("scenario.sites_both", language),
        ONE: t("scenario.sites_only", language, name=names[0]),
        OTHER: t("scenario.sites_only", language, name=names[1]),
    }
    drawn = []
    for part, label in labels.items():
        rows = found.sites[found.sites["part"] == part]
        numbers = rows["site_other" if part == OTHER else "site_one"].astype("int64").astype(str)
        made = found.other if part == OTHER else found.one
        titled = pd.DataFrame({"lon": rows["lon"], "lat": rows["lat"], "title": label}).set_axis(pd.Index(numbers))
        if len(rows):
            points = layers.points(KINDS[part], label, titled, radius_m=made.radius_m)
            drawn.append(replace(points, is_numbered=True))
    return drawn
