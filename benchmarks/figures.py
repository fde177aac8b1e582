"""A page's numbers after a filter, at a million problems: our columns in memory, and SQL GROUP BY on both databases.

`python -m benchmarks.figures [--scale 1000] [--rounds 7]`: every round takes another category, so nothing is answered
from a cache. By cell, both give the same five counts (reported, open, overdue, closed, deferred), which is checked in
every round. A page is, of ours, all it computes (headline with its change, cells, zones, weeks); SQL has less to do,
the five counts by cell, by zone and in all. PostGIS is left out where its programs are missing.
"""

import argparse
import contextlib
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from functools import partial
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from benchmarks.servers import county_url
from dashboard import queries
from dashboard.analysis import coverage, density, figures, weekly
from dashboard.analysis.cases import cases
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from dashboard.standards import read_standards
from etl import database, schema
from settings import Settings
from tests.cluster import Cluster, postgis_programs

WANTED_S, WANTED_RATIO = 0.1, 15
COUNTS = ("problems", "open", "overdue", "closed", "deferred")


@dataclass(frozen=True)
class Ours:
    """The page's computing, from columns that every session shares."""

    county: County
    snapshot: Snapshot
    shares: Any

    def page(self, filters: Filters) -> None:
        """What a page asks for, nothing of it kept."""
        asked = (self.county, self.snapshot, filters)
        figures.headline(*asked, shares=self.shares, unserved_share=Settings().unserved_share)
        density.cells(*asked)
        density.zones(*asked)
        weekly.weeks(*asked)

    def cells(self, filters: Filters) -> list[Any]:
        """The five counts, each by cell."""
        found, columns = cases(self.county, self.snapshot, filters, located=True), self.snapshot
        return [columns.counts(columns.cell, found.mask(name), columns.cells)[:-1] for name in COUNTS]


def main() -> None:
    """Prints medians, ratios, and what was wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        engine = database.connect(county_url(options.scale))
        county = queries.county(engine, queries.place(engine))
        snapshot = queries.snapshot(engine, county, Settings().patrol_minutes)
        present = Filters().resolved(county.place, snapshot)
        day = county.place.local_day(present.moment)
        ours = Ours(county, snapshot, coverage.shares(county, day, read_standards(None)))
        engines = {"SQLite": engine}
        programs = postgis_programs()
        if programs is not None:
            server = Cluster(programs)
            stack.callback(server.stop)
            engines["PostGIS"] = _copied(engine, server.fresh())
        seconds = _contest(ours, engines, options.rounds)
    _print(seconds, len(snapshot), list(engines))


def _contest(ours: Ours, engines: dict[str, sa.Engine], rounds: int) -> dict[str, list[float]]:
    """Seconds of each contestant, in turn; the first round warms the databases' pages and is not counted."""
    seconds: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        found = work()
        seconds.setdefault(name, []).append(time.perf_counter() - started)
        return found

    for round_ in range(rounds + 1):
        category = ours.snapshot.categories[round_ % len(ours.snapshot.categories)]
        filters = Filters(category=(category,)).resolved(ours.county.place, ours.snapshot)
        timed("ours, page", partial(ours.page, filters))
        counted = timed("ours, by cell", partial(ours.cells, filters))
        rows = zip(ours.snapshot.cells, *(each.tolist() for each in counted), strict=True)
        expected = {code: tuple(counts) for code, *counts in rows if any(counts)}
        for name, engine in engines.items():
            found = timed(f"{name}, by cell", partial(group_by, engine, ours.county, filters, "cell"))
            if {code: tuple(counts) for code, *counts in found if any(counts)} != expected:
                raise SystemExit(f"{name} counts otherwise than we do for {category}")
            timed(f"{name}, page", partial(_page, engine, ours.county, filters))
    return {name: each[1:] for name, each in seconds.items()}


def _page(engine: sa.Engine, county: County, filters: Filters) -> None:
    for by in ("cell", "zone", None):
        group_by(engine, county, filters, by)


def group_by(engine: sa.Engine, county: County, filters: Filters, by: str | None) -> Sequence[Any]:
    """Rows of code and the five counts by SQL alone: by `cell` or `zone`, or (under "") in all."""
    row, moment = schema.problem.c, filters.moment
    begins, ends = (_midnight(county, day) for day in (filters.period[0], filters.period[1] + timedelta(days=1)))
    closed_before = sa.or_(row.closed_at <= moment, sa.and_(row.state == "closed", row.closed_at.is_(None)))
    came_back = sa.and_(row.reopened_at >= row.closed_at, row.reopened_at <= moment)
    is_closed = sa.and_(closed_before, sa.not_(sa.func.coalesce(came_back, sa.false())))
    is_open = sa.not_(sa.func.coalesce(is_closed, sa.false()))
    conditions = (
        sa.and_(row.reported_at >= begins, row.reported_at < ends),
        is_open,
        sa.and_(is_open, row.due_at < moment),
        sa.and_(is_closed, row.closed_at >= begins, row.closed_at < ends),
        sa.and_(is_open, row.state == "deferred"),
    )
    code = row[by] if by else sa.literal("")
    select = (
        sa.select(code, *(sa.func.sum(sa.case((each, 1), else_=0)) for each in conditions))
        .where(row.place == county.place.code, row.reported_at <= moment, row.category.in_(filters.category))
        .where(sa.not_(sa.func.coalesce(row.is_default_point, sa.false())))
    )
    if by:
        select = select.where(code.is_not(None)).group_by(code)
    with engine.connect() as connection:
        return connection.execute(select).all()


def _midnight(county: County, day: Any) -> datetime:
    return datetime.combine(day, clock(), county.place.zone_info).astimezone(UTC)


def _copied(source: sa.Engine, url: str) -> sa.Engine:
    """A PostGIS database with the same table of problems, its statistics up to date."""
    target = database.connect(url)
    with target.begin() as connection:
        database.create(connection, schema.metadata)
    columns = {column.name: column for column in schema.problem.columns}
    rows = database.to_arrow(database.read_frame(source, sa.select(schema.problem)), columns, "postgresql")
    # COPY takes an INTEGER in four bytes only.
    narrow = {pa.int64(): pa.int32()}
    rows = rows.cast(pa.schema([field.with_type(narrow.get(field.type, field.type)) for field in rows.schema]))
    with database.adbc(target) as cursor:
        cursor.adbc_ingest("problem", rows, mode="append")
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE problem"))
    return target


def _print(seconds: dict[str, list[float]], rows: int, engines: list[str]) -> None:
    median = {name: statistics.median(each) for name, each in seconds.items()}
    print(f"numbers after a filter, {rows:,} problems, {len(seconds['ours, page'])} filters")
    for name, each in seconds.items():
        print(f"{name:18} median {median[name] * 1000:7.1f} ms ({min(each) * 1000:.0f}–{max(each) * 1000:.0f})")
    print(f"a page of ours            {median['ours, page'] * 1000:.0f} ms (wanted: under {WANTED_S * 1000:.0f} ms)")
    for name in engines:
        for what in ("by cell", "page"):
            ratio = median[f"{name}, {what}"] / median[f"ours, {what}"]
            wanted = (
                f"(wanted: at least {WANTED_RATIO})" if what == "by cell" else "(three statements against all of ours)"
            )
            print(f"{name} ÷ ours, {what:12} {ratio:.1f}   {wanted}")


if __name__ == "__main__":
    main()
