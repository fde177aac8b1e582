"""The tables: the contract between `etl`, which fills them, and `dashboard`, which reads them.

Every key begins with the place (its division code), so that many counties can share one server. A layer's rows are
keyed by `code`: the office's own where it has one, else one made from the row (`etl.clean`). Responsibility is an
association with dates, never a column of the cell. Points are `lon`, `lat` in EPSG:4326; PostGIS adds a `geom` column
generated from them. Instants are UTC; days (`sa.Date`) are the place's own calendar days, and a `…_to` or `ends_on`
day still belongs to the span.
"""

import sqlalchemy as sa

from etl.database import Geometry, Instant

metadata = sa.MetaData()


def _layer(name: str, *columns: sa.Column) -> sa.Table:
    """A layer's table: its key, its own columns, and the runs and the source that brought each row."""
    return sa.Table(
        name,
        metadata,
        sa.Column("place", sa.Text, primary_key=True, comment="division code of the county"),
        sa.Column("code", sa.Text, primary_key=True),
        *columns,
        sa.Column("created_run", sa.Integer, nullable=False, comment="run that brought the row"),
        sa.Column("changed_run", sa.Integer, nullable=False, comment="last run that changed it"),
        sa.Column("source_id", sa.Integer, nullable=False, comment="load_source.id that last brought or changed it"),
    )


def _text(name: str, comment: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, comment=comment or None)


place = sa.Table(
    "place",
    metadata,
    sa.Column("code", sa.Text, primary_key=True, comment="division code"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False, comment="IANA name"),
    sa.Column("measure_crs", sa.Text, nullable=False, comment="projected CRS in metres, e.g. EPSG:4547"),
    sa.Column("week_ends", sa.Text, nullable=False, comment="monday … sunday"),
)

zone = _layer(
    "zone",
    _text("name"),
    sa.Column("area_m2", sa.Float),
    sa.Column("geometry", Geometry("MULTIPOLYGON"), nullable=False),
)

cell = _layer(
    "cell",
    _text("name"),
    _text(
        "zone", "zone.code: as declared (as written while there are no zones), else the one it shares most area with"
    ),
    sa.Column("is_zone_declared", sa.Boolean),
    _text("setting", "old_town, urban_village, fringe, new_town, or as written"),
    sa.Column("people", sa.Integer),
    sa.Column("shopfronts", sa.Integer),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("area_m2", sa.Float),
    sa.Column("geometry", Geometry("MULTIPOLYGON"), nullable=False),
)

facility = _layer(
    "facility",
    _text("kind", "market, toilet, refuse_room, transfer_station, litter_bin, parking, or as written"),
    _text("subkind", "of a market: farmers, convenience, growers, specialised, or as written"),
    _text("name"),
    _text("grade", "of a toilet: 1, 2, 3, or as written"),
    _text("status", "in_use, closed, planned, or as written"),
    sa.Column("capacity", sa.Integer, comment="stalls of a market, seats of a toilet, bays of a car park"),
    sa.Column("floor_area_m2", sa.Float),
    sa.Column("opened_on", sa.Date),
    _text("address"),
    _text("unit", "responsible unit"),
    sa.Column("lon", sa.Float),
    sa.Column("lat", sa.Float),
    _text("cell"),
    _text("zone"),
)

problem = _layer(
    "problem",
    _text("category", "the place's own dictionary"),
    _text("source", "摸底, 督查, 巡查, …, as written"),
    sa.Column("state", sa.Text, nullable=False, comment="reported … deferred, closed (dashboard/text has the words)"),
    sa.Column("reported_at", Instant, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("closed_at", Instant, comment="kept when reopened"),
    sa.Column("reopened_at", Instant),
    _text("unit", "responsible unit, party.name"),
    _text("work_group"),
    sa.Column("is_listed", sa.Boolean, comment="listed supervision 挂牌督办"),
    _text("description"),
    _text("address"),
    sa.Column("lon", sa.Float, comment="null: no usable coordinate, kept and counted"),
    sa.Column("lat", sa.Float),
    _text("cell", "cell.code the point lies in, the one in force on its day (etl.assign); null: in no cell"),
    _text("zone", "zone.code the point lies in; null: outside all zones"),
    sa.Column("is_default_point", sa.Boolean, comment="shares its coordinate with many rows whose addresses disagree"),
    sa.Column("has_dates_in_conflict", sa.Boolean, comment="closed before reported; left out of durations"),
)

visit = _layer(
    "visit",
    sa.Column("visited_at", Instant, nullable=False),
    _text("party", "who, party.code"),
    _text("cell_named", "cell the row names"),
    sa.Column("lon", sa.Float),
    sa.Column("lat", sa.Float),
    _text("cell", "the cell the point lies in, else the one named"),
    _text("zone"),
)

party = _layer(
    "party",
    _text("name"),
    sa.Column("is_person", sa.Boolean, nullable=False),
    _text("class", "of a unit, scored apart: department, zone_member, township, community, or as written"),
    _text("unit", "the unit a person belongs to, by name"),
    _text("zone", "zone.code a unit belongs to"),
    _text("post", "office held, e.g. 副县长"),
    _text("phone"),
)

assignment = _layer(
    "assignment",
    _text("target_layer", "zone, cell or facility"),
    _text("target", "its code"),
    _text("role", "leader, deputy, member_unit, grid_worker, work_group, manager, or as written"),
    _text("party", "party.code"),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date, comment="last day of the term; null: open"),
)

