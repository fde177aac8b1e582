"""Zones and cells of a town that looks like one: cells follow the streets, zones the main streets and the river.

All in metres around the middle of the town.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from etl.sample.streets import Streets

SLIVER_M2 = 3_600.0
"""A block smaller than this is joined to the neighbour it shares most street with."""
TOUCH_M = 30.0
"""Quarters that share less than this are no neighbours when zones are put together."""


@dataclass(frozen=True)
class Seat:
    """Where a zone is put: its name, the place of its middle as a share of the town's radius, its weight in area."""

    name: str
    x: float
    y: float
    weight: float


@dataclass(frozen=True)
class Town:
    """Cells (without the river) and zones (with it) as index-aligned arrays, in metres."""

    streets: Streets
    cells: np.ndarray
    cell_zone: np.ndarray
    """For each cell the position of its zone."""
    cell_quarter: np.ndarray
    """For each cell the number, from 0 within its zone, of the quarter between main streets that it lies in."""
    zones: np.ndarray


def build_town(streets: Streets, seats: Sequence[Seat]) -> Town:
    """Cells and zones of `streets`, numbered zone by zone, quarter by quarter, north to south, west to east."""
    quarters = _polygons([*streets.mains, shapely.intersection(streets.river_line, streets.outline)], streets.outline)
    lines = [*streets.mains, *streets.lanes, streets.ring, streets.river_line, streets.river.boundary]
    blocks = _polygons(lines, streets.outline)
    inner = shapely.point_on_surface(blocks)
    quarter = _containing(quarters, inner)
    is_water = shapely.intersects(streets.river, inner)
    radius = float(np.sqrt(streets.outline.area / np.pi))
    quarter_zone = _zones_of_quarters(quarters, streets, seats, radius)
    side = np.stack([quarter, is_water], axis=1)
    blocks, side = _without_slivers(blocks, side, side, streets)
    # What is still small lies between a main street and the bank or the outline: it may cross that street.
    blocks, side = _without_slivers(blocks, side, np.stack([quarter_zone[side[:, 0]], side[:, 1]], axis=1), streets)
    # And what rounding has left on the wrong side of a line may go anywhere.
    blocks, side = _without_slivers(blocks, side, np.zeros((len(side), 1)), streets, land_m2=1, water_m2=1)
    quarter, is_water = side[:, 0], side[:, 1] == 1
    zone = quarter_zone[quarter]
    zones = np.array([shapely.coverage_union_all(blocks[zone == z]) for z in range(len(seats))])
    cells, cell_zone, cell_quarter = blocks[~is_water], zone[~is_water], quarter[~is_water]
    order, number = _numbered(cells, cell_zone, cell_quarter, quarters)
    return Town(streets, cells[order], cell_zone[order], number, zones)


def _polygons(lines: Sequence[object], outline: shapely.Polygon) -> np.ndarray:
    """The faces between `lines` inside `outline`; neighbours share every vertex."""
    noded = shapely.union_all(np.array([*lines, outline.boundary], dtype=object), grid_size=0.01)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return faces[shapely.intersects(outline, shapely.point_on_surface(faces))]


def _containing(polygons: np.ndarray, points: np.ndarray) -> np.ndarray:
    """For each point the position of the polygon it lies in, the nearest one where rounding put it between two."""
    tree = shapely.STRtree(polygons)
    return np.asarray(tree.nearest(points), dtype=np.int64)


