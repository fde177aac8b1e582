"""The second way of measuring: geodesics on the ellipsoid."""

import numpy as np
import pyproj


def metres(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return pyproj.Geod(ellps="WGS84").inv(*np.broadcast_arrays(a[0], a[1], b[0], b[1]))[2]
