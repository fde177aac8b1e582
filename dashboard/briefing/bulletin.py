"""`bulletin.docx`: the briefing as an office's document (创卫简报): red head, number, date, sections, who gets it.

Paper, margins, sizes and faces are those of GB/T 9704-2012 (format of official documents): A4, 37 mm above, 35 below,
28 left, 26 right, body in 仿宋 16 pt on lines of 28 pt, headings in 黑体, the head in red. Faces are named, not
embedded: a machine without them takes its own. In English the same, in a serif and a sans.
"""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.briefing.content.shape import NOBODY, OVERDUE, Column, Content, Section, Sentence, Table
from dashboard.briefing.content.written import written
from dashboard.briefing.office import settled
from dashboard.maps import still
from dashboard.maps.style import SEQUENTIAL

if TYPE_CHECKING:
    from docx.document import Document

NAME = "bulletin.docx"
ROWS_AT_MOST = 13
"""Rows of a table on paper; all of them are in the ledgers and in the geodata."""
ZONE_LINES = 4
"""Sentences of a zone's page in the document; its own page has all of them."""

_RED = "C8102E"
_ALARM = SEQUENTIAL[5].lstrip("#")
_GREY = "6B6860"
_FACES = {
    "zh": {"body": "仿宋", "heading": "黑体", "second": "楷体", "head": "小标宋体", "latin": "Times New Roman"},
    "en": {"body": "Times New Roman", "heading": "Arial", "second": "Arial", "head": "Georgia", "latin": ""},
}  # fmt: skip
_BODY_PT = {"zh": 16.0, "en": 12.0}
_LINE_PT = {"zh": 28.0, "en": 18.0}
_WIDE_MM = 156.0
_MAP_MM = (_WIDE_MM, 104.0)
_DPI = 220
_WIDE_FROM = 0x2E80
_COUNTED = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def bulletin(content: Content, folder: Path) -> list[Path]:
    """Writes the document."""
    made = _Bulletin(content)
    made.write()
    held = BytesIO()
    made.document.save(held)
    return [settled(held.getvalue(), folder / NAME)]


