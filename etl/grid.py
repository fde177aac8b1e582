"""Grid cells where a place has none: square, clipped to the zones, numbered; and numbers for cells without a code.

All cells come from one planar partition: the zones' borders and the grid's lines are noded together once, so that
neighbours have the very same vertices, and neither overlap nor leave holes.
"""

import re
from collections.abc import Collection
from itertools import islice

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from etl.assign import NOWHERE, assign, zone_of_cells
from etl.errors import LayerInvalid
from etl.messages import error

_PRECISION_M = 0.001
_LONGEST_DEG = 0.001  # a straight border in degrees is a curve in metres: at 100 m they part by 0.2 mm
_SPECK_SHARE = 0.01
_BLOCK = 999
_MOST_CELLS = 200_000

Ints = npt.NDArray[np.int64]


def make_cells(
    zones: gpd.GeoDataFrame,
    *,
    size_m: float,
    measure_crs: str,
    division_code: str,
    sliver_share: float = 0.25,
) -> gpd.GeoDataFrame:
    """Square cells of `size_m` metres, aligned to its multiples in `measure_crs`, clipped to the zones.

    `zones`: valid polygons in EPSG:4326, index = code. Result: index 0…, columns `code` (15 digits), `zone`,
    `geometry` (Polygon, seldom MultiPolygon, EPSG:4326); in the order of the codes. Cells neither overlap nor leave
    holes: a piece of less than `sliver_share` of a full cell is merged into the neighbour of the same zone with which
    it shares the longest edge; a part of a zone that has no neighbour to merge with is a cell of its own, unless it is
    a speck of less than a hundredth of a cell, which goes to the nearest. Where zones overlap, the lower code has it.
    Raises `LayerInvalid`.
    """
    zones = zones[zones.geometry.notna() & ~zones.geometry.is_empty].sort_index()
    if not len(zones):
        raise error(LayerInvalid, "grid_without_zones")
    in_metres = gpd.GeoSeries(
        shapely.segmentize(zones.geometry.to_numpy(), _LONGEST_DEG), index=zones.index, crs=zones.crs
    ).to_crs(measure_crs)
    expected = float(in_metres.area.sum()) / size_m**2 if size_m > 0 else np.inf
    if not expected <= _MOST_CELLS:
        raise error(LayerInvalid, "grid_too_fine", size_m=float(size_m), most=_MOST_CELLS)
    faces = _partition(in_metres, size_m)
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    zone = assign(inner[:, 0], inner[:, 1], in_metres)
    faces, inner, zone = faces[zone != NOWHERE], inner[zone != NOWHERE], zone[zone != NOWHERE]
    column, row = (np.floor(inner[:, axis] / size_m).astype(np.int64) for axis in (0, 1))
    area = shapely.area(faces)
    group = _grouped(faces, area, zone, _labels(zone, column, row), sliver_share * size_m**2)
    group = _without_specks(faces, area, zone, group, _SPECK_SHARE * size_m**2)

    # A cell stands where its largest face stands.
    largest = np.lexsort((-area, group))[np.unique(np.sort(group), return_index=True)[1]]
    cells = gpd.GeoDataFrame(
        {"zone": in_metres.index.to_numpy()[zone[largest]], "row": -row[largest], "column": column[largest]},
        geometry=_merged(faces, group),
        crs=measure_crs,
    )
    cells["x"] = shapely.get_x(shapely.centroid(cells.geometry.to_numpy()))
    cells = cells.sort_values(["zone", "row", "column", "x"], ignore_index=True)
    cells["code"] = _codes(cells["zone"], division_code, in_metres.index.to_numpy())
    return cells[["code", "zone", "geometry"]].sort_values("code", ignore_index=True).to_crs(zones.crs)


