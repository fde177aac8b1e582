"""Difference in differences of counts: how much one place changed beyond what others changed, and how surely."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CONFIDENCE = 0.95
HALDANE = 0.5
"""Added to all four counts where one is 0, so that a place that went from many to none has an interval (Haldane, J. B.
S. 1956, Annals of Human Genetics 20, 309-311; Anscombe, F. J. 1956, Biometrika 43, 461-464)."""


@dataclass(frozen=True)
class Overdispersion:
    """How much more counts differ from week to week than chance alone makes them."""

    factor: float
    """φ: variance ÷ mean, at least 1."""
    freedom: int
    """Degrees of freedom behind it; 0: none, and φ is 1."""


@dataclass(frozen=True, eq=False)
class Difference:
    """Ratio of ratios with its interval; arrays as long as there are places."""

    effect: Floats
    low: Floats
    high: Floats
    least_expected: Floats
    """The smallest of the four counts as it would be if nothing but the whole had changed."""


def overdispersion(*periods: Ints) -> Overdispersion:
    """φ of counts by place × week, one table a period, as in quasi-Poisson regression: Pearson's χ² ÷ its degrees of
    freedom (McCullagh, P., Nelder, J. A. 1989: Generalized linear models, 2nd ed., 4.5.2 and 6.2.3).

    χ² is that of independence within each period, so that a week that was busy everywhere (rain, a holiday) and a
    place that is always busy count for nothing: neither touches the ratio of ratios. φ below 1 counts as 1. One φ
    serves all places: over all of them the interval holds the truth in 95 to 98 %, but where clumps grow with the
    place (variance by the square of the mean) it is wide for small places and narrow for the largest.
    """
    chi_squared, freedom = 0.0, 0
    for table in periods:
        kept = table[table.sum(axis=1) > 0]
        kept = kept[:, kept.sum(axis=0) > 0].astype(np.float64)
        if min(kept.shape) < 2:
            continue
        expected = kept.sum(axis=1, keepdims=True) * kept.sum(axis=0, keepdims=True) / kept.sum()
        chi_squared += float(((kept - expected) ** 2 / expected).sum())
        freedom += (kept.shape[0] - 1) * (kept.shape[1] - 1)
    return Overdispersion(max(chi_squared / freedom, 1.0) if freedom else 1.0, freedom)


def usual_spread(before: Ints, after: Ints, control: npt.NDArray[np.bool_]) -> Overdispersion:
    """φ of places × weeks before and after: from week to week within each period, or of how differently the control
    places, where nothing was done, changed from period to period, whichever is larger.

    Weeks alone would call a lasting change of one place an effect, though places change for many reasons; it is the
    spread among places that a comparison of places has to be held against (Bertrand, M., Duflo, E., Mullainathan, S.
    2004: How much should we trust differences-in-differences estimates? Quarterly Journal of Economics 119, 249-275).
    With a single control place nobody can see it.
    """
    weekly = overdispersion(before, after)
    lasting = overdispersion(np.column_stack([before[control].sum(axis=1), after[control].sum(axis=1)]))
    return lasting if lasting.factor > weekly.factor else weekly


def difference(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    control_before: npt.ArrayLike,
    control_after: npt.ArrayLike,
    spread: Overdispersion,
) -> Difference:
    """effect = (b ÷ a) ÷ (d ÷ c) of counts a before and b after, against c and d; and its interval of `CONFIDENCE`.

    log effect ± t √(φ (1/a + 1/b + 1/c + 1/d)): the interaction of place and time in a Poisson regression of the four
    counts and its large-sample variance (McCullagh and Nelder 1989, 6.2), times φ as for quasi-likelihood (9.2); t is
    Student's with the degrees of freedom of φ, the normal one where there are none. `HALDANE` where a count is 0.

    >>> one = difference([40], [20], [100], [100], Overdispersion(1.0, 0))
    >>> [round(float(value[0]), 3) for value in (one.effect, one.low, one.high)]
    [0.5, 0.273, 0.915]
    """
    from scipy.special import ndtri, stdtrit

    counts = np.stack(np.broadcast_arrays(before, after, control_before, control_after)).astype(np.float64)
    a, b, c, d = counts
    total = counts.sum(axis=0)
    with np.errstate(invalid="ignore"):
        least = np.minimum(a + b, c + d) * np.minimum(a + c, b + d) / total
    a, b, c, d = counts + HALDANE * (counts == 0).any(axis=0)
    effect = (b * c) / (a * d)
    tail = (1 + CONFIDENCE) / 2
    wide = stdtrit(spread.freedom, tail) if spread.freedom else ndtri(tail)
    reach = wide * np.sqrt(spread.factor * (1 / a + 1 / b + 1 / c + 1 / d))
    return Difference(effect, effect * np.exp(-reach), effect * np.exp(reach), np.nan_to_num(least))
