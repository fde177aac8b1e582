"""`data.gpkg`: zones, cells, facilities and problems of a briefing with all their numbers, styled for QGIS."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.briefing import figures
from dashboard.briefing.content.shape import OVERDUE, Content, Table
from dashboard.geopackage import Layer, packed
from dashboard.maps import qml
from dashboard.maps.style import SEQUENTIAL, Scale, Symbol, amount, symbol
from dashboard.text import word

if TYPE_CHECKING:
    from dashboard.maps.geometry import Geometry

NAME = "data.gpkg"
_LON_LAT = "EPSG:4326"
_MEASURE = "problems_per_km2"
_LATIN = re.compile(r"[a-z][a-z0-9_]*")
_DONE = "#86b0cf"


def geodata(content: Content, folder: Path) -> list[Path]:
    """Writes the file; nothing where there is no geometry to write."""
    found = next((section.map.geometry for section in content.sections if section.map is not None), None)
    if found is None:
        return []
    path = folder / NAME
    told = {name: str(value) for name, value in figures.figures_of(content).items() if isinstance(value, str | int)}
    path.write_bytes(packed(_layers(content, found), about=told, made_at=content.as_of))
    return [path]


def _layers(content: Content, geometry: "Geometry") -> list[Layer]:
    layers = [
        _polygons(content, content.cells, geometry, "cells"),
        _polygons(content, content.zones, geometry, "zones"),
        _facilities(content, geometry),
    ]
    if content.ledger is not None and {"lon", "lat"} <= set(content.ledger.frame):
        layers.append(_problems(content, content.ledger))
    layers.append(Layer("columns", content.words["columns"], _columns(content)))
    return layers


def _polygons(content: Content, table: Table, geometry: "Geometry", layer: str) -> Layer:
    """A zone or cell with every number that is said of it, coloured by density as on the map."""
    places: gpd.GeoDataFrame = geometry.zones if layer == "zones" else geometry.cells
    known = places.index.intersection(table.frame.index)
    frame = table.frame.loc[known].rename_axis("code")
    if layer == "cells":
        frame = frame.assign(zone_code=places.loc[known, "zone"])
    style = ""
    if "per_km2" in frame:
        style = qml.style(
            qml.by_scale("per_km2", _scale(content, layer)), title=layer, label="name" if layer == "zones" else None
        )
    shapes = gpd.GeoDataFrame(frame, geometry=places.geometry.loc[known], crs=_LON_LAT)
    return Layer(layer, table.title, shapes, "MultiPolygon", style)


def _scale(content: Content, layer: str) -> Scale:
    """The classes of the heat map where there is one, else the usual ones."""
    for section in content.whole:
        polygons = section.map.polygons if section.map is not None else None
        if section.key == "heat" and polygons is not None and polygons.layer == layer:
            return polygons.scale
    return amount(_MEASURE, layer, content.language)


def _facilities(content: Content, geometry: "Geometry") -> Layer:
    places = geometry.facilities
    kinds = sorted(places["kind"].dropna().unique())
    rules = qml.by_value("kind", [(kind, symbol(kind), word("kind", kind, content.language)) for kind in kinds])
    shapes = gpd.GeoDataFrame(places[["kind", "name"]].rename_axis("code"), geometry=_points(places), crs=_LON_LAT)
    style = qml.style(rules, title="facilities") if rules else ""
    return Layer("facilities", content.words["facilities"], shapes, "Point", style)


def _problems(content: Content, ledger: Table) -> Layer:
    frame = ledger.frame.drop(columns=["lon", "lat"]).assign(
        is_overdue=[bool(ledger.flags) and flag == OVERDUE for flag in ledger.flags or [""] * len(ledger.frame)]
    )
    rules = qml.by_value(
        "is_overdue",
        [
            (False, Symbol("dot", _DONE, 4), content.words["not_overdue"]),
            (True, Symbol("dot", SEQUENTIAL[5], 5), content.words["is_overdue"]),
        ],
    )
    shapes = gpd.GeoDataFrame(frame.reset_index(drop=True), geometry=_points(ledger.frame), crs=_LON_LAT)
    return Layer("problems", ledger.title, shapes, "Point", qml.style(rules, title="problems"))


def _points(frame: pd.DataFrame) -> np.ndarray:
    """Points where there are coordinates, else nothing."""
    degrees = frame[["lon", "lat"]].to_numpy(np.float64, na_value=np.nan)
    shapes = np.full(len(frame), None, dtype=object)
    there = np.isfinite(degrees).all(axis=1)
    shapes[there] = shapely.points(degrees[there])
    return shapes


def _columns(content: Content) -> pd.DataFrame:
    """What each column means, in words: layer, column, heading, unit."""
    tables = {"zones": content.zones, "cells": content.cells}
    if content.ledger is not None:
        tables["problems"] = content.ledger
    rows = [
        (layer, column.name, column.heading, column.unit)
        for layer, table in tables.items()
        for column in table.columns
        if _LATIN.fullmatch(column.name)
    ]
    return pd.DataFrame(rows, columns=["layer", "column", "heading", "unit"])
