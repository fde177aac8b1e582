"""A zone's list as a workbook: what it has, what it lets be typed, and the way out to the zones and back in."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard import queries, sheets
from dashboard.analysis import assignments
from dashboard.filters import Filters
from dashboard.sheets.assignments import SPARE_ROWS
from dashboard.text import LANGUAGES, t, word
from etl import schema, words
from etl.load import files, load, undo
from settings import Settings
from tests import town as towns
from tests.dashboard.conftest import Town

DAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 4, tzinfo=UTC)
quiet: Callable[[str], None] = lambda _: None  # noqa: E731


def books_of(url: str, language: str = "zh", **chosen: Any) -> dict[str, bytes]:
    engine = queries.connect(url)
    county = queries.county(engine, queries.place(engine))
    snapshot = queries.snapshot(engine, county, Settings().patrol_minutes)
    filters = Filters(as_of=MOMENT, **chosen).resolved(county.place, snapshot)
    made = sheets.assignment_books(county, snapshot, filters, within_days=30, language=language)
    engine.dispose()
    return made


def lines_of(book: bytes, sheet: str) -> list[dict[str, Any]]:
    top, *rows = openpyxl.load_workbook(io.BytesIO(book))[sheet].iter_rows(values_only=True)
    return [dict(zip(top, row, strict=True)) for row in rows]


def held(url: str, layer: str = "cell") -> pd.Series:
    engine = queries.connect(url)
    county = queries.county(engine, queries.place(engine))
    engine.dispose()
    return assignments.held(county, DAY, layer=layer)["state"]


def terms(url: str) -> pd.DataFrame:
    engine = sa.create_engine(url)
    columns = (
        column for column in schema.assignment.c if column.name not in ("created_run", "changed_run", "source_id")
    )
    with engine.connect() as connection:
        found = pd.DataFrame(connection.execute(sa.select(*columns)).mappings().all())
    engine.dispose()
    return found.sort_values("code", ignore_index=True)


def written_town(folder: Path, **changed: list[dict[str, Any]]) -> Settings:
    """A town of one's own, its assignments under codes as loading makes them."""
    rows = towns.town_rows()
    rows |= {getattr(schema, name): values for name, values in changed.items()}
    rows[schema.assignment] = [
        row | {"code": "/".join([row["target_layer"], row["target"], row["role"], row["party"], ""])}
        for row in rows[schema.assignment]
    ]
    settings = Settings(database_url=f"sqlite:///{folder / 'town.sqlite'}", var_dir=folder / "var")
    engine = queries.connect(settings.url)
    towns.write_town(engine, rows)
    engine.dispose()
    return settings


