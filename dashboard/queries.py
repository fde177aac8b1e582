"""SQL → frames; the only module that knows the tables. Geometry leaves it in the place's measure CRS, in metres.

Raises `DatabaseAway` when the database does not answer and `NoData` when there is nothing to show yet (`etl.database`
turns the drivers' errors into these); an engine that failed works again as soon as the database does.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import sqlalchemy as sa

from dashboard.county import County, Place
from dashboard.snapshot import NEVER, Snapshot, local_days, make_snapshot
from dashboard.text.errors import error
from etl import schema
from etl.database import connect, empty_frame, file_of, is_created, read_frame
from etl.errors import NoData
from etl.history import EVENT_COLUMNS, decode, rows_at

__all__ = [
    "County", "Place", "connect", "county", "identity", "last_run", "place", "places", "problems", "refused", "runs",
    "snapshot", "sources",
]  # fmt: skip

_KEYS_AT_ONCE = 10_000
_TRIES = 5

_Read = TypeVar("_Read")

_SNAPSHOT = (
    "code", "category", "source", "state", "unit", "cell", "zone", "reported_at", "due_at", "closed_at", "reopened_at",
    "lon", "lat", "is_default_point", "has_dates_in_conflict", "is_listed",
)  # fmt: skip
_VISIT = ("visited_at", "party", "cell", "zone")
_PROBLEM = (
    "code", "category", "source", "state", "zone", "cell", "unit", "work_group", "reported_at", "due_at", "closed_at",
    "reopened_at", "is_listed", "description", "address", "lon", "lat", "is_default_point", "has_dates_in_conflict",
)  # fmt: skip


def places(engine: sa.Engine) -> list[Place]:
    """Places with a finished run, the one loaded last first."""
    last = (
        sa.select(schema.load_run.c.place, sa.func.max(schema.load_run.c.finished_at).label("at"))
        .group_by(schema.load_run.c.place)
        .subquery()
    )
    table = schema.place
    select = sa.select(table).join(last, table.c.code == last.c.place).order_by(last.c.at.desc(), table.c.code)
    with engine.connect() as connection:
        return [Place(*row) for row in connection.execute(select)]


def place(engine: sa.Engine, code: str | None = None) -> Place:
    """The place of a division code; without one, the only one or the one loaded last. Raises `NoData`."""
    found = places(engine)
    if not found:
        raise error(NoData, "no_place")
    chosen = [one for one in found if code is None or one.code == code]
    if not chosen:
        raise error(NoData, "no_such_place", code=code, known=[one.code for one in found])
    return chosen[0]


def identity(url: str) -> str:
    """Which database an address means now: of a file, that very file, so that a replaced one is told apart."""
    path = file_of(connect(url))
    try:
        status = path.stat() if path else None
    except OSError:
        status = None
    return f"{status.st_dev}:{status.st_ino}" if status else ""


def last_run(engine: sa.Engine, place: Place) -> tuple[int, datetime]:
    """The last finished run of a place, which is its data version, and when it finished. Cheap: asked on every rerun.

    Raises `NoData` where there is none.
    """
    table = schema.load_run
    select = _where(sa.select(table.c.run, table.c.finished_at), table, place).order_by(table.c.run.desc()).limit(1)
    with engine.connect() as connection:
        found = connection.execute(select).one_or_none()
    if found is None:
        raise error(NoData, "no_run", place=place.name)
    return found.run, found.finished_at


def county(engine: sa.Engine, place: Place, version: int | None = None) -> County:
    """Everything of a data version (None: the present one) but the problems, the place too as it was then.

    Raises `NoData`.
    """
    version = last_run(engine, place)[0] if version is None else version
    return _at_rest(engine, place, version, lambda older: _county(engine, place, version, older))


def _county(engine: sa.Engine, place: Place, version: int, older: int | None) -> County:
    select = sa.select(schema.load_run.c.finished_at).where(
        schema.load_run.c.place == place.code, schema.load_run.c.run == version
    )
    with engine.connect() as connection:
        loaded_at: datetime | None = connection.execute(select).scalar_one_or_none()
    if loaded_at is None:
        raise error(NoData, "no_version", place=place.name, version=version, present=last_run(engine, place)[0])
    place = _place_at(engine, place, older)

    def rows(table: sa.Table) -> pd.DataFrame:
        names = _said(table)
        if not is_created(engine, table):  # by a program that had no such layer; the next load makes it
            return empty_frame([table.c[name] for name in names]).set_index("code")
        return _layer(engine, table, place, older, columns=names).set_index("code").sort_index()

    zones = _polygons(rows(schema.zone), place)
    cells = _polygons(rows(schema.cell), place)
    facilities = rows(schema.facility)
    x_m, y_m = _metres(facilities["lon"], facilities["lat"], place)
    points = gpd.points_from_xy(x_m, y_m)
    # In order of time, so that the last visit of a cell is the last one written to its place.
    visits = _layer(engine, schema.visit, place, older, columns=_VISIT).sort_values("visited_at", kind="stable")
    visited_s = _seconds(visits["visited_at"])
    return County(
        place=place,
        data_version=version,
        loaded_at=loaded_at,
        zones=zones[["name", "area_m2", "geometry"]],
        cells=cells.drop(columns=["is_zone_declared"]),
        facilities=gpd.GeoDataFrame(
            facilities.drop(columns=["lon", "lat"]),
            geometry=gpd.GeoSeries(points, index=facilities.index).where(np.isfinite(x_m)),
            crs=place.measure_crs,
        ),
        base=_polygons(rows(schema.base_feature), place)[["kind", "name", "geometry"]],
        parties=rows(schema.party),
        assignments=rows(schema.assignment).reset_index(names="code"),
        campaigns=rows(schema.campaign),
        exposures=rows(schema.exposure),
        notices=_numbered(rows(schema.notice)),
        visits=pd.DataFrame(
            {
                "cell": cells.index.get_indexer(visits["cell"]).astype(np.int32),
                "zone": zones.index.get_indexer(visits["zone"]).astype(np.int32),
                "visited_s": visited_s,
                "visited_day": local_days(visited_s, place.time_zone),
                "party": visits["party"].to_numpy(),
            }
        ),
    )


def _numbered(notices: pd.DataFrame) -> pd.DataFrame:
    """With `number`, what stands on the notice: its code without the unit; NaN for a code that loading made."""
    own = notices.index.to_series().astype("str")
    return notices.assign(number=own.str.split(schema.BETWEEN, n=1).str[0].where(~is_made(own)).astype("str"))


def is_made(codes: pd.Series) -> pd.Series:
    """Whether loading made the code of a row that has none of its own."""
    own = codes.astype("str")
    # A number of digits alone is an office's: as good as no code that was made is.
    return own.str.fullmatch(schema.MADE_CODE) & ~own.str.fullmatch("[0-9]*")


def snapshot(engine: sa.Engine, county: County, patrol_minutes: tuple[int, int]) -> Snapshot:
    """The problems of the county's place at its data version; `patrol_minutes` as in `Settings`."""
    place = county.place
    rows = _at_rest(
        engine,
        place,
        county.data_version,
        lambda older: _layer(engine, schema.problem, place, older, columns=_SNAPSHOT),
    )
    x_m, y_m = _metres(rows["lon"], rows["lat"], place)
    instants = {f"{name}_s": _seconds(rows[f"{name}_at"]) for name in ("reported", "due", "closed", "reopened")}
    flags = ("is_default_point", "has_dates_in_conflict", "is_listed")
    truths = {name: rows[name].to_numpy(dtype=np.bool_, na_value=False) for name in flags}
    visited = county.visits["visited_s"].to_numpy()
    return make_snapshot(
        rows.assign(**instants, **truths, x_m=x_m, y_m=y_m),
        zones=county.zones.index,
        cells=county.cells.index,
        cell_zones=county.cell_zones,
        cell_settings=county.cells["setting"],
        patrol_minutes=patrol_minutes,
        time_zone=place.time_zone,
        latest_visit_s=int(visited[visited != NEVER].max(initial=0)),
    )


