"""A name beside every cell: who answers for a zone or a cell, and how much a worker carries."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot


@dataclass(frozen=True)
class Holder:
    """A person or unit in term."""

    party: str
    name: str
    role: str
    post: str | None = None
    unit: str | None = None
    phone: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Card:
    """Who answers for a zone or a cell on the day of the moment; an empty tuple: nobody (the page says 无人)."""

    layer: str
    """zones or cells."""
    code: str
    name: str | None
    zone: str | None
    zone_name: str | None
    leaders: tuple[Holder, ...]
    deputies: tuple[Holder, ...]
    workers: tuple[Holder, ...]
    """Grid workers: of the cell, or of the zone's cells (at most 200)."""
    units: tuple[Holder, ...]
    """Member units of the zone."""
    others: tuple[Holder, ...]
    """Every other role in term on this zone or cell."""
    cells: int
    cells_unassigned: int
    problems: int
    """Reported in the period."""
    open: int
    overdue: int
    closed: int
    """Closed in the period."""
    area_km2: float
    people: int | None
    last_visit: date | None
    visits: int
    facilities: dict[str, int] = field(default_factory=dict)
    """Kind → how many in use."""


def card(county: "County", snapshot: "Snapshot", filters: "Filters", layer: str, code: str) -> Card:
    """The card of a zone or cell (`layer`: zones or cells); counts obey every filter but zone and cell.

    Raises `KeyError` where there is no such zone or cell.
    """
    raise NotImplementedError


def workload(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, cells_limit: int, problems_limit: int
) -> pd.DataFrame:
    """Grid workers in term, with what each carries; most open problems first. Index `party`.

    Columns: name, unit, phone, zones (names joined by a semicolon), cells, open, overdue, people, has_too_many_cells,
    has_too_many_problems. A cell with several workers counts for each.
    """
    raise NotImplementedError


def search(county: "County", filters: "Filters", text: str, *, limit: int = 50) -> pd.DataFrame:
    """Parties whose name holds the text, with what they answer for on the day; people with terms first.

    Columns: party, name, is_person, post, unit, role, target_layer, target, target_name, since, until; the last six
    are NaN where a party answers for nothing.
    """
    raise NotImplementedError


def nobody(county: "County", filters: "Filters") -> pd.DataFrame:
    """Zones without a leader and cells without a grid worker, in the filters.

    Columns: layer (zones or cells), code, name, zone, zone_name, role (the one that is missing), last_name and
    last_until (who held it last, NaN: nobody ever).
    """
    raise NotImplementedError
