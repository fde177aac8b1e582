"""The engine, the lock that makes one load wait for another, and the tables' making.

On SQLite nothing but SQLAlchemy's own sqlite3 may open the main file, not even to read: two copies of SQLite in one
process drop each other's write-ahead log, and a kill at the wrong moment then leaves the file malformed.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from etl import messages
from etl.errors import DatabaseAway, NoData, SettingsError

LOCK = 0x67726964
"""Key of PostgreSQL's advisory lock that a writing run holds until it commits."""

_WRITES = "grid_writes"
_AWAY = ("08", "53", "57", "58")  # classes of SQLSTATE: connection, resources, shut down, system


def connect(url: str) -> sa.Engine:
    """The engine of an SQLAlchemy address; nothing is opened yet, and a SQLite file that is missing is not made.

    Every later use raises `DatabaseAway` when the database does not answer and `NoData` when it has no tables yet.
    Raises `SettingsError` for an address that is none.
    """
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise messages.error(SettingsError, "database_address", url=url) from None
    kind = address.drivername.partition("+")[0]
    if kind == "sqlite":
        engine = _sqlite(address)
    elif kind in ("postgresql", "postgres"):
        engine = sa.create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    else:
        raise messages.error(SettingsError, "database_address", url=address.render_as_string(hide_password=True))
    sa.event.listen(engine, "handle_error", _say_plainly)
    return engine


def _sqlite(address: sa.URL) -> sa.Engine:
    if not address.database or address.database == ":memory:":
        raise messages.error(SettingsError, "database_address", url=str(address))
    # mode=rw: looking at a database must never leave an empty one behind.
    target = f"{Path(address.database).absolute().as_uri()}?mode=rw"

    def open_file() -> sqlite3.Connection:
        return sqlite3.connect(target, uri=True, timeout=60, isolation_level=None, check_same_thread=False)

    engine = sa.create_engine(address.set(drivername="sqlite"), creator=open_file)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A reader that began IMMEDIATE would wait for every load.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _say_plainly(context: sa.engine.ExceptionContext) -> None:
    """Turns a driver's error into ours, wherever the engine is used."""
    error = context.original_exception
    text = str(error).strip().partition("\n")[0]
    if context.is_pre_ping:
        return
    address = context.engine.url if context.engine else None
    where = address.render_as_string(hide_password=True) if address else "?"
    is_missing_file = (
        isinstance(error, sqlite3.OperationalError)
        and address is not None
        and not Path(address.database or "").is_file()
    )
    no_table = isinstance(error, psycopg.errors.UndefinedTable) or "no such table" in text
    if is_missing_file or no_table:
        raise messages.error(NoData, "database_empty", url=where) from None
    mistakes = ("no such", "syntax error", "has no column")
    if isinstance(error, sqlite3.DatabaseError) and type(error) in (sqlite3.OperationalError, sqlite3.DatabaseError):
        if not any(word in text for word in mistakes):
            raise messages.error(DatabaseAway, "database_away", url=where, reason=text) from error
    elif isinstance(error, psycopg.OperationalError):
        raise messages.error(DatabaseAway, "database_away", url=where, reason=text) from error


def file_of(engine: sa.Engine) -> Path | None:
    """The SQLite file, None on PostgreSQL."""
    return Path(engine.url.database or "").absolute() if engine.dialect.name == "sqlite" else None


@contextmanager
def exclusive(engine: sa.Engine, on_wait: Callable[[], None] | None = None) -> Iterator[sa.Connection]:
    """A transaction that no other writing run shares: committed at the end, rolled back by any error.

    `on_wait` is called once when another run is at work; then this one waits until that has ended. Readers are never
    kept waiting. A SQLite file that does not exist is made.
    """
    path = file_of(engine)
    if path is not None:
        _make_file(engine, path)
    with engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        if path is None:
            with connection.begin():
                if not connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(LOCK))):
                    _tell(on_wait)
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
                yield connection
            return
        try:
            with _begun(connection, on_wait):
                yield connection
        finally:
            remove_attached(connection)


