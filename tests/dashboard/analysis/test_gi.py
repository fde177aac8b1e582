import doctest
import io

import esda
import libpysal
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from dashboard.analysis import gi, rates, significance
from dashboard.analysis.hotspots import distance_weights, gi_star, with_self
from dashboard.analysis.weights import row_standardised

# The worked example of Getis, A., Ord, J. K. 1996: Local spatial statistics: an overview. In Longley, P., Batty, M.
# (eds) Spatial Analysis: Modelling in a GIS Environment, page 266: reflectance of 16 × 16 squares of 30 m, from the
# south; their 136th square is the 120th here. Figures from the data set getisord of R's spData (CC0).
BOOK = np.loadtxt(
    io.StringIO("""
     40  41  42  43  49  54  47  44  42  44  43  46  52  56  56  61
     40  42  41  40  43  49  46  42  42  43  43  49  59  62  53  62
     43  42  40  42  42  42  41  42  42  43  42  53  66  61  51  62
     44  41  39  42  44  43  42  42  42  43  43  49  56  53  53  61
     42  43  44  43  42  41  42  44  43  43  44  47  58  59  55  61
     52  59  61  56  41  40  43  44  46  48  50  52  68  69  60  61
     62  62  86  85  55  59  64  72  75  70  70  62  66  61  55  57
     65  62  68  72 102  94  90  83  74  81  96  69  52  50  51  54
     62  59  55  61  99  97  93  80  65  87 107  80  59  60  67  66
     62  55  56  56  80  90  99  88  64  91 112  94  76  91 100  85
     63  57  58  58  77  92  82  71  59  90 105  92  79  98 110  83
     59  58  60  64  88  99  82  81  71  80  89  89  89 102 104  75
     55  54  53  61  82 102  88  93  96  94 110 114 109 103  92  68
     55  55  56  60  91  95  86  98 115 105 110 107 101  89  85  68
     62  63  64  59  85  88  95 106 110  99  89  82  79  84  97  79
     55  56  54  58  65  75  82  77  74  74  69  61  62  71  73  63
    """)
).ravel()
SQUARES = np.column_stack([np.tile(np.arange(16) * 30.0, 16), np.repeat(np.arange(16) * 30.0, 16)])
# spdep, reference page of localG (r-spatial.github.io/spdep/reference/localG.html), printed with seven digits.
SPDEP_G = {30: 1.221979, 60: 1.748098, 90: 1.986135, 120: 1.893374, 150: 1.237454}

# pysal/esda, tests/test_getisord.py: six points, neighbours within 15.
SIX = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
SIX_VALUES = [2, 3, 3.2, 5, 8, 7]


@pytest.mark.parametrize("module", [gi, rates, significance])
def test_the_examples_in_the_docstrings_hold(module) -> None:
    found = doctest.testmod(module)
    assert found.attempted >= 1
    assert found.failed == 0


@pytest.mark.parametrize("radius_m", SPDEP_G)
def test_the_example_of_the_book_as_spdep_prints_it(radius_m: int) -> None:
    z = gi_star(BOOK, distance_weights(SQUARES, radius_m=radius_m))
    assert z[119] == pytest.approx(SPDEP_G[radius_m], abs=5e-7)


def test_six_points_as_pysal_prints_them() -> None:
    near = distance_weights(SIX, radius_m=15)
    assert gi_star(SIX_VALUES, near)[0] == pytest.approx(-1.0136729, abs=5e-8)
    assert gi_star(SIX_VALUES, with_self(near))[0] == pytest.approx(-1.39727626, abs=5e-9)


def test_worked_out_on_paper() -> None:
    # 4 3 1 0 in a line. Gi*: mean 2, variance 26/4 - 4 = 2.5; ends W = S = 2, spread (4·2 - 4)/3; middle (4·3 - 9)/3.
    line = csr_array(np.eye(4, k=1) + np.eye(4, k=-1))
    star = [(7 - 4) / np.sqrt(2.5 * 4 / 3), (8 - 6) / np.sqrt(2.5), (4 - 6) / np.sqrt(2.5), (1 - 4) / np.sqrt(10 / 3)]
    assert gi_star([4, 3, 1, 0], with_self(line)) == pytest.approx(star)
    # Gi of the first: the others are 3 1 0, mean 4/3, variance 10/3 - 16/9 = 14/9; (3·1 - 1)/2 = 1.
    assert gi_star([4, 3, 1, 0], line)[0] == pytest.approx((3 - 4 / 3) / np.sqrt(14 / 9))