def number_cells(
    cells: gpd.GeoDataFrame, *, division_code: str, zones: gpd.GeoSeries, code: str = "code", zone: str = "zone"
) -> pd.Series:
    """Codes of all cells, index as `cells`: their own where they have one, else 15 digits made from zone and position.

    `cells`: geometry in EPSG:4326; column `code` may hold the office's own codes, column `zone` the zone's code, both
    may be missing. Rows run from north to south in bands as high as the median cell, each from west to east; a cell in
    no zone has 000 for its zone. Numbers that the office has given already are left out. The codes do not depend on
    the order of rows. Raises `LayerInvalid`.
    """
    own = cells[code] if code in cells else pd.Series(None, index=cells.index, dtype="str")
    own = own.where(own.notna() & (own.astype("str").str.strip() != ""))
    declared = cells.get(zone)
    bounds = cells.geometry.bounds
    band = np.median(bounds["maxy"] - bounds["miny"]) or 1.0
    north = float(bounds["maxy"].max())
    centre = shapely.centroid(cells.geometry.to_numpy())
    order = pd.DataFrame(
        {
            "zone": zone_of_cells(cells.geometry, zones, declared)["zone"].fillna("").to_numpy(),
            # Half a band of play, so that the middles of one row never straddle the border of two bands.
            "row": np.rint((north - shapely.get_y(centre)) / band - 0.5),
            "x": shapely.get_x(centre),
            "y": -shapely.get_y(centre),
            "shape": shapely.to_wkb(shapely.normalize(cells.geometry.to_numpy())),
        }
    )
    order = order[own.isna().to_numpy()].sort_values(["zone", "row", "x", "y", "shape"])
    made = _codes(order["zone"], division_code, zones.index.to_numpy(), taken=set(own.dropna().astype("str")))
    codes = own.astype("str").to_numpy(dtype=object)
    codes[order.index.to_numpy()] = made
    return pd.Series(codes, index=cells.index, dtype="str")


