"""The map of how a kind of facility serves the cells: the share within reach, the cells it leaves out, and itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dashboard.analysis.reach import ON_FOOT
from dashboard.analysis.served import AREA
from dashboard.analysis.service import UNSERVED
from dashboard.maps import layers, style, views
from dashboard.maps.geometry import geometry
from dashboard.text import missing, number, percent, t, word

if TYPE_CHECKING:
    from dashboard.analysis.service import Rule, Service
    from dashboard.county import County


def served(
    county: "County",
    found: "Service",
    *,
    rule: "Rule",
    look: views.MapStyle,
    unserved_share: float,
    selected: tuple[str, str] | None = None,
    choices: Sequence[tuple[str, str]] = (),
) -> layers.MapView:
    """Cells by the share within reach, outlined where it is less than `unserved_share`, and the facilities that serve,
    each with its circle where reach is a circle. Blank, and the legend says why, where nobody can tell."""
    place, language = geometry(county), look.language
    kind = word("kind", rule.kind, language)
    scale = style.reach(language, t("map.measure.reach", language, kind=kind), unserved_share=unserved_share)
    radius_m = _radius(found)
    if found.refusal is not None:
        drawn = layers.blank(place, "cells", scale)
        legend = layers.Legend(scale.title, (), missing.next_step(f"{UNSERVED}{rule.kind}", found.refusal, language))
    else:
        shown = found.cells.assign(
            _out=1 - found.cells["share"],
            _share=[percent(share) for share in found.cells["share"]],
            _nearest=found.cells["facility_name"].fillna(found.cells["facility"]),
            _weight=[number(value / 1e6, 3) if found.denominator == AREA else number(value)
                     for value in found.cells["weight"]],
        )  # fmt: skip
        rows = (
            (t("map.reach.share", language), "_share"),
            (t("map.reach.nearest", language, kind=kind), "_nearest"),
            (t(f"map.reach.distance_{found.method}", language), "distance_m"),
            (t("map.reach.choices", language), "choices"),
            (t(f"map.reach.{found.denominator}", language), "_weight"),
        )
        drawn = layers.polygons(place, "cells", shown, "_out", scale, unvisited=None, rows=rows)
        note = t(f"map.reach.note_{found.method}", language, metres=_told(found))
        legend = layers.Legend(scale.title, scale.swatches, note)
    facilities = place.facilities
    standing = facilities[facilities.index.isin(found.facilities)].rename(columns={"name": "title"})
    circle = radius_m if found.method != ON_FOOT and found.refusal is None else None
    return layers.MapView(
        place,
        scale.title,
        language,
        look.mark,
        polygons=drawn,
        points=(layers.points(rule.kind, kind, standing, radius_m=circle),) if len(standing) else (),
        legend=legend,
        selected=selected,
        choices=tuple(choices),
        chosen=f"{UNSERVED}{rule.kind}",
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )


def _radius(found: "Service") -> float | None:
    """The radius of most cells; None: there is none."""
    values, counts = np.unique(found.cells["radius_m"].dropna(), return_counts=True)
    return float(values[counts.argmax()]) if len(values) else None


def _told(found: "Service") -> str:
    return "/".join(number(radius) for radius in np.unique(found.cells["radius_m"].dropna()))
