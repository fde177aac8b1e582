"""How far it is on foot: along the roads where the place has given them, straight across where not, and which it is.

A way is the straight leg to the nearest point of a road, the shortest way along the roads, and the straight leg from
there. A leg never crosses water. What lies nearer than the road itself is walked to directly.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from dashboard.analysis.coverage import share_by_radius
from dashboard.analysis.nearest import located, nearest
from dashboard.analysis.network import NO_ROADS, ROADS_ELSEWHERE, Network, Numbers, Positions, Shapes

if TYPE_CHECKING:
    from scipy.sparse import csr_array

STRAIGHT_LINE, NETWORK = "straight_line", "network"
METHODS = (STRAIGHT_LINE, NETWORK)

ACCESS_M = 300.0
"""Where water lies before the nearest road, another one is looked for within this."""
NEAR_SHARE = 0.5
"""Fewer cells than this share within `ACCESS_M` of a road: the roads on record are of somewhere else."""
SAMPLE_SIDE = 7
"""Points of a cell's sample by row and by column."""


@dataclass(frozen=True, eq=False)
class Access:
    """Where points step onto the network; arrays by point."""

    points: Shapes
    edge: Positions
    """-1: no way onto the network that does not cross water."""
    along_m: Numbers
    """From the edge's first node."""
    leg_m: Numbers
    """Straight; inf where there is no way."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The cells as points to set out from; made once, asked for any facilities."""

    index: pd.Index
    """Of the cells."""
    middle: Access
    """A point inside of each cell."""
    sample: Access
    cell: Positions
    """Position of each sample point's cell."""

    @property
    def near_share(self) -> float:
        """Share of cells whose middle is within `ACCESS_M` of a road; NaN without cells."""
        legs = self.middle.leg_m
        return float((legs <= ACCESS_M).mean()) if len(legs) else np.nan


@dataclass(frozen=True, eq=False)
class Reach:
    """What is within reach of each cell, and how it was measured."""

    method: str
    """One of `METHODS`."""
    reason: str | None
    """Why not along the roads, one of `network.REFUSALS`; None: it is along the roads."""
    share: pd.Series
    """`coverage_share`: of the cell's area; along the roads by sample (see `walking_share`)."""
    nearest: pd.DataFrame
    """distance_m, facility: straight from the cell's edge (`nearest.nearest`), along the roads from its middle
    (`walking_m`)."""
    cut_off: pd.Index
    """Facilities that serve nobody along the roads: no road can be reached from them but through water."""


def reach(
    cells: gpd.GeoSeries,
    facilities: gpd.GeoSeries,
    *,
    radius_m: pd.Series,
    network: Network,
    ground: Ground | None = None,
) -> Reach:
    """Share and nearest facility on foot, along the roads where they can carry the answer, else straight.

    `radius_m`: by cell, as from `Standard.by_cell`; `ground`: of these cells and this network, where it is known
    already.
    """
    reason = network.refusal
    if reason is None:
        ground = ground if ground is not None else set_out(network, cells)
        reason = ROADS_ELSEWHERE if ground.near_share < NEAR_SHARE else None
    if reason is not None or ground is None:
        share = share_by_radius(cells, facilities, radius_m=radius_m)
        return Reach(STRAIGHT_LINE, reason or NO_ROADS, share, nearest(cells, facilities), facilities.index[:0])
    share = walking_share(network, ground, facilities, radius_m=radius_m)
    told = walking_m(network, ground.middle, facilities).set_axis(ground.index)
    places = located(facilities)
    is_cut_off = access(network, np.asarray(places.array)).edge < 0
    return Reach(NETWORK, None, share, told, places.index[is_cut_off])


def walking_share(network: Network, ground: Ground, facilities: gpd.GeoSeries, *, radius_m: pd.Series) -> pd.Series:
    """Share of each cell no farther than its `radius_m` on foot from a facility; index of the cells, in [0, 1].

    By sample: of `SAMPLE_SIDE`² points evenly over the cell's bounds, those inside of it and not in water. So it goes
    in steps, of 0.02 in a square cell. NaN: all of the cell is water.
    """
    within = radius_m.reindex(ground.index).to_numpy(dtype=np.float64)
    is_near = walking_m(network, ground.sample, facilities)["distance_m"].to_numpy() <= within[ground.cell]
    size = len(ground.index)
    points = np.bincount(ground.cell, minlength=size)
    share = np.full(size, np.nan)
    np.divide(np.bincount(ground.cell[is_near], minlength=size), points, out=share, where=points > 0)
    return pd.Series(share, index=ground.index, name="coverage_share")


