"""What is within reach of each cell: straight across, or on foot where the roads can carry the answer."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.analysis.access import Ground, access, set_out
from dashboard.analysis.coverage import share_by_radius
from dashboard.analysis.nearest import choices, located, nearest
from dashboard.analysis.network import ROADS_ELSEWHERE, Network
from dashboard.analysis.walking import walking_choices, walking_m, walking_share

STRAIGHT_LINE, ON_FOOT = "straight_line", "on_foot"
METHODS = (STRAIGHT_LINE, ON_FOOT)

NEAR_SHARE = 0.5
"""Fewer cells than this share within `access.ACCESS_M` of a road: the roads on record are of somewhere else."""


@dataclass(frozen=True, eq=False)
class Reach:
    """What is within reach of each cell, and how it was measured."""

    method: str
    """One of `METHODS`."""
    reason: str | None
    """Why not on foot though that was asked, one of `network.REFUSALS`; None: it is as asked."""
    share: pd.Series
    """`coverage_share`: of the cell's area; on foot by sample (see `walking_share`)."""
    nearest: pd.DataFrame
    """distance_m, facility: straight from the cell's edge (`nearest.nearest`), on foot from a point inside of it
    (`walking_m`)."""
    choices: pd.Series
    """How many facilities are within the radius of a point inside of the cell."""
    cut_off: pd.Index
    """Facilities that serve nobody on foot: no road can be reached from them but through water."""


def straight(
    cells: gpd.GeoSeries, facilities: gpd.GeoSeries, *, radius_m: pd.Series, reason: str | None = None
) -> Reach:
    """Share, nearest facility and choices by the straight line; `radius_m` by cell, as from `Standard.by_cell`."""
    share = share_by_radius(cells, facilities, radius_m=radius_m)
    number = choices(cells, facilities, radius_m=radius_m)
    return Reach(STRAIGHT_LINE, reason, share, nearest(cells, facilities), number, facilities.index[:0])


def on_foot(
    cells: gpd.GeoSeries,
    facilities: gpd.GeoSeries,
    *,
    radius_m: pd.Series,
    network: Network,
    ground: Ground | None = None,
) -> Reach:
    """The same on foot, where the roads can carry the answer, else straight.

    `ground`: of these cells and this network, where it is known already.
    """
    if network.refusal is not None:
        return straight(cells, facilities, radius_m=radius_m, reason=network.refusal)
    ground = ground if ground is not None else set_out(network, cells)
    if ground.near_share < NEAR_SHARE:
        return straight(cells, facilities, radius_m=radius_m, reason=ROADS_ELSEWHERE)
    share = walking_share(network, ground, facilities, radius_m=radius_m)
    told = walking_m(network, ground.middle, facilities).set_axis(ground.index)
    within = radius_m.reindex(ground.index).to_numpy(dtype=np.float64)
    number = walking_choices(network, ground.middle, facilities, radius_m=within)
    places = located(facilities)
    is_cut_off = access(network, np.asarray(places.array)).edge < 0
    found = pd.Series(number, index=ground.index, name="choices")
    return Reach(ON_FOOT, None, share, told, found, places.index[is_cut_off])
