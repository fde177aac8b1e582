"""Maps of what there is against the standards: per thousand people, spacing, number by km², class; street vending.

What is selected, and the buttons, are for the page to put in.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis import provision
from dashboard.analysis.judged import CLASS, PER_KM2, TO_ACT_ON
from dashboard.maps import layers
from dashboard.maps.geometry import geometry
from dashboard.maps.style import OTHER_SYMBOL, SEQUENTIAL, Scale, Swatch, symbol
from dashboard.maps.views import MapStyle
from dashboard.text import t, word

if TYPE_CHECKING:
    from dashboard.county import County

STEPS = {"toilet": (1, 2, 3, 5), "market": (5, 10, 20, 40)}
"""Per thousand people, where the classes above the lowest one begin; the same everywhere, as people are."""

VENDING = "problem"
"""Kind of the points of street vending: drawn and hidden as single problems are."""

_LEAST = 1e-9
_LIGHT_BLUE = "#86b0cf"
SIGNS = {"lacking": SEQUENTIAL[3], "as_wanted": SEQUENTIAL[0], "beyond": _LIGHT_BLUE, "not_known": "#ffffff"}
"""Kinds of points by what a facility is against a standard, and the fill of a zone."""


def per_thousand(kind: str, language: str) -> Scale:
    """Class 0 has none within reach and is the loudest."""
    steps = STEPS[kind]
    labels = [
        t("provision.none_within", language),
        t("provision.below", language, high=steps[0]),
        *(f"{low}–{high}" for low, high in pairwise(steps)),
        t("map.and_more", language, low=steps[-1]),
    ]
    swatches = tuple(Swatch(colour, label) for colour, label in zip(reversed(SEQUENTIAL), labels, strict=True))
    title = t("provision.supply_measure", language, capacity=word("provision.capacity", kind, language))
    return Scale("per_thousand", title, (_LEAST, *map(float, steps)), swatches)


def supply(
    county: "County",
    cells: pd.DataFrame,
    *,
    kind: str,
    look: MapStyle,
    titles: Mapping[str, str],
) -> layers.MapView:
    """Cells (as of `supplied.Supplied`) by what they get per thousand people; blank: nobody lives there, or nobody
    knows. `titles`: of the facilities, by code."""
    language = look.language
    scale = per_thousand(kind, language)
    is_lived_in = (cells["people"] > 0).to_numpy(dtype=np.bool_, na_value=False)
    shown = cells.assign(_value=cells["per_thousand"].where(is_lived_in))
    words = {"kind": word("kind", kind, language), "unit": word("provision.unit_of", kind, language)}
    rows = [
        (scale.title, "per_thousand"),
        (t("provision.people", language), "people"),
        (t("provision.facilities_within", language, **words), "facilities"),
    ]
    drawn = layers.polygons(geometry(county), "cells", shown, "_value", scale, unvisited=None, rows=rows)
    note = t("provision.blank_cells", language, capacity=word("provision.capacity", kind, language))
    points = facilities(county, kind, words["kind"], titles)
    return _view(county, drawn, look, legend=layers.legend(scale, note=note), points=points)


def against(
    county: "County",
    rows: pd.DataFrame,
    *,
    asked: str,
    kind: str,
    title: str,
    look: MapStyle,
    note: str,
    titles: Mapping[str, str],
) -> layers.MapView:
    """Facilities as points, or of the number per km² zones, by what they are against a standard (`rows` as of
    `judged.Judged`). `titles`: of facilities by code, drawn over the zones as what they are."""
    place = geometry(county)
    shown_as = signs(asked)
    words = {state: t(f"provision.states.{asked}.{state}", look.language) for state in shown_as}
    is_by_zone = asked == PER_KM2
    fills = [SIGNS[sign] if is_by_zone else _symbol(sign) for sign in shown_as.values()]
    swatches = tuple(Swatch(fill, words[state]) for fill, state in zip(fills, shown_as, strict=True))
    scale = Scale("against", title, tuple(float(n) for n in range(1, len(shown_as))), swatches)
    there = tuple(each for each, state in zip(swatches, shown_as, strict=True) if (rows["state"] == state).any())
    legend = layers.Legend(title, there, note)
    if is_by_zone:
        shown = rows.assign(_class=rows["state"].map(list(shown_as).index))
        lines = [(title, "per_km2"), (t("provision.facilities", look.language), "facilities")]
        drawn = layers.polygons(place, "zones", shown, "_class", scale, unvisited=None, rows=lines)
        points = facilities(county, kind, word("kind", kind, look.language), titles)
        return _view(county, drawn, look, legend=legend, points=points)
    points = []
    # What lacks comes last and lies on top.
    for state, sign in reversed(list(shown_as.items())):
        codes = rows.index[rows["state"] == state]
        points += facilities(county, sign, words[state], {code: titles[code] for code in codes})
    return _view(county, layers.blank(place, "cells", scale), look, legend=legend, points=points)


def vending(
    county: "County",
    cells: pd.DataFrame,
    markets: Mapping[str, str],
    problems: pd.DataFrame,
    *,
    look: MapStyle,
    radius_m: float,
    note: str,
) -> layers.MapView:
    """Cells by whether their street vending lies beyond a market's radius (`cells` as of `vending.by_cell`), with the
    markets (titles by code) and their circles, and single problems beyond them (lon, lat, title by code)."""
    language, place = look.language, geometry(county)
    labels = ("no_problem", "within", "some_beyond")
    colours = (SEQUENTIAL[0], _LIGHT_BLUE, SEQUENTIAL[3])
    swatches = tuple(
        Swatch(fill, t(f"provision.vending_{name}", language)) for fill, name in zip(colours, labels, strict=True)
    )
    scale = Scale("vending", t("provision.vending_map", language), (1, 2), swatches)
    shown = cells[["vending", "beyond"]].reindex(place.codes("cells"), fill_value=0)
    shown["_class"] = np.where(shown["beyond"] > 0, 2, np.where(shown["vending"] > 0, 1, 0))
    rows = [(t("provision.vending_count", language), "vending"), (t("provision.vending_beyond", language), "beyond")]
    drawn = layers.polygons(place, "cells", shown, "_class", scale, unvisited=None, rows=rows)
    points = facilities(county, "market", word("kind", "market", language), markets, radius_m=radius_m)
    points += [layers.points(VENDING, t("provision.vending_points", language), problems)] if len(problems) else []
    legend = layers.Legend(scale.title, tuple(reversed(swatches)), note)
    return _view(county, drawn, look, legend=legend, points=points)


def blank(county: "County", title: str, note: str, look: MapStyle) -> layers.MapView:
    """A map that says in its legend why it shows nothing."""
    scale = Scale("none", title, (1,), (Swatch(SEQUENTIAL[0], ""), Swatch(SEQUENTIAL[0], "")))
    drawn = layers.blank(geometry(county), "cells", scale)
    return _view(county, drawn, look, legend=layers.Legend(title, (), note))


def facilities(
    county: "County", kind: str, label: str, titles: Mapping[str, str], *, radius_m: float | None = None
) -> list[layers.Points]:
    """The facilities that have a title, as points of a kind; no layer where there is none."""
    every = geometry(county).facilities
    rows = every[every.index.isin(list(titles))][["lon", "lat"]]
    if rows.empty:
        return []
    rows = rows.assign(title=rows.index.map(titles))
    return [layers.points(kind, label, rows, radius_m=radius_m)]


def signs(asked: str) -> dict[str, str]:
    """Kinds of points by state, what lacks first."""
    lacks = TO_ACT_ON[asked]
    other = provision.TOO_LITTLE if lacks == provision.TOO_MUCH else provision.TOO_MUCH
    beyond = {} if asked == CLASS else {other: "beyond"}
    return {lacks: "lacking"} | beyond | {provision.WITHIN: "as_wanted", provision.NOT_KNOWN: "not_known"}


def _symbol(sign: str) -> str:
    return (OTHER_SYMBOL if sign == "not_known" else symbol(sign)).colour


def _view(
    county: "County",
    drawn: layers.Polygons,
    look: MapStyle,
    *,
    legend: layers.Legend,
    points: Sequence[layers.Points] = (),
) -> layers.MapView:
    return layers.MapView(
        geometry(county),
        legend.title,
        look.language,
        look.mark,
        polygons=drawn,
        points=tuple(points),
        legend=legend,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )
