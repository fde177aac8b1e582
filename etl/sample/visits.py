"""Patrol visits from 07:30 to 21:30: most cells once a week or more, some hardly ever, some never."""

import numpy as np
import pandas as pd

from etl.sample.county import County
from etl.sample.people import People
from etl.sample.size import SECOND

NEVER_SEEN, LOST_SIGHT = 14, 36
"""Cells of the county nobody ever visits, and cells nobody has visited for some time."""


def build_visits(rng: np.random.Generator, county: County, people: People) -> pd.DataFrame:
    """Visits in order of time. Columns: visited_at (local time), cell (position), name (who)."""
    size, cells = county.size, len(county.cells)
    diligence = rng.beta(9, 1.2, cells)
    order = rng.permutation(cells)
    never, lost = np.split(order[: size.grown(NEVER_SEEN + LOST_SIGHT)], [size.grown(NEVER_SEEN)])
    seen_until = np.full(cells, size.weeks)
    seen_until[lost] = size.weeks - rng.integers(2, 10, len(lost))
    seen_until[never] = 0
    week, cell = np.nonzero(
        (rng.random((size.weeks, cells)) < diligence) & (np.arange(size.weeks)[:, None] < seen_until)
    )
    day = size.first_day + 7 * week + rng.integers(0, 7, len(week))
    # Two rounds a day: late morning and evening, inside the joint patrol's hours.
    minute = np.where(
        rng.random(len(week)) < 0.6, 450 + rng.beta(2, 3, len(week)) * 390, 840 + rng.beta(2, 2, len(week)) * 450
    )
    visited = day.astype(SECOND) + minute.astype(np.int64) * 60
    keep = visited <= size.last_moment
    visits = pd.DataFrame({"visited_at": visited[keep], "cell": cell[keep]})
    visits["name"] = _who(visits, people)
    return visits.sort_values(["visited_at", "cell"], ignore_index=True, kind="stable")


def _who(visits: pd.DataFrame, people: People) -> np.ndarray:
    """The worker in term that day; where there is none, the worker of the beat before it in the list."""
    last = pd.Series(people.worker_of_cell).ffill().bfill().to_numpy()
    name = last[visits["cell"]]
    first_terms = people.workers[people.workers.duplicated("cell", keep="last")]
    former = visits[["cell", "visited_at"]].reset_index().merge(first_terms, on="cell")
    former = former[former["visited_at"] < former["valid_to"] + np.timedelta64(1, "D")]
    name[former["index"]] = former["name"]
    return np.asarray(name)
