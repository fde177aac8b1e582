"""The engine, the lock, and frames in and out of both databases."""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
import sqlalchemy as sa

from etl import merge, schema
from etl.database import append, connect, create, exclusive, file_of, is_created, read_frame
from etl.errors import DatabaseAway, NoData, SettingsError

TRICKY = ["", "'; DROP TABLE problem; --", '"', "\\", "a\tb\nc\r", "%s %(x)s %%", "片区 😀", "\ufeff", "\\N", "NULL"]


def _problems() -> pd.DataFrame:
    rows = len(TRICKY)
    return pd.DataFrame(
        {
            "place": "999900",
            "code": pd.Series(TRICKY, dtype="str"),
            "state": "reported",
            "reported_at": pd.Series(np.datetime64("1969-12-31T23:59:59", "s") + np.arange(rows)).dt.tz_localize("UTC"),
            "due_at": pd.Series([pd.NaT, *["2026-11-03T08:00:00Z"] * (rows - 1)]).astype("datetime64[s, UTC]"),
            "unit": pd.Series([None, *TRICKY[1:]], dtype="str"),
            "is_listed": pd.array([None, *[True, False, None] * 3], dtype="boolean"),
            "lon": [np.nan, *np.nextafter(114.5, np.arange(1, rows))],
            "lat": [np.nan, *np.linspace(-90, 90, rows - 1)],
            "created_run": 1,
            "changed_run": 1,
            "source_id": 1,
        }
    )


def _cells() -> pd.DataFrame:
    hole = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    return pd.DataFrame(
        {
            "place": "999900",
            "code": ["a", "b"],
            "people": pd.array([None, 12], dtype="Int64"),
            "is_zone_declared": pd.array([False, None], dtype="boolean"),
            "valid_from": pd.Series(["2026-02-28", None]).astype("datetime64[s]"),
            "geometry": np.array([hole, shapely.MultiPolygon([shapely.box(0.1, 0.2, 1 / 3, 1)])], dtype=object),
            "created_run": 1,
            "changed_run": 1,
            "source_id": 1,
        }
    )


