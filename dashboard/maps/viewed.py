"""What somebody looked at: a page, its address and the stretch of its map; and what `page.page_view` draws of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from dashboard.analysis.reach import METHODS
from dashboard.analysis.service import RADIUS, UNSERVED, Rule, kind_of, lacks
from dashboard.maps import spots
from dashboard.maps.layers import Extent, Points

if TYPE_CHECKING:
    from dashboard.standards import Standards

AMOUNTS = ("problems_per_km2", "problems", "open", "overdue")
POINTS = "points"
SHOWN = (*AMOUNTS, POINTS, *spots.VIEWS)
"""What the heat page can show."""
COMPARE = "compare"
_SHOWN_AT_FIRST = ("market", "toilet")
_LAYERS = ("cells", "zones")
_NEAREST = {"rounds": "unvisited", "assignments": "unassigned"}
"""Parts of the coverage page whose maps only the screen has, and what of the cells comes nearest to them."""
_OF_KINDS = ("standards", "siting")
"""Such parts that are about a kind of facility."""


@dataclass(frozen=True)
class View:
    """What somebody looked at."""

    page: str
    """One of `page.PAGES`."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The page's address: filters and choices, without the language."""
    extent: Extent | None = None
    """The stretch of the map in view; None: the whole town."""
    remark: str = ""


@dataclass(frozen=True)
class Drawn:
    """The map of it: arguments of `page.page_view`, and what it is not."""

    page: str
    layer: str = "cells"
    measure: str = "problems_per_km2"
    kind: str = "unassigned"
    """Of `service.lacks`."""
    rule: Rule | None = None
    """By what a kind of facility serves; None where it is about none."""
    is_week: bool = False
    """A week of the period, not the whole of it."""
    week: date | None = None
    """Its last day; None: the last one in which anything was reported."""
    instead: str = ""
    """The part of the coverage page that only the screen can draw; this is the nearest map to it."""
    is_compared: bool = False
    """The screen holds an earlier moment against it; this is the later one alone."""


def drawn(page: str, query: Mapping[str, str], standards: "Standards") -> Drawn:
    """What the choices of an address come to; one that there is none of counts as the default, as on the screen.

    >>> drawn("heat", {"show": "overdue", "layer": "zones"}, None).measure
    'overdue'
    """
    if page == "heat":
        return _heat(query)
    return _coverage(query, standards) if page == "coverage" else Drawn(page)


def _heat(query: Mapping[str, str]) -> Drawn:
    shows = _one_of(query, "show", SHOWN)
    layer = POINTS if shows == POINTS else _one_of(query, "layer", _LAYERS)
    measure = AMOUNTS[0] if shows == POINTS else shows
    if shows not in AMOUNTS:
        return Drawn("heat", layer, measure)
    is_week = query.get("span") == "week"
    return Drawn(
        "heat",
        layer,
        measure,
        is_week=is_week,
        week=_day(query, "week") if is_week else None,
        is_compared=_day(query, "vs") is not None,
    )


def _coverage(query: Mapping[str, str], standards: "Standards") -> Drawn:
    part, may = query.get("part", ""), lacks(standards)
    if part in _NEAREST:
        return Drawn("coverage", kind=_NEAREST[part], instead=part)
    if part in _OF_KINDS:
        kinds = [lack for lack in may if kind_of(lack)]
        asked = f"{UNSERVED}{query.get('kind', '')}"
        kind = asked if asked in kinds else next(iter(kinds), may[0])
        return Drawn("coverage", kind=kind, rule=_usual(kind), instead=part)
    lack = _one_of(query, "lack", may)
    of = kind_of(lack)
    if of is None:
        return Drawn("coverage", kind=lack)
    standard = _one_of(query, "standard", (RADIUS, *standards.reaches(of)))
    return Drawn("coverage", kind=lack, rule=Rule(of, standard, _one_of(query, "method", METHODS)))


def _usual(lack: str) -> Rule | None:
    kind = kind_of(lack)
    return None if kind is None else Rule(kind)


def _one_of(query: Mapping[str, str], name: str, may: Sequence[str]) -> str:
    """The first of them unless another one is asked for."""
    asked = query.get(name, "")
    return asked if asked in may else may[0]


def _day(query: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None


def at_first(points: Sequence[Points]) -> tuple[Points, ...]:
    """The facilities of the overview with those kinds switched on that it begins with."""
    return tuple(replace(each, is_shown=each.kind in _SHOWN_AT_FIRST) for each in points)
