"""p without a bell curve: how often would chance, dealing the values out anew, put as much around a place."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_TIE = 1e-9
"""Sums this near to each other, as a share of the largest value, are equal: adding in another order differs so."""


def permuted_p(values: npt.ArrayLike, weights: "csr_array", *, permutations: int = 999, seed: int) -> Floats:
    """Two-sided pseudo p of the sum around each place, its own value staying where it is; NaN for islands.

    For Gi, Gi* and local Moran alike, as only that sum varies. Twice the smaller of the two tails, each
    (1 + as extreme or more) ÷ (1 + permutations), at most 1; so nothing is below 2 ÷ (1 + permutations). esda and GeoDa
    give the smaller tail alone. `weights`: equal within a row, as binary or row-standardised ones are; the diagonal is
    left out. One set of draws serves all places, as in GeoDa, so that a seed gives the same answer everywhere.
    Raises `ValueError` for unequal weights.

    A draw is a row of k + 1 different places in random order; for a place that is itself among the first k, the last
    one stands in, which leaves k of the others, all choices equally likely. So the sums are the same for all places but
    for a few, and memory is permutations × (most neighbours + 1), whatever the number of places.
    """
    found = np.asarray(values, dtype=np.float64)
    if permutations < 1:
        raise ValueError("at least one permutation")
    around, degree = _sums(found, weights)
    result = np.full(len(found), np.nan)
    asked = np.flatnonzero(degree)
    if not len(asked):
        return result
    apart = found - found.mean()
    drawn = _drawn(len(found), int(degree.max()) + 1, permutations, seed)
    worth = apart[drawn]
    sums = np.cumsum(worth, axis=1)
    tie = _TIE * max(float(np.abs(apart).max()), np.finfo(np.float64).tiny)
    above, below = np.zeros(len(found), np.int64), np.zeros(len(found), np.int64)
    for k in np.unique(degree[asked]):
        chosen, ordered = np.flatnonzero(degree == k), np.sort(sums[:, k - 1])
        above[chosen] = permutations - np.searchsorted(ordered, around[chosen] - tie, side="left")
        below[chosen] = np.searchsorted(ordered, around[chosen] + tie, side="right")
    # The draws a place is itself part of: what was counted for them is taken back, and counted with the stand-in.
    row, column = np.nonzero(np.arange(drawn.shape[1]) < degree[drawn])
    own = drawn[row, column]
    k = degree[own]
    before = sums[row, k - 1]
    after = before - worth[row, column] + worth[row, k]
    above += _changed(own, before >= around[own] - tie, after >= around[own] - tie, len(found))
    below += _changed(own, before <= around[own] + tie, after <= around[own] + tie, len(found))
    result[asked] = np.minimum(1.0, 2 * (np.minimum(above, below)[asked] + 1) / (permutations + 1))
    return result


def _changed(own: npt.NDArray[np.int32], before: Bools, after: Bools, size: int) -> Ints:
    """By how much a count grows when `after` holds in place of `before`."""
    return np.bincount(own[after], minlength=size) - np.bincount(own[before], minlength=size)


def _sums(values: Floats, weights: "csr_array") -> tuple[Floats, Ints]:
    """Sum of the differences from the mean over the neighbours, and their number, each place itself left out."""
    size = len(values)
    if weights.shape != (size, size) or not np.isfinite(values).all():
        raise ValueError("permutations need finite values, and weights of as many rows and columns")
    rows = np.repeat(np.arange(size), np.diff(weights.indptr))
    others = (weights.indices != rows) & (weights.data != 0)
    rows, columns, data = rows[others], weights.indices[others], weights.data[others]
    first = np.zeros(size)
    first[rows] = data
    if not np.allclose(data, first[rows], rtol=1e-12, atol=0):
        raise ValueError("permutations need weights that are equal within a row")
    apart = values - values.mean()
    return np.asarray(np.bincount(rows, apart[columns], size)), np.bincount(rows, minlength=size).astype(np.int64)


@lru_cache(maxsize=4)
def _drawn(size: int, count: int, permutations: int, seed: int) -> npt.NDArray[np.int32]:
    """permutations × count places, different within a row, in random order; kept, as they do not depend on values."""
    rng = np.random.default_rng(seed)
    if count * count > 4 * size:
        rows = [rng.permutation(size)[:count] for _ in range(permutations)]
        return np.array(rows, dtype=np.int32)
    # Few of many: draw with repeats and draw the rows that have one again, which leaves all rows equally likely.
    chosen = rng.integers(size, size=(permutations, count), dtype=np.int32)
    repeats = np.arange(permutations)
    while len(repeats):
        ordered = np.sort(chosen[repeats], axis=1)
        repeats = repeats[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
        chosen[repeats] = rng.integers(size, size=(len(repeats), count), dtype=np.int32)
    return chosen