class _Bulletin:
    """The document while it is written."""

    document: "Document"

    def __init__(self, content: Content) -> None:
        import docx

        self.content = content
        self.faces = _FACES[content.language]
        self.document = docx.Document()
        self.pictures = self.tables = 0
        self._set_up()

    def write(self) -> None:
        """Head, sections, zones, distribution list."""
        self._head()
        for number, section in enumerate(self.content.whole):
            self._section(section, self._numbered(number))
        for position, section in enumerate(self.content.pages):
            if position == 0:
                self._paragraph(
                    self._numbered(len(self.content.whole)) + self.content.words["zone_pages"], "heading", level=1
                )
            self._zone(section)
        self._left_out()
        self._tail()

    def _set_up(self) -> None:
        from docx.enum.text import WD_LINE_SPACING
        from docx.shared import Mm, Pt

        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
        page.footer_distance = Mm(28)
        normal = self.document.styles["Normal"]
        body_pt, line_pt = _BODY_PT[self.content.language], _LINE_PT[self.content.language]
        self._face(normal, "body", body_pt)
        normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        normal.paragraph_format.line_spacing = Pt(line_pt)
        normal.paragraph_format.space_after = Pt(0)
        for level, face in ((1, "heading"), (2, "second")):
            style = self.document.styles[f"Heading {level}"]
            self._face(style, face, body_pt)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(8 if level == 1 else 4), Pt(2)
        # So that the same content makes the same file.
        told = self.document.core_properties
        told.author = told.last_modified_by = self.content.name
        told.title, told.comments = self.content.title, ""
        moment = self.content.as_of.replace(tzinfo=None)
        told.created = told.modified = moment
        told.language = "zh-CN" if self.content.language == "zh" else "en-US"
        self._foot(page)

    def _face(self, style: Any, face: str, size: float) -> None:
        """Latin and Chinese letters have a face each; an editor left to choose takes one without half of them."""
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        style.font.name = self.faces["latin"] or self.faces[face]
        style.font.size = Pt(size)
        style.font.bold = style.font.italic = False
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{name}"), None)
        fonts.set(qn("w:eastAsia"), self.faces[face])

    def _head(self) -> None:
        content = self.content
        at = content.as_of.astimezone(content.place.zone_info)
        self._paragraph(content.word("bulletin_head", place=content.name), "head", size=36, colour=_RED, align="center")
        issue = content.word("bulletin_issue", year=f"{at:%Y}", issue=str(at.isocalendar().week))
        self._paragraph(issue, "body", align="center")
        day = content.word("bulletin_day", year=f"{at:%Y}", month=str(at.month), day=str(at.day), iso=f"{at:%Y-%m-%d}")
        line = self._paragraph(f"{content.word('bulletin_by', place=content.name)}\t{day}", "body")
        line.paragraph_format.tab_stops.add_tab_stop(_mm(_WIDE_MM), _align("right"))
        _rule_below(line, _RED, 18)
        self._paragraph("", "body")
        self._paragraph(content.title, "head", size=22, align="center", level=0)
        self._paragraph(content.subtitle, "second", size=14, align="center", colour=_GREY)

    def _section(self, section: Section, number: str) -> None:
        self._paragraph(f"{number}{section.title}", "heading", level=1)
        self._sentence(section.message, is_bold=True)
        for line in section.lines:
            self._sentence(line)
        self._illustrate(section)

    def _zone(self, section: Section) -> None:
        self._paragraph(section.title, "second", level=2)
        self._sentence(section.message, is_bold=True)
        for line in section.lines[:ZONE_LINES]:
            self._sentence(line)

    def _illustrate(self, section: Section) -> None:
        if section.map is not None:
            self._picture(section)
        for table in section.tables:
            self._table(table)
        for remark in section.remarks:
            self._paragraph(remark.text, "second", size=12, colour=_GREY)

    def _sentence(self, sentence: Sentence, *, is_bold: bool = False) -> None:
        text = sentence.text
        if text and text[-1] not in "。！？.!?":
            text += "。" if self.content.language == "zh" else "."
        paragraph = self._paragraph(text, "body", is_bold=is_bold, indent=True)
        if sentence.tag:
            self._run(paragraph, f"［{sentence.tag}］" if self.content.language == "zh" else f" [{sentence.tag}]",
                      colour=_ALARM, is_bold=True)  # fmt: skip

    def _picture(self, section: Section) -> None:
        from docx.shared import Mm

        view = section.map
        if view is None:
            return
        self.pictures += 1
        caption = self.content.word("picture", number=str(self.pictures), title=view.title)
        png = still.picture(view, width_mm=_MAP_MM[0], height_mm=_MAP_MM[1], dpi=_DPI, zone=section.zone)
        paragraph = self._paragraph("", "body", align="center", keeps=True)
        shape = paragraph.add_run().add_picture(BytesIO(png), width=Mm(_MAP_MM[0]))
        described = shape._inline.docPr  # python-docx has no name for the description
        described.set("descr", f"{caption}. {section.message.text}")
        described.set("title", caption)
        self._paragraph(caption, "heading", size=12, align="center")

    def _table(self, table: Table) -> None:
        shown = table.frame.head(ROWS_AT_MOST)
        if shown.empty:
            return
        self.tables += 1
        title = self.content.word("table", number=str(self.tables), title=table.title)
        self._paragraph(title, "heading", size=12, align="center", keeps=True)
        grid = self.document.add_table(rows=1, cols=len(table.columns))
        grid.style = "Table Grid"
        grid.alignment = _table_centre()
        _told(grid.rows[0], "w:tblHeader")
        for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
            self._cell(cell, column.heading, is_bold=True, align="center")
        columns = [shown[column.name].tolist() for column in table.columns]
        grid.autofit = False
        for position, wide in enumerate(_widths(table, shown)):
            grid.columns[position].width = _mm(wide)
        for position, values in enumerate(zip(*columns, strict=True)):
            flag = table.flags[position] if table.flags else ""
            row = grid.add_row()
            _told(row, "w:cantSplit")
            for cell, column, value in zip(row.cells, table.columns, values, strict=True):
                is_marked = (flag == OVERDUE and column.name == "overdue") or (flag == NOBODY and column.name in _HELD)
                self._cell(cell, written(value, column.kind), colour=_ALARM if is_marked else "", align=_side(column))
        of = table.of if table.of is not None else len(table.frame)
        told = [table.note] if table.note else []
        if of > len(shown):
            told.insert(0, self.content.word("first_of", shown=f"{len(shown):,}", of=f"{of:,}"))
        self._paragraph(" ".join(told), "second", size=10.5, colour=_GREY)

    def _cell(self, cell: Any, text: str, *, is_bold: bool = False, colour: str = "", align: str = "") -> None:
        from docx.shared import Pt

        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.line_spacing = Pt(16)
        if align:
            paragraph.alignment = _side_of(align)
        self._run(paragraph, text, size=10.5, is_bold=is_bold, colour=colour)

    def _left_out(self) -> None:
        told = [one.text for one in self.content.left_out if one.reason != "not_chosen"]
        if told:
            self._paragraph(self.content.words["left_out"], "second", level=2)
            for text in told:
                self._paragraph(text, "second", size=12, colour=_GREY)

    def _tail(self) -> None:
        line = self._paragraph(self.content.word("bulletin_to", place=self.content.name), "body", size=14)
        _rule_above(line)
        last = self._paragraph(
            self.content.mark + " · " + " · ".join(self.content.facts), "body", size=12, colour=_GREY
        )
        _rule_below(last, "000000", 6)

    def _foot(self, page: Any) -> None:
        paragraph = page.footer.paragraphs[0]
        paragraph.alignment = _side_of("center")
        self._run(paragraph, "— ", size=14)
        _page_number(self._run(paragraph, "", size=14))
        self._run(paragraph, " —", size=14)

    def _paragraph(
        self,
        text: str,
        face: str,
        *,
        level: int | None = None,
        size: float | None = None,
        colour: str = "",
        align: str = "",
        is_bold: bool = False,
        indent: bool = False,
        keeps: bool = False,
    ) -> Any:
        """`level`: 1, 2: a heading; 0: the title. `keeps`: on one page with what follows."""
        from docx.shared import Pt

        style = {0: "Normal", 1: "Heading 1", 2: "Heading 2", None: "Normal"}[level]
        paragraph = self.document.add_paragraph(style=style)
        if align:
            paragraph.alignment = _side_of(align)
        if size is not None:
            paragraph.paragraph_format.line_spacing = Pt(max(size * 1.5, 16))
        if indent and self.content.language == "zh":
            paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.paragraph_format.keep_with_next = keeps or None
        self._run(paragraph, text, face=face, size=size, colour=colour, is_bold=is_bold)
        return paragraph

    def _run(
        self, paragraph: Any, text: str, *, face: str = "", size: float | None = None, colour: str = "",
        is_bold: bool = False,
    ) -> Any:  # fmt: skip
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(text)
        if face and face != "body":
            run.font.name = self.faces["latin"] or self.faces[face]
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), self.faces[face])
        if size is not None:
            run.font.size = Pt(size)
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)
        run.font.bold = is_bold or None
        return run

    def _numbered(self, position: int) -> str:
        """一、二、… 十一、; in English 1., 2., …"""
        if self.content.language != "zh":
            return f"{position + 1}. "
        tens, ones = divmod(position + 1, 10)
        text = ("" if tens == 0 else "十" if tens == 1 else _COUNTED[tens - 1] + "十") + (
            _COUNTED[ones - 1] if ones else ""
        )
        return f"{text}、"


