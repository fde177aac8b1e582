"""A first, large load leaves the same keys and indexes as a table that was made and never touched."""

import pytest
import sqlalchemy as sa

from etl import schema
from etl.database import connect, create
from etl.merge import indexes


def _all(connection: sa.Connection) -> list[tuple[str, str]]:
    select = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'problem' ORDER BY 1"
    return [tuple(row) for row in connection.exec_driver_sql(select)]


@pytest.mark.postgis
@pytest.mark.parametrize("rows", [1, indexes.MANY_ROWS])
def test_indexes_come_back(postgis_url: str, rows: int) -> None:
    engine = connect(postgis_url)
    with engine.begin() as connection:
        create(connection, schema.metadata)
        before = _all(connection)
        with indexes.built_afterwards(connection, schema.problem, rows):
            during = _all(connection)
        assert _all(connection) == before
        assert len(before) == 2
        assert during == (before if rows == 1 else [])


@pytest.mark.postgis
def test_a_table_with_rows_keeps_them(postgis_url: str) -> None:
    engine = connect(postgis_url)
    with engine.begin() as connection:
        create(connection, schema.metadata)
        own = {"created_run": 1, "changed_run": 1, "source_id": 1}
        connection.execute(
            sa.insert(schema.problem).values(place="1", code="1", state="reported", reported_at=sa.func.now(), **own)
        )
        with indexes.built_afterwards(connection, schema.problem, indexes.MANY_ROWS):
            assert len(_all(connection)) == 2
