"""What a row's place in the world follows from: cells' zones and areas, points' cells and zones, default points."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from etl.assign import NOWHERE, assign, zone_of_cells
from etl.clean.dates import to_local
from etl.database import multipolygons
from etl.intake import Known
from etl.intake.references import Directory

POINT_LAYERS = ("facilities", "problems", "visits")
DAY_OF = {"problems": "reported_at", "visits": "visited_at"}
"""The day whose cells a row belongs to. A facility stands to this day, whenever it was opened: the present cells."""
_TERM = ("valid_from", "valid_to")


@dataclass(frozen=True, eq=False)
class World:
    """The zones and cells of a place after a load. Index code, sorted; geometry in EPSG:4326."""

    zones: gpd.GeoSeries
    cells: gpd.GeoSeries
    zone_of_cell: pd.Series
    """Index cell code; zone code, missing for a cell in no zone."""
    declared: pd.Series
    """Index cell code; the zone a cell is declared to be in: its code, or what was written before there were zones;
    missing where nothing is declared, or no zone that is there."""
    unknown: pd.Series
    """Index cell code; what was written before there were zones and is none of them."""
    is_new: bool
    """Whether the load brings or changes a zone or a cell, so that rows already there may lie elsewhere now."""
    terms: pd.DataFrame | None = None
    """`valid_from`, `valid_to` of the cells, index as `cells`; None where none of them begins or ends."""
    time_zone: str = "Asia/Shanghai"
    """The place's, whose days the terms are."""


def polygons_after(known: pd.DataFrame, rows: pd.DataFrame | None) -> tuple[gpd.GeoSeries, bool]:
    """The polygons when `rows` have been merged over the known ones, by code, and whether that changes any."""
    old = pd.Series(known["geometry"].to_numpy(), index=known.index) if len(known) else pd.Series(dtype=object)
    new = pd.Series(dtype=object)
    if rows is not None and len(rows):
        shapes = multipolygons(rows["geometry"].to_numpy(dtype=object))
        new = pd.Series(shapes, index=rows["code"].to_numpy(dtype=object))
    held = old.to_dict()
    before = np.array([held.get(code) for code in new.index], dtype=object)
    is_same = shapely.equals_exact(before, new.to_numpy(dtype=object), tolerance=0.0)
    result = pd.concat([old[~old.index.isin(new.index)], new]).sort_index()
    return gpd.GeoSeries(result.to_numpy(), index=result.index, crs="EPSG:4326"), not is_same.all()


def world_after(known: Known, layers: Mapping[str, pd.DataFrame], time_zone: str) -> World:
    """The zones and cells when the layers' rows have been merged over what is known."""
    zones, are_zones_new = polygons_after(known.zones, layers.get("zones"))
    cells, are_cells_new = polygons_after(known.cells, layers.get("cells"))
    declared = pd.Series(index=cells.index, dtype="str")
    if len(known.cells):
        held = known.cells["zone"].where(known.cells["is_zone_declared"].fillna(False).to_numpy(dtype=bool))
        declared.loc[held.index] = held
    rows = layers.get("cells")
    if rows is not None and len(rows):
        declared.loc[rows["code"].to_numpy(dtype=object)] = rows["zone"].to_numpy() if "zone" in rows else None
    unknown = declared.iloc[:0]
    if len(zones):
        declared, unknown = _looked_up(declared, _names_after(known.zones, layers.get("zones")))
    zone = zone_of_cells(cells, zones, declared)["zone"] if len(cells) else pd.Series(dtype="str")
    terms, are_terms_new = _terms_after(known.cells, rows, cells.index)
    is_new = are_zones_new or are_cells_new or are_terms_new
    return World(zones, cells, zone.astype("str"), declared, unknown, is_new, terms, time_zone)


def _names_after(known: pd.DataFrame, rows: pd.DataFrame | None) -> pd.DataFrame:
    """`name` by code of the zones when the rows have been merged over the known ones."""
    before = known.reindex(columns=["name"])
    if rows is None or not len(rows):
        return before
    brought = rows.set_index("code").reindex(columns=["name"])
    return pd.concat([before.loc[~before.index.isin(brought.index)], brought])


