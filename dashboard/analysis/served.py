"""How many people, shopfronts or square metres are served, of how many; and which of these was counted."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.analysis.nearest import located

PEOPLE, SHOPFRONTS, FLOOR_AREA, AREA = "people", "shopfronts", "floor_area_m2", "area_m2"
DENOMINATORS = (PEOPLE, SHOPFRONTS, FLOOR_AREA, AREA)
"""What can be counted, in the order of preference; the last one is always known."""

KNOWN_SHARE = 0.9
"""A count that fewer cells than this share have is no denominator: the cells without it would be left out."""


@dataclass(frozen=True, eq=False)
class Weights:
    """What every cell counts for."""

    denominator: str
    """One of `DENOMINATORS`."""
    values: pd.Series
    """By cell; NaN where the cell has none."""
    unknown: int
    """Cells without a number, which are in no share."""


def weights(cells: gpd.GeoDataFrame, *, denominator: str | None = None) -> Weights:
    """What the cells are weighed by: the first of `DENOMINATORS` that at least `KNOWN_SHARE` of them have and that is
    not nought everywhere, or the one asked for.

    `cells`: area_m2 and, where the place has them, people, shopfronts, floor_area_m2. Raises `KeyError` for a
    denominator the cells have no column of.
    """
    if denominator is not None:
        return _weights(cells, denominator)
    for name in DENOMINATORS[:-1]:
        if name in cells:
            found = _weights(cells, name)
            if len(cells) - found.unknown >= KNOWN_SHARE * len(cells) and found.values.sum() > 0:
                return found
    return _weights(cells, AREA)


def _weights(cells: gpd.GeoDataFrame, name: str) -> Weights:
    values = pd.Series(cells[name].to_numpy(dtype=np.float64, na_value=np.nan), index=cells.index, name=name)
    values = values.where(values >= 0)
    return Weights(name, values, int(values.isna().sum()))


def by_zone(shares: pd.Series, weights: Weights, zones: pd.Series) -> pd.DataFrame:
    """What is served by zone and, in the row labelled NaN, of cells of no zone.

    `shares`: of each cell within reach, NaN: not known; `zones`: code by cell, NaN: none. Inside of a cell people are
    taken as spread evenly. Columns: cells, cells_counted (share and weight are known), total and served (of those, in
    units of `weights.denominator`), share_served (NaN where total is 0). Index `zone`, in order of code.
    """
    frame = pd.DataFrame({"zone": zones, "share": shares, "total": weights.values}).reindex(shares.index)
    is_counted = frame["share"].notna() & frame["total"].notna()
    frame["total"] = frame["total"].where(is_counted, 0.0)
    frame["served"] = (frame["share"] * frame["total"]).where(is_counted, 0.0)
    frame["cells"], frame["cells_counted"] = 1, is_counted.astype(np.int64)
    found = frame.groupby("zone", dropna=False)[["cells", "cells_counted", "total", "served"]].sum()
    found["share_served"] = found["served"] / found["total"].where(found["total"] > 0)
    return found.rename_axis("zone")


def points_served(points: gpd.GeoDataFrame, facilities: gpd.GeoSeries, *, radius_m: float) -> pd.Series:
    """Whether each point (a house, a stall) is within `radius_m` of a facility, straight line; boolean, NA where the
    point has no location. Index of `points`."""
    places, there = located(facilities), located(points.geometry)
    is_served = pd.Series(pd.NA, index=points.index, dtype="boolean", name="is_served")
    is_there = (~(points.geometry.isna() | points.geometry.is_empty)).to_numpy()
    near = there.sindex.query(np.asarray(places.array), predicate="dwithin", distance=radius_m)[1]
    is_served[is_there] = np.isin(np.arange(len(there)), near)
    return is_served
