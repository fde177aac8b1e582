"""Coordinates of whole tables → EPSG:4326: which reading holds, and which rows no reading can save."""

from collections.abc import Callable
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from etl import checks, coordinates
from etl.clean.reasons import Reasons
from etl.errors import CoordinatesUnclear
from etl.messages import Note

WGS84 = "EPSG:4326"
_FAR_M = 50_000.0
_DEGREE_M = 111_320.0

Places = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Rows → the position of the place each of them names (-1 for none), and the places."""


@dataclass
class Located:
    """A table's points or polygons in EPSG:4326, aligned with its rows."""

    reasons: Reasons
    reading: str | None
    """What the coordinates were taken for; `None` where there are none."""
    notes: list[Note] = field(default_factory=list)
    lon: np.ndarray = field(default_factory=lambda: np.array([]))
    lat: np.ndarray = field(default_factory=lambda: np.array([]))
    geometry: np.ndarray = field(default_factory=lambda: np.array([]))
    area_m2: np.ndarray = field(default_factory=lambda: np.array([]))


def locate_points(
    x: np.ndarray,
    y: np.ndarray,
    *,
    declared: str,
    crs: str | None,
    zones: gpd.GeoSeries,
    named_zone: np.ndarray | None = None,
    named_place: Places | None = None,
) -> Located:
    """Longitude and latitude of points as written.

    `declared`: a reading, or `auto`: then what the file says of itself, then the evidence: the zones that rows name
    (`named_zone`: codes), and where these do not decide, other places they name (`named_place`). A row without
    coordinates stays NaN; coordinates that are no place (0, 0; a latitude of 114), or lie over 50 km from the zones,
    refuse their row. Raises `CoordinatesUnclear`.
    """
    reasons = Reasons(len(x))
    has = np.isfinite(x) & np.isfinite(y)
    is_zero = has & (np.abs(x) < 1e-6) & (np.abs(y) < 1e-6)
    _refuse(reasons, is_zero, "coordinate_zero", x, y)
    has &= ~is_zero
    located = Located(reasons, None, lon=np.full(len(x), np.nan), lat=np.full(len(x), np.nan))
    if not has.any():
        return located
    reading = declared
    if declared == "auto" and crs is not None:
        reading = crs if crs.startswith("EPSG:") else WGS84
        if reading != crs:
            x, y = _from_wkt(x, y, crs)
    if reading == "auto":
        rows = np.flatnonzero(has)
        found = _detected(x[rows], y[rows], rows, zones=zones, named_zone=named_zone, named_place=named_place)
        reading, located.notes = found.reading, [found.note]
    lon, lat = coordinates.to_wgs84(np.where(has, x, np.nan), np.where(has, y, np.nan), reading)
    located.lon, located.lat, located.reading = lon, lat, reading
    is_nowhere = has & np.isnan(lon)
    is_far, would_fit = _far(located, x, y, zones) if len(zones) else (is_nowhere, np.zeros(len(x), bool))
    is_far &= has
    _refuse(reasons, is_far & would_fit, "coordinate_swapped", x, y)
    _refuse(reasons, is_nowhere & ~would_fit, "coordinate_impossible", x, y)
    _refuse(reasons, is_far & ~would_fit & ~is_nowhere, "coordinate_far", x, y)
    return located


def _detected(
    x: np.ndarray,
    y: np.ndarray,
    rows: np.ndarray,
    *,
    zones: gpd.GeoSeries,
    named_zone: np.ndarray | None,
    named_place: Places | None,
) -> coordinates.Reading:
    """The reading of `rows` by the zones they name, else also by their facilities and streets, which are finer."""
    sample = coordinates.sample_rows(x, y)
    x, y, rows = x[sample], y[sample], rows[sample]
    polygons = zones if len(zones) else None
    named = None if named_zone is None else named_zone[rows]
    found: coordinates.Reading | CoordinatesUnclear
    try:
        found = coordinates.detect(x, y, zones=polygons, named_zone=named)
    except CoordinatesUnclear as error:
        found = error
    is_open = isinstance(found, CoordinatesUnclear) or found.evidence == "coordinates_by_share"
    if named_place is not None and polygons is not None and is_open:
        place, places = named_place(rows)
        if (place >= 0).any():
            if named is not None:
                named = np.where(place < 0, named, None)
            return coordinates.detect(x, y, zones=polygons, named_zone=named, named_place=place, places=places)
    if isinstance(found, CoordinatesUnclear):
        raise found
    return found


