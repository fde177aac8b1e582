"""Who answers: assignments in term on a day."""

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from dashboard import county as counties

if TYPE_CHECKING:
    from dashboard.county import County

GRID_WORKER = "grid_worker"
LEADER, DEPUTY, MEMBER_UNIT = "leader", "deputy", "member_unit"


def in_term(county: "County", day: date) -> pd.DataFrame:
    """Assignments in term on a local day, with the party beside each.

    Columns: target_layer, target, role, party, valid_from, valid_to; name, is_person, post, unit, phone, class (of the
    party; NaN where it is not known).
    """
    return with_parties(county, county.assignments[counties.in_term(county.assignments, day)])


def with_parties(county: "County", assignments: pd.DataFrame) -> pd.DataFrame:
    """Assignments with name, is_person, post, unit, phone and class of their party."""
    told = county.parties[["name", "is_person", "post", "unit", "phone", "class"]]
    return assignments[["target_layer", "target", "role", "party", "valid_from", "valid_to"]].join(told, on="party")


def is_unassigned(county: "County", day: date) -> pd.Series:
    """All cells: True where no grid worker is in term on that day (a zone's leader does not count). Index `cell`."""
    terms = county.assignments[counties.in_term(county.assignments, day)]
    held = terms.loc[(terms["target_layer"] == "cell") & (terms["role"] == GRID_WORKER), "target"]
    index = county.cells.index.rename("cell")
    return pd.Series(~index.isin(held), index=index, name="is_unassigned")


def names(terms: pd.DataFrame) -> pd.Series:
    """Names by target of assignments with parties, joined by a semicolon in order of name. Index `target`."""
    known = terms.dropna(subset=["name"]).drop_duplicates(["target", "name"]).sort_values(["target", "name"])
    return known.groupby("target")["name"].agg("; ".join)
