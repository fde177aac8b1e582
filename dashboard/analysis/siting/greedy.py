"""Sites one by one by what each adds, then swaps while one helps: nearly the best, at once."""

from typing import TYPE_CHECKING

import numpy as np

from dashboard.analysis.siting.incidence import Bools, Floats, Positions

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_LEAST = 1e-12
"""Of all weight: a gain below this is rounding."""


def greedy(rows: "csr_array", weight: Floats, n: int, *, clash: "csr_array | None" = None) -> Positions:
    """At most `n` sites, each the one that adds most to those before it; the first of equals. Sites that add nothing
    are not taken. `clash`: sites × sites, 1 where two may not both be had (the diagonal does not matter)."""
    return filled(rows, weight, np.empty(0, np.int64), n, clash)


def improved(
    rows: "csr_array", weight: Floats, chosen: Positions, n: int, *, clash: "csr_array | None" = None
) -> Positions:
    """The choice after the best swap of one site for another, and again until none helps (vertex substitution:
    Teitz, M. B., Bart, P. 1968, Operations Research 16(5), 955-961; with greedy adding first it is the GAS of
    Church and ReVelle 1974). Every swap covers more, so it ends; the first of equal swaps is made."""
    least = _LEAST * float(weight.sum())
    site = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    while len(chosen):
        change = _swaps(rows, weight, chosen, site)
        change[~_allowed(clash, chosen, rows.shape[0])] = -np.inf
        best = int(change.argmax())
        if not change.flat[best] > least:
            break
        coming, going = divmod(best, len(chosen))
        kept = np.append(np.delete(chosen, going), coming)
        chosen = filled(rows, weight, kept, n, clash)
    return chosen


def by_gain(rows: "csr_array", weight: Floats, chosen: Positions) -> tuple[Positions, Floats]:
    """The chosen sites in order of what each adds to those before it, and what it adds; those that add nothing are
    left out. What a site adds never grows as others are added, so the gains fall."""
    chosen = np.sort(chosen)
    order = filled(rows[chosen], weight, np.empty(0, np.int64), len(chosen), None)
    taken, gains = np.zeros(rows.shape[1], np.bool_), np.zeros(len(order))
    for at, one in enumerate(chosen[order]):
        new = columns_of(rows, one)
        gains[at] = weight[new[~taken[new]]].sum()
        taken[new] = True
    return chosen[order], gains


def columns_of(rows: "csr_array", site: int) -> Positions:
    """What one site reaches."""
    found: Positions = rows.indices[rows.indptr[site] : rows.indptr[site + 1]]
    return found


def value(rows: "csr_array", weight: Floats, chosen: Positions) -> float:
    """What the chosen sites cover."""
    return float(weight[counts(rows, chosen) > 0].sum())


def counts(rows: "csr_array", chosen: Positions) -> Positions:
    """By demand: how many of the chosen sites reach it."""
    return np.bincount(_reached(rows, chosen), minlength=rows.shape[1])


def _reached(rows: "csr_array", chosen: Positions) -> Positions:
    """What each of the chosen sites reaches, one after the other; a tenth of the time of `rows[chosen]`."""
    parts = [columns_of(rows, one) for one in chosen]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def filled(rows: "csr_array", weight: Floats, chosen: Positions, n: int, clash: "csr_array | None") -> Positions:
    """The chosen sites and, up to `n`, those that add most to them."""
    left = weight * (counts(rows, chosen) == 0)
    barred = np.zeros(rows.shape[0], np.bool_)
    if clash is not None:
        barred[clash[chosen].indices] = True
    barred[chosen] = True
    least = _LEAST * float(weight.sum())
    found = list(chosen)
    while len(found) < min(n, rows.shape[0]):
        gain = np.where(barred, -np.inf, rows @ left)
        best = int(gain.argmax())
        if not gain[best] > least:
            break
        found.append(best)
        left[columns_of(rows, best)] = 0
        barred[best] = True
        if clash is not None:
            barred[columns_of(clash, best)] = True
    return np.array(found, np.int64)


def _swaps(rows: "csr_array", weight: Floats, chosen: Positions, site: Positions) -> Floats:
    """Sites × chosen: how much more is covered when the one comes for the other.

    What comes adds what nobody reaches; what goes takes what it alone reaches, less what the coming one reaches of it.
    """
    number = len(chosen)
    times = counts(rows, chosen)
    owner = np.full(rows.shape[1], number)
    owner[_reached(rows, chosen)] = np.repeat(np.arange(number), np.diff(rows.indptr)[chosen])
    alone = np.where(times == 1, weight, 0.0)
    owner[times != 1] = number  # a column more for what several reach or none, left out below
    loss = np.bincount(owner, weights=alone, minlength=number + 1)[:number]
    pair = site * (number + 1) + owner[rows.indices]
    kept = np.bincount(pair, weights=alone[rows.indices], minlength=rows.shape[0] * (number + 1))
    change = kept.astype(np.float64, copy=False).reshape(-1, number + 1)[:, :number] - loss
    change += (rows @ np.where(times == 0, weight, 0.0))[:, None]
    change[chosen] = -np.inf
    return change


def _allowed(clash: "csr_array | None", chosen: Positions, sites: int) -> Bools:
    """Sites × chosen: may the one come for the other, that is, does it clash with no other of the chosen."""
    if clash is None:
        return np.ones((sites, len(chosen)), np.bool_)
    against = clash[:, chosen].toarray() > 0
    others: Bools = against.sum(axis=1)[:, None] - against == 0
    return others
