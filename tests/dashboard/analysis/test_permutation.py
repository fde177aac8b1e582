from itertools import combinations
from math import comb

import esda
import libpysal
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import chi2

from dashboard.analysis import permutation
from dashboard.analysis.hotspots import distance_weights, permuted_p, with_self
from dashboard.analysis.weights import row_standardised


def test_near_the_share_of_all_ways_to_choose_neighbours() -> None:
    # Twelve values in a ring, each with its two neighbours: 55 pairs of others, counted out one by one.
    values = np.array([9, 8, 7, 1, 0, 2, 1, 3, 0, 2, 4, 1], dtype=float)
    angle = np.arange(12) * np.pi / 6
    near = distance_weights(np.column_stack([np.cos(angle), np.sin(angle)]), radius_m=0.6)
    found = permuted_p(values, near, permutations=40_000, seed=1)
    for place in range(12):
        others = np.delete(values, place)
        sums = np.array([one + other for one, other in combinations(others, 2)])
        own = values[place - 1] + values[(place + 1) % 12]
        share = min((sums >= own).sum(), (sums <= own).sum()) / comb(11, 2)
        assert found[place] == pytest.approx(min(1, 2 * share), abs=0.02)


@pytest.mark.filterwarnings("ignore:The alternative hypothesis:DeprecationWarning")
def test_as_esda_draws_it() -> None:
    rows = libpysal.io.open(libpysal.examples.get_path("columbus.dbf"))
    theirs = libpysal.io.open(libpysal.examples.get_path("columbus.gal")).read()
    crime = np.array(rows.by_col("CRIME"))
    expected = esda.Moran_Local(crime, theirs, permutations=19_999, seed=5).p_sim  # the smaller tail alone
    found = permuted_p(crime, csr_array(theirs.sparse), permutations=19_999, seed=2)
    assert np.abs(found - np.minimum(1, 2 * expected)).max() < 0.03


def test_a_seed_gives_the_same_and_neither_weights_nor_factor_matter() -> None:
    rng = np.random.default_rng(3)
    values, near = rng.poisson(2, 300).astype(float), distance_weights(rng.random((300, 2)), radius_m=0.09)
    found = permuted_p(values, near, permutations=499, seed=8)
    assert (found == permuted_p(values, near, permutations=499, seed=8)).all()
    assert np.array_equal(found, permuted_p(values, with_self(near), permutations=499, seed=8), equal_nan=True)
    assert np.array_equal(
        found, permuted_p(values * 7, row_standardised(near), permutations=499, seed=8), equal_nan=True
    )
    assert not np.array_equal(found, permuted_p(values, near, permutations=499, seed=9), equal_nan=True)


def test_chance_is_found_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    near = distance_weights(rng.random((400, 2)), radius_m=0.08)
    p = np.concatenate([permuted_p(rng.gamma(0.3, size=400), near, permutations=999, seed=s) for s in range(25)])
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.01)
    assert (p <= 0.01).mean() == pytest.approx(0.01, abs=0.004)


def test_bounds_islands_and_everyone_a_neighbour() -> None:
    near = distance_weights([[0, 0], [0, 1], [0, 2], [0, 99]], radius_m=1)
    found = permuted_p([9, 9, 9, 1], near, permutations=99, seed=1)
    assert np.isnan(found).tolist() == [False, False, False, True]
    assert np.isnan(permuted_p([1, 2, 3], csr_array((3, 3)), permutations=9, seed=1)).all()
    everyone = csr_array(np.ones((5, 5)) - np.eye(5))
    assert (permuted_p([1, 2, 3, 4, 90], everyone, permutations=99, seed=1) == 1).all()
    assert (permuted_p([2, 2, 2, 2, 2], everyone, permutations=99, seed=1) == 1).all()
    cluster = np.r_[np.full(9, 50.0), np.zeros(991)]
    line = distance_weights(np.column_stack([np.arange(1000), np.zeros(1000)]), radius_m=4)
    assert permuted_p(cluster, line, permutations=999, seed=1).min() == pytest.approx(2 / 1000)


@pytest.mark.parametrize(
    ("values", "near", "permutations", "said"),
    [
        ([1, 2, 3], csr_array(np.array([[0, 1, 2], [1, 0, 1], [1, 1, 0.0]])), 9, "equal"),
        ([1, 2, np.inf], csr_array((3, 3)), 9, "finite"),
        ([1, 2, 3], csr_array((3, 3)), 0, "one permutation"),
    ],
)
def test_what_is_refused(values, near, permutations: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        permuted_p(values, near, permutations=permutations, seed=1)


def test_giving_up_changes_nothing_that_matters() -> None:
    rng = np.random.default_rng(6)
    xy = rng.random((500, 2))
    values, near = rng.gamma(0.5, size=500) + 3 * (xy[:, 0] > 0.8), distance_weights(xy, radius_m=0.07)
    whole = permuted_p(values, near, permutations=4_000, seed=5)
    found = permuted_p(values, near, permutations=4_000, seed=5, give_up=0.3)
    low = found <= 0.3
    assert 50 < low.sum() < 450
    assert np.array_equal(found[low], whole[low])
    assert np.nanmin(whole[~low]) > 0.2
    few = permuted_p(values, near, permutations=4_000, seed=5, only=low)
    assert np.array_equal(few, np.where(low, whole, np.nan), equal_nan=True)


def test_all_ways_to_draw_few_of_many_are_equally_likely() -> None:
    # Three of thirteen in order: 13 × 12 × 11 rows, expected equally often (chi-square, 1,715 degrees of freedom).
    drawn = permutation._drawn.__wrapped__(13, 3, 200_000, 4)
    code = drawn[:, 0] * 169 + drawn[:, 1] * 13 + drawn[:, 2]
    counts = np.bincount(code, minlength=13**3)
    different = np.array([len({at // 169, at // 13 % 13, at % 13}) == 3 for at in range(13**3)])
    assert not counts[~different].any()
    expected = 200_000 / 1_716
    assert chi2.sf(((counts[different] - expected) ** 2 / expected).sum(), 1_715) > 0.001
