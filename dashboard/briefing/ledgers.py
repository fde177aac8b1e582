"""`ledgers.xlsx`: the open and since-closed problems, as a whole, by zone and by unit, and a sheet that explains.

Every text is written as text, so that nothing in it is a formula or an address. A row leads to its cell in `deck.html`
beside this file, without a network.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.briefing.content.shape import OVERDUE, Column, Content, Table
from dashboard.maps.style import SEQUENTIAL, TEXT
from dashboard.text import t
from dashboard.workbook import LONGEST, opened, sheet_name

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NAME = "ledgers.xlsx"
DECK = "deck.html"
UNITS_AT_MOST = 30
"""Units that get a sheet, those with most problems; all of them are in the sheet of all."""

_A4 = 9
_TOP = 2
"""Rows above the rows: the title, the headings."""
_WIDE = re.compile(r"[\u2e80-\U0010ffff]")
_NARROWEST, _WIDEST = 7, 44
_MEASURED = 400
"""Rows whose texts decide how wide a column is."""
_FORMATS = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "count": "#,##0", "decimal": "#,##0.0",
            "degrees": "0.000000"}  # fmt: skip
_LINE = "#E6E3DC"
_LONGEST_FOOTER = 120


@dataclass(frozen=True)
class _Sheet:
    name: str
    title: str
    rows: np.ndarray


def ledgers(content: Content, folder: Path) -> list[Path]:
    """Writes the workbook; nothing where there is no such problem."""
    ledger = content.ledger
    if ledger is None or ledger.frame.empty:
        return []
    path = folder / NAME
    with opened(path) as book:
        # So that the same content makes the same file.
        book.set_properties({"title": content.title, "created": content.as_of.replace(tzinfo=None)})
        first = book.add_worksheet(content.words["ledger_about"])
        sheets = list(_sheets(content, ledger))
        looks = _Looks(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, content, ledger, looks)
        _explain(first, sheets, content, ledger, looks)
    return [path]


class _Looks:
    """Formats by kind of column and whether the row is overdue."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": TEXT})
        self.heading = book.add_format(
            {
                "bold": True,
                "bg_color": "#F6F5F1",
                "bottom": 1,
                "border_color": _LINE,
                "text_wrap": True,
                "valign": "top",
            }
        )
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.link = book.add_format({"font_color": "#2F6690", "underline": 1, "valign": "top"})

    def of(self, kind: str, *, is_overdue: bool) -> "Format":
        """The format of a value."""
        if (kind, is_overdue) not in self._made:
            told = {"bottom": 1, "border_color": _LINE, "valign": "top", "num_format": _FORMATS.get(kind, "@")}
            if kind == "text":
                told["text_wrap"] = True
            if is_overdue:
                told |= {"font_color": SEQUENTIAL[5], "bg_color": "#FBEFEA"}
            self._made[kind, is_overdue] = self._book.add_format(told)
        return self._made[kind, is_overdue]


def _sheets(content: Content, ledger: Table) -> Iterator[_Sheet]:
    """All, then by zone in the order of the zones, then by unit, the one with most first."""
    taken: set[str] = {content.words["ledger_about"].casefold()}
    every = np.arange(len(ledger.frame))
    whole = content.words["ledger_all"]
    yield _Sheet(_free(whole, taken), whole, every)
    zones, units = (ledger.frame[name].fillna("").astype(str).to_numpy() for name in ("zone", "unit"))
    if not content.filters.zone or len(content.filters.zone) > 1:
        for name in content.zones.frame["name"].astype(str):
            yield from _part(name, zones, content.words["ledger_zone"], taken)
        if len(content.zones.frame):
            outside = t("case.outside", content.language)
            yield from _part("", zones, "", taken, title=outside)
    for name in pd.Series(units[units != ""]).value_counts(sort=True).head(UNITS_AT_MOST).index:
        yield from _part(str(name), units, content.words["ledger_unit"], taken)


def _part(name: str, values: np.ndarray, of: str, taken: set[str], *, title: str = "") -> Iterator[_Sheet]:
    rows = np.flatnonzero(values == name)
    if len(rows):
        yield _Sheet(_free(title or f"{of} {name}", taken), title or name, rows)


def _free(name: str, taken: set[str]) -> str:
    """A name that Excel takes and no other sheet has."""
    found, number = sheet_name(name), 1
    while found.casefold() in taken:
        number += 1
        found = sheet_name(name, f" {number}")
    taken.add(found.casefold())
    return found


