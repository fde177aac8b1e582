"""How many sites it takes, by trying every choice, on paper, and by a second formulation."""

from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from dashboard.analysis.siting import SitingRefused, enough, sites_for_share
from tests.dashboard.analysis.siting import cases
from tests.examples import examples

NOTHING = gpd.GeoSeries([], crs=cases.CRS)


def fewest(demand, candidates, existing, share, radius_m) -> int:
    total = float(demand["weight"].sum())
    for number in range(len(candidates) + 1):
        for choice in combinations(range(len(candidates)), number):
            sites = pd.concat([existing, candidates.iloc[list(choice)]])
            if cases.covered(demand, sites, radius_m) >= share * total - 1e-9 * total:
                return number
    raise AssertionError("nothing reaches it")


@examples(40)
@given(cases.questions(), st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]), st.sampled_from([0.0, 20.0]))
def test_the_fewest_of_every_small_question(question, share, time_limit_s) -> None:
    demand, candidates, existing, _, radius_m = question
    found = sites_for_share(demand, candidates, existing, share=share, radius_m=radius_m, time_limit_s=time_limit_s)
    total = float(demand["weight"].sum())
    every = cases.covered(demand, pd.concat([existing, candidates]), radius_m)
    assert found.covered == pytest.approx(
        cases.covered(demand, pd.concat([existing, candidates.loc[found.sites]]), radius_m)
    )
    if total:
        assert found.best_share == pytest.approx(every / total)
        assert found.is_reachable == (every >= share * total * (1 - 1e-9))
        assert found.share >= min(share, every / total) - 1e-9
    number = fewest(demand, candidates, existing, min(share, every / total if total else 0), radius_m)
    assert found.at_least <= number <= len(found.sites)
    if time_limit_s:
        assert len(found.sites) == number and found.is_optimal


def test_worked_out_on_paper() -> None:
    demand = cases.frame([(0, 0), (100, 0), (200, 0), (1000, 0)], [5, 4, 3, 8])
    candidates = cases.places([(0, 0), (100, 0), (200, 0), (1000, 50)], ["west", "middle", "east", "far"])
    asked = {"radius_m": 100, "time_limit_s": 5}
    assert list(sites_for_share(demand, candidates, NOTHING, share=0.6, **asked).sites) == ["middle"]
    both = sites_for_share(demand, candidates, NOTHING, share=0.61, **asked)
    assert list(both.sites) == ["middle", "far"] and both.is_optimal and both.curve.tolist() == [0, 12, 20]
    none = sites_for_share(demand, candidates, cases.places([(100, 0)]), share=0.6, **asked)
    assert list(none.sites) == [] and none.share == 0.6 and none.at_least == 0
    short = sites_for_share(demand, candidates.iloc[:2], NOTHING, share=0.9, **asked)
    assert not short.is_reachable and short.best_share == 0.6 and list(short.sites) == ["middle"]


def test_the_solver_alone_finds_the_fewest() -> None:
    demand, candidates, _ = cases.county(3, demand=400, candidates=60)
    for share in (0.5, 0.8, 1.0):
        asked = enough.problem(demand, candidates, NOTHING, radius_m=500)
        rows, weight = asked.open
        needed = share * float(weight.sum())
        every = np.arange(rows.shape[0])
        chosen, at_least = enough._fewest(rows, weight, needed, every, 0, time_limit_s=60)
        assert len(chosen) == at_least == second_way(rows.toarray(), weight, needed)


@examples(30)
@given(cases.questions(), st.sampled_from([0.3, 0.5, 0.9, 1.0]))
def test_what_fewer_cannot_do_does_not_hang_on_the_choice_found(question, share) -> None:
    demand, candidates, existing, _, radius_m = question
    asked = enough.problem(demand, candidates, existing, radius_m=radius_m)
    rows, weight = asked.open
    needed = share * float(weight.sum())
    true = enough.at_once

    def poor(rows, weight, n):
        return replace(true(rows, weight, n), value=0.0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enough, "at_once", poor)
        chosen, at_least = enough._at_once(rows, weight, needed)
        # One more than the greedy ones, so that nothing cuts the number off.
        patch.setattr(enough, "greedy", lambda rows, weight, n: np.arange(rows.shape[0]))
        loose, at_least_loose = enough._at_once(rows, weight, needed)
    number = next(
        k
        for k in range(rows.shape[0] + 1)
        if any(
            weight[(rows.toarray()[list(some)] > 0).any(axis=0)].sum() >= needed * (1 - 1e-9)
            for some in combinations(range(rows.shape[0]), k)
        )
    )
    assert at_least <= number <= len(chosen)
    assert at_least_loose <= number <= len(loose)


def second_way(rows: np.ndarray, weight: np.ndarray, needed: float) -> int:
    """Least Σ x with Σ a_id x_i + u_d ≥ 1 and Σ w_d u_d ≤ what may stay out."""
    sites, demand = rows.shape
    found = milp(
        np.r_[np.ones(sites), np.zeros(demand)],
        constraints=[
            LinearConstraint(np.hstack([rows.T, np.eye(demand)]), 1, np.inf),
            LinearConstraint(np.r_[np.zeros(sites), weight][None], -np.inf, weight.sum() - needed),
        ],
        bounds=Bounds(0, 1),
        integrality=np.r_[np.ones(sites), np.zeros(demand)],
    )
    assert found.status == 0
    return round(found.fun)


@pytest.mark.parametrize("share", [0.8, 0.9, 1.0])
def test_many_candidates_within_the_time(share: float) -> None:
    demand, candidates, existing = cases.county(6, demand=2000, candidates=400)
    found = sites_for_share(demand, candidates, existing, share=share, radius_m=600, time_limit_s=2)
    at_once = sites_for_share(demand, candidates, existing, share=share, radius_m=600, time_limit_s=0)
    assert 0 < at_once.at_least <= found.at_least <= len(found.sites) <= len(at_once.sites)
    assert found.share >= min(share, found.best_share) * (1 - 1e-9)


def test_what_is_had_at_once_does_not_wait_for_swaps(monkeypatch: pytest.MonkeyPatch) -> None:
    # With a hundred sites of 5,000 candidates every round of swaps takes a second, and there may be ten of them.
    monkeypatch.setattr(enough, "at_once", lambda *_: pytest.fail("a round of swaps"))
    demand, candidates, existing = cases.county(6, demand=200, candidates=40)
    found = sites_for_share(demand, candidates, existing, share=0.9, radius_m=600, time_limit_s=0)
    assert found.share >= min(0.9, found.best_share) * (1 - 1e-9)


@pytest.mark.parametrize("share", [-0.1, 1.5, 90, np.nan])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    demand = cases.frame([(0, 0)], [1])
    with pytest.raises(SitingRefused, match="between 0 and 1"):
        sites_for_share(demand, NOTHING, NOTHING, share=share, radius_m=5, time_limit_s=0)
