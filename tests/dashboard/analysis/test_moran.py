from itertools import permutations

import esda
import libpysal
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from dashboard.analysis import moran
from dashboard.analysis.hotspots import distance_weights, gi_star, incremental, local_moran, moran_i, peak_radius_m
from dashboard.analysis.weights import row_standardised


@pytest.fixture(scope="module")
def columbus() -> tuple[np.ndarray, csr_array]:
    """Crime in the 49 neighbourhoods of Columbus, Ohio, 1980 (Anselin 1988), which comes with libpysal."""
    rows = libpysal.io.open(libpysal.examples.get_path("columbus.dbf"))
    return np.array(rows.by_col("CRIME")), csr_array(theirs().sparse)


def theirs() -> libpysal.weights.W:
    return libpysal.io.open(libpysal.examples.get_path("columbus.gal")).read()


def test_columbus_as_spdep_prints_it(columbus) -> None:
    # moran.test(columbus$CRIME, nb2listw(queen, style = "W")) of spdep, as printed in Bivand's course on spatial
    # regression (s4b_py) and elsewhere: 236 links, I, expectation and variance with nine digits.
    crime, near = columbus
    assert near.nnz == 236
    found = moran_i(crime, row_standardised(near))
    assert found.i == pytest.approx(0.500188557, abs=5e-10)
    assert found.expected == pytest.approx(-0.020833333, abs=5e-10)
    assert found.variance == pytest.approx(0.008689289, abs=5e-10)
    assert found.z == pytest.approx(5.5894, abs=5e-5)
    assert found.p / 2 == pytest.approx(1.139e-08, rel=5e-4)  # theirs is one-sided


@pytest.mark.parametrize("style", ["R", "B"])
def test_equal_to_esda(columbus, style: str) -> None:
    crime, near = columbus
    expected = esda.Moran(crime, theirs(), transformation=style, permutations=0)
    near = row_standardised(near) if style == "R" else near
    for assumption, name in (("randomisation", "rand"), ("normality", "norm")):
        found = moran_i(crime, near, assumption=assumption)
        assert abs(found.i - expected.I) < 1e-9
        assert abs(found.variance - getattr(expected, f"VI_{name}")) < 1e-9
        assert abs(found.z - getattr(expected, f"z_{name}")) < 1e-9
        assert abs(found.p - getattr(expected, f"p_{name}")) < 1e-9


def test_local_moran_is_that_of_esda_and_adds_up(columbus) -> None:
    crime, near = columbus
    near = row_standardised(near)
    found = local_moran(crime, near)
    expected = esda.Moran_Local(crime, theirs(), permutations=0)
    # esda divides by n - 1, spdep and Anselin's table by n.
    assert np.abs(found["i"] * 48 / 49 - expected.Is).max() < 1e-9
    assert found["quadrant"].tolist() == expected.q.tolist()
    assert found["i"].sum() / near.sum() == pytest.approx(moran_i(crime, near).i)


def test_local_moments_are_those_of_all_ways_to_deal_the_others_out(columbus) -> None:
    # Conditional randomisation of five values by hand: 4! orders of the others.
    values = np.array([2.0, 1.0, 4.0, 1.0, 6.0])
    near = csr_array(np.array([[0, 1, 1, 0, 0], [1, 0, 1, 1, 0], [1, 1, 0, 0, 1], [0, 1, 0, 0, 1], [0, 0, 1, 1, 0.0]]))
    found = local_moran(values, near)
    others = values[1:]
    dealt = [local_moran(np.array([2.0, *order]), near)["i"][0] for order in permutations(others)]
    assert found["expected"][0] == pytest.approx(np.mean(dealt))
    assert found["variance"][0] == pytest.approx(np.var(dealt))
    assert found["z"].to_numpy() == pytest.approx((found["i"] - found["expected"]) / found["variance"] ** 0.5)
    crime, near = columbus
    assert local_moran(crime, near)["z"].to_numpy() == pytest.approx(
        gi_star(crime, near) * np.sign(crime - crime.mean())
    )


def test_the_moments_of_the_whole_are_those_of_all_orders() -> None:
    values = [3.0, 1.0, 4.0, 1.0, 6.0, 2.0]
    near = csr_array(np.eye(6, k=1) + np.eye(6, k=-1))
    dealt = [moran_i(order, near).i for order in permutations(values)]
    found = moran_i(values, near)
    assert (found.expected, found.variance) == pytest.approx((np.mean(dealt), np.var(dealt)))


