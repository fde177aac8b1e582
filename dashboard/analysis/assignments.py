"""Who answers: assignments in term on a day."""

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dashboard.county import County

GRID_WORKER = "grid_worker"


def in_term(county: "County", day: date) -> pd.DataFrame:
    """Assignments in term on a local day, with the party beside each.

    Columns: target_layer, target, role, party, valid_from, valid_to; name, is_person, post, unit, phone, class (of the
    party; NaN where it is not known).
    """
    raise NotImplementedError


def is_unassigned(county: "County", day: date) -> pd.Series:
    """All cells: True where no grid worker is in term on that day (a zone's leader does not count). Index `cell`."""
    raise NotImplementedError
