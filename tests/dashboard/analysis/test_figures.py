import pandas as pd
import pytest

from dashboard.analysis.figures import Figure, headline
from tests.dashboard.conftest import Town
from tests.town import CELLS, at


def shares(town: Town) -> pd.DataFrame:
    """C1 to C4 lack a toilet, C4 and C5 a market."""
    frame = pd.DataFrame({"toilet": 1.0, "market": 1.0}, index=pd.Index(CELLS, name="cell"))
    frame.loc[["C1", "C2", "C3", "C4"], "toilet"] = 0.49
    frame.loc[["C4", "C5"], "market"] = 0.0
    return frame


def figures(town: Town, **filters: object) -> dict[str, Figure]:
    return headline(town.county, town.snapshot, town.at(**filters), shares=shares(town), unserved_share=0.5)


def test_headline_worked_out_on_paper(town: Town) -> None:
    found = figures(town)
    told = {name: (figure.value, figure.of) for name, figure in found.items()}
    assert told == {
        "reported": (14, None),
        "closed": (5, None),
        "due": (8, None),
        "open": (10, 16),
        "overdue": (4, 10),
        "overdue_deferred": (1, 4),
        "deferred": (1, 10),
        "without_deadline": (1, 16),
        "closed_late": (1, 8),
        "default_points": (2, 16),
        "outside": (1, 16),
        "in_no_cell": (1, 16),
        "without_coordinates": (1, 16),
        "dates_in_conflict": (1, 16),
        "closed_undated": (0, 16),
        "zone_differs": (0, 16),
        "closure_rate": (5 / 8, 8),
        "on_time_rate": (4 / 8, 8),
        "unassigned": (3, 9),
        "unvisited": (5, 9),
        "unserved": (5, 9),
        "unserved_toilet": (4, 9),
        "unserved_market": (2, 9),
        "median_days_to_close": (pytest.approx((7.667 + 8.021) / 2, abs=0.001), 4),
    }
    assert (found["closure_rate"].count, found["on_time_rate"].count) == (5, 4)


def test_change_is_against_the_same_figure_a_week_earlier(town: Town) -> None:
    now, before = figures(town), figures(town, as_of=at("03-13 12:00"))
    for name, figure in now.items():
        if figure.change is not None and name not in ("median_days_to_close",):
            earlier = before[name].value
            assert earlier is not None and figure.value is not None
            assert figure.change == pytest.approx(figure.value - earlier), name
    assert now["open"].change == 4
    assert now["unserved"].change is None


def test_a_rate_of_nothing_is_none_not_zero(town: Town) -> None:
    found = figures(town, category=("no such",))
    assert found["closure_rate"] == Figure(None, 0, None, count=0)
    assert found["reported"].value == 0


def test_cells_follow_the_zone_filter(town: Town) -> None:
    found = figures(town, zone=("999900001",))
    assert (found["unassigned"].value, found["unassigned"].of) == (1, 3)
    assert (found["unvisited"].value, found["unserved_toilet"].value) == (1, 3)
