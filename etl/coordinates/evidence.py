"""What can be counted for a reading: points near the place, in the zone that their row names, inside the zones."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from etl.coordinates.datums import Floats
from etl.coordinates.readings import to_wgs84

Bools = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]
Points = dict[str, tuple[Floats, Floats]]
"""Reading → longitude and latitude of the distinct coordinates."""

_SAMPLE = 20_000  # distinct coordinates; the tests decide with a few dozen
_REGION_M = 20_000.0
_NEAR_M = 100_000.0
_AT_PLACE_M = 100.0  # a market is that wide, and the houses behind a street bear its name
_DEGREE_M = 111_320.0
_SAME_M = 1.0
_TILE_M = 500.0
_SPAN = 0.4


@dataclass(frozen=True)
class Region:
    """A box around the place, degrees; a reading that puts the points elsewhere is out."""

    west: float
    south: float
    east: float
    north: float

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    def holds(self, lon: Floats, lat: Floats) -> Bools:
        """Whether each point lies in the box; NaN does not."""
        return (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)


def region_of(zones: gpd.GeoSeries | None, near: tuple[float, float] | None) -> Region | None:
    """20 km around the zones, else 100 km around the known place; None when nothing is known."""
    if zones is not None:
        west, south, east, north = (float(bound) for bound in zones.total_bounds)
        reach_m = _REGION_M
    elif near is not None:
        (west, south), (east, north), reach_m = near, near, _NEAR_M
    else:
        return None
    dy = reach_m / _DEGREE_M
    dx = dy / max(np.cos(np.radians((south + north) / 2)), 0.01)
    return Region(west - dx, south - dy, east + dx, north + dy)


def zone_positions(named: npt.ArrayLike | None, zones: gpd.GeoSeries | None, rows: int) -> Positions:
    """Per row the position of the zone it names, -1 for none or an unknown one."""
    if named is None or zones is None:
        return np.full(rows, -1)
    return np.asarray(pd.Index(zones.index).get_indexer(pd.Index(np.asarray(named, dtype=object))), dtype=np.int64)


def sample_rows(x: Floats, y: Floats) -> Positions:
    """Rows of at most 20,000 distinct coordinates, all rows of each; the same ones whatever the order of rows."""
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    mixed = pd.util.hash_array(x[known]) * np.uint64(31) + pd.util.hash_array(y[known])
    each = pd.unique(mixed)
    if each.size <= _SAMPLE:
        return known
    return known[mixed <= np.partition(each, _SAMPLE - 1)[_SAMPLE - 1]]


def distinct(x: Floats, y: Floats, *named: Positions) -> tuple[Any, ...]:
    """Distinct coordinates, sorted, with what their rows name, -1 where they disagree."""
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    order = known[np.lexsort((y[known], x[known]))]
    x, y = x[order], y[order]
    if not order.size:
        return x, y, *(positions[order] for positions in named)
    start = np.flatnonzero(np.append(True, (np.diff(x) != 0) | (np.diff(y) != 0)))
    result = []
    for positions in named:
        rows = positions[order]
        highest = np.maximum.reduceat(rows, start)
        lowest = np.minimum.reduceat(np.where(rows < 0, np.iinfo(np.int64).max, rows), start)
        result.append(np.where(highest == lowest, highest, -1))
    return x[start], y[start], *result


def converted(names: list[str], x: Floats, y: Floats) -> Points:
    """Candidate → its points; of readings that give the same points within a metre, the first."""
    points: Points = {}
    for name in names:
        lon, lat = to_wgs84(x, y, name)
        is_new = True
        for other_lon, other_lat in points.values():
            apart = np.hypot((lon - other_lon) * np.cos(np.radians(lat)), lat - other_lat) * _DEGREE_M
            is_new &= not (np.isfinite(apart).any() and np.nanmax(apart) < _SAME_M)
        if is_new:
            points[name] = lon, lat
    return points


def row_agreement(
    points: Points,
    zones: gpd.GeoSeries | None,
    zone: Positions,
    places: npt.NDArray[Any],
    place: Positions,
) -> dict[str, Bools]:
    """Candidate → for each coordinate whose rows name a zone or a place, whether the point lies there."""
    has_zone = zone >= 0
    has_place = (place >= 0) & ~has_zone
    polygons = [] if zones is None else zones.to_numpy()
    agreement = {}
    for name, (lon, lat) in points.items():
        agrees = np.zeros(zone.size, dtype=bool)
        for position in np.unique(zone[has_zone]):
            rows = np.flatnonzero(zone == position)
            polygon = polygons[position]
            shapely.prepare(polygon)
            agrees[rows] = shapely.intersects_xy(polygon, lon[rows], lat[rows])
        rows = np.flatnonzero(has_place & np.isfinite(lon))
        agrees[rows] = _is_at_place(lon[rows], lat[rows], places, place[rows])
        agreement[name] = agrees[has_zone | has_place]
    return agreement


def _is_at_place(lon: Floats, lat: Floats, places: npt.NDArray[Any], place: Positions) -> Bools:
    """Whether each point lies within 100 m of the place that its row names."""
    if not lon.size:
        return np.zeros(0, dtype=bool)
    # Metres on both axes near the place, which is all that such a reach needs.
    scale = np.array([np.cos(np.radians(np.mean(lat))), 1.0]) * _DEGREE_M
    at = np.asarray(shapely.points(np.column_stack([lon, lat]) * scale))
    there = shapely.transform(places, scale.__mul__)
    is_point = shapely.get_type_id(there) == 0
    agrees = np.zeros(lon.size, dtype=bool)
    rows = np.flatnonzero(is_point[place])
    agrees[rows] = shapely.dwithin(at[rows], there[place[rows]], _AT_PLACE_M)
    order = np.flatnonzero(~is_point[place])
    order = order[np.argsort(place[order], kind="stable")]
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    for rows in np.split(order, starts[1:]) if order.size else ():
        # One prepared street for all its points: it may have thousands of corners.
        street = there[place[rows[0]]]
        shapely.prepare(street)
        agrees[rows] = shapely.dwithin(street, at[rows], _AT_PLACE_M)
    return agrees


def inside_zones(points: Points, zones: gpd.GeoSeries | None) -> dict[str, Bools]:
    """Candidate → for each coordinate, whether it lies inside the zones' union; empty without zones."""
    if zones is None:
        return {}
    union = shapely.union_all(shapely.make_valid(zones.to_numpy()))
    shapely.prepare(union)
    return {name: shapely.intersects_xy(union, lon, lat) for name, (lon, lat) in points.items()}


def tiles_of(points: Points) -> Positions:
    """Tile of 500 m of each coordinate, by the first reading that is finite; a shift leaves neighbours neighbours."""
    lon, lat = next(iter(points.values()))
    y = np.floor(np.nan_to_num(lat) * _DEGREE_M / _TILE_M)
    x = np.floor(np.nan_to_num(lon) * _DEGREE_M * np.cos(np.radians(np.nanmedian(lat))) / _TILE_M)
    return np.asarray(np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)[1], dtype=np.int64).ravel()


def spans(lon: Floats, lat: Floats, zones: gpd.GeoSeries | None) -> bool:
    """Whether the points, but for a twentieth at either end, span two fifths of the zones in both directions."""
    if zones is None:
        return False
    west, south, east, north = zones.total_bounds
    across, along = (np.ptp(np.nanquantile(values, [0.05, 0.95])) for values in (lon, lat))
    return bool(across >= _SPAN * (east - west) and along >= _SPAN * (north - south))