def _write(sheet: "Worksheet", of: _Sheet, content: Content, ledger: Table, looks: _Looks) -> None:
    frame = ledger.frame.iloc[of.rows]
    overdue = np.array([bool(ledger.flags) and ledger.flags[row] == OVERDUE for row in of.rows], dtype=np.bool_)
    sheet.write_string(0, 0, content.word("ledger_title", name=of.title, count=f"{len(frame):,}"), looks.title)
    for position, column in enumerate(ledger.columns):
        sheet.write_string(1, position, column.heading, looks.heading)
        sheet.set_column(position, position, _width(column, frame))
        kinds = [looks.of(column.kind, is_overdue=is_it) for is_it in (False, True)]
        _column(sheet, position, frame[column.name], overdue, kinds=kinds, is_day=column.kind == "day")
    last = len(ledger.columns)
    sheet.write_string(1, last, content.words["ledger_map"], looks.heading)
    sheet.set_column(last, last, _NARROWEST)
    for row, position in enumerate(of.rows, _TOP):
        about = ledger.about[position] if ledger.about else None
        address = _address(about) if about is not None else None
        if address is not None:
            sheet.write_url(row, last, address, looks.link, content.words["ledger_map"])
    sheet.freeze_panes(_TOP, 1)
    sheet.autofilter(1, 0, _TOP + len(frame) - 1, last)
    _for_print(sheet, content)


def _column(
    sheet: "Worksheet", position: int, values: pd.Series, overdue: np.ndarray, *, kinds: list["Format"], is_day: bool
) -> None:
    told = zip(values.tolist(), values.isna().tolist(), overdue.tolist(), strict=True)
    for row, (value, is_missing, is_it) in enumerate(told, _TOP):
        look = kinds[is_it]
        if is_missing or value == "":
            sheet.write_blank(row, position, None, look)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, position, _plain_day(value) if is_day else value, look)
        elif isinstance(value, int | float):
            sheet.write_number(row, position, value, look)
        else:
            sheet.write_string(row, position, str(value)[:LONGEST], look)


def _plain_day(value: datetime) -> datetime:
    return value.replace(hour=0, minute=0, second=0, microsecond=0)


def _address(about: tuple[str, str]) -> str | None:
    """Where a place is in the deck beside this file; None for a code that could be another address."""
    layer, code = about
    return f"external:{DECK}#{layer}:{code}" if re.fullmatch(r"[\w.-]{1,40}", code, re.ASCII) else None


def _for_print(sheet: "Worksheet", content: Content) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    # An ampersand begins a code in a footer.
    told = " · ".join((content.name, *content.facts[:1], content.mark))[:_LONGEST_FOOTER].replace("&", "&&")
    sheet.set_footer(f"&L{told}&R&P / &N")
    sheet.hide_gridlines(2)


def _width(column: Column, frame: pd.DataFrame) -> float:
    """In Excel's unit, the width of a figure; a Chinese letter takes two."""
    texts = frame[column.name].dropna().astype(str).head(_MEASURED).tolist() if column.kind == "text" else []
    # A number that does not fit is shown as hashes.
    plain = {"day": 10, "moment": 16, "degrees": 10}.get(column.kind, 0)
    longest = max([plain, _letters(column.heading) + 2, *(_letters(text) for text in texts)])
    return min(max(_NARROWEST, longest + 1.5), _WIDEST)


def _letters(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


def _explain(sheet: "Worksheet", sheets: list[_Sheet], content: Content, ledger: Table, looks: _Looks) -> None:
    words = content.words
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 12)
    sheet.write_string(0, 0, content.title, looks.title)
    lines = [content.subtitle, *content.facts, content.mark, words["ledger_colour"], words["ledger_link"], ledger.note]
    row = 1
    for line in lines:
        if line:
            sheet.write_string(row, 0, line)
            row += 1
    row += 1
    sheet.write_string(row, 0, words["ledger_sheet"], looks.heading)
    sheet.write_string(row, 1, words["ledger_rows"], looks.heading)
    for one in sheets:
        row += 1
        quoted = one.name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{quoted}'!A1", looks.link, one.name)
        sheet.write_number(row, 1, len(one.rows), looks.of("count", is_overdue=False))
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
