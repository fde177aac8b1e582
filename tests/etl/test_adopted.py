"""The same ledger under a `sources.toml` and dropped by hand, under its bare name: one ledger, not two."""

import shutil
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from etl import schema
from etl.errors import CoordinatesUnclear
from etl.load import check, load, undo
from etl.load.report import Report
from etl.messages import sentence
from etl.refused import sent_back_from
from settings import Settings
from tests.etl.office import PLACE, WEST, ZONES, problem, quiet, rows_of, settings_for, write_polygons

DECLARED = """
[[source]]
path = "台账/{name}"
layer = "problems"
coordinates = "gcj02"
complete = true
columns = {{ "现场" = "description" }}
"""
SHEETS = '[[source]]\npath = "台账/x.xlsx"\nsheet = "{0}"\nlayer = "problems"\ncoordinates = "{1}"\n'


def _row(text: str) -> dict[str, object]:
    """A line without a code of its own."""
    row = problem("", 114.505, 38.005) | {"现场": text}
    return {heading: value for heading, value in row.items() if heading not in ("问题编号", "问题描述")}


def _write(path: Path, *texts: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame([_row(text) for text in texts]).to_csv(path, index=False, encoding="utf-8")
    return path


def _office(tmp_path: Path, said: str = DECLARED.format(name="台账.csv")) -> Path:
    office = tmp_path / "office"
    _write(office / "台账" / "台账.csv", "甲", "乙", "丙")
    write_polygons(office / "zones.geojson", ZONES)
    zones = '[[source]]\npath = "zones.geojson"\nlayer = "zones"\ncoordinates = "wgs84"\n'
    (office / "sources.toml").write_text(PLACE.format(code="999900") + zones + said, encoding="utf-8")
    return office


@pytest.fixture
def settings(tmp_path: Path, any_url: str) -> Settings:
    return settings_for(any_url, tmp_path)


def _codes(report: Report) -> list[str]:
    return [code for source in report.sources for code, _ in source.notes]


def test_a_file_dropped_by_hand_is_the_ledger_of_that_name(tmp_path: Path, settings: Settings, any_url: str) -> None:
    load([_office(tmp_path)], settings, progress=quiet)
    dropped = _write(tmp_path / "drop" / "台账.csv", "甲", "乙", "丁")
    would = check([dropped], settings, progress=quiet)
    did = load([dropped], settings, progress=quiet)
    for report in (would, did):
        (source,) = report.sources
        assert (source.entry, source.coordinates) == ("台账/台账.csv", "gcj02")
        assert (source.new, source.unchanged, source.gone) == (1, 2, 1)
        told = dict(source.notes)["declared_as_before"]
        assert told["run"] == 1
        assert told["on"][:2] == "20"
    assert f"按 {told['on']} 读入的同名文件" in sentence(("declared_as_before", told))
    rows = rows_of(any_url, schema.problem)
    assert sorted(rows["description"]) == ["丁", "丙", "乙", "甲"]
    again = load([dropped], settings, progress=quiet)
    assert [code for code, _ in again.notes] == ["nothing_new"]


def test_what_is_chosen_by_hand_counts(tmp_path: Path, settings: Settings) -> None:
    load([_office(tmp_path)], settings, progress=quiet)
    dropped = _write(tmp_path / "drop" / "台账.csv", "甲")
    (source,) = check([dropped], settings, progress=quiet, coordinates={"台账.csv": "wgs84"}).sources
    assert (source.entry, source.coordinates) == ("台账/台账.csv", "wgs84")


def test_another_name_or_another_declaration_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    office = _office(tmp_path)
    load([office], settings, progress=quiet)
    assert "declared_as_before" not in _codes(load([office], settings, progress=quiet))
    other = _write(tmp_path / "drop" / "别的台账.csv", "甲")
    (source,) = check([other], settings, progress=quiet, coordinates={"别的台账.csv": "wgs84"}).sources
    assert source.entry == "别的台账.csv"
    declared = tmp_path / "declared"
    shutil.copytree(office, declared)
    said = (declared / "sources.toml").read_text(encoding="utf-8").replace("gcj02", "wgs84")
    (declared / "sources.toml").write_text(said, encoding="utf-8")
    assert "declared_as_before" not in _codes(check([declared], settings, progress=quiet))


def test_what_was_undone_was_never_declared(tmp_path: Path, settings: Settings) -> None:
    load([_office(tmp_path)], settings, progress=quiet)
    undo(settings)
    dropped = _write(tmp_path / "drop" / "台账.csv", "甲")
    (source,) = check([dropped], settings, progress=quiet, coordinates={"台账.csv": "wgs84"}).sources
    assert source.entry == "台账.csv"


def test_of_several_the_newest_is_taken(tmp_path: Path, settings: Settings) -> None:
    office = _office(tmp_path)
    load([office], settings, progress=quiet)
    (office / "台账").rename(office / "新")
    said = (office / "sources.toml").read_text(encoding="utf-8").replace("台账/", "新/").replace("gcj02", "bd09")
    (office / "sources.toml").write_text(said, encoding="utf-8")
    load([office], settings, progress=quiet)
    (source,) = check([_write(tmp_path / "drop" / "台账.csv", "甲")], settings, progress=quiet).sources
    assert (source.entry, source.coordinates) == ("新/台账.csv", "bd09")


def test_sheets_that_were_declared_apart_stay_apart(tmp_path: Path, settings: Settings) -> None:
    office = _office(tmp_path, SHEETS.format("一", "gcj02") + SHEETS.format("二", "wgs84"))
    for folder in (office / "台账", tmp_path / "drop"):
        folder.mkdir(exist_ok=True)
        with pd.ExcelWriter(folder / "x.xlsx") as book:
            for sheet in ("一", "二"):
                pd.DataFrame([problem("") | {"问题描述": sheet}]).to_excel(book, sheet_name=sheet, index=False)
    load([office], settings, progress=quiet)
    found = check([tmp_path / "drop" / "x.xlsx"], settings, progress=quiet).sources
    assert {(source.entry, source.coordinates, source.new) for source in found} == {
        ("台账/x.xlsx#一", "gcj02", 0),
        ("台账/x.xlsx#二", "wgs84", 0),
    }


def test_two_ledgers_of_one_name_are_told_apart_by_their_content_or_not_at_all(
    tmp_path: Path, settings: Settings
) -> None:
    said = DECLARED.format(name="a/t.csv") + DECLARED.format(name="b/t.csv")
    office = _office(tmp_path, said)
    _write(office / "台账" / "a" / "t.csv", "甲")
    _write(office / "台账" / "b" / "t.csv", "乙")
    load([office], settings, progress=quiet)
    (source,) = check([_write(tmp_path / "drop" / "t.csv", "乙")], settings, progress=quiet).sources
    assert source.entry == "台账/b/t.csv"
    unclear = _write(tmp_path / "drop" / "t.csv", "丙")
    (source,) = check([unclear], settings, progress=quiet, coordinates={"t.csv": "wgs84"}).sources
    assert source.entry == "t.csv"
    told = dict(source.notes)["declared_unclear"]
    assert told["entries"] == ["台账/a/t.csv", "台账/b/t.csv"]


def _with_a_refused_row(tmp_path: Path, settings: Settings) -> Path:
    office = _office(tmp_path)
    rows = [_row("甲"), _row("乙"), _row("丙") | {"发现时间": "?"}]
    pd.DataFrame(rows).to_csv(office / "台账" / "台账.csv", index=False, encoding="utf-8")
    source = load([office], settings, progress=quiet).sources[-1]
    assert source.refused == 1
    assert source.refused_file is not None
    return source.refused_file


def _corrected(sheet: Path, to: Path) -> Path:
    """The sheet as somebody saves it after correcting: the same workbook, one cell changed."""
    to.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.load_workbook(sheet)
    for cell in next(iter(book.worksheets)).iter_rows(min_row=2):
        for each in cell:
            each.value = "2026-11-04 09:00" if each.value == "?" else each.value
    book.save(to)
    return to


@pytest.mark.parametrize("name", ["同名", "台账-退回.xlsx", "台账-Refused (1).xlsx", "随便改的名字.xlsx"])
def test_a_corrected_sheet_of_refused_rows_is_taken_back(
    tmp_path: Path, settings: Settings, any_url: str, name: str
) -> None:
    sheet = _with_a_refused_row(tmp_path, settings)
    back = _corrected(sheet, tmp_path / "drop" / (sheet.name if name == "同名" else name))
    for act in (check, load):
        (source,) = act([back], settings, progress=quiet).sources
        assert (source.entry, source.coordinates, source.layer) == ("台账/台账.csv", "gcj02", "problems")
        assert (source.new, source.unchanged, source.gone, source.refused) == (1, 0, 0, 0)
        assert "declared_of_refused" in dict(source.notes)
    assert sorted(rows_of(any_url, schema.problem)["description"]) == ["丙", "乙", "甲"]
    # The whole ledger, corrected, brings the same row.
    (whole,) = load([_write(tmp_path / "whole" / "台账.csv", "甲", "乙")], settings, progress=quiet).sources
    assert (whole.entry, whole.new, whole.unchanged) == ("台账/台账.csv", 0, 2)


@pytest.mark.parametrize(
    "name", ["台账-退回.xlsx", "台账-退回(1).xlsx", "台账-Refused.csv", "999900-0001-2-台账 (2).xlsx"]
)
def test_a_sheet_of_refused_rows_is_known_by_its_name_where_its_mark_is_lost(
    tmp_path: Path, settings: Settings, name: str
) -> None:
    _with_a_refused_row(tmp_path, settings)
    back = tmp_path / "drop" / name
    back.parent.mkdir()
    frame = pd.DataFrame([_row("丙")])
    frame.to_excel(back, index=False) if back.suffix == ".xlsx" else frame.to_csv(back, index=False)
    (source,) = check([back], settings, progress=quiet).sources
    assert (source.entry, source.coordinates, source.new) == ("台账/台账.csv", "gcj02", 1)


def test_a_sheet_of_another_place_with_a_number_of_ours_is_not_ours(tmp_path: Path, settings: Settings) -> None:
    _with_a_refused_row(tmp_path, settings)
    other = tmp_path / "drop" / "330100-0001-2-东片区.csv"
    other.parent.mkdir()
    pd.DataFrame([_row("丙")]).to_csv(other, index=False)
    # Read by our declaration it would be GCJ-02; as a file of its own it is asked about.
    with pytest.raises(CoordinatesUnclear):
        check([other], settings, progress=quiet)


def test_coordinates_that_the_program_found_hold_for_the_refused_rows(tmp_path: Path, settings: Settings) -> None:
    office = _office(tmp_path, DECLARED.format(name="台账.csv").replace('coordinates = "gcj02"\n', ""))
    rows = [_row(str(n)) | {"经度": 38.001 + n / 2500, "纬度": 114.501 + n / 5000, "片区": WEST} for n in range(40)]
    pd.DataFrame([*rows, rows[0] | {"现场": "丙", "发现时间": "?"}]).to_csv(office / "台账" / "台账.csv", index=False)
    source = load([office], settings, progress=quiet).sources[-1]
    assert source.refused_file is not None
    assert source.coordinates == "wgs84 swapped"
    (back,) = check([_corrected(source.refused_file, tmp_path / "drop" / "x.xlsx")], settings, progress=quiet).sources
    assert (back.coordinates, back.new) == ("wgs84 swapped", 1)


_CUSTOM = (
    '<x:Properties xmlns:x="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:v="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<x:property pid="2" name="refused_entry"><v:lpwstr>台账/&lt;1&gt;.csv</v:lpwstr></x:property>'
    '<x:property name="refused_layer" pid="3"><v:lpwstr>{layer}</v:lpwstr></x:property></x:Properties>'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_CUSTOM.format(layer="problems"), ("台账/<1>.csv", "problems")),
        (_CUSTOM.format(layer=""), None),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + _CUSTOM.format(layer="&a;"), None),
        ("<x", None),
    ],
)
def test_the_mark_of_a_sheet_is_read_in_whatever_form_a_program_writes_it(
    tmp_path: Path, text: str, expected: tuple[str, str] | None
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("docProps/custom.xml", text)
    assert sent_back_from(path) == expected
