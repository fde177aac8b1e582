"""How far it is on foot, along the roads.

A way is the straight leg to the nearest point of a road, the shortest way along the roads, and the straight leg from
there. A leg never crosses water. What lies nearer than the road itself is walked to directly.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from dashboard.analysis.access import ACCESS_M, Access, Ground, access
from dashboard.analysis.nearest import located
from dashboard.analysis.network import Network, Numbers, Positions, Shapes

if TYPE_CHECKING:
    from scipy.sparse import csr_array


_AT_ONCE = 4_000_000
"""Distances kept at one time while choices are counted."""


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


def walking_choices(
    network: Network, start: Access, facilities: gpd.GeoSeries, *, radius_m: npt.ArrayLike
) -> npt.NDArray[np.int64]:
    """By point of `start`: how many facilities are no farther than `radius_m` (of each point, or of all) on foot."""
    from scipy.sparse.csgraph import dijkstra

    places: Shapes = np.asarray(located(facilities).array)
    within = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), len(start.points))
    goal, is_on = access(network, places), start.edge >= 0
    at, direct, straight = _across(network, start, places)
    is_near = straight <= within[at]
    counted = at[is_near] * len(places) + direct[is_near]
    count = np.bincount(at[is_near], minlength=len(start.points)).astype(np.int64)
    if not is_on.any() or not (goal.edge >= 0).any():
        return count
    stones = _Milestones.of(network, goal)
    node, metres = stones.beside(start, is_on)
    left = within[is_on] - start.leg_m[is_on]
    step = max(_AT_ONCE // max(stones.links.shape[0], len(left)), 1)
    for first in range(0, len(stones.on), step):
        some = slice(first, first + step)
        far = dijkstra(stones.links, directed=False, indices=stones.doors[some], limit=float(within.max()))
        is_near = np.minimum(far[:, node[0]] + metres[0], far[:, node[1]] + metres[1]) <= left
        which, at = np.nonzero(is_near)
        at = np.flatnonzero(is_on)[at]
        is_new = ~np.isin(at * len(places) + stones.on[some][which], counted)
        count += np.bincount(at[is_new], minlength=len(count))
    return count


@dataclass(frozen=True, eq=False)
class _Milestones:
    """Both ends of every edge and the facilities along it, in order; whoever is on a road is between two of them."""

    edge: Positions
    along_m: Numbers
    node: Positions
    on: Positions
    """Positions of the facilities that are on the network."""
    doors: Positions
    """Node of each of these, at the end of its leg."""
    links: "csr_array"
    begins_m: Numbers
    """Of each edge, were all of them laid end to end."""

    @classmethod
    def of(cls, network: Network, goal: Access) -> "_Milestones":
        on = np.flatnonzero(goal.edge >= 0)
        edges, nodes = np.arange(len(network.lines)), network.nodes
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
        links = _shortest_links(first, second, metres, nodes + 2 * len(on))
        return cls(edge, along, node, on, doors, links, np.concatenate([[0.0], np.cumsum(network.length_m + 1)]))

    @cached_property
    def _laid_m(self) -> Numbers:
        return self.begins_m[self.edge] + self.along_m

    def beside(self, start: Access, is_on: npt.NDArray[np.bool_]) -> tuple[Positions, Numbers]:
        """2 × points: the nodes before and behind each point that is on the network, and how far each is (m)."""
        edge, along = start.edge[is_on], start.along_m[is_on]
        right = np.searchsorted(self._laid_m, self.begins_m[edge] + along)
        left = np.maximum(right - 1, np.searchsorted(self.edge, edge))
        sides = np.stack([left, right])
        return self.node[sides], np.abs(along - self.along_m[sides])


def _along(network: Network, start: Access, goal: Access, is_on: npt.NDArray[np.bool_]) -> tuple[Numbers, Positions]:
    """Distance and position of the facility, of the points that are on the network."""
    from scipy.sparse.csgraph import dijkstra

    stones = _Milestones.of(network, goal)
    far, _, source = dijkstra(
        stones.links, directed=False, indices=stones.doors, min_only=True, return_predecessors=True
    )
    node, metres = stones.beside(start, is_on)
    ways = far[node] + metres
    come_from = source[np.where(ways[1] < ways[0], node[1], node[0])]
    position = stones.on[np.clip(come_from - stones.doors[0], 0, len(stones.on) - 1)]
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


def _across(network: Network, start: Access, places: Shapes) -> tuple[Positions, Positions, Numbers]:
    """All pairs of a point and a facility before the road, across no water: their positions and distance."""
    at, found = shapely.STRtree(places).query(
        start.points, predicate="dwithin", distance=np.minimum(start.leg_m, ACCESS_M)
    )
    lines = shapely.shortest_line(start.points[at], places[found])
    is_dry = ~shapely.intersects(network.water, lines)
    return at[is_dry], found[is_dry], shapely.length(lines[is_dry])
