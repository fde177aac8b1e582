import esda
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis.hotspots import classes, false_discovery, two_sided_p

# Benjamini, Hochberg 1995, section 3.2: p of fifteen comparisons; four are significant at 0.05 (Bonferroni: three).
PAPER = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1,
]


def test_p_of_the_tables() -> None:
    assert two_sided_p([0, 1.959963984540054, -2.5758293035489004, np.nan]) == pytest.approx(
        [1, 0.05, 0.01, np.nan], nan_ok=True
    )
    assert two_sided_p(-30.0) > 0  # far out is small, not nothing


def test_the_example_of_benjamini_and_hochberg() -> None:
    threshold = false_discovery(PAPER, 0.05)
    assert threshold == pytest.approx(4 / 15 * 0.05)
    assert sum(p <= threshold for p in PAPER) == 4


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=50), alpha=st.sampled_from([0.01, 0.05, 0.1]))
def test_equal_to_esda(p: list[float], alpha: float) -> None:
    ordered = np.sort(p)
    if not np.isclose(ordered, np.arange(1, len(p) + 1) * alpha / len(p)).any():  # esda leaves equality out
        assert false_discovery(p, alpha) == pytest.approx(esda.fdr(np.array(p), alpha))


def test_nothing_and_no_p() -> None:
    assert false_discovery([], 0.05) == 0.05
    assert false_discovery([0.001, np.nan, np.nan], 0.05) == false_discovery([0.001], 0.05)


def test_classes_alone_and_together() -> None:
    z = [-3.0, -2.0, -1.7, 0.0, 1.7, 2.0, 3.0, np.nan]
    assert classes(z, with_fdr=False).tolist() == [-3, -2, -1, 0, 1, 2, 3, 0]
    assert classes(z, with_fdr=False).dtype == np.int8
    # Of seven p, 0.0027 · 7/2 < 0.01 twice; 0.0455 · 7/4 < 0.1 and 0.0891 · 7/6 > 0.1.
    assert classes(z).tolist() == [-3, -1, 0, 0, 0, 1, 3, 0]
    assert classes([5.0, -5.0], [0.9, 0.001], with_fdr=False).tolist() == [0, -3]


def test_columns_hold_each_on_its_own() -> None:
    z = np.random.default_rng(2).normal(0, 2, (40, 6))
    assert (classes(z) == np.column_stack([classes(z[:, column]) for column in range(6)])).all()


def test_of_what_is_called_significant_a_twentieth_is_false() -> None:
    rng = np.random.default_rng(7)
    maps = [classes(rng.normal(size=500)) for _ in range(400)]
    # Nothing is there: a map with anything at 95 % on it is a false one.
    assert np.mean([(np.abs(each) >= 2).any() for each in maps]) == pytest.approx(0.05, abs=0.03)
