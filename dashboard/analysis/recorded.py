"""What a place keeps at all. Where nothing is on record nobody can say that something lacks: a third answer beside
yes and no, and never a count of everything."""

from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.county import LEADER

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters

NO_VISITS, NO_ASSIGNMENTS, NO_LEADERS = "no_visits", "no_assignments", "no_leaders"
NO_FACILITIES, NO_STANDARD = "no_facilities", "no_standard"
REASONS = (NO_VISITS, NO_ASSIGNMENTS, NO_LEADERS, NO_FACILITIES, NO_STANDARD)
"""Why a fact cannot be told: no visit known at the moment; no grid worker of a cell, no leader of a zone in the data
at all, in term or not; no facility of the kind with a location; no radius for the kind in the standards."""


def has_visits(county: "County", moment: datetime) -> bool:
    """Whether any visit is known at a moment, wherever it was made."""
    return bool((county.visits["visited_s"] <= moment.timestamp()).any())


def has_workers(county: "County") -> bool:
    """Whether any cell ever had a grid worker."""
    return bool((county.worker_cells >= 0).any())


def has_keepers(county: "County") -> bool:
    """Whether anybody was ever assigned to a facility, in whatever role."""
    return bool((county.assignments["target_layer"] == "facility").any())


def has_leaders(county: "County") -> bool:
    """Whether any zone ever had a leader."""
    rows = county.assignments
    return bool(((rows["target_layer"] == "zone") & (rows["role"] == LEADER)).any())


def has_facilities(county: "County", kind: str) -> bool:
    """Whether any facility of a kind has a location, in use or not."""
    rows = county.facilities
    return bool(((rows["kind"] == kind) & ~rows.geometry.isna()).any())


def missing(county: "County", filters: "Filters", *, shares: pd.DataFrame) -> dict[str, str]:
    """The facts that nobody can tell (unassigned, unvisited, unled, unserved, unserved_toilet, unserved_market), each
    with its reason of `REASONS`.

    `filters` are resolved; `shares` as from `coverage.shares`. `unserved` can be told as long as one kind can.
    """
    found: dict[str, str] = {}
    if not has_workers(county):
        found["unassigned"] = NO_ASSIGNMENTS
    if not has_leaders(county):
        found["unled"] = NO_LEADERS
    if not has_visits(county, filters.moment):
        found["unvisited"] = NO_VISITS
    kinds = [str(name) for name in shares if not str(name).endswith("_m")]
    for kind in kinds:
        if not has_facilities(county, kind):
            found[f"unserved_{kind}"] = NO_FACILITIES
        elif len(shares) and shares[kind].isna().all():
            found[f"unserved_{kind}"] = NO_STANDARD
    reasons = [found.get(f"unserved_{kind}") for kind in kinds]
    if None not in reasons:
        found["unserved"] = NO_FACILITIES if NO_FACILITIES in reasons else NO_STANDARD
    return found
