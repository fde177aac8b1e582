"""What a list says of a facility beside its numbers: what it is called, where it lies, who keeps it."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import assignments
from dashboard.analysis.coverage import in_use
from dashboard.filters import NONE

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters


def described(county: "County", codes: pd.Index, day: date) -> pd.DataFrame:
    """Columns name, zone, zone_name, cell (the one it lies in, NaN: none), unit, keeper (names of those who answer for
    it on the day, NaN: nobody). Index `facility`, the codes in the order given."""
    rows = county.facilities.loc[codes]
    names = assignments.held(county, day, layer="facility")["names"]
    return pd.DataFrame(
        {
            "name": rows["name"],
            "zone": rows["zone"],
            "zone_name": assignments.looked_up(rows["zone"], county.zones["name"]),
            "cell": rows["cell"],
            "unit": rows["unit"],
            "keeper": names.reindex(codes),
        },
        index=codes.rename("facility"),
    )


def among(rows: pd.DataFrame, filters: "Filters") -> npt.NDArray[np.bool_]:
    """Which facilities lie in the zones and the cell of the filters; `rows`: zone, cell (NaN: in none)."""
    found = np.ones(len(rows), np.bool_)
    if filters.zone:
        found &= rows["zone"].fillna(NONE).isin(filters.zone).to_numpy()
    if filters.cell is not None:
        found &= (rows["cell"].fillna(NONE) == filters.cell).to_numpy()
    return found


def without_place(county: "County", kind: str, day: date) -> int:
    """How many facilities of a kind are in use on a day and have no location: no reach, distance or number by area can
    hold them."""
    rows = county.facilities
    is_one = in_use(county, day) & (rows["kind"] == kind).to_numpy()
    return int((is_one & (rows.geometry.isna() | rows.geometry.is_empty).to_numpy()).sum())
