"""Is a series rising or falling, whatever its shape: the Mann-Kendall test, for many series at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MIN_STEPS = 10
"""Fewer steps than this and z is no normal value: Kendall 1975 puts the limit of the approximation at 10, as does
Gilbert 1987, section 16.4.2; shorter series would need the exact table."""

_BYTE = 127
_AT_ONCE = 1_000_000


@dataclass(frozen=True, eq=False)
class MannKendall:
    """The test of each row; arrays as long as there are rows, NaN where a row holds NaN or one step only."""

    s: Floats
    """Pairs of steps that rise less those that fall."""
    variance: Floats
    """Of s if there were no trend, less for ties."""
    z: Floats
    """s less 1 towards zero, in standard deviations; 0 where all values are equal."""
    p: Floats
    """Two-sided, of the normal distribution: valid from `MIN_STEPS` steps on."""
    slope: Floats | None
    """Sen's slope, change a step: the median of all pairs; None: not asked for."""


def mann_kendall(series: npt.ArrayLike, *, with_slope: bool = False) -> MannKendall:
    """The Mann-Kendall test of each row of `series` (n × T, oldest first; or one series of T), ties corrected.

    S = Σ_{i<j} sign(x_j − x_i); Var S = (T(T−1)(2T+5) − Σ t(t−1)(2t+5)) / 18 over groups of t equal values; Z = (S ∓ 1)
    / √Var S. (Mann, H. B. 1945: Nonparametric tests against trend. Econometrica 13, 245-259; Kendall, M. G. 1975: Rank
    correlation methods; Gilbert, R. O. 1987: Statistical methods for environmental pollution monitoring, 16.4. The
    slope: Sen, P. K. 1968, Journal of the American Statistical Association 63, 1379-1389.)

    Steps are taken as independent: where each holds part of the one before (a moving sum), p is too small.

    >>> found = mann_kendall([1, 2, 2, 4, 5], with_slope=True)
    >>> found.s.tolist(), found.slope.tolist()
    ([9.0], [1.0])
    """
    rows = np.atleast_2d(np.asarray(series, dtype=np.float64))
    usable = np.isfinite(rows).all(axis=1) & (rows.shape[1] > 1)
    chosen = rows[usable]
    tied_pairs, tied_variance = _ties(chosen)
    steps = rows.shape[1]
    pairs = steps * (steps - 1) // 2
    s = 2 * _rising(chosen) - pairs + tied_pairs
    variance = (steps * (steps - 1) * (2 * steps + 5) - tied_variance) / 18
    z = np.sign(s) * np.maximum(np.abs(s) - 1, 0) / np.sqrt(np.where(variance > 0, variance, 1))

    def spread(values: npt.NDArray[np.generic]) -> Floats:
        whole = np.full(len(rows), np.nan)
        whole[usable] = values
        return whole

    return MannKendall(
        s=spread(s),
        variance=spread(variance),
        z=spread(z),
        p=spread(_two_sided(z)),
        slope=spread(sen_slope(chosen)) if with_slope else None,
    )


def sen_slope(rows: npt.ArrayLike) -> Floats:
    """Median of (x_j − x_i) / (j − i) over all pairs of steps, by row of n × T."""
    values = np.atleast_2d(np.asarray(rows, dtype=np.float64))
    steps = values.shape[1]
    pairs = steps * (steps - 1) // 2
    slopes = np.empty(len(values))
    chunk = max(_AT_ONCE // max(pairs, 1), 1)
    room = np.empty((min(chunk, len(values)), pairs))
    for begin in range(0, len(values), chunk):
        part = values[begin : begin + chunk]
        found, at = room[: len(part)], 0
        for apart in range(1, steps):
            here = found[:, at : at + steps - apart]
            np.subtract(part[:, apart:], part[:, :-apart], out=here)
            here /= apart
            at += steps - apart
        slopes[begin : begin + chunk] = _medians(found)
    return slopes


def _medians(rows: Floats) -> Floats:
    """As `np.median` by row, which looks at every value once more for NaN."""
    middle = rows.shape[1] // 2
    if rows.shape[1] % 2:
        rows.partition(middle, axis=1)
        return rows[:, middle]
    rows.partition((middle - 1, middle), axis=1)
    return (rows[:, middle - 1] + rows[:, middle]) / 2


def _rising(rows: Floats) -> npt.NDArray[np.int64]:
    """Pairs of steps that rise, by row."""
    # Steps as rows, so that a comparison runs over memory as it lies; summed up in bytes as long as they hold.
    steps = np.ascontiguousarray(rows.T)
    total = np.zeros(len(rows), np.int64)
    for at in range(1, len(steps)):
        for begin in range(0, at, _BYTE):
            rises = steps[at] > steps[begin : min(begin + _BYTE, at)]
            total += np.add.reduce(rises.view(np.int8), axis=0, dtype=np.int8)
    return total


def _ties(rows: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of equal values, and Σ t(t−1)(2t+5), by row."""
    # Steps as rows, as in `_rising`. How many equal values lie before each one of its group, 0, 1, … t−1, and what each
    # further member adds to the sums: f(t) − f(t−1) with t one more than those before.
    ordered = np.ascontiguousarray(np.sort(rows, axis=1).T)
    equal = ordered[1:] == ordered[:-1]
    before, pairs, weighed = (np.zeros(len(rows), np.int64) for _ in range(3))
    for same in equal[equal.any(axis=1).argmax() :] if equal.any() else ():
        before = (before + 1) * same
        pairs += before
        weighed += before * (before + 2)
    return pairs, 6 * weighed


def _two_sided(z: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(z)))
