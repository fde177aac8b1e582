"""The map of each page, from the frames that the page already has; the same for the screen and for a file.

Every function takes the county, frames of `analysis` (indexed by code) and a `MapStyle`, and gives a `MapView`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.analysis.recorded import NO_ASSIGNMENTS
from dashboard.maps import layers, style
from dashboard.maps.classes import FIXED_CLASSES, Classes
from dashboard.maps.geometry import MAP_CRS, geometry
from dashboard.snapshot import STATES
from dashboard.text import missing, number, t, word
from settings import Settings

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.snapshot import Snapshot


@dataclass(frozen=True)
class MapStyle:
    """What every map of a session shares."""

    language: str
    mark: str
    tile_url: str = ""
    tile_mark: str = ""
    classes: Classes = FIXED_CLASSES
    """Of the data version."""
    bandwidth_m: float = Settings.heat_bandwidth_m
    """Of a heat of points."""

    @classmethod
    def of(cls, settings: "Settings", language: str, classes: Classes | None = None) -> "MapStyle":
        """From the settings; GCJ-02 tiles carry a mark, as they lie hundreds of metres off."""
        is_shifted = bool(settings.tile_url) and settings.tile_datum == "gcj02"
        return cls(
            language,
            settings.map_mark or t("map.mark", language),
            settings.tile_url,
            t("map.shifted_tiles", language) if is_shifted else "",
            classes or FIXED_CLASSES,
            settings.heat_bandwidth_m,
        )


def overview(
    county: "County",
    cells: pd.DataFrame,
    zones: pd.DataFrame,
    *,
    look: MapStyle,
    layer: str = "cells",
    problems: pd.DataFrame | None = None,
    selected: tuple[str, str] | None = None,
    card: layers.Card | None = None,
) -> layers.MapView:
    """Everything with layer switches: open problems by cell (or zone), facilities by kind, problems as points.

    `cells`, `zones`: columns `problems`, `open`, `overdue`, `is_unvisited` as of `analysis.density`. `problems`: lon,
    lat (EPSG:4326), title, indexed by code; at most `layers.POINTS_AT_MOST` are taken.
    """
    frame = cells if layer == "cells" else zones
    view = heat(county, frame, look=look, layer=layer, measure="open", selected=selected, card=card)
    kinds = facility_points(county, look=look)
    single = () if problems is None else (layers.points("problem", t("map.problem_points", look.language), problems),)
    return replace(view, title=t("map.title.overview", look.language), points=(*kinds, *single))


def heat(
    county: "County",
    frame: pd.DataFrame,
    *,
    look: MapStyle,
    layer: str = "cells",
    measure: str = "problems_per_km2",
    frames: layers.Frames | None = None,
    problems: pd.DataFrame | None = None,
    selected: tuple[str, str] | None = None,
    card: layers.Card | None = None,
    choices: Sequence[tuple[str, str]] = (),
    chosen: str | None = None,
) -> layers.MapView:
    """Zones or cells by `measure` (`style.MEASURES`), with the weeks to slide through when `frames` are given.

    `frame` is indexed by code and has `measure`; with `is_unvisited`, zero is told from "nobody looked", unless it is
    NA everywhere, as no visits are kept.
    """
    place = geometry(county)
    has_visits = frames.has_visits if frames else "is_unvisited" in frame and bool(frame["is_unvisited"].notna().any())
    scale = look.classes.scale(measure, layer, look.language, has_visits=has_visits, is_week=frames is not None)
    named = look.classes.named(measure, layer, look.language)
    rows = tuple(
        (t(f"map.measure.{name}", look.language), name)
        for name in dict.fromkeys((measure, "problems", "open", "overdue"))
    )
    drawn = layers.polygons(place, layer, frame, measure, scale, rows=rows, frames=frames)
    single = () if problems is None else (layers.points("problem", t("map.problem_points", look.language), problems),)
    return layers.MapView(
        place,
        t("map.title.heat", look.language, measure=scale.title),
        look.language,
        look.mark,
        polygons=drawn,
        points=single,
        legend=layers.legend(scale, note=t(f"map.same_{layer}", look.language, classes=named)),
        card=card,
        selected=selected,
        choices=tuple(choices),
        chosen=chosen,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )


def heat_points(
    county: "County",
    x_m: np.ndarray,
    y_m: np.ndarray,
    *,
    look: MapStyle,
    problems: pd.DataFrame | None = None,
    selected: tuple[str, str] | None = None,
    card: layers.Card | None = None,
    choices: Sequence[tuple[str, str]] = (),
    chosen: str | None = None,
) -> layers.MapView:
    """Heat of points (metres, measure CRS) as a picture on the scale of problems per km²."""
    from dashboard.maps.heat import raster

    place = geometry(county)
    scale = look.classes.heat(look.language)
    picture = raster(county, x_m, y_m, scale=scale, bandwidth_m=look.bandwidth_m)
    single = () if problems is None else (layers.points("problem", t("map.problem_points", look.language), problems),)
    named = look.classes.named("problems_per_km2", "cells", look.language)
    note = t("map.bandwidth", look.language, classes=named, metres=number(look.bandwidth_m))
    return layers.MapView(
        place,
        t("map.title.heat", look.language, measure=scale.title),
        look.language,
        look.mark,
        polygons=layers.blank(place, "cells", scale),
        raster=picture,
        points=single,
        legend=layers.Legend(scale.title, scale.swatches[1:], note),
        card=card,
        selected=selected,
        choices=tuple(choices),
        chosen=chosen,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )


def coverage(
    county: "County",
    frame: pd.DataFrame,
    *,
    kind: str,
    look: MapStyle,
    untold: Mapping[str, str] | None = None,
    selected: tuple[str, str] | None = None,
    card: layers.Card | None = None,
    choices: Sequence[tuple[str, str]] = (),
) -> layers.MapView:
    """Cells that nobody answers for (`kind` unassigned) or that nobody looked at (unvisited); never both at once.

    `frame` (by cell code): `is_unassigned`, `is_unvisited`. A kind that is in `untold` (`recorded.missing`) is drawn
    blank, and the legend says why. What is out of reach is drawn by `reached.served`.
    """
    place = geometry(county)
    scale = style.lacking(kind, look.language)
    shown = frame.assign(_value=frame[f"is_{kind}"].astype("Float64"))
    return layers.MapView(
        place,
        scale.title,
        look.language,
        look.mark,
        polygons=layers.polygons(place, "cells", shown, "_value", scale, unvisited=None),
        legend=layers.Legend(scale.title, (), missing.next_step(kind, untold[kind], look.language))
        if untold and kind in untold
        else layers.legend(scale),
        card=card,
        selected=selected,
        choices=tuple(choices),
        chosen=kind,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )


def responsibility(
    county: "County",
    frame: pd.DataFrame,
    *,
    look: MapStyle,
    selected: tuple[str, str] | None = None,
    card: layers.Card | None = None,
) -> layers.MapView:
    """Cells by the open problems on their grid worker's hands; a cell without one is hatched in red.

    `frame` (by cell code): `worker` (name, missing: nobody), `worker_open` (open problems of all the worker's cells),
    `open`, `is_unassigned`. Where no grid worker is on record at all (`is_unassigned` is NA everywhere), cells are
    coloured by their own open problems, and the legend says what to load.
    """
    if frame["is_unassigned"].isna().all():
        view = heat(county, frame, look=look, measure="open", selected=selected, card=card)
        note = missing.next_step("unassigned", NO_ASSIGNMENTS, look.language)
        return replace(view, title=t("map.measure.open", look.language), legend=_noted(view.legend, note))
    place = geometry(county)
    scale = look.classes.scale("workload", "cells", look.language)
    shown = frame.assign(_nobody=frame["worker"].isna(), _load=frame["worker_open"].fillna(0))
    shown.loc[shown["_nobody"], "_load"] = 0
    rows = (
        (t("map.worker", look.language), "worker"),
        (t("map.measure.workload", look.language), "worker_open"),
        (t("map.measure.open", look.language), "open"),
    )
    drawn = layers.polygons(place, "cells", shown, "_load", scale, unvisited="_nobody", rows=rows)
    return layers.MapView(
        place,
        scale.title,
        look.language,
        look.mark,
        polygons=drawn,
        legend=layers.legend(scale),
        card=card,
        selected=selected,
        tile_url=look.tile_url,
        tile_mark=look.tile_mark,
    )


def _noted(legend: layers.Legend | None, note: str) -> layers.Legend | None:
    return replace(legend, note=note) if legend else None


def facility_points(county: "County", *, look: MapStyle) -> tuple[layers.Points, ...]:
    """The facilities, a layer per kind; litter bins are many and start switched off."""
    frame = geometry(county).facilities
    found = []
    for kind in sorted(frame["kind"].unique()):
        rows = frame[frame["kind"] == kind].rename(columns={"name": "title"})
        made = layers.points(kind, word("kind", kind, look.language), rows)
        found.append(replace(made, is_shown=kind != "litter_bin", in_geometry=True))
    return tuple(found)


def problem_points(
    county: "County", snapshot: "Snapshot", rows: Any, *, moment: datetime, language: str
) -> pd.DataFrame:
    """Single problems for `problems=`: lon, lat, title (category; state as of the moment, day reported), by code.

    `rows`: positions in the snapshot, the ones to keep first (`analysis.cases.rows`); at most
    `layers.POINTS_AT_MOST` of those with coordinates, and none on a default point.
    """
    rows = np.asarray(rows, dtype="i8")
    kept = np.isfinite(snapshot.x_m[rows]) & ~snapshot.is_default_point[rows]
    rows = rows[kept][: layers.POINTS_AT_MOST]
    crs = county.place.measure_crs
    at = gpd.GeoSeries.from_xy(snapshot.x_m[rows], snapshot.y_m[rows], crs=crs).to_crs(MAP_CRS)
    names = np.array([*snapshot.categories, ""], dtype=object)[snapshot.category[rows]]
    states = np.array([t(f"state.{state}", language) for state in STATES], dtype=object)
    days = np.datetime_as_string(snapshot.reported_day[rows].astype("datetime64[D]"))
    told = states[snapshot.at(moment).state[rows]]
    titles = [f"{name}\n{state} · {day}" for name, state, day in zip(names, told, days, strict=True)]
    codes = snapshot.keys.take(rows).astype(str)
    return pd.DataFrame({"lon": at.x.to_numpy(), "lat": at.y.to_numpy(), "title": titles}, index=codes)


def weeks(
    county: "County",
    counts: Any,
    *,
    ends: Sequence[date],
    look: MapStyle,
    layer: str = "cells",
    measure: str = "problems_per_km2",
    unvisited: Any = None,
    is_campaign: Sequence[bool] | None = None,
    current: int | None = None,
) -> layers.Frames:
    """Weeks to slide through, from counts (weeks × polygons in the order of the county's frame) and their last days.

    `unvisited` (same shape, bool) tells zero from "nobody looked"; None: no visits are kept, zero is zero.
    `is_campaign` marks campaign weeks.
    """
    found = np.asarray(counts)
    place_frame = county.cells if layer == "cells" else county.zones
    scale = look.classes.scale(measure, layer, look.language, has_visits=unvisited is not None, is_week=True)
    values = found / (place_frame["area_m2"].to_numpy("f8") / 1e6) if measure == "problems_per_km2" else found
    first = [np.datetime64(end) - 6 for end in ends]
    return layers.Frames(
        scale.classes(values, unvisited),
        [str(day)[5:] for day in first],
        [f"{end:%m-%d}" for end in ends],
        found.sum(axis=1),
        np.zeros(len(ends), bool) if is_campaign is None else np.asarray(is_campaign, bool),
        len(ends) - 1 if current is None else current,
        np.minimum(found, 65_535).astype("u2"),
        has_visits=unvisited is not None,
    )
