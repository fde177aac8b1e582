"""The pieces by themselves: solver, prices, merging; where an answer had at once would hide a fault of theirs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from dashboard.analysis.siting import best, exact, greedy, incidence, prices
from tests.dashboard.analysis.siting import cases
from tests.examples import examples


@st.composite
def matrices(draw: st.DrawFn) -> tuple[csr_array, np.ndarray, int]:
    sites, demand = draw(st.integers(1, 7)), draw(st.integers(1, 12))
    cells = draw(st.lists(st.booleans(), min_size=sites * demand, max_size=sites * demand))
    weight = draw(st.lists(st.integers(0, 20), min_size=demand, max_size=demand))
    scale = draw(st.sampled_from([1.0, 0.001, 1e6 / 3]))
    rows = csr_array(np.array(cells, float).reshape(sites, demand))
    return rows, np.array(weight) * scale, draw(st.integers(1, 4))


def most(rows: csr_array, weight: np.ndarray, n: int, *, having: int = -1, lacking: int = -1) -> float:
    """By trying every choice of at most n."""
    reached = rows.toarray() > 0
    found = -np.inf
    for choice in range(2 ** rows.shape[0]):
        sites = [one for one in range(rows.shape[0]) if choice >> one & 1]
        if len(sites) <= n and (having < 0 or having in sites) and lacking not in sites:
            found = max(found, float(weight[reached[sites].any(axis=0)].sum()))
    return found


@examples(30)
@given(matrices())
def test_the_solver_alone_finds_the_optimum(question) -> None:
    rows, weight, n = question
    if not weight.any():
        return
    found = exact.most_covered(rows, weight, n, time_limit_s=20)
    assert found.chosen is not None and len(found.chosen) <= n
    optimum = most(rows, weight, n)
    assert greedy.value(rows, weight, found.chosen) == pytest.approx(optimum, rel=1e-7)
    assert found.bound == pytest.approx(optimum, rel=1e-6)


@examples(40)
@given(matrices(), st.integers(0, 6))
def test_no_choice_is_above_what_the_prices_say(question, start) -> None:
    rows, weight, n = question
    told = prices.priced(rows, weight, np.array([start % rows.shape[0]]), n, rounds=30)
    slack = 1e-9 * weight.sum()
    for k in range(n + 1):
        assert told.bounds[k] >= most(rows, weight, k) - slack
    for site in range(rows.shape[0]):
        assert told.ceiling_with[site] >= most(rows, weight, n, having=site) - slack
        assert told.ceiling_without[site] >= most(rows, weight, n, lacking=site) - slack


@examples(75)
@given(matrices(), st.integers(0, 7))
def test_a_bad_answer_is_made_the_best_from_what_is_not_ruled_out(question, start) -> None:
    rows, weight, n = question
    bad = np.arange(min(start, n, rows.shape[0]))
    told = prices.priced(rows, weight, bad, n, rounds=5)
    chosen, bound = best._proved(rows, weight, bad, told, n=n, clash=None, time_limit_s=20)
    optimum = most(rows, weight, n)
    assert greedy.value(rows, weight, chosen) == pytest.approx(optimum, rel=1e-7)
    assert bound >= optimum * (1 - 1e-7)


@examples(30)
@given(matrices())
def test_merging_changes_no_sum(question) -> None:
    rows, weight, _ = question
    kept, together = incidence.merged(rows, weight)
    assert kept.shape[1] == len(together) == len({tuple(column) for column in kept.toarray().T})
    assert (together > 0).all() or not len(together)
    for choice in range(2 ** rows.shape[0]):
        sites = np.array([one for one in range(rows.shape[0]) if choice >> one & 1], np.int64)
        assert greedy.value(kept, together, sites) == pytest.approx(greedy.value(rows, weight, sites))


@examples(75)
@given(matrices(), st.data())
def test_no_single_swap_is_left_that_helps(question, data) -> None:
    rows, weight, n = question
    sites = rows.shape[0]
    pairs = data.draw(st.lists(st.tuples(st.integers(0, sites - 1), st.integers(0, sites - 1)), max_size=6))
    clash = np.zeros((sites, sites))
    for one, other in pairs:
        clash[one, other] = clash[other, one] = one != other
    start = prices.apart(np.arange(sites), csr_array(clash))[:n]
    chosen = greedy.improved(rows, weight, start, n, clash=csr_array(clash) if clash.any() else None)
    known = greedy.value(rows, weight, chosen)
    assert known >= greedy.value(rows, weight, start) and not clash[np.ix_(chosen, chosen)].any()
    for going in range(len(chosen)):
        for coming in range(sites):
            other = np.append(np.delete(chosen, going), coming)
            if not clash[np.ix_(other, other)].any():
                assert greedy.value(rows, weight, other) <= known * (1 + 1e-9)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20), st.sampled_from([3.0, 5.0]))
def test_the_radius_itself_is_within_reach_and_the_spacing_itself_far_enough(grid, radius_m) -> None:
    # Far from the origin, as with a zone number in the easting: coordinates are rounded to 7e-9 m.
    points = cases.places([(39_500_000.1 + x, 4_200_000.7 + y) for x, y in grid])
    array = np.asarray(points.array)
    away = np.array([[np.hypot(a - c, b - d) for c, d in grid] for a, b in grid])
    np.testing.assert_array_equal(incidence.reach(array, array, radius_m=radius_m).toarray() > 0, away <= radius_m)
    near = incidence.closer_than(array, array, spacing_m=radius_m)
    np.testing.assert_array_equal(near.toarray() > 0, away < radius_m)


def test_of_whole_weights_a_better_choice_is_better_by_one() -> None:
    whole, parts = np.array([5.0, 3.0]), np.array([5.0, 2.5])
    assert best.is_best(5, 5.9, whole) and not best.is_best(5, 6, whole)
    assert not best.is_best(5, 5.9, parts) and best.is_best(5, 5 + 1e-12, parts)
