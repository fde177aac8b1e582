"""Where points step onto the roads: by the nearest one that no water keeps them from."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.analysis.network import Network, Numbers, Positions, Shapes

ACCESS_M = 300.0
"""Where water lies before the nearest road, another one is looked for within this."""
SAMPLE_SIDE = 7
"""Points of a cell's sample by row and by column."""
_AT_ONCE = 200_000
"""Points whose legs are drawn at one time: 50,000 cells have two and a half million."""


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
    along, leg = np.zeros(len(points)), np.full(len(points), np.inf)
    for first in range(0, len(points) if len(network.lines) else 0, _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        edge[some], along[some], leg[some] = _step_on(network, points[some])
    return Access(points, edge, along, leg)


def _step_on(network: Network, points: Shapes) -> tuple[Positions, Numbers, Numbers]:
    """Edge, metres along it and metres to it."""
    edge = np.full(len(points), -1, np.int64)
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
    return edge, along, leg


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
