"""What has become of hot and cold spots over time: the categories of emerging hot spot analysis."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dashboard.analysis.mann_kendall import MannKendall, mann_kendall
from dashboard.analysis.significance import false_discovery, two_sided_p

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NONE = "none"
KINDS = (
    "new",
    "consecutive",
    "intensifying",
    "persistent",
    "diminishing",
    "sporadic",
    "oscillating",
    "historical",
)
CATEGORIES = (NONE, *(f"{kind}_{side}" for side in ("hot", "cold") for kind in KINDS))

ALPHA = 0.05
MOST = 0.9
"""Share of the steps from which a place is hot "for ninety percent of the time-step intervals"."""
RUN = 2
"""Steps at the end from which a run is consecutive; a run of one is new."""
LAGS = 1
"""Steps before its own that belong to a bin's neighbourhood: sfdep's default `k`, and the tool's "neighborhood time
step" of one."""


def space_time_gi_star(values: npt.ArrayLike, weights: "csr_array", *, lags: int = LAGS) -> Floats:
    """z of Gi* of every place and step: a bin's neighbours are its neighbours in space, at its step and `lags` before.

    `values`: n × T, oldest first. `weights`: n × n, each row with its own place. Mean and variance are of all n × T
    bins, so that a step in which everything rises is hot everywhere. The first steps have fewer neighbours.

    The same as `gi.gi_star` of all bins in one column with the weights of the whole cube (tested), which would have
    (lags + 1) × T × as many entries.

    NaN where all bins are equal. Raises `ValueError` for values or weights that do not go together.
    """
    cube = np.asarray(values, dtype=np.float64)
    if cube.ndim != 2 or weights.shape != (len(cube), len(cube)) or not np.isfinite(cube).all():
        raise ValueError(f"finite values of n × T and weights of n × n, not {cube.shape} and {weights.shape}")
    if not (weights.diagonal() != 0).all():
        raise ValueError("Gi* needs weights that hold the own place in every row")
    apart = cube - cube.mean()
    in_space = weights @ apart
    around = in_space.copy()
    for lag in range(1, min(lags, cube.shape[1] - 1) + 1):
        around[:, lag:] += in_space[:, :-lag]
    steps = np.minimum(np.arange(cube.shape[1]), lags) + 1
    row_sum = np.asarray(weights.sum(axis=1))[:, None] * steps
    row_squares = np.asarray((weights * weights).sum(axis=1))[:, None] * steps
    variance = (apart**2).mean() if np.ptp(cube) > 0 else np.nan
    spread = (cube.size * row_squares - row_sum**2) / (cube.size - 1)
    spread[spread <= 1e-12 * row_squares] = np.nan
    return np.asarray(around / np.sqrt(variance * spread))


def bins(z: npt.ArrayLike, *, alpha: float = ALPHA, with_fdr: bool = True) -> tuple[Bools, Bools]:
    """Which of the bins `z` are hot, and which are cold; neither where NaN. As in `emerging`."""
    scores = np.asarray(z, dtype=np.float64)
    p = two_sided_p(scores)
    significant = p <= (false_discovery(p, alpha) if with_fdr else alpha)
    return significant & (scores > 0), significant & (scores < 0)


def emerging(
    z: npt.ArrayLike, *, alpha: float = ALPHA, with_fdr: bool = True, trend: MannKendall | None = None
) -> npt.NDArray[np.int8]:
    """Position in `CATEGORIES` of each row of `z`: Gi* of n places × T steps, oldest first.

    A bin is hot (cold) where z is above (below) 0 and p significant at `alpha`, with `with_fdr` for all bins together.
    A place that is hot, and likewise cold with "hot" and "cold" changed over and falling for rising:

    - new: hot at the last step, and never before;
    - consecutive: hot at the last steps, two or more without a break, and never before them; in less than 90 % of all;
    - intensifying: hot in at least 90 % of the steps, the last one among them, and z rises;
    - persistent: the same, and z neither rises nor falls;
    - diminishing: the same, and z falls;
    - sporadic: hot at the last step and at earlier ones, on and off; in less than 90 %; never cold;
    - oscillating: hot at the last step, cold at an earlier one; hot in less than 90 %;
    - historical: neither hot nor cold at the last step, but hot in at least 90 % of the steps.

    Rising and falling: Mann-Kendall on z, significant at `alpha`; `trend` where it is known already. (Esri, ArcGIS Pro
    3, "How Emerging Hot Spot Analysis works", learnmoreemerging.htm; also behind sfdep 0.2 and PyEhsa 0.1.) Where that
    page lets two answers stand, one is taken: a place cold before is oscillating, not new or consecutive (as sfdep);
    a place no longer hot at the last step is historical, not persistent, and one that has turned cold is oscillating,
    not historical (as sfdep); one hot now and then but not at the last step is none (the page before version 3, and
    sfdep, call it sporadic).
    """
    scores = np.atleast_2d(np.asarray(z, dtype=np.float64))
    hot, cold = bins(scores, alpha=alpha, with_fdr=with_fdr)
    found = mann_kendall(scores) if trend is None else trend
    direction = np.where(found.p <= alpha, np.sign(found.z), 0)
    kinds = np.zeros(len(scores), np.int8)
    for begin, spots, others, way in ((1, hot, cold, direction), (1 + len(KINDS), cold, hot, -direction)):
        kind = _kinds(spots, others, way)
        kinds[kind >= 0] = begin + kind[kind >= 0]
    return kinds


def _kinds(hot: Bools, cold: Bools, way: Floats) -> npt.NDArray[np.int8]:
    """Position in `KINDS`, -1: none of them. Every place has at most one, and none has one of both sides."""
    places, steps = hot.shape
    times = hot.sum(axis=1)
    if not steps:
        return np.full(places, -1, np.int8)
    last, was_cold = hot[:, -1], cold.any(axis=1)
    # A share as a count: 0.9 × 10 steps are nine, whatever the last bit says.
    is_most = times >= np.ceil(MOST * steps - 1e-9)
    run = np.where(hot.all(axis=1), steps, np.argmin(hot[:, ::-1], axis=1))
    less = last & ~is_most
    only_run = less & ~was_cold & (run == times)
    conditions = [
        only_run & (run < RUN),
        only_run & (run >= RUN),
        is_most & last & (way > 0),
        is_most & last & (way == 0),
        is_most & last & (way < 0),
        less & ~was_cold & (run < times),
        less & was_cold,
        is_most & ~last & ~cold[:, -1],
    ]
    return np.select(conditions, list(range(len(KINDS))), default=-1).astype(np.int8)
