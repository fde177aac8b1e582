"""Who is whose neighbour: spatial weights as sparse matrices.

All weights are binary: 1 for a neighbour, nothing else stored. Row and column are positions in what was given, so a
filtered frame needs weights of its own (`subset`).
"""

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
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

    Polygons in metres; n × n, binary, symmetric, without diagonal. Missing or empty polygons are nobody's neighbours.
    Overlapping ones are neighbours as well, but for two layers on one another: polygons without a common corner, one of
    them within a net where every edge is the edge of two and the other not next to that net's rim.
    """
    shapes = polygons.geometry.to_numpy()
    shared, enclosed = _share_corner(shapes, tolerance_m)
    # Without a common corner two polygons may still touch: a corner on the middle of an edge, or corners that rounding
    # parted. Then an edge there is the edge of one alone, so only such polygons, and who is next to them, are measured.
    ragged = (~enclosed).astype(np.float64)
    asked = np.flatnonzero(((shared @ ragged + ragged) > 0) & ~shapely.is_missing(shapes))
    one, other = _boxes_touch(shapes[asked], tolerance_m)
    one, other = asked[one], asked[other]
    is_new = shared[one, other] == 0 if len(one) else np.zeros(0, np.bool_)
    one, other = one[is_new], other[is_new]
    touch = shapely.dwithin(shapes[one], shapes[other], tolerance_m)
    return union(shared, _from_pairs(one[touch], other[touch], len(shapes))) if touch.any() else shared


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
        return _from_pairs(np.empty(0, np.int64), np.empty(0, np.int64), 0)
    pairs = cKDTree(xy).query_pairs(radius_m, output_type="ndarray")
    return _from_pairs(pairs[:, 0], pairs[:, 1], len(xy))


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


def _share_corner(shapes: npt.NDArray[Any], tolerance_m: float) -> tuple["csr_array", npt.NDArray[np.bool_]]:
    """Who has a corner in the same square, of which the tolerance is the diagonal; and of whom every edge is the edge
    of two."""
    from scipy.sparse import csr_array

    size = len(shapes)
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    if not len(xy):
        return _from_pairs(np.empty(0, np.int64), np.empty(0, np.int64), size), np.zeros(size, np.bool_)
    column, row = (((axis - axis.min()) * (np.sqrt(2) / tolerance_m)).astype(np.int64) for axis in xy.T.copy())
    corner, names = pd.factorize(column * (row.max() + 1) + row)
    incidence = csr_array((np.ones(len(owner), np.int32), (owner, corner)), shape=(size, len(names)))
    shared = incidence @ incidence.T
    shared.sort_indices()
    is_other = shared.indices != np.repeat(np.arange(size), np.diff(shared.indptr))
    begins = np.concatenate([[0], np.cumsum(is_other)])[shared.indptr]
    shared = csr_array((np.ones(begins[-1]), shared.indices[is_other], begins), shape=(size, size))
    # The step from one ring to the next is taken for an edge of its own: then the polygon is measured, no more.
    is_edge = np.flatnonzero((owner[1:] == owner[:-1]) & (corner[1:] != corner[:-1]))
    begin, end = corner[is_edge], corner[is_edge + 1]
    edge, _ = pd.factorize(np.minimum(begin, end) * len(names) + np.maximum(begin, end))
    enclosed = np.ones(size, np.bool_)
    enclosed[owner[is_edge[np.bincount(edge)[edge] != 2]]] = False
    return shared, enclosed


def _boxes_touch(shapes: npt.NDArray[Any], tolerance_m: float) -> tuple[Ints, Ints]:
    """Pairs whose bounding boxes come within the tolerance, each once."""
    half = tolerance_m / 2
    west, south, east, north = shapely.bounds(shapes).T
    boxes = shapely.box(west - half, south - half, east + half, north + half)
    one, other = shapely.STRtree(boxes).query(boxes)
    chosen = one < other
    return one[chosen], other[chosen]


def _from_pairs(one: Ints, other: Ints, size: int) -> "csr_array":
    """Each pair both ways."""
    from scipy.sparse import coo_array

    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    weights = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size)).tocsr()
    weights.sort_indices()
    return weights
