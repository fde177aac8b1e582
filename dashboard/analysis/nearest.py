"""The nearest facility and how many there are to choose from, straight line."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def located(facilities: gpd.GeoSeries) -> gpd.GeoSeries:
    """Those with a location."""
    shapes = np.asarray(facilities.geometry.array)
    return facilities[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def nearest(cells: gpd.GeoSeries, facilities: gpd.GeoSeries) -> pd.DataFrame:
    """Columns distance_m (from the nearest point of the cell; 0 where one lies in it, NaN where there is none) and
    facility (its label; NaN: none; of several at one distance the first). Index of `cells`.

    Both in one projected CRS in metres.
    """
    places = located(facilities)
    distance, which = np.full(len(cells), np.nan), np.full(len(cells), -1, np.int64)
    if len(places) and len(cells):
        tree = shapely.STRtree(np.asarray(places.array))
        (at, found), metres = tree.query_nearest(np.asarray(cells.geometry.array), return_distance=True)
        order = np.lexsort((-found, at))
        which[at[order]] = found[order]
        distance[at] = metres
    names = places.index.to_series().reset_index(drop=True).reindex(which)
    return pd.DataFrame({"distance_m": distance, "facility": names.to_numpy()}, index=cells.index)


def choices(cells: gpd.GeoSeries, facilities: gpd.GeoSeries, *, radius_m: float | pd.Series) -> pd.Series:
    """How many facilities lie within `radius_m` (of all, or by cell) of a point inside each cell, straight line; index
    of `cells`.

    The point is shapely's `point_on_surface`. Somebody there may go to any of them; one is coverage, two are a choice.
    """
    middle = shapely.point_on_surface(np.asarray(cells.geometry.array))
    tree = shapely.STRtree(np.asarray(located(facilities).array))
    by_cell = radius_m.reindex(cells.index) if isinstance(radius_m, pd.Series) else np.full(len(cells), radius_m)
    at = tree.query(middle, predicate="dwithin", distance=np.asarray(by_cell, dtype=np.float64))[0]
    return pd.Series(np.bincount(at, minlength=len(cells)), index=cells.index, name="choices")
