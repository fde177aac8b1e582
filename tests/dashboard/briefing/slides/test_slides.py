"""The deck is read back: its numbers against figures.json, its parts as a strict reader would."""

import io
import itertools
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pptx
import pytest
from pptx.util import Pt

from dashboard.briefing.content import Chart, Content, Section, Sentence, Table
from dashboard.briefing.deck.told import told
from dashboard.briefing.slides import NAME, measure, presentation
from dashboard.briefing.slides.pages import pages
from dashboard.briefing.slides.shapes import BOTTOM, HIGH, KICKER, SMALL, TITLE, WIDE, Graph, Grid, Page, Rule, Words
from dashboard.briefing.slides.tabled import PAD_X, lead
from tests.dashboard.briefing.conftest import Briefed

HOSTILE = '<b>&"\'=HYPERLINK("x")</a:t>\x0b{{7*7}}'


@pytest.fixture(scope="module")
def file(content_of: Briefed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = presentation(content_of("zh"), tmp_path_factory.mktemp("deck"))
    assert path.name == NAME
    return path


@pytest.fixture(scope="module")
def deck(file: Path) -> "pptx.presentation.Presentation":
    return pptx.Presentation(str(file))


def by_section(deck: object) -> dict[str, list[object]]:
    """Slides by the id of their section."""
    found: dict[str, list[object]] = {}
    for slide in deck.slides:  # type: ignore[attr-defined]
        found.setdefault(slide._element.cSld.get("name"), []).append(slide)
    return found


def texts(slides: list[object]) -> str:
    return "\n".join(
        shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame  # type: ignore[attr-defined]
    )  # fmt: skip


def test_every_sentence_and_every_large_figure_is_on_the_slides_of_its_section(
    content_of: Briefed, deck: object
) -> None:
    found = by_section(deck)
    for section in content_of("zh").sections:
        slides = found[section.id]
        told = texts(slides)
        assert {slide.shapes.title.text_frame.text for slide in slides} == {section.message.text}
        for sentence in (*section.lines, *section.remarks):
            assert sentence.text in told
        for figure in section.large:
            shown = figure.text if figure.missing else f"{figure.text} {figure.unit_text}".strip()
            shown += f"  {figure.change_text}" if figure.change_text else ""
            assert shown in told.split("\n")
            assert figure.of_text in told


def test_the_sheet_of_a_chart_holds_what_is_drawn(deck: object) -> None:
    import openpyxl

    chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    drawn = [list(series.values) for plot in chart.plots for series in plot.series]
    assert [[row[at].value for row in sheet.iter_rows(min_row=2)] for at in range(1, len(drawn) + 1)] == drawn


def test_the_file_is_one_that_a_strict_reader_takes(file: Path) -> None:
    with zipfile.ZipFile(file) as read:
        names = read.namelist()
        assert len(names) == len(set(names))
        types = ET.fromstring(read.read("[Content_Types].xml"))
        kinds = "{http://schemas.openxmlformats.org/package/2006/content-types}"
        defaults = {each.get("Extension") for each in types.findall(f"{kinds}Default")}
        overrides = {each.get("PartName") for each in types.findall(f"{kinds}Override")}
        assert "svg" in defaults
        assert all(name.rsplit(".", 1)[-1] in defaults or f"/{name}" in overrides for name in names[1:])
        assert {each[1:] for each in overrides} <= set(names)
        for name in names:
            if name.endswith((".xml", ".rels", ".svg")):
                root = ET.fromstring(read.read(name))
                assert b"<!DOCTYPE" not in read.read(name)[:400]
            if name.endswith(".rels"):
                folder = Path(name).parent.parent
                for relation in root:
                    target = relation.get("Target", "")
                    path = (Path("/") / folder / target if not target.startswith("/") else Path(target)).as_posix()
                    parts: list[str] = []
                    for part in path.strip("/").split("/"):
                        parts = parts[:-1] if part == ".." else [*parts, part]
                    assert "/".join(parts) in names, (name, target)
            if re.fullmatch(r"ppt/slides/slide\d+\.xml", name):
                text = read.read(name).decode()
                numbers = re.findall(r'<p:cNvPr id="(\d+)"', text)
                assert len(numbers) == len(set(numbers))
                asked = set(re.findall(r'r:(?:id|embed)="(rId\d+)"', text))
                own = read.read(f"ppt/slides/_rels/{Path(name).name}.rels").decode()
                assert asked <= set(re.findall(r'Id="(rId\d+)"', own))


def test_slides_are_native_and_can_be_read_without_eyes(content_of: Briefed, deck: object) -> None:
    content = content_of("zh")
    slides = list(deck.slides)  # type: ignore[attr-defined]
    assert (deck.slide_width, deck.slide_height) == (Pt(WIDE), Pt(HIGH))  # type: ignore[attr-defined]
    for slide in slides[1:]:
        kinds = {shape.placeholder_format.type for shape in slide.placeholders}
        assert {str(kind).split(" ", maxsplit=1)[0] for kind in kinds} >= {"TITLE", "FOOTER", "DATE", "SLIDE_NUMBER"}
        foot = next(
            shape.text_frame.text for shape in slide.placeholders if "FOOTER" in str(shape.placeholder_format.type)
        )
        assert content.name in foot
        assert content.mark in foot
        assert slide.notes_slide.notes_text_frame.text.strip()
        for shape in slide.shapes:
            if shape.shape_type is not None and (
                "PICTURE" in str(shape.shape_type) or shape.has_chart or shape.has_table
            ):
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr")
    section = content.sections[0]
    first = by_section(deck)[section.id][0]
    assert f"{section.seconds}" in first.notes_slide.notes_text_frame.text  # type: ignore[attr-defined]
    for element in first._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}rPr"):  # type: ignore[attr-defined]
        assert element.get("lang") == "zh-CN"
        assert element.get("altLang") == "en-US"


