"""A county laid flat, in metres: what a map on paper is drawn from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from matplotlib.path import Path

from dashboard.maps.geometry import MAP_CRS, Geometry

EARTH_M = 6_378_137.0
Project = Callable[[Any, Any], tuple[np.ndarray, np.ndarray]]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Layer:
    """Shapes of one kind by position, with their bounds (n × 4, NaN for what has no shape)."""

    shapes: np.ndarray
    bounds: np.ndarray

    @classmethod
    def of(cls, shapes: Any) -> "Layer":
        made = np.asarray(shapes, dtype=object)
        return cls(made, shapely.bounds(made) if len(made) else np.empty((0, 4)))

    def within(self, bounds: Bounds) -> np.ndarray:
        """True for what may be seen in these bounds."""
        west, south, east, north = bounds
        held = self.bounds
        return (held[:, 0] <= east) & (held[:, 2] >= west) & (held[:, 1] <= north) & (held[:, 3] >= south)

    @property
    def usual_width(self) -> float:
        """Median side of a shape's box in metres."""
        sides = np.sqrt((self.bounds[:, 2] - self.bounds[:, 0]) * (self.bounds[:, 3] - self.bounds[:, 1]))
        sides = sides[np.isfinite(sides)]
        return float(np.median(sides)) if len(sides) else 1.0


@dataclass(frozen=True, eq=False)
class Ground:
    """Zones and cells in the order of the county's frames; `base` by kind; everything in metres of one plane."""

    zones: Layer
    cells: Layer
    base: dict[str, Layer]
    base_names: dict[str, np.ndarray]
    """By kind of base feature, as text; "" where it has none."""
    project: Project
    """Longitudes and latitudes → x, y in metres."""
    bounds: Bounds
    _spots: dict[str, np.ndarray] = field(default_factory=dict)

    def spots(self, layer: str) -> np.ndarray:
        """The middle of the largest circle in each zone or cell (n × 2, NaN for none), where names stand best."""
        if layer not in self._spots:
            self._spots[layer] = _spots((self.zones if layer == "zones" else self.cells).shapes)
        return self._spots[layer]


def _spots(shapes: np.ndarray) -> np.ndarray:
    found = np.full((len(shapes), 2), np.nan)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if there.any():
        bounds = shapely.bounds(shapes[there])
        tolerance = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) / 40
        circles = shapely.maximum_inscribed_circle(shapes[there], tolerance=tolerance)
        found[there] = shapely.get_coordinates(circles)[::2]
    return found


_level: "WeakKeyDictionary[Geometry, Ground]" = WeakKeyDictionary()
_measured: "WeakKeyDictionary[Geometry, dict[str, Ground]]" = WeakKeyDictionary()


def level(geometry: Geometry) -> Ground:
    """As on the screen: Web Mercator, made true to scale at the place's middle."""
    if geometry not in _level:
        _, south, _, north = geometry.bounds
        _level[geometry] = _laid(geometry, _mercator((south + north) / 2))
    return _level[geometry]


def measured(geometry: Geometry, crs: str) -> Ground:
    """In a measure CRS, in which a metre is a metre."""
    found = _measured.setdefault(geometry, {})
    if crs not in found:
        turn = pyproj.Transformer.from_crs(MAP_CRS, crs, always_xy=True).transform

        def project(lon: Any, lat: Any) -> tuple[np.ndarray, np.ndarray]:
            x, y = turn(np.asarray(lon, "f8"), np.asarray(lat, "f8"))
            return np.asarray(x), np.asarray(y)

        found[crs] = _laid(geometry, project)
    return found[crs]


def _laid(geometry: Geometry, project: Project) -> Ground:
    zones, cells, base = (
        Layer.of(_projected(frame.geometry, project)) for frame in (geometry.zones, geometry.cells, geometry.base)
    )
    kinds = geometry.base["kind"].astype(str).to_numpy()
    names = geometry.base["name"].fillna("").astype(str).to_numpy()
    rows = {kind: np.flatnonzero(kinds == kind) for kind in dict.fromkeys(kinds)}
    area = zones if len(zones.shapes) else cells
    if len(area.shapes):
        bounds = (*np.nanmin(area.bounds[:, :2], axis=0).tolist(), *np.nanmax(area.bounds[:, 2:], axis=0).tolist())
    else:
        west, south, east, north = geometry.bounds
        (x0, x1), (y0, y1) = project([west, east], [south, north])
        bounds = (float(x0), float(y0), float(x1), float(y1))
    return Ground(
        zones,
        cells,
        {kind: Layer(base.shapes[at], base.bounds[at]) for kind, at in rows.items()},
        {kind: names[at] for kind, at in rows.items()},
        project,
        bounds,
    )


def _mercator(latitude: float) -> Project:
    true = float(np.cos(np.radians(latitude)))

    def project(lon: Any, lat: Any) -> tuple[np.ndarray, np.ndarray]:
        x = EARTH_M * true * np.radians(np.asarray(lon, "f8"))
        y = EARTH_M * true * np.arctanh(np.sin(np.radians(np.asarray(lat, "f8"))))
        return x, y

    return project


def _projected(shapes: gpd.GeoSeries, project: Project) -> np.ndarray:
    def turned(at: np.ndarray) -> np.ndarray:
        return np.column_stack(project(at[:, 0], at[:, 1]))

    return shapely.transform(shapes.to_numpy(), turned)


def outline(shapes: np.ndarray) -> Path:
    """Rings and lines of shapes as one path; rings are closed."""
    parts = shapely.get_parts(shapes[~shapely.is_missing(shapes)])
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    lineal = np.isin(shapely.get_type_id(parts), (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
    lines = np.concatenate([shapely.get_rings(parts[areal]), parts[lineal]])
    vertices, owner = shapely.get_coordinates(lines, return_index=True)
    if not len(vertices):
        return Path(np.empty((0, 2)), np.empty(0, Path.code_type))
    codes = np.full(len(vertices), Path.LINETO, Path.code_type)
    change = np.flatnonzero(owner[1:] != owner[:-1]) + 1
    codes[np.append(0, change)] = Path.MOVETO
    last = np.append(change - 1, len(owner) - 1)
    is_ring = shapely.is_ring(lines)[owner[last]]
    codes[last[is_ring]] = Path.CLOSEPOLY
    return Path(vertices, codes)


def areas(layer: Layer) -> np.ndarray:
    """The shapes that are areas; a base feature may be a line or an area."""
    return layer.shapes[np.isin(shapely.get_type_id(layer.shapes), (3, 6))]
