"""Readings that the size of the numbers allows, before any evidence is looked at."""

import numpy as np

from etl.coordinates.datums import Floats, is_in_china
from etl.coordinates.readings import SWAPPED

_MOSTLY = 0.9
"""A reading must be possible for this share of the coordinates; the rest may be slips."""


def candidates(x: Floats, y: Floats, near: tuple[float, float] | None) -> list[str]:
    """Readings possible for these coordinates, likeliest first among equals; `near` (degrees) narrows them down.

    Six-degree zones by central meridian (EPSG:4502-4512) are not named: where their meridian is a multiple of six
    they are the same projection as the three-degree ones. Xi'an 1980 and Beijing 1954 must be declared.
    """
    found = []
    for suffix, east, north in (("", x, y), (SWAPPED, y, x)):
        if np.mean((np.abs(east) <= 180.0) & (np.abs(north) <= 90.0)) >= _MOSTLY:
            is_china = np.mean(is_in_china(east, north)) >= 0.5 and (near is None or bool(is_in_china(*near)))
            found += [name + suffix for name in (("wgs84", "gcj02", "bd09") if is_china else ("wgs84",))]
        else:
            found += [name + suffix for name in _projected(float(np.median(east)), float(np.median(north)), near)]
    return found


def _projected(east: float, north: float, near: tuple[float, float] | None) -> list[str]:
    found = []
    number = int(east // 1_000_000)
    if 1_500_000.0 <= north <= 6_200_000.0:  # 13°-56° N, all of China
        if 25 <= number <= 45:
            found.append(f"EPSG:{4513 + number - 25}")
        if 13 <= number <= 23:
            found.append(f"EPSG:{4491 + number - 13}")
    if 100_000.0 <= east <= 900_000.0:
        # Without a place the meridian cannot be told: all of them are possible, and nobody will decide for one.
        lon, lat = near or (105.0, 35.0)
        steps = (0, -1, 1) if near else range(-10, 11)
        if is_in_china(lon, lat):
            meridians = (3 * (round(lon / 3) + step) for step in steps)
            found += [f"EPSG:{4534 + m // 3 - 25}" for m in meridians if 75 <= m <= 135]
        hemisphere = 32600 if lat >= 0 else 32700
        zone = int((lon + 180.0) // 6)
        found += [f"EPSG:{hemisphere + (zone + step) % 60 + 1}" for step in (0, -1, 1)]
    elif 1_000.0 < abs(east) <= 20_037_509.0 and 1_000.0 < abs(north) <= 20_048_967.0:
        found.append("EPSG:3857")
    return found
