import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dashboard.analysis.differences import Overdispersion, difference, overdispersion, usual_spread

CHANCE = Overdispersion(1.0, 0)


def test_worked_out_by_hand() -> None:
    # 40 became 20, elsewhere 100 became 100: half of what was to be expected; 1/40 + 1/20 + 1/100 + 1/100 = 0.095.
    found = difference([40], [20], [100], [100], CHANCE)
    assert found.effect[0] == 0.5
    assert found.low[0] == pytest.approx(0.5 * np.exp(-1.959964 * np.sqrt(0.095)))
    assert found.high[0] == pytest.approx(0.5 * np.exp(1.959964 * np.sqrt(0.095)))
    # Of 60 and 200 problems, 140 before: 60 × 120 ÷ 260 after, if the place had changed as the whole did.
    assert found.least_expected[0] == pytest.approx(60 * 120 / 260)
    # A decline everywhere is none of the campaign's.
    assert difference([40], [20], [100], [50], CHANCE).effect[0] == 1


def test_a_poisson_regression_has_the_same_figures() -> None:
    # statsmodels 0.15.0, GLM Poisson, y ~ treated + after + treated:after, of these sixteen weeks.
    weeks = {"before": [18, 22, 17, 23], "after": [12, 9, 14, 10]}
    control = {"before": [51, 49, 60, 44], "after": [47, 50, 52, 40]}
    found = difference(sum(weeks["before"]), sum(weeks["after"]), sum(control["before"]), sum(control["after"]), CHANCE)
    assert float(found.effect) == pytest.approx(0.6071428571428571, rel=1e-12)
    assert float(np.log(found.effect)) == pytest.approx(-0.4989911661189879, rel=1e-12)
    assert float(found.low) == pytest.approx(0.4007689, rel=1e-6)
    assert float(found.high) == pytest.approx(0.91978806, rel=1e-6)


def test_from_many_to_none() -> None:
    found = difference([30], [0], [200], [200], CHANCE)
    assert found.effect[0] == pytest.approx((0.5 / 30.5) / (200.5 / 200.5))
    assert 0 < found.low[0] < found.high[0] < 1
    nothing = difference([0], [0], [0], [0], CHANCE)
    assert nothing.effect[0] == 1
    assert nothing.least_expected[0] == 0


def test_overdispersion_by_hand() -> None:
    # Two places, two weeks: 10 20 / 20 10; 15 expected of each, χ² = 4 × 25 / 15 with one degree of freedom.
    found = overdispersion(np.array([[10, 20], [20, 10]]))
    assert found == Overdispersion(pytest.approx(100 / 15), 1)
    # A week that was busy everywhere, a place that is always busy and an empty one tell nothing.
    assert overdispersion(np.array([[10, 30], [20, 60], [0, 0]])) == Overdispersion(1.0, 1)
    assert overdispersion(np.array([[10, 20], [20, 10]]), np.array([[3, 3], [3, 3]])).factor == pytest.approx(50 / 15)
    assert overdispersion(np.array([[10, 30]])) == Overdispersion(1.0, 0)


def test_overdispersion_as_scipy_has_chi_squared() -> None:
    rng = np.random.default_rng(4)
    tables = [rng.negative_binomial(2, 0.2, (9, 4)) + 1 for _ in range(2)]
    tested = [stats.chi2_contingency(table, correction=False) for table in tables]
    found = overdispersion(*tables)
    assert found.freedom == sum(one.dof for one in tested) == 48
    assert found.factor == pytest.approx(sum(one.statistic for one in tested) / 48)


@settings(max_examples=60, deadline=None)
@given(counts=st.tuples(*[st.integers(0, 500)] * 4), factor=st.floats(1, 9), freedom=st.integers(1, 90))
def test_turned_over_and_widened(counts: tuple[int, int, int, int], factor: float, freedom: int) -> None:
    a, b, c, d = counts
    spread = Overdispersion(factor, freedom)
    one, turned, swapped = (difference(*four, spread) for four in ((a, b, c, d), (b, a, d, c), (c, d, a, b)))
    for other in (turned, swapped):
        assert float(other.effect) == pytest.approx(1 / float(one.effect))
        assert float(other.low) == pytest.approx(1 / float(one.high))
    assert float(one.low) < float(one.effect) < float(one.high)
    sure = difference(a, b, c, d, CHANCE)
    assert float(one.high) >= float(sure.high)


def test_places_that_change_by_themselves_widen_the_interval() -> None:
    # Weeks alike, but one control doubled and another halved: 120 of 240 and 60 of 120 … expected.
    before = np.array([[30] * 4, [30] * 4, [60] * 4])
    after = np.array([[30] * 4, [60] * 4, [30] * 4])
    found = usual_spread(before, after, np.array([False, True, True]))
    assert found == overdispersion(np.array([[120, 240], [240, 120]]))
    assert found == Overdispersion(pytest.approx(4 * 60**2 / 180), 1)
    alike = usual_spread(before, before, np.array([False, True, True]))
    assert alike == Overdispersion(1.0, 2 * 2 * 3)
    # One control alone shows no such thing.
    assert usual_spread(before, after, np.array([False, True, False])) == Overdispersion(1.0, 2 * 2 * 3)


@pytest.mark.parametrize(
    ("busy", "clumped", "drifts"),
    [(3.0, 0.0, 0.0), (12.0, 0.0, 0.0), (12.0, 0.5, 0.0), (40.0, 0.3, 0.0), (12.0, 0.0, 0.1), (40.0, 0.1, 0.1)],
)
def test_a_campaign_that_did_nothing_is_said_to_have_done_nothing(busy: float, clumped: float, drifts: float) -> None:
    """Placebo: 13 zones, 4 + 4 weeks, everything halves between them and any one zone is called the campaign's.

    `clumped`: variance of a week beyond chance; `drifts`: of what changes in a zone for good, for its own reasons.
    """
    rng = np.random.default_rng(20_260_321)
    runs, held = 1500, 0
    usual = busy * rng.uniform(0.5, 2.0, 13)
    for _ in range(runs):
        tables = []
        own = rng.gamma(1 / drifts, drifts, 13) if drifts else np.ones(13)
        for level in (1.0, 0.5 * own):
            weather = rng.uniform(0.6, 1.4, 4)  # shared by all
            mean = (level * usual)[:, None] * weather
            clumps = rng.gamma(1 / clumped, clumped, mean.shape) if clumped else 1.0
            tables.append(rng.poisson(mean * clumps))
        before, after = (table.sum(axis=1) for table in tables)
        one = rng.integers(13)
        others = np.arange(13) != one
        spread = usual_spread(*tables, others)
        found = difference(before[one], after[one], before[others].sum(), after[others].sum(), spread)
        held += bool(found.low <= 1 <= found.high)
    assert 0.93 <= held / runs <= 0.99, held / runs