_HELD = ("who", "worker", "leader")


def _widths(table: Table, shown: pd.DataFrame) -> list[float]:
    """Millimetres of the columns: in proportion to their longest texts, within bounds."""
    wanted = []
    for column in table.columns:
        texts = [written(value, column.kind) for value in shown[column.name]]
        longest = max((_letters(text) for text in texts), default=0)
        # A heading may break once or twice, a word of it not.
        word = max(_letters(part) for part in column.heading.replace("（", " ").split())
        wanted.append(min(max(longest, word, _letters(column.heading) / 2, 5), 24) + 4)
    return [_WIDE_MM * one / sum(wanted) for one in wanted]


def _letters(text: str) -> int:
    return sum(2 if ord(letter) >= _WIDE_FROM else 1 for letter in text)


def _mm(value: float) -> Any:
    from docx.shared import Mm

    return Mm(value)


def _side(column: Column) -> str:
    return "left" if column.kind in ("text", "day", "moment") else "right"


def _side_of(name: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    return {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}[
        name
    ]


def _align(name: str) -> Any:
    from docx.enum.text import WD_TAB_ALIGNMENT

    return {"right": WD_TAB_ALIGNMENT.RIGHT}[name]


def _table_centre() -> Any:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    return WD_TABLE_ALIGNMENT.CENTER


def _told(row: Any, name: str) -> None:
    """Says of a row that it is repeated on every page, or that it stays on one."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    told = OxmlElement(name)
    told.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(told)


def _page_number(run: Any) -> None:
    """A field that the editor fills in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._element.append(part)


def _rule_below(paragraph: Any, colour: str, eighths: int) -> None:
    _rule(paragraph, "bottom", colour, eighths)


def _rule_above(paragraph: Any) -> None:
    _rule(paragraph, "top", "000000", 6)


def _rule(paragraph: Any, side: str, colour: str, eighths: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "6"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders = OxmlElement("w:pBdr")
    borders.append(edge)
    told = paragraph._p.get_or_add_pPr()
    # The schema has an order: borders stand before spacing, indents and alignment.
    told.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
        "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing",
        "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection",
        "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr",
        "w:pPrChange",
    )  # fmt: skip
