"""`bulletin.docx`: the briefing as an office's document (创卫简报): red head, number, date, sections, who gets it."""

from collections.abc import Sequence
from pathlib import Path

from dashboard.briefing import official
from dashboard.briefing.content.shape import NOBODY, OVERDUE, Content, Section, Sentence, Table
from dashboard.briefing.content.written import written
from dashboard.briefing.office import settled
from dashboard.briefing.official import CELL_PT, GREY, RED, WIDE_MM
from dashboard.briefing.slides.tabled import Tabled, tabled
from dashboard.maps import still
from dashboard.maps.style import SEQUENTIAL
from dashboard.text import t

NAME = "bulletin.docx"
ROWS_AT_MOST = 13
"""Rows of a table on paper; all of them are in the ledgers and in the geodata."""
ZONE_LINES = 4
"""Sentences of a zone's page in the document; its own page has all of them."""

_ALARM = SEQUENTIAL[5].lstrip("#")
_MAP_MM = (WIDE_MM, 94.0)
_DPI = 220
_PT_PER_MM = 72 / 25.4
_SHORT, _AT_AN_END = 6, 3
"""Rows of a table that is not torn apart; rows that a torn one has at least on either page."""
_COUNTED = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_HELD = ("who", "worker", "leader")


def bulletin(content: Content, folder: Path) -> list[Path]:
    """Writes the document."""
    made = _Bulletin(content)
    made.write()
    return [settled(made.paper.content(), folder / NAME)]


