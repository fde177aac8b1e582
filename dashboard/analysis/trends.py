"""Which cells or zones get better or worse over the weeks, and what has become of their hotspots."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import hotspots, weekly
from dashboard.analysis.cases import day_number
from dashboard.analysis.emerging import ALPHA, CATEGORIES, NONE, bins, emerging, space_time_gi_star
from dashboard.analysis.mann_kendall import MIN_STEPS, MannKendall, mann_kendall
from dashboard.analysis.neighbourhood import began_after
from dashboard.analysis.rates import standardised_rates
from dashboard.analysis.significance import false_discovery
from dashboard.analysis.weights import neighbours, subset

if TYPE_CHECKING:
    from dashboard.analysis.hotspots import Layer, Neighbourhood
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

__all__ = ["CATEGORIES", "NONE", "REASONS", "WAYS", "WEEKS", "Trends", "cells", "emerging", "mann_kendall"]

WEEKS = 52
"""A year, so that every season is in it once."""
MIN_WEEKS = MIN_STEPS
REASONS = ("too_few_weeks", "too_few_cells", "too_few_problems", "no_variation")
"""Why there is no category: under `MIN_WEEKS` whole weeks (then no trend either), under `hotspots.MIN_CELLS` places,
under `hotspots.MIN_PROBLEMS` problems, the same number in every place and week."""
WAYS = ("rising", "steady", "falling")
"""Of the number of problems; steady: neither is significant, which a few problems never are."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Trends:
    """How places changed, and what is to be said beside it."""

    frame: pd.DataFrame
    """Index code, see `cells`."""
    weeks: pd.DatetimeIndex
    """Last days of the weeks used, whole ones alone, oldest first."""
    reason: str | None
    """Why there is no category: one of `REASONS`; None: there is one."""
    places: int
    """Places judged, in force at the moment, whichever zone is shown."""
    problems: int
    """Problems used, of all places, whichever zone is shown."""


def cells(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    *,
    layer: "Layer" = "cells",
    near: "Neighbourhood | None" = None,
    count: int = WEEKS,
    with_slope: bool = False,
) -> Trends:
    """Trends of the problems reported by week, of places in force at the moment.

    `near`: `hotspots.neighbourhood` of the same layer, made anew if not given. `count`: weeks at most, up to the last
    whole one before the moment; the week in which the data begin counts if they begin on its first day. Gi* is of
    `standardised_rates` by area of all places and weeks (`emerging.space_time_gi_star`); an island has no category.

    Zones and cell of the filters choose what is shown, not what is usual. State and "overdue only" are left aside, as
    of older problems fewer are open whether or not things get better; default points are left out unless asked for.

    Index code. Columns: problems (in those weeks); problems_z, problems_p (Mann-Kendall of the weekly numbers),
    problems_slope (`with_slope` alone, it takes longest; Sen: problems a week, by which each differs from the one
    before), way (one of `WAYS`,
    significant for all places together), all NaN for too few weeks; category (one of `CATEGORIES`), trend_z, trend_p
    (Mann-Kendall of Gi*), weeks_hot, weeks_cold (Int64), last_week_is_hot, last_week_is_cold (boolean), NaN or NA
    where refused. A cell that began within these weeks has neither way nor category.
    """
    everywhere = replace(filters, zone=(), cell=None, state=(), is_overdue_only=False)
    ends, counts = _whole_weeks(county, snapshot, everywhere, layer, count)
    shapes = county.cells if layer == "cells" else county.zones
    day = county.place.local_day(filters.moment)
    in_force = county.cells_on(day) if layer == "cells" else np.ones(len(shapes), np.bool_)
    numbers = np.ascontiguousarray(counts.T[in_force])
    reason = _reason(numbers)
    frame = pd.DataFrame(
        {"problems": numbers.sum(axis=1)}, index=shapes.index[in_force].rename(layer.removesuffix("s"))
    )
    is_short = reason == "too_few_weeks"
    _tell_numbers(frame, None if is_short else mann_kendall(numbers, with_slope=with_slope), with_slope=with_slope)
    if reason is None:
        near = near or hotspots.neighbourhood(county, snapshot, layer=layer)
        weights = subset(near.weights, in_force)
        area_km2 = np.repeat(shapes["area_m2"].to_numpy(np.float64)[in_force] / 1e6, len(ends))
        rates = standardised_rates(numbers.ravel(), area_km2).reshape(numbers.shape)
        z = space_time_gi_star(rates, weights)
        z[neighbours(weights) == 0] = np.nan
    else:
        z = np.full((len(frame), 1), np.nan)
    _tell_hotspots(frame, z, is_refused=reason is not None)
    if len(ends):
        first_day = (ends[0] - pd.Timedelta(days=6)).date()
        is_new = began_after(county, first_day, layer)[in_force]
        frame.loc[is_new, ["way", "category"]] = np.nan
    shown = county.cells_on(day, zone=filters.zone, cell=filters.cell) if layer == "cells" else in_force
    if layer == "zones" and filters.zone:
        shown = shapes.index.isin(filters.zone)
    return Trends(frame[shown[in_force]], ends, reason, len(numbers), int(numbers.sum()))


