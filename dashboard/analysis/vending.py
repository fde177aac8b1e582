"""Street vending against the distance to the nearest market: does it gather where no market is?

A share of street vending beyond a market's radius says nothing by itself: most of a town may lie beyond it. So it
stands beside the same share of all other problems.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from dashboard.analysis.assignments import looked_up
from dashboard.analysis.cases import cases
from dashboard.analysis.coverage import serving
from dashboard.analysis.nearest import located

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standard, Standards

VENDING, OTHERS = "vending", "others"

FARTHER, NEARER, NO_DIFFERENCE = "farther", "nearer", "no_difference"
TOO_FEW, NO_CATEGORY, NO_MARKETS = "too_few", "no_category", "no_markets"
ANSWERS = (FARTHER, NEARER, NO_DIFFERENCE, TOO_FEW, NO_CATEGORY, NO_MARKETS)
"""More of street vending than of other problems lies beyond the radius; less does; chance alone may make the
difference. Fewer than `AT_LEAST` of either or in fewer than `PLACES_AT_LEAST` places; no category holds one of the
words; no market serves."""

CANNOT = (NO_CATEGORY, NO_MARKETS)
"""Answers without anything to compare."""

AT_LEAST, PLACES_AT_LEAST = 20, 10
DRAWS, SEED = 999, 20_260_101
CONFIDENCE = 0.95

BAND_M, BANDS = 100, 10
"""Width of a band of distance, and how many there are; the last one has no end."""

_DRAWS_AT_ONCE = 100

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gathering:
    """The answer, and what it rests on."""

    answer: str
    """One of `ANSWERS`."""
    categories: tuple[str, ...]
    """Categories that were taken for street vending."""
    groups: pd.DataFrame
    """Index `VENDING`, `OTHERS`; problems (with a place of their own), left_out (without coordinates or on a default
    point), nearer_quarter_m, median_m, farther_quarter_m, beyond, share_beyond (NaN without problems or markets)."""
    difference: float
    """Share beyond, street vending less others."""
    low: float
    high: float
    """`CONFIDENCE` interval of the difference (see `interval`); NaN where the answer is none of the first three."""
    problems: pd.DataFrame
    """Those counted: row (position in the snapshot), is_vending, distance_m, radius_m, is_beyond."""


def gathering(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    markets: gpd.GeoSeries,
    *,
    words: Iterable[str],
    radius: "Standard",
) -> Gathering:
    """Problems reported in the period, by distance to the nearest of `markets` (points in the measure CRS; those that
    serve), straight line.

    `words`: a category that holds one of them, upper or lower case, is street vending; the place's own. `radius`: of a
    market (m), by setting of the problem's cell where the standard says so. The filter of categories is the caller's:
    with one chosen there is little left to compare with.
    """
    wanted = [word.strip().casefold() for word in words if word.strip()]
    categories = tuple(name for name in snapshot.categories if any(word in name.casefold() for word in wanted))
    every, counted = (cases(county, snapshot, filters, located=one).mask("problems") for one in (False, True))
    counted = counted & snapshot.has_coordinates
    is_of = np.append(np.isin(np.array(snapshot.categories, dtype=object), categories), False)[snapshot.category]
    found = _distances(snapshot, np.flatnonzero(counted), markets, radius).assign(is_vending=is_of[counted])
    groups = pd.DataFrame(
        [
            _group(found[found["is_vending"] == is_it], int((every & ~counted & (is_of == is_it)).sum()))
            for is_it in (True, False)
        ],
        index=[VENDING, OTHERS],
    )
    of_vending, of_others = groups["share_beyond"].to_numpy(dtype=np.float64)
    difference = float(of_vending - of_others)
    places = snapshot.cell[found["row"]].astype(np.int64)
    # What lies in no cell is a place of its own.
    places = np.where(places >= 0, places, len(snapshot.cells) + np.arange(len(places)))
    refusal = _refusal(categories, found, places)
    low = high = np.nan
    if refusal is None:
        low, high = interval(found["is_vending"].to_numpy(), found["is_beyond"].to_numpy(), places)
    answer = refusal or (FARTHER if low > 0 else NEARER if high < 0 else NO_DIFFERENCE)
    columns = ["row", "is_vending", "distance_m", "radius_m", "is_beyond"]
    return Gathering(answer, categories, groups, difference, low, high, found[columns])


def gathered(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, words: Iterable[str], standards: "Standards"
) -> Gathering | None:
    """`gathering` by the markets that serve on the day of the moment, whatever category is chosen; None: the standards
    have no radius of markets. `filters` are resolved."""
    radius = standards.radius("market")
    if radius is None:
        return None
    markets = serving(county, "market", county.place.local_day(filters.moment)).geometry
    return gathering(county, snapshot, replace(filters, category=()), markets, words=words, radius=radius)


def bands(problems: pd.DataFrame) -> pd.DataFrame:
    """How many of `Gathering.problems` lie in each band of distance to the nearest market.

    Index `from_m`; to_m (NaN: no end), `VENDING` and `OTHERS` (numbers), vending_share and others_share (of all of the
    group with a distance; NaN without any).
    """
    told = problems[problems["distance_m"].notna()]
    band = np.minimum(told["distance_m"].to_numpy(np.float64) // BAND_M, BANDS - 1).astype(np.int64)
    starts = np.arange(BANDS) * float(BAND_M)
    frame = pd.DataFrame({"to_m": np.append(starts[1:], np.nan)}, index=pd.Index(starts, name="from_m"))
    for name, is_it in ((VENDING, True), (OTHERS, False)):
        number = np.bincount(band[(told["is_vending"] == is_it).to_numpy()], minlength=BANDS)
        frame[name] = number
        frame[f"{name}_share"] = number / (number.sum() or np.nan)
    return frame


def by_cell(county: "County", snapshot: "Snapshot", problems: pd.DataFrame) -> pd.DataFrame:
    """Cells with street vending among `Gathering.problems`, those with most of it beyond the radius first.

    Index `cell`; name, zone, zone_name, vending, beyond (of these), distance_m (of the median one to its nearest
    market; NaN: no market). What lies in no cell is left out.
    """
    at = snapshot.cell[problems["row"].to_numpy(np.int64)]
    told = problems[problems["is_vending"].to_numpy() & (at >= 0)]
    codes = pd.Index(snapshot.cells)[snapshot.cell[told["row"].to_numpy(np.int64)]]
    grouped = told.set_axis(codes).groupby(level=0)
    found = pd.DataFrame(
        {
            "vending": grouped.size(),
            "beyond": grouped["is_beyond"].sum().astype(np.int64),
            "distance_m": grouped["distance_m"].median(),
        }
    )
    named = county.cells.reindex(found.index)[["name", "zone"]]
    named["zone_name"] = looked_up(named["zone"], county.zones["name"])
    found = named.join(found).rename_axis("cell")
    return found.sort_values(["beyond", "vending", "distance_m"], ascending=False, kind="stable")


def _distances(
    snapshot: "Snapshot", rows: npt.NDArray[np.int64], markets: gpd.GeoSeries, radius: "Standard"
) -> pd.DataFrame:
    distance = np.full(len(rows), np.nan)
    xy = shapely.get_coordinates(np.asarray(located(markets).array))
    if len(xy) and len(rows):
        from scipy.spatial import cKDTree

        distance = cKDTree(xy).query(np.column_stack([snapshot.x_m[rows], snapshot.y_m[rows]]))[0]
    by_setting = [radius.by_setting.get(name, radius.value) for name in snapshot.settings]
    reach = np.array([*by_setting, radius.value], dtype=np.float64)[snapshot.setting[rows]]
    return pd.DataFrame({"row": rows, "distance_m": distance, "radius_m": reach, "is_beyond": distance > reach})


def _group(rows: pd.DataFrame, left_out: int) -> dict[str, float]:
    is_told = rows["distance_m"].notna().any()
    quarter, median, three = rows["distance_m"].quantile([0.25, 0.5, 0.75]) if is_told else (np.nan,) * 3
    return {
        "problems": len(rows),
        "left_out": left_out,
        "nearer_quarter_m": quarter,
        "median_m": median,
        "farther_quarter_m": three,
        "beyond": int(rows["is_beyond"].sum()),
        "share_beyond": float(rows["is_beyond"].mean()) if is_told else np.nan,
    }


def _refusal(categories: Sequence[str], found: pd.DataFrame, places: npt.NDArray[np.int64]) -> str | None:
    if not categories:
        return NO_CATEGORY
    if len(found) and found["distance_m"].isna().all():
        return NO_MARKETS
    for is_it in (True, False):
        of_group = found["is_vending"].to_numpy() == is_it
        if np.count_nonzero(of_group) < AT_LEAST or len(np.unique(places[of_group])) < PLACES_AT_LEAST:
            return TOO_FEW
    return None


def interval(is_vending: Bools, is_beyond: Bools, places: npt.NDArray[np.int64]) -> tuple[float, float]:
    """`CONFIDENCE` interval of the difference between the shares beyond, street vending less others.

    By drawing whole places (cells) anew, `DRAWS` times, as one corner's hundred stalls are no hundred witnesses:
    the percentile interval of a cluster bootstrap (Davison & Hinkley 1997, Bootstrap Methods and their Application,
    3.8). The same input gives the same answer. Arrays by problem.
    """
    which = np.unique(places, return_inverse=True)[1]
    size = int(which.max(initial=-1)) + 1
    sums = np.column_stack(
        [
            np.bincount(which[chosen], minlength=size)
            for chosen in (is_vending & is_beyond, is_vending, ~is_vending & is_beyond, ~is_vending)
        ]
    ).astype(np.float64)
    rng = np.random.default_rng(SEED)
    chance = np.full(size, 1 / size)
    parts = [
        rng.multinomial(size, chance, min(_DRAWS_AT_ONCE, DRAWS - first)) @ sums
        for first in range(0, DRAWS, _DRAWS_AT_ONCE)
    ]
    beyond, of, others_beyond, of_others = np.concatenate(parts).T
    with np.errstate(invalid="ignore", divide="ignore"):
        differences: Numbers = beyond / of - others_beyond / of_others
    tail = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(differences, [tail, 1 - tail])
    return float(low), float(high)
