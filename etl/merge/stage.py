"""Stages: tables beside ours that a run fills in bulk before it merges them.

PostgreSQL: unlogged tables, filled over ADBC. SQLite: a file of its own, filled over ADBC and attached, for ADBC must
never open the main file (`etl.database.engine`). Whoever holds the lock of `database.exclusive` sweeps the stages of
runs that died.
"""

import glob
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from etl.database import adbc, append, driver, file_of, kind_of, to_arrow
from etl.schema import LAYERS, OWN_COLUMNS

PREFIX = "grid_stage_"
_SCHEMA = "stage"
_CONNECTIONS = 2
_ENOUGH = 50_000
"""Rows that are not worth a second connection."""
_POSTGRESQL_TYPES = {
    "instant": "timestamptz",
    "day": "date",
    "truth": "boolean",
    "whole": "bigint",
    "number": "double precision",
    "geometry": "bytea",
    "text": "text",
}


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows on their way into a layer's table: `code` and the columns to set, in the types of `etl.database.read_frame`.

    With a `part` (its name) the rows exist already and only the columns given are set; `source_id` need not be among
    them.
    """

    layer: str
    rows: pd.DataFrame
    part: str = ""

    @property
    def table(self) -> sa.Table:
        """The layer's table."""
        return LAYERS[self.layer]

    @property
    def is_update(self) -> bool:
        """Whether the batch sets some columns of rows that exist."""
        return bool(self.part)

    @property
    def name(self) -> str:
        """The stage's name."""
        return f"{PREFIX}{self.table.name}{f'_{self.part}' if self.part else ''}"

    @property
    def columns(self) -> list[sa.Column[Any]]:
        """The columns that say something: those of the table, or of an update those given."""
        own = [column for column in self.table.columns if column.name not in OWN_COLUMNS]
        return [column for column in own if column.name in self.rows] if self.is_update else own

    @property
    def has_source(self) -> bool:
        """Whether the rows name the source they come from."""
        return "source_id" in self.rows

    @property
    def staged_columns(self) -> dict[str, sa.Column[Any]]:
        """Everything the stage holds."""
        further = [self.table.c.source_id] if self.has_source else []
        return {column.name: column for column in [self.table.c.code, *self.columns, *further]}

    def stage(self, dialect: str) -> sa.TableClause:
        """The stage as SQL knows it."""
        columns = [sa.column(name, column.type) for name, column in self.staged_columns.items()]
        return sa.table(self.name, *columns, schema=_SCHEMA if dialect == "sqlite" else None)


def stage(connection: sa.Connection, batches: Sequence[Batch], file: Path) -> None:
    """Fills the stages of all batches; the connection is that of `database.exclusive`.

    `file`: SQLite's stage, made here; `database.exclusive` detaches and removes it after the transaction.
    """
    batches = [batch for batch in batches if len(batch.rows)]
    if not batches:
        return
    if connection.dialect.name == "sqlite":
        _sweep_files(file)
        _stage_in_file(connection, batches, file)
        return
    # Committed before the run is, so that the connections for Arrow see them.
    with connection.engine.begin() as aside:
        _sweep_tables(aside)
        for batch in batches:
            aside.exec_driver_sql(f"CREATE UNLOGGED TABLE {batch.name} ({_definition(batch)})")
    for batch in batches:
        _fill(connection.engine, batch)
    with connection.engine.begin() as aside:
        for batch in batches:
            aside.exec_driver_sql(f"ANALYZE {batch.name}")


def _fill(engine: sa.Engine, batch: Batch) -> None:
    """Rows into a stage of PostgreSQL: many over two connections at once, as taking them in is the server's work."""
    data = to_arrow(batch.rows, batch.staged_columns, "postgresql")
    size = max(-(-len(data) // _CONNECTIONS), _ENOUGH)

    def send(start: int) -> None:
        with adbc(engine) as cursor:
            cursor.adbc_ingest(batch.name, data.slice(start, size), mode="append")

    with ThreadPoolExecutor(max_workers=_CONNECTIONS) as pool:
        list(pool.map(send, range(0, len(data), size)))


def _stage_in_file(connection: sa.Connection, batches: Sequence[Batch], file: Path) -> None:
    from adbc_driver_sqlite import dbapi

    with dbapi.connect(str(file)) as outside, outside.cursor() as cursor:
        for batch in batches:
            cursor.adbc_ingest(batch.name, to_arrow(batch.rows, batch.staged_columns, "sqlite"), mode="create")
        outside.commit()
    driver(connection).execute(f"ATTACH ? AS {_SCHEMA}", (str(file),))


def stage_for_a_look(connection: sa.Connection, batches: Sequence[Batch], file: Path) -> None:
    """As `stage`, but nothing of it reaches the database: `check` compares with these, in a transaction of its own."""
    if connection.dialect.name == "sqlite":
        stage(connection, batches, file)
        return
    for batch in batches:
        # COPY of text fills geometry itself; only ADBC has to hand it over as bytes.
        columns_in_sql = _definition(batch).replace("bytea", "geometry")
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {batch.name} ({columns_in_sql}) ON COMMIT DROP")
        columns = [sa.Column(name, column.type) for name, column in batch.staged_columns.items()]
        append(connection, sa.Table(batch.name, sa.MetaData(), *columns), batch.rows)


def _definition(batch: Batch) -> str:
    return ", ".join(f'"{name}" {_POSTGRESQL_TYPES[kind_of(column)]}' for name, column in batch.staged_columns.items())


def drop_stages(connection: sa.Connection, batches: Sequence[Batch]) -> None:
    """Removes the stages at the end of a run; on SQLite `database.exclusive` removes their file."""
    if connection.dialect.name == "postgresql":
        for batch in batches:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {batch.name}")


def _sweep_tables(connection: sa.Connection) -> None:
    """Drops the stages of dead runs: whoever stages holds the lock, so no living run has any."""
    left = sa.text("SELECT tablename FROM pg_tables WHERE tablename LIKE :stages AND schemaname = current_schema()")
    for name in connection.scalars(left, {"stages": PREFIX.replace("_", r"\_") + "%"}).all():
        connection.exec_driver_sql(f'DROP TABLE "{name}"')


def _sweep_files(file: Path) -> None:
    for left in file.parent.glob(f"{glob.escape(file.name.rpartition('-')[0])}-*"):
        left.unlink(missing_ok=True)


def stage_file(engine: sa.Engine, run: int) -> Path:
    """Where SQLite's stage of a run lies: beside the main file, so that it is on a disk that has the room."""
    path = file_of(engine) or Path("grid")
    return path.with_name(f"{path.name}.{_SCHEMA}-{run}")
