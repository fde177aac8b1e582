import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps import style
from dashboard.screen import densities, picks, reasons
from tests.dashboard.screen.conftest import LookAt

EDGES = style.amount("problems_per_km2", "zones", "zh").edges


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.95, "5.95"), (5.9, "5.9"), (6.0, "6.0"), (2.99, "2.99"), (11.7, "11.7"), (13.6, "14"), (0.0, "0")],
)
def test_a_density_is_told_in_its_own_class(value: float, text: str) -> None:
    assert densities.rounded(value, EDGES) == text


@given(st.floats(0.01, 999))
def test_no_density_is_told_above_a_class_it_lies_below(value: float) -> None:
    told = float(densities.rounded(value, EDGES))
    assert told == pytest.approx(value, abs=0.5)
    assert not [edge for edge in EDGES if value < edge - 1e-4 and told >= edge]


def test_the_worst_zones_are_told_so(look_at: LookAt, lines: list[picks.Line], sentences: list[str]) -> None:
    reasons.worst(look_at(), "zones", "problems_per_km2", "zh")
    assert [line.count for line in lines] == ["133", "80"]  # 4 on 0.03 km², 6 on 0.075 km²


def test_what_is_open_comes_first_beside_a_red_cell(look_at: LookAt) -> None:
    look = look_at()
    assert reasons.first(look, ("cells", "C5")) == "open"
    assert reasons.first(look, ("cells", "C1")) == "problems"  # both are closed
