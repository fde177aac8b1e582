"""Where a county's zones, cells, facilities and base map lie, in EPSG:4326, made once per data version.

The payload for the browser is JSON of whole numbers: 1e-6 degree (0.1 m) from an origin, each vertex as its step from
the one before it, across rings and polygons, so that one running sum unpacks it and gzip finds much to save.
"""

import json
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from dashboard.county import County

MAP_CRS = "EPSG:4326"
UNIT_DEGREES = 1e-6
WHOLE_EARTH = (-180.0, -85.0, 180.0, 85.0)


@dataclass(frozen=True, eq=False)
class Geometry:
    """A county as the map needs it; positions in it are those of the county's own frames."""

    place: str
    place_name: str
    data_version: int
    zones: gpd.GeoDataFrame
    """Index `code`; name, geometry (EPSG:4326), label (point)."""
    cells: gpd.GeoDataFrame
    """Index `code`; name, zone, geometry (EPSG:4326)."""
    facilities: pd.DataFrame
    """Index `code`; kind, name, lon, lat; only those with coordinates."""
    base: gpd.GeoDataFrame
    """kind, name, geometry (EPSG:4326), in drawing order."""
    bounds: tuple[float, float, float, float]
    """West, south, east, north."""
    payload: bytes
    """JSON for the browser."""

    def codes(self, layer: str) -> pd.Index:
        """Codes of `zones` or `cells` in the order of their positions."""
        frames: dict[str, gpd.GeoDataFrame] = {"zones": self.zones, "cells": self.cells}
        return frames[layer].index

    @property
    def is_empty(self) -> bool:
        return self.zones.empty and self.cells.empty


_made: "WeakKeyDictionary[County, Geometry]" = WeakKeyDictionary()
_lock = Lock()


def geometry(county: "County") -> Geometry:
    """The geometry of a county, made at its first use and kept for as long as the county is."""
    with _lock:
        found = _made.get(county)
        if found is None:
            found = _made[county] = _make(county)
    return found


def _make(county: "County") -> Geometry:
    zones = _to_map(county.zones[["name", "geometry"]])
    zones["label"] = [_label_point(each) for each in zones.geometry]
    cells = _to_map(county.cells[["name", "zone", "geometry"]])
    base = _to_map(county.base[["kind", "name", "geometry"]])
    facilities = _points(county.facilities)
    bounds = _bounds(zones, cells, facilities, base)
    return Geometry(
        county.place.code,
        county.place.name,
        county.data_version,
        zones,
        cells,
        facilities,
        base,
        bounds,
        _payload(zones, cells, facilities, base, bounds),
    )


