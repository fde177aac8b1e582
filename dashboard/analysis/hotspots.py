"""Where problems crowd together more than chance would have it: hot and cold cells or zones by Getis-Ord Gi*.

The pieces are in the modules named for them (`weights`, `gi`, `moran`, `significance`, `permutation`, `rates`) and can
be had from here.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import visits
from dashboard.analysis.cases import cases as cases_of
from dashboard.analysis.gi import gi_star
from dashboard.analysis.moran import Moran, incremental, local_moran, moran_i, peak_radius_m
from dashboard.analysis.neighbourhood import Layer, Neighbourhood, began_after, in_force, neighbourhood, places
from dashboard.analysis.permutation import permuted_p
from dashboard.analysis.rates import standardised_rates
from dashboard.analysis.significance import classes, false_discovery, two_sided_p
from dashboard.analysis.weights import (
    distance_weights,
    islands,
    neighbours,
    queen_weights,
    row_standardised,
    subset,
    with_self,
    without_self,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

__all__ = [
    "Hotspots",
    "Moran",
    "Neighbourhood",
    "cells",
    "chance",
    "classes",
    "distance_weights",
    "false_discovery",
    "gi_star",
    "incremental",
    "islands",
    "local_moran",
    "moran_i",
    "neighbourhood",
    "neighbours",
    "peak_radius_m",
    "permuted_p",
    "queen_weights",
    "refusal",
    "row_standardised",
    "standardised_rates",
    "two_sided_p",
    "with_self",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Value = Literal["rate", "count"]

MIN_CELLS = 30
"""Fewer places say nothing about what is usual: the number below which the normal distribution of Gi* is commonly held
to fail, and the least that ArcGIS takes for its Optimized Hot Spot Analysis."""
MIN_PROBLEMS = 30
"""Fewer problems make every cell that has two look hot; the least of the same tool for points counted by polygons."""
FEW_NEIGHBOURS = 2 / 3
"""No statement when more than this share of the places have no neighbour at all."""

PERMUTATIONS = 9_999
_HOPELESS = 0.2
"""Such a p after a tenth of the permutations is seven standard errors above 0.1, where the palest class begins at the
latest: it is told, and no better known."""
_NO_CLASS = 0.1
SEED = 1992
"""Any number, but always the same, so that a map that is opened twice shows the same classes."""


@dataclass(frozen=True, eq=False)
class Hotspots:
    """Hot and cold places, and what is to be said beside them."""

    frame: pd.DataFrame
    """Index code, see `cells`."""
    radius_m: float | None
    refusal: str | None
    """Why there are no classes: too_few_cells, too_few_problems, no_variation, too_few_neighbours; None: there are."""
    places: int
    """Places judged, in force at the moment, whichever zone is shown."""
    problems: int
    """Points used, of all places, whichever zone is shown."""
    left_out: int
    """Points on default points that were left out."""
    method: str
    """gi_star_rate or gi_star_count."""
    moran: Moran | None
    """Of all values; None where refused."""


def refusal(values: npt.ArrayLike, weights: "csr_array", *, problems: int | None = None) -> str | None:
    """Why nothing can be said of these values, None where something can.

    too_few_cells (under `MIN_CELLS`), too_few_problems (under `MIN_PROBLEMS`, where their number is told),
    no_variation (all values equal), too_few_neighbours (`FEW_NEIGHBOURS`).
    """
    found = np.asarray(values, dtype=np.float64)
    if len(found) < MIN_CELLS:
        return "too_few_cells"
    if problems is not None and problems < MIN_PROBLEMS:
        return "too_few_problems"
    if np.ptp(found) == 0:
        return "no_variation"
    if len(islands(weights)) > FEW_NEIGHBOURS * len(found):
        return "too_few_neighbours"
    return None


def cells(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    *,
    layer: Layer = "cells",
    value: Value = "rate",
    near: Neighbourhood | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Hotspots:
    """Gi* of the problems reported in the period, of places in force at the moment.

    `value`: `rate` (`standardised_rates` by area) or `count`. `near`: `neighbourhood` of the same layer, made anew if
    not given. `permutations`: of `chance`, the p the classes rest on; with 0, p of the normal distribution, which few
    problems in many cells do not follow. Classes hold for all places together (`false_discovery`).

    Zones and cell of the filters choose what is shown; what is usual is always that of the whole place.

    Index code. Columns: name, zone (cells alone); area_km2; problems, problems_per_km2; mean_per_km2 (of the whole);
    value, z, p (NaN where refused), class_ (−3 … 3: cold … hot at 99, 95, 90 %; 0: neither), rank (by z, 1 the
    hottest; Int64, NA without z); neighbours (besides itself), near_problems, near_per_km2 (of the neighbours without
    itself; NaN: none); is_island (no neighbour, never a class); is_unvisited (boolean, NA: no visits are kept) and
    is_unseen (no problem and nobody looked: never cold); is_new (began within the period, so that its own number is
    not of the whole of it: never a class).
    """
    near = near or neighbourhood(county, snapshot, layer=layer)
    everywhere = replace(filters, zone=(), cell=None)
    found = cases_of(county, snapshot, everywhere, located=True)
    shapes, codes, area_km2 = places(county, snapshot, layer)
    now = in_force(county, filters.moment, layer)
    inside = np.append(now, False)[codes]
    used = found.mask("problems") & inside
    counts = np.bincount(codes[used], minlength=len(shapes))[now]
    weights = subset(near.weights, now)
    values = standardised_rates(counts, area_km2[now]) if value == "rate" else counts.astype(np.float64)
    refused = refusal(values, weights, problems=int(counts.sum()))
    seen = (visits.cells if layer == "cells" else visits.zones)(county, filters)["is_unvisited"].array[now]
    frame = _told(counts, area_km2[now], weights).assign(value=values, is_unvisited=seen)
    frame["is_unseen"] = (frame["is_unvisited"].fillna(False) & (frame["problems"] == 0)).astype(bool)
    frame["is_new"] = began_after(county, filters.period[0], layer)[now]
    _judge(frame, weights, is_rate=value == "rate", refused=refused, permutations=permutations, seed=seed)
    frame.insert(0, "name", shapes["name"].array[now])
    if layer == "cells":
        frame.insert(1, "zone", shapes["zone"].array[now])
    frame.index = shapes.index[now].rename(layer.removesuffix("s"))
    return Hotspots(
        frame=frame[_shown(county, filters, layer)[now]],
        radius_m=near.radius_m,
        refusal=refused,
        places=len(values),
        problems=int(counts.sum()),
        left_out=_left_out(county, snapshot, everywhere, inside),
        method=f"gi_star_{value}",
        moran=None if refused else moran_i(values, without_self(weights)),
    )


def chance(values: Floats, rates: Floats | None, weights: "csr_array", *, permutations: int, seed: int) -> Floats:
    """p by permutation of the values and, where given, of the plain rates they stand for: the larger of the two.

    Neither alone will do. Standardised rates of empty cells differ by their area, so where problems are few, permuting
    them finds the pattern of large and small cells; plain rates are dealt out fairly, but one problem in a tiny cell
    outweighs a street. 1.0 where the two disagree whether a place is above or below; a p above `_NO_CLASS` is of the
    first alone, and rough above `_HOPELESS`. On the sample's 1,155 cells with problems strewn by area alone, maps of
    30, 100, 300 and 1,000 problems each, so many had a hot place at 95 % that is none: by the p of the normal
    distribution 62, 32, 17 and 6 % of 200 maps, by standardised rates permuted 78, 8, 1.5 and 0.5 %, by plain rates
    permuted 1.5 % at most; by both together none of 40 maps of each number.
    """
    p = permuted_p(values, weights, permutations=permutations, seed=seed, give_up=_HOPELESS)
    if rates is None:
        return p
    disagree = gi_star(values, weights) * gi_star(rates, weights) < 0
    only = (p <= _NO_CLASS) & ~disagree
    other = permuted_p(rates, weights, permutations=permutations, seed=seed, give_up=_HOPELESS, only=only)
    return np.where(disagree, 1.0, np.where(only, np.fmax(p, other), p))


def _judge(
    frame: pd.DataFrame, weights: "csr_array", *, is_rate: bool, refused: str | None, permutations: int, seed: int
) -> None:
    """Adds z, p, class_ and rank."""
    values = frame["value"].to_numpy(np.float64)
    rates = frame["problems_per_km2"].to_numpy(np.float64) if is_rate else None
    z = np.full(len(frame), np.nan) if refused else gi_star(values, weights)
    z[(frame["is_island"] | frame["is_new"]).to_numpy()] = np.nan
    p = two_sided_p(z)
    if not refused and permutations:
        p = np.where(np.isnan(z), np.nan, chance(values, rates, weights, permutations=permutations, seed=seed))
    class_ = classes(z, p)
    class_[(class_ < 0) & frame["is_unseen"].to_numpy()] = 0
    frame["z"], frame["p"], frame["class_"] = z, p, class_
    frame["rank"] = pd.Series(z, frame.index).rank(ascending=False, method="min").astype("Int64")


def _told(counts: npt.NDArray[np.int64], area_km2: Floats, weights: "csr_array") -> pd.DataFrame:
    """What explains a colour: own figures, those of the neighbours, and those of the whole."""
    near_problems = np.rint(weights @ counts - counts).astype(np.int64)
    near_km2 = weights @ area_km2 - area_km2
    number = neighbours(weights)
    near_km2[number == 0] = np.nan
    return pd.DataFrame(
        {
            "area_km2": area_km2,
            "problems": counts,
            "problems_per_km2": counts / area_km2,
            "mean_per_km2": counts.sum() / area_km2.sum() if len(counts) else np.nan,
            "neighbours": number,
            "near_problems": near_problems,
            "near_per_km2": near_problems / near_km2,
            "is_island": number == 0,
        }
    )


def _left_out(county: "County", snapshot: "Snapshot", filters: "Filters", inside: Bools) -> int:
    if filters.with_default_points or not snapshot.is_default_point.any():
        return 0
    return int(
        np.count_nonzero(cases_of(county, snapshot, filters).mask("problems") & snapshot.is_default_point & inside)
    )


def _shown(county: "County", filters: "Filters", layer: Layer) -> Bools:
    """Places the filters ask for, by position."""
    if layer == "zones":
        return county.zones.index.isin(filters.zone) if filters.zone else np.ones(len(county.zones), np.bool_)
    return county.cells_on(county.place.local_day(filters.moment), zone=filters.zone, cell=filters.cell)
