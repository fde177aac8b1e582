"""When the same files would be read anew: what they are judged by has changed, however it did."""

from pathlib import Path

import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from etl import schema
from etl.database import connect
from etl.intake import Known
from etl.load import Report, load
from etl.load import place as looked
from tests.etl.office import (
    EAST,
    SOURCE,
    WEST,
    ZONES,
    problem,
    quiet,
    rows_of,
    settings_for,
    write_office,
    write_polygons,
)


def _codes(report: Report) -> list[str]:
    return [code for code, _ in report.notes]


def test_a_run_that_commits_while_another_looks_is_built_upon(
    tmp_path: Path, any_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", [problem("a", 114.508)], zones=ZONES)], settings, progress=quiet)
    moved = {WEST: shapely.box(114.50, 38.00, 114.506, 38.02), EAST: shapely.box(114.506, 38.00, 114.53, 38.02)}
    zones = write_office(tmp_path / "zones", zones=moved)
    between = [zones]
    known_of = looked.known_of

    def slow(engine: sa.Engine, place: str) -> Known:
        known = known_of(engine, place)
        if between:
            load([between.pop()], settings, progress=quiet)
        return known

    monkeypatch.setattr(looked, "known_of", slow)
    second = write_office(tmp_path / "second", [problem("b", 114.508)], ledger="乙.csv")
    assert load([second], settings, progress=quiet).run == 3
    assert rows_of(any_url, schema.problem)["zone"].tolist() == [EAST, EAST]


def test_a_new_base_map_has_the_ledgers_read_again(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    office = write_office(tmp_path / "office", [problem("a")], zones=ZONES)
    load([office], settings, progress=quiet)
    streets = write_office(tmp_path / "base", more=SOURCE.format(path="路.geojson", layer="base", complete="false"))
    write_polygons(streets / "路.geojson", {"s1": shapely.LineString([(114.50, 38.005), (114.51, 38.005)])})
    load([streets], settings, progress=quiet)
    assert len(rows_of(any_url, schema.base_feature)) == 1
    assert _codes(load([office], settings, progress=quiet)) == []
    assert _codes(load([office], settings, progress=quiet)) == ["nothing_new"]


def test_a_new_time_zone_has_files_without_a_declaration_read_again(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    lone = tmp_path / "lone" / "台账.csv"
    lone.parent.mkdir()
    pd.DataFrame([problem("a", "", "")]).to_csv(lone, index=False, encoding="utf-8")
    load([write_office(tmp_path / "zones", zones=ZONES)], settings, progress=quiet)
    load([lone], settings, progress=quiet)
    assert _codes(load([lone], settings, progress=quiet)) == ["nothing_new"]
    away = write_office(tmp_path / "away", [problem("b")], ledger="乙.csv")
    declared = (away / "sources.toml").read_text(encoding="utf-8")
    (away / "sources.toml").write_text(
        declared.replace("week_ends", 'time_zone = "Asia/Urumqi"\nweek_ends'), encoding="utf-8"
    )
    load([away], settings, progress=quiet)
    assert _codes(load([lone], settings, progress=quiet)) == []
    found = rows_of(any_url, schema.problem)
    assert found["reported_at"].tolist() == [pd.Timestamp("2026-11-03 02:30", tz="UTC")] * 2


def test_the_same_points_twice_where_no_polygon_and_no_declaration_tell_the_crs(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    office = write_office(tmp_path / "office", [problem("a")])
    declared = (office / "sources.toml").read_text(encoding="utf-8")
    (office / "sources.toml").write_text(declared.replace("measure_crs", "# measure_crs"), encoding="utf-8")
    load([office], settings, progress=quiet)
    before = rows_of(any_url, schema.place)
    assert _codes(load([office], settings, progress=quiet)) == ["nothing_new"]
    pd.testing.assert_frame_equal(rows_of(any_url, schema.place), before)


def test_a_stage_left_behind_is_swept_under_any_name_and_no_other_databases(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'grid[1].sqlite'}"
    left, of_another = tmp_path / "grid[1].sqlite.stage-7", tmp_path / "grid1.sqlite.stage-7"
    for path in (left, of_another):
        path.write_bytes(b"")
    load([write_office(tmp_path / "office", [problem("a")])], settings_for(url, tmp_path), progress=quiet)
    assert connect(url).url.database == str(tmp_path / "grid[1].sqlite")
    assert (left.exists(), of_another.exists()) == (False, True)
