"""What a set of sites covers while one is dragged, added or closed: answered in milliseconds."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.analysis.siting.incidence import (
    TOUCH_M,
    Demand,
    Floats,
    Places,
    Positions,
    SitingRefused,
    checked_length,
    demand_of,
    reach,
    sites_of,
)


@dataclass(frozen=True, eq=False)
class Coverage:
    """Sites and the demand each of them reaches. Never changed: `add`, `remove` and `move` give another, which shares
    everything but what moved, so that before and after can stand side by side.

    >>> from shapely import Point
    >>> demand = gpd.GeoDataFrame({"weight": [5, 3]}, geometry=[Point(0, 0), Point(1000, 0)], crs="EPSG:4547")
    >>> sites = gpd.GeoSeries({"a": Point(0, 100)}, crs="EPSG:4547")
    >>> now = Coverage.of(demand, sites, radius_m=300)
    >>> now.covered, now.add(Point(900, 0)).covered, now.loss_of("a", to=Point(1000, 10))
    (5.0, 8.0, 2.0)
    """

    demand: Demand
    radius_m: float
    points: Mapping[Hashable, shapely.Point]
    """By label."""
    reached: Mapping[Hashable, Positions]
    """By label: positions of the demand within the radius; the rows of a sparse matrix."""
    counts: Positions
    """By demand: how many sites reach it."""
    tree: shapely.STRtree

    @classmethod
    def of(cls, demand: gpd.GeoDataFrame, sites: Places, *, radius_m: float) -> "Coverage":
        """Inputs, and what is refused, as in `site_facilities`."""
        wanted = demand_of(demand)
        points = sites_of(sites, "sites", wanted)
        rows = reach(points, wanted.points, radius_m=checked_length(radius_m, "radius_m"))
        parts = np.split(rows.indices.astype(np.int64), rows.indptr[1:-1]) if len(points) else []
        labels = list(sites.index)
        return cls(
            demand=wanted,
            radius_m=float(radius_m),
            points=MappingProxyType(dict(zip(labels, points, strict=True))),
            reached=MappingProxyType(dict(zip(labels, parts, strict=True))),
            counts=np.bincount(rows.indices, minlength=len(wanted.points)),
            tree=shapely.STRtree(wanted.points),
        )

    @cached_property
    def covered(self) -> float:
        """Sum of the weights within the radius of a site."""
        return float(self.demand.weight[self.counts > 0].sum())

    @property
    def total(self) -> float:
        """Sum of all weights."""
        return self.demand.total

    @property
    def sites(self) -> gpd.GeoSeries:
        """Points by label, in the CRS of the demand."""
        return gpd.GeoSeries(list(self.points.values()), index=pd.Index(list(self.points)), crs=self.demand.crs)

    def add(self, point: shapely.Point, *, label: Hashable | None = None) -> "Coverage":
        """With one more site; without a label of its own it is the first of +1, +2, … that is free."""
        if label is None:
            label = next(name for k in range(1, len(self.points) + 2) if (name := f"+{k}") not in self.points)
        if label in self.points:
            raise SitingRefused("labels_twice", f"there is a site {label!r} already")
        return self._with({**self.points, label: point}, {**self.reached, label: self._within(point)})

    def remove(self, site: Hashable) -> "Coverage":
        """Without a site. Raises `KeyError` for a label that is none."""
        points, reached = dict(self.points), dict(self.reached)
        del points[site], reached[site]
        return self._with(points, reached)

    def move(self, site: Hashable, point: shapely.Point) -> "Coverage":
        """With a site somewhere else, under its label and in its place of the order."""
        if site not in self.points:
            raise KeyError(site)
        return self._with({**self.points, site: point}, {**self.reached, site: self._within(point)})

    def loss_of(self, site: Hashable | None = None, *, to: shapely.Point | None = None) -> float:
        """What closing a site loses; with `to`, moving it there; without a site, adding one there. Below 0: a gain."""
        if site is None and to is None:
            raise SitingRefused("no_move", "name a site, a point, or both")
        if to is None:
            return self.covered - self.remove(site).covered
        return self.covered - (self.add(to) if site is None else self.move(site, to)).covered

    def losses(self) -> pd.Series:
        """By site: what closing it alone loses. Index label; name `loss`."""
        alone: Floats = self.demand.weight * (self.counts == 1)
        lost = [float(alone[mine].sum()) for mine in self.reached.values()]
        return pd.Series(lost, index=pd.Index(list(self.points)), name="loss", dtype=np.float64)

    def _within(self, point: shapely.Point) -> Positions:
        if (
            not isinstance(point, shapely.Point)
            or not np.isfinite(shapely.get_coordinates(point)).all()
            or point.is_empty
        ):
            raise SitingRefused("not_points", "a site is a point with coordinates")
        found = self.tree.query(point, predicate="dwithin", distance=self.radius_m + TOUCH_M)
        return np.sort(found)

    def _with(self, points: Mapping[Hashable, shapely.Point], reached: Mapping[Hashable, Positions]) -> "Coverage":
        """The counts change by what has gone and what has come, nothing else is looked at."""
        counts = self.counts.copy()
        for label in self.reached:
            if reached.get(label) is not self.reached[label]:
                counts[self.reached[label]] -= 1
        for label in reached:
            if reached[label] is not self.reached.get(label):
                counts[reached[label]] += 1
        return replace(self, points=MappingProxyType(points), reached=MappingProxyType(reached), counts=counts)


def losses(demand: gpd.GeoDataFrame, existing: Places, *, radius_m: float) -> pd.Series:
    """By existing site: the weight that goes out of reach when it alone is closed. Index of `existing`, name `loss`."""
    return Coverage.of(demand, existing, radius_m=radius_m).losses()
