"""The map of visits: by how many days a cell is late against the rhythm required of it."""

from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.maps import layers, views
from dashboard.maps.geometry import geometry
from dashboard.maps.style import HATCH, SEQUENTIAL, Scale, Swatch
from dashboard.text import missing, number, t, word

if TYPE_CHECKING:
    from dashboard.county import County

EDGES = (1, 4, 8, 15, 29)
"""Days late from which each class above "in time" begins."""


def scale(language: str) -> Scale:
    """In time; five classes of days late; never visited, hatched."""
    spans = [f"{low}–{end - 1}" for low, end in pairwise(EDGES)]
    labels = [t("visits.late_span", language, span=span) for span in spans]
    labels = [t("visits.in_time", language), *labels, t("visits.late_from", language, low=EDGES[-1])]
    swatches = [Swatch(colour, label) for colour, label in zip(SEQUENTIAL, labels, strict=True)]
    swatches.append(Swatch("#ffffff", t("visits.never", language), hatch=HATCH))
    return Scale("days_late", t("visits.map_title", language), EDGES, tuple(swatches), len(EDGES) + 1, is_whole=False)


def late(
    county: "County",
    found: pd.DataFrame,
    *,
    look: views.MapStyle,
    untold: str | None = None,
    selected: tuple[str, str] | None = None,
) -> layers.MapView:
    """Cells of `analysis.rounds.cells` by days past their rhythm. `untold` (of `recorded.REASONS`): no visits are kept,
    the map is blank, and the legend says what to load."""
    place, language = geometry(county), look.language
    colours = scale(language)
    late_days = (found["days_since"] - found["required_days"]).astype("Float64").clip(lower=0)
    is_never = (found["last_visit"].isna() & found["is_late"].notna()).astype(bool)
    rows = {
        "last_visit": found["last_visit"].dt.strftime("%Y-%m-%d").fillna(t("visits.never", language)),
        "days_since": _days(found["days_since"], language),
        "required_days": _days(found["required_days"], language),
        "visits": found["visits"].astype("Float64"),
        "finding_of": pd.Series([word("visits.finding", code, language) for code in found["finding"]], found.index),
    }
    told = pd.DataFrame(rows | {"_late": late_days.mask(is_never, 0), "_never": is_never}, index=found.index)
    lines = [(t(f"visits.{name}", language), name) for name in rows]
    drawn = layers.polygons(place, "cells", told, "_late", colours, unvisited="_never", rows=lines)
    note = t("visits.map_note", language)
    legend = layers.legend(colours, note=note)
    if untold is not None:
        drawn = layers.blank(place, "cells", colours)
        legend = layers.Legend(colours.title, (), missing.next_step("unvisited", untold, language))
    return layers.MapView(
        place,
        colours.title,
        language,
        look.mark,
        polygons=drawn,
        legend=legend,
        selected=selected,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )


def _days(values: pd.Series, language: str) -> pd.Series:
    """Days in words; NaN where there are none."""
    told = [t("visits.days", language, days=number(float(day))) if pd.notna(day) else None for day in values]
    return pd.Series(told, values.index, dtype="str")
