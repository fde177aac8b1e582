"""Frames in and out of either database.

A frame looks the same on both sides: text `str` with NaN, whole numbers `Int64` (`int64` where the column is declared
not null), truths `boolean`, instants `datetime64[s, UTC]`, days `datetime64[s]` at midnight without a zone, geometry an
object column of shapely in EPSG:4326.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import psycopg
import pyarrow as pa
import shapely
import sqlalchemy as sa

from etl.database.aside import read_aside
from etl.database.engine import adbc, driver
from etl.database.types import Geometry, Instant, with_srid

_CHUNK = 50_000
_FEW = 20_000
"""Rows above which SQLite's are read by way of a file."""
_FEW_OF_SERVER = 1_000
"""Rows above which PostgreSQL's are read by Arrow, whose connection takes tens of milliseconds to make."""

# What a value is → Arrow's type in a frame; and what the drivers take and give where that differs.
_PLAIN = {
    "instant": pa.timestamp("s", "UTC"),
    "day": pa.date32(),
    "truth": pa.bool_(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "geometry": pa.binary(),
    "text": pa.large_string(),
}
_IN_SQLITE = {"instant": pa.int64(), "day": pa.string(), "truth": pa.int64()}
_IN_POSTGRESQL = {"instant": pa.timestamp("us", "UTC")}


def kind_of(column: Any) -> str:
    """What a column's values are: instant, day, truth, whole, number, geometry or text."""
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (Instant, "instant"),
        (Geometry, "geometry"),
        (sa.Date, "day"),
        (sa.Boolean, "truth"),
        (sa.Integer, "whole"),
        ((sa.Numeric, sa.Float), "number"),
    ]
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")


def _driver_type(kind: str, dialect: str) -> pa.DataType:
    return (_IN_SQLITE if dialect == "sqlite" else _IN_POSTGRESQL).get(kind, _PLAIN[kind])


def read_frame(bind: sa.Engine | sa.Connection, select: sa.Select[Any]) -> pd.DataFrame:
    """The rows of a select, columns in the types of this module's first lines, RangeIndex.

    From an engine: what is committed, where there are many rows by the fast way (Arrow over ADBC). From a
    connection: what its transaction sees.
    """
    if isinstance(bind, sa.Connection):
        table = _read_by_cursor(bind, select)
    elif bind.dialect.name == "postgresql":
        table = _read_by_adbc(bind, select)
    else:
        table = _read_by_file(bind, select)
    return pd.DataFrame({column.key: _series(table.column(i), column) for i, column in _numbered(select)})


def empty_frame(columns: Sequence[sa.Column[Any]]) -> pd.DataFrame:
    """No row of these columns, typed as `read_frame` types them."""
    return pd.DataFrame(
        {column.name: _series(pa.chunked_array([], type=_PLAIN[kind_of(column)]), column) for column in columns}
    )


def read_few(engine: sa.Engine, select: sa.Select[Any]) -> pd.DataFrame:
    """As `read_frame`, over the engine's own pool: quicker for hundreds of rows, slower for many thousands."""
    with engine.connect() as connection:
        return read_frame(connection, select)