def set_out(network: Network, cells: gpd.GeoSeries) -> Ground:
    """The cells' middles and samples on the network."""
    shapes: Shapes = np.asarray(cells.geometry.array)
    points, cell = _sample(shapes)
    is_dry = ~shapely.intersects(network.water, points)
    points, cell = points[is_dry], cell[is_dry]
    middle: Shapes = np.asarray(shapely.point_on_surface(shapes), dtype=object)
    # A middle in the river is moved to the dry sample point next to it.
    wet = np.flatnonzero(shapely.intersects(network.water, middle))
    if len(wet) and len(points):
        near = pd.Series(shapely.distance(points, middle[cell])).groupby(cell).idxmin()
        moved = near.reindex(wet).dropna().astype(np.int64)
        middle[moved.index.to_numpy()] = points[moved.to_numpy()]
    return Ground(cells.index, access(network, middle), access(network, points), cell)


def access(network: Network, points: Shapes) -> Access:
    """Where each point steps onto the nearest road that no water keeps it from."""
    edge = np.full(len(points), -1, np.int64)
    if len(points) and len(network.lines):
        at, found = network.tree.query_nearest(points, all_matches=False)
        edge[at] = found
        legs = shapely.shortest_line(points[at], network.lines[found])
        blocked = at[shapely.intersects(network.water, legs)]
        edge[blocked] = _around(network, points[blocked])
    is_on = edge >= 0
    along, leg = np.zeros(len(points)), np.full(len(points), np.inf)
    lines = network.lines[edge[is_on]]
    along[is_on] = np.clip(shapely.line_locate_point(lines, points[is_on]), 0, network.length_m[edge[is_on]])
    leg[is_on] = shapely.distance(points[is_on], lines)
    return Access(points, edge, along, leg)


def _around(network: Network, points: Shapes) -> Positions:
    """The nearest edge within `ACCESS_M` whose leg is dry, -1: none."""
    at, edge = network.tree.query(points, predicate="dwithin", distance=ACCESS_M)
    legs = shapely.shortest_line(points[at], network.lines[edge])
    is_dry = ~shapely.intersects(network.water, legs)
    at, edge, length = at[is_dry], edge[is_dry], shapely.length(legs[is_dry])
    order = np.lexsort((edge, length, at))
    which, first = np.unique(at[order], return_index=True)
    chosen = np.full(len(points), -1, np.int64)
    chosen[which] = edge[order][first]
    return chosen


def walking_m(network: Network, start: Access, facilities: gpd.GeoSeries) -> pd.DataFrame:
    """By point of `start`, in order: distance_m on foot to the nearest facility, and facility, its label.

    inf and NaN where no facility can be walked to. Dijkstra once from all facilities (scipy.sparse.csgraph).
    """
    places = located(facilities)
    goal = access(network, np.asarray(places.array))
    distance, facility = np.full(len(start.points), np.inf), np.full(len(start.points), -1, np.int64)
    is_on = start.edge >= 0
    if is_on.any() and (goal.edge >= 0).any():
        distance[is_on], facility[is_on] = _along(network, start, goal, is_on)
    direct, straight = _direct(network, start, goal.points)
    is_nearer = straight < distance
    distance[is_nearer], facility[is_nearer] = straight[is_nearer], direct[is_nearer]
    names = places.index.to_series().reset_index(drop=True).reindex(np.where(np.isfinite(distance), facility, -1))
    return pd.DataFrame({"distance_m": distance, "facility": names.to_numpy()})


