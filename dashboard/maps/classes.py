"""Where the classes of a measure begin: fixed, by quantiles, equally wide, at natural breaks, or as the place says.

Whatever the scheme, the classes are of the data version and never of a filter, a page or a week, so that a colour keeps
its number.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dashboard.maps import style
from dashboard.text import t

if TYPE_CHECKING:
    from settings import Settings

FIXED, OWN = "fixed", "own"
MOST = 5
"""Classes above zero."""
_VALUES = 400
"""Of these natural breaks are found, evenly many from each part of the distribution: they take as long as the square of
their number, a third of a second for this one."""
_SIGNIFICANT = 3
_WIDTH_ROOM = 0.15
"""By this share the width of equally wide classes may differ from a fifth of the whole."""
_ROOM = 0.25
"""By this share of the distance to the next edge an edge may be moved to be a rounder number."""


@dataclass(frozen=True)
class Edges:
    """The classes of one measure of one layer, in place of the fixed ones."""

    measure: str
    layer: str
    scheme: str
    lows: tuple[float, ...]
    """Lower bounds, ascending; the first class takes in everything above zero."""


@dataclass(frozen=True)
class Classes:
    """All classes of a data version."""

    factors: style.Factors = style.NO_LIFT
    """By which the fixed ones are moved."""
    edges: tuple[Edges, ...] = ()

    def of(self, measure: str, layer: str) -> Edges | None:
        """What stands in place of the fixed classes, None where they hold."""
        return next((each for each in self.edges if (each.measure, each.layer) == (measure, layer)), None)

    def scale(
        self, measure: str, layer: str, language: str, *, has_visits: bool = True, is_week: bool = False
    ) -> style.Scale:
        """`style.amount` in these classes."""
        found = self.of(measure, layer)
        return style.amount(
            measure, layer, language,
            factor=self.factors.of(measure, layer), edges=found.lows if found else None,
            has_visits=has_visits, is_week=is_week,
        )  # fmt: skip

    def heat(self, language: str) -> style.Scale:
        """`style.heat` in these classes."""
        found = self.of("problems_per_km2", "cells")
        factor = self.factors.of("problems_per_km2", "cells")
        return style.heat(language, factor=factor, edges=found.lows if found else None)

    def named(self, measure: str, layer: str, language: str) -> str:
        """The scheme in words, for a legend."""
        found = self.of(measure, layer)
        return t(f"map.classes.{found.scheme if found else FIXED}", language)


FIXED_CLASSES = Classes()


def of(settings: "Settings", factors: style.Factors, amounts: Mapping[tuple[str, str], npt.ArrayLike]) -> Classes:
    """Classes as the settings want them; `amounts` as of `analysis.usual.amounts` (empty where none are needed).

    The place's own edges come before any scheme; a measure without a number above zero keeps its fixed ones.
    """
    made = {(measure, layer): Edges(measure, layer, OWN, lows) for measure, layer, lows in settings.class_edges}
    if settings.classes != FIXED:
        for (measure, layer), values in amounts.items():
            lows = edges(values, settings.classes, is_whole=measure != "problems_per_km2")
            if lows:
                made.setdefault((measure, layer), Edges(measure, layer, settings.classes, lows))
    return Classes(factors, tuple(made.values()))


def edges(values: npt.ArrayLike, scheme: str, *, is_whole: bool) -> tuple[float, ...]:
    """Lower bounds of at most `MOST` classes of the values above zero, strictly ascending; none where there is none.

    `scheme`: quantiles (about as many values in each class), equal (equally wide from the least to the largest), jenks
    (Fisher's exact natural breaks), all by mapclassify. A class begins at the least value in it; or at a rounder
    number, if there is one that leaves every value in its class, or else one no farther off than a quarter of the way
    to the next edge. Equally wide classes are so in round numbers. There are as many classes as different values, if
    those are fewer.
    """
    found = np.asarray(values, dtype=np.float64)
    found = _rounded(np.sort(found[found > 0]))
    distinct = np.unique(found)
    if not len(distinct):
        return ()
    first = 1.0 if is_whole else float(10.0 ** np.floor(np.log10(distinct[0])))
    if len(distinct) == 1:
        return (first,)
    tops = distinct if len(distinct) <= MOST else _tops(found, scheme)
    if scheme == "equal" and len(distinct) > MOST:
        return (first, *_equally_wide(tops, first, is_whole=is_whole))
    at = np.searchsorted(distinct, tops * (1 + 1e-9), side="right")
    at = np.unique(at[at < len(distinct)])
    later = distinct[at] > first
    begins, before = distinct[at][later], distinct[at - 1][later]
    return (first, *_readable(before, begins, first, float(distinct[-1]), is_whole=is_whole))


def _tops(values: npt.NDArray[np.float64], scheme: str) -> npt.NDArray[np.float64]:
    """Upper bounds of the classes."""
    import mapclassify

    with warnings.catch_warnings():
        # Without numba it says that it is slow, and of many equal values that the classes are fewer.
        warnings.simplefilter("ignore")
        if scheme == "quantiles":
            return np.asarray(mapclassify.Quantiles(values, MOST).bins)
        if scheme == "equal":
            return np.asarray(mapclassify.EqualInterval(values, MOST).bins)
        few = values
        if len(values) > _VALUES:
            few = values[np.linspace(0, len(values) - 1, _VALUES).round().astype(np.int64)]
        return np.asarray(mapclassify.FisherJenks(few, min(MOST, len(np.unique(few)))).bins)


def _rounded(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """To three digits that count: values that differ by less are one."""
    if not len(values):
        return values
    unit = 10.0 ** (np.floor(np.log10(values)) - _SIGNIFICANT + 1)
    rounded = np.where(values < 10.0**_SIGNIFICANT, np.round(values / unit) * unit, values)
    return np.asarray(np.round(rounded, 9), dtype=np.float64)


def _equally_wide(tops: npt.NDArray[np.float64], first: float, *, is_whole: bool) -> list[float]:
    """Multiples of a round width, from near the least value on."""
    width = float(tops[1] - tops[0])
    near = (round(width / step) * step for step in _steps(width) if step >= 1 or not is_whole)
    fallback = max(round(width), 1) if is_whole else width
    step = next((each for each in near if each and abs(each - width) <= _WIDTH_ROOM * width), fallback)
    begin = round((tops[0] - width) / step)
    return [round((begin + number) * step, 9) for number in range(1, MOST) if (begin + number) * step > first]


def _readable(
    before: npt.NDArray[np.float64], begins: npt.NDArray[np.float64], first: float, last: float, *, is_whole: bool
) -> list[float]:
    """Each of `begins` as round as it can be; `before`: the largest value of the class before."""
    found = [first]
    ends = [*begins[1:].tolist(), last]
    starts = [first, *begins[:-1].tolist()]
    for start, top, here, end in zip(starts, before.tolist(), begins.tolist(), ends, strict=True):
        room = _ROOM * min(here - start, end - here if end > here else here)
        steps = [step for step in _steps(here) if step >= 1 or not is_whole]
        exact = [np.floor(here / step + 1e-9) * step for step in steps if step >= here / 10]
        near = [round(here / step) * step for step in steps]
        least = found[-1]
        good = [each for each in exact if each > max(top, least)]
        good += [each for each in near if abs(each - here) <= room and each > least]
        found.append(round(float([*good, here][0]), 9))
    return found[1:]


def _steps(value: float) -> list[float]:
    """1, 2 and 5 with noughts, from the value's own size down to what no longer counts."""
    power = int(np.floor(np.log10(value)))
    return [digit * 10.0**exponent for exponent in range(power, power - 2 * _SIGNIFICANT, -1) for digit in (5, 2, 1)]
