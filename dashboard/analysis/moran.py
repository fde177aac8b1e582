"""Moran's I, of the whole and of each place, and the distance at which likeness is strongest."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis.gi import gi_star
from dashboard.analysis.significance import two_sided_p
from dashboard.analysis.weights import coordinates, distance_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]

STEPS = 10
"""Distances tried."""
OUTLIER_SD = 3
"""A place is an outlier whose nearest neighbour is farther than the mean by this many standard deviations; one farm far
out must not decide the distance for a town. (Rule of the documentation of ArcGIS, Optimized Hot Spot Analysis.)"""

CLEAR = 0.05
"""A fall or rise of z by less than this share is none: a plateau has dents that mean nothing."""

LOW_LOW, LOW_HIGH, HIGH_LOW, HIGH_HIGH = 3, 2, 4, 1
"""Quadrants of `local_moran`, numbered as in GeoDa and esda: own value, then that of the neighbours."""


@dataclass(frozen=True)
class Moran:
    """Moran's I of all values and what chance would make of it."""

    i: float
    expected: float
    variance: float
    z: float
    p: float
    """Two-sided."""


def moran_i(
    values: npt.ArrayLike,
    weights: "csr_array",
    *,
    assumption: Literal["randomisation", "normality"] = "randomisation",
) -> Moran:
    """Moran's I with its analytic moments; all NaN but `expected` where values are equal or nobody has a neighbour.

    `assumption`: the values are dealt out anew over the places (randomisation), or drawn from a normal distribution.
    (Cliff, A. D., Ord, J. K. 1981: Spatial Processes, Pion, pages 42-46.) Weights need not be symmetric. The diagonal
    must be empty. Raises `ValueError` for fewer than four values.
    """
    found = np.asarray(values, dtype=np.float64)
    n = len(found)
    if n < 4 or weights.shape != (n, n) or not np.isfinite(found).all():
        raise ValueError("Moran's I needs four finite values at least, and weights of as many rows and columns")
    if weights.diagonal().any():
        raise ValueError("weights of Moran's I hold no place of their own")
    expected = -1 / (n - 1)
    s0 = float(weights.sum())
    if s0 == 0 or np.ptp(found) == 0:
        return Moran(np.nan, expected, np.nan, np.nan, np.nan)
    apart = found - found.mean()
    squares = float(apart @ apart)
    i = n / s0 * float(apart @ (weights @ apart)) / squares
    both = weights + weights.T
    s1 = float((both * both).sum()) / 2
    s2 = float(((weights.sum(axis=1) + weights.sum(axis=0)) ** 2).sum())
    if assumption == "normality":
        second = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2)
    else:
        kurtosis = n * float((apart**4).sum()) / squares**2
        second = (
            n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2) - kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
        ) / ((n - 1) * (n - 2) * (n - 3) * s0**2)
    variance = second - expected**2
    z = (i - expected) / np.sqrt(variance) if variance > 0 else np.nan
    return Moran(i, expected, variance, float(z), float(two_sided_p(z)))


def local_moran(values: npt.ArrayLike, weights: "csr_array") -> pd.DataFrame:
    """Local Moran's I by position: i, expected, variance, z, p (two-sided), quadrant.

    i = d_i Σ w_ij d_j ÷ (Σ d² / n), d the differences from the mean; moments under conditional randomisation: the own
    value stays, all others are dealt out anew (Anselin, L. 1995, Geographical Analysis 27, 93-115; Sokal, R. R., Oden,
    N. L., Thomson, B. A. 1998, Geographical Analysis 30, 331-354, as in spdep's `localmoran`). Its z is that of Gi
    with the sign of the own difference. `quadrant`: HIGH_HIGH, LOW_HIGH, LOW_LOW, HIGH_LOW; 0 for islands and where
    all values are equal. p by permutation: `significance.permuted_p` of the same values and weights, as all that varies
    is the sum around. Raises `ValueError` as `gi_star`, and for weights with the diagonal.
    """
    if weights.diagonal().any():
        raise ValueError("weights of local Moran hold no place of their own")
    found = np.asarray(values, dtype=np.float64)
    z = gi_star(found, weights)
    n, apart = len(found), found - found.mean()
    mean_square = (apart @ apart) / n
    around = weights @ apart
    row_sum, row_squares = weights.sum(axis=1), (weights * weights).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        i = apart * around / mean_square
        expected = -(apart**2) * row_sum / ((n - 1) * mean_square)
        variance = (
            (apart / mean_square) ** 2
            * (n / (n - 2))
            * (row_squares - row_sum**2 / (n - 1))
            * (mean_square - apart**2 / (n - 1))
        )
    z = z * np.sign(apart)
    quadrant = np.where(apart > 0, np.where(around > 0, HIGH_HIGH, HIGH_LOW), np.where(around > 0, LOW_HIGH, LOW_LOW))
    quadrant[np.isnan(z)] = 0
    return pd.DataFrame(
        {
            "i": i,
            "expected": expected,
            "variance": variance,
            "z": z,
            "p": two_sided_p(z),
            "quadrant": quadrant.astype(np.int8),
        }
    )


