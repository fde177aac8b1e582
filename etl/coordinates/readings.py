"""What a declared reading means: `wgs84`, `cgcs2000`, `gcj02`, `bd09`, `EPSG:n`, each also with ` swapped` after it.

CGCS2000 geographic (EPSG:4490) and WGS 84 are treated as one: they differ by less than a metre, less than any point of
a ledger is good for. Projected coordinates are easting first whatever the registry's axis order says, because files
are; northing first is the swapped reading.
"""

import re
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from etl.coordinates.datums import Pair, is_in_china, wgs84_from_bd09, wgs84_from_gcj02
from etl.errors import CoordinatesUnclear, SettingsError
from etl.messages import error

SWAPPED = " swapped"
_NAMED = ("wgs84", "cgcs2000", "gcj02", "bd09")
_SAME_AS_WGS84 = ("wgs84", "cgcs2000", "EPSG:4326", "EPSG:4490")
_INVERSES = {"gcj02": wgs84_from_gcj02, "bd09": wgs84_from_bd09}


def checked_reading(reading: str) -> str:
    """`reading` in the one spelling used everywhere, e.g. `EPSG:4547 swapped`; raises `SettingsError` for other texts.

    The WKT of a file's own CRS is a reading too, as it stands.
    """
    if "[" in reading and _crs(reading) is not None:
        return reading
    match = re.fullmatch(r"\s*([A-Za-z0-9:]+)(\s+swapped)?\s*", reading)
    name = match[1].lower() if match else ""
    swapped = SWAPPED if match and match[2] else ""
    if name in _NAMED:
        return name + swapped
    if re.fullmatch(r"epsg:\d{4,6}", name) and _crs(name.upper()) is not None:
        return name.upper() + swapped
    raise error(SettingsError, "coordinates_not_known", found=reading)


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, reading: str) -> Pair:
    """Longitude and latitude (EPSG:4326) of coordinates as written.

    `x` is the column of longitudes or eastings (of latitudes or northings when the reading is swapped). What has no
    place on the earth becomes NaN in both. Raises `SettingsError` for an unknown reading, `CoordinatesUnclear` when
    GCJ-02 or BD-09 is declared and not one point lies in China, where alone they exist.
    """
    reading = checked_reading(reading)
    name = reading.removesuffix(SWAPPED)
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if reading.endswith(SWAPPED):
        x, y = y, x
    if name in _INVERSES:
        finite = np.isfinite(x) & np.isfinite(y)
        if finite.any() and not is_in_china(x, y).any():
            raise error(CoordinatesUnclear, "datum_outside_china", reading=reading, points=int(finite.sum()))
        lon, lat = _INVERSES[name](x, y)
    elif name in _SAME_AS_WGS84:
        lon, lat = x.copy(), y.copy()
    else:
        # An unknown place comes back as infinity, which the limits below turn into NaN.
        lon, lat = transformer(name, "EPSG:4326").transform(x, y)
    nowhere = ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    return np.where(nowhere, np.nan, lon), np.where(nowhere, np.nan, lat)


def polygons_to_wgs84(geometry: npt.NDArray[Any], reading: str) -> npt.NDArray[Any]:
    """The geometries (shapely, two dimensions) in EPSG:4326; `reading` and errors as in `to_wgs84`."""
    if checked_reading(reading) in _SAME_AS_WGS84:
        return np.asarray(shapely.force_2d(geometry))

    def moved(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], reading))

    return np.asarray(shapely.transform(shapely.force_2d(geometry), moved))


def measure_crs(lon: float, lat: float) -> str:
    """Projected CRS in metres for a place around `lon`, `lat` (EPSG:4326), e.g. `EPSG:4547`.

    In China the CGCS2000 3-degree zone by central meridian (EPSG:4534 at 75° E … EPSG:4554 at 135° E), elsewhere UTM
    on WGS 84.
    """
    meridian = round(lon / 3)
    if is_in_china(lon, lat) and 25 <= meridian <= 45:
        return f"EPSG:{4534 + meridian - 25}"
    zone = int((lon + 180.0) // 6) % 60 + 1
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> pyproj.Transformer:
    """Transformer between two codes, longitude or easting first on both sides."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


@lru_cache(maxsize=64)
def _crs(code: str) -> pyproj.CRS | None:
    try:
        return pyproj.CRS.from_user_input(code)
    except pyproj.exceptions.CRSError:
        return None