@pytest.fixture(params=["few", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read in two ways, by their number."""
    if request.param == "many":
        monkeypatch.setattr("etl.database.frames._FEW", 1)
        monkeypatch.setattr("etl.database.frames._FEW_OF_SERVER", 1)


def _made(url: str) -> sa.Engine:
    engine = connect(url)
    with exclusive(engine) as connection:
        create(connection, schema.metadata)
        append(connection, schema.problem, _problems())
        append(connection, schema.cell, _cells())
    return engine


@pytest.mark.usefixtures("way")
def test_frames_come_back_as_they_went_in(any_url: str) -> None:
    engine = _made(any_url)
    for table, sent in ((schema.problem, _problems()), (schema.cell, _cells())):
        columns = [table.c[name] for name in sent.columns]
        for bind in (engine, engine.connect()):
            found = read_frame(bind, sa.select(*columns))
            found = found.set_index("code").loc[sent["code"]].reset_index()[list(sent.columns)]
            expected = sent.copy()
            if "geometry" in found:
                shapes, drawn = found.pop("geometry"), expected.pop("geometry")
                assert shapely.equals_exact(shapes.to_numpy(), [shapely.MultiPolygon([drawn[0]]), drawn[1]]).all()
            expected = expected.astype({name: "str" for name in ("place", "code", "state") if name in expected})
            pd.testing.assert_frame_equal(found, expected, check_exact=True)
            if isinstance(bind, sa.Connection):
                bind.close()


def test_staged_rows_are_the_same_as_appended_ones(any_url: str, tmp_path: Path) -> None:
    engine = connect(any_url)
    sent = {"problems": _problems(), "cells": _cells()}
    for look in (False, True):
        with exclusive(engine) as connection:
            create(connection, schema.metadata)
            run = merge.Run("999900", 1, pd.Timestamp("2026-01-01", tz="UTC").to_pydatetime())
            batches = [merge.Batch(layer, rows) for layer, rows in sent.items()]
            if look:
                merge.stage_for_a_look(connection, batches, tmp_path / "stage")
                results = [merge.compare(connection, batch, "999900") for batch in batches]
                assert [result.to_numpy().tolist() for result in results] == [[[0, 0, 10]], [[0, 0, 2]]]
            else:
                merge.stage(connection, batches, merge.stage_file(engine, 1))
                results = [merge.merge(connection, batch, run) for batch in batches]
                merge.drop_stages(connection, batches)
                assert [result.to_numpy().tolist() for result in results] == [[[10, 0, 0]], [[2, 0, 0]]]
    for table, rows in ((schema.problem, sent["problems"]), (schema.cell, sent["cells"])):
        found = read_frame(engine, sa.select(table)).set_index("code").loc[rows["code"]]
        assert found.drop(columns="geometry", errors="ignore").notna().sum().sum() > len(rows)
        for name in ("unit", "lon", "due_at", "people", "valid_from", "is_zone_declared"):
            if name in rows:
                pd.testing.assert_series_equal(
                    found[name].reset_index(drop=True), rows[name], check_names=False, check_exact=True
                )


@pytest.mark.usefixtures("way")
def test_bound_values_are_values_and_no_sql(any_url: str) -> None:
    engine = _made(any_url)
    for bind in (engine, engine.connect()):
        for value in TRICKY:
            found = read_frame(bind, sa.select(schema.problem.c.code).where(schema.problem.c.code == value))
            assert found["code"].tolist() == [value]
        several = sa.select(schema.problem.c.code).where(schema.problem.c.code.in_(TRICKY[:3]))
        assert set(read_frame(bind, several)["code"]) == set(TRICKY[:3])
        if isinstance(bind, sa.Connection):
            bind.close()


@pytest.mark.usefixtures("way")
def test_rows_written_one_by_one_are_read_alike(any_url: str) -> None:
    engine = _made(any_url)
    moment = pd.Timestamp("2026-11-03 08:00:00.9", tz="Asia/Shanghai").to_pydatetime()
    shape = shapely.to_wkb(shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]))
    own = {"place": "999901", "code": "x", "created_run": 1, "changed_run": 1, "source_id": 1}
    with engine.begin() as connection:
        connection.execute(sa.insert(schema.problem), own | {"state": "closed", "reported_at": moment})
        connection.execute(sa.insert(schema.zone), own | {"geometry": shape})
        assert connection.scalar(sa.select(schema.zone.c.geometry)) == shape
        seconds = connection.scalar(sa.select(schema.problem.c.reported_at).where(schema.problem.c.place == "999901"))
    assert seconds == pd.Timestamp("2026-11-03 00:00:00", tz="UTC")
    assert read_frame(engine, sa.select(schema.zone))["geometry"][0].equals(shapely.box(0, 0, 1, 1))


def test_no_rows_keep_their_types(any_url: str) -> None:
    engine = _made(any_url)
    for table in (schema.problem, schema.cell):
        full, empty = (read_frame(engine, sa.select(table).where(table.c.place == p)) for p in ("999900", "nowhere"))
        assert empty.empty
        assert full.dtypes.to_dict() == empty.dtypes.to_dict()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "duckdb:///x"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(SettingsError):
        read_frame(connect(url), sa.select(schema.place))


def test_a_server_that_is_away_is_told_without_the_password(tmp_path: Path) -> None:
    engine = connect(f"postgresql://clerk:secret@/town?host={tmp_path}")
    for use in (engine.connect, lambda: read_frame(engine, sa.select(schema.place))):
        with pytest.raises(DatabaseAway) as caught:
            use()
        assert "secret" not in str(caught.value)


@pytest.mark.postgis
def test_a_connection_that_was_cut_is_made_again(postgis_url: str) -> None:
    engine = _made(postgis_url)
    other = connect(postgis_url)
    with engine.connect() as connection:
        backend = connection.scalar(sa.text("SELECT pg_backend_pid()"))
    with other.connect() as connection:
        connection.execute(sa.select(sa.func.pg_terminate_backend(backend)))
    assert len(read_frame(engine, sa.select(schema.problem))) == len(TRICKY)
    with engine.connect() as connection, pytest.raises(DatabaseAway):
        backend = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        with other.connect() as killer:
            killer.execute(sa.select(sa.func.pg_terminate_backend(backend)))
        connection.execute(sa.select(schema.place))


def test_asking_makes_no_file(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'grid.sqlite'}")
    assert not is_created(engine, schema.place)
    with pytest.raises(NoData):
        read_frame(engine, sa.select(schema.place))
    assert not list(tmp_path.iterdir())


@pytest.mark.postgis
def test_a_database_without_tables_says_so(postgis_url: str) -> None:
    engine = connect(postgis_url)
    assert not is_created(engine, schema.place)
    with pytest.raises(NoData):
        read_frame(engine, sa.select(schema.place))
    with pytest.raises(NoData), engine.connect() as connection:
        connection.execute(sa.select(schema.place))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "grid.sqlite"
    path.write_bytes(b"PK\x03\x04 this is a workbook" * 100)
    engine = connect(f"sqlite:///{path}")
    with pytest.raises(DatabaseAway), exclusive(engine):
        pass
    with pytest.raises(DatabaseAway):
        read_frame(engine, sa.select(schema.place))
    assert path.read_bytes().startswith(b"PK")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DatabaseAway), exclusive(connect(f"sqlite:///{tmp_path / 'file' / 'grid.sqlite'}")):
        pass


def test_writers_wait_for_each_other_and_say_so(any_url: str) -> None:
    _made(any_url)
    order: list[str] = []
    waits = threading.Event()

    def other() -> None:
        def told() -> None:
            order.append("waits")
            waits.set()

        with exclusive(connect(any_url), told):
            order.append("second")

    thread = threading.Thread(target=other)
    with exclusive(connect(any_url)) as connection:
        thread.start()
        assert waits.wait(30)
        connection.execute(sa.delete(schema.cell))
        order.append("first")
    thread.join(30)
    assert order == ["waits", "first", "second"]


def test_an_error_undoes_everything(any_url: str) -> None:
    engine = _made(any_url)
    with pytest.raises(ZeroDivisionError), exclusive(engine) as connection:
        connection.execute(sa.delete(schema.cell))
        _ = 1 / 0
    assert len(read_frame(engine, sa.select(schema.cell))) == 2
    with exclusive(engine):
        pass


def test_the_file_is_in_wal_mode(sqlite_url: str) -> None:
    path = file_of(_made(sqlite_url))
    assert path is not None
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_adbc_never_opens_the_main_file(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import adbc_driver_sqlite.dbapi

    opened = []
    genuine = adbc_driver_sqlite.dbapi.connect

    def watched(uri: str, **more: Any) -> Any:
        opened.append(uri)
        return genuine(uri, **more)

    monkeypatch.setattr(adbc_driver_sqlite.dbapi, "connect", watched)
    engine = _made(sqlite_url)
    with exclusive(engine) as connection:
        batch = merge.Batch("problems", _problems().assign(code=lambda rows: rows["code"] + "new"))
        merge.stage(connection, [batch], merge.stage_file(engine, 2))
        merge.merge(connection, batch, merge.Run("999900", 2, pd.Timestamp("2026-01-01", tz="UTC").to_pydatetime()))
    monkeypatch.setattr("etl.database.frames._FEW", 1)
    assert len(read_frame(engine, sa.select(schema.problem))) == 2 * len(TRICKY)
    stage, aside = opened
    assert stage == str(merge.stage_file(engine, 2))
    main = file_of(engine)
    assert main is not None
    assert aside.startswith(f"{main}.reading-")
    assert not Path(stage).exists()
    assert not Path(aside).exists()


@pytest.mark.parametrize("trouble", [sqlite3.OperationalError("unable to open"), DatabaseAway("disk is full")])
def test_without_room_for_a_file_many_rows_are_read_all_the_same(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    engine = _made(sqlite_url)
    monkeypatch.setattr("etl.database.frames._FEW", 1)
    expected = read_frame(engine, sa.select(schema.problem))

    def refused(*_: Any) -> int:
        raise trouble

    monkeypatch.setattr("etl.database.aside._copy", refused)
    pd.testing.assert_frame_equal(read_frame(engine, sa.select(schema.problem)), expected)


@pytest.mark.parametrize("name", ["grid.sqlite", "g[1]*.sqlite"])
def test_what_a_killed_reader_left_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    engine = _made(f"sqlite:///{tmp_path / name}")
    main = file_of(engine)
    assert main is not None
    dead, alive = (main.with_name(f"{main.name}.reading-{name}") for name in ("dead", "alive"))
    for path in (dead, alive):
        path.write_bytes(b"")
    os.utime(dead, (0, 0))
    monkeypatch.setattr("etl.database.frames._FEW", 1)
    read_frame(engine, sa.select(schema.problem))
    assert [path for path in main.parent.iterdir() if ".reading-" in path.name] == [alive]


def test_one_column_does_not_hold_the_others(any_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.database.frames._FEW", 1)
    engine = _made(any_url)
    before = pa.total_allocated_bytes()
    codes = read_frame(engine, sa.select(schema.problem))["code"]
    # Arrow's own, so not a piece of what the driver gave; and not much more than the text itself.
    assert codes.array.nbytes <= pa.total_allocated_bytes() - before <= 2048


@pytest.mark.postgis
def test_postgis_has_points_and_srid(postgis_url: str) -> None:
    engine = _made(postgis_url)
    with engine.connect() as connection:
        shown = connection.execute(sa.text("SELECT ST_SRID(geom), ST_X(geom) = lon FROM problem WHERE lon IS NOT NULL"))
        assert set(shown.all()) == {(4326, True)}
        assert connection.scalar(sa.text("SELECT count(*) FROM problem WHERE geom IS NOT NULL")) == len(TRICKY) - 1
        assert connection.scalar(sa.text("SELECT max(ST_SRID(geometry)) FROM cell")) == 4326


@pytest.mark.postgis
def test_an_account_that_may_not_install_postgis(cluster: Any) -> None:
    cluster.execute("DROP DATABASE IF EXISTS bare", "postgres")
    cluster.execute("DROP ROLE IF EXISTS clerk", "postgres")
    cluster.execute("CREATE ROLE clerk LOGIN", "postgres")
    cluster.execute("CREATE DATABASE bare TEMPLATE template0 OWNER clerk", "postgres")
    engine = connect(f"postgresql://clerk@/bare?host={cluster.folder}")
    with pytest.raises(SettingsError, match="CREATE EXTENSION postgis"), exclusive(engine) as connection:
        create(connection, schema.metadata)
