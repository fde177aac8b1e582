"""Whole layers: polygons valid, overlaps and holes, codes unique, and points that are nobody's place."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from etl.messages import Note

TOLERANCE_M2 = 1.0
"""Overlaps and holes below this area come from rounding of coordinates, not from the drawing."""

_DISAGREE_FROM = 5
"""Different texts on one coordinate from which they disagree. Neighbouring house numbers share a rounded coordinate
by twos and threes, at most four in Boston's 115 coordinates with ten rows and more; its default point has 846."""

_DESCRIPTIONS_DISAGREE_FROM = 10
"""Descriptions of one and the same place differ anyway; they must differ more."""

_POLYGON, _MULTIPOLYGON = 3, 6


def repair(geometry: gpd.GeoSeries, *, measure_crs: str) -> tuple[gpd.GeoSeries, pd.DataFrame]:
    """Valid MultiPolygons (EPSG:4326, index as given), and what had to be repaired.

    The second frame has a row per repaired polygon, index as given: `reason` (GEOS), `area_before_m2`,
    `area_after_m2`, `changed_m2`, `changed_share`. Only polygonal parts are kept; nothing polygonal left: None.
    Parts of a drawing that overlap become one ("structure"), rather than a hole ("linework").
    """
    shapes = shapely.force_2d(geometry.to_numpy())
    is_given = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    is_areal = np.isin(shapely.get_type_id(shapes), (_POLYGON, _MULTIPOLYGON))
    is_broken = is_given & ~(is_areal & shapely.is_valid(shapes))
    sound = shapes.copy()
    sound[is_broken] = shapely.make_valid(shapes[is_broken], method="structure", keep_collapsed=False)
    repaired = gpd.GeoSeries(_multipolygons(sound), index=geometry.index, crs=geometry.crs)
    before = np.abs(gpd.GeoSeries(shapes[is_broken], crs=geometry.crs).to_crs(measure_crs).area.to_numpy())
    after = np.nan_to_num(repaired[is_broken].to_crs(measure_crs).area.to_numpy())
    changed = pd.DataFrame(
        {
            "reason": shapely.is_valid_reason(shapes[is_broken]),
            "area_before_m2": before,
            "area_after_m2": after,
            "changed_m2": after - before,
            "changed_share": np.divide(after - before, before, out=np.zeros_like(before), where=before > 0),
        },
        index=geometry.index[is_broken],
    )
    return repaired, changed