def test_where_nothing_can_be_said() -> None:
    near = csr_array(np.eye(5, k=1) + np.eye(5, k=-1))
    assert np.isnan(moran_i([2, 2, 2, 2, 2], near).z)
    assert np.isnan(moran_i([1, 2, 3, 4, 5], csr_array((5, 5))).i)
    with pytest.raises(ValueError, match="four"):
        moran_i([1, 2, 3], csr_array((3, 3)))
    for measure in (moran_i, local_moran):
        with pytest.raises(ValueError, match="own"):
            measure([1, 2, 3, 4, 5], csr_array(np.eye(5)))
    alone = near.copy()
    alone[3, 4] = alone[4, 3] = 0
    alone.eliminate_zeros()
    found = local_moran([1, 2, 3, 4, 5], alone)
    assert (found["quadrant"][4], np.isnan(found["p"][4])) == (0, True)


def test_distances_begin_where_all_but_outliers_have_a_neighbour() -> None:
    x, y = np.meshgrid(np.arange(10) * 100.0, np.arange(10) * 100.0)
    farm = np.array([[5000.0, 5000.0]])
    xy = np.vstack([np.column_stack([x.ravel(), y.ravel()]), farm])
    blocks = ((x // 300 + y // 300) % 2).ravel()  # a board of 300 m squares
    steps = incremental(xy, np.append(blocks, 0))
    assert steps["radius_m"].tolist()[:3] == [100, 200, 300]
    assert steps["neighbours"][0] == pytest.approx(360 / 101)
    first = moran_i(np.append(blocks, 0), distance_weights(xy, radius_m=100))
    assert (steps["moran_i"][0], steps["z"][0]) == pytest.approx((first.i, first.z))
    assert peak_radius_m(steps) == float(steps.loc[steps["is_peak"], "radius_m"].iloc[0]) == 100


@pytest.mark.parametrize(
    ("z", "peak"),
    [
        ([2, 4, 3, 9, 1], 200),  # the first of two
        ([5, 4, 3, 9, 1], 100),  # falling from the start
        ([2, 3, 4, 5, 6], 500),
        ([0.1, 0.5, 0.2, 0.3, 0.1], None),  # chance makes such peaks
        ([-5, -3, -4, -5, -6], None),  # unlike neighbours are no scale of likeness
        ([0, 1, 0.5, 3, 2], 400),
        ([np.nan] * 5, None),
        ([10, 20, 30, 29.5, 31], 300),  # a dent in a plateau is no peak, and the plateau begins at 300
        ([10, 20, 19.5, 30, 20], 400),
        ([], None),
    ],
)
def test_the_peak(z: list[float], peak: float | None) -> None:
    assert moran.peak_radius_m(pd.DataFrame({"radius_m": [100, 200, 300, 400, 500][: len(z)], "z": z})) == peak


def test_the_peak_is_no_wider_than_asked_for() -> None:
    steps = pd.DataFrame({"radius_m": [100, 200, 300, 400], "z": [5, 7, 9, 8.0]})
    assert [moran.peak_radius_m(steps, at_most_m=most) for most in (None, 400, 250, 100, 1)] == [
        300,
        300,
        200,
        100,
        100,
    ]


def test_a_dent_in_the_plateau_of_a_real_town_makes_nobody_in_two_kilometres_a_neighbour() -> None:
    # Boston, 29,935 reports of 2025 (data.boston.gov) in 611 cells of 500 m; zones have 2.2 km a side.
    z = [17.877, 21.860, 28.686, 32.779, 33.224, 33.611, 33.399, 33.921, 33.106, 31.379]
    steps = pd.DataFrame({"radius_m": 650.9 + 405.98 * np.arange(10), "z": z})
    assert moran.peak_radius_m(steps) == pytest.approx(1868.8, abs=0.1)
    assert moran.peak_radius_m(steps, at_most_m=2207 / np.pi**0.5) == pytest.approx(1056.9, abs=0.1)


def test_too_little_to_try() -> None:
    assert incremental([[0, 0], [0, 1], [0, 2]], [1, 2, 3]).empty
    assert incremental([[7, 7]] * 5, [1, 2, 3, 4, 5]).empty
