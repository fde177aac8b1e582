"""Sites that can serve only so much, by trying every choice and by Hall's condition for what a set can serve."""

from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis.siting import capacity, site_facilities
from dashboard.analysis.siting.incidence import merged
from dashboard.analysis.siting.problem import problem
from tests.dashboard.analysis.siting import cases
from tests.examples import examples

NOTHING = gpd.GeoSeries([], crs=cases.CRS)


def served(weight: np.ndarray, near: np.ndarray, capacity: np.ndarray) -> float:
    """A maximal flow is a minimal cut: some sites give all their capacity, the demand of the others is served whole."""
    sites = range(len(capacity))
    return min(
        (
            sum(capacity[one] for one in full)
            + float(weight[near[[s for s in sites if s not in full]].any(axis=0)].sum())
            for number in range(len(capacity) + 1)
            for full in combinations(sites, number)
        ),
    )


def best(demand, candidates, existing, n, radius_m, capacity, existing_capacity, spacing_m=0.0) -> float:
    weight = demand["weight"].to_numpy(float)
    there, new = cases.near(demand, existing, radius_m), cases.near(demand, candidates, radius_m)
    return max(
        served(weight, np.vstack([there, new[choice]]), np.append(existing_capacity, capacity[choice]))
        for choice in cases.tried(candidates, n, spacing_m, existing)
    )


_CAPACITIES = st.lists(st.sampled_from([0.0, 1.0, 3.0, 7.0, 12.5, np.inf]), min_size=8, max_size=8)


@examples(40)
@given(
    cases.questions(candidates=5),
    _CAPACITIES,
    st.sampled_from([0.0, 20.0]),
    st.sampled_from([0.0, 120.0]),
    st.booleans(),
)
def test_the_most_served_of_every_small_question(question, numbers, time_limit_s, spacing_m, limited) -> None:
    demand, candidates, existing, n, radius_m = question
    capacity = np.array(numbers[: len(candidates)])
    existing_capacity = np.array(numbers[5 : 5 + len(existing)]) if limited else np.full(len(existing), np.inf)
    found = site_facilities(
        demand, candidates, existing, n=n, radius_m=radius_m, time_limit_s=time_limit_s, min_spacing_m=spacing_m,
        capacities=pd.Series(capacity, index=candidates.index).iloc[::-1],
        existing_capacities=existing_capacity if limited else None,
    )  # fmt: skip
    chosen = [int(candidates.index.get_loc(label)) for label in found.sites]
    assert len(chosen) <= n and sorted(chosen) in list(cases.tried(candidates, n, spacing_m, existing))
    weight = demand["weight"].to_numpy(float)
    there, new = cases.near(demand, existing, radius_m), cases.near(demand, candidates, radius_m)
    for k in range(len(chosen) + 1):
        first = chosen[:k]
        amount = served(weight, np.vstack([there, new[first]]), np.append(existing_capacity, capacity[first]))
        assert found.curve[k] == pytest.approx(amount, rel=1e-6, abs=1e-6)
    optimum = best(demand, candidates, existing, n, radius_m, capacity, existing_capacity, spacing_m)
    assert found.bound >= optimum * (1 - 1e-6) and found.bound >= found.covered
    assert (np.diff(found.gains) <= 1e-6).all()
    if time_limit_s:
        assert found.covered == pytest.approx(optimum, rel=1e-6, abs=1e-6) and found.is_optimal


@examples(40)
@given(cases.questions(candidates=5), _CAPACITIES, st.sampled_from([0.0, 120.0]))
def test_the_solver_alone_finds_the_most_served(question, numbers, spacing_m) -> None:
    demand, candidates, existing, n, radius_m = question
    sites = pd.concat([existing, candidates])
    values = np.array(numbers[: len(sites)])
    asked = problem(demand, sites, NOTHING, radius_m=radius_m)
    clash = problem(demand, candidates, NOTHING, radius_m=radius_m, min_spacing_m=spacing_m).clash
    rows, weight = merged(asked.rows, asked.weight)
    network = capacity._Network(rows, weight, values, len(existing))
    if not (len(candidates) and rows.nnz):
        return
    chosen, bound = network.optimum(n, clash, time_limit_s=20)
    fixed, given_ = values[: len(existing)], values[len(existing) :]
    near = cases.near(demand, sites, radius_m)
    known = demand["weight"].to_numpy(float)
    old, new = near[: len(existing)], near[len(existing) :]
    optimum = max(
        served(known, np.vstack([old, new[choice]]), np.append(fixed, given_[choice]))
        for choice in cases.tried(candidates, n, spacing_m, NOTHING)
    )
    assert chosen is not None and len(chosen) <= n
    assert network.served(chosen) == pytest.approx(optimum, rel=1e-6, abs=1e-6)
    assert bound == pytest.approx(optimum, rel=1e-6, abs=1e-5)


def test_two_seats_do_not_serve_a_market_of_five_hundred_stalls() -> None:
    demand, candidates = (
        cases.frame([(0, 0), (900, 0)], [500, 60]),
        cases.places([(0, 0), (900, 0)], ["market", "lane"]),
    )
    asked = {"n": 1, "radius_m": 100, "time_limit_s": 5}
    assert list(site_facilities(demand, candidates, NOTHING, **asked).sites) == ["market"]
    small = site_facilities(demand, candidates, NOTHING, capacities=[40, 100], **asked)
    assert list(small.sites) == ["lane"] and small.covered == small.bound == 60


def test_the_existing_serve_all_within_reach_unless_told_otherwise() -> None:
    demand, site = cases.frame([(0, 0)], [500]), cases.places([(0, 10)])
    asked = {"n": 1, "radius_m": 100, "time_limit_s": 5, "capacities": [200]}
    assert list(site_facilities(demand, site, site, **asked).sites) == []
    found = site_facilities(demand, site, site, existing_capacities=[150], **asked)
    assert list(found.sites) == [0] and found.curve.tolist() == [150, 350] and found.is_optimal


def test_without_limits_it_is_the_plain_question() -> None:
    demand, candidates, existing = cases.county(4, demand=300, candidates=40)
    asked = {"n": 4, "radius_m": 500, "time_limit_s": 30}
    plain = site_facilities(demand, candidates, existing, **asked)
    found = site_facilities(demand, candidates, existing, capacities=np.full(40, np.inf), **asked)
    assert found.covered == pytest.approx(plain.covered) and found.is_optimal


def test_more_candidates_in_the_time() -> None:
    demand, candidates, existing = cases.county(8, demand=600, candidates=80)
    rng = np.random.default_rng(1)
    asked = {
        "n": 6,
        "radius_m": 600,
        "capacities": rng.integers(500, 6000, 80),
        "existing_capacities": np.full(10, 2000),
    }
    quick = site_facilities(demand, candidates, existing, time_limit_s=0, **asked)
    full = site_facilities(demand, candidates, existing, time_limit_s=5, **asked)
    assert quick.covered <= full.covered <= full.bound <= quick.bound
    assert quick.covered - quick.before >= 0.9 * (full.bound - full.before)
