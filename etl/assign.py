"""Points → the polygon they lie in; cells → their zone."""

from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

NOWHERE = -1
_NEVER = np.iinfo(np.int64).max

_THREADS = 2
_CHUNK = 1 << 17  # points made at once; a million would cost more memory than time


def assign(
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    polygons: gpd.GeoSeries,
    *,
    terms: pd.DataFrame | None = None,
    days: npt.NDArray[np.datetime64] | None = None,
) -> npt.NDArray[np.int32]:
    """Position in `polygons` of the polygon each point lies in, -1 for none and for NaN.

    `polygons`: index = code, any order, in the CRS of the points. A point on a shared edge, or in an overlap, goes to
    the polygon with the lower code (compared as text), never to two; so the answer does not depend on any order.

    `terms`: `valid_from`, `valid_to` (its last day) of each polygon, NaT for no limit, aligned with `polygons`. Of
    several polygons a point then goes to one in force on its day of `days`, else to the one that begins next, else to
    the one that ended last. NaT is the end of time, as are `days` that are not given.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    found = np.full(lon.shape, NOWHERE, dtype=np.int32)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(polygons) or not known.size:
        return found
    order = np.argsort(np.asarray(polygons.index, dtype=object), kind="stable")
    tree = shapely.STRtree(polygons.to_numpy()[order])
    begins, ends = (None, None) if terms is None else _limits(terms.iloc[order])
    known = known[np.argsort(_tiles(lon[known], lat[known]), kind="stable")]

    def take(rows: npt.NDArray[np.int64]) -> None:
        point, polygon = tree.query(shapely.points(lon[rows], lat[rows]), predicate="intersects")
        lowest = np.full(rows.size, len(polygons), dtype=np.int64)
        if begins is not None and ends is not None:
            on = np.full(rows.size, _NEVER) if days is None else _day_numbers(days[rows])
            point, polygon = _in_term(point, polygon, on, begins, ends)
        np.minimum.at(lowest, point, polygon)
        found[rows] = np.append(order, NOWHERE)[lowest]

    # The tree is asked outside of Python's lock, so two cores halve the time.
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        list(pool.map(take, np.array_split(known, -(-known.size // _CHUNK))))
    return found


def _in_term(
    point: npt.NDArray[np.int64],
    polygon: npt.NDArray[np.int64],
    on: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The pairs of points and polygons without those whose polygon's term fits less well than another of the point."""
    is_open = (np.bincount(point, minlength=len(on)) > 1)[point]
    pairs = np.flatnonzero(is_open)
    day, begin, end = on[point[pairs]], begins[polygon[pairs]], ends[polygon[pairs]]
    misfit = np.where(day < begin, 1, np.where(day > end, 2, 0))
    distance = np.where(misfit == 1, begin, np.where(misfit == 2, -end, 0))
    order = np.lexsort((polygon[pairs], distance, misfit, point[pairs]))
    best = pairs[order][np.unique(point[pairs][order], return_index=True)[1]]
    is_open[best] = False
    return point[~is_open], polygon[~is_open]


def _limits(terms: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    begins = terms["valid_from"].to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(begins), -_NEVER, _day_numbers(begins)), _day_numbers(terms["valid_to"].to_numpy())


def _day_numbers(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    days = days.astype("datetime64[D]")
    return np.where(np.isnat(days), _NEVER, days.astype(np.int64))


def _tiles(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Tile of each point, of 64 × 64 that hold them all.

    Points in this order find the tree's pages and the polygons in the processor's cache: four times as fast.
    """
    tiles = np.zeros(lon.shape, dtype=np.int32)
    for values in (lon, lat):
        span = np.ptp(values)
        tiles *= 64
        tiles += np.minimum((values - values.min()) / (span or 1.0) * 64, 63).astype(np.int32)
    return tiles


def zone_of_cells(cells: gpd.GeoSeries, zones: gpd.GeoSeries, declared: pd.Series | None = None) -> pd.DataFrame:
    """Zone of each cell: the declared one where it exists, else the one it shares most area with.

    `cells`, `zones`: polygons in one CRS, index = code. `declared`: zone codes aligned with `cells`, missing where a
    cell names none. Result, index as `cells`: `zone` (str, NaN for a cell in no zone), `is_zone_declared` (bool),
    `is_declared_unknown` (bool: a zone is named that is not among `zones`). Equal shares go to the lower code.
    """
    order = np.argsort(np.asarray(zones.index, dtype=object), kind="stable")
    codes = np.asarray(zones.index, dtype=object)[order]
    polygons, shapes = zones.to_numpy()[order], cells.to_numpy()
    named = pd.Series(index=cells.index, dtype="str") if declared is None else declared
    is_named = named.notna().to_numpy()
    position = np.asarray(pd.Index(codes).get_indexer(pd.Index(np.asarray(named, dtype=object))))
    is_declared = is_named & (position >= 0)

    open_cells = np.flatnonzero(~is_declared)
    tree = shapely.STRtree(polygons)
    cell, zone = tree.query(shapes[open_cells], predicate="intersects")
    cell = open_cells[cell]
    shared = np.empty(cell.size)
    # Most cells lie wholly inside a zone, which is cheaper to ask than to cut.
    shapely.prepare(polygons)
    is_whole = shapely.covers(polygons[zone], shapes[cell])
    shared[is_whole] = shapely.area(shapes[cell[is_whole]])
    shared[~is_whole] = shapely.area(shapely.intersection(shapes[cell[~is_whole]], polygons[zone[~is_whole]]))
    # Shares to a billionth, or a cell halved by a border would go by the last bit of two equal areas.
    share = np.round(shared / shapely.area(shapes[cell]), 9)
    # Largest share last, of equal ones the lower code last, so that the last pair of a cell is its zone.
    ranked = np.lexsort((-zone, share))
    ranked = ranked[share[ranked] > 0.0]
    position = np.where(is_declared, position, NOWHERE)
    position[cell[ranked]] = zone[ranked]
    return pd.DataFrame(
        {
            "zone": pd.Series(np.array([*codes, None], dtype=object)[position], index=cells.index, dtype="str"),
            "is_zone_declared": is_declared,
            "is_declared_unknown": is_named & ~is_declared,
        },
        index=cells.index,
    )
