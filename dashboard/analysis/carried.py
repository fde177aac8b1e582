"""What hangs on the grid worker of each cell."""

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.analysis.assignments import GRID_WORKER, in_term

if TYPE_CHECKING:
    from datetime import date

    from dashboard.county import County


def by_cell(county: "County", day: "date", workload: pd.DataFrame) -> pd.Series:
    """Open problems on the hands of the cell's grid worker (of the busiest, where there are several). Index cell code;
    cells nobody answers for are not in it.

    `workload`: as of `responsibility.workload`, index party, with `open`.
    """
    terms = in_term(county, day)
    terms = terms[(terms["target_layer"] == "cell") & (terms["role"] == GRID_WORKER)]
    carried = terms["party"].map(workload["open"])
    return carried.groupby(terms["target"]).max().rename("worker_open").rename_axis("cell")