def incremental(
    points: gpd.GeoSeries | npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    start_m: float | None = None,
    step_m: float | None = None,
    steps: int = STEPS,
    at_most_m: float | None = None,
) -> pd.DataFrame:
    """Moran's I by growing radius: radius_m, moran_i, z (randomisation), neighbours (mean), is_peak (`peak_radius_m`,
    which `at_most_m` is for).

    `points`: in metres. Begins where every place has a neighbour, outliers (`OUTLIER_SD`) left out, and grows by the
    mean distance to the nearest neighbour, without outliers, as incremental spatial autocorrelation is commonly done.
    Ends early once the radius passes the standard distance of the points: beyond it everyone is nearly everyone's
    neighbour. Places in one spot are no neighbours at a distance. Empty for fewer than four places in two spots.
    """
    xy, found = coordinates(points), np.asarray(values, dtype=np.float64)
    nearest = _nearest(xy)
    if len(xy) < 4 or not len(nearest):
        return _steps([], [], [], [], at_most_m)
    start = float(nearest.max()) if start_m is None else start_m
    step = float(nearest.mean()) if step_m is None else step_m
    limit = max(float(np.sqrt(((xy - xy.mean(axis=0)) ** 2).sum(axis=1).mean())), start)
    radii = [radius for radius in (start + step * number for number in range(steps)) if radius <= limit]
    tried, means = [], []
    for radius in radii:
        # A hair more than the distance itself: a grid's own spacing must not fall on either side by rounding.
        weights = distance_weights(xy, radius_m=radius * (1 + 1e-9))
        tried.append(moran_i(found, weights))
        means.append(weights.nnz / len(xy))
    return _steps(radii, [each.i for each in tried], [each.z for each in tried], means, at_most_m)


def peak_radius_m(steps: pd.DataFrame, *, at_most_m: float | None = None) -> float | None:
    """The radius at which likeness is first as strong as it gets, None where chance alone might make it (5 %, above 0).

    z is followed from the smallest radius to where it has clearly fallen (`CLEAR`) from the highest before, and no
    farther than `at_most_m` (but for the first one); of all radii up to there whose z is not clearly below the highest,
    the smallest. So of several peaks it is the first, a dent in a plateau is no peak, and where z creeps on upwards it
    is where the creeping begins.

    That the first significant peak is often the one to take, and that a distance should fit the scale at which
    something is to be done, is the advice that comes with the common tool (Esri, ArcGIS Pro 3, "Incremental Spatial
    Autocorrelation" and "How Incremental Spatial Autocorrelation works"); there a peak is any z with a lower one beyond
    it. `CLEAR` and the plateau are our own. On 611 cells of 500 m of Boston's reports z is 17.9, 21.9, 28.7, 32.8,
    33.2, 33.6, 33.4, 33.9 … by steps of 406 m: the first dent would make everyone within 2.7 km a neighbour.
    """
    z = np.nan_to_num(steps["z"].to_numpy(np.float64))
    z[(z < 0) | (two_sided_p(z) > 0.05)] = 0
    if at_most_m is not None:
        z = z[: max(int((steps["radius_m"] <= at_most_m).sum()), 1)]
    fallen = z < (1 - CLEAR) * np.maximum.accumulate(z)
    z = z[: int(fallen.argmax())] if fallen.any() else z
    if not len(z) or not z.max():
        return None
    return float(steps["radius_m"].iloc[int((z >= (1 - CLEAR) * z.max()).argmax())])


def _nearest(xy: Floats) -> Floats:
    """Distance of each place to the nearest other spot, outliers left out."""
    from scipy.spatial import cKDTree

    spots = np.unique(xy, axis=0)
    if len(spots) < 2:
        return np.empty(0)
    distances = cKDTree(spots).query(spots, k=2)[0][:, 1]
    return np.asarray(distances[distances <= distances.mean() + OUTLIER_SD * distances.std()])


def _steps(
    radii: list[float], i: list[float], z: list[float], neighbours: list[float], at_most_m: float | None
) -> pd.DataFrame:
    frame = pd.DataFrame({"radius_m": radii, "moran_i": i, "z": z, "neighbours": neighbours}, dtype=np.float64)
    peak = peak_radius_m(frame, at_most_m=at_most_m)
    return frame.assign(is_peak=frame["radius_m"] == (np.nan if peak is None else peak))
