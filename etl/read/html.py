"""Tables in HTML that calls itself `.xls`, as many Chinese office systems export it."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.errors import FileUnreadable
from etl.messages import Note, error
from etl.read.cells import table_of_cells
from etl.read.encoding import canonical, decide
from etl.read.headings import Merge
from etl.read.raw import RawTable

if TYPE_CHECKING:
    from etl.declarations import Source

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_WIDEST_SPAN = 1_000
_SILENT = {"script", "style", "title", "xml", "noscript"}


def looks_like_html(data: bytes) -> bool:
    """Whether the first bytes are HTML rather than a workbook."""
    head = data[:2048].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")) or b"<table" in head


def read_html(path: Path, data: bytes, source: "Source") -> list[RawTable]:
    """A table for each HTML table with headings; every cell is text. Markup is dropped, nothing is fetched or run."""
    declared = source.encoding
    found = _CHARSET.search(data[:4096])
    if declared is None and found and canonical(found[1].decode("ascii")):
        declared = found[1].decode("ascii")
    try:
        encoding, notes = decide([data], file=path.name, declared=declared)
    except FileUnreadable:
        if source.encoding is not None:
            raise
        encoding, notes = decide([data], file=path.name)  # the page's own charset is often wrong
    parser = _Tables()
    parser.feed(data.decode(encoding))
    parser.close()
    parser.pad()
    tables: list[RawTable] = []
    for number, (rows, merges) in enumerate(parser.tables, 1):
        sheet = str(number) if len(parser.tables) > 1 else None
        made = table_of_cells(path, sheet, rows, merges=merges, known=source.columns)
        if made is not None and (len(made[0].frame) or len(parser.tables) == 1):
            made[0].encoding = encoding
            tables.append(made[0])
    if not tables:
        raise error(FileUnreadable, "no_table", file=path.name)
    told: list[Note] = [*notes, ("html_as_workbook", {"file": path.name})]
    tables[0].notes[:0] = told
    return tables


class _Tables(HTMLParser):
    """Collects every table as rows of texts; merged cells hold their text once, beside their ranges."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[list[Any]], list[Merge]]] = []
        self._open: list[int] = []
        self._cell: tuple[int, int, int] | None = None  # table, row, column
        self._words: list[str] = []
        self._taken: dict[int, set[tuple[int, int]]] = {}
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._finish()
            self.tables.append(([], []))
            self._open.append(len(self.tables) - 1)
            self._taken[self._open[-1]] = set()
        elif tag == "tr" and self._open:
            self._finish()
            self.tables[self._open[-1]][0].append([])
        elif tag in ("td", "th") and self._open:
            self._finish()
            self._begin(dict(attrs))
        elif tag in ("br", "p", "div") and self._cell:
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._finish()
            if tag == "table" and self._open:
                self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell and not self._silent:
            self._words.append(data)

    def pad(self) -> None:
        """Makes every row as wide as its table, so that a cell merged from above has a place in it."""
        for rows, _ in self.tables:
            width = max(map(len, rows), default=0)
            for row in rows:
                row.extend([None] * (width - len(row)))

    def _begin(self, attributes: dict[str, str | None]) -> None:
        table = self._open[-1]
        rows, merges = self.tables[table]
        if not rows:
            rows.append([])
        row, column = len(rows) - 1, len(rows[-1])
        taken = self._taken[table]
        while (row, column) in taken:
            rows[row].append(None)
            column += 1
        wide, high = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
        rows[row] += [None] * wide
        if wide > 1 or high > 1:
            merges.append((row, column, row + high - 1, column + wide - 1))
            taken |= {(row + down, column + right) for down in range(1, high) for right in range(wide)}
        self._cell = (table, row, column)

    def _finish(self) -> None:
        if self._cell:
            table, row, column = self._cell
            text = re.sub(r"[ \t\r\f\v\xa0]*\n\s*", "\n", "".join(self._words)).strip(" \t\r\n\xa0")
            self.tables[table][0][row][column] = text or None
        self._cell, self._words = None, []


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _WIDEST_SPAN) if value and value.strip().isdecimal() and len(value) < 6 else 1
