"""Maps of statistics: hot and cold spots, what became of them over the weeks, and the change since a time before.

Red is more, blue is less, pale is neither. Blues are lighter than reds, so that a grey print tells them apart; class 0
is "neither" on all of them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.analysis.hotspots import MIN_CELLS, MIN_PROBLEMS, Hotspots
from dashboard.analysis.trends import MIN_WEEKS, Trends
from dashboard.maps import layers
from dashboard.maps.geometry import geometry
from dashboard.maps.style import BETTER, HATCH, SEQUENTIAL, Scale, Swatch
from dashboard.text import number, t

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.maps.views import MapStyle

VIEWS = ("hotspots", "trend", "change")
"""Measures of the heat page that are statistics, with a map each."""
NEITHER = SEQUENTIAL[0]
HOT = (SEQUENTIAL[3], SEQUENTIAL[4], SEQUENTIAL[5])
COLD = ("#dfeaf2", "#b5d0e3", "#86b0cf")
_SURE = (90, 95, 99)

GROUPS: dict[str, tuple[str, ...]] = {
    "worse": ("new_hot", "consecutive_hot", "intensifying_hot"),
    "lasting": ("persistent_hot",),
    "now_and_then": ("sporadic_hot", "oscillating_hot"),
    "better": ("diminishing_hot", "historical_hot"),
    "few": (
        "new_cold", "consecutive_cold", "intensifying_cold", "persistent_cold", "diminishing_cold", "sporadic_cold",
        "oscillating_cold", "historical_cold",
    ),
}  # fmt: skip
"""Sixteen categories are too many colours for an eye; the category itself stands in the tooltip and in the list."""
_GROUP_SWATCHES = {
    "worse": Swatch(HOT[2], ""),
    "lasting": Swatch(HOT[1], ""),
    "now_and_then": Swatch(SEQUENTIAL[2], ""),
    "better": Swatch("#ffffff", "", hatch=BETTER),
    "few": Swatch(COLD[1], ""),
}

CHANGES: dict[str, tuple[int, int]] = {"cells": (2, 5), "zones": (5, 20)}
"""From how many more (or fewer) the second and third class of a change begin; the first begins at one."""


def group(category: object) -> str | None:
    """The group of a category, None for none."""
    return next((name for name, members in GROUPS.items() if category in members), None)


def refusal(found: Hotspots | Trends, *, layer: str, language: str) -> str:
    """Why nothing is said of hotspots or trends, as a sentence with the next step; empty: something is."""
    reason = found.refusal if isinstance(found, Hotspots) else found.reason
    if reason is None:
        return ""
    least = {"too_few_cells": MIN_CELLS, "too_few_weeks": MIN_WEEKS}.get(reason, MIN_PROBLEMS)
    places = t(f"spots.why.{layer}", language)
    told = found.problems if reason == "too_few_problems" else found.places
    if reason == "too_few_cells" and layer == "cells":
        reason = "too_few_in_force"
    return t(f"spots.refusal.{reason}", language, count=number(told), least=least, places=places)


def note(view: str, language: str, filters: "Filters", *, weeks: Sequence[pd.Timestamp] | pd.DatetimeIndex = ()) -> str:
    """What the legend of one of `VIEWS` says below the classes; `weeks`: last days of those of a trend; `filters` are
    resolved."""
    if view == "change":
        start, end = filters.period
        days = (end - start).days + 1
        return t("spots.note_change", language, start=start - timedelta(days), end=end - timedelta(days))
    if view != "trend":
        return t(f"spots.note_{view}", language)
    if not len(weeks):
        return ""
    start = weeks[0] - pd.Timedelta(days=6)
    return t("spots.note_trend", language, weeks=len(weeks), start=f"{start:%Y-%m-%d}", end=f"{weeks[-1]:%Y-%m-%d}")


def hotspot_scale(language: str) -> Scale:
    """Neither; hot at 90, 95, 99 %; cold at 90, 95, 99 %; no problem and nobody looked."""
    hot = [Swatch(colour, t("spots.hot", language, sure=sure)) for colour, sure in zip(HOT, _SURE, strict=True)]
    cold = [Swatch(colour, t("spots.cold", language, sure=sure)) for colour, sure in zip(COLD, _SURE, strict=True)]
    swatches = (
        Swatch(NEITHER, t("spots.neither", language)),
        *hot,
        *cold,
        Swatch("#ffffff", t("spots.unseen", language), hatch=HATCH),
    )
    return Scale("hotspots", t("map.measure.hotspots", language), (1, 2, 3, 4, 5, 6), swatches, unvisited=7)


def trend_scale(language: str) -> Scale:
    """No pattern, and the groups of `GROUPS` in their order."""
    swatches = [Swatch(NEITHER, t("spots.no_pattern", language))]
    for name, swatch in _GROUP_SWATCHES.items():
        swatches.append(Swatch(swatch.colour, t(f"spots.group_{name}", language), swatch.hatch))
    return Scale("trend", t("map.measure.trend", language), (1, 2, 3, 4, 5), tuple(swatches))


def change_scale(layer: str, language: str, *, factor: float = 1.0, has_visits: bool = False) -> Scale:
    """Unchanged; one more, and from two edges on; one fewer, and from the same edges on; with visits, nobody looked."""
    second, third = (edge * factor for edge in CHANGES[layer])
    spans = (_span(1, second - 1), _span(second, third - 1))
    classes = {}
    for name, colours in (("more", HOT), ("fewer", COLD)):
        labels = [t(f"spots.{name}", language, span=span) for span in spans]
        labels.append(t(f"spots.{name}_from", language, low=number(third)))
        classes[name] = [Swatch(colour, label) for colour, label in zip(colours, labels, strict=True)]
    unchanged = Swatch(NEITHER, t("spots.unchanged", language))
    unvisited = (Swatch("#ffffff", t("map.unvisited", language), hatch=HATCH),) if has_visits else ()
    return Scale(
        "change",
        t("map.measure.change", language),
        (1, 2, 3, 4, 5, 6),
        (unchanged, *classes["more"], *classes["fewer"], *unvisited),
        unvisited=7 if has_visits else None,
    )


def _span(low: float, high: float) -> str:
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def hotspots(
    county: "County",
    frame: pd.DataFrame,
    *,
    layer: str,
    look: "MapStyle",
    refusal: str = "",
    **more: Any,
) -> layers.MapView:
    """`frame` as of `analysis.hotspots.cells`; with a `refusal` (a sentence) the map stays blank and the legend says
    it."""
    classes = frame["class_"].to_numpy(np.int64)
    shown = frame.assign(_class=np.where(classes < 0, 3 - classes, classes).astype(np.float64))
    if refusal:
        shown["_class"] = np.nan
    scale = hotspot_scale(look.language)
    return _map(
        county, shown, layer, scale, look,
        rows=("problems", "problems_per_km2", "near_per_km2", "z"),
        order=(3, 2, 1, 0, 4, 5, 6, 7),
        unvisited="is_unseen", refusal=refusal, **more,
    )  # fmt: skip


def trend(
    county: "County",
    frame: pd.DataFrame,
    *,
    layer: str,
    look: "MapStyle",
    refusal: str = "",
    **more: Any,
) -> layers.MapView:
    """`frame` as of `analysis.trends.cells`; the tooltip says the category and in how many weeks it was hot."""
    if refusal and frame["way"].notna().any():
        return _ways(county, frame, layer=layer, look=look, refusal=refusal, **more)
    position = {member: at for at, members in enumerate(GROUPS.values(), 1) for member in members}
    shown = frame.assign(
        _class=frame["category"].map(position).fillna(0).astype(np.float64).mask(frame["category"].isna()),
        category_name=_worded(frame["category"], "category", look.language),
        way_name=_worded(frame["way"], "way", look.language),
    )
    return _map(
        county, shown, layer, trend_scale(look.language), look,
        rows=("category_name", "way_name", "weeks_hot", "problems"),
        order=(1, 2, 3, 4, 0, 5), unvisited=None, refusal=refusal, **more,
    )  # fmt: skip


def _ways(
    county: "County", frame: pd.DataFrame, *, layer: str, look: "MapStyle", refusal: str, **more: Any
) -> layers.MapView:
    """Where too little is known of hotspots, as of a dozen zones, the numbers alone: more or fewer week by week."""
    found = [t(f"spots.way_{way}", look.language) for way in ("steady", "rising", "falling")]
    colours = (Swatch(NEITHER, found[0]), Swatch(HOT[2], found[1]), replace(_GROUP_SWATCHES["better"], label=found[2]))
    scale = Scale("way", t("map.measure.way", look.language), (1, 2), colours)
    shown = frame.assign(
        _class=frame["way"].map({"steady": 0.0, "rising": 1.0, "falling": 2.0}),
        way_name=_worded(frame["way"], "way", look.language),
    )
    note = "\n".join(part for part in (more.pop("note", ""), refusal) if part)
    return _map(
        county, shown, layer, scale, look, rows=("way_name", "problems"), order=(1, 0, 2), unvisited=None, note=note,
        **more,
    )  # fmt: skip


def _worded(codes: pd.Series, kind: str, language: str) -> pd.Series:
    return codes.map({code: t(f"spots.{kind}_{code}", language) for code in codes.dropna().unique()})


def change(county: "County", frame: pd.DataFrame, *, layer: str, look: "MapStyle", **more: Any) -> layers.MapView:
    """`frame` as of `analysis.density`, with `change`, `problems` and `is_unvisited`: none now, none before and nobody
    looked is hatched."""
    factor = look.classes.factors.of("problems", layer)
    has_visits = bool(frame["is_unvisited"].notna().any())
    scale = change_scale(layer, look.language, factor=factor, has_visits=has_visits)
    found = frame["change"].to_numpy(np.float64)
    second, third = (edge * factor for edge in CHANGES[layer])
    size = np.searchsorted([1, second, third], np.abs(found), side="right")
    shown = frame.assign(
        _class=np.where(found < 0, np.where(size > 0, size + 3, 0), size).astype(np.float64),
        _unseen=frame["is_unvisited"].astype("boolean").fillna(False) & (frame["problems"] == 0),
    )
    return _map(
        county, shown, layer, scale, look, rows=("problems", "change"),
        order=(*((7,) if has_visits else ()), 3, 2, 1, 0, 4, 5, 6), unvisited="_unseen", **more,
    )  # fmt: skip


def _map(
    county: "County",
    frame: pd.DataFrame,
    layer: str,
    scale: Scale,
    look: "MapStyle",
    *,
    rows: Sequence[str],
    order: Sequence[int],
    unvisited: str | None,
    note: str = "",
    refusal: str = "",
    selected: tuple[str, str] | None = None,
    choices: Sequence[tuple[str, str]] = (),
    chosen: str | None = None,
) -> layers.MapView:
    """`order`: the swatches as the legend lists them, from most to least."""
    place = geometry(county)
    labels = [(t(f"map.measure.{name}", look.language), name) for name in rows]
    drawn = layers.polygons(place, layer, frame, "_class", scale, unvisited=unvisited, rows=labels)
    swatches = () if refusal else tuple(scale.swatches[at] for at in order)
    return layers.MapView(
        place,
        t("map.title.heat", look.language, measure=scale.title),
        look.language,
        look.mark,
        polygons=drawn,
        legend=layers.Legend(scale.title, swatches, refusal or note),
        selected=selected,
        choices=tuple(choices),
        chosen=chosen,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )
