import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest

from dashboard.briefing.bulletin import NAME, ROWS_AT_MOST, bulletin
from dashboard.briefing.content import OVERDUE, Column, Content, Table, written
from dashboard.briefing.slides import measure
from tests.dashboard.briefing.conftest import Briefed


def opened(content: Content, folder: Path) -> Any:
    assert bulletin(content, folder) == [folder / NAME]
    return docx.Document(str(folder / NAME))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_of_the_whole_is_said_with_the_numbers_of_its_tables(
    content_of: Briefed, tmp_path: Path, language: str
) -> None:
    content = content_of(language)
    document = opened(content, tmp_path)
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert content.title in said and content.subtitle in said
    for section in content.whole:
        for sentence in (section.message, *section.lines):
            assert sentence.text in said
    tables = [table for section in content.whole for table in section.tables if len(table.frame)]
    assert len(document.tables) == len(tables)
    for shown, table in zip(document.tables, tables, strict=True):
        rows = [[cell.text for cell in row.cells] for row in shown.rows]
        assert rows[0] == [column.heading for column in table.columns]
        expected = [
            [written(row[column.name], column.kind) for column in table.columns]
            for _, row in table.frame.head(ROWS_AT_MOST).iterrows()
        ]
        assert rows[1:] == expected
    maps = [section for section in content.whole if section.map is not None]
    pictures = document.element.xpath("//wp:docPr")
    assert len(pictures) == len(maps) > 0
    assert all(section.message.text in picture.get("descr") for section, picture in zip(maps, pictures, strict=True))


def test_faces_for_chinese_are_named_everywhere_and_the_schema_is_kept_in_order(
    content_of: Briefed, tmp_path: Path
) -> None:
    document = opened(content_of(), tmp_path)
    space = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    faces = set(document.styles["Normal"].element.xpath("./w:rPr/w:rFonts/@w:eastAsia"))
    faces |= set(document.element.xpath("//w:rFonts/@w:eastAsia"))
    assert faces <= {"仿宋", "黑体", "楷体", "小标宋体"}
    order = ["pStyle", "keepNext", "pBdr", "tabs", "spacing", "ind", "jc", "rPr"]
    for properties in document.element.iterfind(".//w:pPr", space):
        found = [re.sub("{.*}", "", child.tag) for child in properties]
        assert found == sorted(found, key=order.index)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_number_and_no_word_is_broken_in_a_table(content_of: Briefed, tmp_path: Path, language: str) -> None:
    for table in opened(content_of(language), tmp_path).tables:
        for at, column in enumerate(table.columns):
            room = column.width.pt - 2 * 3.0
            texts = [row.cells[at].text for row in table.rows]
            whole = [text for text in texts if re.fullmatch(r"[\d.,%+−:-]+", text)]
            words = [word for word in texts[0].split() if word.isascii()]
            assert max((measure.width(each, 10.5, True) for each in (*whole, *words)), default=0.0) <= room, texts
        kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
        assert kept[0] and not kept[-1], "headings stand above a row, and the end of a table is one"


def test_a_hostile_name_is_text(content_of: Briefed, tmp_path: Path) -> None:
    content = content_of()
    evil = "<w:br/>&{x}=1+1"
    first = content.sections[0]
    section = replace(first, message=replace(first.message, text=evil))
    document = opened(replace(content, sections=(section,)), tmp_path)
    assert any(paragraph.text.startswith(evil) for paragraph in document.paragraphs)


def test_the_same_content_makes_the_same_file(content_of: Briefed, tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(bulletin(content_of(), tmp_path / name)[0].read_bytes())
    assert made[0] == made[1]


def test_nobody_is_red_also_where_the_row_is_overdue(content_of: Briefed, tmp_path: Path) -> None:
    content = content_of()
    columns = (Column("cell", "网格", "text"), Column("worker", "网格员", "text"), Column("overdue", "逾期", "count"))
    frame = pd.DataFrame({"cell": ["一", "二"], "worker": ["无人", "甲"], "overdue": [3, 0]}, index=["1", "2"])
    table = Table("t", "表", columns, frame, (OVERDUE, ""))
    section = replace(content.sections[0], map=None, chart=None, tables=(table,))
    (grid,) = opened(replace(content, sections=(section,)), tmp_path).tables
    red = [
        [bool(cell._tc.xpath(".//w:color[@w:val='9e1a2f' or @w:val='9E1A2F']")) for cell in row.cells]
        for row in grid.rows[1:]
    ]
    assert red == [[False, True, True], [False, False, False]]