def _partition(zones: gpd.GeoSeries, size_m: float) -> npt.NDArray[np.object_]:
    """The faces into which the zones' borders and the grid's lines cut the plane."""
    west, south, east, north = zones.total_bounds
    xs = np.arange(np.floor(west / size_m), np.ceil(east / size_m) + 1) * size_m
    ys = np.arange(np.floor(south / size_m), np.ceil(north / size_m) + 1) * size_m
    upright = shapely.linestrings([[(x, ys[0]), (x, ys[-1])] for x in xs])
    level = shapely.linestrings([[(xs[0], y), (xs[-1], y)] for y in ys])
    lines = np.concatenate([shapely.boundary(zones.to_numpy()), upright, level])
    noded = shapely.union_all(lines, grid_size=_PRECISION_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _labels(*parts: npt.NDArray[np.integer]) -> Ints:
    """A number for each different combination."""
    return np.asarray(np.unique(np.column_stack(parts), axis=0, return_inverse=True)[1], dtype=np.int64).ravel()


def _shared_edges(faces: npt.NDArray[np.object_]) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """Pairs of faces that share an edge, and its length in metres; as all are noded, a segment is shared as it is."""
    rings, face = shapely.get_parts(shapely.boundary(faces), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    is_segment = ring[1:] == ring[:-1]
    ends = np.hstack([xy[:-1], xy[1:]])[is_segment]
    owner = face[ring[:-1][is_segment]]
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    whole = np.rint(ends / _PRECISION_M).astype(np.int64)
    turned = (whole[:, 0] > whole[:, 2]) | ((whole[:, 0] == whole[:, 2]) & (whole[:, 1] > whole[:, 3]))
    whole[turned] = whole[turned][:, [2, 3, 0, 1]]
    order = np.lexsort(whole.T)
    same = np.flatnonzero((whole[order][1:] == whole[order][:-1]).all(axis=1))
    one, other = order[same], order[same + 1]
    return owner[one], owner[other], length[one]


def _grouped(
    faces: npt.NDArray[np.object_],
    area: npt.NDArray[np.float64],
    zone: npt.NDArray[np.int32],
    label: Ints,
    least_m2: float,
) -> Ints:
    """Number of the cell each face belongs to: connected faces of one square and zone, slivers with a neighbour."""
    a, b, length = _shared_edges(faces)
    is_inner = zone[a] == zone[b]
    a, b, length = a[is_inner], b[is_inner], length[is_inner]
    is_same = label[a] == label[b]
    joined = coo_array((np.ones(is_same.sum()), (a[is_same], b[is_same])), shape=(len(faces), len(faces)))
    group = np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)

    size = np.bincount(group, weights=area)
    beside: list[dict[int, float]] = [{} for _ in size]
    for one, other, metres in zip(group[a[~is_same]], group[b[~is_same]], length[~is_same], strict=True):
        beside[one][other] = beside[one].get(other, 0.0) + metres
        beside[other][one] = beside[other].get(one, 0.0) + metres
    into = np.arange(size.size)
    # Smallest first; a few thousand slivers at most, along the borders.
    for sliver in np.argsort(size, kind="stable"):
        if size[sliver] >= least_m2 or not beside[sliver]:
            continue
        neighbour = max(beside[sliver], key=lambda other: (round(beside[sliver][other], 3), size[other], -other))
        into[sliver] = neighbour
        size[neighbour] += size[sliver]
        size[sliver] = np.inf
        for other, metres in beside[sliver].items():
            del beside[other][sliver]
            if other != neighbour:
                beside[neighbour][other] = beside[neighbour].get(other, 0.0) + metres
                beside[other][neighbour] = beside[other].get(neighbour, 0.0) + metres
    while (into != into[into]).any():
        into = into[into]
    return np.asarray(np.unique(into[group], return_inverse=True)[1], dtype=np.int64)


def _without_specks(
    faces: npt.NDArray[np.object_],
    area: npt.NDArray[np.float64],
    zone: npt.NDArray[np.int32],
    group: Ints,
    speck_m2: float,
) -> Ints:
    """`group` with specks that lie apart given to the nearest cell of their zone."""
    is_speck = np.bincount(group, weights=area)[group] < speck_m2
    result = group.copy()
    for one in np.unique(zone[is_speck]):
        rest, specks = np.flatnonzero((zone == one) & ~is_speck), np.flatnonzero((zone == one) & is_speck)
        if rest.size:
            result[specks] = group[rest[shapely.STRtree(faces[rest]).nearest(faces[specks])]]
    return np.asarray(np.unique(result, return_inverse=True)[1], dtype=np.int64)


def _merged(faces: npt.NDArray[np.object_], group: Ints) -> npt.NDArray[np.object_]:
    """One polygon per group, in the order of the groups."""
    order = np.argsort(group, kind="stable")
    members = np.split(faces[order], np.flatnonzero(np.diff(group[order])) + 1)
    return np.array([one[0] if len(one) == 1 else shapely.union_all(one) for one in members], dtype=object)


def _codes(
    zone: pd.Series, division_code: str, zones: npt.NDArray[np.object_], taken: Collection[str] = ()
) -> npt.NDArray[np.object_]:
    """Codes, not among `taken`, of cells that are sorted by zone and position.

    Division 6 digits, zone 3, block 3, sequence 3. The zone's digits are the last ones of its own code where these
    tell all zones apart, else its rank in the order of codes; 000 for no zone.
    """
    names = sorted(str(name) for name in zones)
    if len(names) > _BLOCK:
        raise error(LayerInvalid, "grid_too_many_zones", zones=len(names), most=_BLOCK)
    tails = [name[-3:] if re.fullmatch("[0-9]{3}", name[-3:]) else "000" for name in names]
    is_telling = "000" not in tails and len(set(tails)) == len(tails)
    digits = {name: tails[rank] if is_telling else f"{rank + 1:03}" for rank, name in enumerate(names)}
    made: list[str] = []
    for name, count in zone.value_counts(sort=False).items():
        head = f"{division_code:0>6.6}{digits.get(str(name), '000')}"
        numbers = (f"{head}{block:03}{sequence:03}" for block in range(1, 1000) for sequence in range(1, _BLOCK + 1))
        found = list(islice((code for code in numbers if code not in taken), count))
        if len(found) < count:
            raise error(LayerInvalid, "grid_too_many_cells", most=_BLOCK * _BLOCK)
        made += found
    return np.array(made, dtype=object)