def _whole_weeks(
    county: "County", snapshot: "Snapshot", filters: "Filters", layer: str, count: int
) -> tuple[pd.DatetimeIndex, Ints]:
    """Week ends, and problems by week × place, of the weeks that lie in the data from first day to last."""
    ends, counts = weekly.by_week(county, snapshot, filters, layer=layer, measure="problems", count=count + 1)
    days = ends.to_numpy("datetime64[D]").astype(np.int64)
    first = int(snapshot.reported_day.min(initial=np.iinfo(np.int32).max))
    whole = (days <= day_number(county.place.local_day(filters.moment))) & (days - 6 >= first)
    return ends[whole][-count:], counts[whole][-count:]


def _reason(numbers: Ints) -> str | None:
    """Why no category can be told of counts of places × weeks."""
    if numbers.shape[1] < MIN_WEEKS:
        return "too_few_weeks"
    if len(numbers) < hotspots.MIN_CELLS:
        return "too_few_cells"
    if numbers.sum() < hotspots.MIN_PROBLEMS:
        return "too_few_problems"
    return "no_variation" if np.ptp(numbers) == 0 else None


def _tell_numbers(frame: pd.DataFrame, found: MannKendall | None, *, with_slope: bool) -> None:
    """Adds the columns about the weekly numbers."""
    names = ["problems_z", "problems_p", *(["problems_slope"] if with_slope else [])]
    if found is None:
        frame[names] = np.nan
        frame["way"] = pd.Series(np.nan, frame.index, dtype="str")
        return
    for name, values in zip(names, (found.z, found.p, found.slope), strict=False):
        frame[name] = values
    is_sure = found.p <= false_discovery(found.p, ALPHA)
    way = np.array(WAYS, dtype=object)[np.where(is_sure, 1 - np.sign(found.z), 1).astype(np.int64)]
    frame["way"] = pd.array(way, dtype="str")


def _tell_hotspots(frame: pd.DataFrame, z: npt.NDArray[np.float64], *, is_refused: bool) -> None:
    """Adds the columns about Gi*."""
    trend = mann_kendall(z)
    hot, cold = bins(z)
    names = np.array(CATEGORIES, dtype=object)[emerging(z, trend=trend)]
    frame["category"] = pd.Series(names, frame.index, dtype="str").mask(np.full(len(frame), is_refused))
    frame["trend_z"], frame["trend_p"] = trend.z, trend.p
    unknown = np.full(len(frame), is_refused)
    for name, spots in (("hot", hot), ("cold", cold)):
        frame[f"weeks_{name}"] = pd.arrays.IntegerArray(spots.sum(axis=1), unknown.copy())
    for name, spots in (("hot", hot), ("cold", cold)):
        frame[f"last_week_is_{name}"] = pd.arrays.BooleanArray(spots[:, -1].copy(), unknown.copy())
