"""Which field of a layer a heading fills, however it is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from etl import words
from etl.read.raw import LEVELS
from etl.sources import Source
from etl.words import key

DECLARED, EXACT, BARE, LAST, ENDING = 5, 4, 3, 2, 1
"""How well a heading fits: said so, as in the dictionary, without its brackets, by its last level, by its end."""
_BRACKETS = re.compile(r"[(（\[【〔<《].*?[)）\]】〕>》]")


@dataclass(frozen=True)
class Match:
    """A heading that fills a field."""

    heading: str
    field: str
    quality: int
    rank: int

    @property
    def goodness(self) -> tuple[int, int]:
        """The greater, the better it fits."""
        return self.quality, -self.rank


def matches(headings: Iterable[str], layer: str, source: Source) -> list[Match]:
    """Each heading with the field of the layer it fills; several headings may fill one field."""
    declared = {key(heading): field for heading, field in source.columns.items()}
    said: list[Match] = []
    open_: dict[str, tuple[int, tuple[words.Spelling, ...]]] = {}
    for heading in headings:
        written = str(heading)
        field = (
            source.columns.get(written)
            or declared.get(key(written))
            or declared.get(key(written.rsplit(LEVELS, 1)[-1]))
        )
        if field:
            said.append(Match(heading, field, DECLARED, 0))
        elif known := _known(written, layer):
            open_[heading] = known
    taken = {match.field for match in said}
    # A word may stand for two fields (单位: a party's name, or where a person works): what is needed goes first.
    needed = frozenset().union(*words.signs(layer).needs) if words.signs(layer).needs else frozenset()
    certain = {spellings[0].field for _, spellings in open_.values() if len(spellings) == 1} | taken
    for heading, (quality, spellings) in open_.items():
        best = min(spellings, key=lambda spelling: (spelling.field not in needed - certain, spelling.rank))
        if best.field not in taken:
            said.append(Match(heading, best.field, quality, best.rank))
    return said


def _known(written: str, layer: str) -> tuple[int, tuple[words.Spelling, ...]] | None:
    """How well a heading fits, and what it may stand for."""
    for quality, form in forms(written):
        if form in words.headings(layer):
            return quality, words.headings(layer)[form]
    # 现场问题描述 ends with 问题描述. Only Chinese spellings of four characters: shorter ones end anything.
    form = key(_BRACKETS.sub("", written.rsplit(LEVELS, 1)[-1]))
    for length in range(len(form) - 1, 3, -1):
        if not form[-length:].isascii() and form[-length:] in words.headings(layer):
            return ENDING, words.headings(layer)[form[-length:]]
    return None


@cache
def forms(heading: str) -> tuple[tuple[int, str], ...]:
    """The keys under which a heading may stand in the dictionary, best first."""
    bare, last = _BRACKETS.sub("", heading), heading.rsplit(LEVELS, 1)[-1]
    forms = ((EXACT, heading), (BARE, bare), (LAST, last), (LAST, _BRACKETS.sub("", last)))
    found: dict[str, int] = {}
    for quality, form in forms:
        found.setdefault(key(form), quality)
    return tuple((quality, form) for form, quality in found.items() if form)
