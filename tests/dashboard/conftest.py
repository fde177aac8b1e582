"""The town of nine cells, read once: its county, its problems, its default filters."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from dashboard import queries
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from etl import schema
from etl.database import connect
from settings import Settings
from tests import town as towns


class Town(NamedTuple):
    engine: sa.Engine
    county: County
    snapshot: Snapshot
    filters: Filters
    """Resolved: Friday 2026-03-20 12:00 in Shanghai, 2026-02-23 … 2026-03-22."""

    def at(self, **chosen: object) -> Filters:
        """Filters other than the default, resolved."""
        return Filters(**chosen).resolved(self.county.place, self.snapshot)  # type: ignore[arg-type]

    def codes(self, rows: object) -> set[str]:
        """Codes of rows or of a mask of the snapshot."""
        return set(self.snapshot.keys[rows])


def opened(engine: sa.Engine) -> Town:
    county = queries.county(engine, queries.place(engine))
    snapshot = queries.snapshot(engine, county, Settings().patrol_minutes)
    return Town(engine, county, snapshot, Filters().resolved(county.place, snapshot))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('town') / 'town.sqlite'}")
    towns.write_town(engine)
    yield opened(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def bare_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The same town, keeping problems and nothing else: no visit, no assignment, no facility."""
    rows = towns.town_rows()
    kept = {
        table: values
        for table, values in rows.items()
        if table not in (schema.visit, schema.assignment, schema.party, schema.facility)
    }
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('bare') / 'bare.sqlite'}")
    towns.write_town(engine, kept)
    yield opened(engine)
    engine.dispose()
