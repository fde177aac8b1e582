"""Getis-Ord Gi and Gi*: is the sum around a place larger than the whole lets one expect, in standard deviations."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]

_ROUNDING = 64 * np.finfo(np.float64).eps
"""What is left of a variance that is zero, as a share of the squares it was taken from."""


def gi_star(values: npt.ArrayLike, weights: "csr_array") -> Floats:
    """z of Gi* where every row of `weights` holds its own place, of Gi where none does; as many as `values`.

    `values`: n, or n × m (each column on its own: bins of time). With W = Σ w_ij and S = Σ w_ij² of a row, mean x̄ and
    variance s² of all n values, Gi* is (Σ w_ij x_j − W x̄) / √(s² (n S − W²) / (n − 1)). For Gi the own value belongs to
    neither mean nor variance, and n − 1 stands for n. (Ord, J. K., Getis, A. 1995: Local spatial autocorrelation
    statistics: distributional issues and an application. Geographical Analysis 27(4), 286-306, equations 14.2, 14.3.)

    NaN where nothing can be said: all values (for Gi: all others) are equal, everyone is a neighbour, or, for Gi,
    nobody is. Gi* of an island is its own value in standard deviations, no statement about a surrounding.
    Raises `ValueError` for values that are not finite, fewer than three, or weights that are neither.

    >>> from scipy.sparse import csr_array
    >>> line = csr_array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1]])
    >>> gi_star([4, 3, 1, 0], line).round(3).tolist()
    [1.643, 1.265, -1.265, -1.643]
    """
    found = np.asarray(values, dtype=np.float64)
    columns = found.reshape(len(found), -1)
    count = _checked(columns, weights)
    has_self = _has_self(weights)
    row_sum = np.asarray(weights.sum(axis=1), dtype=np.float64)[:, None]
    row_squares = np.asarray((weights * weights).sum(axis=1), dtype=np.float64)[:, None]
    # Values less their mean: the same z, and the squares of large numbers do not swallow their differences.
    apart = columns - columns.mean(axis=0)
    squares = (apart**2).sum(axis=0)
    around = weights @ apart
    if has_self:
        above, variance, others = around, squares / count, count
    else:
        others = count - 1
        mean = -apart / others
        above, variance = around - row_sum * mean, (squares - apart**2) / others - mean**2
    variance = np.where(variance > _ROUNDING * squares / others, variance, np.nan)
    variance = np.where(np.ptp(columns, axis=0) > 0, variance, np.nan)
    spread = (others * row_squares - row_sum**2) / (others - 1)
    spread[spread <= _ROUNDING * others * row_squares] = np.nan
    return (above / np.sqrt(variance * spread)).reshape(found.shape)


def _checked(columns: Floats, weights: "csr_array") -> int:
    count = len(columns)
    if weights.shape != (count, count):
        raise ValueError(f"{count} values need weights of {count} × {count}, not of {weights.shape}")
    if count < 3:
        raise ValueError(f"Gi needs three values at least, not {count}")
    if not np.isfinite(columns).all():
        raise ValueError("Gi needs values that are finite: leave out the rows without one, and out of the weights too")
    return count


def _has_self(weights: "csr_array") -> bool:
    own = weights.diagonal() != 0
    if own.any() and not own.all():
        raise ValueError("weights hold the own place in every row (Gi*) or in none (Gi)")
    return bool(own.all())
