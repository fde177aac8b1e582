"""The paper an office's document is written on: page, faces, paragraphs, pictures and grids of GB/T 9704-2012.

A4, 37 mm above, 35 below, 28 left, 26 right; body in 仿宋 16 pt on lines of 28 pt, headings in 黑体. Faces are named,
not embedded: a machine without them takes its own. In English the same, smaller, in a serif and a sans.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

WIDE_MM = 156.0
"""Of the text."""
RED, GREY = "C8102E", "6B6860"

_FACES = {
    "zh": {"body": "仿宋", "heading": "黑体", "second": "楷体", "head": "小标宋体", "latin": "Times New Roman"},
    "en": {"body": "Times New Roman", "heading": "Arial", "second": "Arial", "head": "Georgia", "latin": ""},
}  # fmt: skip
_BODY_PT = {"zh": 16.0, "en": 12.0}
_LINE_PT = {"zh": 28.0, "en": 18.0}
CELL_PT, _CELL_LINE_PT = 10.5, 16
_CELL_MARGIN_PT = 3.0
_STYLES = {1: "Heading 1", 2: "Heading 2"}
"""By level; others have the style that a document gives unasked, which to name costs a search of all styles."""


class Paper:
    """A document of `language` while it is written; `faces`: body, heading, second, head."""

    document: "Document"

    def __init__(self, language: str, *, title: str, author: str, made_at: datetime) -> None:
        import docx

        self.language = language
        self.faces = _FACES[language]
        self.document = docx.Document()
        self._set_up()
        # So that the same content makes the same file.
        told = self.document.core_properties
        told.author = told.last_modified_by = author
        told.title, told.comments = title, ""
        told.created = told.modified = made_at.replace(tzinfo=None)
        told.language = "zh-CN" if language == "zh" else "en-US"

    def content(self) -> bytes:
        """The file."""
        held = BytesIO()
        self.document.save(held)
        return held.getvalue()

    def paragraph(
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

        paragraph = self.document.add_paragraph(style=_STYLES.get(level or 0))
        if align:
            paragraph.alignment = _side_of(align)
        if size is not None:
            paragraph.paragraph_format.line_spacing = Pt(max(size * 1.5, 16))
        if indent and self.language == "zh":
            paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.paragraph_format.keep_with_next = keeps or None
        self.run(paragraph, text, face=face, size=size, colour=colour, is_bold=is_bold)
        return paragraph

    def run(
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

    def picture(self, png: bytes, *, wide_mm: float, title: str, description: str) -> None:
        """A picture in the middle, with its title and what it shows for those who cannot see it."""
        paragraph = self.paragraph("", "body", align="center", keeps=True)
        shape = paragraph.add_run().add_picture(BytesIO(png), width=mm(wide_mm))
        described = shape._inline.docPr  # python-docx has no name for the description
        described.set("descr", description)
        described.set("title", title)

    def grid(self, headings: Sequence[str], widths: Sequence[float]) -> Any:
        """A table of columns in proportion to `widths`, its headings repeated on every page."""
        from docx.enum.table import WD_TABLE_ALIGNMENT

        made = self.document.add_table(rows=1, cols=len(headings))
        made.style = "Table Grid"
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        _margins(made)
        _told(made.rows[0], "w:tblHeader")
        for column, cell, heading, wide in zip(made.columns, made.rows[0].cells, headings, widths, strict=True):
            column.width = mm(WIDE_MM * wide / sum(widths))
            self.cell(cell, heading, is_bold=True, align="center", keeps=True)
        return made

    def row(
        self, grid: Any, texts: Sequence[str], *, aligned: Sequence[str], colours: Sequence[str], keeps: bool = False
    ) -> None:
        """One more row, which stays on one page; `keeps`: and with the next one."""
        added = grid.add_row()
        _told(added, "w:cantSplit")
        for cell, text, align, colour in zip(added.cells, texts, aligned, colours, strict=True):
            self.cell(cell, text, align=align, colour=colour, keeps=keeps)

    def cell(
        self, cell: Any, text: str, *, is_bold: bool = False, colour: str = "", align: str = "", keeps: bool = False
    ) -> None:
        """A text in a cell."""
        from docx.shared import Pt

        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.line_spacing = Pt(_CELL_LINE_PT)
        paragraph.paragraph_format.keep_with_next = keeps or None
        if align:
            paragraph.alignment = _side_of(align)
        self.run(paragraph, text, size=CELL_PT, is_bold=is_bold, colour=colour)

    def _set_up(self) -> None:
        from docx.enum.text import WD_LINE_SPACING
        from docx.shared import Mm, Pt

        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
        page.footer_distance = Mm(28)
        normal = self.document.styles["Normal"]
        body_pt, line_pt = _BODY_PT[self.language], _LINE_PT[self.language]
        self._face(normal, "body", body_pt)
        normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        normal.paragraph_format.line_spacing = Pt(line_pt)
        normal.paragraph_format.space_after = Pt(0)
        for level, face in ((1, "heading"), (2, "second")):
            style = self.document.styles[f"Heading {level}"]
            self._face(style, face, body_pt)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(8 if level == 1 else 4), Pt(2)
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

    def _foot(self, page: Any) -> None:
        paragraph = page.footer.paragraphs[0]
        paragraph.alignment = _side_of("center")
        self.run(paragraph, "— ", size=14)
        _page_number(self.run(paragraph, "", size=14))
        self.run(paragraph, " —", size=14)


def mm(value: float) -> Any:
    """Millimetres as python-docx has them."""
    from docx.shared import Mm

    return Mm(value)


def _side_of(name: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    return {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}[
        name
    ]


def tab_side(name: str) -> Any:
    """The side a tab holds its text by."""
    from docx.enum.text import WD_TAB_ALIGNMENT

    return {"right": WD_TAB_ALIGNMENT.RIGHT}[name]


def _told(row: Any, name: str) -> None:
    """Says of a row that it is repeated on every page, or that it stays on one."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    told = OxmlElement(name)
    told.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(told)


def _margins(grid: Any) -> None:
    """Left and right of every cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(round(_CELL_MARGIN_PT * 20)))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    grid._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription", "w:tblPrChange")


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


def rule_below(paragraph: Any, colour: str, eighths: int) -> None:
    """A line below a paragraph, so many eighths of a point thick."""
    _rule(paragraph, "bottom", colour, eighths)


def rule_above(paragraph: Any) -> None:
    """A thin line above a paragraph."""
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