def _along(network: Network, start: Access, goal: Access, is_on: npt.NDArray[np.bool_]) -> tuple[Numbers, Positions]:
    """Distance and position of the facility, of the points that are on the network."""
    from scipy.sparse.csgraph import dijkstra

    on = np.flatnonzero(goal.edge >= 0)
    edges, nodes = np.arange(len(network.lines)), network.nodes
    # Milestones: both ends of every edge, and the facilities along it; a point lies between two of them.
    edge = np.concatenate([edges, edges, goal.edge[on]])
    along = np.concatenate([np.zeros(len(edges)), network.length_m, goal.along_m[on]])
    node = np.concatenate([network.ends[:, 0], network.ends[:, 1], nodes + np.arange(len(on))])
    order = np.lexsort((along, edge))
    edge, along, node = edge[order], along[order], node[order]
    is_next = edge[1:] == edge[:-1]
    doors = nodes + len(on) + np.arange(len(on))
    first = np.concatenate([node[:-1][is_next], doors])
    second = np.concatenate([node[1:][is_next], nodes + np.arange(len(on))])
    metres = np.concatenate([(along[1:] - along[:-1])[is_next], goal.leg_m[on]])
    far, _, source = dijkstra(
        _shortest_links(first, second, metres, nodes + 2 * len(on)),
        directed=False, indices=doors, min_only=True, return_predecessors=True,
    )  # fmt: skip
    begins = np.concatenate([[0.0], np.cumsum(network.length_m + 1)])
    at_edge, at_along = start.edge[is_on], start.along_m[is_on]
    right = np.searchsorted(begins[edge] + along, begins[at_edge] + at_along)
    left = np.maximum(right - 1, np.searchsorted(edge, at_edge))
    ways = np.stack([far[node[side]] + np.abs(at_along - along[side]) for side in (left, right)])
    is_right = ways[1] < ways[0]
    come_from = source[np.where(is_right, node[right], node[left])]
    position = on[np.clip(come_from - doors[0], 0, len(on) - 1)]
    return ways.min(axis=0) + start.leg_m[is_on], position


def _shortest_links(first: Positions, second: Positions, metres: Numbers, size: int) -> "csr_array":
    """The links as a matrix; of several between the same two nodes the shortest, where a matrix would add them up."""
    from scipy.sparse import csr_array

    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((metres, high, low))
    low, high, metres = low[order], high[order], metres[order]
    is_first = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1]))
    return csr_array((metres[is_first], (low[is_first], high[is_first])), shape=(size, size))


def _direct(network: Network, start: Access, places: Shapes) -> tuple[Positions, Numbers]:
    """The facility a point reaches before it reaches the road, across no water: its position and distance, else inf."""
    facility, straight = np.full(len(start.points), -1, np.int64), np.full(len(start.points), np.inf)
    if len(places) and len(start.points):
        (at, found), distance = shapely.STRtree(places).query_nearest(
            start.points, return_distance=True, all_matches=False
        )
        is_before = distance <= np.minimum(start.leg_m[at], ACCESS_M)
        at, found, distance = at[is_before], found[is_before], distance[is_before]
        is_dry = ~shapely.intersects(network.water, shapely.shortest_line(start.points[at], places[found]))
        facility[at[is_dry]], straight[at[is_dry]] = found[is_dry], distance[is_dry]
    return facility, straight


def _sample(shapes: Shapes) -> tuple[Shapes, Positions]:
    """Points of each shape, evenly over its bounds and inside of it; where there is none, a point inside."""
    west, south, east, north = shapely.bounds(shapes).T
    steps = (np.arange(SAMPLE_SIDE) + 0.5) / SAMPLE_SIDE
    right, up = (axis.ravel() for axis in np.meshgrid(steps, steps))
    x = west[:, None] + (east - west)[:, None] * right
    y = south[:, None] + (north - south)[:, None] * up
    shapely.prepare(shapes)
    is_in = shapely.contains_xy(shapes[:, None], x, y)
    cell = np.nonzero(is_in)[0]
    lacks = np.flatnonzero(~is_in.any(axis=1))
    points = np.concatenate([shapely.points(x[is_in], y[is_in]), shapely.point_on_surface(shapes[lacks])])
    return np.asarray(points, dtype=object), np.concatenate([cell, lacks]).astype(np.int64)
