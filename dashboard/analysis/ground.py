"""The ground of a siting question: who is to be reached, from where that is done today, and within which radius."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from dashboard.analysis import density, recorded, served, siting
from dashboard.analysis.coverage import serving
from dashboard.analysis.degrees import degrees_of

if TYPE_CHECKING:
    from dashboard.analysis.proposal import Question
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standards

REFUSALS = ("no_standard", "no_facilities", "no_cells", "no_demand")
"""no_facilities: none of the kind is on record, in use or not; that none is known is no sign that none is there."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What every choice of sites for a question is reckoned on; all in the CRS of the county, in metres."""

    radius_m: float
    cells: gpd.GeoDataFrame
    """Cells in force and in the filters."""
    demand: gpd.GeoDataFrame
    """Of these the ones whose weight is known, with `weight`."""
    weights: served.Weights
    """By cell; the denominator is one of `served.DENOMINATORS`, or `open`."""
    existing: gpd.GeoDataFrame
    """Facilities of the kind that serve on the day, wherever they are: name, lon, lat (EPSG:4326), geometry. Index
    code."""
    refusal: str | None = None
    """Why nothing can be reckoned, of `REFUSALS`."""

    @cached_property
    def today(self) -> siting.Coverage:
        """What the existing facilities cover, by code."""
        return siting.Coverage.of(self.demand, self.existing, radius_m=self.radius_m)


def ground(
    county: "County", snapshot: "Snapshot", filters: "Filters", asked: "Question", *, standards: "Standards"
) -> Ground:
    """Of a question; its number of sites, candidates and spacing are nothing to it.

    One radius holds for all cells, the one asked for or the standard's own value: values by setting are of cells, and a
    site serves cells of several. `filters` are resolved.
    """
    day = county.place.local_day(filters.moment)
    standard = standards.radius(asked.kind)
    radius_m = asked.radius_m or (standard.value if standard else float("nan"))
    cells = county.cells[county.cells_on(day, zone=filters.zone, cell=filters.cell)]
    weights = _weights(county, snapshot, filters, cells, asked.weight)
    known = weights.values.notna().to_numpy()
    demand = gpd.GeoDataFrame({"weight": weights.values[known]}, geometry=cells.geometry[known], crs=cells.crs)
    refusals = {
        "no_standard": not radius_m > 0,
        "no_facilities": not recorded.has_facilities(county, asked.kind),
        "no_cells": cells.empty,
        "no_demand": not demand["weight"].sum() > 0,
    }
    refusal = next((code for code, is_so in refusals.items() if is_so), None)
    existing = serving(county, asked.kind, day)[["name", "geometry"]]
    lon, lat = degrees_of(existing.geometry).T
    return Ground(radius_m, cells, demand, weights, existing.assign(lon=lon, lat=lat), refusal)


def _weights(
    county: "County", snapshot: "Snapshot", filters: "Filters", cells: gpd.GeoDataFrame, asked: str
) -> served.Weights:
    if asked != "open":
        return served.weights(cells)
    counted = density.cells(county, snapshot, filters)["open"].reindex(cells.index)
    values = counted.astype("Float64").fillna(0.0).astype(np.float64).rename("open")
    return served.Weights("open", values, 0)
