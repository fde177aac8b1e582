"""Who answers for the places of a list."""

import pandas as pd

from dashboard.screen import names
from tests.dashboard.screen.conftest import LookAt
from tests.town import NORTH, SOUTH


def test_a_zone_has_its_leader_whichever_cells_are_asked_for(look_at: LookAt) -> None:
    look = look_at(cell="C5")
    rows = pd.DataFrame({"name": ["北片区", "南片区"]}, index=pd.Index([NORTH, SOUTH], name="zone"))
    assert names.beside(look, rows, "zones")["who"].tolist() == ["赵北", "钱南"]
