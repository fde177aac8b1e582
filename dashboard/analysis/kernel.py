"""Kernel density: how many problems per km² around each spot, weighed by nearness."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Density:
    """A raster of the measure CRS."""

    per_km2: npt.NDArray[np.float64]
    """rows × columns, rows from south to north, columns from west to east."""
    bounds: tuple[float, float, float, float]
    """West, south, east, north in metres: whole squares, so east and north may lie beyond what was asked for."""
    cell_size_m: float
    bandwidth_m: float


def kernel(
    x_m: npt.ArrayLike,
    y_m: npt.ArrayLike,
    *,
    bandwidth_m: float,
    cell_size_m: float,
    bounds: tuple[float, float, float, float],
) -> Density:
    """Points per km² by the quartic kernel, 3 (1 − d² ÷ h²)² ÷ (π h²) within the bandwidth h, nothing beyond.

    (Silverman, B. W. 1986: Density Estimation, Chapman and Hall, page 76; the kernel of QGIS and ArcGIS.) Points are
    counted into squares and the squares smoothed, so a position is taken no more exactly than half a square; let the
    squares be a fifth of the bandwidth or smaller. Points without coordinates are left out.

    Edges: points up to one bandwidth outside `bounds` (west, south, east, north) count with what reaches inside, and
    what points inside carry over the edge is lost to the raster; nothing is reflected. So the sum over all squares is
    the number of points where none lies nearer to the edge than the bandwidth, and a square is worth the same whatever
    the part of the map it is asked for in. Raises `ValueError` for bandwidth, size or bounds that are not above 0.
    """
    west, south, east, north = bounds
    if not (bandwidth_m > 0 and cell_size_m > 0 and east > west and north > south):
        raise ValueError("a kernel needs a bandwidth, squares and bounds above 0")
    reach = int(np.ceil(bandwidth_m / cell_size_m))
    columns, rows = (max(int(np.ceil(length / cell_size_m - 1e-9)), 1) for length in (east - west, north - south))
    wide, high = columns + 2 * reach, rows + 2 * reach
    counts = _counted(x_m, y_m, (west - reach * cell_size_m, south - reach * cell_size_m), cell_size_m, (high, wide))
    per_km2 = _smooth(counts, _weights(bandwidth_m / cell_size_m, reach)) / (cell_size_m / 1000) ** 2
    extent = (west, south, west + columns * cell_size_m, south + rows * cell_size_m)
    return Density(per_km2, extent, cell_size_m, bandwidth_m)


def _counted(
    x_m: npt.ArrayLike, y_m: npt.ArrayLike, corner: tuple[float, float], size_m: float, shape: tuple[int, int]
) -> Floats:
    """Points by square, rows from south; those outside are in none."""
    high, wide = shape
    with np.errstate(invalid="ignore"):
        column = np.floor((np.asarray(x_m, dtype=np.float64) - corner[0]) / size_m)
        row = np.floor((np.asarray(y_m, dtype=np.float64) - corner[1]) / size_m)
        inside = (column >= 0) & (column < wide) & (row >= 0) & (row < high)
    squares = row[inside].astype(np.int64) * wide + column[inside].astype(np.int64)
    return np.bincount(squares, minlength=high * wide).reshape(shape).astype(np.float64)


def _weights(bandwidth: float, reach: int) -> Floats:
    """The kernel by square, in squares; its sum is 1, so that no mass is made or lost by its being sampled."""
    away = np.arange(-reach, reach + 1, dtype=np.float64)
    square = (away[:, None] ** 2 + away[None, :] ** 2) / bandwidth**2
    weights = np.where(square < 1, (1 - square) ** 2, 0.0)
    return np.asarray(weights / weights.sum())


def _smooth(counts: Floats, weights: Floats) -> Floats:
    """Convolution, less the margin; by Fourier transform, whose rounding is cut off so that empty stays empty."""
    from scipy.signal import fftconvolve

    found = fftconvolve(counts, weights, mode="valid")
    least = weights[weights > 0].min(initial=1.0)
    return np.where(found > least / 2, found, 0.0)
