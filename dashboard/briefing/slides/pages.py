"""Which slides a content makes: cover, contents, one message a slide and what did not fit on it behind it."""

from collections.abc import Iterator, Sequence
from math import ceil

from dashboard.briefing.content import Chart, Content, Section, Sentence
from dashboard.briefing.slides import column, contents
from dashboard.briefing.slides.shapes import BOTTOM, LEFT, RIGHT, TOP, Box, Graph, Grid, Map, Page, Part, Rule
from dashboard.briefing.slides.tabled import Tabled, tabled

GAP = 24.0
_COLUMN, _NARROWEST = 344.0, 270.0
_FEW = 3
"""So many big figures stand above the sentences; more of them over the whole slide."""
_NAME, _BAR = 19.0, 13.0
"""The least height of a row with its name beside it, and of each of its bars with its number."""
_CAPTION = 56.0
WHOLE = Box(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP)


def pages(content: Content) -> list[Page]:
    """Every slide, in order."""
    told = [(section, list(_section(content, section))) for section in content.sections]
    return contents.framed(content, told)


def _section(content: Content, section: Section) -> Iterator[Page]:
    """The slide of the message, then what it had no room for."""
    under = section.facts or content.facts
    kicker = f"{section.kicker}　{under[1]}" if len(under) > 1 else section.kicker
    parts, box = _head(content, section)
    tables = [tabled(content, table) for table in section.tables if len(table.frame)]
    drawn, waiting, tables, beside = _exhibit(content, section, tables, box)
    numbers = _beside_figures(content, section, beside)
    parts += numbers[0]
    words, lines, remarks = column.column(content, section.lines, section.remarks, numbers[1])
    room = column.free(words, numbers[1])
    if tables and not lines and not remarks and tables[0].fits(room):
        words += tables.pop(0).placed(room)[0]
    yield Page(
        section.id, section.message.text, kicker, (*parts, *drawn, *words), _notes(content, section),
        zone=section.zone, lines=section.lines,
    )  # fmt: skip
    more = [*waiting, *_tables(tables), *_rest(content, lines, remarks)]
    title = content.word("slide_continued", title=section.title)
    for each in more:
        yield Page(
            section.id, section.message.text, title, each, (content.words["slide_for_questions"],), zone=section.zone
        )


def _notes(content: Content, section: Section) -> tuple[str, ...]:
    seconds = content.word("slide_seconds", seconds=f"{section.seconds}")
    return (seconds, section.message.text, *(note.text for note in section.notes))


def _head(content: Content, section: Section) -> tuple[list[Part], Box]:
    """Many figures over the whole width; the room below them."""
    if len(section.large) <= _FEW:
        return [], WHOLE
    high = column.figures_height(content, section.large, WHOLE.w)
    strip = column.figures(content, section.large, Box(LEFT, TOP, WHOLE.w, high))
    y = TOP + high + 8
    return [*strip, Rule(Box(LEFT, y, WHOLE.w, 0))], Box(LEFT, y + 10, WHOLE.w, BOTTOM - y - 10)


def _beside_figures(content: Content, section: Section, box: Box) -> tuple[list[Part], Box]:
    """Few figures above the sentences; the room below them."""
    if not section.large or len(section.large) > _FEW:
        return [], box
    high = column.figures_height(content, section.large, box.w)
    told = column.figures(content, section.large, Box(box.x, box.y, box.w, high))
    y = box.y + high + 8
    return [*told, Rule(Box(box.x, y, box.w, 0))], Box(box.x, y + 6, box.w, box.bottom - y - 6)


def _exhibit(
    content: Content, section: Section, tables: list[Tabled], box: Box
) -> tuple[list[Part], list[tuple[Part, ...]], list[Tabled], Box]:
    """What is seen at the left, what waits for the next slides, the tables that are left, the room for words."""
    left, right = _split(box, _COLUMN)
    waiting: list[tuple[Part, ...]] = []
    if section.map is not None:
        name = section.map.title
        drawn: list[Part] = [Map(left, name, f"{name}。{section.message.text}")]
        if section.chart is not None:
            waiting = [(graph,) for graph in _graphs(section.chart, WHOLE)]
        return drawn, waiting, tables, right
    if section.chart is not None and len(section.chart.frame):
        first, *others = _graphs(section.chart, left)
        return [first], [(graph,) for graph in others], tables, right
    if tables:
        wide = min(max(sum(tables[0].natural(14.0)), 400.0), box.w - GAP - _NARROWEST)
        left, right = _split(box, box.w - GAP - wide)
        first_part, *more = tables[0].placed(left)
        # What follows has the whole slide.
        shown = sum(len(part.rows) for part in first_part if isinstance(part, Grid))
        return list(first_part), tables[0].after(shown).placed(WHOLE) if more else [], tables[1:], right
    return [], [], [], box


def _split(box: Box, wide: float) -> tuple[Box, Box]:
    left = box.w - GAP - wide
    return Box(box.x, box.y, left, box.h), Box(box.x + left + GAP, box.y, wide, box.h)


def _graphs(chart: Chart, box: Box) -> list[Graph]:
    """The chart, in parts where its bars would get too thin; all on one scale."""
    count = len(chart.frame)
    most = count
    if chart.kind == "bars":
        most = max(1, int((box.h - _CAPTION) // max(_NAME, _BAR * len(chart.series))))
    number = max(1, ceil(count / most))
    step = ceil(count / number)
    values = chart.frame[[series.name for series in chart.series]]
    top = float(values.max().max()) if values.notna().any().any() else 0.0
    text = "，".join([chart.title, *(series.label for series in chart.series if len(chart.series) > 1)])
    return [Graph(box, chart, first, min(first + step, count), top, text) for first in range(0, count, step)]


def _tables(tables: Sequence[Tabled]) -> Iterator[tuple[Part, ...]]:
    """Two narrow tables side by side, others one by one."""
    waiting = list(tables)
    while waiting:
        first = waiting.pop(0)
        if waiting:
            wide = sum(first.natural(14.0)), sum(waiting[0].natural(14.0))
            room = WHOLE.w - GAP
            if sum(wide) <= room:
                left, right = _split(WHOLE, wide[1] * room / sum(wide))
                placed = first.placed(left), waiting[0].placed(right)
                if all(len(each) == 1 for each in placed):
                    waiting.pop(0)
                    yield (*placed[0][0], *placed[1][0])
                    continue
        yield from first.placed(WHOLE)


def _rest(content: Content, lines: Sequence[Sentence], remarks: Sequence[Sentence]) -> Iterator[tuple[Part, ...]]:
    """Sentences and remarks that found no room."""
    while lines or remarks:
        before = len(lines), len(remarks)
        parts, lines, remarks = column.column(content, lines, remarks, WHOLE)
        if not parts or (len(lines), len(remarks)) == before:
            break
        yield tuple(parts)
