from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis.siting import least_loss, losses
from tests.dashboard.analysis.siting import cases
from tests.examples import examples


@examples(40)
@given(cases.questions(), st.sampled_from([0.0, 20.0]))
def test_the_least_loss_of_every_small_question(question, time_limit_s) -> None:
    demand, existing, _, n, radius_m = question
    found = least_loss(demand, existing, n=n, radius_m=radius_m, time_limit_s=time_limit_s)
    number = min(n, len(existing))
    before = cases.covered(demand, existing, radius_m)
    kept = existing.drop(list(found.sites))
    assert len(set(found.sites)) == len(found.sites) == number
    assert found.before == pytest.approx(before)
    assert found.covered == pytest.approx(cases.covered(demand, kept, radius_m))
    assert found.losses.sum() == pytest.approx(found.loss, abs=1e-9) and (np.diff(found.losses) >= -1e-9).all()
    least = before - max(
        cases.covered(demand, existing.iloc[list(stay)], radius_m)
        for stay in combinations(range(len(existing)), len(existing) - number)
    )
    assert 0 <= found.bound <= least + 1e-6 and least - 1e-9 <= found.loss
    if time_limit_s:
        assert found.loss == pytest.approx(least, abs=1e-6) and found.is_optimal


def test_worked_out_on_paper() -> None:
    # East and west share the middle, far has its own; either of the twins loses nothing.
    demand = cases.frame([(0, 0), (100, 0), (200, 0), (1000, 0)], [5, 4, 3, 8])
    existing = cases.places([(50, 0), (150, 0), (1000, 0), (1000, 9)], ["west", "east", "far", "twin"])
    assert losses(demand, existing, radius_m=50).to_dict() == {"west": 5, "east": 3, "far": 0, "twin": 0}
    one = least_loss(demand, existing, n=1, radius_m=50)
    assert list(one.sites) == ["twin"] and one.loss == one.bound == 0 and one.is_optimal
    three = least_loss(demand, existing, n=3, radius_m=50)
    assert list(three.sites) == ["far", "east", "twin"]
    assert three.losses.tolist() == [0, 3, 8] and three.covered == 9


def test_all_are_closed_and_none() -> None:
    demand, existing = cases.frame([(0, 0)], [4]), cases.places([(0, 0), (1, 1)])
    assert list(least_loss(demand, existing, n=9, radius_m=5).sites) == [0, 1]
    assert least_loss(demand, existing, n=9, radius_m=5).loss == 4
    idle = cases.places([(90, 0), (0, 0), (95, 0), (99, 0)], ["a", "b", "c", "d"])
    assert list(least_loss(demand, idle, n=1, radius_m=5).sites) == ["d"]  # of equal ones the earlier stay
    none = least_loss(demand, existing, n=0, radius_m=5)
    assert list(none.sites) == [] and none.loss == 0 and none.is_optimal
    assert list(least_loss(demand, existing.iloc[:0], n=2, radius_m=5).sites) == []
