"""Charts as Vega-Lite reads them."""

import pandas as pd
import pytest

from dashboard.screen import charts


@pytest.mark.parametrize(("language", "title"), [("zh", "距离（米）"), ("en", "Distance (m)")])
def test_the_distance_chosen_is_marked_on_the_line(language: str, title: str) -> None:
    steps = pd.DataFrame(
        {"radius_m": [100.0, 1_200.0], "moran_i": 0.1, "z": [3.0, 5.25], "neighbours": 2.0, "is_peak": [False, True]}
    )
    made = charts.by_distance(steps, language).to_dict()
    line, _, chosen = made["layer"]
    assert line["mark"]["type"] == "line"
    assert chosen["transform"] == [{"filter": "datum.is_peak"}]
    assert chosen["mark"]["color"] != line["mark"]["color"]
    assert line["encoding"]["x"]["title"] == title
    (rows,) = made["datasets"].values()
    assert [(row["told"], row["is_peak"]) for row in rows] == [("100", False), ("1,200", True)]
