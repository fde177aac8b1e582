"""Who counts as near whom in a data version: the same for every filter, so that a colour keeps its meaning."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis.moran import incremental, peak_radius_m
from dashboard.analysis.rates import standardised_rates
from dashboard.analysis.weights import distance_weights, queen_weights, union, with_self

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from dashboard.county import County
    from dashboard.snapshot import Snapshot

Layer = Literal["cells", "zones"]


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Who counts as near whom in a data version, whatever the filters say."""

    layer: Layer
    weights: "csr_array"
    """By position in `County.cells` or `.zones`, all of them, in force or not; with the diagonal."""
    radius_m: float | None
    """Between centroids; None: touching alone makes neighbours, no distance shows likeness."""
    incremental: pd.DataFrame
    """How the radius was chosen: `moran.incremental`."""


def neighbourhood(county: "County", snapshot: "Snapshot", *, layer: Layer = "cells") -> Neighbourhood:
    """Neighbours touch, or their centroids lie within the radius at which problems are most alike.

    The radius is the peak of `incremental` over the standardised rates of all problems of the version (default points
    left out) in the places in force at its latest moment; of cells no larger than that of a circle of a zone's mean
    area, as it is zones that people are sent to. Touching makes neighbours at any distance, so that a large cell at the
    edge is no island.
    """
    shapes, codes, area_km2 = places(county, snapshot, layer)
    weights = queen_weights(shapes)
    now = in_force(county, snapshot.latest, layer)
    used = (codes >= 0) & ~snapshot.is_default_point
    counts = np.bincount(codes[used], minlength=len(shapes))[now]
    centroids = shapes.geometry.centroid
    widest_m = (
        float(np.sqrt(county.zones["area_m2"].mean() / np.pi)) if layer == "cells" and len(county.zones) else None
    )
    rates = standardised_rates(counts, area_km2[now])
    tried = incremental(centroids[now], rates, at_most_m=widest_m)
    radius_m = peak_radius_m(tried, at_most_m=widest_m)
    if radius_m is not None:
        # A hair more, as in `incremental`.
        weights = union(weights, distance_weights(centroids, radius_m=radius_m * (1 + 1e-9)))
    return Neighbourhood(layer, with_self(weights), radius_m, tried)


def places(
    county: "County", snapshot: "Snapshot", layer: Layer
) -> tuple[gpd.GeoDataFrame, npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """Polygons of a layer (all, in their order), the position of each problem in them (-1: none), and km²."""
    shapes, codes = (county.cells, snapshot.cell) if layer == "cells" else (county.zones, snapshot.zone)
    return shapes, codes, shapes["area_m2"].to_numpy(np.float64) / 1e6


def began_after(county: "County", day: date, layer: Layer) -> npt.NDArray[np.bool_]:
    """Places that did not exist yet on a day, by position: what was there then lies in the cells before them, so
    their own zero of that time says nothing."""
    if layer == "zones":
        return np.zeros(len(county.zones), np.bool_)
    return (county.cells["valid_from"] > pd.Timestamp(day)).to_numpy(dtype=np.bool_, na_value=False)


def in_force(county: "County", moment: datetime, layer: Layer) -> npt.NDArray[np.bool_]:
    """Which places there are at a moment, by position; zones have no term."""
    if layer == "zones":
        return np.ones(len(county.zones), np.bool_)
    return county.cells_on(county.place.local_day(moment))