def _multipolygons(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The polygonal parts of each geometry as one MultiPolygon, None where there are none."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # a collection may hold MultiPolygons
    owner = owner[inner]
    is_polygon = (shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)
    result = np.full(len(shapes), None, dtype=object)
    owners, position = np.unique(owner[is_polygon], return_inverse=True)
    if owners.size:
        result[owners] = shapely.multipolygons(parts[is_polygon], indices=position)
    return result


def overlaps(
    cells: gpd.GeoSeries, *, measure_crs: str, terms: pd.DataFrame | None = None, tolerance_m2: float = TOLERANCE_M2
) -> pd.DataFrame:
    """Pairs of cells that overlap: `a`, `b` (codes, a before b), `area_m2` above the tolerance; largest first.

    `cells`: valid polygons in EPSG:4326, index = code. `terms`: `valid_from`, `valid_to` (its last day) of each,
    aligned with them: cells that are never in force on one day do not overlap.
    """
    order = np.flatnonzero(cells.notna().to_numpy())
    order = order[np.argsort(cells.index.to_numpy(dtype=object)[order], kind="stable")]
    cells = cells.iloc[order]
    shapes = cells.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    if terms is not None:
        begins, ends = (terms[name].to_numpy(dtype="datetime64[D]")[order] for name in ("valid_from", "valid_to"))
        is_apart = (ends[a] < begins[b]) | (ends[b] < begins[a])  # False where there is no limit
        a, b = a[~is_apart], b[~is_apart]
    # Cut where they were drawn and measured afterwards: borders that are straight in degrees are curves in metres,
    # and neighbours with different vertices on one border would seem to overlap.
    area = gpd.GeoSeries(shapely.intersection(shapes[a], shapes[b]), crs=cells.crs).to_crs(measure_crs).area.to_numpy()
    codes = cells.index.to_numpy()
    found = pd.DataFrame({"a": codes[a], "b": codes[b], "area_m2": area})[area > tolerance_m2]
    return found.sort_values(["area_m2", "a", "b"], ascending=[False, True, True], ignore_index=True)


def holes(
    zones: gpd.GeoSeries, cells: gpd.GeoSeries, *, measure_crs: str, tolerance_m2: float = TOLERANCE_M2
) -> gpd.GeoDataFrame:
    """Parts of zones that no cell covers: `zone`, `area_m2`, `geometry` (EPSG:4326), a row per hole, largest first.

    Both: valid polygons in EPSG:4326, `zones` with index = code.
    """
    zones = zones[zones.notna()]
    covers, shapes = cells[cells.notna()].to_numpy(), zones.to_numpy()
    zone, cell = shapely.STRtree(covers).query(shapes, predicate="intersects")
    covered = np.array([shapely.union_all(covers[cell[zone == one]]) for one in range(len(zones))], dtype=object)
    parts, owner = shapely.get_parts(shapely.difference(shapes, covered), return_index=True)
    found = gpd.GeoDataFrame({"zone": zones.index.to_numpy()[owner]}, geometry=parts, crs=zones.crs)
    found.insert(1, "area_m2", found.to_crs(measure_crs).area)
    found = found[found["area_m2"] > tolerance_m2]
    return found.sort_values(["area_m2", "zone"], ascending=[False, True], ignore_index=True)


def duplicate_codes(code: pd.Series) -> pd.Series:
    """Codes that occur more than once → how often."""
    counts = code.dropna().value_counts()
    return counts[counts > 1].sort_index()


def repair_notes(changed: pd.DataFrame) -> list[Note]:
    """What `repair` did, a note per polygon; `changed` as it returns it, index = what people call the polygon."""
    columns = changed[["reason", "changed_m2", "changed_share"]].itertuples(name=None)
    return [
        # Plus zero, as a change of minus nothing reads oddly.
        ("polygon_repaired", {"name": str(name), "reason": reason, "area_m2": round(area, 1) + 0.0, "share": share})
        for name, reason, area, share in columns
    ]


def cell_notes(
    cells: gpd.GeoSeries, zones: gpd.GeoSeries, *, measure_crs: str, terms: pd.DataFrame | None = None
) -> list[Note]:
    """Overlaps, holes and duplicate codes of a cell layer, one note each where there are any; `terms` as in
    `overlaps`."""
    notes: list[Note] = []
    pairs = overlaps(cells, measure_crs=measure_crs, terms=terms)
    if len(pairs):
        worst = [f"{a} × {b}" for a, b in zip(pairs["a"][:3], pairs["b"][:3], strict=True)]
        area = float(pairs["area_m2"].sum())
        notes.append(("cells_overlap", {"pairs": len(pairs), "area_m2": area, "worst": worst}))
    if len(zones):
        gaps = holes(zones, cells, measure_crs=measure_crs)
        if len(gaps):
            named = sorted(set(gaps["zone"].astype(str)))
            notes.append(
                ("cells_leave_holes", {"holes": len(gaps), "area_m2": float(gaps["area_m2"].sum()), "zones": named})
            )
    twice = duplicate_codes(cells.index.to_series())
    if len(twice):
        notes.append(("codes_twice", {"codes": twice.index.astype(str).tolist()}))
    return notes


def default_points(
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    address: pd.Series | None,
    description: pd.Series | None = None,
    *,
    rows: int = 10,
    share: float = 0.01,
) -> npt.NDArray[np.bool_]:
    """Whether each row sits on a default point: many rows on one coordinate whose addresses disagree (DOMAIN.md).

    `lon`, `lat`: EPSG:4326, NaN allowed; coordinates are one when equal to a millionth of a degree (0.1 m). Many: at
    least `rows`, or `share` of all rows that have a coordinate, whichever is less, but not below five. They disagree
    when there are at least five different addresses and none is that of more than half of the rows (Boston's City
    Hall: 329 rows, one address). Descriptions are asked only where most rows of a coordinate have no address, and there
    must be ten different ones. `address`, `description`: text aligned by position.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    found = np.zeros(lon.size, dtype=bool)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    key = np.rint(lon[known] * 1e6).astype(np.int64) * 1_000_000_000 + np.rint(lat[known] * 1e6).astype(np.int64)
    point, _ = pd.factorize(key)
    counts = np.bincount(point)
    many = min(rows, max(_DISAGREE_FROM, int(np.ceil(share * known.size))))
    is_busy = (counts >= many)[point]
    busy, point = known[is_busy], point[is_busy]
    if not busy.size:
        return found
    text = _text_codes(address, busy)
    spoken = _text_codes(description, busy)
    is_addressed = 2 * np.bincount(point[text >= 0], minlength=counts.size) >= counts
    # Codes of descriptions stay apart from those of addresses.
    text = np.where(is_addressed[point], text, np.where(spoken >= 0, spoken + text.max() + 1, -1))
    has_text = text >= 0
    pair, size = np.unique(point[has_text] * (int(text.max()) + 2) + text[has_text], return_counts=True)
    owner = pair // (int(text.max()) + 2)
    different = np.bincount(owner, minlength=counts.size)
    commonest = np.zeros(counts.size, dtype=np.int64)
    np.maximum.at(commonest, owner, size)
    written = np.bincount(point[has_text], minlength=counts.size)
    disagree = (different >= np.where(is_addressed, _DISAGREE_FROM, _DESCRIPTIONS_DISAGREE_FROM)) & (
        2 * commonest <= written
    )
    found[busy] = disagree[point]
    return found


def _text_codes(texts: pd.Series | None, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A number for each different text, -1 for none; case, width, spaces and punctuation make no difference."""
    if texts is None:
        return np.full(rows.size, -1)
    code, distinct = pd.factorize(texts.iloc[rows])
    plain = pd.Series(distinct, dtype="str").str.normalize("NFKC").str.lower().str.replace(r"[\s\W_]+", "", regex=True)
    merged, _ = pd.factorize(plain.where(plain != ""))
    return np.append(merged, -1)[code]
