"""How surely a z differs from chance: p, false discoveries among many, and the classes a map shows."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVELS = (0.10, 0.05, 0.01)
"""Shares of error of the classes ±1, ±2, ±3: 90, 95 and 99 %."""


def two_sided_p(z: npt.ArrayLike) -> Floats:
    """Chance of a standard normal value at least as far from 0; NaN of NaN."""
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(np.asarray(z, dtype=np.float64))))


def false_discovery(p: npt.ArrayLike, alpha: float) -> float:
    """The largest p still to be called significant, so that of all that are called so a share of `alpha` is expected
    to be false; NaN are left out. `alpha` ÷ n where nothing is significant, `alpha` where there is nothing.

    Benjamini, Y., Hochberg, Y. 1995, Journal of the Royal Statistical Society B 57, 289-300; for maps Caldas de
    Castro, M., Singer, B. H. 2006, Geographical Analysis 38, 180-208.

    >>> false_discovery([0.001, 0.02, 0.04, 0.8], 0.05)
    0.025
    """
    ordered = np.sort(np.asarray(p, dtype=np.float64).ravel())
    ordered = ordered[~np.isnan(ordered)]
    if not len(ordered):
        return alpha
    thresholds = np.arange(1, len(ordered) + 1) * alpha / len(ordered)
    below = np.flatnonzero(ordered <= thresholds)
    return float(thresholds[below[-1]] if len(below) else thresholds[0])


def classes(z: npt.ArrayLike, p: npt.ArrayLike | None = None, *, with_fdr: bool = True) -> npt.NDArray[np.int8]:
    """−3 … 3: cold and hot at 99 (±3), 95 (±2) and 90 % (±1), 0: not significant, or no z. As many as `z`.

    `p`: two-sided, by default of the normal distribution. `with_fdr`: a level holds for all cells together
    (`false_discovery`, each column of n × m on its own), not for each alone.
    """
    z = np.asarray(z, dtype=np.float64)
    p = two_sided_p(z) if p is None else np.asarray(p, dtype=np.float64)
    found = np.zeros(z.shape, np.int8)
    if z.ndim == 2 and with_fdr:
        for column in range(z.shape[1]):
            found[:, column] = classes(z[:, column], p[:, column])
        return found
    for level, alpha in enumerate(LEVELS, start=1):
        threshold = false_discovery(p, alpha) if with_fdr else alpha
        found[p <= threshold] = level
    return np.where(np.isnan(z), 0, found * np.sign(np.nan_to_num(z))).astype(np.int8)
