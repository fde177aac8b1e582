"""Points → the polygon they lie in; cells → their zone."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

NOWHERE = -1

_CHUNK = 1 << 17  # points made at once; a million would cost more memory than time


def assign(lon: npt.ArrayLike, lat: npt.ArrayLike, polygons: gpd.GeoSeries) -> npt.NDArray[np.int32]:
    """Position in `polygons` of the polygon each point lies in, -1 for none and for NaN.

    `polygons`: index = code, any order, in the CRS of the points. A point on a shared edge, or in an overlap, goes to
    the polygon with the lower code (compared as text), never to two; so the answer does not depend on any order.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    found = np.full(lon.shape, NOWHERE, dtype=np.int32)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(polygons) or not known.size:
        return found
    order = np.argsort(np.asarray(polygons.index, dtype=object), kind="stable")
    tree = shapely.STRtree(polygons.to_numpy()[order])
    known = known[np.argsort(_tiles(lon[known], lat[known]), kind="stable")]
    for start in range(0, known.size, _CHUNK):
        rows = known[start : start + _CHUNK]
        point, polygon = tree.query(shapely.points(lon[rows], lat[rows]), predicate="intersects")
        lowest = np.full(rows.size, len(polygons), dtype=np.int64)
        np.minimum.at(lowest, point, polygon)
        found[rows] = np.append(order, NOWHERE)[lowest]
    return found


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
