"""Which of the existing sites to close with the least loss."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.analysis.siting.best import in_time, is_best
from dashboard.analysis.siting.greedy import columns_of, counts
from dashboard.analysis.siting.incidence import Floats, Places, Positions, checked_length, checked_number
from dashboard.analysis.siting.problem import Problem, problem


@dataclass(frozen=True, eq=False)
class Closing:
    """Sites to close, and what is known of any other choice. Sums are of the demand's `weight`."""

    sites: pd.Index
    """Labels of the sites to close, what loses least first."""
    losses: Floats
    """What each loses when those before it are closed."""
    covered: float
    """Within reach of what stays."""
    before: float
    """Within reach of all."""
    bound: float
    """No choice loses less; never above `loss`."""
    total: float

    @property
    def loss(self) -> float:
        """What is out of reach that was not before."""
        return self.before - self.covered

    @property
    def is_optimal(self) -> bool:
        """Is it proven that no choice loses less."""
        return self.loss <= self.bound


def least_loss(
    demand: gpd.GeoDataFrame, existing: Places, *, n: int, radius_m: float, time_limit_s: float = 1.0
) -> Closing:
    """The `n` existing sites without which least weight goes out of reach; all of them where there are no more.

    The sites that stay are the maximal covering of as many (`site_facilities`), so it is answered likewise: at once,
    and in the time given by HiGHS. Of equal sites the earlier ones stay. Inputs and what is refused as there.
    """
    checked_number(n)
    checked_length(time_limit_s, "time_limit_s", may_be_zero=True)
    asked = problem(demand, existing, existing.iloc[:0], radius_m=radius_m)
    rows, weight = asked.open
    number = min(n, len(asked.labels))
    stay = len(asked.labels) - number
    best = in_time(rows, weight, stay, time_limit_s=time_limit_s)
    rest = np.setdiff1d(np.arange(len(asked.labels)), best.chosen)
    closed = _by_loss(asked, rest[len(rest) - number :])
    before, after = _covered(asked, closed[:0]), _covered(asked, closed)
    steps = np.array([_covered(asked, closed[:k]) for k in range(number + 1)])
    is_proven = is_best(best.value, float(best.bounds[-1]), weight)
    loss = before - after
    bound = loss if is_proven else min(max(before - float(best.bounds[-1]), 0.0), loss)
    return Closing(asked.labels[closed], -np.diff(steps), after, before, bound, asked.total)


def _by_loss(asked: Problem, closed: Positions) -> Positions:
    """Of these, always the one next whose closing loses least then; the first of equals."""
    times = counts(asked.rows, np.arange(asked.rows.shape[0]))
    left, order = [int(one) for one in closed], []
    while left:
        alone = asked.weight * (times == 1)
        losses = [float(alone[columns_of(asked.rows, one)].sum()) for one in left]
        order.append(left.pop(int(np.argmin(losses))))
        times[columns_of(asked.rows, order[-1])] -= 1
    return np.array(order, np.int64)


def _covered(asked: Problem, closed: Positions) -> float:
    stays = np.setdiff1d(np.arange(asked.rows.shape[0]), closed)
    return float(asked.weight[counts(asked.rows, stays) > 0].sum())
