"""The map of proposed sites: what is covered today, what they add, what stays uncovered, and the sites by number."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dashboard.maps import layers, views
from dashboard.maps.geometry import Geometry, geometry
from dashboard.maps.style import SEQUENTIAL, TEXT, Scale, Swatch
from dashboard.text import t, word

if TYPE_CHECKING:
    from dashboard.analysis.scenario import Arrangement
    from dashboard.county import County

SITE = "site"
"""Kind of the points that are proposed."""
SHUT = "shut"
"""Kind of the facilities that are closed."""
_NEW = "#86b0cf"


def scale(kind: str, language: str) -> Scale:
    """Covered today; newly covered; still not covered; covered no more. Blue is lighter than orange in grey too."""
    swatches = (
        Swatch(SEQUENTIAL[0], t("siting.was", language)),
        Swatch(_NEW, t("siting.becomes", language)),
        Swatch(SEQUENTIAL[3], t("siting.stays", language)),
        Swatch(SEQUENTIAL[3], t("siting.lost", language), hatch=TEXT),
    )
    return Scale("siting", t("siting.title", language, kind=word("kind", kind, language)), (1, 2, 3), swatches)


def arranged(
    county: "County",
    made: "Arrangement",
    *,
    look: views.MapStyle,
    titles: Sequence[str],
    worth: Sequence[str],
    most: int,
    selected: tuple[str, str] | None = None,
    refusal: str = "",
) -> layers.MapView:
    """Cells by what covers them, facilities open and closed, and the sites by number, which can be arranged by hand up
    to `most` of them.

    `titles` says what each site adds and `worth` what each facility is worth, in their order. A cell that weighs
    nothing stays blank, as does the whole map with a `refusal` (a sentence, which the legend says).
    """
    place = geometry(county)
    kind = made.scenario.question.kind
    colours = scale(kind, look.language)
    if refusal:
        drawn = layers.blank(place, "cells", colours)
        legend = layers.Legend(colours.title, (), refusal)
        points: tuple[layers.Points, ...] = ()
    else:
        drawn, legend = _cells(place, made, colours, look.language)
        points = (*_facilities(made, worth, look.language), _sites(made, titles, look.language))
    return layers.MapView(
        place,
        colours.title,
        look.language,
        look.mark,
        polygons=drawn,
        points=points,
        legend=legend,
        selected=selected,
        arrange=None if refusal else layers.Arrange(SITE, most),
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )


def _cells(
    place: Geometry, made: "Arrangement", colours: Scale, language: str
) -> tuple[layers.Polygons, layers.Legend]:
    is_covered, is_before = (made.cells[name].to_numpy(np.bool_) for name in ("is_covered", "is_covered_before"))
    classes = np.where(is_covered, np.where(is_before, 0.0, 1.0), np.where(is_before, 3.0, 2.0))
    counts = made.cells["weight"].to_numpy(np.float64) > 0
    shown = made.cells.assign(_class=np.where(counts, classes, np.nan))
    key = "map.straight_line" if counts.all() else "siting.weightless"
    swatches = [colours.swatches[which] for which in (3, 2, 1, 0) if which < 3 or (classes[counts] == 3).any()]
    legend = layers.Legend(colours.title, tuple(swatches), t(key, language, metres=f"{made.radius_m:.0f}"))
    return layers.polygons(place, "cells", shown, "_class", colours, unvisited=None), legend


def _facilities(made: "Arrangement", worth: Sequence[str], language: str) -> list[layers.Points]:
    kind = made.scenario.question.kind
    titles = [f"{name}\n{told}" for name, told in zip(made.facilities["name"].fillna(""), worth, strict=True)]
    rows = made.facilities.assign(title=titles)
    labels = {kind: word("kind", kind, language), SHUT: t("siting.shut", language, kind=word("kind", kind, language))}
    found = (layers.points(name, labels[name], rows[rows["is_closed"] == (name == SHUT)]) for name in (kind, SHUT))
    return [each for each in found if len(each.codes)]


def _sites(made: "Arrangement", titles: Sequence[str], language: str) -> layers.Points:
    rows = made.sites[["lon", "lat"]].assign(title=list(titles))
    found = layers.points(SITE, t("siting.site", language), rows, radius_m=made.radius_m)
    return replace(found, is_numbered=True)
