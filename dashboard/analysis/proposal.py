"""A proposal of sites for a kind of facility: the question as people put it, the answer by site and by cell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.analysis import assignments, density, recorded, served, siting
from dashboard.analysis.coverage import KINDS, serving

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standards

WEIGHTS = ("residents", "open")
"""residents: people or, where too few cells have a number, what `served.weights` counts instead; open: as of
`density.cells`."""
CANDIDATES = ("centres", "junctions")
AT_MOST = 20
"""Sites to ask for at once."""
USUAL = 5
WANTED_SHARE = 0.9
TIME_S = 2.0
REFUSALS = ("no_standard", "no_facilities", "no_cells", "no_demand", "no_candidates")
"""no_facilities: none of the kind is on record, in use or not; that none is known is no sign that none is there."""

_LON_LAT = "EPSG:4326"
_DEGREE_DECIMALS = 6


@dataclass(frozen=True)
class Question:
    """What is asked for."""

    kind: str = KINDS[0]
    n: int = USUAL
    weight: str = WEIGHTS[0]
    candidates: str = CANDIDATES[0]


@dataclass(frozen=True, eq=False)
class Proposal:
    """Where to build, and what it adds. Sums are in units of `denominator`."""

    denominator: str
    """One of `served.DENOMINATORS`, or `open`."""
    radius_m: float
    existing: tuple[str, ...]
    """Codes of the facilities of the kind that serve on the day."""
    candidates: int
    unknown: int
    """Cells without a number, which are in no sum."""
    total: float
    covered: float
    bound: float
    """No choice of n candidates covers more."""
    curve: tuple[float, ...]
    """Covered with the first k = 0 … of the sites; the first entry is what is covered today."""
    bounds: tuple[float, ...]
    sites: pd.DataFrame
    """Index `site`, from 1, what adds most first; cell (code), name, zone, zone_name, gain, covered (this and those
    before it, with the existing ones), share, lon, lat (EPSG:4326)."""
    cells: pd.DataFrame
    """Index `cell`; weight, is_covered_before, is_covered. A cell is covered as a whole where its inner point is."""
    needed: int | None
    """Sites for `WANTED_SHARE`; None: not even all candidates reach it."""
    is_least: bool
    """Is it proven that fewer than `needed` cannot do."""
    refusal: str | None = None
    """Why nothing is proposed, of `REFUSALS`; the frames are empty then and the sums nought."""

    @property
    def before(self) -> float:
        """Covered by the existing facilities alone."""
        return self.curve[0]

    def share(self, covered: float) -> float:
        """Of all weight; NaN without any."""
        return covered / self.total if self.total else float("nan")


def propose(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    asked: Question,
    *,
    standards: "Standards",
    time_limit_s: float = TIME_S,
) -> Proposal:
    """At most `asked.n` candidates that, with the facilities that serve today, have most weight within the radius of
    the standard, straight line (`siting.site_facilities`).

    Demand and candidates are of cells in force and in the filters; facilities count wherever they are. One radius holds
    for all cells, the standard's own value: values by setting are of cells, and a site serves cells of several.
    `filters` are resolved. The solver has at most `time_limit_s`, for the number of sites that a share takes half.
    """
    standard = standards.radius(asked.kind)
    if standard is None:
        return _refused("no_standard")
    if not recorded.has_facilities(county, asked.kind):
        return _refused("no_facilities", radius_m=standard.value)
    day = county.place.local_day(filters.moment)
    cells = county.cells[county.cells_on(day, zone=filters.zone, cell=filters.cell)]
    if cells.empty:
        return _refused("no_cells", radius_m=standard.value)
    weights = _weights(county, snapshot, filters, cells, asked.weight)
    known = weights.values.notna().to_numpy()
    demand = gpd.GeoDataFrame({"weight": weights.values[known]}, geometry=cells.geometry[known], crs=cells.crs)
    if not demand["weight"].sum() > 0:
        return _refused("no_demand", radius_m=standard.value)
    places = _candidates(county, cells, filters, asked.candidates)
    if places.empty:
        return _refused("no_candidates", radius_m=standard.value)
    existing = serving(county, asked.kind, day)[["geometry"]]
    return _answered(
        county, demand, places, existing, weights, n=asked.n, radius_m=standard.value, time_limit_s=time_limit_s
    )


def _answered(
    county: "County",
    demand: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    existing: gpd.GeoDataFrame,
    weights: served.Weights,
    *,
    n: int,
    radius_m: float,
    time_limit_s: float,
) -> Proposal:
    points = places.geometry
    found = siting.site_facilities(demand, points, existing, n=n, radius_m=radius_m, time_limit_s=time_limit_s)
    enough = siting.sites_for_share(
        demand, points, existing, share=WANTED_SHARE, radius_m=radius_m, time_limit_s=time_limit_s / 2
    )
    is_before = siting.Coverage.of(demand, existing, radius_m=radius_m).counts > 0
    is_new = siting.Coverage.of(demand, points[found.sites], radius_m=radius_m).counts > 0
    told = {"weight": demand["weight"], "is_covered_before": is_before, "is_covered": is_before | is_new}
    return Proposal(
        denominator=weights.denominator,
        radius_m=radius_m,
        existing=tuple(existing.index.astype(str)),
        candidates=len(places),
        unknown=weights.unknown,
        total=found.total,
        covered=found.covered,
        bound=found.bound,
        curve=tuple(found.curve.tolist()),
        bounds=tuple(found.bounds.tolist()),
        sites=_sites(county, places.loc[found.sites], found),
        cells=pd.DataFrame(told, index=demand.index.rename("cell")),
        needed=len(enough.sites) if enough.is_reachable else None,
        is_least=enough.is_optimal,
    )


def _weights(
    county: "County", snapshot: "Snapshot", filters: "Filters", cells: gpd.GeoDataFrame, asked: str
) -> served.Weights:
    if asked != "open":
        return served.weights(cells)
    counted = density.cells(county, snapshot, filters)["open"].reindex(cells.index)
    values = counted.astype("Float64").fillna(0.0).astype(np.float64).rename("open")
    return served.Weights("open", values, 0)


def _candidates(county: "County", cells: gpd.GeoDataFrame, filters: "Filters", asked: str) -> gpd.GeoDataFrame:
    """Points with the cell each lies in; a junction outside all of these cells is none, one on a border is of the first
    cell."""
    if asked == "centres":
        points = siting.cell_centres(county, county.place.local_day(filters.moment))[cells.index]
        return gpd.GeoDataFrame({"cell": cells.index}, index=points.index, geometry=points, crs=cells.crs)
    points = siting.road_junctions(county.base)
    at, cell = cells.sindex.query(np.asarray(points.array), predicate="intersects")
    at, first = np.unique(at, return_index=True)
    points = points.iloc[at]
    return gpd.GeoDataFrame({"cell": cells.index[cell[first]]}, index=points.index, geometry=points, crs=cells.crs)


def _sites(county: "County", places: gpd.GeoDataFrame, found: siting.Siting) -> pd.DataFrame:
    cells = county.cells.loc[places["cell"]]
    degrees = shapely.get_coordinates(places.geometry.to_crs(_LON_LAT).to_numpy()).round(_DEGREE_DECIMALS)
    covered = found.curve[1 : len(places) + 1]
    frame = pd.DataFrame(
        {
            "cell": places["cell"].to_numpy(),
            "name": cells["name"].to_numpy(),
            "zone": cells["zone"].to_numpy(),
            "zone_name": assignments.looked_up(cells["zone"], county.zones["name"]).to_numpy(),
            "gain": found.gains,
            "covered": covered,
            "share": covered / found.total,
            "lon": degrees[:, 0],
            "lat": degrees[:, 1],
        }
    )
    return frame.set_index(pd.RangeIndex(1, len(frame) + 1, name="site"))


def _refused(code: str, *, radius_m: float = float("nan")) -> Proposal:
    columns = ("cell", "name", "zone", "zone_name", "gain", "covered", "share", "lon", "lat")
    return Proposal(
        denominator="",
        radius_m=radius_m,
        existing=(),
        candidates=0,
        unknown=0,
        total=0.0,
        covered=0.0,
        bound=0.0,
        curve=(0.0,),
        bounds=(0.0,),
        sites=pd.DataFrame(columns=list(columns), index=pd.RangeIndex(1, 1, name="site")),
        cells=pd.DataFrame(columns=["weight", "is_covered_before", "is_covered"]).rename_axis("cell"),
        needed=None,
        is_least=False,
        refusal=code,
    )
