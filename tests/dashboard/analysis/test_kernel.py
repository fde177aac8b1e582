import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.kernel import kernel

BOUNDS = (1000.0, 2000.0, 2000.0, 2600.0)


def mass(density) -> float:
    return density.per_km2.sum() * (density.cell_size_m / 1000) ** 2


def test_one_point_is_the_formula() -> None:
    # In the middle of a square, so that distances between squares are distances.
    density = kernel([1502.5], [2302.5], bandwidth_m=100, cell_size_m=5, bounds=BOUNDS)
    assert density.per_km2.shape == (120, 200)
    assert mass(density) == pytest.approx(1)
    top = 3 / (np.pi * 0.1**2)
    row, column = np.unravel_index(density.per_km2.argmax(), density.per_km2.shape)
    assert (row, column) == (60, 100)
    assert density.per_km2[60, 100] == pytest.approx(top, rel=1e-3)
    assert density.per_km2[60, 110] == pytest.approx(top * (1 - 0.25) ** 2, rel=1e-3)
    assert density.per_km2[72, 116] == density.per_km2[60, 120] == 0  # 100 m away, and beyond
    assert density.per_km2[60, 119] > 0


@settings(max_examples=40, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(1150, 1850), st.floats(2150, 2450)), max_size=40),
    bandwidth=st.floats(5, 150),
    size=st.floats(4, 40),
)
def test_mass_is_kept_away_from_the_edge(points: list[tuple[float, float]], bandwidth: float, size: float) -> None:
    xy = np.array(points).reshape(-1, 2)
    # A kernel on squares reaches up to one square more than the bandwidth.
    bounds = (BOUNDS[0] - size, BOUNDS[1] - size, BOUNDS[2] + size, BOUNDS[3] + size)
    density = kernel(xy[:, 0], xy[:, 1], bandwidth_m=bandwidth, cell_size_m=size, bounds=bounds)
    assert mass(density) == pytest.approx(len(points), abs=1e-6)
    assert (density.per_km2 >= 0).all()


def test_a_part_of_the_map_is_the_same_as_in_the_whole() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(900, 2100, 500), rng.uniform(1900, 2700, 500)
    whole = kernel(x, y, bandwidth_m=60, cell_size_m=10, bounds=(800, 1800, 2200, 2800))
    part = kernel(x, y, bandwidth_m=60, cell_size_m=10, bounds=BOUNDS)
    assert part.per_km2 == pytest.approx(whole.per_km2[20:80, 20:120])
    assert mass(part) < len(x)


def test_many_points_are_the_sum_of_each() -> None:
    x, y = np.array([1111.0, 1333.0, 1340.0]), np.array([2222.0, 2333.0, 2300.0])
    asked = {"bandwidth_m": 80.0, "cell_size_m": 8.0, "bounds": BOUNDS}
    each = sum(kernel([one], [other], **asked).per_km2 for one, other in zip(x, y, strict=True))
    assert kernel(x, y, **asked).per_km2 == pytest.approx(each)


def test_nowhere_and_nothing() -> None:
    density = kernel([np.nan, 9e9], [1, 2], bandwidth_m=50, cell_size_m=30, bounds=BOUNDS)
    assert not density.per_km2.any()
    assert density.bounds == (1000, 2000, 2020, 2600)
    assert not kernel([], [], bandwidth_m=50, cell_size_m=30, bounds=BOUNDS).per_km2.any()


@pytest.mark.parametrize("wrong", [{"bandwidth_m": 0}, {"cell_size_m": -1}, {"bounds": (1, 1, 1, 2)}])
def test_what_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="above 0"):
        kernel([1], [1], **({"bandwidth_m": 50, "cell_size_m": 5, "bounds": BOUNDS} | wrong))
