"""Loads on both databases: what comes in, what changes, what stays."""

import threading
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import shapely

from etl import schema
from etl.database import connect, exclusive
from etl.errors import GridError, LayerInvalid, NoData, NothingToUndo, SettingsError
from etl.load import check, load, make_grid, undo, undoable
from etl.load.report import SourceReport
from tests.etl.office import CELLS, EAST, WEST, ZONES, problem, quiet, rows_of, settings_for, write_office


def _one(report: object, layer: str = "problems") -> SourceReport:
    (source,) = [source for source in report.sources if source.layer == layer]  # type: ignore[attr-defined]
    return source


def _problems(url: str) -> pd.DataFrame:
    return rows_of(url, schema.problem).set_index("code")


def _counts(source: SourceReport) -> tuple[int, int, int, int]:
    return source.new, source.changed, source.unchanged, source.gone


def test_points_get_their_cell_and_zone(tmp_path: Path, any_url: str) -> None:
    rows = [
        problem("in", 114.505, 38.005),
        problem("shared", 114.51, 38.005),  # on the border of the zones: the lower code has it
        problem("outside", 114.60, 38.005),
        problem("nowhere", "", ""),
        problem("bad", 114.5, 38.0, 发现时间="2026-13-45"),
    ]
    office = write_office(tmp_path / "office", rows, zones=ZONES, cells=CELLS)
    report = load([office], settings_for(any_url, tmp_path), progress=quiet)
    ledger = _one(report)
    assert (ledger.read, ledger.accepted, ledger.refused, ledger.duplicates) == (5, 4, 1, 0)
    assert _counts(ledger) == (4, 0, 0, 0)
    assert ("outside_zones", {"rows": 1}) in ledger.notes
    found = _problems(any_url)
    assert found.loc["in", ["cell", "zone"]].tolist() == ["999900001001001", WEST]
    assert found.loc["shared", ["cell", "zone"]].tolist() == ["999900001001001", WEST]
    assert found.loc[["outside", "nowhere"], ["cell", "zone"]].isna().all(axis=None)
    assert found.loc["in", "reported_at"] == pd.Timestamp("2026-11-03 00:30", tz="UTC")
    cells = rows_of(any_url, schema.cell).set_index("code")
    assert cells["zone"].tolist() == [WEST, WEST, EAST, EAST]
    assert cells["area_m2"].between(900_000, 2_000_000).all()
    assert rows_of(any_url, schema.place).iloc[0].tolist() == [
        "999900",
        "示范县",
        "Asia/Shanghai",
        "EPSG:4547",
        "friday",
    ]


def test_the_same_files_change_nothing(tmp_path: Path, any_url: str) -> None:
    rows = [problem("a"), problem("b"), problem("bad", 发现时间="?")]
    office = write_office(tmp_path / "office", rows, zones=ZONES, cells=CELLS)
    settings = settings_for(any_url, tmp_path)
    first = load([office], settings, progress=quiet)
    before = {name: rows_of(any_url, table) for name, table in schema.LAYERS.items()}
    again = load([office], settings, progress=quiet)
    assert (again.run, again.notes) == (None, [("nothing_new", {"run": 1})])
    assert len(rows_of(any_url, schema.load_run)) == 1
    assert [(source.path, source.layer) for source in again.sources] == [(s.path, s.layer) for s in first.sources]
    assert all(_counts(source) == (0, 0, source.accepted, 0) for source in again.sources)
    assert _one(again).refused_file is not None
    assert len(rows_of(any_url, schema.refused_row)) == 1
    for name, table in schema.LAYERS.items():
        pd.testing.assert_frame_equal(before[name], rows_of(any_url, table))
    assert rows_of(any_url, schema.row_event).empty


def test_row_order_and_spelling_of_the_file_do_not_matter(tmp_path: Path, any_url: str) -> None:
    rows = [problem(f"p{i}", 114.50 + i / 1000) for i in range(20)]
    settings = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", rows, zones=ZONES)], settings, progress=quiet)
    other = [dict(sorted(row.items())) for row in rows[::-1]]
    report = load([write_office(tmp_path / "office", other, zones=ZONES)], settings, progress=quiet)
    assert _counts(_one(report)) == (0, 0, 20, 0)