def problems(engine: sa.Engine, county: County, codes: Sequence[str]) -> pd.DataFrame:
    """Rows of `problem` for a list or a popup, in the order asked for; a code that is not there is left out.

    Index `code`; every column of the table but place and runs. Instants are UTC.
    """
    table, place = schema.problem, county.place

    def read(older: int | None) -> pd.DataFrame:
        parts = [list(codes[first : first + _KEYS_AT_ONCE]) for first in range(0, max(len(codes), 1), _KEYS_AT_ONCE)]
        found = [_layer(engine, table, place, older, columns=_PROBLEM, codes=part) for part in parts]
        return pd.concat(found) if len(found) > 1 else found[0]

    frame = _at_rest(engine, place, county.data_version, read).set_index("code")
    at = frame.index.get_indexer(pd.Index(list(codes), dtype="str"))
    return frame.take(at[at >= 0])


def runs(engine: sa.Engine, place: Place) -> pd.DataFrame:
    """Finished runs, newest first. Columns run, kind, undoes, started_at, finished_at, and of their sources: files,
    read, accepted, refused, duplicates, new, changed, unchanged, gone."""
    run = schema.load_run
    frame = read_frame(engine, _where(sa.select(*_but_place(run)), run, place).order_by(run.c.run.desc()))
    counts = sources(engine, place).groupby("run")
    numbers = ["read", "accepted", "refused", "duplicates", "new", "changed", "unchanged", "gone"]
    totals = counts[numbers].sum().assign(files=counts["path"].nunique())
    return frame.join(totals, on="run").fillna({name: 0 for name in (*numbers, "files")})


