"""Cells nobody answers for, cells nobody looked at, cells out of reach: three facts, never one."""

from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.standards import Standards

KINDS = ("toilet", "market")
"""Facility kinds whose reach is judged."""


def coverage_share(cells: gpd.GeoSeries, facilities: gpd.GeoSeries, *, radius_m: float) -> pd.Series:
    """Share of each cell's area within `radius_m` of a facility, straight line; index of `cells`, in [0, 1].

    Both in one projected CRS in metres; discs are polygons with 16 segments a quarter.
    """
    raise NotImplementedError


def shares(county: "County", day: date, standards: "Standards") -> pd.DataFrame:
    """Of all cells: `toilet`, `market` (share of the area within the standard's radius, NaN where the standards give
    none) and `toilet_m`, `market_m` (straight line from the cell to the nearest one, NaN where there is none).

    Facilities that are closed or planned, or open later than `day`, do not serve.
    """
    raise NotImplementedError


def cells(county: "County", filters: "Filters", *, shares: pd.DataFrame, unserved_share: float) -> pd.DataFrame:
    """Cells in force and in the filters, in order of code. Index `cell`.

    Columns: name, zone, zone_name, setting, people, area_km2; is_unassigned, is_unvisited, is_unserved (toilet or
    market), is_unserved_toilet, is_unserved_market; visits, last_visit; share_toilet, share_market, nearest_toilet_m,
    nearest_market_m; worker (names, NaN: nobody), leader (of its zone, NaN: nobody).
    """
    raise NotImplementedError
