"""Rows gone from ledgers declared complete: only those that nobody can still find in them."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.load import check, load, undo
from etl.load.report import Report, SourceReport
from settings import Settings
from tests.etl.office import PLACE, SOURCE, ZONES, problem, quiet, settings_for, write_office

A, B, C = problem("a"), problem("b"), problem("c")


def _loaded(paths: list[Path], settings: Settings, **more: Any) -> Report:
    """The report of a load, which a check has foretold."""
    would = check(paths, settings, progress=quiet, **more)
    report = load(paths, settings, progress=quiet, **more)
    assert [(source.path, source.gone) for source in would.sources] == [
        (source.path, source.gone) for source in report.sources
    ]
    return report


def _gone(source: SourceReport) -> list[str]:
    """Codes told to be gone, as many as are counted."""
    codes = [code for told, values in source.notes if told == "rows_gone" for code in values["codes"]]
    assert len(codes) == source.gone
    return codes


def _ledger(settings: Settings, tmp_path: Path, *rows: dict[str, Any], **more: Any) -> SourceReport:
    (source,) = _loaded([write_office(tmp_path / "office", rows, complete=True, **more)], settings).sources
    return source


def test_a_refused_row_is_in_its_ledger_still(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    _ledger(settings, tmp_path, A, B, C)
    source = _ledger(settings, tmp_path, A | {"发现时间": "?"}, B | {"经度": 0, "纬度": 0})
    assert (source.refused, _gone(source)) == (2, ["c"])
    assert not [code for code, _ in source.notes if code == "gone_or_refused"]


def test_a_refused_row_without_a_code_may_be_one_that_is_gone(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    _ledger(settings, tmp_path, A, B)
    unreadable = A | {"问题编号": "", "发现时间": "?"}
    source = _ledger(settings, tmp_path, unreadable, B)
    assert _gone(source) == ["a"]
    assert ("gone_or_refused", {"rows": 1}) in source.notes
    source = _ledger(settings, tmp_path, unreadable, A, B)
    assert (source.gone, [code for code, _ in source.notes if code == "gone_or_refused"]) == (0, [])


def test_a_made_code_is_known_where_only_the_point_is_refused(tmp_path: Path, any_url: str) -> None:
    """What is refused after cleaning has the code it would have had; another point makes another row of it, so that
    nobody can tell whether it is the one that is gone."""
    settings = settings_for(any_url, tmp_path)
    nameless = A | {"问题编号": ""}
    _ledger(settings, tmp_path, nameless, B)
    source = _ledger(settings, tmp_path, nameless | {"经度": 0, "纬度": 0}, B)
    assert (source.refused, source.gone) == (1, 1)
    assert ("gone_or_refused", {"rows": 1}) in source.notes
    # A point that lies too far off once there are zones is still the same row.
    load([write_office(tmp_path / "zones", zones=ZONES)], settings, progress=quiet)
    far = nameless | {"经度": 100.5, "纬度": 30.5}
    _ledger(settings_for(any_url, tmp_path), tmp_path, nameless, B)
    source = _ledger(settings, tmp_path, far, nameless)
    assert (source.refused, _gone(source)) == (1, ["b"])
    assert ("gone_or_refused", {"rows": 1}) in source.notes


def test_who_is_named_in_passing_is_not_gone_when_others_are(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    office = write_office(tmp_path / "office", zones=ZONES)
    with (office / "sources.toml").open("a", encoding="utf-8") as said:
        said.write(SOURCE.format(path="责任分工.csv", layer="assignments", complete="true").replace("wgs84", "auto"))
    for names in (("王强", "李梅"), ("王强", "赵新")):
        lines = "".join(f"{zone},片长,{name}\n" for zone, name in zip(ZONES, names, strict=True))
        (office / "责任分工.csv").write_text(f"片区,角色,姓名\n{lines}", encoding="utf-8")
        report = _loaded([office], settings)
    gone = {source.layer: source.gone for source in report.sources if source.path == "责任分工.csv"}
    assert gone == {"assignments": 1, "parties": 0}


def test_all_rows_refused_or_left_out(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    _ledger(settings, tmp_path, A, B)
    source = _ledger(settings, tmp_path, A | {"发现时间": "?"})
    assert (source.accepted, _gone(source)) == (0, ["b"])


def test_another_ledger_does_not_take_a_row_out_of_its_own(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    _ledger(settings, tmp_path, A, B)
    other = write_office(tmp_path / "other", [A | {"状态": "已销号"}], ledger="乙.csv")
    load([other], settings, progress=quiet)
    assert _gone(_ledger(settings, tmp_path, B)) == ["a"]


def test_what_was_undone_is_in_no_ledger(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    other = write_office(tmp_path / "other", [A], ledger="乙.csv")
    load([other], settings, progress=quiet)
    _ledger(settings, tmp_path, A | {"状态": "已销号"}, B)
    undo(settings)
    assert _gone(_ledger(settings, tmp_path, C)) == []


def _months(folder: Path, **ledgers: list[dict[str, Any]]) -> Path:
    """An office with a complete entry of several files."""
    folder.mkdir(exist_ok=True)
    for name, rows in ledgers.items():
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False, encoding="utf-8")
    said = PLACE.format(code="999900") + SOURCE.format(path="*.csv", layer="problems", complete="true")
    (folder / "sources.toml").write_text(said, encoding="utf-8")
    return folder


@pytest.mark.parametrize("is_alone", [True, False])
def test_files_that_are_not_loaded_hold_their_rows(tmp_path: Path, any_url: str, *, is_alone: bool) -> None:
    settings = settings_for(any_url, tmp_path)
    office = _months(tmp_path / "office", first=[A, B], second=[C])
    _loaded([office], settings)
    _months(office, first=[B])
    if is_alone:
        report = _loaded([office / "first.csv"], settings)
    else:
        report = _loaded([office], settings, without=["second.csv"])
    (source,) = report.sources
    assert _gone(source) == ["a"]


def test_a_file_that_is_there_no_longer(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    office = _months(tmp_path / "office", first=[A, B], second=[C])
    _loaded([office], settings)
    (office / "second.csv").unlink()
    (source,) = _loaded([office], settings).sources
    assert _gone(source) == ["c"]
