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

_TENTH = 10
_TIE = 1e-9
"""Sums this near to each other, as a share of the largest value, are equal: adding in another order differs so."""


def permuted_p(
    values: npt.ArrayLike,
    weights: "csr_array",
    *,
    permutations: int = 999,
    seed: int,
    give_up: float = 1.0,
    only: Bools | None = None,
) -> Floats:
    """Two-sided pseudo p of the sum around each place, its own value staying where it is; NaN for islands.

    For Gi, Gi* and local Moran alike, as only that sum varies. Twice the smaller of the two tails, each
    (1 + as extreme or more) ÷ (1 + permutations), at most 1; so nothing is below 2 ÷ (1 + permutations). esda and GeoDa
    give the smaller tail alone. `weights`: equal within a row, as binary or row-standardised ones are; the diagonal is
    left out. One set of draws serves all places, as in GeoDa, so that a seed gives the same answer everywhere.
    Raises `ValueError` for unequal weights.

    A place whose p is above `give_up` after a tenth of the permutations keeps that one: where nothing will be found it
    need not be known exactly (Besag, J., Clifford, P. 1991: Sequential Monte Carlo p-values, Biometrika 78, 301-304).
    All others have what they would have without. `only`: places asked for, NaN elsewhere.

    A draw is a row of k + 1 different places in random order; for a place that is itself among the first k, the last
    one stands in, which leaves k of the others, all choices equally likely. So the sums are the same for all places but
    for a few, and memory is permutations × (most neighbours + 1), whatever the number of places.
    """
    found = np.asarray(values, dtype=np.float64)
    if permutations < 1:
        raise ValueError("at least one permutation")
    around, degree = _sums(found, weights)
    result = np.full(len(found), np.nan)
    asked = (degree > 0) if only is None else (degree > 0) & only
    if not asked.any():
        return result
    drawn = _drawn(len(found), int(degree.max()) + 1, permutations, seed)
    apart = found - found.mean()
    first = permutations // _TENTH
    if give_up < 1 and first:
        result[asked] = _shares(apart, around, degree, asked, drawn[:first])[asked]
        asked &= result <= give_up
    result[asked] = _shares(apart, around, degree, asked, drawn)[asked]
    return result


def _shares(apart: Floats, around: Floats, degree: Ints, asked: Bools, drawn: npt.NDArray[np.int32]) -> Floats:
    """p of the places asked for; of the others, nothing that means anything."""
    size, permutations = len(apart), len(drawn)
    # Nobody asked for needs the draws beyond the most neighbours of those who are.
    drawn = drawn[:, : int(degree[asked].max(initial=0)) + 1]
    worth = apart[drawn]
    sums = np.cumsum(worth, axis=1)
    tie = _TIE * max(float(np.abs(apart).max()), np.finfo(np.float64).tiny)
    above, below = np.zeros(size, np.int64), np.zeros(size, np.int64)
    positions = np.flatnonzero(asked)
    order = positions[np.argsort(degree[positions], kind="stable")]
    counts, begins = np.unique(degree[order], return_index=True)
    for k, chosen in zip(counts, np.split(order, begins[1:]), strict=True):
        ordered = np.sort(sums[:, k - 1])
        above[chosen] = permutations - np.searchsorted(ordered, around[chosen] - tie, side="left")
        below[chosen] = np.searchsorted(ordered, around[chosen] + tie, side="right")
    # The draws a place is itself part of: what was counted for them is taken back, and counted with the stand-in.
    reach = np.where(asked, degree, 0).astype(np.int32)
    flat = np.flatnonzero(np.arange(drawn.shape[1], dtype=np.int32) < reach[drawn])
    own = drawn.ravel()[flat]
    stand_in = flat - flat % drawn.shape[1] + degree[own]
    before = sums.ravel()[stand_in - 1]
    after = before - worth.ravel()[flat] + worth.ravel()[stand_in]
    high, low = around[own] - tie, around[own] + tie
    above += _changed(own, before >= high, after >= high, size)
    below += _changed(own, before <= low, after <= low, size)
    return np.minimum(1.0, 2 * (np.minimum(above, below) + 1) / (permutations + 1))


def _changed(own: npt.NDArray[np.int32], before: Bools, after: Bools, size: int) -> Ints:
    """By how much a count grows when `after` holds in place of `before`."""
    differ = np.flatnonzero(before != after)
    gone = before[differ]
    return np.bincount(own[differ[~gone]], minlength=size) - np.bincount(own[differ[gone]], minlength=size)


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
    if 4 * count > size:
        rows = [rng.permutation(size)[:count] for _ in range(permutations)]
        return np.array(rows, dtype=np.int32)
    # Few of many: draw with repeats, and draw again what a row has had before. Nothing in this tells one place from
    # another, so every row of different places is equally likely.
    chosen = rng.integers(size, size=(permutations, count), dtype=np.int32)
    asked = np.arange(permutations)
    at = np.arange(count, dtype=np.int64)
    while len(asked):
        ordered = np.sort(chosen[asked] * np.int64(count) + at, axis=1)
        place = ordered // count
        row, after = np.nonzero(place[:, 1:] == place[:, :-1])
        again = asked[row], ordered[row, after + 1] % count
        chosen[again] = rng.integers(size, size=len(row), dtype=np.int32)
        asked = asked[np.unique(row)]
    return chosen