exposure = _layer(
    "exposure",
    _text("media"),
    _text("title"),
    sa.Column("exposed_at", Instant),
    _text("zone"),
    _text("unit"),
    _text("problem", "problem.code, where one was filed"),
)

notice = _layer(
    "notice",
    _text("subject"),
    _text("unit", "to whom it was sent, party.name"),
    _text("zone"),
    _text("problem", "problem.code, where one was filed"),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("due_at", Instant, comment="the unit is to report back by"),
    sa.Column("back_at", Instant, comment="the unit reported back; may lie before sent_at, as written"),
)

campaign = _layer(
    "campaign",
    _text("name"),
    sa.Column("starts_on", sa.Date),
    sa.Column("ends_on", sa.Date),
    _text("zones", "zone codes, separated by a semicolon; null: the whole place"),
)

base_feature = _layer(
    "base_feature",
    _text("kind", "road_ring, road_main, road_lane, water, green, boundary, or as written"),
    _text("name"),
    sa.Column("geometry", Geometry(), nullable=False),
)

LAYERS: dict[str, sa.Table] = {
    "zones": zone,
    "cells": cell,
    "base": base_feature,
    "parties": party,
    "facilities": facility,
    "assignments": assignment,
    "campaigns": campaign,
    "problems": problem,
    "visits": visit,
    "exposures": exposure,
    "notices": notice,
}
"""Layer name in `sources.toml` → table, in the order in which a run merges them: what others refer to comes first."""

MADE_CODE = "[0-9a-f]{20}"
"""A code that loading made of a row that has none of its own (`etl.clean.identity`)."""
BETWEEN = " "
"""Between the number of a notice, in which there are no blanks, and the unit: one number may go to several."""

OWN_COLUMNS = ("place", "code", "created_run", "changed_run", "source_id")
"""Columns that say where a row comes from, not what it says; a difference in these is no change."""

load_run = sa.Table(
    "load_run",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True, comment="the data version once finished"),
    sa.Column("kind", sa.Text, nullable=False, comment="load or undo"),
    sa.Column("undoes", sa.Integer, comment="the run an undo takes back"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("finished_at", Instant, nullable=False),
)

load_source = sa.Table(
    "load_source",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("path", sa.Text, nullable=False, comment="file, with sheet where it has several"),
    sa.Column("entry", sa.Text, nullable=False, comment="the declaration it fell under: its path or pattern"),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("declaration", sa.Text, nullable=False, comment="JSON"),
    sa.Column("layer", sa.Text, nullable=False),
    *(
        sa.Column(name, sa.Integer, nullable=False)
        for name in ("read", "accepted", "refused", "duplicates", "new", "changed", "unchanged", "gone")
    ),
    sa.Column("coordinates", sa.Text, comment="what the coordinates were taken for"),
    sa.Column("notes", sa.Text, nullable=False, comment="JSON list of [code, {values}]"),
)

refused_row = sa.Table(
    "refused_row",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("source_id", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="1, 2, … within the source"),
    sa.Column("sheet", sa.Text),
    sa.Column("row_number", sa.Integer, nullable=False, comment="as the spreadsheet shows it"),
    sa.Column("row", sa.Text, nullable=False, comment="JSON: heading → value as it was"),
    sa.Column("reasons", sa.Text, nullable=False, comment="JSON list of [code, {values}]"),
)

row_event = sa.Table(
    "row_event",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True),
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True, comment="code of the row"),
    sa.Column("column", sa.Text, primary_key=True, comment="* for a whole row taken out by an undo"),
    sa.Column("old", sa.Text, comment="JSON; WKB as hex"),
    sa.Column("new", sa.Text, comment="JSON"),
    sa.Column("at", Instant, nullable=False),
)

for _table in (zone, cell, base_feature):
    sa.Index(f"{_table.name}_geometry", _table.c.geometry, postgresql_using="gist").ddl_if(dialect="postgresql")

for _table in (facility, problem, visit):
    # Generated from lon and lat, so that nothing has to keep two columns equal, and a GIS sees points at once.
    for _statement in (
        f"ALTER TABLE {_table.name} ADD COLUMN geom geometry(Point, 4326) "
        "GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED",
        f"CREATE INDEX {_table.name}_geom ON {_table.name} USING gist (geom)",
    ):
        sa.event.listen(_table, "after_create", sa.DDL(_statement).execute_if(dialect="postgresql"))
