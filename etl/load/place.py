"""Which county a load is for, and what the database knows of it."""

import re
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa

from etl import messages, schema
from etl.coordinates import measure_crs
from etl.database import is_created, read_few
from etl.errors import SettingsError
from etl.intake import Known
from etl.sources import PlaceEntry, Plan

UNNAMED = "000000"
"""Division code of a county nobody named, until its zones or cells do."""


@dataclass(frozen=True, eq=False)
class Seen:
    """The database as a load found it."""

    place: PlaceEntry
    is_measured: bool
    """Whether the place's measure CRS is settled: declared, or its polygons are in the database."""
    known: Known
    version: int
    """Data version, 0 before the first load."""


def places(engine: sa.Engine) -> pd.DataFrame:
    """The counties in the database, by code; empty before the first load."""
    if not is_created(engine, schema.place):
        return pd.DataFrame({column.name: pd.Series(dtype="str") for column in schema.place.columns})
    return read_few(engine, sa.select(schema.place).order_by(schema.place.c.code))


def choose(found: pd.DataFrame, code: str | None) -> str:
    """The county that was asked for, or the only one there is. Raises `SettingsError` when it cannot be told."""
    codes = found["code"].tolist()
    if code is not None and code in codes:
        return code
    if code is not None:
        raise messages.error(SettingsError, "place_unknown", code=code, known=codes)
    if len(codes) != 1:
        raise messages.error(SettingsError, "place_unclear", known=codes)
    return str(codes[0])


def look(engine: sa.Engine, plan: Plan, wanted: str | None) -> Seen:
    """What a load of the plan starts from. Raises `SettingsError` when files do not say whose they are."""
    # Before all else: a run that commits while we read then makes the version differ under the lock, and we judge anew.
    versions = _versions(engine)
    found = places(engine)
    entry = plan.place
    if entry is None:
        if wanted is not None and wanted not in set(found["code"]):
            entry = PlaceEntry(name=wanted, division_code=wanted)
        elif wanted is None and found.empty:
            entry = PlaceEntry(name=UNNAMED, division_code=UNNAMED)
        else:
            row = found.set_index("code").loc[choose(found, wanted)]
            entry = PlaceEntry(str(row["name"]), str(row.name), str(row["time_zone"]), str(row["week_ends"]))
    known = known_of(engine, entry.division_code) if len(found) else Known()
    rows = found[found["code"] == entry.division_code]
    is_measured = entry.measure_crs is not None or bool(len(rows) and (len(known.zones) or len(known.cells)))
    if entry.measure_crs is None and is_measured:
        entry = replace(entry, measure_crs=str(rows["measure_crs"].iloc[0]))
    return Seen(entry, is_measured, known, versions.get(entry.division_code, 0))


def _versions(engine: sa.Engine) -> dict[str, int]:
    """The data version of every county that has been loaded."""
    if not is_created(engine, schema.load_run):
        return {}
    run = schema.load_run.c
    found = read_few(engine, sa.select(run.place, sa.func.max(run.run).label("run")).group_by(run.place))
    return {str(place): int(last) for place, last in zip(found["place"], found["run"], strict=True)}


def known_of(engine: sa.Engine, place: str) -> Known:
    """The layers that files refer to, as the database has them."""

    def own(table: sa.Table) -> list[str]:
        return [column.name for column in table.columns if column.name not in schema.OWN_COLUMNS]

    def rows(table: sa.Table, *columns: str, is_named: bool = False) -> pd.DataFrame:
        select = sa.select(table.c.code, *(table.c[name] for name in columns)).where(table.c.place == place)
        if is_named:
            select = select.where(table.c.name.is_not(None))
        return read_few(engine, select.order_by(table.c.code)).set_index("code")

    return Known(
        zones=rows(schema.zone, "name", "geometry"),
        cells=rows(schema.cell, *own(schema.cell)),
        base=rows(schema.base_feature, "kind", "name", "geometry", is_named=True),
        facilities=rows(schema.facility, "name", "kind", "lon", "lat"),
        parties=rows(schema.party, "name", "is_person"),
        assignments=rows(schema.assignment, *own(schema.assignment)),
    )


def named_by_codes(place: PlaceEntry, codes: pd.Series) -> PlaceEntry:
    """The county that all codes of zones and cells begin with, for files that do not say whose they are."""
    if place.division_code != UNNAMED or codes.empty:
        return place
    divisions = {match[1] if match else "" for match in map(re.compile(r"(\d{6})\d{3,}$").match, codes.unique())}
    if len(divisions) != 1 or "" in divisions or UNNAMED in divisions:
        return place
    (code,) = divisions
    return replace(place, name=code, division_code=code)


def measured(place: PlaceEntry, layers: dict[str, pd.DataFrame]) -> PlaceEntry:
    """The place with a measure CRS: the declared one, else that of the middle of its polygons, else of its points."""
    if place.measure_crs is not None:
        return place
    for name in ("zones", "cells", "base"):
        shapes = layers.get(name, pd.DataFrame())
        if len(shapes):
            west, south, east, north = gpd.GeoSeries(shapes["geometry"].to_numpy(), crs="EPSG:4326").total_bounds
            return replace(place, measure_crs=measure_crs((west + east) / 2, (south + north) / 2))
    for name in ("problems", "facilities", "visits"):
        points = layers.get(name, pd.DataFrame())
        if len(points) and points["lon"].notna().any():
            middle = (float(np.nanmedian(points["lon"])), float(np.nanmedian(points["lat"])))
            return replace(place, measure_crs=measure_crs(*middle))
    return replace(place, measure_crs=measure_crs(114.0, 36.0))
