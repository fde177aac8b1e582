"""Where to build: at most n of the candidates, so that most is within reach of a site."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis.siting.best import in_time, is_best
from dashboard.analysis.siting.capacity import capacities_of, with_capacities
from dashboard.analysis.siting.greedy import by_gain
from dashboard.analysis.siting.incidence import Floats, Places, Positions, checked_length, checked_number
from dashboard.analysis.siting.problem import Problem, problem


@dataclass(frozen=True, eq=False)
class Siting:
    """Proposed sites and what is known of any other choice. Sums are of the demand's `weight`."""

    sites: pd.Index
    """Labels of the chosen candidates, what adds most first; fewer than n where more would add nothing."""
    gains: Floats
    """What each of `sites` adds to the existing ones and those before it."""
    covered: float
    """Within reach of an existing or a chosen site; with capacities, what they can serve."""
    bound: float
    """No choice covers more; never below `covered`."""
    curve: Floats
    """Covered with the first k = 0 … n of `sites`; level from the last one on."""
    bounds: Floats
    """k = 0 … n: no k candidates cover more. The best k sites need not be the first k of `sites`."""
    total: float
    """All demand."""

    @property
    def is_optimal(self) -> bool:
        """Is it proven that no choice covers more."""
        return self.covered >= self.bound

    @property
    def before(self) -> float:
        """Covered by the existing sites alone."""
        return float(self.curve[0])


def site_facilities(
    demand: gpd.GeoDataFrame,
    candidates: Places,
    existing: Places,
    *,
    n: int,
    radius_m: float,
    time_limit_s: float,
    min_spacing_m: float = 0.0,
    capacities: npt.ArrayLike | pd.Series | None = None,
    existing_capacities: npt.ArrayLike | pd.Series | None = None,
) -> Siting:
    """The at most `n` candidates that, with the existing sites, have most weight within `radius_m` (straight line).

    `demand`: `weight` (≥ 0), points, or polygons, which stand at a representative point inside them; `candidates`,
    `existing`: points; all in one CRS in metres. This is the maximal covering location problem with fixed sites
    (Church, R., ReVelle, C. 1974, Papers of the Regional Science Association 32, 101-118):

        max Σ_d w_d y_d   with   y_d ≤ Σ_{i: |i − d| ≤ radius} x_i,   Σ_i x_i ≤ n,   x_i ∈ {0, 1}.

    At once there is greedy adding with swaps, with a bound from prices on the demand (`prices.priced`); in what is left
    of `time_limit_s` HiGHS looks for the optimum or lowers the bound. With 0 the answer is the one had at once. The
    same question has the same answer (the first of equal candidates) unless the solver's time ran out.

    `min_spacing_m`: chosen sites are at least so far from each other and from every existing one, as a spacing in a
    standard is between any two; candidates too near to an existing site are not considered.

    `capacities` (by candidate: a Series with its labels, or in its order; infinite: no limit) and
    `existing_capacities` (likewise; None: the existing ones serve all within reach): the weight a site can serve.
    Demand may then be shared out over any sites within the radius, not only the nearest, in parts; `covered` is the
    most that can be served so (the capacitated problem with divisible demand: Current, J., Storbeck, J. 1988,
    Environment and Planning B 15(2), 153-163).

    Raises `SitingRefused` (a `ValueError` with a `code`) for a CRS that is missing, not in metres, or not the same; for
    weights or capacities that are missing, negative or (weights) infinite; for missing geometry, sites that are no
    points, labels that stand twice, and for n, radius, spacing or time below what makes sense.
    """
    checked_number(n)
    checked_length(time_limit_s, "time_limit_s", may_be_zero=True)
    asked = problem(demand, candidates, existing, radius_m=radius_m, min_spacing_m=min_spacing_m)
    if capacities is None and existing_capacities is None:
        order, curve, bounds = _unlimited(asked, n, time_limit_s)
    else:
        limits = capacities_of(capacities, candidates.index)[asked.positions]
        there = capacities_of(existing_capacities, existing.index)
        served = with_capacities(asked, n, limits, there, time_limit_s=time_limit_s)
        order, curve, bounds = served.order, served.curve, served.bounds
    bounds = np.maximum(bounds, curve)
    return Siting(
        sites=asked.labels[order],
        gains=np.diff(curve)[: len(order)],
        covered=float(curve[-1]),
        bound=float(bounds[-1]),
        curve=curve,
        bounds=bounds,
        total=asked.total,
    )


def _unlimited(asked: Problem, n: int, time_limit_s: float) -> tuple[Positions, Floats, Floats]:
    """Sites in order of gain, the curve, and bounds of it."""
    rows, weight = asked.open
    choice = in_time(rows, weight, n, time_limit_s=time_limit_s, clash=asked.clash)
    order, _ = by_gain(rows, weight, choice.chosen)
    curve = asked.curve(order, length=n + 1)
    bounds = choice.bounds.copy()
    if is_best(choice.value, float(bounds[-1]), weight):
        bounds[-1] = 0.0  # what is covered is a bound by itself
    return order, curve, curve[0] + bounds
