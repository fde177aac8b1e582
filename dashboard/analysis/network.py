"""The roads as a graph: cut where they cross, joined where they nearly meet, and how far they hang together.

A road over a river crosses it, as its line does; where no road does there is no crossing.
"""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

ROAD_KINDS = ("road_ring", "road_main", "road_lane")
WATER_KIND = "water"

SNAP_M = 3.0
"""An end no farther than this from another road is joined to it: drawn lines seldom meet to the centimetre."""
GRID_M = 0.01
"""Coordinates are rounded to this while the lines are cut, so that a crossing is the same point for both."""
BANK_M = 0.5
"""So much of a water's edge may be touched: roads are drawn along the bank, and a ditch is stepped over."""
ISLET_SHARE = 0.01
"""Parts with less than this share of the length are left out: a stub nobody joined is no neighbourhood of its own."""
CONNECTED_SHARE = 0.5
"""Below this share of the length in the largest part the lines are no network to walk on."""

NO_ROADS, DISCONNECTED_NETWORK, ROADS_ELSEWHERE = "no_roads", "disconnected_network", "roads_elsewhere"
REFUSALS = (NO_ROADS, DISCONNECTED_NETWORK, ROADS_ELSEWHERE)
"""Why no walking distance can be told: no line of a road on record; the lines do not hang together
(`CONNECTED_SHARE`); too many cells lie far from every road (`reach.on_foot`)."""

Shapes = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Network:
    """Roads between the points where they meet or end; in metres of one projected CRS."""

    lines: Shapes
    """By edge: a line from its first to its second node."""
    ends: Positions
    """Edges × 2: its nodes."""
    length_m: Numbers
    nodes: int
    parts: int
    """How many pieces do not hang together."""
    total_m: float
    """Length of all roads, those left out too."""
    largest_m: float
    """Length in the largest part."""
    left_out_m: float
    """Length in parts too small to be walked on (`ISLET_SHARE`)."""
    water: shapely.Geometry
    """What nobody walks across; empty where no water is on record."""

    @property
    def largest_share(self) -> float:
        """Share of the length in the largest part; NaN without roads."""
        return self.largest_m / self.total_m if self.total_m else np.nan

    @property
    def refusal(self) -> str | None:
        """One of `REFUSALS`, None: it can be walked on."""
        if not len(self.lines):
            return NO_ROADS
        return DISCONNECTED_NETWORK if self.largest_share < CONNECTED_SHARE else None

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The lines, for the nearest one."""
        return shapely.STRtree(self.lines)


def network(base: gpd.GeoDataFrame) -> Network:
    """The network of a base map's roads.

    `base`: kind, geometry, in one projected CRS in metres. Roads are the lines of `ROAD_KINDS` (their areas are left
    aside), all of them for walking both ways; water is of `WATER_KIND`, lines or polygons.
    """
    kinds = base["kind"].to_numpy(dtype=object, na_value="")
    shapes: Shapes = np.asarray(base.geometry.array)
    roads = _lines(shapes[np.isin(kinds, ROAD_KINDS)])
    water = _water(shapes[kinds == WATER_KIND])
    pieces = _cut(np.concatenate([roads, _joints(roads, water)]))
    points = np.stack([shapely.get_coordinates(shapely.get_point(pieces, end)) for end in (0, -1)], axis=1)
    grid = np.round(points.reshape(-1, 2) / GRID_M).astype(np.int64)
    found, which = np.unique(grid, axis=0, return_inverse=True)
    ends = which.reshape(-1, 2).astype(np.int64)
    length = shapely.length(pieces)
    parts, label = _parts(ends, len(found))
    of_edge = label[ends[:, 0]] if len(ends) else np.zeros(0, np.int64)
    by_part = np.bincount(of_edge, weights=length, minlength=parts)
    total, largest = float(length.sum()), float(by_part.max(initial=0))
    is_kept = by_part[of_edge] >= ISLET_SHARE * total
    return Network(
        lines=pieces[is_kept],
        ends=ends[is_kept],
        length_m=length[is_kept],
        nodes=len(found),
        parts=parts,
        total_m=total,
        largest_m=largest,
        left_out_m=float(length[~is_kept].sum()),
        water=water,
    )


def _lines(shapes: Shapes) -> Shapes:
    """Single lines of some length, without a third dimension."""
    parts = shapely.force_2d(shapely.get_parts(shapes[~shapely.is_missing(shapes)]))
    is_line = np.isin(shapely.get_type_id(parts), (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
    return np.asarray(parts[is_line & (shapely.length(parts) > 0)], dtype=object)


def _water(shapes: Shapes) -> shapely.Geometry:
    parts = shapely.force_2d(shapely.get_parts(shapes[~shapely.is_missing(shapes)]))
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    water = shapely.union_all(np.concatenate([shapely.buffer(parts[is_area], -BANK_M), parts[~is_area]]))
    shapely.prepare(water)
    return water


def _joints(roads: Shapes, water: shapely.Geometry) -> Shapes:
    """Short lines from the ends of roads to what they nearly meet, none of them across water."""
    if not len(roads):
        return roads
    ends = np.concatenate([shapely.get_point(roads, 0), shapely.get_point(roads, -1)])
    own = np.tile(np.arange(len(roads)), 2)
    end, road = shapely.STRtree(roads).query(ends, predicate="dwithin", distance=SNAP_M)
    is_other = own[end] != road
    to_roads = shapely.shortest_line(ends[end[is_other]], roads[road[is_other]])
    # Between ends too: the two of one road may lack the last metres of a ring.
    first, second = shapely.STRtree(ends).query(ends, predicate="dwithin", distance=SNAP_M)
    to_ends = shapely.shortest_line(ends[first[first < second]], ends[second[first < second]])
    joints = np.concatenate([to_roads, to_ends])
    joints = joints[shapely.length(joints) > 0]
    return np.asarray(joints[~shapely.intersects(water, joints)], dtype=object)


def _cut(lines: Shapes) -> Shapes:
    """The lines in pieces that meet at their ends only; what lies on top of each other becomes one."""
    if not len(lines):
        return lines
    # Snap-rounding, so that a joint's end on a line, which floats put a hair beside it, still cuts the line.
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=GRID_M))
    return np.asarray(pieces[shapely.length(pieces) > 0], dtype=object)


def _parts(ends: Positions, nodes: int) -> tuple[int, Positions]:
    if not nodes:
        return 0, np.zeros(0, np.int64)
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    links = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    parts, label = connected_components(links, directed=False)
    return int(parts), label.astype(np.int64)
