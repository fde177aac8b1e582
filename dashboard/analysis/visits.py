"""Who looked: visits by cell."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import recorded
from dashboard.analysis.cases import day_number
from dashboard.filters import NONE

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters

_NEVER = np.int64(np.iinfo(np.int64).min)


def cells(county: "County", filters: "Filters") -> pd.DataFrame:
    """All cells of the county, in their order. Columns: visits (Int64; in the period, up to the moment), last_visit
    (local day up to the moment, also before the period; NaT: never), is_unvisited (boolean; no visit in the period).

    Where no visit at all is known at the moment, nobody can tell: visits and is_unvisited are NA.
    """
    return _by_code(county, filters, "cell", county.cells.index.rename("cell"))


def zones(county: "County", filters: "Filters") -> pd.DataFrame:
    """All zones, in their order, by the place of the visit; columns as in `cells`."""
    return _by_code(county, filters, "zone", county.zones.index.rename("zone"))


def _by_code(county: "County", filters: "Filters", column: str, index: pd.Index) -> pd.DataFrame:
    codes: npt.NDArray[np.int32] = county.visits[column].to_numpy()
    days = county.visits["visited_day"].to_numpy()
    made = (county.visits["visited_s"].to_numpy() <= filters.moment.timestamp()) & (codes >= 0)
    start, end = (day_number(day) for day in filters.period)
    counts = np.bincount(codes[made & (days >= start) & (days <= end)], minlength=len(index))
    last = np.full(len(index), _NEVER)
    last[codes[made]] = days[made]  # visits are in order of time: the latest is written last
    is_unknown = np.full(len(index), not recorded.has_visits(county, filters.moment))
    return pd.DataFrame(
        {
            "visits": pd.arrays.IntegerArray(counts, is_unknown),
            "last_visit": last.view("datetime64[D]").astype("datetime64[s]"),
            "is_unvisited": pd.arrays.BooleanArray(counts == 0, is_unknown.copy()),
        },
        index=index,
    )


def within(county: "County", filters: "Filters", rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which of these visits (cell and zone as of `County.visits`) were made in the zones or the cell of the filters;
    all of them where there are no such filters."""
    mask = np.ones(len(rows), np.bool_)
    if filters.zone:
        mask &= np.append(county.zones.index.isin(filters.zone), NONE in filters.zone)[rows["zone"]]
    if filters.cell is not None:
        at = int(county.cells.index.get_indexer([filters.cell])[0])
        mask &= (rows["cell"] == at).to_numpy() & (at >= 0 or filters.cell == NONE)
    return mask
