import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dashboard.analysis.mann_kendall import mann_kendall, sen_slope

# J. Little, College of the Holy Cross, "A Mann-Kendall Example (By Hand)":
# mathcs.holycross.edu/~little/Montserrat/MannKendallByHand.txt
BY_HAND = [12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11.0, 17.3, 15.9, 19.0, 18.3, 20.1, 21.7]

# Volume of the Nile at Aswan 1871-1970 in 10⁸ m³ (Cobb, G. W. 1978, Biometrika 65, 243-251; R's `Nile`).
NILE = """
1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210 1150 1250 1260
1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832 764 821 768 845 864
862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848 890 744 749
838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740
"""


def test_the_example_worked_by_hand() -> None:
    found = mann_kendall(BY_HAND)
    assert found.s.tolist() == [54]
    assert found.variance[0] == pytest.approx(14 * 13 * 33 / 18 - 2 * 1 * 9 / 18)
    assert found.z[0] == pytest.approx(2.9058, abs=5e-5)
    assert found.p[0] == pytest.approx(2 * 0.0018, abs=1e-4)


def test_the_nile_as_another_program_has_it() -> None:
    # pyMannKendall 1.4.3, original_test; many years share a volume.
    found = mann_kendall([float(year) for year in NILE.split()], with_slope=True)
    assert found.s.tolist() == [-1387]
    assert found.variance[0] == pytest.approx(112728.33333333333, rel=1e-14)
    assert found.z[0] == pytest.approx(-4.128066522844101, rel=1e-12)
    assert found.p[0] == pytest.approx(3.658262921657496e-05, rel=1e-9)
    assert found.slope is not None
    assert found.slope.tolist() == [pytest.approx(-2.6, rel=1e-14)]


def series(most: int = 12) -> st.SearchStrategy[list[list[int]]]:
    """Rows of one length, with many ties."""
    return st.integers(2, most).flatmap(
        lambda steps: st.lists(st.lists(st.integers(-3, 3), min_size=steps, max_size=steps), min_size=1, max_size=6)
    )


@settings(max_examples=80, deadline=None)
@given(rows=series())
def test_every_pair_counted_one_by_one(rows: list[list[int]]) -> None:
    found = mann_kendall(rows, with_slope=True)
    assert found.slope is not None
    for at, row in enumerate(rows):
        pairs = [(i, j) for j in range(len(row)) for i in range(j)]
        assert found.s[at] == sum(np.sign(row[j] - row[i]) for i, j in pairs)
        assert found.slope[at] == pytest.approx(np.median([(row[j] - row[i]) / (j - i) for i, j in pairs]))
        n, ties = len(row), [row.count(value) for value in set(row)]
        variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
        assert found.variance[at] == pytest.approx(variance)


def test_long_series_agree_with_scipy() -> None:
    rng = np.random.default_rng(11)
    rows = rng.poisson(3, (20, 300)).astype(np.float64)  # longer than a byte counts
    found = mann_kendall(rows, with_slope=True)
    assert found.slope is not None
    steps = np.arange(300)
    for at, row in enumerate(rows):
        tau, p = stats.kendalltau(steps, row, method="asymptotic")
        tied = sum(t * (t - 1) / 2 for t in np.bincount(row.astype(int)))
        pairs = 300 * 299 / 2
        assert found.s[at] == pytest.approx(tau * np.sqrt(pairs * (pairs - tied)))
        # scipy corrects for no continuity.
        assert 2 * stats.norm.sf(abs(found.s[at]) / np.sqrt(found.variance[at])) == pytest.approx(p)
        assert found.slope[at] == pytest.approx(stats.theilslopes(row, steps)[0])


@settings(max_examples=40, deadline=None)
@given(rows=series())
def test_a_series_upside_down_or_backwards_has_the_opposite_trend(rows: list[list[int]]) -> None:
    found, negated, reversed_ = mann_kendall(rows), mann_kendall(-np.array(rows)), mann_kendall(np.array(rows)[:, ::-1])
    for other in (negated, reversed_):
        assert (other.s == -found.s).all()
        assert other.z == pytest.approx(-found.z)
        assert other.p == pytest.approx(found.p)


def test_no_change_no_value_no_rows() -> None:
    level = mann_kendall([[4.0] * 12, [np.nan, *range(11)]])
    assert level.z[0] == 0
    assert level.p[0] == 1
    assert np.isnan([level.s[1], level.z[1], level.p[1]]).all()
    assert np.isnan(mann_kendall([7.0]).z).all()
    assert not len(mann_kendall(np.empty((0, 20)), with_slope=True).s)
    assert not len(sen_slope(np.empty((0, 20))))