def locate_shapes(
    geometry: np.ndarray,
    names: pd.Series,
    *,
    declared: str,
    crs: str | None,
    zones: gpd.GeoSeries,
    measure_crs: str | None,
) -> Located:
    """Polygons in EPSG:4326, repaired, with their area in `measure_crs` (`None`: from where they lie).

    A polygon of which nothing is left refuses its row. Raises `CoordinatesUnclear`.
    """
    reasons = Reasons(len(geometry))
    shapes, reading, notes = to_wgs84(geometry, declared=declared, crs=crs, zones=zones)
    is_finite = np.asarray(np.isfinite(shapely.bounds(shapes)).all(axis=1))
    reasons.add(~is_finite, "polygon_nowhere")
    located = Located(reasons, reading, notes)
    shapes = shapes.copy()
    shapes[~is_finite] = None
    series = gpd.GeoSeries(shapes, index=names.fillna("").to_numpy(object), crs=WGS84)
    crs_m = measure_crs or measure_crs_of(series)
    repaired, changed = checks.repair(series, measure_crs=crs_m)
    located.notes += checks.repair_notes(changed)
    located.geometry = repaired.to_numpy()
    reasons.add(is_finite & shapely.is_missing(located.geometry), "polygon_beyond_repair")
    located.area_m2 = repaired.to_crs(crs_m).area.to_numpy() if len(repaired) else np.array([])
    return located


def to_wgs84(
    geometry: np.ndarray, *, declared: str, crs: str | None, zones: gpd.GeoSeries
) -> tuple[np.ndarray, str | None, list[Note]]:
    """(geometries in EPSG:4326, reading, notes); see `locate_points` for how the reading is found."""
    if not len(geometry):
        return geometry, None, []
    if declared != "auto":
        return coordinates.polygons_to_wgs84(geometry, declared), declared, []
    if crs is not None and crs.startswith("EPSG:"):
        return coordinates.polygons_to_wgs84(geometry, crs), crs, []
    if crs is not None:
        return gpd.GeoSeries(geometry, crs=crs).to_crs(WGS84).to_numpy(), crs[:60], []
    found = coordinates.detect_polygons(geometry, zones=zones if len(zones) else None)
    return coordinates.polygons_to_wgs84(geometry, found.reading), found.reading, [found.note]


def measure_crs_of(shapes: gpd.GeoSeries) -> str:
    """The CRS in metres for where polygons or points in EPSG:4326 lie."""
    west, south, east, north = shapes.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return coordinates.measure_crs(114.0, 38.0)  # nothing to measure
    return coordinates.measure_crs((west + east) / 2, (south + north) / 2)


def _far(located: Located, x: np.ndarray, y: np.ndarray, zones: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray]:
    """(lies too far from the zones, would lie among them with the two numbers exchanged)."""
    lon, lat, reading = located.lon, located.lat, located.reading or ""
    west, south, east, north = zones.total_bounds
    margin_lat = _FAR_M / _DEGREE_M
    margin_lon = margin_lat / max(0.1, float(np.cos(np.radians((south + north) / 2))))

    def is_near(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        across = (lon >= west - margin_lon) & (lon <= east + margin_lon)
        return across & (lat >= south - margin_lat) & (lat <= north + margin_lat)

    is_far = (np.isfinite(x) & np.isfinite(y)) & ~is_near(lon, lat)
    would_fit = np.zeros(len(lon), bool)
    if is_far.any():
        turned = reading.removesuffix(" swapped") if reading.endswith(" swapped") else f"{reading} swapped"
        # A datum of the web maps exists in China only; the exchanged pair is judged as it stands.
        plain = turned if turned.startswith("EPSG:") else "wgs84" + turned[len(turned.split(" ", maxsplit=1)[0]) :]
        would_fit[is_far] = is_near(*coordinates.to_wgs84(x[is_far], y[is_far], plain))
    return is_far, would_fit


def _from_wkt(x: np.ndarray, y: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray]:
    moved = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=crs).to_crs(WGS84)
    return moved.x.to_numpy(), moved.y.to_numpy()


def _refuse(reasons: Reasons, is_bad: np.ndarray, code: str, x: np.ndarray, y: np.ndarray) -> None:
    reasons.add(is_bad, code, x=pd.Series(x), y=pd.Series(y))
