"""Events and older versions: every version ever is found again, whatever was loaded and taken back since."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import merge, schema
from etl.database import connect, create, exclusive
from etl.errors import NothingToUndo
from etl.history import changes, decode, encode, rows_at
from etl.load import history, load, undo, undoable
from etl.load.records import record_run, write_place
from etl.sources import PlaceEntry
from tests.etl.office import CELLS, ZONES, problem, quiet, rows_of, settings_for, write_office

LAYERS = list(schema.LAYERS)


def _layers(url: str) -> dict[str, pd.DataFrame]:
    return {layer: rows_of(url, schema.LAYERS[layer]) for layer in LAYERS}


def _at(url: str, layer: str, version: int) -> pd.DataFrame:
    table = schema.LAYERS[layer]
    events = rows_of(url, schema.row_event)
    rows = rows_at(rows_of(url, table), events[events["layer"] == layer], table, version)
    return rows.sort_values(["place", "code"]).reset_index(drop=True)


def _same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    for frame in (one, other):
        if "geometry" in frame:
            frame["geometry"] = shapely.to_wkb(frame["geometry"].to_numpy(), hex=True)
    pd.testing.assert_frame_equal(one.drop(columns="changed_run"), other.drop(columns="changed_run"))
    assert (one["changed_run"] >= other["changed_run"]).all()


def test_every_version_is_found_again(tmp_path: Path, any_url: str) -> None:
    chosen = settings_for(any_url, tmp_path)
    west, east = ZONES.values()
    halves = {"999900001": shapely.union_all([west, shapely.box(114.51, 38, 114.512, 38.02)]), "999900002": east}
    steps: list[Any] = [
        {"problems": [problem("a"), problem("b", 114.511)]},
        {"problems": [problem("a", 状态="已销号", 销号时间="2026-11-05"), problem("c", "", "")], "zones": ZONES},
        {"zones": halves, "cells": CELLS},
        "undo",
        {"problems": [problem("a", 责任单位=""), problem("d", 114.6)], "cells": CELLS},
        {"problems": [problem("d", 114.52), problem("e")]},
        "undo",
        "undo",
        "undo",
        {"problems": [problem("d", 114.515), problem("a", 问题描述="=1")]},
    ]
    seen = {}
    for number, step in enumerate(steps, start=1):
        if step == "undo":
            assert undo(chosen).run == number
        else:
            assert load([write_office(tmp_path / "office", **step)], chosen, progress=quiet).run == number
        seen[number] = _layers(any_url)
    for version, layers in seen.items():
        for layer in ("zones", "cells", "problems"):
            _same(_at(any_url, layer, version), layers[layer])
    assert all(_at(any_url, layer, 0).empty for layer in LAYERS)


def test_undo_gives_back_the_rows_of_before(tmp_path: Path, any_url: str) -> None:
    chosen = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", [problem("a"), problem("b")], zones=ZONES)], chosen, progress=quiet)
    before = _layers(any_url)
    changed = write_office(tmp_path / "office", [problem("a", 状态="已销号"), problem("c")], zones=ZONES, cells=CELLS)
    load([changed], chosen, progress=quiet)
    report = undo(chosen)
    assert (report.run, report.undoes) == (3, 2)
    assert report.notes == [("undone", {"run": 2, "removed": 5, "restored": 2})]
    after = _layers(any_url)
    for layer in LAYERS:
        pd.testing.assert_frame_equal(
            before[layer].drop(columns="changed_run"), after[layer].drop(columns="changed_run")
        )
    again = undo(chosen)
    assert again.undoes == 1
    assert all(frame.empty for frame in _layers(any_url).values())
    with pytest.raises(NothingToUndo):
        undo(chosen)
    told = history(chosen)
    assert told.drop_duplicates("run")["is_undone"].tolist() == [True, True, False, False]
    assert load([changed], chosen, progress=quiet).as_dict()["sources"][0]["new"] == 2


def test_undo_takes_back_only_the_run_that_was_meant(tmp_path: Path, any_url: str) -> None:
    chosen = settings_for(any_url, tmp_path)
    assert undoable(chosen) is None
    for code in "abc":
        load([write_office(tmp_path / code, [problem(code)], ledger=f"{code}.csv")], chosen, progress=quiet)
    assert undoable(chosen) == 3
    for expected in (2, 1, 9):
        with pytest.raises(NothingToUndo) as caught:
            undo(chosen, expected=expected)
        assert caught.value.note == ("undo_overtaken", {"expected": expected, "last": 3})
    assert undo(chosen, expected=3).undoes == 3
    assert undoable(chosen) == 2
    with pytest.raises(NothingToUndo):
        undo(chosen, expected=3)
    assert rows_of(any_url, schema.problem)["code"].tolist() == ["a", "b"]
    assert undo(chosen, expected=2).undoes == 2
    undo(chosen)
    assert undoable(chosen) is None


def test_undo_takes_the_place_back_too(tmp_path: Path, any_url: str) -> None:
    chosen = settings_for(any_url, tmp_path)
    office = write_office(tmp_path / "office", [problem("a")])
    load([office], chosen, progress=quiet)
    text = (office / "sources.toml").read_text(encoding="utf-8")
    (office / "sources.toml").write_text(text.replace('week_ends = "friday"', 'week_ends = "sunday"'), encoding="utf-8")
    load([office], chosen, progress=quiet)
    assert rows_of(any_url, schema.place)["week_ends"].tolist() == ["sunday"]
    undo(chosen)
    assert rows_of(any_url, schema.place)["week_ends"].tolist() == ["friday"]


def test_nothing_to_undo_before_the_first_load(tmp_path: Path, any_url: str) -> None:
    with pytest.raises(NothingToUndo):
        undo(settings_for(any_url, tmp_path))
    assert history(settings_for(any_url, tmp_path)).empty


# Any sequence of loads and undos, merged into SQLite straight from frames.

texts = st.none() | st.sampled_from(["甲", "乙", '"', "'", "\\", "", "null", "*"])
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False, width=64)
instants = st.none() | st.integers(0, 4_000_000_000)
rows = st.fixed_dictionaries(
    {"unit": texts, "lon": numbers, "due_at": instants, "is_listed": st.none() | st.booleans()}
)
steps = st.lists(st.none() | st.dictionaries(st.sampled_from("abc"), rows, min_size=1), min_size=1, max_size=6)


def _frame(by_code: dict[str, dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame([{"code": code} | row for code, row in sorted(by_code.items())])
    due = pd.Series([None if value is None else value for value in frame["due_at"]], dtype="Int64")
    return pd.DataFrame(
        {
            "code": frame["code"].astype("str"),
            "state": pd.Series(["reported"] * len(frame), dtype="str"),
            "reported_at": pd.Series([np.datetime64("2026-01-01", "s")] * len(frame)).dt.tz_localize("UTC"),
            "unit": frame["unit"].astype("str"),
            "lon": frame["lon"].astype("float64"),
            "due_at": pd.to_datetime(due, unit="s", utc=True).dt.as_unit("s"),
            "is_listed": frame["is_listed"].astype("boolean"),
        }
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_any_sequence_of_loads_and_undos(tmp_path_factory: pytest.TempPathFactory, sequence: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("any")
    url = f"sqlite:///{folder / 'grid.sqlite'}"
    chosen = settings_for(url, folder)
    engine = connect(url)
    place = PlaceEntry("示范县", "999900", measure_crs="EPSG:4547")
    seen: dict[int, pd.DataFrame] = {}
    open_loads = 0
    for step in sequence:
        number = len(seen) + 1
        if step is None and not open_loads:
            continue
        if step is None:
            assert undo(chosen).run == number
            open_loads -= 1
        else:
            run = merge.Run("999900", number, datetime(2026, 1, number, tzinfo=UTC))
            batch = merge.Batch("problems", _frame(step).assign(source_id=number))
            with exclusive(engine) as connection:
                create(connection, schema.metadata)
                merge.stage(connection, [batch], merge.stage_file(engine, number))
                result = merge.merge(connection, batch, run)
                write_place(connection, place, run)
                record_run(connection, run, [], kind="load", end=run.at)
            assert int(result.sum(axis=1).sum()) == len(step)
            open_loads += 1
        seen[number] = rows_of(url, schema.problem)
    for version, expected in seen.items():
        _same(_at(url, "problems", version), expected)
    engine.dispose()


@given(st.lists(texts))
def test_text_survives_events(values: list[str | None]) -> None:
    column = schema.problem.c.unit
    series = pd.Series(values, dtype="str")
    pd.testing.assert_series_equal(decode(encode(series, column).tolist(), column), series)


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_survive_events_exactly(values: list[float | None]) -> None:
    column = schema.problem.c.lon
    series = pd.Series(values, dtype="float64")
    pd.testing.assert_series_equal(decode(encode(series, column).tolist(), column), series, check_exact=True)


def test_every_kind_survives_events() -> None:
    kept = {
        schema.problem.c.due_at: pd.Series(["2026-11-03T08:00:00", None]).astype("datetime64[s, UTC]"),
        schema.cell.c.valid_from: pd.Series(["1969-12-31", None]).astype("datetime64[s]"),
        schema.problem.c.is_listed: pd.Series([True, None], dtype="boolean"),
        schema.cell.c.people: pd.Series([2**40, None], dtype="Int64"),
        schema.problem.c.source_id: pd.Series([1, 2], dtype="int64"),
    }
    for column, series in kept.items():
        pd.testing.assert_series_equal(decode(encode(series, column).tolist(), column), series)
    shape = pd.Series([shapely.box(0.1, 0.2, 1 / 3, 1)], dtype=object)
    column = schema.zone.c.geometry
    assert decode(encode(shape, column).tolist(), column)[0].equals_exact(shape[0], 0)


def test_no_value_equals_no_value_and_numbers_are_compared_exactly() -> None:
    columns = [schema.problem.c.unit, schema.problem.c.lon]
    old = pd.DataFrame({"code": ["a", "b"], "unit": [None, "甲"], "lon": [np.nan, 114.5]})
    new = pd.DataFrame({"code": ["a", "b"], "unit": [np.nan, "甲"], "lon": [np.nan, np.nextafter(114.5, 115)]})
    found = changes(old.astype({"unit": "str"}), new.astype({"unit": "str"}), columns)
    assert found.to_numpy().tolist() == [["b", "lon", "114.5", "114.50000000000001"]]


def test_versions_read_while_a_run_is_half_seen() -> None:
    """Rows of before a run, events of after it: what is taken back is there already."""
    table = schema.problem
    rows_now = pd.DataFrame({"code": ["a"], "unit": ["甲"], "created_run": [1]})
    events = pd.DataFrame({"run": [2], "key": ["a"], "column": ["unit"], "old": ['"甲"'], "new": ['"乙"']})
    assert rows_at(rows_now, events, table, 1)["unit"].tolist() == ["甲"]
