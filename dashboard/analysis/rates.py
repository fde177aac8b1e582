"""Rates of small areas that can be compared: few problems on little ground say less than many on much."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def standardised_rates(counts: npt.ArrayLike, bases: npt.ArrayLike) -> Floats:
    """Counts per base as differences from the whole's rate in standard deviations to be expected of that base.

    Empirical Bayes: z_i = (p_i − b) ÷ √v_i with p_i = n_i ÷ x_i, b = Σn ÷ Σx, v_i = a + b ÷ x_i,
    a = s² − b ÷ mean(x), s² = Σ x_i (p_i − b)² ÷ Σx; a below 0 counts as 0. (Assunção, R. M., Reis, E. A. 1999: A new
    proposal to adjust Moran's I for population density. Statistics in Medicine 18, 2147-2162.) A count alone makes
    every large cell hot, a plain rate every small one with a single problem. All 0 where nothing is counted.
    Raises `ValueError` for a base that is not above 0.

    >>> standardised_rates([4, 1, 0], [2.0, 1.0, 1.0]).round(3).tolist()
    [0.949, -0.224, -1.118]
    """
    n, x = np.asarray(counts, dtype=np.float64), np.asarray(bases, dtype=np.float64)
    if not (x > 0).all():
        raise ValueError("a rate needs a base above 0")
    if not n.any():
        return np.zeros(len(n))
    rate, mean = n / x, float(n.sum() / x.sum())
    spread = float((x * (rate - mean) ** 2).sum() / x.sum())
    between = max(spread - mean / float(x.mean()), 0.0)
    return (rate - mean) / np.sqrt(between + mean / x)
