"""Pages as native slides: placeholders, text boxes, tables, charts and pictures, in the order of reading."""

from typing import TYPE_CHECKING, Any

from dashboard.briefing.content import Column, Content
from dashboard.briefing.slides import graphs, master, pictures, places, written
from dashboard.briefing.slides.shapes import (
    SECOND,
    SMALL,
    Box,
    Cell,
    Graph,
    Grid,
    Map,
    Page,
    Paragraph,
    Part,
    Rule,
    Run,
    Words,
)
from dashboard.briefing.slides.tabled import PAD_X, is_text, lead
from dashboard.briefing.slides.written import DECLARED, emu, filled, form, named, paragraphs, placed

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_BAR = 3.0
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""A table without lines and fills of its own: every one of them is told."""
_TABLE = "http://schemas.openxmlformats.org/drawingml/2006/table"
_LINES = ("lnL", "lnR", "lnT", "lnB")


def painted(content: Content, pages: list[Page]) -> "Presentation":
    """The deck."""
    deck, cover, page = master.presentation(content)
    _numbered(deck.part.package)
    slides = [deck.slides.add_slide(cover if each.is_cover else page) for each in pages]
    drawn = pictures.Pictures(content, deck.part.package)
    for at, (told, slide) in enumerate(zip(pages, slides, strict=True)):
        _Painter(content, slide, told, slides, drawn).paint(at, len(pages))
    master.notes_themed(deck, content)
    return deck


def _numbered(package: Any) -> None:
    """Parts are numbered on from the first of their kind; python-pptx looks through all of the deck for each."""
    from pptx.opc.packuri import PackURI

    look, last = package.next_partname, dict[str, int]()

    def after_the_last(template: str) -> Any:
        name = PackURI(template % (last[template] + 1)) if template in last else look(template)
        if name.idx is not None:
            last[template] = name.idx
        return name

    package.next_partname = after_the_last


class _Painter:
    """One slide; every part gets the next number, in the order of the page."""

    def __init__(self, content: Content, slide: Any, page: Page, slides: list[Any], drawn: "pictures.Pictures") -> None:
        self.content, self.slide, self.page, self.slides, self.drawn = content, slide, page, slides, drawn
        self.code = content.language
        self.tree = slide.shapes._spTree

    def paint(self, at: int, of: int) -> None:
        self.slide._element.cSld.set("name", written.legible(self.page.key))
        self._title()
        for part in self.page.parts:
            self._part(part)
        if not self.page.is_cover:
            self._feet(of)
        frame = self.slide.notes_slide.notes_text_frame
        self._fill(frame._txBody, [Paragraph((Run(text, SMALL),)) for text in self.page.notes])

    def _title(self) -> None:
        """Title and, above it, the topic, in the placeholders of the layout."""
        title = self.slide.shapes.title
        size = self.page.title_size
        self._fill(title._element.txBody, [Paragraph((Run(self.page.title, size, is_bold=True),))])
        if self.page.is_cover:
            return
        kicker = next(each for each in self.slide.placeholders if each.placeholder_format.idx == master.KICKER_AT)
        self._fill(kicker._element.txBody, [Paragraph((Run(self.page.kicker, SMALL, SECOND),))])

    def _part(self, part: Part) -> None:
        if isinstance(part, Words):
            if self.page.is_cover and len(self.slide.placeholders) > 1:
                self._fill(self.slide.placeholders[master.SUBTITLE_AT]._element.txBody, list(part.paragraphs))
            else:
                self._words(part)
        elif isinstance(part, Rule):
            self._rule(part)
        elif isinstance(part, Grid):
            self._grid(part)
        elif isinstance(part, Graph):
            graphs.draw(self.slide, part, self.content)
        else:
            self._map(part)

    def _fill(self, body: Any, told: list[Paragraph]) -> None:
        """The paragraphs in place of those that are there."""
        from pptx.oxml import parse_xml
        from pptx.oxml.ns import qn

        for old in body.findall(qn("a:p")):
            body.remove(old)
        for new in parse_xml(f"<p:txBody {DECLARED}>{paragraphs(told, self.code)}</p:txBody>"):
            body.append(new)

    def _next(self) -> int:
        return max((int(each) for each in self.tree.xpath("//@id") if str(each).isdigit()), default=0) + 1

    def _add(self, xml: str) -> None:
        from pptx.oxml import parse_xml

        self.tree.append(parse_xml(xml))

    def _words(self, part: Words) -> None:
        box, across, down = part.box, *part.inset
        shape = "roundRect" if part.is_round else "rect"
        if part.bar:
            bar = Box(box.x, box.y, _BAR, box.h)
            name = named(self._next(), part.name, is_decorative=True)
            self._add(
                f"<p:sp {DECLARED}><p:nvSpPr>{name}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>"
                f"{placed(bar)}{form('rect')}{filled(part.bar)}<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
            )
            box = Box(box.x + _BAR, box.y, box.w - _BAR, box.h)
            across -= _BAR
        self._add(
            f'<p:sp {DECLARED}><p:nvSpPr>{named(self._next(), part.name)}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f"<p:spPr>{placed(box)}{form(shape)}{filled(part.fill)}<a:ln><a:noFill/></a:ln></p:spPr>"
            f'<p:txBody><a:bodyPr wrap="square" lIns="{emu(across)}" tIns="{emu(down)}" rIns="{emu(part.inset[0])}" '
            f'bIns="{emu(down)}" rtlCol="0" anchor="{part.anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
            f"{paragraphs(part.paragraphs, self.code)}</p:txBody></p:sp>"
        )

    def _rule(self, part: Rule) -> None:
        name = named(self._next(), self.content.words["slide_line"], is_decorative=True)
        self._add(
            f"<p:cxnSp {DECLARED}><p:nvCxnSpPr>{name}"
            f"<p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr>{placed(part.box)}{form('line')}"
            f'<a:ln w="9525">{filled(part.colour)}</a:ln></p:spPr></p:cxnSp>'
        )

    def _map(self, part: Map) -> None:
        self.drawn.draw(self.slide, self.page, part, self._next())

    def _grid(self, part: Grid) -> None:
        """A native table: no style, lines below the rows alone."""
        columns = "".join(f'<a:gridCol w="{emu(wide)}"/>' for wide in part.widths)
        heights = list(part.heights)
        rows = []
        if part.has_headings:
            told = [
                self._cell(
                    Cell(part.columns[at].heading, SECOND, is_bold=True),
                    SMALL,
                    part.columns,
                    at,
                    line="tx2",
                    anchor="b",
                )
                for at in range(len(part.columns))
            ]
            rows.append(_row(heights.pop(0), told))
        for cells, high in zip(part.rows, heights, strict=True):
            told = [self._cell(cell, part.size, part.columns, at) for at, cell in enumerate(cells)]
            rows.append(_row(high, told))
        first = ' firstRow="1"' if part.has_headings else ""
        self._add(
            f"<p:graphicFrame {DECLARED}><p:nvGraphicFramePr>{named(self._next(), part.name, part.name)}"
            f'<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f'{placed(part.box, "p:xfrm")}<a:graphic><a:graphicData uri="{_TABLE}"><a:tbl><a:tblPr{first}>'
            f"<a:tableStyleId>{_NO_STYLE}</a:tableStyleId></a:tblPr><a:tblGrid>{columns}</a:tblGrid>{''.join(rows)}"
            f"</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
        )

    def _cell(
        self,
        cell: Cell,
        size: float,
        columns: tuple[Column, ...],
        at: int,
        *,
        line: str = "accent6",
        anchor: str = "ctr",
    ) -> str:
        align = "l" if is_text(columns[at]) else "r"
        links = {}
        if cell.leads_to is not None:
            links[cell.text] = self._link(cell.leads_to)
        told = Paragraph((Run(cell.text, size, cell.colour, cell.is_bold),), align=align)
        none = "<a:noFill/>"
        borders = "".join(
            f'<a:{name} w="{9525 if name == "lnB" else 0}">{filled(line) if name == "lnB" else none}</a:{name}>'
            for name in _LINES
        )
        return (
            f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{paragraphs((told,), self.code, links)}</a:txBody>"
            f'<a:tcPr marL="{emu(lead(columns, at))}" marR="{emu(PAD_X)}" marT="0" marB="0" anchor="{anchor}">'
            f"{borders}{filled(cell.fill)}</a:tcPr></a:tc>"
        )

    def _link(self, at: int) -> str:
        from pptx.opc.constants import RELATIONSHIP_TYPE as RT

        number = self.slide.part.relate_to(self.slides[at].part, RT.SLIDE)
        return f'<a:hlinkClick r:id="{number}" action="ppaction://hlinksldjump"/>'

    def _feet(self, of: int) -> None:
        """Place, day and number, as placeholders that take their look from the layout."""
        words, (left, day) = self.content.words, places.foot(self.content)
        code = written.language(self.code)
        for kind, at, name, text in (
            ('type="ftr" sz="quarter"', places.FOOT_AT, "slide_foot", _run(left, code)),
            ('type="dt" sz="half"', places.DAY_AT, "slide_day", _run(day, code)),
            ('type="sldNum" sz="quarter"', places.NUMBER_AT, "slide_number", places.number_text(self.code, of)),
        ):
            self._add(
                f"<p:sp {DECLARED}><p:nvSpPr>{named(self._next(), words[name])}<p:cNvSpPr>"
                f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind} idx="{at}"/></p:nvPr></p:nvSpPr><p:spPr/>'
                f"<p:txBody><a:bodyPr/><a:lstStyle/>{text}</p:txBody></p:sp>"
            )


def _run(text: str, code: str) -> str:
    return f"<a:p><a:r><a:rPr {code}/><a:t>{written.plain(text)}</a:t></a:r></a:p>"


def _row(high: float, cells: list[str]) -> str:
    return f'<a:tr h="{emu(high)}">{"".join(cells)}</a:tr>'