class _Bulletin:
    """The document while it is written."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.paper = official.Paper(content.language, title=content.title, author=content.name, made_at=content.as_of)
        self.pictures = self.tables = 0

    def write(self) -> None:
        """Head, sections, zones, distribution list."""
        self._head()
        for number, section in enumerate(self.content.whole):
            self._section(section, self._numbered(number))
        for position, section in enumerate(self.content.pages):
            if position == 0:
                self.paper.paragraph(
                    self._numbered(len(self.content.whole)) + self.content.words["zone_pages"], "heading", level=1
                )
            self._zone(section)
        self._left_out()
        self._tail()

    def _head(self) -> None:
        content = self.content
        at = content.as_of.astimezone(content.place.zone_info)
        self.paper.paragraph(
            content.word("bulletin_head", place=content.name), "head", size=36, colour=RED, align="center"
        )
        issue = content.word("bulletin_issue", year=f"{at:%Y}", issue=str(at.isocalendar().week))
        self.paper.paragraph(issue, "body", align="center")
        wide = 1 if content.language == "zh" else 2  # 2026年3月5日; 2026-03-05
        day = content.word("bulletin_day", year=f"{at:%Y}", month=f"{at.month:0{wide}}", day=f"{at.day:0{wide}}")
        line = self.paper.paragraph(f"{content.word('bulletin_by', place=content.name)}\t{day}", "body")
        line.paragraph_format.tab_stops.add_tab_stop(official.mm(WIDE_MM), official.tab_side("right"))
        official.rule_below(line, RED, 18)
        self.paper.paragraph("", "body")
        self.paper.paragraph(content.title, "head", size=22, align="center", level=0)
        self.paper.paragraph(content.subtitle, "second", size=14, align="center", colour=GREY)

    def _section(self, section: Section, number: str) -> None:
        self.paper.paragraph(f"{number}{section.title}", "heading", level=1)
        self._sentence(section.message, is_bold=True)
        for line in section.lines:
            self._sentence(line)
        self._illustrate(section)

    def _zone(self, section: Section) -> None:
        self.paper.paragraph(section.title, "second", level=2)
        self._sentence(section.message, is_bold=True)
        for line in section.lines[:ZONE_LINES]:
            self._sentence(line)

    def _illustrate(self, section: Section) -> None:
        if section.map is not None:
            self._picture(section)
        for table in section.tables:
            self._table(table)
        for remark in section.remarks:
            self.paper.paragraph(remark.text, "second", size=12, colour=GREY)

    def _sentence(self, sentence: Sentence, *, is_bold: bool = False) -> None:
        text = sentence.text
        if text and text[-1] not in "。！？.!?":
            text += "。" if self.content.language == "zh" else "."
        paragraph = self.paper.paragraph(text, "body", is_bold=is_bold, indent=True)
        if sentence.tag:
            self.paper.run(paragraph, f"［{sentence.tag}］" if self.content.language == "zh" else f" [{sentence.tag}]",
                      colour=_ALARM, is_bold=True)  # fmt: skip

    def _picture(self, section: Section) -> None:
        view = section.map
        if view is None:
            return
        self.pictures += 1
        caption = self.content.word("picture", number=str(self.pictures), title=view.title)
        png = still.picture(view, width_mm=_MAP_MM[0], height_mm=_MAP_MM[1], dpi=_DPI, zone=section.zone)
        self.paper.picture(png, wide_mm=_MAP_MM[0], title=caption, description=f"{caption}. {section.message.text}")
        self.paper.paragraph(caption, "heading", size=12, align="center")

    def _table(self, table: Table) -> None:
        shown = table.frame.head(ROWS_AT_MOST)
        if shown.empty:
            return
        self.tables += 1
        title = self.content.word("table", number=str(self.tables), title=table.title)
        self.paper.paragraph(title, "heading", size=12, align="center", keeps=True)
        cells = tabled(self.content, table).rows[: len(shown)]
        widths = Tabled(self.content, table, cells).widths(WIDE_MM * _PT_PER_MM, CELL_PT)
        grid = self.paper.grid([column.heading for column in table.columns], widths)
        aligned = ["left" if column.kind in ("text", "day", "moment") else "right" for column in table.columns]
        columns = [shown[column.name].tolist() for column in table.columns]
        for position, values in enumerate(zip(*columns, strict=True)):
            texts = [written(value, column.kind) for column, value in zip(table.columns, values, strict=True)]
            keeps = _keeps(position, len(shown))
            self.paper.row(grid, texts, aligned=aligned, colours=self._marked(table, position, texts), keeps=keeps)
        of = table.of if table.of is not None else len(table.frame)
        told = [table.note] if table.note else []
        if of > len(shown):
            told.insert(0, self.content.word("first_of", shown=f"{len(shown):,}", of=f"{of:,}"))
        self.paper.paragraph(" ".join(told), "second", size=10.5, colour=GREY)

    def _marked(self, table: Table, position: int, texts: Sequence[str]) -> list[str]:
        """By column: red where it is what somebody must act on."""
        flag = table.flags[position] if table.flags else ""
        nobody = t("map.nobody", self.content.language)
        return [
            _ALARM
            if (column.name == "overdue" and flag == OVERDUE)
            or (column.name in _HELD and (flag == NOBODY or text == nobody))
            else ""
            for column, text in zip(table.columns, texts, strict=True)
        ]

    def _left_out(self) -> None:
        told = [one.text for one in self.content.not_said]
        if told:
            self.paper.paragraph(self.content.words["left_out"], "second", level=2)
            for text in told:
                self.paper.paragraph(text, "second", size=12, colour=GREY)

    def _tail(self) -> None:
        line = self.paper.paragraph(self.content.word("bulletin_to", place=self.content.name), "body", size=14)
        official.rule_above(line)
        last = self.paper.paragraph(
            self.content.mark + " · " + " · ".join(self.content.facts), "body", size=12, colour=GREY
        )
        official.rule_below(last, "000000", 6)

    def _numbered(self, position: int) -> str:
        """一、二、… 十一、; in English 1., 2., …"""
        if self.content.language != "zh":
            return f"{position + 1}. "
        tens, ones = divmod(position + 1, 10)
        text = ("" if tens == 0 else "十" if tens == 1 else _COUNTED[tens - 1] + "十") + (
            _COUNTED[ones - 1] if ones else ""
        )
        return f"{text}、"


def _keeps(position: int, count: int) -> bool:
    """Whether a row stays on one page with the next: a short table as a whole, of a long one both ends."""
    return position < count - 1 and (count <= _SHORT or position < _AT_AN_END or position >= count - _AT_AN_END)
