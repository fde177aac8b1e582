"""Where something could be built: centres of cells, junctions of roads, or the place's own list."""

from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dashboard.analysis.network import ROAD_KINDS

if TYPE_CHECKING:
    from dashboard.county import County

PLANNED = "planned"
"""Status of a facility that may be built."""

LEAST_WAYS = 3


def cell_centres(county: "County", day: date) -> gpd.GeoSeries:
    """Centres of the cells in force on a day, in the measure CRS; index `cell`. The centroid, or where that lies
    outside the cell a point inside it."""
    cells = county.cells.geometry[county.cells_on(day)]
    shapes = np.asarray(cells.array)
    centres = shapely.centroid(shapes)
    centres = np.where(shapely.intersects(shapes, centres), centres, shapely.point_on_surface(shapes))
    return gpd.GeoSeries(centres, index=cells.index.rename("cell"), crs=cells.crs)


def road_junctions(base: gpd.GeoDataFrame, *, snap_m: float = 1.0) -> gpd.GeoSeries:
    """Points where three or more ways part, of the base features that are roads and lines: two lines that cross make
    one, one that ends on another makes one, two that only continue each other do not. In the CRS of `base`, from west
    to east and south to north; index `junction`, from 0.

    Coordinates are rounded to `snap_m`, which also joins ends that miss a line by less. Lines alone do not tell a
    bridge from a crossing, so a flyover counts as one.
    """
    shapes = np.asarray(base.geometry.array)[base["kind"].isin(ROAD_KINDS).to_numpy()]
    parts = shapely.get_parts(shapes[~shapely.is_missing(shapes)])
    lines = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=snap_m)) if len(lines) else lines
    pieces = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING]
    ends = shapely.get_coordinates([shapely.get_point(pieces, 0), shapely.get_point(pieces, -1)])
    places, ways = np.unique(ends, axis=0, return_counts=True) if len(ends) else (ends, np.empty(0, np.int64))
    found = gpd.GeoSeries(shapely.points(places[ways >= LEAST_WAYS]), crs=base.crs)
    return found.rename_axis("junction")


def planned(county: "County", kind: str) -> gpd.GeoDataFrame:
    """The facilities of a kind that are planned, with coordinates: the list of candidates that a place has loaded.
    name, geometry; index code."""
    every = county.facilities
    is_one = (every["kind"] == kind).to_numpy() & (every["status"] == PLANNED).fillna(False).to_numpy(dtype=np.bool_)
    return every.loc[is_one & ~every.geometry.isna().to_numpy(), ["name", "geometry"]]
