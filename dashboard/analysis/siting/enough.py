"""How many sites it takes: the fewest candidates with which a share of the demand is within reach."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.analysis.siting.best import at_once, is_whole
from dashboard.analysis.siting.exact import solved
from dashboard.analysis.siting.greedy import by_gain, greedy, value
from dashboard.analysis.siting.incidence import Floats, Places, Positions, SitingRefused, checked_length
from dashboard.analysis.siting.problem import problem

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_EXACT = 1e-9
"""Relative: a share is reached though the last digit of a sum is not."""


@dataclass(frozen=True, eq=False)
class Enough:
    """The fewest sites found, and what is known of fewer."""

    sites: pd.Index
    """Labels of the chosen candidates, what adds most first. Where the share cannot be reached: sites with which the
    best possible share is."""
    gains: Floats
    curve: Floats
    """Covered with the first k = 0 … of `sites`."""
    covered: float
    total: float
    wanted: float
    """The share asked for."""
    best_share: float
    """With every candidate; NaN without demand."""
    at_least: int
    """No fewer sites can do."""

    @property
    def is_reachable(self) -> bool:
        """Can the share be reached at all."""
        return not self.total or self.best_share >= self.wanted * (1 - _EXACT)

    @property
    def share(self) -> float:
        """The share within reach with `sites`; NaN without demand."""
        return self.covered / self.total if self.total else float("nan")

    @property
    def is_optimal(self) -> bool:
        """Is it proven that fewer cannot do."""
        return len(self.sites) <= self.at_least


def sites_for_share(
    demand: gpd.GeoDataFrame,
    candidates: Places,
    existing: Places,
    *,
    share: float,
    radius_m: float,
    time_limit_s: float,
) -> Enough:
    """The fewest candidates with which, the existing sites included, `share` (0 … 1) of all weight is within reach.

        min Σ_i x_i   with   Σ_d w_d y_d ≥ share · Σ_d w_d,   y_d ≤ Σ_{i: |i − d| ≤ radius} x_i,   x_i ∈ {0, 1},

    for a share of 1 the location set covering problem (Toregas, C., Swain, R., ReVelle, C., Bergman, L. 1971: The
    location of emergency service facilities, Operations Research 19(6), 1363-1373). Where the share cannot be reached
    it is asked of the best that can. At once the number comes from greedy adding; within `time_limit_s` there are
    swaps, with `at_least` from prices, and HiGHS has what is left. Inputs and what is refused as in `site_facilities`,
    and a share that does not lie in 0 … 1.
    """
    if not 0 <= share <= 1:
        raise SitingRefused("share_value", "a share lies between 0 and 1")
    until = time.perf_counter() + checked_length(time_limit_s, "time_limit_s", may_be_zero=True)
    asked = problem(demand, candidates, existing, radius_m=radius_m)
    rows, weight = asked.open
    before = float(asked.weight[asked.before].sum())
    best = before + float(weight.sum())
    needed = min(share * asked.total, best) - before
    needed = min(_rounded(needed, weight, asked.total), float(weight.sum()))
    chosen, at_least = _at_once(rows, weight, needed, until=until)
    left_s = until - time.perf_counter()
    if len(chosen) > at_least and left_s > 0:
        chosen, at_least = _fewest(rows, weight, needed, chosen, at_least, time_limit_s=left_s)
    order, _ = by_gain(rows, weight, chosen)
    curve = asked.curve(order)
    return Enough(
        sites=asked.labels[order],
        gains=np.diff(curve),
        curve=curve,
        covered=float(curve[-1]),
        total=asked.total,
        wanted=float(share),
        best_share=best / asked.total if asked.total else float("nan"),
        at_least=at_least,
    )


def _rounded(needed: float, weight: Floats, total: float) -> float:
    """What is needed less the rounding of sums; of whole weights the next whole number."""
    least = needed - _EXACT * total
    return float(np.ceil(least)) if is_whole(weight) else least


def _at_once(rows: "csr_array", weight: Floats, needed: float, *, until: float = np.inf) -> tuple[Positions, int]:
    """Sites that reach what is needed, and a number that fewer cannot go below. Each round of swaps does with one less,
    and of a hundred sites takes a second; none begins after `until` (of `time.perf_counter`)."""
    if needed <= 0:
        return np.empty(0, np.int64), 0
    chosen = greedy(rows, weight, rows.shape[0])
    while len(chosen) > 1 and value(rows, weight, chosen[:-1]) >= needed:
        chosen = chosen[:-1]
    at_least = 1
    while len(chosen) > 1 and time.perf_counter() < until:
        fewer = at_once(rows, weight, len(chosen) - 1)
        at_least = max(at_least, int((fewer.bounds < needed * (1 - _EXACT)).sum()))
        if fewer.value < needed:
            break
        chosen = fewer.chosen
    return chosen, min(at_least, len(chosen))


def _fewest(
    rows: "csr_array", weight: Floats, needed: float, chosen: Positions, at_least: int, *, time_limit_s: float
) -> tuple[Positions, int]:
    """What the solver finds within its time, where that is fewer and does reach what is needed."""
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    sites, groups = rows.shape
    scale = 1.0 if is_whole(weight) else 1 / float(weight.mean())
    is_all = needed >= float(weight.sum()) * (1 - _EXACT)
    if is_all:
        matrix, upper = -rows.T.tocsr(), -np.ones(groups)
        cost = np.ones(sites)
    else:
        total = csr_array(np.append(np.zeros(sites), -weight * scale)[None, :])
        matrix = vstack([hstack([-rows.T, eye_array(groups)]), total]).tocsr()
        upper = np.append(np.zeros(groups), -needed * scale)
        cost = np.append(np.ones(sites), np.zeros(groups))
    whole = np.append(np.ones(sites), np.zeros(len(cost) - sites))
    values, dual = solved(cost, matrix, upper, whole, time_limit_s=time_limit_s)
    if np.isfinite(dual):
        at_least = max(at_least, int(np.ceil(dual - 1e-4)))
    if values is not None:
        found = np.flatnonzero(values[:sites] > 0.5)
        if len(found) < len(chosen) and value(rows, weight, found) >= needed:
            chosen = found
    return chosen, min(at_least, len(chosen))
