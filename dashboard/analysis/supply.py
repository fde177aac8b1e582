"""Supply against demand: seats and stalls per thousand people within reach, so that two seats serve no crowd.

Two-step floating catchment area (Luo & Wang 2003, Environment and Planning B 30: 865-884): first each facility's
capacity over everybody within its reach, then for each place the sum over the facilities within reach of it. The
enhanced variant (Luo & Qi 2009, Health & Place 15: 1100-1107) weighs both steps by distance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Numbers = npt.NDArray[np.float64]

PER = 1000
"""Capacities are told per so many people."""

KNOWN, NOBODY_NEAR, NO_CAPACITY = "known", "nobody_near", "no_capacity"
STATES = (KNOWN, NOBODY_NEAR, NO_CAPACITY)
"""Of a facility: its capacity meets somebody; nobody is within reach; its capacity is not on record, so that it gives
nothing to anybody and everything it would give is missing from the answer."""


@dataclass(frozen=True, eq=False)
class Supply:
    """What the facilities give and the places get."""

    facilities: pd.DataFrame
    """Index of the facilities; capacity, demand (weight within reach, by distance where that counts), per_thousand
    (capacity per 1,000 of it; NaN unless the state is known), state (one of `STATES`)."""
    places: pd.Series
    """`per_thousand`: capacity within reach per 1,000 of demand, 0 where nothing is; NaN where the place has no
    location. Index of the demand."""
    within: pd.DataFrame
    """Facilities within reach of each place, and how many of these are of state `NO_CAPACITY`: columns facilities,
    unknown. Index of the demand."""
    unknown: int
    """Facilities of state `NO_CAPACITY`: with them the places get more than told."""
    unweighed: int
    """Places whose weight is not known: with them everybody gets less than told."""


def floating_catchment(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    radius_m: float | Numbers,
    steps: Sequence[tuple[float, float]] = ((1.0, 1.0),),
) -> Supply:
    """Capacity per thousand people within reach, in two steps.

    `demand`: weight (people; a missing or negative one is not known and counts nothing), geometry; anything but a point
    stands for a point inside of it. `facilities`: capacity (seats, stalls; NaN: not known), geometry (points). Both in
    one projected CRS in metres, straight line. `radius_m`: how far people go, all of them or those of each place.
    `steps`: (share of the radius, weight) outwards, for the enhanced variant; a place at exactly a step's end still
    belongs to it.

    What all places get, times their weight, is the capacity of all facilities of state `KNOWN`.
    """
    weight = demand["weight"].to_numpy(dtype=np.float64, na_value=np.nan)
    radii = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), len(demand))
    is_weighed = weight >= 0
    weight = np.where(is_weighed, weight, 0.0)
    capacity = facilities["capacity"].to_numpy(dtype=np.float64, na_value=np.nan)
    capacity = np.where(capacity >= 0, capacity, np.nan)
    points = shapely.point_on_surface(np.asarray(demand.geometry.array))
    facility, place, decay = _pairs(points, np.asarray(facilities.geometry.array), radii, steps)
    reached = np.bincount(facility, weights=weight[place] * decay, minlength=len(facilities))
    ratio = np.full(len(facilities), np.nan)
    np.divide(capacity * PER, reached, out=ratio, where=reached > 0)
    gained = np.nan_to_num(ratio[facility]) * decay
    found = np.bincount(place, weights=gained, minlength=len(demand)).astype(np.float64)
    found[shapely.is_missing(points) | shapely.is_empty(points)] = np.nan
    is_unknown = np.isnan(capacity)
    within = {
        "facilities": np.bincount(place, minlength=len(demand)),
        "unknown": np.bincount(place[is_unknown[facility]], minlength=len(demand)),
    }
    state = np.where(is_unknown, NO_CAPACITY, np.where(reached > 0, KNOWN, NOBODY_NEAR))
    return Supply(
        pd.DataFrame(
            {"capacity": capacity, "demand": reached, "per_thousand": ratio, "state": state}, index=facilities.index
        ),
        pd.Series(found, index=demand.index, name="per_thousand"),
        within=pd.DataFrame(within, index=demand.index),
        unknown=int(is_unknown.sum()),
        unweighed=int(np.count_nonzero(~is_weighed)),
    )


def _pairs(
    points: npt.NDArray[np.object_],
    places: npt.NDArray[np.object_],
    radius_m: Numbers,
    steps: Sequence[tuple[float, float]],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Numbers]:
    """Facility, place and weight of distance of all pairs within reach."""
    place, facility = shapely.STRtree(places).query(points, predicate="dwithin", distance=radius_m)
    distance = shapely.distance(places[facility], points[place])
    weights = np.array([weight for _, weight in steps] + [0.0])
    # The step a distance belongs to is the number of ends that lie before it.
    passed = np.sum([distance > share * radius_m[place] for share, _ in steps], axis=0, dtype=np.int64)
    return facility, place, weights[passed]


def crowds(
    cells: gpd.GeoDataFrame,
    markets: gpd.GeoDataFrame,
    *,
    people_per_stall: float,
    people_per_1000_m2: float,
) -> gpd.GeoDataFrame:
    """Who needs a seat: the people of the cells, at a point inside of each, and the people at each market.

    `cells`: people (NaN: not known), geometry. `markets`: capacity (stalls), floor_area_m2, geometry. A market's crowd
    is told by its stalls, else by its floor area, else it is not known (NaN). Both numbers come from the standards.
    Columns: source (cell or market), code, weight, geometry; one row each, cells first.
    """
    people = cells["people"].to_numpy(dtype=np.float64, na_value=np.nan)
    stalls = markets["capacity"].to_numpy(dtype=np.float64, na_value=np.nan)
    floor = markets["floor_area_m2"].to_numpy(dtype=np.float64, na_value=np.nan)
    at_market = np.where(np.isnan(stalls), floor / 1000 * people_per_1000_m2, stalls * people_per_stall)
    return gpd.GeoDataFrame(
        {
            "source": np.repeat(["cell", "market"], [len(cells), len(markets)]),
            "code": np.concatenate([cells.index.to_numpy(dtype=object), markets.index.to_numpy(dtype=object)]),
            "weight": np.concatenate([people, at_market]),
        },
        geometry=np.concatenate(
            [shapely.point_on_surface(np.asarray(cells.geometry.array)), np.asarray(markets.geometry.array)]
        ),
        crs=cells.crs,
    )
