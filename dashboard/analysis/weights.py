"""Who is whose neighbour: spatial weights as sparse matrices.

All weights are binary: 1 for a neighbour, nothing else stored. Row and column are positions in what was given, so a
filtered frame needs weights of its own (`subset`).
"""

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TOUCH_M = 0.05
"""Cells this near to each other touch: digitised by hand, or turned from degrees with seven decimals, a shared corner
is a shared corner only within some centimetres. No street is as narrow."""


def queen_weights(polygons: gpd.GeoSeries | gpd.GeoDataFrame, *, tolerance_m: float = TOUCH_M) -> "csr_array":
    """Neighbours share an edge or a corner, within `tolerance_m`: their distance is no more than that.

    Polygons in metres; n × n, binary, symmetric, without diagonal. Overlapping polygons are neighbours, missing or
    empty ones are nobody's.
    """
    shapes = polygons.geometry.to_numpy()
    size = len(shapes)
    found = _share_vertex(shapes, tolerance_m)
    # Two polygons without a common vertex may still touch, a corner on the middle of an edge; only these are measured.
    candidates = _boxes_touch(shapes, tolerance_m)
    others = candidates[~np.isin(candidates, found, assume_unique=True, kind="sort")] if len(found) else candidates
    one, other = np.divmod(others, size) if size else (others, others)
    return _from_pairs(np.concatenate([found, others[shapely.dwithin(shapes[one], shapes[other], tolerance_m)]]), size)


def distance_weights(points: gpd.GeoSeries | gpd.GeoDataFrame | npt.ArrayLike, *, radius_m: float) -> "csr_array":
    """Neighbours lie no more than `radius_m` apart; n × n, binary, symmetric, without diagonal.

    `points`: GeoSeries of points, or n × 2 array, in metres. Points in one place are neighbours. Raises `ValueError`
    for a radius that is not above zero and for points without coordinates.
    """
    from scipy.spatial import cKDTree

    if not radius_m > 0:
        raise ValueError(f"a radius is above zero, not {radius_m}")
    xy = coordinates(points)
    if not len(xy):
        return _from_pairs(np.empty(0, np.int64), 0)
    pairs = cKDTree(xy).query_pairs(radius_m, output_type="ndarray")
    return _from_pairs(pairs[:, 0] * len(xy) + pairs[:, 1], len(xy))


def with_self(weights: "csr_array") -> "csr_array":
    """The same weights, and everyone a neighbour of itself: what makes Gi* of Gi. Raises `ValueError` if some are."""
    from scipy.sparse import eye_array

    if weights.diagonal().any():
        raise ValueError("these weights hold their own place already")
    return (weights + eye_array(weights.shape[0], format="csr")).tocsr()


def without_self(weights: "csr_array") -> "csr_array":
    """The same neighbours, nobody its own."""
    from scipy.sparse import diags_array

    without = (weights - diags_array(weights.diagonal())).tocsr()
    without.eliminate_zeros()
    return without


def row_standardised(weights: "csr_array") -> "csr_array":
    """Each row divided by its sum, so that a lag is a mean; rows of islands stay empty."""
    from scipy.sparse import diags_array

    sums = weights.sum(axis=1)
    return (diags_array(np.divide(1.0, sums, out=np.zeros(len(sums)), where=sums != 0)) @ weights).tocsr()


def union(one: "csr_array", other: "csr_array") -> "csr_array":
    """Neighbours in either."""
    both = one.maximum(other).tocsr()
    both.sort_indices()
    return both


def subset(weights: "csr_array", chosen: npt.NDArray[np.bool_]) -> "csr_array":
    """Weights among the chosen alone."""
    return weights if chosen.all() else weights[chosen][:, chosen]


def neighbours(weights: "csr_array") -> Ints:
    """How many neighbours each has besides itself."""
    return np.diff(weights.indptr) - (weights.diagonal() != 0)


def islands(weights: "csr_array") -> Ints:
    """Positions of those without a neighbour but themselves."""
    return np.flatnonzero(neighbours(weights) == 0)


def coordinates(points: gpd.GeoSeries | gpd.GeoDataFrame | npt.ArrayLike) -> Floats:
    """n × 2 array of metres. Raises `ValueError` for what has none."""
    if isinstance(points, gpd.GeoSeries | gpd.GeoDataFrame):
        shapes = points.geometry.to_numpy()
        xy = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    else:
        xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(xy).all():
        raise ValueError("every point needs coordinates")
    return xy


def _share_vertex(shapes: npt.NDArray[Any], tolerance_m: float) -> Ints:
    """Pairs (smaller × size + larger, sorted) with a vertex each in one square whose diagonal is the tolerance."""
    from scipy.sparse import csr_array

    size = len(shapes)
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    if not len(xy):
        return np.empty(0, np.int64)
    squares = np.floor((xy - xy.min(axis=0)) * (np.sqrt(2) / tolerance_m)).astype(np.int64)
    keys = squares[:, 0] * (squares[:, 1].max() + 1) + squares[:, 1]
    _, vertex = np.unique(keys, return_inverse=True)
    ones = np.ones(len(owner), np.int32)
    incidence = csr_array((ones, (owner, vertex)), shape=(size, int(vertex.max()) + 1))
    shared = (incidence @ incidence.T).tocoo()
    upper = shared.row < shared.col
    return np.sort(shared.row[upper].astype(np.int64) * size + shared.col[upper])


def _boxes_touch(shapes: npt.NDArray[Any], tolerance_m: float) -> Ints:
    """Pairs, as above, whose bounding boxes come within the tolerance."""
    half = tolerance_m / 2
    west, south, east, north = shapely.bounds(shapes).T
    boxes = shapely.box(west - half, south - half, east + half, north + half)
    one, other = shapely.STRtree(boxes).query(boxes)
    chosen = one < other
    return one[chosen].astype(np.int64) * len(shapes) + other[chosen]


def _from_pairs(pairs: Ints, size: int) -> "csr_array":
    from scipy.sparse import coo_array

    one, other = np.divmod(pairs, size) if size else (pairs, pairs)
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    weights = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size)).tocsr()
    weights.sort_indices()
    return weights