def _numbered(select: sa.Select[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(select.selected_columns))


def _read_by_adbc(engine: sa.Engine, select: sa.Select[Any]) -> pa.Table:
    compiled = select.compile(engine, compile_kwargs={"render_postcompile": True})
    with engine.connect() as connection:
        if len(found := _read_by_cursor(connection, select.limit(_FEW_OF_SERVER + 1))) <= _FEW_OF_SERVER:
            return found
        # ADBC streams only statements without parameters, so the client library quotes them in.
        statement = psycopg.ClientCursor(driver(connection)).mogrify(compiled.string, compiled.params)
    with adbc(engine) as cursor:
        cursor.execute(statement)
        return cursor.fetch_arrow_table()


def _read_by_file(engine: sa.Engine, select: sa.Select[Any]) -> pa.Table:
    """Few rows from SQLite's own cursor, many by way of a file, which takes some milliseconds to make."""
    with engine.connect() as connection:
        if len(found := _read_by_cursor(connection, select.limit(_FEW + 1))) <= _FEW:
            return found
    types, names = _asked(select, "sqlite")
    try:
        found = read_aside(engine, select)
    except OSError:
        # No room or no leave to write beside the database: it can be read all the same, only slower.
        with engine.connect() as connection:
            return _read_by_cursor(connection, select)
    return found.rename_columns(names).cast(pa.schema(zip(names, types, strict=True)))


def _asked(select: sa.Select[Any], dialect: str) -> tuple[list[pa.DataType], list[str]]:
    """Types and names, by position, of what the driver gives for a select."""
    types = [_driver_type(kind_of(column), dialect) for column in select.selected_columns]
    return types, [str(i) for i in range(len(types))]


def _read_by_cursor(connection: sa.Connection, select: sa.Select[Any]) -> pa.Table:
    types, names = _asked(select, connection.dialect.name)
    cursor: Any = connection.execute(select).cursor  # the driver's own: a million rows need no Row objects
    batches = [pa.table([pa.array([], kind) for kind in types], names=names)]
    while rows := cursor.fetchmany(_CHUNK):
        columns = zip(*rows, strict=True)
        arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
        batches.append(pa.table(arrays, names=names))
    cursor.close()
    return pa.concat_tables(batches)


def _series(values: pa.ChunkedArray, column: Any) -> Any:
    """A column as the frame holds it, whichever database and driver it comes from."""
    kind = kind_of(column)
    if kind == "geometry":
        return shapely.from_wkb(values.cast(pa.binary()).to_numpy())
    values = values.cast(_PLAIN[kind])
    if kind == "day":
        return values.cast(pa.timestamp("s")).to_pandas()
    if kind == "truth":
        return values.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)
    if kind == "whole" and getattr(column, "nullable", True):
        return values.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if kind == "text":
        # Copied, as pandas keeps Arrow's text as it is: one column kept would hold all that ADBC gave with it, which
        # is 180 MB of a million problems.
        values = pa.chunked_array([pa.concat_arrays([*values.chunks, pa.array([], values.type)])])
    return values.to_pandas()


def to_arrow(frame: pd.DataFrame, columns: Mapping[str, sa.Column[Any]], dialect: str) -> pa.Table:
    """The frame's columns as a bulk load of that database takes them; `columns`: those to take, with their types.

    A column the frame lacks is null. Instants lose fractions of a second, so that both databases hold the same.
    """
    return pa.table({name: _array(frame, name, column, dialect) for name, column in columns.items()})


def _array(frame: pd.DataFrame, name: str, column: sa.Column[Any], dialect: str) -> pa.Array:
    kind = kind_of(column)
    target = _driver_type(kind, dialect)
    if name not in frame:
        return pa.nulls(len(frame), target)
    if kind == "geometry":
        shapes = np.array(frame[name], dtype=object)
        if getattr(column.type, "kind", "") == "MULTIPOLYGON":
            shapes = multipolygons(shapes)
        return pa.array(shapely.to_wkb(shapes) if dialect == "sqlite" else with_srid(shapes), pa.binary())
    array = pa.array(frame[name], from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.cast(_PLAIN[kind], safe=False).cast(target)


def multipolygons(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The shapes with each polygon made a multipolygon of one, as the tables keep it."""
    result = shapes.copy()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    result[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    return result


def append(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    """Adds the frame's rows in the connection's transaction; right for thousands (`etl.merge` stages millions)."""
    if frame.empty:
        return
    columns = {column.name: column for column in table.columns if column.name in frame}
    data = to_arrow(frame, columns, connection.dialect.name)
    rows = zip(*(data.column(name).to_pylist() for name in columns), strict=True)
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(preparer.quote(name) for name in columns)
    target = preparer.format_table(table)
    raw = driver(connection)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        raw.executemany(f"INSERT INTO {target} ({names}) VALUES ({marks})", rows)  # noqa: S608 (names of our own)
        return
    with raw.cursor() as cursor, cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
        for row in rows:
            # PostGIS reads hexadecimal EWKB as text, but not with bytea's prefix.
            copy.write_row([value.hex() if isinstance(value, bytes) else value for value in row])