def test_maps_are_pictures_and_vectors(content_of: Briefed, deck: object) -> None:
    found = by_section(deck)
    for section in content_of("zh").sections:
        if section.map is None:
            continue
        (picture,) = [
            shape for slide in found[section.id] for shape in slide.shapes if "PICTURE" in str(shape.shape_type)
        ]  # type: ignore[attr-defined]
        assert picture.image.content_type == "image/png"
        (number,) = picture._element.xpath('.//*[local-name()="svgBlip"]/@r:embed')
        drawing = picture.part.related_part(number).blob
        assert b"<svg" in drawing
        assert b"<pattern" not in drawing


def test_the_same_content_makes_the_same_bytes(content_of: Briefed, file: Path, tmp_path: Path) -> None:
    (again,) = presentation(content_of("zh"), tmp_path)
    assert again.read_bytes() == file.read_bytes()


def crowded(content: Content, factor: int = 6) -> Content:
    """With more of everything than a slide can hold, and longer."""

    def more(section: Section) -> Section:
        lines = tuple(replace(one, text=f"{one.text}{HOSTILE}" * 2) for one in section.lines) * factor
        tables = tuple(_long(table, factor) for table in section.tables)
        chart = section.chart if section.chart is None or section.chart.kind != "bars" else _more_bars(section.chart)
        return replace(section, lines=lines, tables=tables, chart=chart, remarks=section.remarks * 3)

    return replace(content, sections=tuple(more(section) for section in content.sections))


def _long(table: Table, factor: int) -> Table:
    import pandas as pd

    frame = pd.concat([table.frame] * factor)
    return replace(table, frame=frame, flags=table.flags * factor, about=table.about * factor)


def _more_bars(chart: Chart) -> Chart:
    import pandas as pd

    return replace(chart, frame=pd.concat([chart.frame] * 12))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("is_crowded", [False, True])
def test_no_text_runs_over_and_nothing_overlaps(content_of: Briefed, language: str, is_crowded: bool) -> None:
    content = content_of(language)
    for page in pages(crowded(content) if is_crowded else content):
        check(page)


