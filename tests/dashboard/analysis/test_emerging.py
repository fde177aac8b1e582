import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, kron

from dashboard.analysis.emerging import CATEGORIES, KINDS, NONE, emerging, space_time_gi_star
from dashboard.analysis.gi import gi_star
from dashboard.analysis.mann_kendall import mann_kendall
from tests.examples import examples

# Ten steps; h: hot (z above 3), c: cold, .: neither. What the definitions of Esri's page make of them.
BY_HAND = {
    "new": ".........h",
    "consecutive": "........hh",
    "sporadic": "..h......h",
    "oscillating": "..c......h",
    "historical": "hhhhhhhhh.",
    "persistent": "hhhhhhhhhh",
}
EDGES = {
    "..........": "none",
    "..h.......": "none",  # hot once, but not at the end
    ".hhhhhhhhh": "persistent_hot",  # nine in ten are ninety per cent
    "..hhhhhhhh": "consecutive_hot",  # eight are not
    "h.hhhhhhhh": "persistent_hot",
    "h..hhhhhhh": "sporadic_hot",
    ".......h.h": "sporadic_hot",
    "c........h": "oscillating_hot",  # hot for the first time, but cold before: neither new …
    "c.......hh": "oscillating_hot",  # … nor consecutive
    "hchhhhhhhh": "persistent_hot",  # cold once, hot in nine
    "hhhhhhhhhc": "oscillating_cold",  # turned cold: not historical
    "cccccccccc": "persistent_cold",
    "ccccccccc.": "historical_cold",
    "cccccccc..": "none",
}


def series(pattern: str, wobble: float = 0.0) -> list[float]:
    """z of a pattern; `wobble` lifts every second step, so that no two neighbours tell a trend."""
    level = {"h": 4.0, "c": -4.0, ".": 0.0}
    return [level[mark] + wobble * (at % 2) for at, mark in enumerate(pattern)]


def name(z: list[float]) -> str:
    return CATEGORIES[emerging(z, with_fdr=False)[0]]


@pytest.mark.parametrize(("kind", "pattern"), BY_HAND.items())
def test_each_category_by_hand(kind: str, pattern: str) -> None:
    assert name(series(pattern)) == f"{kind}_hot"
    assert name(series(pattern.replace("h", "x").replace("c", "h").replace("x", "c"))) == f"{kind}_cold"


@pytest.mark.parametrize(("pattern", "category"), EDGES.items())
def test_where_the_definitions_meet(pattern: str, category: str) -> None:
    assert name(series(pattern)) == category


def test_a_trend_among_the_always_hot() -> None:
    rising = [3 + 0.2 * at for at in range(12)]
    assert name(rising) == "intensifying_hot"
    assert name(rising[::-1]) == "diminishing_hot"
    assert name([-value for value in rising]) == "intensifying_cold"  # ever colder
    assert name([-value for value in rising[::-1]]) == "diminishing_cold"
    assert name([*rising[:-1], 0.0]) == "historical_hot"
    # One in ten may be missing, the last may not.
    assert name([0.0, *rising[1:]]) == "intensifying_hot"


