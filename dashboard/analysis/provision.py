"""How far apart facilities are, how many there are to the square kilometre, and whether their class is good enough."""

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

if TYPE_CHECKING:
    from dashboard.standards import Standard

TOO_LITTLE, WITHIN, TOO_MUCH, NOT_KNOWN = "too_little", "within", "too_much", "not_known"
STATES = (TOO_LITTLE, WITHIN, TOO_MUCH, NOT_KNOWN)
"""Against the range of a standard. Of a distance, too little is nearer than its lower end."""

MAIN_ROADS = ("road_ring", "road_main")
"""Kinds of road on the base map that are main ones."""

MAIN_ROAD, MARKET, BOTH = "main_road", "market", "both"
BESIDE = (MAIN_ROAD, MARKET, BOTH)


def spacing(facilities: gpd.GeoDataFrame, standard: "Standard") -> pd.DataFrame:
    """Each located facility's distance to the nearest other one, straight line, against a standard's range.

    `facilities`: points of one kind, or of one kind along one kind of road (`near`), in a projected CRS in metres.
    Columns: neighbour (label; NaN: it is the only one), neighbour_m (0 at one point, NaN: the only one), state (one of
    `STATES`, too much for the only one). Index of those with a location. The nearest one alone is told: a street may
    have a gap on the other side.
    """
    is_there = ~(facilities.geometry.isna() | facilities.geometry.is_empty)
    places = facilities[is_there.to_numpy()]
    xy = shapely.get_coordinates(np.asarray(places.geometry.array))
    distance, other = np.full(len(places), np.inf), np.full(len(places), -1, np.int64)
    if len(places) > 1:
        from scipy.spatial import cKDTree

        metres, at = cKDTree(xy).query(xy, k=2)
        # Of several at one point the first one found may be another, and never the facility itself.
        second = at[:, 0] == np.arange(len(places))
        distance, other = np.where(second, metres.T[1], metres.T[0]), np.where(second, at[:, 1], at[:, 0])
    names = places.index.to_series().reset_index(drop=True).reindex(other)
    return pd.DataFrame(
        {
            "neighbour": names.to_numpy(),
            "neighbour_m": np.where(np.isfinite(distance), distance, np.nan),
            "state": _against(distance, standard),
        },
        index=places.index,
    )


def per_km2(facilities: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, standard: "Standard") -> pd.DataFrame:
    """How many facilities there are to the square kilometre of each zone, against a standard's range.

    `facilities`: zone (code; NaN: outside all). `zones`: area_m2. Columns: facilities, area_km2, per_km2 (NaN without
    an area), state. Index of `zones`. The land use of a zone is not on record: which standard it is held against is
    the caller's choice.
    """
    at = zones.index.get_indexer(pd.Index(facilities["zone"].dropna()))
    number = np.bincount(at[at >= 0], minlength=len(zones))
    area = zones["area_m2"].to_numpy(dtype=np.float64, na_value=np.nan) / 1e6
    density = number / np.where(area > 0, area, np.nan)
    return pd.DataFrame(
        {"facilities": number, "area_km2": area, "per_km2": density, "state": _against(density, standard)},
        index=zones.index,
    )


def class_gaps(
    toilets: gpd.GeoDataFrame,
    base: gpd.GeoDataFrame,
    markets: gpd.GeoDataFrame,
    *,
    lowest: "Standard",
    beside: "Standard",
) -> pd.DataFrame:
    """Toilets beside a main road or a market, with whether their class is good enough; class 1 is the best.

    `toilets`: grade ("1", "2", "3"; NaN or another word: not known). `base`: kind, geometry. All in one projected CRS
    in metres. `lowest`: the worst class allowed there; `beside`: how near counts (m). Columns: at (one of `BESIDE`),
    grade, state (`TOO_LITTLE`: below the class, `WITHIN`, `NOT_KNOWN`). Index of those beside either; stations are on
    no list.
    """
    at_road = near(toilets.geometry, main_roads(base), within_m=beside.value)
    at_market = near(toilets.geometry, np.asarray(markets.geometry.array), within_m=beside.value)
    grade = pd.to_numeric(toilets["grade"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    state = np.where(np.isnan(grade), NOT_KNOWN, np.where(grade > lowest.value, TOO_LITTLE, WITHIN))
    frame = pd.DataFrame(
        {
            "at": np.where(at_road & at_market, BOTH, np.where(at_road, MAIN_ROAD, MARKET)),
            "grade": toilets["grade"],
            "state": state,
        },
        index=toilets.index,
    )
    return frame[at_road | at_market]


def main_roads(base: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Shapes of the main roads of a base map (`MAIN_ROADS`)."""
    return np.asarray(base.geometry.array)[base["kind"].isin(MAIN_ROADS).to_numpy()]


def near(points: gpd.GeoSeries, shapes: npt.NDArray[np.object_], *, within_m: float) -> npt.NDArray[np.bool_]:
    """Which points lie within a distance of one of the shapes; False without a location."""
    found = np.zeros(len(points), np.bool_)
    found[shapely.STRtree(np.asarray(points.array)).query(shapes, predicate="dwithin", distance=within_m)[1]] = True
    return found


def shares(states: pd.Series) -> pd.DataFrame:
    """How many are of each state that can be told, and their share of those; `NOT_KNOWN` is counted, in no share.

    Columns number, share (NaN where nothing can be told). Index `STATES`.
    """
    number = states.value_counts().reindex(list(STATES), fill_value=0).rename("number")
    told = number.drop(NOT_KNOWN)
    return pd.DataFrame({"number": number, "share": told / (told.sum() or np.nan)}).reindex(list(STATES))


def _against(values: npt.NDArray[np.float64], standard: "Standard") -> npt.NDArray[np.str_]:
    """States of values; a standard without a range has `value` as its one end: of a distance the farthest."""
    low, high = standard.low, standard.high
    if low is None and high is None:
        high = standard.value
    state = np.full(len(values), WITHIN, dtype="<U12")
    if low is not None:
        state[values < low] = TOO_LITTLE
    if high is not None:
        state[values > high] = TOO_MUCH
    state[np.isnan(values)] = NOT_KNOWN
    return state