@pytest.mark.parametrize("star", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_equal_to_esda_with_binary_weights(star: bool, seed: int) -> None:
    theirs = libpysal.weights.lat2W(17, 13, rook=False)
    values = np.random.default_rng(seed).poisson(3, 221).astype(float)
    near = csr_array(theirs.sparse)
    z = gi_star(values, with_self(near) if star else near)
    expected = esda.G_Local(values, theirs, transform="B", star=star, permutations=0)
    assert np.abs(z - expected.Zs).max() < 1e-9
    # Theirs is one-sided.
    assert np.abs(significance.two_sided_p(z) - 2 * expected.p_norm).max() < 1e-9


def test_a_factor_on_a_row_changes_nothing_as_it_does_in_esda() -> None:
    near = distance_weights(SIX, radius_m=15)
    assert gi_star(SIX_VALUES, row_standardised(near)) == pytest.approx(gi_star(SIX_VALUES, near))
    theirs = libpysal.weights.DistanceBand(SIX, threshold=15, silence_warnings=True)
    by_row = esda.G_Local(np.array(SIX_VALUES), theirs, transform="R", permutations=0)
    assert abs(by_row.Zs[0] - gi_star(SIX_VALUES, near)[0]) > 0.1  # why the comparison above is with transform="B"


def test_columns_are_taken_each_on_its_own() -> None:
    values = np.random.default_rng(1).gamma(1, size=(256, 5))
    near = with_self(distance_weights(SQUARES, radius_m=60))
    together = gi_star(values, near)
    for column in range(5):
        assert together[:, column] == pytest.approx(gi_star(values[:, column], near))


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.integers(0, 30), min_size=16, max_size=16),
    shift=st.floats(-1e6, 1e6),
    factor=st.floats(1e-3, 1e3),
    seed=st.integers(0, 99),
)
def test_scale_origin_and_order_do_not_matter(values: list[int], shift: float, factor: float, seed: int) -> None:
    points = SQUARES[:: 16 + 1]
    for near in (distance_weights(points, radius_m=90), with_self(distance_weights(points, radius_m=90))):
        z = gi_star(values, near)
        moved = gi_star(np.array(values) * factor + shift, near)
        assert moved == pytest.approx(z, abs=1e-4, nan_ok=True)
        order = np.random.default_rng(seed).permutation(16)
        assert gi_star(np.array(values)[order], near[order][:, order]) == pytest.approx(z[order], nan_ok=True)


def test_where_nothing_can_be_said() -> None:
    near = distance_weights([[0, 0], [0, 1], [0, 2], [0, 99]], radius_m=1)
    z = gi_star([1, 2, 4, 8], near)
    assert np.isnan(z).tolist() == [False, False, False, True]
    assert gi_star([1, 2, 4, 8], with_self(near))[3] == pytest.approx((8 - 3.75) / np.std([1, 2, 4, 8]))
    assert np.isnan(gi_star([5, 5, 5, 5], with_self(near))).all()
    everyone = csr_array(np.ones((4, 4)))
    assert np.isnan(gi_star([1, 2, 4, 8], everyone)).all()
    # All others are equal: their variance is none, whatever rounding leaves of it.
    assert np.isnan(gi_star([0.1, 0.1, 0.1, 7.3], distance_weights(SIX[:4], radius_m=15))[3])


@pytest.mark.parametrize(
    ("values", "near", "said"),
    [
        ([1, 2, 3], csr_array(np.diag([1, 0, 0])), "none"),
        ([1, 2, np.nan], csr_array((3, 3)), "finite"),
        ([1, 2], csr_array((2, 2)), "three"),
        ([1, 2, 3], csr_array((4, 4)), "3 × 3"),
    ],
)
def test_what_is_refused(values, near, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        gi_star(values, near)
