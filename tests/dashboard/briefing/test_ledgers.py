from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from dashboard import queries
from dashboard.briefing.content import OVERDUE, Content, ledger_rows
from dashboard.briefing.content.shape import Column
from dashboard.briefing.ledgers import NAME, _width, ledgers
from tests.dashboard.briefing.conftest import SINCE, Briefed, briefed
from tests.dashboard.conftest import Town


@pytest.fixture
def content(content_of: Briefed) -> Content:
    return content_of()


def opened(content: Content, folder: Path) -> openpyxl.Workbook:
    assert ledgers(content, folder) == [folder / NAME]
    return openpyxl.load_workbook(folder / NAME)


def codes(sheet: object) -> list[str]:
    return [str(row[0].value) for row in sheet.iter_rows(min_row=3)]  # type: ignore[attr-defined]


def test_every_problem_is_in_the_sheet_of_all_and_in_that_of_its_zone_and_unit(
    content: Content, tmp_path: Path
) -> None:
    book = opened(content, tmp_path)
    ledger = content.ledger
    assert ledger is not None
    about, everything, *parts = book.worksheets
    assert codes(everything) == ledger.frame["code"].tolist()
    in_parts = sorted(code for sheet in parts for code in codes(sheet))
    zones = set(content.zones.frame["name"])
    expected = [*ledger.frame.loc[ledger.frame["zone"].isin({*zones, ""}), "code"]]
    is_outside = ledger.frame["zone"] == ""
    assert is_outside.any() and codes(book["片区以外"]) == ledger.frame.loc[is_outside, "code"].tolist()
    expected += ledger.frame.loc[ledger.frame["unit"].fillna("") != "", "code"].tolist()
    assert in_parts == sorted(expected)
    links = {row[0].value: row[0].hyperlink.location for row in about.iter_rows() if row[0].hyperlink}
    assert list(links) == [sheet.title for sheet in (everything, *parts)]


@pytest.mark.parametrize(
    ("kind", "shown"), [("degrees", "114.520000"), ("moment", "2026-03-20 12:00"), ("day", "2026-03-20")]
)
def test_a_number_has_room_for_all_of_its_digits(kind: str, shown: str) -> None:
    # One that has not is shown as hashes.
    column = Column("lon", "经度", kind)
    assert _width(column, pd.DataFrame({"lon": [114.52]})) > len(shown)


def test_overdue_rows_are_in_colour_filters_are_set_and_a_row_leads_to_its_cell(
    content: Content, tmp_path: Path
) -> None:
    sheet = opened(content, tmp_path).worksheets[1]
    ledger = content.ledger
    assert ledger is not None
    is_red = [
        row[0].font.color is not None and row[0].font.color.rgb == "FF9E1A2F" for row in sheet.iter_rows(min_row=3)
    ]
    assert is_red == [flag == OVERDUE for flag in ledger.flags]
    assert any(is_red)
    assert (
        sheet.auto_filter.ref
        == f"A2:{openpyxl.utils.get_column_letter(len(ledger.columns) + 1)}{2 + len(ledger.frame)}"
    )
    assert sheet.freeze_panes == "B3"
    for row, about in zip(sheet.iter_rows(min_row=3), ledger.about, strict=True):
        link = row[-1].hyperlink
        assert (link is not None) == (about is not None)
        if link is not None and about is not None:
            assert (link.target, link.location) == ("deck.html", f"{about[0]}:{about[1]}")


@pytest.mark.parametrize("evil", ["=1+1", "@SUM(A1)", "http://x.example/", "[a]/b\\c?*", "‘".ljust(400, "长"), "Tom's"])
def test_a_name_from_a_file_is_text_and_its_sheet_can_be_opened(content: Content, tmp_path: Path, evil: str) -> None:
    assert content.ledger is not None
    frame = content.ledger.frame.assign(unit=evil, code=evil)
    book = opened(replace(content, ledger=replace(content.ledger, frame=frame)), tmp_path)
    cell = book.worksheets[1].cell(3, 1)
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", evil, None)
    assert len({sheet.title.casefold() for sheet in book.worksheets}) == len(book.worksheets)


def test_a_row_says_its_cell_its_worker_its_default_point_and_no_code_that_was_made(town: Town) -> None:
    snapshot = town.snapshot
    first, second = snapshot.keys.take(ledger_rows(town.county, snapshot, town.filters, SINCE)[:2]).tolist()
    told = pd.DataFrame({"number": ["甲-1", None]}, index=[first, second])
    every = town._replace(snapshot=replace(snapshot, is_default_point=np.ones_like(snapshot.is_default_point)))
    ledger = briefed(every, ledger=told).ledger
    assert ledger is not None
    assert ledger.frame["code"].tolist()[:2] == ["甲-1", ""]
    assert ledger.frame.index.tolist()[:2] == [first, second]
    assert set(ledger.frame["is_default_point"]) == {"默认坐标"}
    heads = {column.name: column.heading for column in ledger.columns}
    assert (heads["worker"], heads["cell"]) == ("网格员", "网格编码")
    is_in_none = ledger.frame["cell"] == ""
    assert (ledger.frame.loc[is_in_none, "worker"] == "").all()
    assert (ledger.frame.loc[~is_in_none, "worker"] != "").all()
    made = queries.is_made(pd.Series(["163ac26adc5c39589a20", "12345678901234567890", "甲-1"]))
    assert made.tolist() == [True, False, False]


def test_the_same_content_makes_the_same_file(content: Content, tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(ledgers(content, tmp_path / name)[0].read_bytes())
    assert made[0] == made[1]


def test_nothing_is_written_where_there_is_no_problem(content: Content, tmp_path: Path) -> None:
    assert ledgers(replace(content, ledger=None), tmp_path) == []
    assert not list(tmp_path.iterdir())
