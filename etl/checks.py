"""Whole layers: polygons valid, overlaps and holes, codes unique, points that are nobody's place."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

TOLERANCE_M2 = 1.0
"""Overlaps and holes below this area come from rounding of coordinates, not from the drawing."""


def repair(geometry: gpd.GeoSeries, *, measure_crs: str) -> tuple[gpd.GeoSeries, pd.DataFrame]:
    """Valid MultiPolygons (EPSG:4326, index as given), and what had to be repaired.

    The second frame has a row per repaired polygon, index as given: `reason` (GEOS), `area_before_m2`,
    `area_after_m2`, `changed_m2`, `changed_share`. Only polygonal parts are kept; nothing polygonal left: None.
    """
    raise NotImplementedError


def overlaps(cells: gpd.GeoSeries, *, measure_crs: str, tolerance_m2: float = TOLERANCE_M2) -> pd.DataFrame:
    """Pairs of cells that overlap: `a`, `b` (codes, a < b), `area_m2` above the tolerance; largest first.

    `cells`: polygons in EPSG:4326, index = code.
    """
    raise NotImplementedError


def holes(
    zones: gpd.GeoSeries, cells: gpd.GeoSeries, *, measure_crs: str, tolerance_m2: float = TOLERANCE_M2
) -> gpd.GeoDataFrame:
    """Parts of zones that no cell covers: `zone`, `area_m2`, `geometry` (EPSG:4326), a row per hole, largest first."""
    raise NotImplementedError


def duplicate_codes(code: pd.Series) -> pd.Series:
    """Codes that occur more than once → how often."""
    counts = code.dropna().value_counts()
    return counts[counts > 1].sort_index()


def default_points(
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    address: pd.Series | None,
    description: pd.Series | None = None,
    *,
    rows: int = 10,
    share: float = 0.01,
) -> npt.NDArray[np.bool_]:
    """Whether each row sits on a default point: many rows on one coordinate whose addresses disagree (DOMAIN.md)."""
    raise NotImplementedError
