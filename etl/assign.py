"""Points → the polygon they lie in; cells → their zone."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

NOWHERE = -1


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
    point, polygon = tree.query(shapely.points(lon[known], lat[known]), predicate="intersects")
    lowest = np.full(known.size, len(polygons), dtype=np.int64)
    np.minimum.at(lowest, point, polygon)
    found[known] = np.append(order, NOWHERE)[lowest]
    return found


def zone_of_cells(cells: gpd.GeoSeries, zones: gpd.GeoSeries, declared: pd.Series | None = None) -> pd.DataFrame:
    """Zone of each cell: the declared one where it exists, else the one it shares most area with.

    `cells`, `zones`: polygons in one CRS, index = code. `declared`: zone codes aligned with `cells`, missing where a
    cell names none. Result, index as `cells`: `zone` (code, None for a cell in no zone), `is_zone_declared` (bool),
    `is_declared_unknown` (bool: a zone is named that is not among `zones`). Equal shares go to the lower code.
    """
    raise NotImplementedError
