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

ONE, SEVERAL, UNIT_ONLY, ENDED, NOT_YET, NOBODY, NOT_KNOWN = (
    "one", "several", "unit_only", "ended", "not_yet", "nobody", "not_known",
)  # fmt: skip
STATES = (ONE, SEVERAL, UNIT_ONLY, ENDED, NOT_YET, NOBODY, NOT_KNOWN)
"""Of a cell or facility on a day: one person in term; several; a unit but no person; nobody, as the last term has
ended; nobody, as the first is still to begin; nobody ever; the place keeps no such assignments at all."""

VACANT = (ENDED, NOT_YET, NOBODY)
"""States in which nobody answers."""


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


def holders(county: "County", day: date, *, layer: str, role: str) -> pd.Series:
    """Names of those who hold a role of a layer on a local day, by target, as of `names`."""
    rows = county.assignments
    is_asked = (rows["target_layer"] == layer) & (rows["role"] == role) & counties.in_term(rows, day)
    return names(with_parties(county, rows[is_asked]))


def holding(terms: pd.DataFrame, *, layer: str, role: str) -> pd.Series:
    """The same of terms as of `in_term`, for several roles of one day."""
    return names(terms[(terms["target_layer"] == layer) & (terms["role"] == role)])


def held(county: "County", day: date, *, layer: str = "cell") -> pd.DataFrame:
    """Who answers for each cell (`layer` cell: as grid worker) or facility (`layer` facility: in whatever role) on a
    local day. All of `county`, in their order; index `cell` or `facility`.

    Columns: state (one of `STATES`; a party in no list counts as a person), persons and units (in term on the day),
    names (of those, joined by a semicolon; NaN: nobody), last_name and last_until (of the term that ended last before
    the day), next_from (first day of the next term to begin).
    """
    targets = (county.cells if layer == "cell" else county.facilities).index.rename(layer)
    is_of_layer = county.worker_cells >= 0 if layer == "cell" else (county.assignments["target_layer"] == layer)
    every = county.assignments[np.asarray(is_of_layer)]
    at = np.datetime64(day, "s")
    begins, ends = (every[name].to_numpy(dtype="datetime64[s]") for name in ("valid_from", "valid_to"))
    now = with_parties(county, every[counties.in_term(every, day)]).drop_duplicates(["target", "party"])
    is_unit = (~now["is_person"].fillna(True).astype(bool)).to_numpy()
    frame = pd.DataFrame(index=targets)
    frame["persons"] = now[~is_unit].groupby("target").size().reindex(targets, fill_value=0)
    frame["units"] = now[is_unit].groupby("target").size().reindex(targets, fill_value=0)
    frame["names"] = names(now).reindex(targets)
    past = with_parties(county, every[ends < at].sort_values("valid_to", kind="stable"))
    past = past.drop_duplicates("target", keep="last").set_index("target")
    frame["last_name"], frame["last_until"] = past["name"].reindex(targets), past["valid_to"].reindex(targets)
    frame["next_from"] = every[begins > at].groupby("target")["valid_from"].min().reindex(targets)
    is_kept = recorded.has_workers(county) if layer == "cell" else recorded.has_keepers(county)
    state = np.select(
        [
            np.full(len(frame), not is_kept),
            frame["persons"] > 1,
            frame["persons"] == 1,
            frame["units"] > 0,
            frame["last_until"].notna(),
            frame["next_from"].notna(),
        ],
        [NOT_KNOWN, SEVERAL, ONE, UNIT_ONLY, ENDED, NOT_YET],
        NOBODY,
    )
    frame.insert(0, "state", pd.Series(state, index=targets, dtype="str"))
    return frame


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