def check(page: Page) -> None:
    assert measure.height(page.title, page.title_size, TITLE.w, True) <= TITLE.h or page.is_cover
    assert measure.lines(page.kicker, SMALL, KICKER.w) == 1
    parts = [part for part in page.parts if not isinstance(part, Rule)]
    for one, other in itertools.combinations(parts, 2):
        assert not one.box.overlaps(other.box), (page.key, one, other)
    for part in parts:
        assert part.box.x >= 0
        assert part.box.right <= WIDE
        assert page.is_cover or part.box.bottom <= BOTTOM + 0.5, (page.key, part)
        if isinstance(part, Words):
            assert part.needs <= part.box.h + 0.5, (page.key, part)
            assert min(run.size for paragraph in part.paragraphs for run in paragraph.runs) >= SMALL
        if isinstance(part, Grid):
            assert part.size >= SMALL
            assert sum(part.widths) <= part.box.w + 0.5
            assert sum(part.heights) <= part.box.h + 0.5
            rows = part.heights[1:] if part.has_headings else part.heights
            for row, high in zip(part.rows, rows, strict=True):
                for at, cell in enumerate(row):
                    room = part.widths[at] - lead(part.columns, at) - PAD_X
                    assert measure.height(cell.text, part.size, room, cell.is_bold) <= high, cell.text


def test_what_does_not_fit_goes_to_the_next_slide_and_nothing_is_lost(content_of: Briefed) -> None:
    content = crowded(content_of("zh"))
    made = pages(content)
    for section in content.sections:
        own = [page for page in made if page.key == section.id]
        grids = [part for page in own for part in page.parts if isinstance(part, Grid)]
        assert sum(len(grid.rows) for grid in grids) == sum(len(table.frame) for table in section.tables)
        bars = sum(part.last - part.first for page in own for part in page.parts if isinstance(part, Graph))
        assert bars == (0 if section.chart is None else len(section.chart.frame))
        said = [
            run.text
            for page in own
            for part in page.parts
            if isinstance(part, Words)
            for p in part.paragraphs
            for run in p.runs
        ]
        for sentence in section.lines:
            assert sentence.text in said
        assert len(own) > 1
        assert all(page.kicker == content.word("slide_continued", title=section.title) for page in own[1:])


def test_hostile_names_stay_text(content_of: Briefed, tmp_path: Path) -> None:
    content = content_of("zh")
    section = content.sections[0]
    hostile = replace(
        section, message=Sentence(HOSTILE, "x"), title=HOSTILE, tables=(), map=None, lines=(Sentence(HOSTILE, "x"),)
    )
    (path,) = presentation(replace(content, name=HOSTILE, title=HOSTILE, sections=(hostile,)), tmp_path)
    made = pptx.Presentation(str(path))
    (slide,) = by_section(made)[section.id]
    assert slide.shapes.title.text_frame.text == HOSTILE.replace("\x0b", "")  # type: ignore[attr-defined]
    assert HOSTILE.replace("\x0b", "") in texts([slide])


def test_pages_in_the_contents_are_those_of_the_sections(content_of: Briefed) -> None:
    content = content_of("zh")
    made = pages(content)
    for page in made:
        for row in (
            row for part in page.parts if isinstance(part, Grid) and not part.has_headings for row in part.rows
        ):
            to = row[1].leads_to
            assert to is not None
            assert row[3].text == str(to + 1)
            assert made[to].title == row[2].text or made[to].key == "zones"


def test_the_contents_say_how_long_it_takes_with_and_without_zones(content_of: Briefed) -> None:
    content = content_of("zh")
    whole, zones = content.whole[:1], content.pages[:1]
    content = replace(content, sections=(replace(whole[0], seconds=660), replace(zones[0], seconds=840)))
    assert content.length == "约 11 分钟，含片区页约 25 分钟"
    assert any(content.length in str(page) for page in pages(content))
    assert told(content)["length"] == content.length
    assert replace(content, sections=content.whole).length == "约 11 分钟"
    assert replace(content, sections=content.pages).length == "约 14 分钟"


def test_charts_carry_moment_not_the_clock(content_of: Briefed, tmp_path: Path) -> None:
    content = content_of("zh")
    later = replace(content, as_of=content.as_of + timedelta(days=1), sections=content.sections[:1])
    (path,) = presentation(later, tmp_path)
    assert pptx.Presentation(str(path)).core_properties.created.date() == later.as_of.date()
