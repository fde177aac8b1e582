import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard import queries
from dashboard.analysis import cases, coverage, density, figures, ranking, responsibility, weekly
from dashboard.snapshot import STATES
from dashboard.standards import read_standards
from etl import schema
from etl.database import connect
from etl.errors import DatabaseAway, NoData
from settings import Settings
from tests import town as towns
from tests.dashboard.conftest import Town, opened
from tests.town import MOMENT, OWN, PLACE


def filled(url: str) -> sa.Engine:
    engine = connect(url)
    towns.write_town(engine)
    return engine


def test_county_and_snapshot_from_either_database(any_url: str, town: Town) -> None:
    found = opened(filled(any_url))
    county, snapshot = found.county, found.snapshot
    assert (county.place.name, county.data_version, county.place.week_ends) == ("示范县", 1, "sunday")
    assert county.loaded_at == datetime(2026, 3, 20, 9, 0, 3, tzinfo=UTC)
    assert snapshot.latest == MOMENT
    assert county.zones.crs == county.cells.crs == "EPSG:4547"
    np.testing.assert_allclose(county.cells.geometry.area, 10_000, rtol=1e-6)
    # What the other database gives is the same, column by column.
    for name in ("zone", "cell", "state", "reported_s", "due_s", "closed_s", "reopened_s", "overdue_day", "is_listed"):
        np.testing.assert_array_equal(getattr(snapshot, name), getattr(town.snapshot, name)[_order(town, found)], name)
    for frame in ("parties", "assignments", "campaigns", "exposures", "notices"):
        told = getattr(county, frame).reset_index(drop=True)
        known = getattr(town.county, frame).reset_index(drop=True)
        assert _sorted(told) == _sorted(known), frame


def _order(town: Town, found: Town) -> np.ndarray:
    return town.snapshot.keys.get_indexer(found.snapshot.keys)


def _sorted(frame: object) -> list[str]:
    return sorted(map(repr, frame.astype(str).to_numpy().tolist()))  # type: ignore[attr-defined]


def test_every_number_is_the_same_on_either_database(any_url: str, town: Town) -> None:
    found = opened(filled(any_url))
    standards = read_standards()
    for one, other in ((found, town),):
        shares = [coverage.shares(x.county, x.county.place.local_day(MOMENT), standards) for x in (one, other)]
        told = [
            figures.headline(x.county, x.snapshot, x.filters, shares=share, unserved_share=0.5)
            for x, share in zip((one, other), shares, strict=True)
        ]
        assert told[0] == told[1]
        for table in (density.zones, density.cells, weekly.weeks, responsibility.table):
            assert table(one.county, one.snapshot, one.filters).equals(
                table(other.county, other.snapshot, other.filters)
            )
        for rank in (ranking.zones, ranking.units):
            frames = [rank(x.county, x.snapshot, x.filters, at_least=1) for x in (one, other)]
            assert frames[0].equals(frames[1])


def test_notices_have_the_number_that_the_paper_has(sqlite_url: str) -> None:
    rows = towns.town_rows()
    codes = ("督1号 城管局", "督1号 环卫所", "督2号", "0123456789abcdef0123", "20261103000000000001")
    rows[schema.notice] = [row | {"code": code} for row, code in zip(rows[schema.notice], codes, strict=False)]
    engine = connect(sqlite_url)
    towns.write_town(engine, rows)
    told = opened(engine).county.notices["number"]
    assert told[list(codes)].fillna("").tolist() == ["督1号", "督1号", "督2号", "", "20261103000000000001"]


def test_rows_of_a_list_come_in_the_order_asked_for(any_url: str) -> None:
    found = opened(filled(any_url))
    hostile = "'; DROP TABLE problem; --"
    rows = queries.problems(found.engine, found.county, ["p03", hostile, "p01", "nowhere"])
    assert rows.index.tolist() == ["p03", "p01"]
    assert rows.loc["p03", "address"] == "示范路 03 号" and bool(rows.loc["p03", "is_listed"])
    assert queries.problems(found.engine, found.county, []).empty
    assert len(queries.problems(found.engine, found.county, found.snapshot.keys.tolist())) == 16


def test_loads_sources_and_refused_rows(any_url: str) -> None:
    engine = filled(any_url)
    place = queries.place(engine)
    runs = queries.runs(engine, place)
    assert runs[["run", "kind", "files", "read", "accepted", "refused", "duplicates"]].to_numpy().tolist() == [
        [1, "load", 1, 18, 16, 1, 1]
    ]
    assert queries.sources(engine, place, 1)["path"].tolist() == ["台账/市容.xlsx"]
    assert queries.sources(engine, place, 2).empty
    assert queries.refused(engine, place, 1)[["sheet", "row_number"]].to_numpy().tolist() == [["台账", 7]]


