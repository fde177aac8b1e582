"""A proposal of sites for a kind of facility: the question as people put it, and the best choice of its candidates."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.analysis import siting
from dashboard.analysis.coverage import KINDS
from dashboard.analysis.degrees import degrees_of
from dashboard.analysis.ground import REFUSALS as GROUND_REFUSALS
from dashboard.analysis.ground import Ground, ground

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standards

WEIGHTS = ("residents", "open")
"""residents: people or, where too few cells have a number, what `served.weights` counts instead; open: as of
`density.cells`."""
CANDIDATES = ("centres", "junctions", "planned")
"""planned: facilities of the kind with that status, the place's own list."""
AT_MOST = 20
"""Sites to ask for at once."""
USUAL = 5
WANTED_SHARE = 0.9
TIME_S = 2.0
REFUSALS = (*GROUND_REFUSALS, "no_candidates", "no_planned")

Degrees = tuple[float, float]
"""Longitude and latitude, EPSG:4326."""


@dataclass(frozen=True)
class Question:
    """What is asked for."""

    kind: str = KINDS[0]
    n: int = USUAL
    weight: str = WEIGHTS[0]
    candidates: str = CANDIDATES[0]
    radius_m: float | None = None
    """None: the standard's."""
    min_spacing_m: float = 0.0
    """Between new sites, and from a new one to every existing one; 0: any."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """Where to build, and what no other choice of as many candidates does better. Sums are of `ground.demand`."""

    ground: Ground
    places: gpd.GeoDataFrame
    """All candidates: cell (code), name (of a planned facility, else NaN), lon, lat (EPSG:4326, to
    `degrees.DECIMALS`), geometry."""
    sites: tuple[Degrees, ...]
    """The chosen ones, what adds most first; fewer than n where more would add nothing."""
    curve: tuple[float, ...]
    """Covered with the first k = 0 … n of the sites; the first entry is what is covered today."""
    bounds: tuple[float, ...]
    """k = 0 … n: no k candidates cover more."""
    needed: int | None
    """Sites for `WANTED_SHARE`; None: not even all candidates reach it."""
    is_least: bool
    """Is it proven that fewer than `needed` cannot do."""
    refusal: str | None = None
    """Why nothing is proposed, of `REFUSALS`; there are no places and no sites then."""

    @cached_property
    def by_degrees(self) -> pd.Series:
        """Position of each candidate in `places`, by lon and lat; the first of those in one place."""
        at = pd.MultiIndex.from_frame(self.places[["lon", "lat"]])
        known = pd.Series(np.arange(len(at)), at)
        return known[~at.duplicated()]

    @property
    def covered(self) -> float:
        """With all sites."""
        return self.curve[-1]

    @property
    def bound(self) -> float:
        """No choice of n candidates covers more."""
        return self.bounds[-1]


def propose(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    asked: Question,
    *,
    standards: "Standards",
    time_limit_s: float = TIME_S,
) -> Proposal:
    """At most `asked.n` candidates that, with the facilities that serve today, have most weight within the radius,
    straight line (`siting.site_facilities`).

    Demand and candidates are of cells in force and in the filters; facilities count wherever they are. `filters` are
    resolved. The solver has at most `time_limit_s`, for the number of sites that a share takes half.
    """
    base = ground(county, snapshot, filters, asked, standards=standards)
    if base.refusal:
        return _refused(base, base.refusal)
    places = _candidates(county, base.cells, filters, asked)
    if places.empty:
        return _refused(base, "no_planned" if asked.candidates == "planned" else "no_candidates")
    points = places.geometry
    found = siting.site_facilities(
        base.demand, points, base.existing, n=asked.n, radius_m=base.radius_m, time_limit_s=time_limit_s,
        min_spacing_m=asked.min_spacing_m,
    )  # fmt: skip
    enough = siting.sites_for_share(
        base.demand, points, base.existing, share=WANTED_SHARE, radius_m=base.radius_m, time_limit_s=time_limit_s / 2
    )
    chosen = places.loc[found.sites]
    return Proposal(
        ground=base,
        places=places,
        sites=tuple(zip(chosen["lon"].tolist(), chosen["lat"].tolist(), strict=True)),
        curve=tuple(found.curve.tolist()),
        bounds=tuple(found.bounds.tolist()),
        needed=len(enough.sites) if enough.is_reachable else None,
        is_least=enough.is_optimal,
    )


def _candidates(county: "County", cells: gpd.GeoDataFrame, filters: "Filters", asked: Question) -> gpd.GeoDataFrame:
    """`Proposal.places`; a point outside all of these cells is no candidate, one on a border is of the first cell."""
    names = None
    if asked.candidates == "centres":
        points = siting.cell_centres(county, county.place.local_day(filters.moment))[cells.index]
        cell = cells.index
    else:
        if asked.candidates == "planned":
            listed = siting.planned(county, asked.kind)
            points, names = listed.geometry, listed["name"]
        else:
            points = siting.road_junctions(county.base)
        at, within = np.asarray(cells.sindex.query(np.asarray(points.array), predicate="intersects"))
        at, first = np.unique(at, return_index=True)
        points, cell = points.iloc[at], cells.index[within[first]]
    degrees = degrees_of(points)
    told = {"cell": cell, "name": None, "lon": degrees[:, 0], "lat": degrees[:, 1]}
    frame = gpd.GeoDataFrame(told, index=points.index, geometry=points, crs=cells.crs)
    return frame.assign(name=pd.Series(names, points.index, "str"))


def _refused(base: Ground, code: str) -> Proposal:
    nowhere = gpd.GeoDataFrame({"cell": [], "name": [], "lon": [], "lat": []}, geometry=[], crs=base.cells.crs)
    return Proposal(base, nowhere, (), (0.0,), (0.0,), None, False, code)
