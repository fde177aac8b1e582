from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dashboard.briefing.content import OVERDUE, Content
from dashboard.briefing.content.shape import Column
from dashboard.briefing.ledgers import NAME, _width, ledgers
from tests.dashboard.briefing.conftest import Briefed


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
    expected = [*ledger.frame.loc[ledger.frame["zone"].isin(zones), "code"]]
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


def test_the_same_content_makes_the_same_file(content: Content, tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(ledgers(content, tmp_path / name)[0].read_bytes())
    assert made[0] == made[1]


def test_nothing_is_written_where_there_is_no_problem(content: Content, tmp_path: Path) -> None:
    assert ledgers(replace(content, ledger=None), tmp_path) == []
    assert not list(tmp_path.iterdir())
