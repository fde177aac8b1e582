"""How a kind of facility serves the cells: by which rule, and what comes of it by cell and by zone."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis import assignments, recorded, served
from dashboard.analysis.access import Ground, set_out
from dashboard.analysis.coverage import KINDS, serving
from dashboard.analysis.network import ROAD_KINDS, Network, network
from dashboard.analysis.reach import METHODS, ON_FOOT, Reach, on_foot, straight
from dashboard.filters import NONE

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.standards import Standards

RADIUS = "radius"
"""The service radius of the kind itself (`Standards.reaches`)."""
UNSERVED = "unserved_"


@dataclass(frozen=True)
class Rule:
    """By what a cell is served: a kind of facility, the standard it is held against, and how distance is measured."""

    kind: str = KINDS[0]
    standard: str = RADIUS
    """One of `Standards.reaches` of the kind."""
    method: str = METHODS[0]

    @property
    def is_usual(self) -> bool:
        """Whether the headline figures are by it."""
        return self.kind in KINDS and (self.standard, self.method) == (RADIUS, METHODS[0])


@dataclass(frozen=True, eq=False)
class Roads:
    """What walking is measured on; made once of a data version."""

    network: Network
    ground: Ground | None
    """Of all cells; None where the network carries no answer."""


@dataclass(frozen=True, eq=False)
class Service:
    """How the cells in force and in the filters are served. Sums are in units of `denominator`."""

    refusal: str | None
    """Why nobody can tell, `recorded.NO_STANDARD` or `recorded.NO_FACILITIES`; None: it can be told."""
    method: str
    """One of `reach.METHODS`: how it was measured, which may not be how it was asked for."""
    reason: str | None
    """Why not on foot though that was asked, one of `network.REFUSALS`."""
    denominator: str
    """One of `served.DENOMINATORS`, the same for every choice of zones."""
    facilities: tuple[str, ...]
    """Codes of the ones that serve on the day, wherever they are."""
    cut_off: int
    """How many of these nobody can walk to: no road, or water all around."""
    cells: pd.DataFrame
    """Index `cell`; radius_m, share (within reach, NaN: not known), facility (code of the nearest, NaN: none), its
    facility_name, distance_m (NaN: none, or no way), choices (within the radius of a point inside of the cell), weight
    (in units of `denominator`, NaN: not known), served (of it), is_served (boolean, NA: not known)."""
    zones: pd.DataFrame
    """Index `zone`, `-` for cells of none, in order of code; name, cells, cells_unserved, cells_counted, total, served,
    share_served as of `served.by_zone`."""

    @property
    def unserved(self) -> pd.DataFrame:
        """The cells of which less than the set share is within reach."""
        return self.cells[~self.cells["is_served"].fillna(True).astype(bool)]

    @property
    def untold(self) -> int:
        """Cells whose share is not known: nothing but water on foot."""
        return int(self.cells["is_served"].isna().sum())

    @property
    def unknown(self) -> int:
        """Cells without a weight, which are in no sum."""
        return int(self.cells["weight"].isna().sum())

    @property
    def total(self) -> float:
        return float(self.zones["total"].sum())

    @property
    def served(self) -> float:
        return float(self.zones["served"].sum())

    @property
    def share_served(self) -> float:
        """Of the total; NaN without any."""
        return self.served / self.total if self.total else float("nan")


def lacks(standards: "Standards") -> tuple[str, ...]:
    """What a cell may lack: somebody who answers, a visit, and each kind of facility that has a radius."""
    return ("unassigned", "unvisited", *(f"{UNSERVED}{kind}" for kind in standards.kinds()))


def kind_of(lack: str) -> str | None:
    """The kind of facility that a cell lacks; None: it lacks something else."""
    return lack.removeprefix(UNSERVED) if lack.startswith(UNSERVED) else None


def roads_of(county: "County") -> Roads:
    """The roads of the base map and every cell upon them."""
    found = network(county.base)
    return Roads(found, None if found.refusal else set_out(found, county.cells.geometry))


def has_roads(county: "County") -> bool:
    """Whether the base map holds any road at all."""
    return bool(county.base["kind"].isin(ROAD_KINDS).any())


def facilities_key(county: "County", day: date, kind: str) -> str:
    """Stands for the facilities of a kind that serve on a day: two days with equal keys have equal reach."""
    return "\n".join(serving(county, kind, day).index)


def reach(county: "County", day: date, rule: Rule, *, standards: "Standards", roads: Roads | None = None) -> Reach:
    """Of every cell of the county, whether in force or not, for the facilities that serve on a day.

    `roads`: of this county, where they are known already; nothing to a straight line. Raises `KeyError` for a standard
    that the kind does not have.
    """
    cells, places = county.cells.geometry, serving(county, rule.kind, day).geometry
    radius_m = standards.reaches(rule.kind)[rule.standard].by_cell(county.cells["setting"])
    if rule.method != ON_FOOT:
        return straight(cells, places, radius_m=radius_m)
    known = roads if roads is not None else roads_of(county)
    return on_foot(cells, places, radius_m=radius_m, network=known.network, ground=known.ground)


def service(
    county: "County",
    filters: "Filters",
    rule: Rule,
    *,
    standards: "Standards",
    unserved_share: float,
    found: Reach | None = None,
) -> Service:
    """The answer. `filters` are resolved; `found`: what `reach` gives of these, where it is known already.

    Only area is known inside a cell, so its people are taken as spread evenly. What is counted (`served.weights`) is
    chosen for all cells in force, so that it is the same for each zone.
    """
    day = county.place.local_day(filters.moment)
    in_force, is_chosen = county.cells_on(day), county.cells_on(day, zone=filters.zone, cell=filters.cell)
    denominator = served.weights(county.cells[in_force]).denominator
    told = county.cells[is_chosen]
    weights = served.weights(told, denominator=denominator)
    standard = standards.reaches(rule.kind).get(rule.standard)
    refusal = recorded.NO_STANDARD if standard is None else None
    refusal = refusal if recorded.has_facilities(county, rule.kind) else recorded.NO_FACILITIES
    if refusal is None and found is None:
        found = reach(county, day, rule, standards=standards)
    cells = pd.DataFrame(index=told.index.rename("cell"))
    cells["radius_m"] = standard.by_cell(told["setting"]) if standard is not None else np.nan
    cells = cells.join(_reached(county, found if refusal is None else None))
    cells["weight"] = weights.values
    cells["served"] = cells["share"] * cells["weight"]
    cells["is_served"] = (cells["share"] >= unserved_share).astype("boolean").mask(cells["share"].isna())
    return Service(
        refusal=refusal,
        method=found.method if found is not None else METHODS[0],
        reason=found.reason if found is not None else None,
        denominator=denominator,
        facilities=tuple(serving(county, rule.kind, day).index.astype(str)),
        cut_off=len(found.cut_off) if found is not None else 0,
        cells=cells,
        zones=_zones(county, cells, weights),
    )


def _reached(county: "County", found: Reach | None) -> pd.DataFrame:
    """share, facility, facility_name, distance_m, choices of every cell; NA where nothing is found out."""
    codes = county.cells.index
    if found is None:
        empty = pd.DataFrame(np.nan, index=codes, columns=["share", "facility", "facility_name", "distance_m"])
        return empty.assign(choices=pd.array([pd.NA] * len(codes), dtype="Int64"))
    facility = found.nearest["facility"]
    distance = found.nearest["distance_m"]
    return pd.DataFrame(
        {
            "share": found.share,
            "facility": facility,
            "facility_name": assignments.looked_up(facility, county.facilities["name"]),
            "distance_m": distance.where(np.isfinite(distance)),
            "choices": found.choices.astype("Int64"),
        },
        index=codes,
    )


def _zones(county: "County", cells: pd.DataFrame, weights: served.Weights) -> pd.DataFrame:
    zones = county.cells["zone"].reindex(cells.index)
    found = served.by_zone(cells["share"], weights, zones)
    is_unserved = ~cells["is_served"].fillna(True).astype(bool)
    found.insert(0, "cells_unserved", is_unserved.groupby(zones, dropna=False).sum())
    names = assignments.looked_up(found.index.to_series(), county.zones["name"])
    found.insert(0, "name", names)
    order = ["name", "cells", "cells_unserved", "cells_counted", "total", "served", "share_served"]
    return found[order].rename(index=lambda code: NONE if pd.isna(code) else code).rename_axis("zone")
