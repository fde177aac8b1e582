"""What the facilities of a county are against one standard: how far apart, how many by km² of each zone, which class.

What land a zone is, and how busy a street, is on no record: which of several standards holds is the reader's choice.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.analysis import provision, recorded
from dashboard.analysis.coverage import KINDS, serving
from dashboard.analysis.facilities import among, described, without_place
from dashboard.filters import NONE

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.standards import Standard, Standards

SPACING, PER_KM2, CLASS = "spacing", "per_km2", "lowest_class"
ASKED = (SPACING, PER_KM2, CLASS)
"""Quantities of the standards."""

TO_ACT_ON = {SPACING: provision.TOO_MUCH, PER_KM2: provision.TOO_LITTLE, CLASS: provision.TOO_LITTLE}
"""The state in which something lacks: too far from the next one, too few, below the class."""

NO_STANDARD, NO_FACILITIES = recorded.NO_STANDARD, recorded.NO_FACILITIES
NONE_IN_USE, NO_ROADS, NO_ZONES, NO_CLASS, NONE_BESIDE = (
    "none_in_use", "no_roads", "no_zones", "no_class", "none_beside",
)  # fmt: skip
REFUSALS = (NO_STANDARD, NO_FACILITIES, NONE_IN_USE, NO_ROADS, NO_ZONES, NO_CLASS, NONE_BESIDE)
"""none_in_use: nothing to measure between (the number by km² is nought then); no_roads: the standard is of streets, and
the base map has no main road; no_class: none of them has its class on record; none_beside: none lies beside a main road
or, of the class, a market."""

_BESIDE = "beside"
_STREET = "street"


@dataclass(frozen=True)
class Question:
    """What is asked, of a facility kind, and against which of several standards (`Standards.of`)."""

    asked: str = SPACING
    kind: str = KINDS[0]
    against: str = ""

    @property
    def key(self) -> str:
        """Of the standard, among `Standards.entries`."""
        return f"{self.kind}.{self.asked}" + (f"_{self.against}" if self.against else "")

    @property
    def is_of_streets(self) -> bool:
        """The standard is of a kind of street: only facilities beside a main road are held against it."""
        return self.asked == SPACING and self.against.endswith(_STREET)

    @property
    def beside(self) -> str:
        """Key of the standard that says how near to a road or a market counts as beside it."""
        return f"{self.kind}.{_BESIDE}"


@dataclass(frozen=True, eq=False)
class Judged:
    """The answer, by facility or by zone."""

    rows: pd.DataFrame
    """Those that lack most first. Of spacing and class by facility: columns of `facilities.described`, then those of
    `provision.spacing`, with neighbour_name, or of `provision.class_gaps`. Of the number per km² by zone: name, then
    those of `provision.per_km2`."""
    without_place: int = 0
    """Facilities in use without a location, which are in no row and no number."""
    without_zone: int = 0
    """Of the number per km²: facilities in no zone."""
    elsewhere: int = 0
    """Facilities that the standard says nothing of: beside no main road or, of the class, no market either."""
    refusal: str | None = None
    """Of `REFUSALS`; there are no rows then."""

    @property
    def shares(self) -> pd.DataFrame:
        """`provision.shares`."""
        return provision.shares(self.rows["state"])


def choices(standards: "Standards", asked: str) -> list[Question]:
    """What may be asked, by the standards there are; kinds in the order of `KINDS`."""
    return [Question(asked, kind, against) for kind in KINDS for against in standards.of(kind, asked)]


def judged(county: "County", filters: "Filters", question: Question, standards: "Standards") -> Judged:
    """The facilities that serve on the day of the moment against the standard of the question. `filters` are resolved;
    of them zone and cell choose what is told, neighbours and roads count wherever they are."""
    standard = standards.entries.get(question.key)
    needs_beside = question.is_of_streets or question.asked == CLASS
    if standard is None or (needs_beside and question.beside not in standards.entries):
        return _refused(NO_STANDARD)
    if not recorded.has_facilities(county, question.kind):
        return _refused(NO_FACILITIES)
    places = serving(county, question.kind, county.place.local_day(filters.moment))
    if question.asked == PER_KM2:
        return _by_zone(county, filters, places, question, standard)
    if places.empty:
        return _refused(NONE_IN_USE)
    if question.asked == SPACING:
        return _spacing(county, filters, places, question, standards)
    return _class(county, filters, places, question, standards)


def _spacing(
    county: "County",
    filters: "Filters",
    places: gpd.GeoDataFrame,
    question: Question,
    standards: "Standards",
) -> Judged:
    if question.is_of_streets:
        roads = provision.main_roads(county.base)
        if not len(roads):
            return _refused(NO_ROADS)
        is_near = provision.near(places.geometry, roads, within_m=standards.entries[question.beside].value)
        if not is_near.any():
            return _refused(NONE_BESIDE)
    else:
        is_near = np.ones(len(places), np.bool_)
    found = provision.spacing(places[is_near], standards.entries[question.key])
    names = places["name"].reindex(found["neighbour"]).to_numpy()
    found.insert(1, "neighbour_name", pd.Series(names, found.index, dtype=object))
    return _by_facility(county, filters, places, _first_what_lacks(found, "neighbour_m", SPACING), question.kind)


def _class(
    county: "County",
    filters: "Filters",
    places: gpd.GeoDataFrame,
    question: Question,
    standards: "Standards",
) -> Judged:
    if pd.to_numeric(places["grade"], errors="coerce").isna().all():
        return _refused(NO_CLASS)
    lowest, beside = standards.entries[question.key], standards.entries[question.beside]
    markets = serving(county, "market", county.place.local_day(filters.moment))
    found = provision.class_gaps(places, county.base, markets, lowest=lowest, beside=beside)
    if found.empty:
        return _refused(NONE_BESIDE)
    return _by_facility(county, filters, places, _first_what_lacks(found, "grade", CLASS), question.kind)


def _by_facility(
    county: "County", filters: "Filters", places: gpd.GeoDataFrame, found: pd.DataFrame, kind: str
) -> Judged:
    """`places`: those in use, with the ones that the standard says nothing of."""
    day = county.place.local_day(filters.moment)
    frame = described(county, found.index, day).join(found)
    elsewhere = places[~places.index.isin(found.index)]
    return Judged(
        frame[among(frame, filters)],
        without_place=without_place(county, kind, day),
        elsewhere=int(among(elsewhere, filters).sum()),
    )


def _by_zone(
    county: "County", filters: "Filters", places: gpd.GeoDataFrame, question: Question, standard: "Standard"
) -> Judged:
    if county.zones.empty:
        return _refused(NO_ZONES)
    found = provision.per_km2(places, county.zones, standard)
    found.insert(0, "name", county.zones["name"])
    found = _first_what_lacks(found, "per_km2", PER_KM2).rename_axis("zone")
    is_told = found.index.isin(filters.zone) if filters.zone else np.ones(len(found), np.bool_)
    if filters.cell is not None and filters.cell != NONE:
        is_told &= found.index == county.cells["zone"].get(filters.cell)
    outside = (~places["zone"].isin(county.zones.index)).sum()
    day = county.place.local_day(filters.moment)
    return Judged(found[is_told], without_place(county, question.kind, day), int(outside))


def _first_what_lacks(found: pd.DataFrame, column: str, asked: str) -> pd.DataFrame:
    """By state: what lacks, what is beyond the other end of the range, what nobody knows, the rest; in each the one
    farthest beyond the range first."""
    lacks = TO_ACT_ON[asked]
    beyond = provision.TOO_LITTLE if lacks == provision.TOO_MUCH else provision.TOO_MUCH
    ranks = {lacks: 0, beyond: 1, provision.NOT_KNOWN: 2, provision.WITHIN: 3}
    value = pd.to_numeric(found[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    is_little = (found["state"] == provision.TOO_LITTLE).to_numpy()
    # A class is worse the higher its number is; the only one of its kind is infinitely far from the next.
    far = np.where(is_little & (asked != CLASS), value, -value)
    return found.iloc[np.lexsort((np.nan_to_num(far, nan=-np.inf), found["state"].map(ranks).to_numpy()))]


def _refused(code: str) -> Judged:
    return Judged(pd.DataFrame({"state": pd.Series([], dtype="str")}), refusal=code)
