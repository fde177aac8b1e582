"""Sites that can serve only so much: what a set of them serves, and which serve most."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis.siting.best import at_once, is_whole
from dashboard.analysis.siting.exact import exclusive, solved
from dashboard.analysis.siting.greedy import columns_of
from dashboard.analysis.siting.incidence import (
    Floats,
    Positions,
    SitingRefused,
    checked_capacities,
    merged,
    reached_by_any,
)
from dashboard.analysis.siting.problem import Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_EXACT = 1e-7
"""Relative: to which the linear programs are solved."""


@dataclass(frozen=True, eq=False)
class Served:
    """As `Siting`, by position."""

    order: Positions
    curve: Floats
    bounds: Floats


def capacities_of(values: "npt.ArrayLike | pd.Series | None", labels: pd.Index) -> Floats:
    """One capacity a site, in the order of its labels; None: no limit. Raises `SitingRefused` where one is missing,
    negative, or there are more or fewer than sites."""
    if values is None:
        return np.full(len(labels), np.inf)
    if isinstance(values, pd.Series):
        values = values.reindex(labels).to_numpy(dtype=np.float64, na_value=np.nan)
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (len(labels),):
        raise SitingRefused("capacity_count", f"{found.size} capacities for {len(labels)} sites")
    return checked_capacities(found)


def with_capacities(
    asked: Problem, n: int, capacity: Floats, existing_capacity: Floats, *, time_limit_s: float
) -> Served:
    """At most `n` candidates that with the existing sites serve most; what is refused see `site_facilities`."""
    from scipy.sparse import vstack

    until = time.perf_counter() + time_limit_s
    free = np.isinf(existing_capacity)
    had = reached_by_any(asked.existing[free]) if free.any() else np.zeros(len(asked.weight), np.bool_)
    base = float(asked.weight[had].sum())
    number = int((~free).sum())
    every = vstack([asked.existing[~free], asked.rows]).tocsr()
    rows, weight = merged(every, asked.weight * ~had)
    network = _Network(rows, weight, np.append(existing_capacity[~free], capacity), number)
    chosen = network.heuristic(n, asked.clash)
    bounds = network.bounds(n)
    left_s = until - time.perf_counter()
    if left_s > 0 and n:
        better, bound = network.optimum(n, asked.clash, time_limit_s=left_s)
        bounds = np.minimum(bounds, bound)
        if better is not None and network.served(better) > network.served(chosen) * (1 + _EXACT):
            chosen = better
    order, values = network.by_gain(chosen)
    curve = base + np.append(values, [values[-1]] * (n + 1 - len(values)))
    bounds = base + bounds
    if bounds[-1] <= curve[-1] * (1 + _EXACT):
        bounds[-1] = curve[-1]
    return Served(order, curve, bounds)


@dataclass(frozen=True, eq=False)
class _Network:
    """Sites (first those that are there anyway, then candidates) and merged demand, to be served in parts."""

    rows: "csr_array"
    weight: Floats
    capacity: Floats
    fixed: int

    @property
    def candidates(self) -> "csr_array":
        return self.rows[self.fixed :]

    @property
    def limits(self) -> Floats:
        """Capacities, none above what the site reaches."""
        return np.minimum(self.capacity, self.rows @ self.weight)

    def served(self, chosen: Positions) -> float:
        """The most that the fixed and these candidates can serve: a maximal flow, as a linear program."""
        sites = np.append(np.arange(self.fixed), np.asarray(chosen, np.int64) + self.fixed)
        rows, limits = self.rows[sites], self.limits[sites]
        if not rows.nnz:
            return 0.0
        site, demand = _pairs(rows)
        flow = np.arange(len(site))
        scale = 1 / float(self.weight.mean())
        matrix = _stacked([_entries(demand, flow, len(self.weight)), _entries(site, flow, len(sites))], len(flow))
        upper = np.append(self.weight, limits) * scale
        values, _ = solved(-np.ones(len(flow)), matrix, upper, np.zeros(len(flow)), time_limit_s=60, most=np.inf)
        if values is None:
            raise ArithmeticError("what the sites serve could not be worked out")
        amount = float(values.sum()) / scale
        return float(np.round(amount)) if is_whole(np.append(self.weight, limits)) else amount

    def heuristic(self, n: int, clash: "csr_array | None") -> Positions:
        """One after the other the site that can serve most of what is left, from the demand fewest can serve."""
        left = self.weight.copy()
        rare = np.bincount(self.rows.indices, minlength=len(left))
        barred = np.zeros(self.candidates.shape[0], np.bool_)

        def take(site: int) -> None:
            mine = columns_of(self.rows, site)
            mine = mine[np.argsort(rare[mine], kind="stable")]
            room = np.clip(self.limits[site] - np.append(0.0, np.cumsum(left[mine])[:-1]), 0, None)
            left[mine] -= np.minimum(left[mine], room)

        for site in range(self.fixed):
            take(site)
        chosen: list[int] = []
        while len(chosen) < min(n, len(barred)):
            gain = np.where(barred, -np.inf, np.minimum(self.limits[self.fixed :], self.candidates @ left))
            best = int(gain.argmax())
            if not gain[best] > 0:
                break
            take(best + self.fixed)
            chosen.append(best)
            barred[best] = True
            if clash is not None:
                barred[columns_of(clash, best)] = True
        return np.array(chosen, np.int64)

    def bounds(self, n: int) -> Floats:
        """k = 0 … n: no k candidates serve more with the fixed ones; the least of what could be reached without
        capacities and of what the largest capacities add."""
        fixed = self.served(np.empty(0, np.int64))
        reached = reached_by_any(self.rows[: self.fixed])
        free = at_once(self.candidates, self.weight * ~reached, n).bounds + float(self.weight[reached].sum())
        largest = np.sort(self.limits[self.fixed :])[::-1][:n]
        adding = np.append(0.0, np.cumsum(np.append(largest, np.zeros(n - len(largest)))))
        return np.minimum(free, fixed + adding)

    def by_gain(self, chosen: Positions) -> tuple[Positions, Floats]:
        """The candidates in order of what each adds, those that add nothing left out, and what is served after none,
        the first, the first two, … What one adds never grows, so an old gain bounds the new one."""
        order: list[int] = []
        values = [self.served(np.empty(0, np.int64))]
        most = {int(one): float(self.limits[one + self.fixed]) for one in np.sort(chosen)}
        while most:
            known: dict[int, float] = {}
            while True:
                best = max(most, key=lambda one: (most[one], -one))
                if best in known:
                    break
                known[best] = self.served(np.array([*order, best]))
                most[best] = known[best] - values[-1]
            if not most[best] > _EXACT * max(values[-1], float(self.weight.mean())):
                break
            order.append(best)
            values.append(known[best])
            del most[best]
        return np.array(order, np.int64), np.array(values)

    def optimum(self, n: int, clash: "csr_array | None", *, time_limit_s: float) -> tuple[Positions | None, float]:
        """max Σ f_id with Σ_i f_id ≤ w_d, Σ_d f_id ≤ c_i x_i, f_id ≤ min(w_d, c_i) x_i, Σ x_i ≤ n, x_i ∈ {0, 1}, and
        x_i = 1 for the fixed; the third follows from the others for x in {0, 1} and makes the bound a good one."""
        site, demand = _pairs(self.rows)
        number, pairs = self.candidates.shape[0], len(site)
        if not (number and pairs):
            return None, np.inf
        scale = 1 / float(self.weight.mean())
        weight, limits = self.weight * scale, self.limits * scale
        flow = number + np.arange(pairs)
        offered = np.flatnonzero(site >= self.fixed)
        each = np.minimum(weight[demand], limits[site])[offered]
        by_site = _entries(site, flow, self.fixed + number)
        opened = (np.arange(number) + self.fixed, np.arange(number), -limits[self.fixed :], self.fixed + number)
        by_pair = _entries(np.arange(len(offered)), flow[offered], len(offered))
        needs = (np.arange(len(offered)), site[offered] - self.fixed, -each, len(offered))
        blocks = [
            _entries(demand, flow, len(weight)),
            _joined(by_site, opened),
            _joined(by_pair, needs),
            _entries(np.zeros(number, np.int64), np.arange(number), 1),
        ]
        upper: list[Floats] = [
            weight,
            np.append(limits[: self.fixed], np.zeros(number)),
            np.zeros(len(offered)),
            np.array([float(n)]),
        ]
        if clash is not None:
            rows = exclusive(clash)
            pair, which = _pairs(rows)
            blocks.append(_entries(pair, which, rows.shape[0]))
            upper.append(np.ones(rows.shape[0]))
        values, dual = solved(
            np.append(np.zeros(number), -np.ones(pairs)),
            _stacked(blocks, number + pairs),
            np.concatenate(upper),
            np.append(np.ones(number), np.zeros(pairs)),
            time_limit_s=time_limit_s,
            most=np.append(np.ones(number), np.full(pairs, np.inf)),
        )
        return (None if values is None else np.flatnonzero(values[:number] > 0.5)), -dual / scale


_Block = tuple[Positions, Positions, Floats, int]
"""Row, column and value of entries, and the number of rows."""


def _pairs(rows: "csr_array") -> tuple[Positions, Positions]:
    return np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)), rows.indices.astype(np.int64)


def _entries(row: Positions, column: Positions, rows: int) -> _Block:
    return row, column, np.ones(len(row)), rows


def _joined(one: _Block, other: _Block) -> _Block:
    row, column = np.append(one[0], other[0]), np.append(one[1], other[1])
    return row, column, np.append(one[2], other[2]), one[3]


def _stacked(blocks: list[_Block], columns: int) -> "csr_array":
    from scipy.sparse import csr_array

    starts = np.cumsum([0, *(block[3] for block in blocks)])
    row = np.concatenate([block[0] + start for block, start in zip(blocks, starts[:-1], strict=True)])
    column = np.concatenate([block[1] for block in blocks])
    value = np.concatenate([block[2] for block in blocks])
    return csr_array((value, (row, column)), shape=(int(starts[-1]), columns))
