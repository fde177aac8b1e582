"""Indexes built from the whole at the end, where a table is filled for the first time.

Into a PostGIS table a million problems took 10.4 s row by row into key and GiST index, and 4.6 s with both
built afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from etl.merge.compare import is_empty

MANY_ROWS = 100_000
"""Below it the time won is not worth the lock, which makes readers of the (empty) table wait for the commit."""


@contextmanager
def built_afterwards(connection: sa.Connection, table: sa.Table, rows: int) -> Iterator[None]:
    """Takes the key and the indexes off an empty PostgreSQL table for the block; all within the transaction."""
    if connection.dialect.name != "postgresql" or rows < MANY_ROWS or not is_empty(connection, table):
        yield
        return
    key = sa.inspect(connection).get_pk_constraint(table.name)
    indexes = connection.execute(
        sa.text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :table"
        ),
        {"table": table.name},
    )
    others = [(name, definition) for name, definition in indexes if name != key["name"]]
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(f"ALTER TABLE {quote(table.name)} DROP CONSTRAINT {quote(str(key['name']))}")
    for name, _ in others:
        connection.exec_driver_sql(f"DROP INDEX {quote(name)}")
    yield
    # Sorted in memory: a million codes are 40 MB.
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    columns = ", ".join(quote(column) for column in key["constrained_columns"])
    connection.exec_driver_sql(
        f"ALTER TABLE {quote(table.name)} ADD CONSTRAINT {quote(str(key['name']))} PRIMARY KEY ({columns})"
    )
    for _, definition in others:
        connection.exec_driver_sql(definition)
