"""The optimum, or how far from it one can be, by HiGHS on sparse rows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.analysis.siting.incidence import Floats, Positions

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_MEAN_COST = 100.0
"""HiGHS stops at an absolute gap of 1e-6, so weights must not be tiny; whole numbers are left as they are."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a solver gave within its time."""

    chosen: Positions | None
    bound: float
    """No solution has a better value; infinite where it has not come so far."""


def most_covered(
    rows: "csr_array", weight: Floats, n: int, *, time_limit_s: float, clash: "csr_array | None" = None
) -> Found:
    """The maximal covering location problem (Church, R., ReVelle, C. 1974: The maximal covering location problem,
    Papers of the Regional Science Association 32, 101-118):

        max Σ_d w_d y_d   with   y_d ≤ Σ_{i reaches d} x_i,   Σ_i x_i ≤ n,   x_i ∈ {0, 1},   0 ≤ y_d ≤ 1,

    and x_i + x_j ≤ 1 for each pair of `clash`. The bound is the solver's dual bound, exact to its tolerances.
    """
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    sites, groups = rows.shape
    if not (sites and groups and n):
        return Found(np.empty(0, np.int64), 0.0)
    is_whole = bool((weight == np.round(weight)).all())
    scale = 1.0 if is_whole else _MEAN_COST / float(weight.mean())
    blocks = [
        hstack([-rows.T, eye_array(groups)]),
        csr_array((np.ones(sites), np.arange(sites), [0, sites]), shape=(1, sites + groups)),
    ]
    upper = np.append(np.zeros(groups), float(n))
    if clash is not None and clash.nnz:
        apart = exclusive(clash)
        blocks.append(hstack([apart, csr_array((apart.shape[0], groups))]))
        upper = np.append(upper, np.ones(apart.shape[0]))
    cost = np.append(np.zeros(sites), -weight * scale)
    whole = np.append(np.ones(sites), np.zeros(groups))
    values, dual = solved(cost, vstack(blocks).tocsr(), upper, whole, time_limit_s=time_limit_s)
    bound = -dual / scale
    if is_whole and np.isfinite(bound):
        bound = float(np.floor(bound + 1e-4))
    return Found(None if values is None else np.flatnonzero(values[:sites] > 0.5), bound)


def exclusive(clash: "csr_array") -> "csr_array":
    """Rows of sites of which one at most may be had, for every pair of `clash` at least one row: each pair."""
    from scipy.sparse import csr_array

    one, other = clash.nonzero()
    one, other = one[one < other], other[one < other]
    pair = np.arange(len(one))
    return csr_array(
        (np.ones(2 * len(one)), (np.append(pair, pair), np.append(one, other))), shape=(len(one), clash.shape[0])
    )


def solved(
    cost: Floats,
    rows: "csr_array",
    upper: Floats,
    is_whole: Floats,
    *,
    time_limit_s: float,
    most: Floats | float = 1.0,
) -> tuple[Floats | None, float]:
    """Least cost with rows · v ≤ upper and 0 ≤ v ≤ most: the values (None: none found in the time) and a proven lower
    bound of the cost (−inf: none)."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        cost,
        constraints=LinearConstraint(rows, -np.inf, upper),
        bounds=Bounds(0, most),
        integrality=is_whole,
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    dual = found.mip_dual_bound
    if dual is None and found.status == 0:
        dual = found.fun
    return found.x, -np.inf if dual is None or np.isnan(dual) else float(dual)
