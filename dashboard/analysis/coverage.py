"""Cells nobody answers for, cells nobody looked at, cells out of reach: three facts, never one."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from dashboard.analysis import assignments, recorded, visits
from dashboard.analysis.nearest import located, nearest

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.standards import Standards

KINDS = ("toilet", "market")
"""Facility kinds whose reach is judged."""

NOT_SERVING = ("closed", "planned")
"""Status of a facility that serves nobody; every other word, and none, is taken as in use."""

_QUARTER_SEGMENTS = 16
_ROUNDING = 1e-9


def coverage_share(cells: gpd.GeoSeries, facilities: gpd.GeoSeries, *, radius_m: float) -> pd.Series:
    """Share of each cell's area within `radius_m` of a facility, straight line; index of `cells`, in [0, 1].

    Both in one projected CRS in metres; discs are polygons with 16 segments a quarter. Exact for these: equal to
    `geopandas.overlay` of the cells with the union of the discs.

    >>> square = gpd.GeoSeries([shapely.box(0, 0, 100, 100)], index=["a"])
    >>> coverage_share(square, gpd.GeoSeries([shapely.Point(50, 50)]), radius_m=80)
    a    1.0
    Name: coverage_share, dtype: float64
    """
    areas: npt.NDArray[np.object_] = np.asarray(cells.geometry.array)
    places: npt.NDArray[np.object_] = np.asarray(located(facilities).array)
    share = _plainly_inside(areas, places, radius_m).astype(np.float64)
    rest = np.flatnonzero(share == 0)
    if len(places) and len(rest):
        discs = shapely.buffer(places, radius_m, quad_segs=_QUARTER_SEGMENTS)
        at, disc = shapely.STRtree(areas[rest]).query(discs, predicate="intersects")[::-1]
        at = rest[at]
        shapely.prepare(discs)
        whole = shapely.covers(discs[disc], areas[at])
        share[at[whole]] = 1
        partly = share[at] == 0
        share += _partial(areas, discs, at[partly], disc[partly])
    return pd.Series(np.clip(share, 0, 1), index=cells.index, name="coverage_share")


def share_by_radius(cells: gpd.GeoSeries, facilities: gpd.GeoSeries, *, radius_m: pd.Series) -> pd.Series:
    """`coverage_share` with a radius of each cell's own (m, by cell)."""
    share = pd.Series(np.nan, index=cells.index, name="coverage_share")
    metres = radius_m.reindex(cells.index).to_numpy(dtype=np.float64)
    for radius in np.unique(metres):
        is_of = metres == radius
        share[is_of] = coverage_share(cells[is_of], facilities, radius_m=float(radius))
    return share


def _plainly_inside(
    areas: npt.NDArray[np.object_], places: npt.NDArray[np.object_], radius_m: float
) -> npt.NDArray[np.bool_]:
    """Areas whose bounds lie in the disc of the point nearest to their middle; most of those that are covered at all,
    told by arithmetic where GEOS would look at every pair."""
    points = places[shapely.get_type_id(places) == shapely.GeometryType.POINT]
    is_inside = np.zeros(len(areas), np.bool_)
    bounds = shapely.bounds(areas)
    known = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    if len(points) and len(known):
        low, high = bounds[known, :2], bounds[known, 2:]
        middle = shapely.points((low + high) / 2)
        point = shapely.get_coordinates(points[shapely.STRtree(points).nearest(middle)])
        farthest = np.hypot(*np.maximum(point - low, high - point).T)
        # A disc drawn with corners holds a circle that is a little smaller.
        held = radius_m * np.cos(np.pi / (4 * _QUARTER_SEGMENTS))
        is_inside[known] = farthest < held * (1 - _ROUNDING)
    return is_inside


