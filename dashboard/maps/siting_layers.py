"""An arrangement of sites as layers of a GeoPackage, in the classes and colours of its map."""

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.geopackage import Layer
from dashboard.maps import qml, siting
from dashboard.maps.style import symbol
from dashboard.text import t, word

if TYPE_CHECKING:
    from dashboard.analysis.scenario import Arrangement
    from dashboard.county import County

CHANGES = ("was", "becomes", "stays", "lost")
"""What becomes of a cell, in the order of `siting.scale`: covered today and then, then, neither, today alone."""

_LON_LAT = "EPSG:4326"
_CELL = ("name", "zone", "setting", "people", "area_m2")


def layers(county: "County", made: "Arrangement", figures: pd.DataFrame, language: str) -> list[Layer]:
    """sites, facilities (open and closed), cells (before and after), and `figures` as the table `about`."""
    kind = made.scenario.question.kind
    told = word("kind", kind, language)
    cells = qml.by_value(
        "change",
        [
            (change, swatch, swatch.label)
            for change, swatch in zip(CHANGES, siting.scale(kind, language).swatches, strict=True)
        ],
    )
    facilities = qml.by_value(
        "is_closed",
        [(False, symbol(kind), told), (True, symbol(siting.SHUT), t("siting.shut", language, kind=told))],
    )
    site = t("siting.site", language)
    sites = (qml.Rule("", site, symbol(siting.SITE)),)
    return [
        Layer("sites", site, _points(made.sites), "Point", qml.style(sites, title="sites", label="site")),
        Layer("facilities", told, _points(made.facilities), "Point", qml.style(facilities, title="facilities")),
        Layer(
            "cells", t("scenario.sheet_cells", language), cell_frame(county, made), "MultiPolygon",
            qml.style(cells, title="cells"),
        ),
        Layer("about", t("scenario.sheet_about", language), figures),
    ]  # fmt: skip


def cell_frame(county: "County", made: "Arrangement") -> gpd.GeoDataFrame:
    """Index `cell`: the county's columns of it, weight, is_covered_before, is_covered, change (of `CHANGES`; NaN: the
    cell weighs nothing), geometry."""
    found = made.cells
    before, after = (found[name].to_numpy(np.bool_) for name in ("is_covered_before", "is_covered"))
    change = np.select([before & after, after, ~before], CHANGES[:3], CHANGES[3])
    counts = found["weight"].to_numpy(np.float64) > 0
    told = found.assign(change=pd.Series(change, found.index, "str").where(counts))
    cells = county.cells.loc[found.index]
    frame = pd.concat([cells[list(_CELL)], told], axis=1)
    return gpd.GeoDataFrame(frame.rename_axis("cell"), geometry=cells.geometry, crs=cells.crs)


def _points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    degrees = frame[["lon", "lat"]].to_numpy(np.float64)
    return gpd.GeoDataFrame(frame, geometry=shapely.points(degrees), crs=_LON_LAT)
