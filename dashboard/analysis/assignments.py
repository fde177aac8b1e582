"""Who answers: assignments in term on a day."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard import county as counties
from dashboard.analysis import recorded

if TYPE_CHECKING:
    from dashboard.county import County

GRID_WORKER, LEADER = counties.GRID_WORKER, counties.LEADER
DEPUTY, MEMBER_UNIT = "deputy", "member_unit"


def in_term(county: "County", day: date) -> pd.DataFrame:
    """Assignments in term on a local day, with the party beside each.

    Columns: target_layer, target, role, party, valid_from, valid_to; name, is_person, post, unit, phone, class (of the
    party; NaN where it is not known).
    """
    return with_parties(county, terms_on(county, day))


def terms_on(county: "County", day: date) -> pd.DataFrame:
    """Rows of `county.assignments` in term on a local day."""
    return county.assignments[counties.in_term(county.assignments, day)]


def with_parties(county: "County", assignments: pd.DataFrame) -> pd.DataFrame:
    """Assignments with name, is_person, post, unit, phone and class of their party."""
    told = county.parties[["name", "is_person", "post", "unit", "phone", "class"]]
    return assignments[["target_layer", "target", "role", "party", "valid_from", "valid_to"]].join(told, on="party")


def is_unassigned(county: "County", day: date) -> pd.Series:
    """All cells (boolean): True where no grid worker is in term on that day (a zone's leader does not count); NA
    everywhere where no cell ever had one in the data. Index `cell`."""
    held = county.worker_cells[counties.in_term(county.assignments, day)]
    nobody = np.ones(len(county.cells), dtype=np.bool_)
    nobody[held[held >= 0]] = False
    is_unknown = np.full(len(nobody), not recorded.has_workers(county))
    told = pd.arrays.BooleanArray(nobody, is_unknown)
    return pd.Series(told, index=county.cells.index.rename("cell"), name="is_unassigned")


def looked_up(values: pd.Series, known: pd.Series) -> pd.Series:
    """What `known` (unique index) has for each value, NaN for none; in its type also where nothing is known.

    `Series.map` takes an empty `known` for numbers.
    """
    return known.reindex(pd.Index(values)).set_axis(values.index)


def names(terms: pd.DataFrame) -> pd.Series:
    """Names by target of assignments with parties, joined by a semicolon in order of name. Index `target`."""
    known = terms.loc[terms["name"].notna(), ["target", "name"]].drop_duplicates().sort_values(["target", "name"])
    several = known["target"].duplicated(keep=False)
    joined = known[several].groupby("target")["name"].agg("; ".join)
    return pd.concat([known[~several].set_index("target")["name"], joined])
