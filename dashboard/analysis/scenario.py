"""An arrangement of sites, proposed or made by hand, with facilities closed: what it covers, and what each part of it
is worth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from dashboard.analysis import assignments, siting
from dashboard.analysis.degrees import DECIMALS, points_at
from dashboard.analysis.proposal import Degrees, Proposal, Question, propose
from dashboard.analysis.siting.incidence import TOUCH_M

if TYPE_CHECKING:
    from dashboard.analysis.ground import Ground
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standards


@dataclass(frozen=True)
class Scenario:
    """A question and what somebody made of the answer. Equal ones have equal arrangements."""

    question: Question
    sites: tuple[Degrees, ...] | None = None
    """In the order in which they are added; None: those proposed for the question."""
    closed: tuple[str, ...] = ()
    """Codes of existing facilities that are closed."""

    def __post_init__(self) -> None:
        if self.sites is not None:
            sites = tuple((round(float(lon), DECIMALS), round(float(lat), DECIMALS)) for lon, lat in self.sites)
            object.__setattr__(self, "sites", sites)
        object.__setattr__(self, "closed", tuple(dict.fromkeys(self.closed)))


@dataclass(frozen=True, eq=False)
class Arrangement:
    """What a scenario comes to. Sums are in units of `denominator`; before − lost + the gains = covered."""

    scenario: Scenario
    denominator: str
    """One of `served.DENOMINATORS`, or `open`."""
    radius_m: float
    unknown: int
    """Cells without a number, which are in no sum."""
    total: float
    before: float
    """Covered today, with nothing built and nothing closed."""
    lost: float
    """Of it, what is out of reach once the closed ones are, with nothing built."""
    covered: float
    bound: float
    """No choice of as many of the candidates covers more, with nothing closed. Sites put elsewhere may."""
    sites: pd.DataFrame
    """Index `site`, from 1, in the scenario's order; cell (code; NaN: in none), name, candidate (name of the planned
    facility that stands there, NaN: of none), zone, zone_name, gain (over those before it), covered (with those before
    it), share, loss (when it alone is taken away), is_proposed (it stands where the question's proposal has one),
    is_too_near (nearer than the question's spacing to another site or an open facility), lon, lat (EPSG:4326)."""
    facilities: pd.DataFrame
    """Existing ones that serve on the day, index `facility` (code): name, is_closed, loss (of an open one when it alone
    is closed; of a closed one what opening it alone brings back), lon, lat."""
    cells: pd.DataFrame
    """Index `cell`; weight, is_covered_before, is_covered. A cell is covered as a whole where its inner point is."""
    refusal: str | None = None
    """Why nothing can be reckoned, of `proposal.REFUSALS`; the frames are empty then and the sums nought."""

    def share(self, covered: float) -> float:
        """Of all weight; NaN without any."""
        return covered / self.total if self.total else float("nan")


def arranged(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    scenario: Scenario,
    *,
    standards: "Standards",
    proposal: Proposal | None = None,
) -> Arrangement:
    """What a scenario covers, and what each site and each facility is worth in it.

    `proposal`: of the scenario's question, where it is known already; its number of sites does not matter unless the
    scenario leaves the sites to it. Closed codes that serve nobody on the day are passed over. `filters` are resolved.
    """
    found = proposal or propose(county, snapshot, filters, scenario.question, standards=standards)
    if found.refusal:
        return _refused(scenario, found)
    base, today = found.ground, found.ground.today
    closed = [code for code in scenario.closed if code in today.points]
    points = _points(found, found.sites if scenario.sites is None else scenario.sites)
    now = _without(today, closed)
    steps = [now.covered]
    for site, point in points.geometry.items():
        now = now.add(point, label=site)
        steps.append(now.covered)
    told = {"weight": base.demand["weight"], "is_covered_before": today.counts > 0, "is_covered": now.counts > 0}
    return Arrangement(
        scenario=scenario,
        denominator=base.weights.denominator,
        radius_m=base.radius_m,
        unknown=base.weights.unknown,
        total=today.total,
        before=today.covered,
        lost=today.covered - steps[0],
        covered=now.covered,
        bound=_bound(found, len(points), scenario.question.min_spacing_m),
        sites=_sites(county, filters, found, points, steps).assign(
            loss=now.losses()[points.index],
            is_too_near=_is_too_near(now, points.index, scenario.question.min_spacing_m),
        ),
        facilities=_facilities(base, closed, now),
        cells=pd.DataFrame(told, index=base.demand.index.rename("cell")),
    )


def _points(found: Proposal, sites: tuple[Degrees, ...]) -> gpd.GeoDataFrame:
    """The sites in metres, with place (position of the candidate whose degrees they have, NaN: of none), lon and lat.
    One that has them is that candidate, so that what was only written down and read again covers the same."""
    places, crs = found.places, found.ground.cells.crs
    degrees = np.array(sites, np.float64).reshape(-1, 2)
    points = points_at(degrees, crs)
    place = found.by_degrees.reindex(pd.MultiIndex.from_arrays(list(degrees.T))).to_numpy(np.float64)
    is_known = np.isfinite(place)
    points[is_known] = np.asarray(places.geometry.array)[place[is_known].astype(np.int64)]
    told = {"place": place, "lon": degrees[:, 0], "lat": degrees[:, 1]}
    return gpd.GeoDataFrame(told, index=pd.RangeIndex(1, len(sites) + 1, name="site"), geometry=points, crs=crs)


def _without(today: siting.Coverage, closed: list[str]) -> siting.Coverage:
    for code in closed:
        today = today.remove(code)
    return today


def _bound(found: Proposal, count: int, min_spacing_m: float) -> float:
    """For more sites than the proposal has, what is known at once."""
    if count < len(found.bounds):
        return found.bounds[count]
    more = siting.site_facilities(
        found.ground.demand, found.places.geometry, found.ground.existing, n=count, radius_m=found.ground.radius_m,
        time_limit_s=0, min_spacing_m=min_spacing_m,
    )  # fmt: skip
    return more.bound


def _sites(
    county: "County", filters: "Filters", found: Proposal, points: gpd.GeoDataFrame, steps: list[float]
) -> pd.DataFrame:
    """Of `Arrangement.sites` all but loss and is_too_near, which need the others."""
    codes = _cells_of(county, filters, found, points)
    cells = county.cells.reindex(codes).set_axis(points.index)
    degrees = list(zip(points["lon"], points["lat"], strict=True))
    told = {
        "cell": codes,
        "name": cells["name"],
        "candidate": _named(found, points),
        "zone": cells["zone"],
        "zone_name": assignments.looked_up(cells["zone"], county.zones["name"]),
        "gain": np.diff(steps),
        "covered": steps[1:],
        "share": np.array(steps[1:]) / found.ground.today.total,
        "is_proposed": [place in found.sites for place in degrees],
        "lon": points["lon"],
        "lat": points["lat"],
    }
    return pd.DataFrame(told, index=points.index)


def _named(found: Proposal, points: gpd.GeoDataFrame) -> pd.Series:
    """What the candidate at each point is called, where it is one with a name."""
    places = found.places.reset_index(drop=True)
    return pd.Series(places["name"].reindex(points["place"]).to_numpy(), points.index, "str")


def _cells_of(county: "County", filters: "Filters", found: Proposal, points: gpd.GeoDataFrame) -> pd.Series:
    """Code of the cell of each candidate, and of the first cell in force that holds any other point; NaN: none does."""
    codes = pd.Series(np.nan, points.index, dtype="str")
    is_known = points["place"].notna().to_numpy()
    codes[is_known] = found.places["cell"].to_numpy()[points["place"][is_known].astype(np.int64)]
    in_force = county.cells_on(county.place.local_day(filters.moment))
    at, cell = county.cells.sindex.query(np.asarray(points.geometry.array), predicate="intersects")
    holds = pd.Series(cell[in_force[cell]]).groupby(at[in_force[cell]]).min()
    holds = holds[~is_known[holds.index]]
    codes.iloc[holds.index] = county.cells.index[holds.to_numpy()]
    return codes


def _is_too_near(now: siting.Coverage, sites: pd.Index, min_spacing_m: float) -> "npt.NDArray[np.bool_]":
    """By site: is another site or an open facility nearer than the spacing."""
    every = now.sites.to_numpy()
    is_site = now.sites.index.isin(sites)
    apart_m = shapely.distance(every[is_site][:, None], every[None, :])
    apart_m[np.arange(len(sites)), np.flatnonzero(is_site)] = np.inf
    near: npt.NDArray[np.bool_] = (apart_m < min_spacing_m - TOUCH_M).any(axis=1)
    return near


def _facilities(base: "Ground", closed: list[str], now: siting.Coverage) -> pd.DataFrame:
    losses = now.losses()
    back = {code: now.add(base.today.points[code], label=code).covered - now.covered for code in closed}
    codes = base.existing.index.rename("facility")
    told = {
        "name": base.existing["name"].to_numpy(),
        "is_closed": codes.isin(closed),
        "loss": [back[code] if code in back else losses[code] for code in codes],
        "lon": base.existing["lon"].to_numpy(),
        "lat": base.existing["lat"].to_numpy(),
    }
    return pd.DataFrame(told, index=codes)


def _refused(scenario: Scenario, found: Proposal) -> Arrangement:
    columns = ("cell", "name", "candidate", "zone", "zone_name", "gain", "covered", "share", "is_proposed", "lon",
               "lat", "loss", "is_too_near")  # fmt: skip
    return Arrangement(
        scenario=scenario,
        denominator="",
        radius_m=found.ground.radius_m,
        unknown=0,
        total=0.0,
        before=0.0,
        lost=0.0,
        covered=0.0,
        bound=0.0,
        sites=pd.DataFrame(columns=list(columns), index=pd.RangeIndex(1, 1, name="site")),
        facilities=pd.DataFrame(columns=["name", "is_closed", "loss", "lon", "lat"]).rename_axis("facility"),
        cells=pd.DataFrame(columns=["weight", "is_covered_before", "is_covered"]).rename_axis("cell"),
        refusal=found.refusal,
    )
