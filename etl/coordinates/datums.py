"""GCJ-02 and BD-09, the enciphered datums of Chinese web maps, to and from WGS 84.

Neither has an EPSG code nor an official paper. The forward formulas are the publicly known ones: GCJ-02 with the
Krasovsky 1940 ellipsoid (a = 6,378,245 m, e² = 0.00669342162296594323), BD-09 as a further turn and stretch of GCJ-02.
They have no closed inverse; the inverses here iterate until a step is below a hundredth of a millimetre.

Outside the bounding box that every known implementation uses, the maps are not enciphered: there the formulas are the
identity. All functions take and give degrees, longitude first, as float arrays of one shape; NaN stays NaN.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]

_KRASOVSKY_A = 6378245.0
_KRASOVSKY_EE = 0.00669342162296594323
_BAIDU_TURN = np.pi * 3000.0 / 180.0

WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""The box outside which nothing is enciphered, degrees."""

_STEP_DEG = 4e-9  # 0.4 mm; what is left after such a step is at least fifty times smaller
_MOST_STEPS = 12  # four are enough: each shrinks the error by a factor of 50 (BD-09) to 200 (GCJ-02)
_CHUNK = 1 << 15  # arrays that stay in the processor's cache: twice as fast at a million points


def is_in_china(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether each point lies in the box in which the maps are enciphered (it holds much of the neighbours too)."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def gcj02_from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """GCJ-02 longitude and latitude of WGS 84 points; points outside China come back as they are."""
    return _where_in_china(_encipher, lon, lat)


def wgs84_from_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """WGS 84 longitude and latitude of GCJ-02 points, to a hundredth of a millimetre."""
    return _where_in_china(lambda x, y: _inverse(_encipher, x, y), lon, lat)


def bd09_from_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """BD-09 longitude and latitude of GCJ-02 points."""
    return _where_in_china(_turn, lon, lat)


def gcj02_from_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """GCJ-02 longitude and latitude of BD-09 points, to a hundredth of a millimetre."""
    return _where_in_china(lambda x, y: _inverse(_turn, x, y), lon, lat)


def bd09_from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """BD-09 longitude and latitude of WGS 84 points."""
    return _where_in_china(lambda x, y: _turn(*_encipher(x, y)), lon, lat)


def wgs84_from_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """WGS 84 longitude and latitude of BD-09 points, to a hundredth of a millimetre."""
    return _where_in_china(lambda x, y: _inverse(_encipher, *_inverse(_turn, x, y)), lon, lat)


def _where_in_china(formula: Callable[[Floats, Floats], Pair], lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    given = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    out_lon, out_lat = np.array(given[0]), np.array(given[1])
    flat_lon, flat_lat = out_lon.reshape(-1), out_lat.reshape(-1)
    for start in range(0, flat_lon.size, _CHUNK):
        here = slice(start, start + _CHUNK)
        inside = is_in_china(flat_lon[here], flat_lat[here])
        if inside.any():
            x, y = formula(flat_lon[here][inside], flat_lat[here][inside])
            flat_lon[here][inside], flat_lat[here][inside] = x, y
    return out_lon, out_lat


def _encipher(lon: Floats, lat: Floats) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root, product = np.sqrt(np.abs(x)), x * y
    twice, third_x, third_y = np.sin(2.0 * np.pi * x), np.sin(np.pi / 3.0 * x), np.sin(np.pi / 3.0 * y)
    waves = 20.0 * _sine_of_triple(twice) + 20.0 * twice
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * product + 0.1 * root
    east += (waves + 20.0 * _sine_of_triple(third_x) + 40.0 * third_x) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * product + 0.2 * root
    north += (waves + 20.0 * _sine_of_triple(third_y) + 40.0 * third_y) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    phi = np.radians(lat)
    sine = np.sin(phi)
    squared = 1.0 - _KRASOVSKY_EE * sine * sine
    normal = _KRASOVSKY_A / np.sqrt(squared)
    meridian = normal * (1.0 - _KRASOVSKY_EE) / squared
    return lon + np.degrees(east / (normal * np.cos(phi))), lat + np.degrees(north / meridian)


def _sine_of_triple(sine: Floats) -> Floats:
    """sin 3a from sin a: most of the time goes into sines, and the formula holds three such pairs."""
    return sine * (3.0 - 4.0 * sine * sine)


def _turn(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _inverse(formula: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """The points that `formula` moves to `lon`, `lat`: x ← x − (formula(x) − target), a contraction for both datums."""
    x, y = lon, lat
    for _ in range(_MOST_STEPS):
        moved_x, moved_y = formula(x, y)
        dx, dy = moved_x - lon, moved_y - lat
        x, y = x - dx, y - dy
        if max(np.abs(dx).max(), np.abs(dy).max()) < _STEP_DEG:
            break
    return x, y