def _to_map(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame in EPSG:4326 with rings wound one way (outer anticlockwise), as the non-zero fill rule needs."""
    turned = frame.to_crs(MAP_CRS) if frame.crs is not None and len(frame) else frame.copy()
    turned = turned.set_geometry(gpd.GeoSeries(shapely.orient_polygons(turned.geometry.to_numpy()), index=frame.index))
    return turned


def _label_point(polygon: Any) -> Any:
    """The middle of the largest circle inside; where names stand best."""
    if polygon is None or polygon.is_empty:
        return None
    west, south, east, north = polygon.bounds
    circle = shapely.maximum_inscribed_circle(polygon, tolerance=max(east - west, north - south) / 50)
    return shapely.Point(circle.coords[0])


def _points(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    there = frame[frame.geometry.notna().to_numpy() & ~frame.geometry.is_empty.to_numpy()]
    turned = there.geometry.to_crs(MAP_CRS) if len(there) else there.geometry
    return pd.DataFrame(
        {
            "kind": there["kind"].fillna("").astype(str),
            "name": there["name"].fillna("").astype(str),
            "lon": turned.x.to_numpy("f8"),
            "lat": turned.y.to_numpy("f8"),
        },
        index=there.index,
    )


def _bounds(*frames: Any) -> tuple[float, float, float, float]:
    """Bounds of the first frame that has anything."""
    for frame in frames:
        if len(frame) == 0:
            continue
        if "geometry" in frame:
            found = frame.total_bounds
        else:
            found = np.array([frame.lon.min(), frame.lat.min(), frame.lon.max(), frame.lat.max()])
        if np.isfinite(found).all():
            return (float(found[0]), float(found[1]), float(found[2]), float(found[3]))
    return WHOLE_EARTH


def _payload(
    zones: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, facilities: pd.DataFrame, base: gpd.GeoDataFrame, bounds: Any
) -> bytes:
    origin = np.array(bounds[:2])
    kinds = sorted(facilities["kind"].unique())
    labels = [None if point is None else _whole(point.coords, origin)[0].tolist() for point in zones["label"]]
    content = {
        "origin": origin.tolist(),
        "unit": UNIT_DEGREES,
        "bounds": bounds,
        "zones": {"codes": _texts(zones.index), "names": _texts(zones["name"]), "labels": labels}
        | _rings(zones.geometry, origin),
        "cells": {
            "codes": _texts(cells.index),
            "names": _texts(cells["name"]),
            "zone": zones.index.get_indexer(cells["zone"]).tolist(),
        }
        | _rings(cells.geometry, origin),
        "base": [
            {"kind": str(kind), "name": "" if pd.isna(name) else str(name)} | _lines(shape, origin)
            for kind, name, shape in zip(base["kind"], base["name"], base.geometry, strict=True)
        ],
        "facilities": {
            "kinds": kinds,
            "kind": pd.Index(kinds).get_indexer(facilities["kind"]).tolist(),
            "codes": _texts(facilities.index),
            "names": _texts(facilities["name"]),
            "at": _steps(facilities[["lon", "lat"]].to_numpy("f8"), origin),
        },
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _texts(values: Any) -> list[str]:
    return pd.Series(values).astype(object).fillna("").astype(str).tolist()


def _whole(coordinates: Any, origin: np.ndarray) -> np.ndarray:
    return np.rint((np.asarray(coordinates, "f8")[:, :2] - origin) / UNIT_DEGREES).astype("i8")


def _steps(coordinates: np.ndarray, origin: np.ndarray) -> list[int]:
    whole = _whole(coordinates, origin) if len(coordinates) else np.empty((0, 2), "i8")
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), "i8")).ravel().tolist()


def _rings(shapes: gpd.GeoSeries, origin: np.ndarray) -> dict[str, list[int]]:
    """`rings` per polygon, `sizes` of the rings, `at` steps of their vertices; the closing vertex is left out."""
    polygons, owner = shapely.get_parts(shapes.to_numpy(), return_index=True)
    areal = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    rings, which = shapely.get_rings(polygons[areal], return_index=True)
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    is_last = np.append(ring_of[1:] != ring_of[:-1], True) if len(ring_of) else np.empty(0, bool)
    kept, ring_of = coordinates[~is_last], ring_of[~is_last]
    return {
        "rings": np.bincount(owner[areal][which], minlength=len(shapes)).tolist(),
        "sizes": np.bincount(ring_of, minlength=len(rings)).tolist(),
        "at": _steps(kept, origin),
    }


def _lines(shape: Any, origin: np.ndarray) -> dict[str, Any]:
    """A base feature's parts as rings or lines: `sizes` and `at` as of `_rings`; `is_area` tells which."""
    if shape is None or shape.is_empty:
        return {"is_area": False, "sizes": [], "at": []}
    parts = shapely.get_parts(shape)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    if areal.any():
        found = _rings(gpd.GeoSeries([shapely.multipolygons(parts[areal])]), origin)
        return {"is_area": True, "sizes": found["sizes"], "at": found["at"]}
    lines = parts[
        np.isin(shapely.get_type_id(parts), (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
    ]
    coordinates, line_of = shapely.get_coordinates(lines, return_index=True)
    sizes = np.bincount(line_of, minlength=len(lines)).tolist()
    return {"is_area": False, "sizes": sizes, "at": _steps(coordinates, origin)}
