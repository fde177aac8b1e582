"""Seats and stalls per thousand people in a county: by facility and by cell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import recorded
from dashboard.analysis.assignments import looked_up
from dashboard.analysis.coverage import serving
from dashboard.analysis.facilities import among, described, without_place
from dashboard.analysis.supply import Supply, crowds, floating_catchment

if TYPE_CHECKING:
    from datetime import date

    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.standards import Standard, Standards

NO_STANDARD, NO_FACILITIES = recorded.NO_STANDARD, recorded.NO_FACILITIES
ALL_UNKNOWN, NO_PEOPLE = "all_unknown", "no_people"
REFUSALS = (NO_STANDARD, NO_FACILITIES, ALL_UNKNOWN, NO_PEOPLE)
"""Why nothing can be told: no radius, or nothing to tell a market's crowd by; no facility of the kind on record; none
of those that serve has its capacity on record; no cell has its people."""


@dataclass(frozen=True, eq=False)
class Supplied:
    """`Supply` of one kind in a county, what is asked for alone; those beyond the filters were counted all the same, as
    they go to the same facilities."""

    facilities: pd.DataFrame
    """Index `facility`; the columns of `facilities.described`, then capacity, demand, per_thousand, state (of
    `Supply`). Those with least per thousand first, those of which it cannot be told last."""
    cells: pd.DataFrame
    """Index `cell`; name, zone, zone_name, people (NaN: not known), facilities (within reach), unknown (of these,
    without a capacity), per_thousand (NaN where all that is within reach is of unknown capacity)."""
    crowds: float = 0.0
    """People at markets among the demand of toilets, of the whole place."""
    crowds_unknown: int = 0
    """Markets of which nobody knows how many people are there."""
    without_place: int = 0
    """Facilities in use without a location, which are in no number."""
    refusal: str | None = None
    """Of `REFUSALS`; the frames are empty then."""

    @property
    def per_thousand(self) -> float:
        """Of the people of the cells on average; NaN without any of whom it can be told."""
        told = self.cells[self.cells["per_thousand"].notna() & (self.cells["people"] > 0)]
        people = told["people"].to_numpy(dtype=np.float64)
        return float(np.average(told["per_thousand"], weights=people)) if len(told) else float("nan")

    @property
    def unserved(self) -> pd.DataFrame:
        """The cells where people live and nothing is within reach."""
        return self.cells[(self.cells["facilities"] == 0) & (self.cells["people"] > 0)]


def supplied(county: "County", filters: "Filters", kind: str, standards: "Standards") -> Supplied:
    """What the facilities of a kind (`coverage.KINDS`) that serve on the day of the moment give to the people of the
    cells in force, within the radius of the standard, which may differ with the setting of a cell; toilets serve the
    people at markets too (`crowds`). `filters` are resolved; of them zone and cell choose what is told.
    """
    radius = standards.radius(kind)
    per_stall, per_1000_m2 = (standards.entries.get(f"market.people_per_{name}") for name in ("stall", "1000_m2"))
    if radius is None or (kind == "toilet" and (per_stall is None or per_1000_m2 is None)):
        return _refused(NO_STANDARD)
    if not recorded.has_facilities(county, kind):
        return _refused(NO_FACILITIES)
    day = county.place.local_day(filters.moment)
    places, cells = serving(county, kind, day), county.cells[county.cells_on(day)]
    if len(places) and places["capacity"].isna().all():
        return _refused(ALL_UNKNOWN)
    if not (cells["people"] > 0).any():
        return _refused(NO_PEOPLE)
    markets = serving(county, "market", day) if kind == "toilet" else places.iloc[:0]
    demand = crowds(
        cells,
        markets,
        people_per_stall=per_stall.value if per_stall else 0.0,
        people_per_1000_m2=per_1000_m2.value if per_1000_m2 else 0.0,
    )
    found = floating_catchment(demand, places, radius_m=_radii(radius, county, cells, markets))
    is_told = county.cells_on(day, zone=filters.zone, cell=filters.cell)[county.cells_on(day)]
    at_markets = demand["weight"].iloc[len(cells) :]
    return Supplied(
        facilities=_facilities(county, found, filters, day),
        cells=_cells(county, cells, found)[is_told],
        crowds=float(at_markets.sum()),
        crowds_unknown=int(at_markets.isna().sum()),
        without_place=without_place(county, kind, day),
    )


def _radii(
    radius: "Standard", county: "County", cells: gpd.GeoDataFrame, markets: gpd.GeoDataFrame
) -> npt.NDArray[np.float64]:
    """Of the cells, then of the markets by the cell each lies in."""
    around = looked_up(markets["cell"], county.cells["setting"])
    return np.concatenate([radius.by_cell(settings).to_numpy(np.float64) for settings in (cells["setting"], around)])


def _facilities(county: "County", found: Supply, filters: "Filters", day: "date") -> pd.DataFrame:
    frame = described(county, found.facilities.index, day).join(found.facilities)
    frame = frame[among(frame, filters)]
    return frame.sort_values("per_thousand", na_position="last", kind="stable")


def _cells(county: "County", cells: gpd.GeoDataFrame, found: Supply) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "name": cells["name"],
            "zone": cells["zone"],
            "zone_name": looked_up(cells["zone"], county.zones["name"]),
            "people": cells["people"],
        }
    )
    within = found.within.iloc[: len(cells)]
    frame["facilities"], frame["unknown"] = within["facilities"].to_numpy(), within["unknown"].to_numpy()
    gained = found.places.iloc[: len(cells)].to_numpy()
    frame["per_thousand"] = np.where(
        (frame["facilities"] > 0) & (frame["facilities"] == frame["unknown"]), np.nan, gained
    )
    return frame.rename_axis("cell")


def _refused(code: str) -> Supplied:
    facilities = ("name", "zone", "zone_name", "cell", "unit", "keeper", "capacity", "demand", "per_thousand", "state")
    cells = ("name", "zone", "zone_name", "people", "facilities", "unknown", "per_thousand")
    return Supplied(
        pd.DataFrame(columns=list(facilities)).rename_axis("facility"),
        pd.DataFrame(columns=list(cells)).rename_axis("cell"),
        refusal=code,
    )
