"""Around the sections: the cover, what comes, the way to each zone, what is not in it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from dashboard.briefing.content import Column, Content, Section, Sentence
from dashboard.briefing.slides import column, measure
from dashboard.briefing.slides.shapes import (
    BOTTOM,
    LEFT,
    RIGHT,
    SECOND,
    TOP,
    Box,
    Cell,
    Grid,
    Map,
    Page,
    Paragraph,
    Run,
    Words,
)
from dashboard.briefing.slides.tabled import PAD_X, lead

COVER, CONTENTS, ZONES = "cover", "contents", "zones"
_SIZES = (16.0, 14.0, 13.0, 12.0)
_NUMBER, _PAGE, _BESIDE = 40.0, 50.0, 30.0
_WIDER = 1.1
"""Names of views are long, and bold Latin letters of a face in place of ours wider."""
_COVER_MAP = (532.0, 404.0)
"""As large as on a page of its own, so that it is drawn once."""
_WHOLE = Box(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP)
_COLUMNS = (Column("number", "", "count"), Column("title", "", "text"), Column("message", "", "text"),
            Column("page", "", "count"))  # fmt: skip

Told = Sequence[tuple[Section, list[Page]]]


def framed(content: Content, told: Told) -> list[Page]:
    """Cover, contents, sections, and a list of the zones before theirs."""
    whole = [each for each in told if each[0].zone is None]
    zones = [each for each in told if each[0].zone is not None]
    # The lists say on which page each section is, and are as long whatever stands in them.
    lists = len(_contents(content, whole, zones, 0)), len(_zones(content, zones, 0))
    start = 1 + lists[0]
    found = [_cover(content), *_contents(content, whole, zones, start)]
    for _, pages in whole:
        found += pages
    found += _zones(content, zones, len(found))
    for _, pages in zones:
        found += pages
    return found


def _cover(content: Content) -> Page:
    """Title, days, and a map of the place."""
    # Moment and period are in the subtitle, a line each.
    lines = [Paragraph((Run(part, 18.0, SECOND),)) for part in re.split(r"[；;]\s*", content.subtitle)]
    lines += [
        Paragraph((Run(fact, 13.0, SECOND),), before=0.0 if at else 8.0)
        for at, fact in enumerate((content.mark, *content.facts[2:]))
    ]
    first = content.cover
    parts = [Words(Box(LEFT, 292, 300, 200), content.subtitle, tuple(lines))]
    if first is None or first.map is None:
        return Page(COVER, content.title, content.name, tuple(parts), (content.title,), is_cover=True)
    shown = Map(Box(RIGHT - _COVER_MAP[0], 68, *_COVER_MAP), first.map.title, f"{content.name}，{first.map.title}")
    return Page(
        COVER, content.title, content.name, (*parts, replace(shown, name=first.map.title)), (content.title,),
        is_cover=True,
    )  # fmt: skip


def _contents(content: Content, whole: Told, zones: Told, start: int) -> list[Page]:
    """What comes and where, and what does not and why."""
    rows, at = [], start
    for section, pages in whole:
        rows.append((section.title, section.message.text, at))
        at += len(pages)
    if zones:
        names = content.word("slide_zones", count=f"{len(zones)}")
        rows.append((content.words["zone_pages"], names, at))
    left_out = [Sentence(one.text, one.key) for one in content.not_said if one.zone is None]
    return _listed(content, (CONTENTS, content.words["contents"], f"{content.title}　{content.length}"), rows, left_out)


def _zones(content: Content, zones: Told, start: int) -> list[Page]:
    if not zones:
        return []
    count = 1
    made: list[Page] = []
    # The list itself stands before the pages that it counts.
    for _ in range(2):
        rows, at = [], start + count
        for section, pages in zones:
            rows.append((section.title, section.message.text, at))
            at += len(pages)
        made = _listed(content, (ZONES, content.words["zone_pages"], content.title), rows, [])
        count = len(made)
    return made


def _listed(
    content: Content,
    heading: tuple[str, str, str],
    rows: list[tuple[str, str, int]],
    notes: list[Sentence],
) -> list[Page]:
    """A table without headings whose rows lead to their slides, on as many slides as it takes."""
    key, title, kicker = heading
    missing = content.words["left_out"]
    foot = column.remarks_height(content, notes, _WHOLE.w, missing)
    room = _WHOLE.h - foot
    size = next((each for each in _SIZES if sum(_heights(rows, each)) <= room), _SIZES[-1])
    count = max(1, ceil(sum(_heights(rows, size)) / room))
    if count > 1:
        size = next((each for each in _SIZES if _spread(rows, each, count) <= room), size)
    step = max(1, ceil(len(rows) / count))
    made = []
    for first in range(0, max(len(rows), 1), step):
        shown = rows[first : first + step]
        cells = tuple(
            (
                Cell(f"{first + at + 1}", SECOND),
                Cell(name, is_bold=True, leads_to=to),
                Cell(text),
                Cell(f"{to + 1}", SECOND),
            )
            for at, (name, text, to) in enumerate(shown)
        )
        heights = _heights(shown, size)
        box = Box(LEFT, TOP, _WHOLE.w, sum(heights))
        grid = Grid(box, title, _COLUMNS, cells, _widths(rows, size), heights, size, has_headings=False)
        is_last = first + step >= len(rows)
        told = [column.remarks(content, notes, _WHOLE, missing)] if notes and is_last else []
        made.append(Page(key, title, kicker, (grid, *told), (kicker,)))
    return made


def _spread(rows: list[tuple[str, str, int]], size: float, count: int) -> float:
    """Height of the fullest of so many slides with as many rows each."""
    heights, step = _heights(rows, size), ceil(len(rows) / count)
    return max(sum(heights[first : first + step]) for first in range(0, len(rows), step))


def _widths(rows: list[tuple[str, str, int]], size: float) -> tuple[float, ...]:
    name = min(max((measure.width(title, size, True) for title, _, _ in rows), default=0.0) * _WIDER + _BESIDE, 260.0)
    return (_NUMBER, name, _WHOLE.w - _NUMBER - _PAGE - name, _PAGE)


def _heights(rows: list[tuple[str, str, int]], size: float) -> tuple[float, ...]:
    _, name, text, _ = (wide - lead(_COLUMNS, at) - PAD_X for at, wide in enumerate(_widths(rows, size)))
    return tuple(
        max(measure.height(title, size, name, True), measure.height(message, size, text)) + 5.0
        for title, message, _ in rows
    )