def test_ninety_per_cent_of_any_number_of_steps() -> None:
    for steps in range(10, 120):
        needed = -(-9 * steps // 10)
        pattern = "." * (steps - needed) + "h" * needed
        assert name(series(pattern)).split("_")[0] in ("persistent", "intensifying"), steps
        pattern = "." * (steps - needed + 1) + "h" * (needed - 1)
        assert name(series(pattern)) == "consecutive_hot", steps


def test_significance_is_of_all_bins_together() -> None:
    # One z of 2.5 (p 0.012) among 200 bins of nothing: hot alone, not hot among so many.
    z = np.zeros((20, 10))
    z[3, -1] = 2.5
    assert CATEGORIES[emerging(z, with_fdr=False)[3]] == "new_hot"
    assert CATEGORIES[emerging(z)[3]] == NONE
    z[3, -1] = 4.0
    assert CATEGORIES[emerging(z)[3]] == "new_hot"


def test_bins_without_z_are_nothing() -> None:
    assert CATEGORIES[emerging([[np.nan] * 10])[0]] == NONE
    assert not len(emerging(np.empty((0, 10))))


def documented(hot: list[bool], cold: list[bool], way: float) -> set[str]:
    """The sentences of the page and of `emerging` one by one, each on its own."""
    n, last = len(hot), hot[-1]
    often = 10 * sum(hot) >= 9 * n
    found = set()
    run = 0
    while run < n and hot[n - 1 - run]:
        run += 1
    before = any(hot[: n - run])
    if last and not any(hot[:-1]) and not any(cold) and not often:
        found.add("new")
    if run >= 2 and not before and not any(cold) and not often:
        found.add("consecutive")
    if often and last:
        found.add({1: "intensifying", 0: "persistent", -1: "diminishing"}[int(way)])
    if last and before and not often and not any(cold):
        found.add("sporadic")
    if last and any(cold) and not often:
        found.add("oscillating")
    if often and not last and not cold[-1]:
        found.add("historical")
    return found


@examples(75)
@given(
    marks=st.integers(10, 24).flatmap(lambda steps: st.lists(st.sampled_from("hhh.c"), min_size=steps, max_size=steps)),
    tail=st.integers(0, 24),
    seed=st.integers(0, 2**16),
)
def test_exactly_one_category_the_one_documented_and_its_mirror(marks: list[str], tail: int, seed: int) -> None:
    pattern = "".join(marks[: len(marks) - tail]) + "h" * min(tail, len(marks))
    z = np.array(series(pattern)) + np.random.default_rng(seed).uniform(-1, 1, len(pattern))
    hot, cold = (z > 1.96).tolist(), (z < -1.96).tolist()
    trend = mann_kendall(z)
    way = float(np.sign(trend.z[0])) if trend.p[0] <= 0.05 else 0.0
    expected = {f"{kind}_hot" for kind in documented(hot, cold, way)}
    expected |= {f"{kind}_cold" for kind in documented(cold, hot, -way)}
    assert len(expected) <= 1
    found = name(z.tolist())
    assert {found} - {NONE} == expected
    mirrored = name((-z).tolist())
    assert mirrored == (NONE if found == NONE else flipped(found))


def flipped(category: str) -> str:
    kind, side = category.split("_")
    return f"{kind}_{'cold' if side == 'hot' else 'hot'}"


def test_there_are_seventeen() -> None:
    assert len(CATEGORIES) == 17 == 1 + 2 * len(KINDS)


@examples(60)
@given(seed=st.integers(0, 2**16), lags=st.integers(0, 3), places=st.integers(3, 7), steps=st.integers(1, 6))
def test_the_cube_is_gi_star_with_the_weights_of_the_cube(seed: int, lags: int, places: int, steps: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.poisson(2, (places, steps)).astype(np.float64)
    near = np.triu(rng.random((places, places)) < 0.4, 1)
    in_space = csr_array((near | near.T | np.eye(places, dtype=bool)).astype(np.float64))
    before = sum(np.eye(steps, k=-lag) for lag in range(lags + 1))
    cube = csr_array(kron(in_space, csr_array(before)))
    if places * steps < 3:
        return
    expected = gi_star(values.ravel(), cube).reshape(places, steps)
    found = space_time_gi_star(values, in_space, lags=lags)
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-9, equal_nan=True)


def test_what_does_not_go_together_is_refused() -> None:
    line = csr_array(np.eye(3))
    with pytest.raises(ValueError, match="n × T"):
        space_time_gi_star(np.zeros((4, 5)), line)
    with pytest.raises(ValueError, match="finite"):
        space_time_gi_star([[np.nan] * 5] * 3, line)
    with pytest.raises(ValueError, match="own place"):
        space_time_gi_star(np.zeros((3, 5)), csr_array(np.ones((3, 3)) - np.eye(3)))
    assert np.isnan(space_time_gi_star(np.ones((3, 5)), line)).all()