def shared_lengths(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of neighbours (each pair once) and the length of what they share, in metres."""
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    is_pair = first < second
    first, second = first[is_pair], second[is_pair]
    edges = shapely.intersection(shapely.boundary(polygons[first]), shapely.boundary(polygons[second]))
    return first, second, shapely.length(edges)


def _without_slivers(
    blocks: np.ndarray,
    side: np.ndarray,
    within: np.ndarray,
    streets: Streets,
    *,
    land_m2: float = SLIVER_M2,
    water_m2: float = np.inf,
) -> tuple[np.ndarray, np.ndarray]:
    """Blocks and their `side` (quarter, is water), joined until none too small has a neighbour of equal `within`.

    Joining across the ring road is the last choice. The river's blocks are joined as far as they go.
    """
    shapely.prepare(streets.ring)
    while True:
        small = np.flatnonzero(shapely.area(blocks) < np.where(side[:, 1] == 1, water_m2, land_m2))
        query, second = shapely.STRtree(blocks).query(blocks[small], predicate="intersects")
        first = small[query]
        may = (first != second) & (within[first] == within[second]).all(axis=1)
        first, second = first[may], second[may]
        edge = shapely.intersection(shapely.boundary(blocks[first]), shapely.boundary(blocks[second]))
        shared = shapely.length(edge)
        shared = np.where(shapely.dwithin(shapely.point_on_surface(edge), streets.ring, 0.5), shared / 10, shared)
        touching = shared > 0.0005
        first, second, shared = first[touching], second[touching], shared[touching]
        if not len(first):
            return blocks, side
        order = np.lexsort((second, shared, first))
        target = np.full(len(blocks), -1)
        target[first[order]] = second[order]
        # A block joins one that stays where it is in this step; chains and pairs are left to the next one.
        wanting = np.flatnonzero(target >= 0)
        joins = wanting[target[target[wanting]] < 0]
        joins = joins if len(joins) else wanting[:1]
        blocks = blocks.copy()
        for into in np.unique(target[joins]):
            blocks[into] = shapely.coverage_union_all(blocks[np.append(joins[target[joins] == into], into)])
        blocks, side, within = (np.delete(each, joins, axis=0) for each in (blocks, side, within))


def _zones_of_quarters(quarters: np.ndarray, streets: Streets, seats: Sequence[Seat], radius: float) -> np.ndarray:
    """For each quarter its zone: zones grow from their seats, nearest quarter first, and never over the river.

    Growing keeps every zone in one piece; a heavier zone counts its distances as shorter.
    """
    middle = shapely.get_coordinates(shapely.centroid(quarters))
    seat_xy = np.array([(s.x * radius, s.y * radius) for s in seats])
    far = np.hypot(*(middle[:, None] - seat_xy[None]).transpose(2, 0, 1)) / np.sqrt([s.weight for s in seats])
    is_other_bank = _is_north(streets, middle)[:, None] != _is_north(streets, seat_xy)[None]
    far[is_other_bank] = np.inf
    first, second, shared = shared_lengths(quarters)
    near = np.zeros((len(quarters), len(quarters)), dtype=bool)
    near[first[shared > TOUCH_M], second[shared > TOUCH_M]] = True
    near |= near.T

    zone = np.full(len(quarters), -1)
    for z in range(len(seats)):
        zone[int(np.argmin(np.where(zone < 0, far[:, z], np.inf)))] = z
    while (zone < 0).any():
        reach = np.stack([near[:, zone == z].any(axis=1) for z in range(len(seats))], axis=1)
        open_ = np.where(reach & (zone < 0)[:, None], far, np.inf)
        if not np.isfinite(open_).any():  # a splinter between outline and main street that touches nothing
            open_ = np.where((zone < 0)[:, None], far, np.inf)
        best = np.unravel_index(int(np.argmin(open_)), open_.shape)
        zone[best[0]] = best[1]
    return zone


def _is_north(streets: Streets, xy: np.ndarray) -> np.ndarray:
    line = shapely.get_coordinates(streets.river_line)
    return xy[:, 1] > np.interp(xy[:, 0], line[:, 0], line[:, 1])


def _numbered(
    cells: np.ndarray, zone: np.ndarray, quarter: np.ndarray, quarters: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Order of the cells, and for each (in that order) its quarter's number within its zone."""
    quarter_xy = shapely.get_coordinates(shapely.centroid(quarters))
    xy = shapely.get_coordinates(shapely.centroid(cells))
    by_place = np.lexsort((quarter_xy[:, 0], -np.round(quarter_xy[:, 1], -2)))
    rank = np.empty(len(quarters), dtype=np.int64)
    rank[by_place] = np.arange(len(quarters))
    order = np.lexsort((xy[:, 0], -np.round(xy[:, 1], -2), rank[quarter], zone))
    key = np.stack([zone[order], rank[quarter][order]], axis=1)
    _, start, inverse = np.unique(key, axis=0, return_index=True, return_inverse=True)
    zone_of_key = key[start][:, 0]
    first_of_zone = np.searchsorted(zone_of_key, zone_of_key)
    return order, (np.arange(len(start)) - first_of_zone)[inverse]