@contextmanager
def _begun(connection: sa.Connection, on_wait: Callable[[], None] | None) -> Iterator[None]:
    raw = driver(connection)
    # Short waits in a loop: inside one long wait of SQLite's own, Ctrl-C is not heard.
    raw.execute("PRAGMA busy_timeout = 0")
    is_told = False
    while True:
        try:
            transaction = connection.begin()
            break
        except DatabaseAway as error:
            if "locked" not in str(error):
                raise
            if not is_told:
                _tell(on_wait)
            is_told = True
            time.sleep(0.1)
    raw.execute("PRAGMA busy_timeout = 60000")
    with transaction:
        yield


def remove_attached(connection: sa.Connection) -> None:
    """Detaches and removes the files attached to a SQLite connection, which are stages; not inside a transaction."""
    if connection.dialect.name != "sqlite":
        return
    raw = driver(connection)
    for _, schema, path in raw.execute("PRAGMA database_list").fetchall():
        if schema not in ("main", "temp"):
            raw.execute(f"DETACH {schema}")
            Path(path).unlink(missing_ok=True)


def _tell(on_wait: Callable[[], None] | None) -> None:
    if on_wait is not None:
        on_wait()


def _make_file(engine: sa.Engine, path: Path) -> None:
    """An empty SQLite file in WAL mode, where readers and a writer do not wait for each other."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise messages.error(DatabaseAway, "database_not_made", path=path, reason=error.strerror) from error
    with engine.connect() as connection:
        raw = driver(connection)
        for attempt in range(50):
            try:
                raw.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:  # two first runs at once: one of them is just doing this
                if attempt == 49:
                    raise messages.error(DatabaseAway, "database_away", url=path, reason=error) from error
                time.sleep(0.1)
            except sqlite3.DatabaseError as error:
                raise messages.error(DatabaseAway, "database_not_ours", path=path, reason=error) from error


def create(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Makes the tables that are missing, and PostGIS where it is not installed in the database yet.

    Raises `SettingsError` with what the administrator has to run when the account may not install it.
    """
    if connection.dialect.name == "postgresql":
        installed = sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")
        if not connection.scalar(installed):
            try:
                with connection.begin_nested():
                    connection.execute(sa.text("CREATE EXTENSION postgis"))
            except sa.exc.DBAPIError as error:
                raise messages.error(
                    SettingsError, "database_no_postgis", database=connection.engine.url.database
                ) from error
    metadata.create_all(connection)


def stand_in(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Makes the tables that are missing as empty temporary ones: for a look in a transaction that is rolled back, at a
    database of an older program."""
    there = set(sa.inspect(connection).get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in there:
            columns = [sa.Column(column.name, column.type) for column in table.columns]
            connection.execute(
                sa.schema.CreateTable(sa.Table(table.name, sa.MetaData(), *columns, prefixes=["TEMPORARY"]))
            )


def is_created(engine: sa.Engine, table: sa.Table) -> bool:
    """Whether the database holds our tables; asking makes nothing."""
    path = file_of(engine)
    if path is not None and not path.is_file():
        return False
    return sa.inspect(engine).has_table(table.name)


@contextmanager
def adbc(engine: sa.Engine) -> Iterator[Any]:
    """A cursor on a PostgreSQL connection of its own that takes and gives Arrow; committed at the end."""
    import adbc_driver_manager
    from adbc_driver_postgresql import dbapi

    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with dbapi.connect(address) as connection, connection.cursor() as cursor:
            yield cursor
            connection.commit()
    except adbc_driver_manager.Error as error:
        where = engine.url.render_as_string(hide_password=True)
        if error.sqlstate == "42P01":
            raise messages.error(NoData, "database_empty", url=where) from None
        if isinstance(error, adbc_driver_manager.OperationalError) or (error.sqlstate or "")[:2] in _AWAY:
            reason = str(error).partition("\n")[0]
            raise messages.error(DatabaseAway, "database_away", url=where, reason=reason) from error
        raise


def driver(connection: sa.Connection) -> Any:
    """The driver's own connection, in the same transaction."""
    return connection.connection.driver_connection
