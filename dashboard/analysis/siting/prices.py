"""What no choice of sites can exceed, and choices near it, found in milliseconds by pricing the demand."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.analysis.siting.greedy import columns_of, counts
from dashboard.analysis.siting.incidence import Floats, Positions

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ROUNDS = 100
_STARTS = 3


@dataclass(frozen=True, eq=False)
class Priced:
    """What prices tell about the choice of at most n sites."""

    bounds: Floats
    """k = 0 … n: no k sites cover more."""
    ceiling_with: Floats
    """By site: no choice of n with it covers more."""
    ceiling_without: Floats
    choices: list[Positions]
    """A few choices that may be good, best first; they heed no minimum distance."""


def priced(rows: "csr_array", weight: Floats, chosen: Positions, n: int, *, rounds: int = ROUNDS) -> Priced:
    """Bounds of what any n ≥ 1 sites cover, and choices to begin with.

    With a price p_d in [0, w_d] on each demand d, k sites cover at most

        L_k = Σ_d (w_d − p_d) + the k largest of the sums P_i = Σ p_d over the demand d that site i reaches,

    since what is covered is worth its price to a site that reaches it, and the rest w_d − p_d is given away. With
    p_d = w_d where `chosen` does not reach and 0 elsewhere this is the data-dependent bound of a greedy solution, what
    it covers plus the k largest gains left (Leskovec, J. et al. 2007: Cost-effective outbreak detection in networks,
    KDD). From there the prices are moved down the subgradient (Held, M., Wolfe, P., Crowder, H. P. 1974,
    Mathematical Programming 6, 62-88; for covering Galvão, R. D., ReVelle, C. 1996, European Journal of Operational
    Research 88, 114-123), and the least of all rounds is kept, for every k and every site its own. A site outside the n
    largest can only come for the n-th, one among them only go for the next. Minimum distances and capacities lessen
    what can be covered, so all of this holds with them as well.
    """
    sites, number = rows.shape[0], min(n, rows.shape[0])
    most = np.full(n + 1, float(weight.sum()))
    most[0] = 0.0
    with_site, without = np.full(sites, np.inf), np.full(sites, np.inf)
    times = counts(rows, chosen)
    floor = float(weight[times > 0].sum())
    price = np.where(times == 0, weight, 0.0)
    step, stale, least = 1.0, 0, np.inf
    tried: list[tuple[float, Positions]] = []
    for _ in range(rounds + 1):
        worth = rows @ price
        order = np.argsort(-worth, kind="stable")
        ranked = worth[order]
        sums = float((weight - price).sum()) + np.append(0.0, np.cumsum(ranked))
        most[: number + 1] = np.minimum(most[: number + 1], sums[: number + 1])
        top = float(sums[number])
        following = ranked[number] if number < sites else 0.0
        with_site = np.minimum(with_site, top - np.maximum(ranked[number - 1] - worth, 0))
        without = np.minimum(without, top - np.maximum(worth - following, 0))
        best = order[:number]
        times = counts(rows, best)
        tried.append((float(weight[times > 0].sum()), best))
        floor = max(floor, tried[-1][0])
        stale = 0 if top < least * (1 - 1e-6) else stale + 1
        least = min(least, top)
        if stale == 5:
            step, stale = step / 2, 0
        slope = times - 1.0
        slope[((price <= 0) & (slope > 0)) | ((price >= weight) & (slope < 0))] = 0
        square = float(slope @ slope)
        if square == 0 or top <= floor:
            break
        price = np.clip(price - step * (top - floor) / square * slope, 0, weight)
    most[number + 1 :] = most[number]
    return Priced(np.minimum.accumulate(most[::-1])[::-1], with_site, without, _different(tried))


def _different(tried: list[tuple[float, Positions]]) -> list[Positions]:
    """The best few that are not the same sites, the earlier of equals first."""
    found: list[Positions] = []
    for _, choice in sorted(tried, key=lambda one: -one[0]):
        if not any(np.array_equal(np.sort(choice), np.sort(other)) for other in found):
            found.append(choice)
        if len(found) == _STARTS:
            break
    return found


def apart(choice: Positions, clash: "csr_array | None") -> Positions:
    """The choice without the sites that clash with an earlier one of it."""
    if clash is None:
        return choice
    barred = np.zeros(clash.shape[0], np.bool_)
    kept = []
    for one in choice:
        if not barred[one]:
            kept.append(one)
            barred[columns_of(clash, one)] = True
    return np.array(kept, np.int64)
