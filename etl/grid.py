"""Grid cells where a place has none: square, clipped to the zones, numbered; and numbers for cells without a code."""

import geopandas as gpd
import pandas as pd


def make_cells(
    zones: gpd.GeoDataFrame,
    *,
    size_m: float,
    measure_crs: str,
    division_code: str,
    sliver_share: float = 0.25,
) -> gpd.GeoDataFrame:
    """Square cells of `size_m` metres, aligned to its multiples in `measure_crs`, clipped to the zones.

    `zones`: polygons in EPSG:4326, index = code. Result: index 0…, columns `code` (15 digits), `zone`, `geometry`
    (Polygon or MultiPolygon, EPSG:4326); in the order of the codes. Cells neither overlap nor leave holes: a piece of
    less than `sliver_share` of a full cell is merged into the neighbour of the same zone with which it shares the
    longest edge. Raises `LayerInvalid`.
    """
    raise NotImplementedError


def number_cells(
    cells: gpd.GeoDataFrame, *, division_code: str, zones: gpd.GeoSeries, code: str = "code", zone: str = "zone"
) -> pd.Series:
    """Codes of all cells, index as `cells`: their own where they have one, else 15 digits made from zone and position.

    `cells`: geometry in EPSG:4326; column `code` may hold the office's own codes, column `zone` the zone's code, both
    may be missing. The codes do not depend on the order of rows. Raises `LayerInvalid`.
    """
    raise NotImplementedError
