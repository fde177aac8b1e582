"""How wide and how high a text will be, in points, in fonts that are not at hand here.

The reader's machine has Arial and a Chinese font of the theme; Chinese letters are one em wide in all of these, Latin
ones as in Arial. Lines have a fixed pitch (`LINE`), so that a text is as high in every font.
"""

import re
from functools import lru_cache
from itertools import pairwise

LINE = 1.3
"""Pitch of lines, in sizes of the letters."""
RESERVE = 1.05
"""Fonts that stand in for Arial run wider."""
BOLD = 1.08
BETWEEN = 0.2
"""Ems that some editors put between Chinese and Latin letters."""

_WIDE_FROM = "\u2e80"
# Widths of Arial in thousandths of an em (Adobe's metrics of Helvetica, which Arial matches).
_WIDTHS = {
    letter: width / 1000
    for width, letters in {
        222: "ijl'", 278: " !,./:;I[]\\ft|", 333: "()-r`{}\"", 389: "*", 500: "ckvxyzJs", 584: "+<=>~^−×",
        556: "0123456789abdeghnopqu$?_#L–", 611: "FTZ", 667: "ABEKPSVXY&", 722: "CDHNRUw", 778: "GOQ", 833: "mM",
        889: "%", 944: "W",
    }.items()
    for letter in letters
}  # fmt: skip
_PARTS = re.compile(r"[\u2e80-\uffff][，。、；：！？）》”’％]*|[^\s\u2e80-\uffff]+[，。、；：！？）》”’％]*\s*|\s+")
_OPENING = "（《“‘"


@lru_cache(maxsize=50_000)
def width(text: str, size: float, is_bold: bool = False) -> float:
    """Of one line, in points."""
    wide = sum(letter >= _WIDE_FROM for letter in text)
    narrow = sum(_WIDTHS.get(letter, 1.0) for letter in text if letter < _WIDE_FROM)
    seams = sum((a >= _WIDE_FROM) != (b >= _WIDE_FROM) for a, b in pairwise(text)) if wide else 0
    return size * (wide + narrow * RESERVE * (BOLD if is_bold else 1.0) + seams * BETWEEN)


@lru_cache(maxsize=20_000)
def lines(text: str, size: float, room: float, is_bold: bool = False) -> int:
    """How many lines the text takes in that room; a word longer than a line is broken.

    >>> lines("网格", 10, 100), lines("网格" * 10, 10, 100)
    (1, 3)
    """
    count, used = 1, 0.0
    for part in _joined(_PARTS.findall(text)):
        wide, bare = width(part, size, is_bold), width(part.rstrip(), size, is_bold)
        if used + bare <= room:
            used += wide
            continue
        if used:
            count += 1
        used = wide
        while used > room and bare > room:
            count += 1
            used -= room * 0.9
            bare -= room * 0.9
    return count


def height(text: str, size: float, room: float, is_bold: bool = False) -> float:
    """Of the text in that room, in points."""
    return lines(text, size, room, is_bold) * size * LINE


def _joined(parts: list[str]) -> list[str]:
    """An opening bracket stands on the line of what it opens."""
    told: list[str] = []
    for before, part in pairwise(["", *parts]):
        if before in tuple(_OPENING) and told:
            told[-1] += part
        else:
            told.append(part)
    return told
