"""Who looked: visits by cell."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters


def cells(county: "County", filters: "Filters") -> pd.DataFrame:
    """All cells of the county, in their order. Columns: visits (in the period, up to the moment), last_visit (local
    day up to the moment, also before the period; NaT: never), is_unvisited (no visit in the period)."""
    raise NotImplementedError
