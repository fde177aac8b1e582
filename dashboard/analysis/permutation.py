"""p without a bell curve: how often would chance, dealing the values out anew, put as much around a place."""

from dataclasses import dataclass
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
    size, most = len(found), int(degree.max(initial=0))
    result = np.full(size, np.nan)
    if most == 0:
        return result
    apart = found - found.mean()
    places = _drawn(size, most + 1, permutations, np.random.default_rng(seed))
    worth = apart[places]
    draws = _Draws(places, worth, np.cumsum(worth, axis=1))
    tie = _TIE * max(float(np.abs(apart).max()), np.finfo(np.float64).tiny)
    for k in np.unique(degree[degree > 0]):
        chosen = np.flatnonzero(degree == k)
        result[chosen] = draws.two_sided_p(chosen, around[chosen], int(k), tie)
    return result


@dataclass(frozen=True, eq=False)
class _Draws:
    """Who was drawn, what each is worth, and the sum of the first k, by draw."""

    places: Ints
    worth: Floats
    sums: Floats

    def two_sided_p(self, chosen: Ints, around: Floats, k: int, tie: float) -> Floats:
        """p of the chosen places, all with k neighbours."""
        sums, permutations = self.sums[:, k - 1], len(self.sums)
        ordered = np.sort(sums)
        above = permutations - np.searchsorted(ordered, around - tie, side="left")
        below = np.searchsorted(ordered, around + tie, side="right")
        # The draws a place is itself part of: what was counted for them is taken back, and counted with the stand-in.
        position = np.full(int(self.places.max()) + 1, -1)
        position[chosen[chosen < len(position)]] = np.flatnonzero(chosen < len(position))
        row, column = np.nonzero(position[self.places[:, :k]] >= 0)
        own = position[self.places[row, column]]
        before, limit = sums[row], around[own]
        after = before - self.worth[row, column] + self.worth[row, k]

        def corrected(counts: Ints, then: Bools, now: Bools) -> Ints:
            return counts + np.bincount(own[now], minlength=len(counts)) - np.bincount(own[then], minlength=len(counts))

        above = corrected(above, before >= limit - tie, after >= limit - tie)
        below = corrected(below, before <= limit + tie, after <= limit + tie)
        return np.asarray(np.minimum(1.0, 2 * (np.minimum(above, below) + 1) / (permutations + 1)))


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


def _drawn(size: int, count: int, permutations: int, rng: np.random.Generator) -> Ints:
    """permutations × count places, different within a row, in random order."""
    if count * count > 4 * size:
        chosen: Ints = np.empty((permutations, count), np.int64)
        for row in range(permutations):
            chosen[row] = rng.choice(size, count, replace=False)
        return chosen
    # Few of many: draw with repeats and draw the rows that have one again, which leaves all rows equally likely.
    chosen = rng.integers(size, size=(permutations, count))
    while True:
        ordered = np.sort(chosen, axis=1)
        repeats = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
        if not len(repeats):
            return chosen
        chosen[repeats] = rng.integers(size, size=(len(repeats), count))