def _partial(
    areas: npt.NDArray[np.object_],
    discs: npt.NDArray[np.object_],
    at: npt.NDArray[np.int64],
    disc: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Share of the areas that several discs reach only in part: the union of the pieces, cell by cell."""
    order = np.argsort(at, kind="stable")
    at, disc = at[order], disc[order]
    pieces = shapely.intersection(areas[at], discs[disc])
    which, first, number = np.unique(at, return_index=True, return_counts=True)
    reached = pieces[first]
    several = np.flatnonzero(number > 1)
    reached[several] = [shapely.union_all(pieces[first[i] : first[i] + number[i]]) for i in several]
    share = np.zeros(len(areas))
    share[which] = shapely.area(reached) / shapely.area(areas[which])
    return share


def in_use(county: "County", day: date) -> npt.NDArray[np.bool_]:
    """Which facilities are neither closed nor planned, nor opening after the day; True by position in `facilities`."""
    every = county.facilities
    opened = every["opened_on"].to_numpy(dtype="datetime64[s]")
    is_open = np.isnat(opened) | (opened <= np.datetime64(day, "s"))
    return ~every["status"].isin(NOT_SERVING).to_numpy(dtype=np.bool_) & is_open


def serving(county: "County", kind: str, day: date) -> gpd.GeoDataFrame:
    """Facilities of a kind that are in use on a day and have coordinates."""
    every = county.facilities
    is_of_kind = (every["kind"] == kind).to_numpy()
    return every[in_use(county, day) & is_of_kind & ~every.geometry.isna().to_numpy()]


def serving_key(county: "County", day: date) -> str:
    """Stands for the facilities that serve on a day: two days with equal keys have equal shares."""
    return "\n".join(code for kind in KINDS for code in serving(county, kind, day).index)


def shares(
    county: "County",
    day: date,
    standards: "Standards",
    *,
    found: Mapping[str, tuple[pd.Series, pd.Series]] | None = None,
) -> pd.DataFrame:
    """Of all cells: `toilet`, `market` (share of the area within the standard's radius, NaN where the standards give
    none or where no facility of the kind is on record) and `toilet_m`, `market_m` (straight line from the cell to the
    nearest one, NaN where there is none).

    A radius may differ with the setting of the cell (`by_setting`). Only area is known inside a cell, so its people
    are taken as spread evenly. `found`: share and metres of a kind that has both, where they are known already.
    """
    frame = pd.DataFrame(index=county.cells.index.rename("cell"))
    for kind in KINDS:
        if found is not None and kind in found:
            frame[kind], frame[f"{kind}_m"] = (one.to_numpy() for one in found[kind])
            continue
        places = serving(county, kind, day)
        standard = standards.radius(kind)
        share = pd.Series(np.nan, index=county.cells.index)
        if standard is not None and recorded.has_facilities(county, kind):
            share = share_by_radius(
                county.cells.geometry, places.geometry, radius_m=standard.by_cell(county.cells["setting"])
            )
        frame[kind] = share.to_numpy()
        frame[f"{kind}_m"] = nearest(county.cells.geometry, places.geometry)["distance_m"].to_numpy()
    return frame


def facts(county: "County", filters: "Filters", *, shares: pd.DataFrame, unserved_share: float) -> pd.DataFrame:
    """The facts alone, of cells in force and in the filters. Index `cell`; columns is_unassigned, is_unvisited,
    is_unserved (by toilets or by markets, whichever can be told), is_unserved_toilet, is_unserved_market (boolean),
    visits (Int64), last_visit. NA: nobody can tell, `recorded.missing` says why."""
    day = county.place.local_day(filters.moment)
    visited = visits.cells(county, filters)
    unserved = pd.DataFrame({kind: (shares[kind] < unserved_share).astype("boolean") for kind in KINDS})
    unserved = unserved.mask(shares[list(KINDS)].isna())
    frame = pd.DataFrame(
        {
            "is_unassigned": assignments.is_unassigned(county, day).array,
            "is_unvisited": visited["is_unvisited"].array,
            "is_unserved": unserved.any(axis=1).astype("boolean").mask(unserved.isna().all(axis=1)).array,
            **{f"is_unserved_{kind}": unserved[kind].array for kind in KINDS},
            "visits": visited["visits"].array,
            "last_visit": visited["last_visit"].to_numpy(),
        },
        index=county.cells.index.rename("cell"),
    )
    return frame[county.cells_on(day, zone=filters.zone, cell=filters.cell)]


def cells(
    county: "County",
    filters: "Filters",
    *,
    shares: pd.DataFrame,
    unserved_share: float,
    found: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Cells in force and in the filters, in order of code. Index `cell`.

    Columns: name, zone, zone_name, setting, people, area_km2; is_unassigned, is_unvisited, is_unserved (toilet or
    market), is_unserved_toilet, is_unserved_market; visits, last_visit; share_toilet, share_market, nearest_toilet_m,
    nearest_market_m; worker (names, NaN: nobody), leader (of its zone, NaN: nobody). What is not on record at all is NA
    in every row (see `facts`). `found`: what `facts` gives of these, where it is known already.
    """
    found = found if found is not None else facts(county, filters, shares=shares, unserved_share=unserved_share)
    told = county.cells.loc[found.index]
    day = county.place.local_day(filters.moment)
    workers = assignments.holders(county, day, layer="cell", role=assignments.GRID_WORKER)
    leaders = assignments.holders(county, day, layer="zone", role=assignments.LEADER)
    frame = pd.DataFrame(
        {
            "name": told["name"],
            "zone": told["zone"],
            "zone_name": assignments.looked_up(told["zone"], county.zones["name"]),
            "setting": told["setting"],
            "people": told["people"],
            "area_km2": told["area_m2"] / 1e6,
        }
    )
    frame = frame.join(found)
    for kind in KINDS:
        frame[f"share_{kind}"] = shares.loc[found.index, kind]
        frame[f"nearest_{kind}_m"] = shares.loc[found.index, f"{kind}_m"]
    frame["worker"] = assignments.looked_up(frame.index.to_series(), workers)
    frame["leader"] = assignments.looked_up(frame["zone"], leaders)
    return frame.rename_axis("cell")
