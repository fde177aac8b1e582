"""Colours and classes: the same colour means the same number on every page, week and paper.

A `Scale` is a list of classes that never depends on what is shown, only on the measure and on what is coloured: zones
hold more problems than cells, but never as many per km² as the worst cell, so each has classes of its own. Class 0 is
always zero or "nothing to report"; "nobody looked" is a hatched class of its own, as an empty ledger is no clean
street. Colours hold on a tired projector, printed in grey and for the colour-blind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dashboard.text import number, t

TEXT, SECONDARY, LINES, GROUND = "#24231f", "#6b6860", "#e6e3dc", "#fbfaf7"
SEQUENTIAL = ("#f6f5f1", "#fdeccd", "#fbc98a", "#f5925a", "#dd5138", "#9e1a2f")
LOUD, BETTER, HATCH = "#9e1a2f", "#2a6f4e", "#8a867c"
WATER, WATER_LINE, GREEN, GREEN_LINE = "#b5d4ea", "#3a3833", "#dfe8d2", "#9fb98c"
SERIES = ("#c9b79a", "#6b6860", "#24231f", "#7f97aa")
"""Series of a chart in their order, those with a tone (`LOUD`, `BETTER`) left aside; told apart in grey too."""
SERIES_IN_THE_DARK = ("#c9b79a", "#857f73", "#f4f1ea", "#8f9ead")
CAMPAIGN, CAMPAIGN_IN_THE_DARK = "#f3ead6", "#37332b"
"""Behind the weeks of campaigns."""
ROAD, ROAD_CASING, LANE = "#ffffff", "#a8a49a", "#cfcbc1"
ZONE_LINE, CELL_LINE = "#3a3833", "#ffffff"

NOT_DRAWN = 255
"""Class of a polygon that is left blank: it is filtered out, or there is no figure for it."""


@dataclass(frozen=True)
class Swatch:
    """One class: its fill, the colour of its hatching if it is hatched and of its outline if that is another than of
    all, and the key or text of its label."""

    colour: str
    label: str
    hatch: str | None = None
    edge: str | None = None


@dataclass(frozen=True)
class Scale:
    """The fixed classes of one measure. `edges[i]` is the lower bound of class i + 1; below the first lies class 0."""

    measure: str
    title: str
    edges: tuple[float, ...]
    swatches: tuple[Swatch, ...]
    unvisited: int | None = None
    """Position of the hatched class for "zero, and nobody looked", where the measure has one."""
    is_whole: bool = True
    """Values are whole numbers, so a value between 0 and the first edge cannot be; else anything above 0 is class 1."""

    def classes(self, values: Any, unvisited: Any = None) -> np.ndarray:
        """Class of each value as uint8; a missing value is not drawn; zero where `unvisited` holds is hatched."""
        values = np.asarray(values, dtype="f8")
        found = np.searchsorted(np.asarray(self.edges), values, side="right")
        if not self.is_whole:
            found = np.where((values > 0) & (found == 0), 1, found)
        if unvisited is not None and self.unvisited is not None:
            found = np.where((values == 0) & np.asarray(unvisited, dtype=bool), self.unvisited, found)
        return np.where(np.isnan(values), NOT_DRAWN, found).astype("u1")


# Lower bounds of the five classes above zero; everything else about a scale follows.
EDGES: dict[tuple[str, str], tuple[float, ...]] = {
    ("problems_per_km2", "cells"): (1, 60, 150, 300, 600),
    ("problems_per_km2", "zones"): (1, 3, 6, 12, 25),
    ("problems", "cells"): (1, 2, 4, 7, 10),
    ("problems", "zones"): (1, 5, 10, 20, 40),
    ("open", "cells"): (1, 2, 4, 7, 10),
    ("open", "zones"): (1, 5, 10, 20, 40),
    ("overdue", "cells"): (1, 2, 3, 5, 8),
    ("overdue", "zones"): (1, 3, 5, 10, 20),
    ("workload", "cells"): (1, 10, 20, 30, 50),
    ("workload", "zones"): (1, 10, 20, 30, 50),
}
MEASURES = tuple(dict.fromkeys(measure for measure, _ in EDGES))
"""Measures of amounts; `reach` (a share) and the two-class kinds of the coverage page are made by functions below."""


_SHADES = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
"""Of `SEQUENTIAL`, by the number of classes above zero: as far from each other as they can be."""


def amount(
    measure: str,
    layer: str,
    language: str,
    *,
    factor: float = 1.0,
    edges: Sequence[float] | None = None,
    has_visits: bool = True,
    is_week: bool = False,
) -> Scale:
    """The scale of an amount: zero, five classes, and "nobody looked" behind them.

    `factor` (`Factors.of`) moves all edges of a place whose data would lie in the top class or the lowest one. `edges`:
    other ones (`classes.Edges.lows`), one to five, which no factor moves; the first class begins above zero.
    `is_week`: the words speak of a week, not of the period; the classes are the same. Without `has_visits` (of a
    workload: without grid workers) nobody knows who looked: zero is zero and nothing is hatched.
    """
    lows = EDGES[measure, layer] if edges is None else tuple(edges)
    factor = factor if edges is None else 1.0
    digits = _digits(lows[1:] or lows, factor)
    step = 10.0**-digits
    edges = (step, *(round(edge * factor, digits) for edge in lows[1:]))
    labels = [t("map.zero_visited" if measure != "workload" and has_visits else "map.zero", language)]
    for i, low in enumerate(edges):
        if i == len(edges) - 1:
            labels.append(t("map.and_more", language, low=number(low, digits)))
        else:
            labels.append(_span(low, edges[i + 1], digits))
    colours = [SEQUENTIAL[0], *(SEQUENTIAL[shade] for shade in _SHADES[len(edges)])]
    swatches = [Swatch(colour, label) for colour, label in zip(colours, labels, strict=True)]
    title = t(f"map.measure.{measure}", language)
    whole = measure != "problems_per_km2"
    if not has_visits:
        return Scale(measure, title, edges, tuple(swatches), is_whole=whole)
    if measure == "workload":
        swatches.append(Swatch("#ffffff", t("map.nobody", language), hatch=LOUD))
    else:
        unvisited = t("map.unvisited_week" if is_week else "map.unvisited", language)
        swatches.append(Swatch("#ffffff", unvisited, hatch=HATCH))
    return Scale(measure, title, edges, tuple(swatches), unvisited=len(swatches) - 1, is_whole=whole)


def _span(low: float, end: float, digits: int) -> str:
    """A class in words: from its lower bound to the last number before the next one."""
    first, last = number(low, digits), number(end - 10.0**-digits, digits)
    return first if first == last else f"{first}–{last}"


def _digits(edges: Sequence[float], factor: float) -> int:
    """Decimals that the moved edges need: none where they stay whole."""
    digits = 0
    while any(abs(edge * factor * 10**digits - round(edge * factor * 10**digits)) > 1e-6 for edge in edges):
        digits += 1
    return digits


HEAT_FROM = 15
"""Problems per km² from which a heat of points is coloured; a kernel spreads every single point over its surroundings,
so the palest class, from 1, would paint the whole town."""


def heat(language: str, *, factor: float = 1.0, edges: Sequence[float] | None = None) -> Scale:
    """The scale of a heat of points: that of problems per km², its lowest class beginning at `HEAT_FROM`, or with other
    `edges` (as of `amount`) at the same share of the second one."""
    scale = amount("problems_per_km2", "cells", language, factor=factor, edges=edges)
    if len(scale.edges) == 1:
        return replace(scale, swatches=(replace(scale.swatches[0], label=""), scale.swatches[1]), unvisited=None)
    low = HEAT_FROM * factor if edges is None else scale.edges[1] * HEAT_FROM / EDGES["problems_per_km2", "cells"][1]
    digits = _digits((low, *scale.edges[1:]), 1)
    swatches = (
        replace(scale.swatches[0], label=""),
        replace(scale.swatches[1], label=_span(low, scale.edges[1], digits)),
        *scale.swatches[2 : len(scale.edges) + 1],
    )
    return replace(scale, edges=(low, *scale.edges[1:]), swatches=swatches, unvisited=None)


_QUARTERS = (0.75, 0.5, 0.25)
_WHOLE, _NOTHING = 0.995, 0.005
"""Shares above the one read 100%, below the other 0%."""
_ROUNDING = 1e-9


def reach(language: str, title: str, *, unserved_share: float = 0.5) -> Scale:
    """Share of a cell within reach of a facility, in quarters; class 0 is wholly in reach, the last is out of it.

    Classes below `unserved_share` are outlined; where it is none of the quarters, it parts one of them. Give `classes`
    the share *out of* reach (1 − share), so that the loud end is the bad one here too.
    """
    own = {unserved_share} if _NOTHING < unserved_share < _WHOLE else set()
    lows = [max(_WHOLE, unserved_share), *sorted({*_QUARTERS, *own}, reverse=True), _NOTHING, 0.0]
    labels = ["100%", *(_quarter(low, high) for low, high in zip(lows[1:-1], [1.0, *lows[1:]], strict=False)), "0%"]
    shades = [0, *(1 + sum(low < quarter for quarter in _QUARTERS) for low in lows[1:-1]), 5]
    swatches = [
        Swatch(SEQUENTIAL[shade], t("map.reach.unserved", language, share=label), edge=TEXT)
        if low + _ROUNDING < unserved_share
        else Swatch(SEQUENTIAL[shade], label)
        for low, label, shade in zip(lows, labels, shades, strict=True)
    ]
    return Scale("reach", title, tuple(1 - low + _ROUNDING for low in lows[:-1]), tuple(swatches))


def _quarter(low: float, end: float) -> str:
    return f"{max(low * 100, 1):g}–{end * 100 - 1:g}%"


def lacking(kind: str, language: str) -> Scale:
    """Two classes of the coverage page: all right, or lacking (`unassigned`, `unvisited`); values 0 and 1.

    Each lack has its own look, so that a map of one can never be taken for a map of another.
    """
    bad = {
        "unassigned": Swatch(LOUD, ""),
        "unvisited": Swatch("#ffffff", "", hatch=HATCH),
    }[kind]
    swatches = (
        Swatch(SEQUENTIAL[0], t(f"map.fine.{kind}", language)),
        replace(bad, label=t(f"map.lacking.{kind}", language)),
    )
    return Scale(kind, t(f"map.measure.{kind}", language), (1,), swatches)


USUAL_BELOW = {
    ("problems_per_km2", "cells"): 100,
    ("problems_per_km2", "zones"): EDGES["problems_per_km2", "zones"][3],
    ("problems", "cells"): EDGES["problems", "cells"][2],
    ("problems", "zones"): EDGES["problems", "zones"][3],
}
"""What is usual in a place stays below this, in the numbers of `EDGES`, and not far below: then it lies among the pale
classes, with room above it. Cells differ more among each other than zones do."""
_FINEST = -4
"""Power of ten at which the edges stop going down."""


def factor_for(usual: float, measure: str = "problems_per_km2", layer: str = "cells") -> float:
    """… 0.2, 0.5, 1, 2, 5, 10 …: by how much the edges are moved for a place where this much is usual in four weeks.

    The smallest step that keeps `usual` below `USUAL_BELOW`. Counts stay at 1 or go up: there is nothing between one
    problem and none. 1 for a place without problems.
    """
    if usual <= 0:
        return 1.0
    lowest = _FINEST if measure == "problems_per_km2" else 0
    below = USUAL_BELOW[measure, layer]
    steps = (float(f"{step}e{power}") for power in range(lowest, 12) for step in (1, 2, 5))
    return next(step for step in steps if usual < round(below * step, 9))


@dataclass(frozen=True)
class Factors:
    """By how much a place's scales are moved; a property of the whole data version, never of a filter, so that they are
    the same on every page and week."""

    per_km2_cells: float = 1.0
    per_km2_zones: float = 1.0
    cells: float = 1.0
    zones: float = 1.0

    @classmethod
    def for_means(cls, per_km2: float, per_cell: float, per_zone: float, *, per_km2_of_one: float = 0.0) -> "Factors":
        """From the mean problems of four weeks by km², by cell and by zone.

        `per_km2_of_one`: what one problem in a cell of median size makes by km²; in small cells that is more than the
        mean, and what a coloured cell usually shows.
        """
        return cls(
            factor_for(max(per_km2, per_km2_of_one if per_km2 > 0 else 0.0)),
            factor_for(per_km2, "problems_per_km2", "zones"),
            factor_for(per_cell, "problems", "cells"),
            factor_for(per_zone, "problems", "zones"),
        )

    def of(self, measure: str, layer: str) -> float:
        """The factor of one scale; what a grid worker carries is the same everywhere."""
        if measure == "workload":
            return 1.0
        if measure == "problems_per_km2":
            return self.per_km2_cells if layer == "cells" else self.per_km2_zones
        return self.cells if layer == "cells" else self.zones


NO_LIFT = Factors()


@dataclass(frozen=True)
class Symbol:
    """How a kind of point is drawn: a shape and a letter beside the colour, so that no eye needs the colour."""

    shape: str
    colour: str
    size: int = 8


SYMBOLS: dict[str, Symbol] = {
    "market": Symbol("square", "#0b5a8f"),
    "toilet": Symbol("circle", "#117a5d"),
    "refuse_room": Symbol("diamond", "#6a4a86"),
    "transfer_station": Symbol("hexagon", "#6a4a86"),
    "parking": Symbol("square", "#5b6470"),
    "litter_bin": Symbol("dot", "#5b6470", 3),
    "site": Symbol("circle", TEXT, 11),
    "shut": Symbol("square", "#8a857a"),
    "lacking": Symbol("diamond", LOUD, 8),
    "as_wanted": Symbol("circle", "#117a5d", 7),
    "beyond": Symbol("square", "#3f7cab", 6),
    "site_one": Symbol("square", "#1f5f8b", 11),
    "site_other": Symbol("diamond", "#5a3d80", 11),
    "problem": Symbol("dot", LOUD, 4),
}
OTHER_SYMBOL = Symbol("circle", "#5b6470", 6)


def symbol(kind: str) -> Symbol:
    """The symbol of a facility's kind, a plain circle for kinds of the place's own."""
    return SYMBOLS.get(kind, OTHER_SYMBOL)
