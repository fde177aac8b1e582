"""The county as it is, before anybody writes it down: cells with people and settings, streets' names, base features.

Coordinates are metres of the place's measure CRS.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from etl.sample.size import Size, facts
from etl.sample.streets import lay_streets
from etl.sample.town import Seat, Town, build_town

OLD_TOWN, URBAN_VILLAGE, FRINGE, NEW_TOWN = "老城区", "城中村", "城乡结合部", "新城区"
_DENSITY = {OLD_TOWN: 2.0, URBAN_VILLAGE: 2.6, FRINGE: 0.6, NEW_TOWN: 1.2}
_SHOPS = {OLD_TOWN: 2.4, URBAN_VILLAGE: 1.6, FRINGE: 0.5, NEW_TOWN: 1.0}


@dataclass(frozen=True)
class County:
    """The town with its cells as a frame, and the base map."""

    size: Size
    town: Town
    radius: float
    zones: pd.DataFrame
    """Index: position. Columns: base (学府), name (学府片区), code, township."""
    cells: pd.DataFrame
    """Index: position. Columns: code, zone (position), setting, people, shopfronts, street, x, y (shares of radius)."""
    base: pd.DataFrame
    """Columns: kind, name, geometry."""

    @cached_property
    def rings(self) -> np.ndarray:
        """For each cell a ring a few metres inside its edge: where problems of the street are met."""
        inner, cell = shapely.get_parts(shapely.buffer(self.town.cells, -7.0), return_index=True)
        order = np.lexsort((shapely.area(inner), cell))
        largest = np.array(self.town.cells)  # a cell too narrow for an inside keeps its own edge
        largest[cell[order]] = inner[order]
        largest = np.where(shapely.is_empty(largest), self.town.cells, largest)
        return np.asarray(shapely.get_exterior_ring(largest))

    def points(self, rng: np.random.Generator, cells: np.ndarray, *, shake_m: float = 1.5) -> np.ndarray:
        """A point on the street side of each of `cells`, shaken by `shake_m`, as an array (cells, 2) in metres."""
        rings = self.rings[cells]
        at = shapely.line_interpolate_point(rings, rng.random(len(cells)) * shapely.length(rings))
        return np.asarray(shapely.get_coordinates(at) + rng.normal(0, shake_m, (len(cells), 2)).clip(-4, 4))


def build_county(rng: np.random.Generator, size: Size) -> County:
    """The county of `size`; the same one for the same `rng`."""
    given = facts()
    streets = lay_streets(rng, area_m2=given["figures"]["area_m2"] * size.growth)
    seats = [Seat(name, x, y, weight) for name, (x, y, weight, _) in given["zones"].items()]
    town = build_town(streets, seats)
    radius = float(np.sqrt(streets.outline.area / np.pi))
    division = given["place"]["division_code"]
    zones = pd.DataFrame(
        {
            "base": list(given["zones"]),
            "name": [f"{name}片区" for name in given["zones"]],
            "code": [f"{division}{number:03d}" for number in range(1, len(seats) + 1)],
            "township": [values[3] for values in given["zones"].values()],
        }
    )
    main_names = _street_names(town)
    cells = _cells(rng, size, town, zones=zones, radius=radius, names=main_names)
    return County(size, town, radius, zones, cells, _base(town, cells, main_names))


def _street_names(town: Town) -> pd.Series:
    """Names of the main streets by their numbers, those nearest the middle first."""
    names = facts()["names"]["main_streets"]
    numbers = sorted(set(town.streets.main_numbers.tolist()), key=lambda n: (abs(n // 2), n))
    # A street's name tells which way it runs: 路 west-east, 大街 north-south.
    lists = {0: [n for n in names if n.endswith("大街")], 1: [n for n in names if not n.endswith("大街")]}
    seen = {0: 0, 1: 0}
    result = {}
    for number in numbers:
        way = number % 2
        turn, place = divmod(seen[way], len(lists[way]))
        name = lists[way][place]
        result[number] = f"{name[:2]}{'东南西北'[turn % 4]}{name[2:]}" if turn else name
        seen[way] += 1
    return pd.Series(result)


def _cells(
    rng: np.random.Generator, size: Size, town: Town, *, zones: pd.DataFrame, radius: float, names: pd.Series
) -> pd.DataFrame:
    xy = shapely.get_coordinates(shapely.centroid(town.cells)) / radius
    far = np.hypot(xy[:, 0], xy[:, 1])
    base = zones["base"].to_numpy(dtype=object)[town.cell_zone]
    setting = np.full(len(xy), NEW_TOWN, dtype=object)
    setting[(far < 0.46) & ~np.isin(base, ["园区", "新城"])] = OLD_TOWN
    setting[far > 0.84] = FRINGE
    angle = rng.permutation(np.linspace(0, 2 * np.pi, 6, endpoint=False)) + rng.uniform(-0.3, 0.3, 6)
    for a, r in zip(angle, rng.uniform(0.5, 0.82, 6), strict=True):
        setting[np.hypot(xy[:, 0] - r * np.cos(a), xy[:, 1] - r * np.sin(a)) < 0.11] = URBAN_VILLAGE

    area = shapely.area(town.cells)
    figures = facts()["figures"]
    lived = area * np.vectorize(_DENSITY.get)(setting) * rng.lognormal(0, 0.45, len(area))
    lived[rng.random(len(area)) < 0.02] = 0
    lived[_park_cells(town, xy)] *= 0.03
    mains = shapely.STRtree(town.streets.mains)
    nearest = mains.nearest(shapely.centroid(town.cells))
    to_main = shapely.distance(town.streets.mains[nearest], town.cells)
    shops = area**0.5 * np.vectorize(_SHOPS.get)(setting) * rng.lognormal(0, 0.6, len(area))
    shops = shops * np.where(to_main < 3, 3.0, 0.7)
    quarter, sequence = town.cell_quarter + 1, _sequence(town)
    codes = [
        f"{zone}{block:03d}{number:03d}"
        for zone, block, number in zip(zones["code"].to_numpy()[town.cell_zone], quarter, sequence, strict=True)
    ]
    return pd.DataFrame(
        {
            "code": codes,
            "zone": town.cell_zone,
            "setting": setting,
            "people": whole_shares(lived, size.grown(figures["people"])),
            "shopfronts": whole_shares(shops, size.grown(figures["shopfronts"])),
            "street": names.loc[town.streets.main_numbers[nearest]].to_numpy(),
            "x": xy[:, 0],
            "y": xy[:, 1],
        }
    )


def _sequence(town: Town) -> np.ndarray:
    """Number of each cell within its quarter, from 1; cells lie zone by zone, quarter by quarter."""
    starts = np.flatnonzero(np.r_[True, (np.diff(town.cell_zone) != 0) | (np.diff(town.cell_quarter) != 0)])
    lengths = np.diff(np.r_[starts, len(town.cells)])
    return np.asarray(np.arange(len(town.cells)) - np.repeat(starts, lengths) + 1)


def whole_shares(weights: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers in proportion to `weights` that add up to `total`.

    >>> whole_shares(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    edges = np.round(np.cumsum(weights) / weights.sum() * total)
    return np.diff(edges, prepend=0).astype(np.int64)


def _base(town: Town, cells: pd.DataFrame, main_names: pd.Series) -> pd.DataFrame:
    """Roads, river, parks and the outline; pieces of a street with one name are one feature."""
    streets = town.streets
    rows: list[tuple[str, str | None, object]] = [("环路", facts()["names"]["ring"], streets.ring)]
    for number, name in main_names.items():
        pieces = streets.mains[streets.main_numbers == number]
        line = shapely.line_merge(shapely.union_all(pieces))
        if not line.is_empty:
            rows.append(("主干道", name, shapely.simplify(line, 0.3)))
    lanes = shapely.get_parts(shapely.line_merge(shapely.union_all(streets.lanes)))
    # A dead end of a few metres is what the outline or the bank has left of a lane.
    rows += [("支路", None, lane) for lane in shapely.simplify(lanes[shapely.length(lanes) > 25], 0.3)]
    rows.append(("河流", facts()["names"]["river"], streets.river))
    parks = town.cells[_park_cells(town, cells[["x", "y"]].to_numpy())]
    green = shapely.buffer(parks, -12, join_style="mitre")
    rows += [("公园绿地", name, place) for name, place in zip(facts()["names"]["parks"], green, strict=True)]
    rows.append(("建成区边界", None, streets.outline))
    return pd.DataFrame(rows, columns=["kind", "name", "geometry"])


def _park_cells(town: Town, xy: np.ndarray) -> np.ndarray:
    """Cells that are parks: among the larger ones, well apart from each other; `xy` are shares of the radius."""
    area = shapely.area(town.cells)
    chosen: list[int] = []
    for cell in np.argsort(-area, kind="stable"):
        if area[cell] < 60_000 and all(np.hypot(*(xy[cell] - xy[other])) > 0.35 for other in chosen):
            chosen.append(int(cell))
    return np.array(chosen[: len(facts()["names"]["parks"])])