def _looked_up(declared: pd.Series, zones: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """(codes of the declared zones, missing for one that is not there; what was written of these)."""
    is_code = declared.isin(zones.index) | declared.isna()
    if is_code.all():
        return declared, declared.iloc[:0]
    found = declared.where(is_code, Directory(zones).codes(declared))
    return found, declared[found.isna() & declared.notna()]


def _terms_after(known: pd.DataFrame, rows: pd.DataFrame | None, codes: pd.Index) -> tuple[pd.DataFrame | None, bool]:
    """The cells' terms, None where there are none, and whether the rows change any."""
    before = _terms(known).reindex(codes)
    if rows is None or not len(rows):
        return (before if before.notna().any(axis=None) else None), False
    after = before.copy()
    brought = _terms(rows.set_index("code"))
    after.loc[brought.index] = brought
    return (after if after.notna().any(axis=None) else None), not after.equals(before)


def _terms(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.reindex(columns=list(_TERM)).astype("datetime64[s]")


def with_areas(rows: pd.DataFrame, measure_crs: str) -> pd.DataFrame:
    """Polygons with `area_m2`, measured in the place's CRS where the file gives none."""
    area = gpd.GeoSeries(rows["geometry"].to_numpy(), crs="EPSG:4326").to_crs(measure_crs).area.to_numpy()
    given = rows["area_m2"].to_numpy(dtype="float64") if "area_m2" in rows else np.full(len(rows), np.nan)
    return rows.assign(area_m2=np.where(np.isnan(given), area, given))


def with_zones(cells: pd.DataFrame, world: World) -> pd.DataFrame:
    """Cells (`code`) with `zone` and `is_zone_declared`."""
    declared = world.declared.reindex(cells["code"].to_numpy(dtype=object)).set_axis(cells.index).astype("str")
    zone = declared.where(declared.notna(), zones_of(cells["code"], world))
    return cells.assign(zone=zone, is_zone_declared=declared.notna().astype("boolean"))


def zones_of(cells: pd.Series, world: World) -> pd.Series:
    """The zone of each cell code, missing for none; index kept."""
    zones = world.zone_of_cell.reindex(cells.to_numpy(dtype=object)).to_numpy()
    return pd.Series(zones, index=cells.index, dtype="str")


def placed(points: pd.DataFrame, world: World) -> pd.DataFrame:
    """Points (`lon`, `lat`) with the `cell` and the `zone` they lie in, missing outside.

    Where cells have terms, a row with a moment of its own (`DAY_OF`) is in the cell in force on that day. A visit
    without coordinates is in the cell it names (`cell_named`), and in that cell's zone.
    """
    lon, lat = points["lon"].to_numpy(dtype="float64"), points["lat"].to_numpy(dtype="float64")
    in_cell = assign(lon, lat, world.cells, terms=world.terms, days=_days(points, world))
    cell = _codes(in_cell, world.cells.index)
    zone = _codes(_zones_of_points(lon, lat, in_cell, world), world.zones.index)
    result = points.assign(cell=cell.set_axis(points.index), zone=zone.set_axis(points.index))
    if "cell_named" in points:
        named = points["cell_named"].where(points["cell_named"].isin(world.cells.index))
        result["cell"] = result["cell"].fillna(named)
        result["zone"] = result["zone"].fillna(zones_of(result["cell"], world))
    return result


def _days(points: pd.DataFrame, world: World) -> npt.NDArray[np.datetime64] | None:
    """The place's day of each row, where the cells have terms and the rows a moment."""
    moment = next((name for name in DAY_OF.values() if name in points), None)
    if world.terms is None or moment is None:
        return None
    return to_local(points[moment].dt.tz_localize(None).to_numpy(dtype="datetime64[s]"), world.time_zone)


def _zones_of_points(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], in_cell: npt.NDArray[np.int32], world: World
) -> npt.NDArray[np.int32]:
    """Position of the zone of each point; `in_cell`: that of its cell.

    All points of a cell that lies in one zone and touches no other are in that zone. That leaves few to be asked
    about, and zones have borders of thousands of vertices.
    """
    if len(lon) <= len(world.cells) or not len(world.cells) or not len(world.zones):
        return assign(lon, lat, world.zones)
    shapes, zones = world.cells.to_numpy(), world.zones.to_numpy()
    cell, zone = shapely.STRtree(zones).query(shapes, predicate="intersects")
    touched = np.bincount(cell, minlength=len(shapes))
    shapely.prepare(zones)
    is_inner = (touched[cell] == 1) & shapely.covers(zones[zone], shapes[cell])
    zone_of_cell = np.full(len(shapes), NOWHERE, dtype=np.int32)
    zone_of_cell[cell[is_inner]] = zone[is_inner]
    found = np.where(in_cell == NOWHERE, NOWHERE, zone_of_cell[in_cell]).astype(np.int32)
    is_open = found == NOWHERE
    found[is_open] = assign(lon[is_open], lat[is_open], world.zones)
    return found


def _codes(position: npt.NDArray[np.int32], codes: pd.Index) -> pd.Series:
    """Codes at positions, missing for -1; a million of them share the few strings there are."""
    if not len(codes):
        return pd.Series(index=range(len(position)), dtype="str")
    return pd.Series(codes.astype("str").array.take(position, allow_fill=True))
