"""One pack: every number of its `figures.json` is read back from the papers that carry it, each with a reader of that
kind of file, and from the tables of the command line."""

import base64
import gzip
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest

from dashboard import tables
from dashboard.briefing.bulletin import ROWS_AT_MOST, ZONE_LINES
from dashboard.briefing.content import Content, Section, Sentence, Table
from dashboard.briefing.pack import pack
from dashboard.filters import NONE
from dashboard.standards import read_standards
from tests.dashboard.briefing.conftest import MEETING, Briefed
from tests.dashboard.conftest import Town

NUMBER = re.compile(r"([+−-]?)(\d[\d,]*(?:\.(\d+))?)(%?)")
TEXTS = ("text", "day", "moment")


@dataclass(frozen=True, eq=False)
class Papers:
    """A pack, and what it was made of: where which figure stands, not what it is."""

    content: Content
    folder: Path
    numbers: dict[str, Any]

    def section(self, section: Section) -> dict[str, Any]:
        found: dict[str, Any] = self.numbers["sections"][section.id]
        return found


@pytest.fixture(scope="module")
def papers(content_of: Briefed, tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder, content = tmp_path_factory.mktemp("pack"), content_of("zh")
    made = pack(content, folder, ("html", "pptx", "docx", "xlsx"))
    assert [paper.name for paper in made.papers if paper.files] == ["html", "pptx", "docx", "xlsx", "json"]
    return Papers(content, folder, json.loads((folder / "figures.json").read_text(encoding="utf-8")))


def read(text: str) -> Iterator[tuple[float, float]]:
    """The numbers in a text, each with half a unit of its last digit."""
    for sign, digits, decimals, percent in NUMBER.findall(text):
        scale = 100 if percent else 1
        value = float(digits.replace(",", "")) * (-1 if sign in ("−", "-") else 1)
        yield value / scale, 0.5 * 10.0 ** -len(decimals) / scale


def is_read(value: float | None, text: str) -> bool:
    """Whether a text says the number, or of none no number."""
    if value is None:
        return not any(read(text))
    return any(abs(found - value) <= half + 1e-6 for found, half in read(text))


def assert_said(numbers: dict[str, Any], sentences: Iterable[Sentence], told: Iterable[str]) -> set[str]:
    """Every sentence stands in a text of the paper, with a number for each of its figures; the names of these."""
    lines, seen = list(told), set()
    for sentence in sentences:
        line = next((line for line in lines if sentence.text in line), None)
        assert line is not None, sentence.text
        left = list(read(sentence.text))
        for name in sentence.figures:
            value = numbers["figures"][name]["value"]
            # Which way a change goes is said in words.
            said = next((one for one in left if abs(abs(one[0]) - abs(value)) <= one[1] + 1e-6), None)
            assert said is not None, (name, value, line)
            left.remove(said)
            seen.add(name)
    return seen


def assert_large(number: dict[str, Any], text: str, of: str, change: str) -> None:
    """A figure in large type, what it is of, and what changed."""
    if "missing" in number:
        assert not any(read(text))
        return
    assert is_read(number["value"], text), (number, text)
    assert "of" not in number or is_read(number["of"], of), (number, of)
    moved = abs(number.get("change", 0))
    assert not moved or is_read(100 * moved if number["unit"] == "" else moved, change), (number, change)


def assert_rows(known: dict[str, Any], table: Table, rows: list[list[str]]) -> int:
    """Texts of the rows of a paper, against the numbers of as many rows; how many were compared."""
    at = [i for i, column in enumerate(table.columns) if column.kind not in TEXTS]
    assert [table.columns[i].name for i in at] == list(known["columns"])
    for row, values in zip(rows, itertools.islice(known["rows"].values(), len(rows)), strict=True):
        for i, value in zip(at, values, strict=True):
            assert is_read(value, row[i]), (table.key, table.columns[i].name, value, row)
    return len(at) * len(rows)


def every(section: Section) -> tuple[Sentence, ...]:
    return (section.message, *section.lines, *section.remarks)


def in_all(numbers: dict[str, Any]) -> int:
    """How many numbers the rows of all tables hold."""
    return sum(
        len(row)
        for section in numbers["sections"].values()
        for table in section.get("tables", {}).values()
        for row in table["rows"].values()
    )


def test_the_slides_that_can_be_edited_carry_every_number(papers: Papers) -> None:
    slides: dict[str, list[Any]] = {}
    for slide in pptx.Presentation(str(papers.folder / "briefing.pptx")).slides:
        slides.setdefault(slide._element.cSld.get("name"), []).append(slide)
    count = 0
    for section in papers.content.sections:
        known, shapes = papers.section(section), [shape for slide in slides[section.id] for shape in slide.shapes]
        texts = [shape for shape in shapes if shape.has_text_frame]
        seen = assert_said(known, every(section), [shape.text_frame.text for shape in texts])
        for figure in section.large:
            number, label = next(
                [paragraph.text for paragraph in shape.text_frame.paragraphs]
                for shape in texts
                if shape.name == figure.label
            )
            value, _, change = number.partition("  ")
            assert_large(known["figures"][figure.name], value, label, change)
            seen.add(figure.name)
        assert seen == set(known["figures"]), section.id
        for table in section.tables:
            rows = [
                [cell.text for cell in row.cells]
                for shape in shapes
                if shape.has_table and shape.name == table.title
                for row in itertools.islice(shape.table.rows, 1, None)
            ]
            assert len(rows) == len(known["tables"][table.key]["rows"])
            count += assert_rows(known["tables"][table.key], table, rows)
        if section.chart is not None:
            assert_drawn(known["charts"][section.chart.key], section, [each.chart for each in shapes if each.has_chart])
    assert count == in_all(papers.numbers) > 100


def assert_drawn(known: dict[str, Any], section: Section, charts: list[Any]) -> None:
    """The numbers of native charts, which may be several for one of many bars."""
    assert section.chart is not None
    labels = {series.name: series.label for series in section.chart.series}
    drawn = [series for chart in charts for plot in chart.plots for series in plot.series]
    for at, name in enumerate(known["columns"]):
        values = [value for series in drawn if series.name == labels[name] for value in series.values]
        assert values == [row[at] for row in known["rows"].values()] != []


class Blocks(HTMLParser):
    """What stands in the scripts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.is_in = False
        self.feed(text)

    def handle_starttag(self, tag: str, _attributes: Any) -> None:
        self.is_in = tag == "script"
        self.scripts += [""] * self.is_in

    def handle_endtag(self, _tag: str) -> None:
        self.is_in = False

    def handle_data(self, data: str) -> None:
        if self.is_in:
            self.scripts[-1] += data


def test_the_deck_carries_every_number(papers: Papers) -> None:
    told = json.loads(Blocks((papers.folder / "deck.html").read_text(encoding="utf-8")).scripts[0])
    slides = {slide["id"]: slide for slide in told["slides"]}
    count = 0
    for section in papers.content.sections:
        known, slide = papers.section(section), slides[section.id]
        texts = [one["text"] for one in (slide["message"], *slide["lines"], *slide["remarks"])]
        seen = assert_said(known, every(section), texts)
        for figure in slide["figures"]:
            assert_large(known["figures"][figure["name"]], figure["text"], figure["of"], figure["change"])
            seen.add(figure["name"])
        assert seen == set(known["figures"]), section.id
        shown = {table["key"]: table for table in slide["tables"]}
        for table in section.tables:
            kept = known["tables"][table.key]
            assert shown[table.key]["codes"] == list(kept["rows"])
            assert shown[table.key]["of"] == kept.get("of", len(kept["rows"]))
            count += assert_rows(kept, table, shown[table.key]["rows"])
        if section.chart is not None:
            drawn = slide["chart"]
            rows = [list(row) for row in zip(*(series["values"] for series in drawn["series"]), strict=True)]
            assert dict(zip(drawn["codes"], rows, strict=True)) == known["charts"][drawn["key"]]["rows"]
    assert count == in_all(papers.numbers) > 100
    cards = json.loads(gzip.decompress(base64.b64decode(told["parcels"][told["cards"]["path"]])))
    for layer, table in (("cells", papers.content.cells), ("zones", papers.content.zones)):
        assert cards[layer]["codes"] == list(papers.numbers[layer]["rows"])
        assert assert_rows(papers.numbers[layer], table, cards[layer]["rows"]) > 20


def test_the_bulletin_carries_every_sentence_and_the_first_rows_of_every_table(papers: Papers) -> None:
    document = docx.Document(str(papers.folder / "bulletin.docx"))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for section in papers.content.sections:
        said = every(section) if section.zone is None else (section.message, *section.lines[:ZONE_LINES])
        seen, numbers = assert_said(papers.section(section), said, lines), papers.section(section)["figures"]
        # What stands in large type on a slide alone is no sentence.
        only_large = {each.name for each in section.large} - {name for one in every(section) for name in one.figures}
        if section.zone is None:
            assert seen == set(numbers) - only_large, section.id
        else:
            assert len(seen) >= 4, section.id
    whole = [(section, table) for section in papers.content.whole for table in section.tables if len(table.frame)]
    count = 0
    for (section, table), shown in zip(whole, document.tables, strict=True):
        rows = [[cell.text for cell in row.cells] for row in shown.rows]
        known = papers.section(section)["tables"][table.key]
        assert rows[0] == [column.heading for column in table.columns]
        assert len(rows) - 1 == min(len(known["rows"]), ROWS_AT_MOST)
        count += assert_rows(known, table, rows[1:])
    assert count > 80


def test_the_rows_of_the_ledgers_add_up_to_the_numbers(papers: Papers) -> None:
    """By hand: which rows are open, overdue and closed since is told by two cells of each, nothing else."""
    book = openpyxl.load_workbook(papers.folder / "ledgers.xlsx")
    ledger = papers.content.ledger
    assert ledger is not None
    names = [column.name for column in ledger.columns]
    rows = [{name: row[at].value for at, name in enumerate(names)} for row in book.worksheets[1].iter_rows(min_row=3)]
    sections = papers.numbers["sections"]
    headline = sections["headline"]["figures"]
    assert counted(rows) == tuple(headline[name]["value"] for name in ("open", "overdue", "closed_since"))
    units, told = sections["overdue"]["tables"]["units"], 0
    for unit, values in units["rows"].items():
        known, own = dict(zip(units["columns"], values, strict=True)), [row for row in rows if row["unit"] == unit]
        assert counted(own)[:2] == (known["open"], known["overdue"])
        assert max(row["days_overdue"] or 0 for row in own) == known["longest"]
        told += 1
    zones = papers.numbers["zones"]
    for code, values in zones["rows"].items():
        known = dict(zip(zones["columns"], values, strict=True))
        own = [row for row in rows if row["zone"] == papers.content.zones.frame.loc[code, "name"]]
        assert counted(own) == (known["open"], known["overdue"], known["closed_since"])
        told += 1
    assert told == 4
    parts = book.worksheets[2:]
    counts = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows() if row[0].hyperlink}
    assert [counts[sheet.title] for sheet in parts] == [sheet.max_row - 2 for sheet in parts]


def counted(rows: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Open, overdue, closed."""
    is_closed = [row["closed_at"] is not None for row in rows]
    return is_closed.count(False), sum((row["days_overdue"] or 0) > 0 for row in rows), sum(is_closed)


def test_the_numbers_are_those_of_the_tables_of_the_command_line(town: Town, papers: Papers) -> None:
    asked = tables.Asked(town.county, town.snapshot, town.filters, MEETING, read_standards())

    def of(known: dict[str, Any], column: str) -> dict[str, float | None]:
        at = list(known["columns"]).index(column)
        return {code: row[at] for code, row in known["rows"].items()}

    def column(frame: Any, name: str, codes: Iterable[str]) -> dict[str, float | None]:
        return frame.set_index("code")[name].reindex(list(codes)).to_dict()  # type: ignore[no-any-return]

    zones, sections = papers.numbers["zones"], papers.numbers["sections"]
    by_zone, ranked = tables.table("zones", asked), tables.table("ranking", asked)
    for name, other in {"problems": "problems", "change": "change", "cells": "cells", "area": "area_km2"}.items():
        assert of(zones, name) == column(by_zone, other, zones["rows"]), name
    for name in ("due", "on_time", "open", "overdue", "on_time_rate", "closure_rate", "rank"):
        assert of(zones, name) == pytest.approx(column(ranked, name, zones["rows"]), abs=1e-6), name
        units = {key: table for key, table in sections["ranking"]["tables"].items() if key.startswith("units-")}
        assert len(units) == 2
        for table in units.values():
            assert of(table, name) == pytest.approx(column(ranked, name, table["rows"]), abs=1e-6), name
    cells = papers.numbers["cells"]
    everything = replace(asked, filters=replace(town.filters, with_default_points=True))
    by_cell = tables.table("cells", everything)
    assert list(cells["rows"]) == by_cell["code"].tolist()
    for name in ("problems", "open", "overdue", "visits", "change"):
        assert of(cells, name) == column(by_cell, name, cells["rows"]), name
    headline = sections["headline"]["figures"]
    everywhere = ranked[ranked["of"] == "zone"]
    # The pages' table leaves out the two at the default point, the ranking the one in no zone.
    assert headline["open"]["value"] == by_zone["open"].sum() + 2 == everywhere["open"].sum() + 1
    coverage, unassigned = tables.table("coverage", asked), tables.table("unassigned", asked)
    for name in ("unassigned", "unvisited", "unserved_toilet", "unserved_market"):
        told = sections["uncovered"]["figures"][name]
        assert (told["value"], told["of"]) == (coverage[f"is_{name}"].sum(), len(coverage)), name
    nobody = unassigned[(unassigned["of"] == "cell") & unassigned["is_unassigned"].fillna(False)]
    table = sections["uncovered"]["tables"]["unassigned"]
    assert set(table["rows"]) == set(nobody["code"])
    for name in ("open", "overdue"):
        assert of(table, name) == column(nobody, name, table["rows"])
    visited = tables.table("unvisited", asked)
    assert headline["unvisited"]["value"] == visited["is_unvisited"].sum()
    assert NONE not in zones["rows"]
