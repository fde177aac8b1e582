"""Which sites cover most: at once nearly the best, with more time the best or how far from it one may be."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.analysis.siting.exact import most_covered
from dashboard.analysis.siting.greedy import columns_of, filled, greedy, improved, value
from dashboard.analysis.siting.incidence import Floats, Positions, merged
from dashboard.analysis.siting.prices import Priced, apart, priced

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_ROUNDS_FOR_PROOF = 400
_EXACT = 1e-9
"""Relative: what two ways of adding up the same weights may differ by."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Sites by position, and what is known of any choice."""

    chosen: Positions
    value: float
    bounds: Floats
    """k = 0 … n: no k sites cover more."""


def at_once(rows: "csr_array", weight: Floats, n: int, *, clash: "csr_array | None" = None) -> Choice:
    """Greedy with swaps, and swaps from what the prices suggest: the best of these.

    `rows` sites × demand, `weight` of what is not covered yet; `clash` sites × sites without its diagonal.
    """
    if not (n and rows.shape[0] and len(weight)):
        return Choice(np.empty(0, np.int64), 0.0, np.zeros(n + 1))
    best = improved(rows, weight, greedy(rows, weight, n, clash=clash), n, clash=clash)
    told = priced(rows, weight, best, n)
    best = _best_of(rows, weight, best, told, n=n, clash=clash)
    return Choice(best, value(rows, weight, best), told.bounds)


def in_time(
    rows: "csr_array", weight: Floats, n: int, *, time_limit_s: float, clash: "csr_array | None" = None
) -> Choice:
    """What is had at once, then the optimum or a lower bound within the time (0: none). Whatever ends before its time
    is the same every time; the first of equal solutions found is kept."""
    until = time.perf_counter() + time_limit_s
    first = at_once(rows, weight, n, clash=clash)
    if not time_limit_s or is_best(first.value, first.bounds[-1], weight):
        return first
    told = priced(rows, weight, first.chosen, n, rounds=_ROUNDS_FOR_PROOF)
    chosen = _best_of(rows, weight, first.chosen, told, n=n, clash=clash)
    bounds = np.minimum(first.bounds, told.bounds)
    known = value(rows, weight, chosen)
    left_s = until - time.perf_counter()
    if left_s > 0 and not is_best(known, bounds[-1], weight):
        chosen, bound = _proved(rows, weight, chosen, told, n=n, clash=clash, time_limit_s=left_s)
        known = value(rows, weight, chosen)
        bounds = np.minimum(bounds, bound)
        bounds[-1] = max(bounds[-1], known)
    return Choice(chosen, known, bounds)


def is_best(known: float, bound: float, weight: Floats) -> bool:
    """Can nothing be better than what is known; of whole weights a better one is better by 1."""
    return bound < next_better(known, weight)


def next_better(known: float, weight: Floats) -> float:
    """The least that a better solution is worth."""
    if is_whole(weight) and known < 2**50:
        return known + 1 - 1e-4
    return known + _EXACT * max(known, float(weight.sum()))


def is_whole(weight: Floats) -> bool:
    """Are all weights whole numbers."""
    return bool((weight == np.round(weight)).all())


def _best_of(
    rows: "csr_array", weight: Floats, chosen: Positions, told: Priced, *, n: int, clash: "csr_array | None"
) -> Positions:
    best, known = chosen, value(rows, weight, chosen)
    for choice in told.choices:
        start = filled(rows, weight, apart(choice, clash), n, clash)
        found = improved(rows, weight, start, n, clash=clash)
        worth = value(rows, weight, found)
        if worth > known * (1 + _EXACT):
            best, known = found, worth
    return best


def _proved(
    rows: "csr_array",
    weight: Floats,
    chosen: Positions,
    told: Priced,
    *,
    n: int,
    clash: "csr_array | None",
    time_limit_s: float,
) -> tuple[Positions, float]:
    """The better choice that the solver finds among what the prices have not ruled out, and a bound of all choices.

    Sites that no better choice has are left out, sites that every better one has are put first; what is not ruled out
    is seldom more than a tenth.
    """
    known = value(rows, weight, chosen)
    needed = next_better(known, weight)
    must = np.flatnonzero(told.ceiling_without < needed)
    if len(must) > n or (clash is not None and clash[must][:, must].nnz):
        return chosen, known  # no better one is left
    may = told.ceiling_with >= needed
    may[must] = False
    if clash is not None and len(must):
        may[clash[must].indices] = False
    left = weight.copy()
    for one in must:
        left[columns_of(rows, int(one))] = 0
    sites = np.flatnonzero(may)
    had = float(weight.sum() - left.sum())
    kept, together = merged(rows[sites], left)
    found = most_covered(
        kept,
        together,
        n - len(must),
        time_limit_s=time_limit_s,
        clash=None if clash is None else clash[sites][:, sites],
    )
    bound = max(known, had + found.bound)
    if found.chosen is not None:
        better = np.append(must, sites[found.chosen])
        if value(rows, weight, better) > known * (1 + _EXACT):
            return better, bound
    return chosen, bound
