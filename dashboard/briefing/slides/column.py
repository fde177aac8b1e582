"""The words of a slide: big figures, one sentence a row, remarks at the foot."""

from collections.abc import Sequence

from dashboard.briefing.content import ALARM, BETTER, WORSE, Content, Figure, Sentence
from dashboard.briefing.slides import measure, shapes
from dashboard.briefing.slides.shapes import LOUD, SECOND, SMALL, TEXT, WHITE, Box, Paragraph, Part, Rule, Run, Words

SIZES = (16.0, 15.0, 14.0, 13.0, 12.0)
READABLE = 14.0
"""What does not fit with letters of this size may go to a slide of its own."""
GAP = 10.0
_NUMBERS = (34.0, 32.0, 30.0, 28.0, 26.0, 24.0, 22.0, 20.0)
_BESIDE = 14.0
"""Letters of unit and change."""
_TAG_H, _TAG_AROUND = 20.0, 16.0
_INSET = (12.0, 7.0)
_CHANGE = {BETTER: shapes.BETTER, WORSE: LOUD, "": SECOND}


def figures(content: Content, told: Sequence[Figure], box: Box) -> list[Part]:
    """The big figures side by side, each with its label, its denominator and what changed."""
    step = box.w / len(told)
    size = min(_number_size(figure, step - GAP) for figure in told)
    return [
        _figure(content, figure, Box(box.x + at * step, box.y, step - GAP, box.h), size)
        for at, figure in enumerate(told)
    ]


def _number_size(figure: Figure, room: float) -> float:
    """Of the largest letters with which number, unit and change stand on one line."""
    beside = measure.width(f" {figure.unit_text}", _BESIDE) if figure.unit_text else 0.0
    beside += measure.width(f"  {figure.change_text}", _BESIDE, True) if figure.change_text else 0.0
    return next(
        (size for size in _NUMBERS if measure.width(figure.text, size, True) + beside <= room or figure.missing),
        _NUMBERS[-1],
    )


def _figure(content: Content, figure: Figure, box: Box, size: float) -> Words:
    if figure.missing:
        number = [Run(figure.text, min(size, 20.0), SECOND)]
    else:
        number = [Run(figure.text, size, LOUD if figure.tone == ALARM else TEXT, is_bold=True)]
        if figure.unit_text:
            number.append(Run(f" {figure.unit_text}", _BESIDE, SECOND))
        if figure.change_text:
            colour = _CHANGE.get(figure.change_tone, SECOND)
            number.append(Run(f"  {figure.change_text}", _BESIDE, colour, is_bold=True))
    label = figure.label
    if figure.of_text and not figure.missing:
        label = content.word("with_unit", label=label, unit=figure.of_text)
    # One pitch for all of a row, so that their labels stand on one line.
    head = Paragraph(tuple(number), pitch=size)
    return Words(box, figure.label, (head, Paragraph((Run(label, SMALL + 1, SECOND),))))


def figures_height(content: Content, told: Sequence[Figure], room: float) -> float:
    """What the highest of them needs."""
    return max(
        (part.needs for part in figures(content, told, Box(0, 0, room, 0)) if isinstance(part, Words)), default=0.0
    )


def row_height(sentence: Sentence, size: float, room: float) -> float:
    """Of a sentence with the room above and below it."""
    beside = room - (_tag_width(sentence) + GAP if sentence.tag else 0.0)
    return max(measure.height(sentence.text, size, beside), _TAG_H if sentence.tag else 0.0) + size * 0.8


def rows(told: Sequence[Sentence], box: Box, size: float) -> list[Part]:
    """A row for each sentence, hairlines between them, the red tag at the end of its row."""
    parts: list[Part] = []
    y = box.y
    for at, sentence in enumerate(told):
        high = row_height(sentence, size, box.w)
        if at:
            parts.append(Rule(Box(box.x, y, box.w, 0)))
        beside = box.w - (_tag_width(sentence) + GAP if sentence.tag else 0.0)
        pad = size * 0.4
        parts.append(Words(Box(box.x, y + pad, beside, high - 2 * pad), sentence.text, (_plain(sentence.text, size),)))
        if sentence.tag:
            wide = _tag_width(sentence)
            tag = Box(box.right - wide, y + pad, wide, _TAG_H)
            run = Run(sentence.tag, SMALL, WHITE, is_bold=True)
            parts.append(
                Words(tag, sentence.tag, (Paragraph((run,), align="ctr"),), LOUD, anchor="ctr", is_round=True)
            )  # fmt: skip
        y += high
    return parts


def _tag_width(sentence: Sentence) -> float:
    return measure.width(sentence.tag, SMALL, True) + _TAG_AROUND


def rows_height(told: Sequence[Sentence], size: float, room: float) -> float:
    """Of all rows."""
    return sum(row_height(sentence, size, room) for sentence in told)


def remarks(content: Content, told: Sequence[Sentence], box: Box, heading: str = "") -> Words:
    """What was left out and how it was counted: at the foot of the box, on a ground of its own."""
    runs = [Run(heading, SMALL, SECOND, is_bold=True)] if heading else []
    runs += [Run(sentence.text, SMALL, SECOND) for sentence in told]
    paragraphs = tuple(Paragraph((run,), before=3.0 if at else 0.0) for at, run in enumerate(runs))
    words = Words(box, content.words["remarks"], paragraphs, shapes.GROUND, shapes.LINE, _INSET)
    return Words(
        Box(box.x, box.bottom - words.needs, box.w, words.needs), words.name, paragraphs, words.fill, words.bar, _INSET
    )


def remarks_height(content: Content, told: Sequence[Sentence], room: float, heading: str = "") -> float:
    """With the ground around them."""
    return remarks(content, told, Box(0, 0, room, 0), heading).needs + GAP if told else 0.0


def free(parts: Sequence[Part], box: Box) -> Box:
    """What is left between the rows and the remarks."""
    top = max((part.box.bottom for part in parts if not _is_foot(part)), default=box.y)
    foot = min((part.box.y for part in parts if _is_foot(part)), default=box.bottom)
    return Box(box.x, top + 2 * GAP, box.w, foot - top - 3 * GAP)


def _is_foot(part: Part) -> bool:
    return isinstance(part, Words) and part.fill == shapes.GROUND


def column(
    content: Content, lines: Sequence[Sentence], notes: Sequence[Sentence], box: Box
) -> tuple[list[Part], list[Sentence], list[Sentence]]:
    """Rows from above, remarks at the foot; the sentences and the remarks for which there was no room.

    Letters get smaller before anything is moved to another slide, but then they are large again.
    """
    foot = remarks_height(content, notes, box.w)
    for size in SIZES:
        if rows_height(lines, size, box.w) + foot <= box.h:
            told = rows(lines, box, size)
            return [*told, *([remarks(content, notes, box)] if notes else [])], [], []
    for size in SIZES:
        if size >= READABLE and rows_height(lines, size, box.w) <= box.h:
            return list(rows(lines, box, size)), [], list(notes)
    fitting = 0
    while fitting < len(lines) and rows_height(lines[: fitting + 1], READABLE, box.w) <= box.h:
        fitting += 1
    return list(rows(lines[:fitting], box, READABLE)), list(lines[fitting:]), list(notes)


def _plain(text: str, size: float) -> Paragraph:
    return Paragraph((Run(text, size),))