def test_several_places_share_a_database(any_url: str) -> None:
    engine = filled(any_url)
    later = datetime(2026, 4, 1, tzinfo=UTC)
    other = {
        "code": "110000",
        "name": "邻县",
        "time_zone": "Asia/Urumqi",
        "measure_crs": "EPSG:4546",
        "week_ends": "friday",
    }
    run = {"place": "110000", "run": 1, "kind": "load", "undoes": None, "started_at": later, "finished_at": later}
    towns.insert(engine, {schema.place: [other], schema.load_run: [run]})
    assert [place.code for place in queries.places(engine)] == ["110000", PLACE]
    assert queries.place(engine).code == "110000"  # the one loaded last
    county = queries.county(engine, queries.place(engine, PLACE))
    assert len(county.cells) == 9
    empty = queries.county(engine, queries.place(engine, "110000"))
    assert empty.zones.empty and empty.cells.empty and empty.facilities.empty
    assert len(queries.snapshot(engine, empty, Settings().patrol_minutes)) == 0
    with pytest.raises(NoData, match="330000"):
        queries.place(engine, "330000")


def test_a_place_without_a_finished_run_is_not_there(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    towns.write_town(engine, {schema.place: towns.town_rows()[schema.place]})
    assert queries.places(engine) == []
    with pytest.raises(NoData):
        queries.place(engine)


def test_no_database_yet(sqlite_url: str) -> None:
    with pytest.raises(NoData):
        queries.places(connect(sqlite_url))
    assert not Path(sqlite_url.removeprefix("sqlite:///")).exists()


def test_nothing_answers_and_then_it_does(tmp_path: Path) -> None:
    path = tmp_path / "grid.sqlite"
    engine = filled(f"sqlite:///{path}")
    place = queries.place(engine)
    engine.dispose()
    kept = path.read_bytes()
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(DatabaseAway):
        queries.last_run(engine, place)
    engine.dispose()
    path.write_bytes(kept)
    assert queries.last_run(engine, place)[0] == 1


@pytest.mark.postgis
def test_a_server_that_is_not_there() -> None:
    with pytest.raises(DatabaseAway):
        queries.places(connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))


def test_a_replaced_file_is_another_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'grid.sqlite'}"
    assert queries.identity(url) == ""
    filled(url).dispose()
    before = queries.identity(url)
    (tmp_path / "grid.sqlite").rename(tmp_path / "old.sqlite")
    filled(url).dispose()
    assert before and queries.identity(url) != before


def test_an_older_version_is_the_present_one_with_later_events_taken_back(any_url: str) -> None:
    engine = filled(any_url)
    second = datetime(2026, 3, 21, 9, tzinfo=UTC)
    new = towns.problems()[3] | {"code": "p99", "created_run": 2, "changed_run": 2}
    event = {"place": PLACE, "run": 2, "layer": "problems", "key": "p03", "at": second}
    towns.insert(engine, {
        schema.problem: [new],
        schema.load_run: [{"place": PLACE, "run": 2, "kind": "load", "undoes": None, "started_at": second,
                           "finished_at": second}],
        schema.row_event: [
            event | {"column": "state", "old": '"in_progress"', "new": '"closed"'},
            event | {"column": "closed_at", "old": None, "new": '"2026-03-20T01:00:00Z"'},
        ],
    })  # fmt: skip
    problem = schema.problem
    with engine.begin() as connection:
        closed = {"state": "closed", "closed_at": datetime(2026, 3, 20, 1, tzinfo=UTC), "changed_run": 2}
        connection.execute(sa.update(problem).where(problem.c.code == "p03").values(**closed))
    place = queries.place(engine)
    present, first = queries.county(engine, place), queries.county(engine, place, 1)
    assert (present.data_version, first.data_version) == (2, 1)
    now, then = (
        queries.snapshot(engine, present, Settings().patrol_minutes),
        queries.snapshot(engine, first, Settings().patrol_minutes),
    )
    assert (len(now), len(then)) == (17, 16)
    filters = opened(engine).filters
    told = [
        set(snapshot.keys[cases.rows(county, snapshot, filters, "overdue")])
        for county, snapshot in ((present, now), (first, then))
    ]
    assert told == [{"p05", "p07", "p10"}, {"p03", "p05", "p07", "p10"}]
    assert queries.problems(engine, first, ["p03", "p99"])["state"].to_dict() == {"p03": "in_progress"}
    with pytest.raises(NoData, match="9"):
        queries.county(engine, place, 9)


