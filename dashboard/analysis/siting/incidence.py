"""Who is within reach of whom: demand, sites and the radius as sparse rows; what cannot be reckoned with is refused."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]
Points = npt.NDArray[np.object_]
Places: TypeAlias = gpd.GeoSeries | gpd.GeoDataFrame

TOUCH_M = 1e-6
"""A micrometre: points of a grid lie exactly one radius apart, and the rounding of coordinates must not decide."""

_MERGE_SEED = 1974


class SitingRefused(ValueError):
    """A question that has no answer as it was put; `code` says why, for whoever tells it to people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, eq=False)
class Demand:
    """Demand as points of one CRS in metres."""

    points: Points
    weight: Floats
    crs: object

    @property
    def total(self) -> float:
        """Sum of all weights."""
        return float(self.weight.sum())


def demand_of(demand: gpd.GeoDataFrame) -> Demand:
    """Points and weights of a frame with `weight`; a polygon or line stands at its representative point, which lies
    inside it, and is reached whole or not at all.

    Raises `SitingRefused` for a CRS that is missing, geographic or not in metres, a missing geometry, and a weight
    that is missing, infinite or below zero.
    """
    if "weight" not in demand:
        raise SitingRefused("weight_column", "the demand has no column `weight`")
    shapes = _shapes(demand, "demand")
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    points = np.where(is_point, shapes, shapely.point_on_surface(shapes))
    weight = demand["weight"].to_numpy(dtype=np.float64, na_value=np.nan)
    return Demand(points, _checked(weight, "weight"), _metric_crs(demand, "demand"))


def sites_of(sites: Places, what: str, demand: Demand) -> Points:
    """Points of sites in the CRS of the demand. Raises `SitingRefused` for another or no CRS, a geometry that is
    missing or no point, and labels that stand twice. Of nothing the CRS does not matter."""
    if not len(sites):
        return np.empty(0, dtype=np.object_)
    points = _shapes(sites, what)
    if (shapely.get_type_id(points) != shapely.GeometryType.POINT).any():
        raise SitingRefused("not_points", f"the {what} must be points")
    if not sites.index.is_unique:
        raise SitingRefused("labels_twice", f"the index of the {what} has the same label twice")
    if len(demand.points) and _metric_crs(sites, what) != demand.crs:
        raise SitingRefused(
            "crs_differs", f"the {what} are in another CRS than the demand: bring both to one in metres"
        )
    return points


def checked_length(value: float, what: str, *, may_be_zero: bool = False) -> float:
    """A length or a time as it is; raises `SitingRefused` where it is missing, infinite, negative, or zero."""
    if not np.isfinite(value) or value < 0 or (value == 0 and not may_be_zero):
        raise SitingRefused(f"{what}_value", f"{what} must be a number {'not below' if may_be_zero else 'above'} 0")
    return float(value)


def checked_number(n: int, what: str = "n") -> int:
    """A whole number not below 0; raises `SitingRefused` otherwise."""
    if isinstance(n, bool) or int(n) != n or n < 0:
        raise SitingRefused(f"{what}_value", f"{what} must be a whole number not below 0")
    return int(n)


def reach(sites: Points, demand: Points, *, radius_m: float) -> "csr_array":
    """Sites × demand, 1 where the demand lies within the radius, straight line, the circle itself included."""
    from scipy.sparse import csr_array

    shape = (len(sites), len(demand))
    if not all(shape):
        return csr_array(shape, dtype=np.float64)
    found = shapely.STRtree(demand).query(sites, predicate="dwithin", distance=radius_m + TOUCH_M)
    rows = csr_array((np.ones(found.shape[1]), (found[0], found[1])), shape=shape)
    rows.sort_indices()
    return rows


def closer_than(sites: Points, others: Points, *, spacing_m: float) -> "csr_array":
    """Sites × others, 1 where they are less than the spacing apart; exactly the spacing is far enough."""
    if spacing_m <= 2 * TOUCH_M:
        return reach(sites, others[:0], radius_m=spacing_m)
    return reach(sites, others, radius_m=spacing_m - 2 * TOUCH_M)


def reached_by_any(rows: "csr_array") -> Bools:
    """By demand: is it within reach of at least one of these sites."""
    return np.bincount(rows.indices, minlength=rows.shape[1]).astype(np.bool_)


def merged(rows: "csr_array", weight: Floats) -> tuple["csr_array", Floats]:
    """The same covering with fewer columns: demand that no site reaches or that weighs nothing is left out, demand
    reached by exactly the same sites is one (its weights added). No choice of sites covers more or less by it.

    Sets of sites are told apart by two sums of 64-bit random numbers drawn for the sites.
    """
    columns = rows.tocsc()
    columns.sort_indices()
    used = np.flatnonzero((np.diff(columns.indptr) > 0) & (weight > 0))
    columns = columns[:, used]
    marks = np.random.default_rng(_MERGE_SEED).integers(0, 2**64, (2, rows.shape[0]), dtype=np.uint64)
    if not len(used):
        return columns.tocsr(), weight[used]
    sums = np.add.reduceat(marks[:, columns.indices], columns.indptr[:-1], axis=1)
    _, first, group = np.unique(sums, axis=1, return_index=True, return_inverse=True)
    by_first = np.argsort(first)
    place = np.empty_like(by_first)
    place[by_first] = np.arange(len(first))
    together = np.bincount(place[group.ravel()], weights=weight[used], minlength=len(first)).astype(np.float64)
    kept = columns[:, first[by_first]].tocsr()
    kept.sort_indices()
    return kept, together


def _checked(values: Floats, what: str) -> Floats:
    for code, wrong in (("missing", np.isnan(values)), ("infinite", np.isinf(values)), ("negative", values < 0)):
        if wrong.any():
            raise SitingRefused(f"{what}_{code}", f"{int(wrong.sum())} of {len(values)} values of {what} are {code}")
    return values


def checked_capacities(values: Floats) -> Floats:
    """Capacities as they are; infinite means no limit. Raises `SitingRefused` for one that is missing or negative."""
    _checked(np.where(np.isposinf(values), 0.0, values), "capacity")
    return values


def _shapes(places: Places, what: str) -> Points:
    shapes: Points = np.asarray(places.geometry.array)
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if missing.any():
        raise SitingRefused("no_geometry", f"{int(missing.sum())} of {len(shapes)} {what} have no geometry")
    return shapes


def _metric_crs(places: Places, what: str) -> object:
    crs = places.crs
    if crs is None:
        raise SitingRefused("crs_missing", f"the {what} have no CRS: say which one in metres they are in")
    if not crs.is_projected or any(axis.unit_conversion_factor != 1 for axis in crs.axis_info[:2]):
        raise SitingRefused(
            "crs_not_metres", f"the {what} are in {crs.name}, which is not in metres: project them first"
        )
    return crs