def test_a_change_touches_only_what_changed(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", [problem("a"), problem("b")])], settings, progress=quiet)
    changed = [problem("a", 状态="已销号", 销号时间="2026-11-09 10:00"), problem("b"), problem("c")]
    report = load([write_office(tmp_path / "office", changed)], settings, progress=quiet)
    assert _counts(_one(report)) == (1, 1, 1, 0)
    found = _problems(any_url)
    assert found["state"].tolist() == ["closed", "assigned", "assigned"]
    assert found["created_run"].tolist() == [1, 1, 2]
    assert found["changed_run"].tolist() == [2, 1, 2]
    events = rows_of(any_url, schema.row_event).drop(columns=["place", "at"])
    assert events.fillna("").to_numpy().tolist() == [
        [2, "problems", "a", "closed_at", "", '"2026-11-09T02:00:00Z"'],
        [2, "problems", "a", "source_id", "1", "2"],
        [2, "problems", "a", "state", '"assigned"', '"closed"'],
    ]


def test_a_row_gone_from_a_complete_ledger_is_reported_and_kept(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    rows = [problem("a"), problem("b"), problem("c")]
    load([write_office(tmp_path / "office", rows, complete=True)], settings, progress=quiet)
    office = write_office(tmp_path / "office", rows[1:], complete=True)
    would = check([office], settings, progress=quiet)
    report = load([office], settings, progress=quiet)
    assert _counts(_one(would)) == _counts(_one(report)) == (0, 0, 2, 1)
    assert ("rows_gone", {"rows": 1, "codes": ["a"]}) in _one(report).notes
    assert _problems(any_url).index.tolist() == ["a", "b", "c"]
    other = write_office(tmp_path / "other", [problem("z")], complete=True, ledger="另一台账.csv")
    assert _counts(_one(load([other], settings, progress=quiet))) == (1, 0, 0, 0)


def test_rows_move_when_zones_and_cells_do(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    load(
        [write_office(tmp_path / "office", [problem("a", 114.508)], zones=ZONES, cells=CELLS)], settings, progress=quiet
    )
    moved = {WEST: shapely.box(114.50, 38.00, 114.506, 38.02), EAST: shapely.box(114.506, 38.00, 114.53, 38.02)}
    report = load([write_office(tmp_path / "zones", zones=moved)], settings, progress=quiet)
    assert ("rows_moved", {"rows": 1}) in report.notes
    assert _problems(any_url)["zone"].tolist() == [EAST]
    events = rows_of(any_url, schema.row_event)
    assert events.loc[events["layer"] == "problems", ["column", "old", "new"]].to_numpy().tolist() == [
        ["zone", f'"{WEST}"', f'"{EAST}"']
    ]
    undo(settings)
    assert _problems(any_url)["zone"].tolist() == [WEST]


def test_zones_that_come_later_place_the_rows(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", [problem("a")])], settings, progress=quiet)
    assert _problems(any_url)["zone"].isna().all()
    load([write_office(tmp_path / "zones", zones=ZONES, cells=CELLS)], settings, progress=quiet)
    assert _problems(any_url)[["cell", "zone"]].to_numpy().tolist() == [["999900001001001", WEST]]


def test_a_default_point_shows_over_several_loads(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    far = [problem(f"far{i}", 114.50 + i / 10_000, 38.001) for i in range(50)]
    first = [problem(f"a{i}", 114.505, 38.005) for i in range(4)]
    load([write_office(tmp_path / "office", far + first)], settings, progress=quiet)
    assert not _problems(any_url)["is_default_point"].any()
    second = [problem(f"b{i}", 114.505, 38.005) for i in range(8)]
    report = load([write_office(tmp_path / "more", second, ledger="更多.csv")], settings, progress=quiet)
    assert ("default_points", {"rows": 8}) in _one(report).notes
    found = _problems(any_url)
    assert set(found.index[found["is_default_point"].astype(bool)]) == {f"a{i}" for i in range(4)} | {
        f"b{i}" for i in range(8)
    }


def test_a_load_that_fails_leaves_nothing(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    office = write_office(tmp_path / "office", [problem("a")], zones=ZONES)
    (office / "zones.geojson").write_bytes(b"\x00not json")
    with pytest.raises(GridError):
        load([office], settings, progress=quiet)
    with pytest.raises(NoData):
        rows_of(any_url, schema.problem)


def test_an_error_while_writing_rolls_everything_back(
    tmp_path: Path, any_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", [problem("a")])], settings, progress=quiet)

    def fail(*_: object, **__: object) -> None:
        raise LayerInvalid("test")

    monkeypatch.setattr("etl.load.run.record_run", fail)
    with pytest.raises(LayerInvalid):
        load([write_office(tmp_path / "office", [problem("b")])], settings, progress=quiet)
    monkeypatch.undo()
    assert _problems(any_url).index.tolist() == ["a"]
    assert not list(tmp_path.glob("*stage*"))
    report = load([write_office(tmp_path / "office", [problem("b")])], settings, progress=quiet)
    assert (report.run, _counts(_one(report))) == (2, (1, 0, 0, 0))


def test_the_second_run_waits_says_so_and_builds_on_the_first(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", [problem("a")], zones=ZONES)], settings, progress=quiet)
    waits = threading.Event()
    reports = []

    def second() -> None:
        office = write_office(tmp_path / "second", [problem("a", 状态="整改中"), problem("c")], ledger="乙.csv")
        reports.append(load([office], settings, progress=quiet, on_wait=waits.set))

    is_judged = threading.Event()

    def first(sentence: str) -> None:
        # Called under the lock, before anything is merged: the second run starts now and has to wait.
        if "数据库" in sentence and not is_judged.is_set():
            is_judged.set()
            thread.start()
            assert waits.wait(30)

    thread = threading.Thread(target=second)
    office = write_office(tmp_path / "first", [problem("b")], ledger="甲.csv")
    assert load([office], settings, progress=first).run == 2
    thread.join(60)
    (report,) = reports
    assert (report.run, _counts(_one(report))) == (3, (1, 1, 0, 0))
    assert _problems(any_url)["state"].tolist() == ["in_progress", "assigned", "assigned"]


def test_check_says_what_load_does_and_writes_nothing(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    office = write_office(tmp_path / "office", [problem("a"), problem("bad", 发现时间="?")], zones=ZONES, cells=CELLS)
    would = check([office], settings, progress=quiet)
    assert would.run is None
    assert not (tmp_path / "var").exists()
    assert not (tmp_path / "grid.sqlite").exists()
    with pytest.raises(NoData):
        rows_of(any_url, schema.problem)
    did = load([office], settings, progress=quiet)
    assert [_counts(s) for s in would.sources] == [_counts(s) for s in did.sources]
    write_office(tmp_path / "office", [problem("a", 状态="已销号"), problem("b")], zones=ZONES, cells=CELLS)
    before = {name: rows_of(any_url, table) for name, table in schema.metadata.tables.items()}
    would = check([office], settings, progress=quiet)
    for name, table in schema.metadata.tables.items():
        pd.testing.assert_frame_equal(before[name], rows_of(any_url, table))
    assert [_counts(s) for s in would.sources] == [(0, 0, 2, 0), (0, 0, 4, 0), (1, 1, 0, 0)]
    did = load([office], settings, progress=quiet)
    assert [_counts(s) for s in would.sources] == [_counts(s) for s in did.sources]


def test_reading_again_where_another_file_has_changed_a_row(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    one = write_office(tmp_path / "one", [problem("a")], ledger="甲.csv")
    other = write_office(tmp_path / "other", [problem("a", 状态="已销号")], ledger="乙.csv")
    for office, expected in ((one, (1, 0, 0, 0)), (other, (0, 1, 0, 0)), (one, (0, 1, 0, 0)), (one, (0, 0, 1, 0))):
        assert _counts(_one(load([office], settings, progress=quiet))) == expected
    undo(settings)
    assert _problems(any_url)["state"].tolist() == ["closed"]
    assert _counts(_one(load([one], settings, progress=quiet))) == (0, 1, 0, 0)


def test_two_counties_share_a_database(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    for code in ("999900", "999901"):
        report = load(
            [write_office(tmp_path / code, [problem("a", 片区=EAST)], zones=ZONES, code=code)], settings, progress=quiet
        )
        assert (report.run, _counts(_one(report))) == (1, (1, 0, 0, 0))
    assert rows_of(any_url, schema.problem)["place"].tolist() == ["999900", "999901"]
    lone = tmp_path / "lone" / "台账.csv"
    lone.parent.mkdir()
    pd.DataFrame([problem("a", "", "")]).to_csv(lone, index=False, encoding="utf-8")
    with pytest.raises(SettingsError, match="999901"):
        load([lone], settings, progress=quiet)
    named = settings_for(any_url, tmp_path, place="999901")
    assert load([lone], named, progress=quiet).place == "999901"
    undo(named)
    assert len(rows_of(any_url, schema.problem)) == 2


def test_cells_made_where_a_place_has_none(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    with pytest.raises(NoData):
        make_grid(settings, 400, progress=quiet)
    load([write_office(tmp_path / "office", [problem("a")], zones=ZONES)], settings, progress=quiet)
    report = make_grid(settings, 400, progress=quiet)
    assert _one(report, "cells").new > 10
    assert _problems(any_url)["cell"].str.fullmatch(r"999900\d{9}").all()
    with pytest.raises(LayerInvalid):
        make_grid(settings, 400, progress=quiet)
    undo(settings)
    assert _problems(any_url)["cell"].isna().all()


def test_grid_of_sources_toml_is_part_of_the_run(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    office = write_office(tmp_path / "office", [problem("a")], zones=ZONES, more="[grid]\nsize_m = 400\n")
    report = load([office], settings, progress=quiet)
    assert [source.layer for source in report.sources].count("cells") == 1
    assert _problems(any_url)["cell"].notna().all()
    assert [code for code, _ in load([office], settings, progress=quiet).notes] == ["nothing_new"]


def test_the_sheet_to_send_back(tmp_path: Path, sqlite_url: str) -> None:
    evil = problem("=1+1", 问题描述="@SUM(A1)", 发现时间="=cmd|' /C calc'!A0")
    office = write_office(tmp_path / "office", [problem("a"), evil])
    for language, last in (("zh", "退回原因"), ("en", "Reason")):
        settings = settings_for(any_url_of(sqlite_url, language), tmp_path, language=language)
        source = _one(load([office], settings, progress=quiet))
        assert source.refused_file is not None
        sheet = openpyxl.load_workbook(source.refused_file).active
        heading, row = sheet.iter_rows()
        titles = [cell.value for cell in heading]
        assert titles[2:] == [last, *problem("a")]
        assert sheet.title == {"zh": "退回", "en": "Refused"}[language]
        assert row[1].value == "3"
        assert all(cell.data_type == "s" for cell in row if cell.value is not None)
        assert row[3].value == "=1+1"
        assert "=cmd" in row[2].value


def any_url_of(url: str, name: str) -> str:
    return url.replace("grid.sqlite", f"{name}.sqlite")


def test_readers_are_not_kept_waiting(tmp_path: Path, any_url: str) -> None:
    load([write_office(tmp_path / "office", [problem("a")])], settings_for(any_url, tmp_path), progress=quiet)
    with exclusive(connect(any_url)) as connection:
        connection.execute(schema.problem.delete())
        assert len(rows_of(any_url, schema.problem)) == 1
    assert rows_of(any_url, schema.problem).empty


def test_hostile_text_comes_back_as_it_was(tmp_path: Path, any_url: str) -> None:
    texts = ["<script>alert(1)</script>", "'; DROP TABLE problem; --", "${jndi}", "😀", "=1", "a\\.b", "\\N"]
    rows = [problem(f"p{i}", 问题描述=text) for i, text in enumerate(texts)]
    office = write_office(tmp_path / "office", rows, zones=ZONES)
    zones = office / "zones.geojson"
    # PostgreSQL's text cannot hold a NUL; it must not reach the database, nor end the load with a traceback.
    zones.write_text(zones.read_text(encoding="utf-8").replace("第1", "第\\u00001"), encoding="utf-8")
    load([office], settings_for(any_url, tmp_path), progress=quiet)
    assert _problems(any_url)["description"].tolist() == texts
    assert not rows_of(any_url, schema.zone)["name"].str.contains("\x00", regex=False).any()


def test_a_load_that_changed_nothing_is_not_the_one_to_take_back(tmp_path: Path, any_url: str) -> None:
    office = write_office(tmp_path / "office", [problem("a"), problem("b")], zones=ZONES)
    settings = settings_for(any_url, tmp_path)
    load([office], settings, progress=quiet)
    # The same rows in another order: read again, and nothing is new.
    write_office(office, [problem("b"), problem("a")], zones=ZONES)
    again = load([office], settings, progress=quiet)
    assert again.run == 2
    assert sum(source.new + source.changed for source in again.sources) == 0
    assert undoable(settings) == 1
    report = undo(settings)
    assert (report.undoes, dict(report.notes)["undo_skipped"]) == (1, {"runs": [2]})
    assert rows_of(any_url, schema.problem).empty
    assert undoable(settings) is None
    with pytest.raises(NothingToUndo):
        undo(settings)