def sources(engine: sa.Engine, place: Place, run: int | None = None) -> pd.DataFrame:
    """Files of one run or of all, newest run first: every column of `load_source` but the place."""
    table = schema.load_source
    select = _where(sa.select(*_but_place(table)), table, place)
    if run is not None:
        select = select.where(table.c.run == run)
    return read_frame(engine, select.order_by(table.c.run.desc(), table.c.id))


def refused(engine: sa.Engine, place: Place, source_id: int) -> pd.DataFrame:
    """Refused rows of one file: number, sheet, row_number, row (JSON), reasons (JSON)."""
    table = schema.refused_row
    select = _where(sa.select(*_but_place(table)), table, place).where(table.c.source_id == source_id)
    return read_frame(engine, select.order_by(table.c.number)).drop(columns=["source_id"])


def _where(select: sa.Select[Any], table: sa.Table, place: Place) -> sa.Select[Any]:
    return select.where(table.c.place == place.code)


def _but_place(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if column.name != "place"]


def _said(table: sa.Table) -> list[str]:
    """The columns that say what a row is, and its code; not where it comes from."""
    return ["code", *(column.name for column in table.c if column.name not in schema.OWN_COLUMNS)]


def _at_rest(engine: sa.Engine, place: Place, version: int, read: Callable[[int | None], _Read]) -> _Read:
    """What `read` gives of one data version, whatever runs end meanwhile.

    `read` gets None where the version is the present one, as the tables hold it, else the version, for which later
    events are taken back; that way is right also while runs end (`etl.history.rows_at`), so one that ends during a
    reading of the present version costs another reading and mixes nothing.
    """
    for _ in range(_TRIES):
        before = last_run(engine, place)
        older = version if version < before[0] else None
        found = read(older)
        if older is not None or last_run(engine, place) == before:
            return found
    return read(version)


def _place_at(engine: sa.Engine, known: Place, version: int | None) -> Place:
    """The place at a data version (None: as it is); its changes are events of the layer `place`."""
    table, event = schema.place, schema.row_event
    with engine.connect() as connection:
        told = connection.execute(sa.select(table).where(table.c.code == known.code)).one()._asdict()
    if version is not None:
        later = _where(sa.select(event.c.column, event.c.old), event, known).where(
            event.c.layer == "place", event.c.run > version
        )
        with engine.connect() as connection:
            # Newest first: what is written last is the value before the first change.
            for column, old in connection.execute(later.order_by(event.c.run.desc())):
                told[column] = decode([old], table.c[column]).iloc[0]
    return Place(**told)


def _layer(
    engine: sa.Engine,
    table: sa.Table,
    place: Place,
    version: int | None,
    *,
    columns: Sequence[str] | None = None,
    codes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Rows of a layer's table at a data version (None: as they are); `codes`: no others than these."""
    names = tuple(column.name for column in table.c) if columns is None else columns
    # What an older version takes back needs the key and the run that made the row.
    asked = names if version is None else tuple(dict.fromkeys((*names, "code", "created_run")))
    present = _where(sa.select(*(table.c[name] for name in asked)), table, place)
    if codes is not None:
        present = present.where(table.c.code.in_(codes))
    # The rows first: an event of a run that ends in between puts back what the rows still show.
    rows = read_frame(engine, present)
    if version is None:
        return rows
    event = schema.row_event
    layer = next(name for name, one in schema.LAYERS.items() if one is table)
    later = sa.select(*(event.c[name] for name in EVENT_COLUMNS)).where(event.c.layer == layer, event.c.run > version)
    if codes is not None:
        later = later.where(event.c.key.in_(codes))
    return rows_at(rows, read_frame(engine, _where(later, event, place)), table, version)[list(names)]


def _seconds(instants: pd.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
    """UTC seconds of datetime64[s, UTC]; `NEVER` where there is none."""
    values = instants.dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    return np.where(np.isnat(values), NEVER, values.astype(np.int64))


def _metres(lon: pd.Series, lat: pd.Series, place: Place) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Points in the measure CRS; NaN stays NaN."""
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", place.measure_crs, always_xy=True)
    x_m, y_m = to_metres.transform(lon.to_numpy(np.float64, na_value=np.nan), lat.to_numpy(np.float64, na_value=np.nan))
    is_there = np.isfinite(x_m) & np.isfinite(y_m)
    return np.where(is_there, x_m, np.nan), np.where(is_there, y_m, np.nan)


def _polygons(rows: pd.DataFrame, place: Place) -> gpd.GeoDataFrame:
    """With geometry in the measure CRS, and `area_m2` where the table has it: as stored, else of the geometry."""
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326").to_crs(place.measure_crs)
    if "area_m2" in frame:
        frame["area_m2"] = frame["area_m2"].fillna(frame.geometry.area)
    return frame