@pytest.fixture
def sample(sample_dir: Path, tmp_path: Path) -> Settings:
    """The sample county without its ledgers and visits."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'sample.sqlite'}", var_dir=tmp_path / "var")
    without = [name for name in files([sample_dir]) if not name.startswith(("片区", "网格", "设施", "责任"))]
    load([sample_dir], settings, progress=quiet, without=without)
    return settings


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_towns_sheets_by_hand(town: Town, language: str) -> None:
    made = books_of(str(town.engine.url), language)
    name = t("handout.file", language)
    assert list(made) == [f"{name}-999900001-北片区.xlsx", f"{name}-999900002-南片区.xlsx"]
    south = made[f"{name}-999900002-南片区.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(south))
    cells, facilities, how = book.worksheets
    assert [sheet.title for sheet in book] == [t(f"handout.{name}", language) for name in ("cell", "facility", "how")]
    rows = lines_of(south, cells.title)
    code, person, remark = (t(f"handout.heading.{name}", language) for name in ("cell_target", "name", "remark"))
    assert [row[code] for row in rows[:6]] == ["C9", "C5", "C4", "C6", "C7", "C8"], "those that lack somebody first"
    assert [row[person] for row in rows[:6]] == [None, None, "李一", "郑四", "郑四", "郑四"]
    assert "周二" in rows[1][remark] and "2026-03-19" in rows[1][remark]
    assert rows[2][t("handout.heading.valid_from", language)] == datetime(2026, 1, 1)  # noqa: DTZ001
    assert len(rows) == 6 + SPARE_ROWS and set(rows[-1].values()) == {None}
    assert cells["A2"].fill.fgColor.rgb == cells["E3"].fill.fgColor.rgb == "FFFFF2CC" != cells["A4"].fill.fgColor.rgb
    assert (cells["A2"].number_format, cells["A20"].number_format, cells["H2"].number_format) == (
        "@",
        "@",
        "yyyy-mm-dd",
    )
    assert (cells.page_setup.orientation, cells.page_setup.paperSize) == ("landscape", 9)
    assert cells.print_title_rows == "$1:$1" and cells.column_dimensions["K"].hidden
    assert [row[t("handout.heading.facility_target", language)] for row in lines_of(south, facilities.title)][:2] == [
        "f1",
        "f4",
    ]
    assert {how.cell(row, 3).value for row in range(2, 8)} == {"C4", "C5", "C6", "C7", "C8", "C9"}
    words_of = [cell.value for cell in how["A"] if cell.value]
    assert len(words_of) == 10 and all("{" not in text for text in words_of)


def test_what_stands_there_cannot_be_typed_over(town: Town) -> None:
    book = openpyxl.load_workbook(io.BytesIO(books_of(str(town.engine.url))["责任分派-999900002-南片区.xlsx"]))
    rules = {str(area): rule for rule in book["网格分派"].data_validations.dataValidation for area in rule.sqref.ranges}
    assert {
        area: rules[area].formula1 for area in ("A2:A7", "B2:B7", "C2:C7", "D2:D7", "K2:K7", "E4:E7")
    } == dict.fromkeys(("A2:A7", "B2:B7", "C2:C7", "D2:D7", "K2:K7", "E4:E7"), "FALSE")
    assert (rules["A8:A27"].type, rules["A8:A27"].formula1) == ("list", "'填写说明'!$C$2:$C$7")
    assert (rules["I2:I27"].type, rules["I2:I27"].operator, rules["I2:I27"].formula1) == (
        "date",
        "greaterThanOrEqual",
        "$H2",
    )
    assert {area for area, rule in rules.items() if area[0] == "H" and rule.type == "date"} == {
        "H2:H3",
        "H5:H7",
        "H8:H27",
    }


def test_headings_and_roles_are_ones_that_loading_knows() -> None:
    fields = {"target": "", "target_name": "_name", "zone_name": "zone", "role": "role", "name": "party",
              "unit": "unit", "phone": "phone", "valid_from": "valid_from", "valid_to": "valid_to",
              "code": "code"}  # fmt: skip
    known = words.headings("assignments")
    for language in LANGUAGES:
        for column, field in fields.items():
            for layer in ("cell", "facility"):
                name = f"{layer}_{column}" if column.startswith("target") else column
                meant = layer + field if column.startswith("target") else field
                found = known[words.key(t(f"handout.heading.{name}", language))]
                assert [spelling.field for spelling in found] == [meant], (language, column)
        for role in ("grid_worker", "manager", "leader", "deputy", "member_unit", "work_group"):
            assert words.vocabulary("role")[words.key(word("role", role, language))] == role


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_that_nobody_filled_in_change_nothing(tmp_path: Path, language: str) -> None:
    settings = written_town(tmp_path)
    before = terms(settings.url)
    paths = sheets.written(books_of(settings.url, language), tmp_path / "sheets")
    report = load(paths, settings, progress=quiet)
    assert {source.layer for source in report.sources} == {"assignments"}, "no explanation is read as data"
    assert sum(source.refused + source.new + source.changed for source in report.sources) == 0
    assert sum(source.unchanged for source in report.sources) == 7, "every term that has not ended, once"
    notes = {code for source in report.sources for code, _ in source.notes}
    assert notes == {"rows_left_blank", "sheets_skipped"}
    pd.testing.assert_frame_equal(terms(settings.url), before)


def test_filled_in_loaded_shown_and_taken_back(sample: Settings, tmp_path: Path) -> None:
    before, states = terms(sample.url), held(sample.url)
    assert states.value_counts().to_dict() == {"one": 1133, "ended": 12, "nobody": 10}
    every = sheets.written(books_of(sample.url), tmp_path / "sheets")
    assert len(every) == 13
    paths = [every[0], every[3], every[8]]
    done = [_fill_in(path) for path in paths]
    filled, handed_over = [code for codes, _ in done for code in codes], [code for _, code in done]
    assert len(filled) == 9
    report = load(paths, sample, progress=quiet)
    of_terms = [source for source in report.sources if source.layer == "assignments"]
    counts = [sum(getattr(source, name) for source in of_terms) for name in ("new", "changed", "refused")]
    assert counts == [9 + 3, 3, 0]
    after = held(sample.url)
    assert (after[filled] == "one").all() and (after[handed_over] == "one").all()
    pd.testing.assert_series_equal(after.drop(filled), states.drop(filled))
    now = terms(sample.url)
    assert len(now) == len(before) + 9 + 3
    assert set(now["party"]) - set(before["party"]) == {"新人甲", "接任者"}
    ended = now[now["target"].isin(handed_over) & now["valid_to"].notna()]
    assert ended["valid_to"].astype(str).tolist() == ["2026-11-19"] * 3
    again = load(paths[::-1], sample, progress=quiet)
    assert sum(source.new + source.changed for source in again.sources) == 0
    pd.testing.assert_frame_equal(terms(sample.url), now)
    undo(sample)
    pd.testing.assert_frame_equal(terms(sample.url), before)
    pd.testing.assert_series_equal(held(sample.url), states)


def _fill_in(path: Path) -> tuple[list[str], str]:
    """As a clerk does: a name on every yellow line of cells, the first who is there ends and is followed on an empty
    line; the codes of the cells filled in, and of the one handed over."""
    book = openpyxl.load_workbook(path)
    sheet = book["网格分派"]
    filled, handed_over = [], ""
    for row in range(2, sheet.max_row + 1):
        code, name = sheet.cell(row, 1).value, sheet.cell(row, 5).value
        if code and not name:
            sheet.cell(row, 5, "新人 甲")
            sheet.cell(row, 8, date(2026, 11, 20))
            filled.append(code)
        elif code and not handed_over:
            sheet.cell(row, 9, date(2026, 11, 19))
            handed_over = code
        elif not code:
            sheet.cell(row, 1, handed_over)
            sheet.cell(row, 5, "接任者")
            sheet.cell(row, 8, "2026-11-20")
            break
    book.save(path)
    return filled, handed_over


def test_facilities_get_their_managers_from_empty_sheets(tmp_path: Path) -> None:
    settings = written_town(tmp_path)
    assert set(held(settings.url, "facility")) == {"not_known"}
    (path,) = sheets.written(books_of(settings.url, "en", zone=("999900002",)), tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["Facilities"]
    assert [sheet["A2"].value, sheet["A3"].value] == ["f1", "f4"]
    sheet["E2"] = "管理员甲"
    book.save(path)
    load([path], settings, progress=quiet)
    states = held(settings.url, "facility")
    assert states["f1"] == "one" and set(states.drop("f1")) == {"nobody"}


def test_evil_names_stay_text_and_come_back_as_they_went(tmp_path: Path) -> None:
    evil = ["=1+1", '=HYPERLINK("http://x","y")', "@SUM(A1)", "+8613", "甲/乙、丙", "a;b", "<b>&amp;", "-2+3", "'x"]
    rows = towns.town_rows()
    settings = written_town(
        tmp_path,
        party=[row | {"name": evil[at % len(evil)]} for at, row in enumerate(rows[schema.party])],
        cell=[row | {"name": evil[at % len(evil)]} for at, row in enumerate(rows[schema.cell])],
        zone=[row | {"name": f'=A1&"/..\\{at}:*?'} for at, row in enumerate(rows[schema.zone])],
    )
    books = books_of(settings.url)
    assert len(books) == 2 and not any(set(name) & set('<>:"/\\|?*') for name in books)
    for book in books.values():
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        assert not any(b"<f>" in text for name, text in parts.items() if name.startswith("xl/worksheets"))
        assert not any(b"hyperlink" in text for name, text in parts.items() if name.endswith(".rels"))
    before = terms(settings.url)
    report = load(sheets.written(books, tmp_path / "out"), settings, progress=quiet)
    assert {(source.new, source.changed, source.refused) for source in report.sources} == {(0, 0, 0)}
    pd.testing.assert_frame_equal(terms(settings.url), before)