def end_run(engine: sa.Engine, number: int = 2) -> None:
    """A run ends: a cell gets a name, a problem a state, and the place another end of the week."""
    at = datetime(2026, 3, 21, 9, tzinfo=UTC)
    event = {"place": PLACE, "run": number, "at": at}
    run = {"place": PLACE, "run": number, "kind": "load", "undoes": None, "started_at": at, "finished_at": at}
    changed = [
        (schema.place, "place", PLACE, "week_ends", "friday"),
        (schema.cell, "cells", "C5", "name", "renamed"),
        (schema.party, "parties", "w1", "name", "renamed"),
        (schema.problem, "problems", "p03", "state", "submitted"),
    ]
    with engine.begin() as connection:
        for table, layer, key, column, new in changed:
            where = (table.c.code == key) & (table.c.place == PLACE if "place" in table.c else sa.true())
            old = connection.execute(sa.select(table.c[column]).where(where)).scalar_one()
            row = event | {"layer": layer, "key": key, "column": column, "old": json.dumps(old), "new": json.dumps(new)}
            connection.execute(sa.update(table).where(where).values({column: new}))
            connection.execute(sa.insert(schema.row_event).values(**row))
        connection.execute(sa.insert(schema.load_run).values(**run))


def test_the_place_too_is_as_it_was(any_url: str) -> None:
    engine = filled(any_url)
    end_run(engine)
    place = queries.place(engine)
    assert place.week_ends == "friday"
    assert queries.county(engine, place).place.week_ends == "friday"
    assert queries.county(engine, place, 1).place == replace(place, week_ends="sunday")


@pytest.mark.parametrize("ends_at", range(11))
def test_a_run_that_ends_during_a_reading_mixes_nothing(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, ends_at: int
) -> None:
    engine = filled(sqlite_url)
    plain, calls = queries.read_frame, iter(range(1000))

    def read(*arguments: object) -> object:
        if next(calls) == ends_at:
            end_run(engine)
        return plain(*arguments)  # type: ignore[arg-type]

    place = queries.place(engine)
    expected = (queries.county(engine, place), "in_progress")
    monkeypatch.setattr(queries, "read_frame", read)
    county = queries.county(engine, place)
    snapshot = queries.snapshot(engine, county, Settings().patrol_minutes)
    rows = queries.problems(engine, county, ["p03"])
    assert county.data_version == 1 and county.place == expected[0].place
    assert county.cells["name"].equals(expected[0].cells["name"])
    assert county.parties["name"].equals(expected[0].parties["name"])
    assert STATES[snapshot.state[snapshot.keys.get_loc("p03")]] == expected[1] == rows.loc["p03", "state"]
    assert next(calls) > ends_at  # the run did end


def test_a_list_of_an_older_version_reads_its_own_rows_only(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = filled(sqlite_url)
    first = queries.county(engine, queries.place(engine), 1)
    end_run(engine)
    read: list[int] = []
    plain = queries.read_frame

    def counted(*arguments: Any) -> pd.DataFrame:
        found = plain(*arguments)
        read.append(len(found))
        return found

    monkeypatch.setattr(queries, "read_frame", counted)
    assert queries.problems(engine, first, ["p03", "p01"])["state"].to_dict()["p03"] == "in_progress"
    assert read == [2, 1]  # the two rows, and the one event of theirs


def test_row_order_in_the_database_never_matters(sqlite_url: str, town: Town) -> None:
    engine = connect(sqlite_url)
    towns.write_town(engine, {table: rows[::-1] for table, rows in towns.town_rows().items()})
    found = opened(engine)
    assert density.cells(found.county, found.snapshot, found.filters).equals(
        density.cells(town.county, town.snapshot, town.filters)
    )


def test_rows_with_gaps_are_shown_all_the_same(sqlite_url: str) -> None:
    """Codes that point nowhere, no name, no kind: nothing of it may stop a page."""
    rows = towns.town_rows()
    blank: Callable[[dict], dict] = lambda row: {  # noqa: E731
        name: value
        if name in (*OWN, "code", "geometry", "state", "reported_at", "visited_at", "sent_at", "is_person")
        else None
        for name, value in row.items()
    }
    for table in (
        schema.zone,
        schema.cell,
        schema.facility,
        schema.party,
        schema.assignment,
        schema.problem,
        schema.visit,
        schema.notice,
    ):
        rows[table] = [blank(row) for row in rows[table]]
    rows[schema.problem][0] |= {"zone": "nowhere", "cell": "nowhere", "lon": 1e9, "lat": -1e9}
    engine = connect(sqlite_url)
    towns.write_town(engine, rows)
    found = opened(engine)
    shares = coverage.shares(found.county, found.county.place.local_day(MOMENT), read_standards())
    told = figures.headline(found.county, found.snapshot, found.filters, shares=shares, unserved_share=0.5)
    assert (told["without_coordinates"].value, told["unassigned"].missing) == (16, "no_assignments")
    arguments = (found.county, found.snapshot, found.filters)
    for table_of in (density.zones, density.cells, weekly.weeks, responsibility.table):
        table_of(*arguments)
    assert ranking.zones(*arguments, at_least=1)["rank"].isna().all()
    assert ranking.units(*arguments, at_least=1).empty
    assert responsibility.workload(*arguments, cells_limit=1, problems_limit=1).empty
    assert responsibility.nobody(found.county, found.filters).empty
    for layer, code in (("zones", towns.NORTH), ("cells", "C5")):
        assert responsibility.card(*arguments, layer, code).leaders is None
