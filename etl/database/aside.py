"""A large select of SQLite as Arrow, by way of a file of its own.

Made row by row, the Python objects of a million problems cost three times the reading itself. ADBC makes none, but it
may not open the main file (see `etl.database.engine`), so SQLite copies the answer into a file beside it first:
8.3 s CPU became 3.5 s for a snapshot of a million problems.
"""

import glob
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import sqlalchemy as sa

from etl.database.engine import driver, file_of
from etl.errors import DatabaseAway

_SCHEMA = "aside"
_DEAD_AFTER_S = 3600


def read_aside(engine: sa.Engine, select: sa.Select[Any]) -> pa.Table:
    """The rows of a select on a SQLite engine; types are what SQLite holds, widened to one a column.

    Raises `OSError` where the file cannot be made: no leave to write in the database's folder, no room on its disk.
    """
    import adbc_driver_manager
    from adbc_driver_sqlite import dbapi

    try:
        return _read(engine, select, dbapi)
    except (sqlite3.OperationalError, DatabaseAway, adbc_driver_manager.Error) as error:
        raise OSError(str(error)) from error


def _read(engine: sa.Engine, select: sa.Select[Any], dbapi: Any) -> pa.Table:
    with _file(engine) as path:
        rows = _copy(engine, select, path)
        with dbapi.connect(str(path)) as connection, connection.cursor() as cursor:
            # Types are told from the first batch, so all rows are one.
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(max(rows, 1))})
            cursor.execute("SELECT * FROM answer")
            return cursor.fetch_arrow_table()


def _copy(engine: sa.Engine, select: sa.Select[Any], path: Path) -> int:
    """Writes the answer into a file that is let go again before anything else opens it; how many rows."""
    compiled = select.compile(engine, compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    with engine.connect() as connection:
        raw = driver(connection)
        raw.execute(f"ATTACH ? AS {_SCHEMA}", (str(path),))
        try:
            raw.execute(f"PRAGMA {_SCHEMA}.journal_mode = OFF")
            raw.execute(f"PRAGMA {_SCHEMA}.synchronous = OFF")
            connection.exec_driver_sql(f"CREATE TABLE {_SCHEMA}.answer AS {compiled.string}", values)
            counted = connection.exec_driver_sql(f"SELECT count(*) FROM {_SCHEMA}.answer")  # noqa: S608 (our own name)
            rows = int(counted.scalar_one())
            connection.commit()
        finally:
            connection.rollback()
            raw.execute(f"DETACH {_SCHEMA}")
    return rows


@contextmanager
def _file(engine: sa.Engine) -> Iterator[Path]:
    """A path beside the database, removed at the end; what a killed reader left there goes too."""
    main = file_of(engine)
    if main is None:
        raise ValueError("only a SQLite database is read aside")
    for left in main.parent.glob(f"{glob.escape(main.name)}.reading-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _DEAD_AFTER_S:
                left.unlink()
    path = main.with_name(f"{main.name}.reading-{uuid4().hex[:12]}")
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
