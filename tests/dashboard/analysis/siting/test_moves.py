import doctest
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis.siting import Coverage, SitingRefused, moves, site_facilities
from tests.dashboard.analysis.siting import cases
from tests.examples import examples

_STEP = st.tuples(st.sampled_from(["add", "remove", "move"]), st.integers(0, 9), st.integers(0, 24), st.integers(0, 24))


@examples(30)
@given(cases.questions(), st.lists(_STEP, max_size=8))
def test_after_any_moves_it_is_as_if_made_anew(question, steps) -> None:
    demand, sites, _, _, radius_m = question
    now = Coverage.of(demand, sites, radius_m=radius_m)
    expected = dict(sites.items())
    for kind, which, x, y in steps:
        point = shapely.Point(25.0 * x, 25.0 * y)
        before = now
        if kind == "add":
            loss, now = now.loss_of(to=point), now.add(point)
            expected[next(label for label in now.points if label not in before.points)] = point
        elif expected:
            label = list(expected)[which % len(expected)]
            if kind == "move":
                loss, now = now.loss_of(label, to=point), now.move(label, point)
                expected[label] = point
            else:
                assert now.losses()[label] == pytest.approx(now.loss_of(label), abs=1e-9)
                loss, now = now.loss_of(label), now.remove(label)
                del expected[label]
        else:
            continue
        assert before.covered - now.covered == pytest.approx(loss, abs=1e-9)
    anew = gpd.GeoSeries(list(expected.values()), index=list(expected), crs=cases.CRS)
    assert now.covered == pytest.approx(cases.covered(demand, anew, radius_m), abs=1e-9)
    assert list(now.sites.index) == list(expected) and list(now.sites) == list(expected.values())
    np.testing.assert_array_equal(now.counts, cases.near(demand, anew, radius_m).sum(axis=0))
    assert now.covered == Coverage.of(demand, anew, radius_m=radius_m).covered


def test_before_stays_as_it_was() -> None:
    demand, _, existing = cases.county(1, demand=500, candidates=9)
    before = Coverage.of(demand, existing, radius_m=500)
    counts, covered = before.counts.copy(), before.covered
    after = before.add(shapely.Point(3000, 3000)).move(0, shapely.Point(1, 1)).remove(4)
    assert list(before.points) == list(range(10)) and list(after.points) == [0, 1, 2, 3, 5, 6, 7, 8, 9, "+1"]
    np.testing.assert_array_equal(before.counts, counts)
    assert before.covered == covered and before.sites.crs == demand.crs
    with pytest.raises(TypeError):
        before.points[0] = shapely.Point(0, 0)  # type: ignore[index]


def test_what_siting_covers_is_what_its_sites_cover() -> None:
    demand, candidates, existing = cases.county(2, demand=2000, candidates=300)
    found = site_facilities(demand, candidates, existing, n=5, radius_m=400, time_limit_s=0)
    now = Coverage.of(demand, existing.set_axis([f"e{at}" for at in range(10)]), radius_m=400)
    for label, gain in zip(found.sites, found.gains, strict=True):
        assert now.loss_of(to=candidates[label]) == pytest.approx(-gain)
        now = now.add(candidates[label], label=label)
    assert now.covered == found.covered


def test_the_radius_itself_is_within_reach_wherever_a_site_is_put() -> None:
    # Far from the origin, as with a zone number in the easting: coordinates are rounded to 7e-9 m.
    grid = [(x, y) for x in range(12) for y in range(12)]
    demand = cases.frame([(39_500_000.1 + 0.3 * x, 4_200_000.7 + 0.3 * y) for x, y in grid], [1] * len(grid))
    nothing = Coverage.of(demand, gpd.GeoSeries([], crs=cases.CRS), radius_m=1.5)
    for (x, y), point in zip(grid, demand.geometry, strict=True):
        expected = sum((x - other) ** 2 + (y - another) ** 2 <= 25 for other, another in grid)
        assert nothing.add(point).covered == expected


def test_what_is_no_move_is_refused() -> None:
    now = Coverage.of(cases.frame([(0, 0)], [1]), cases.places([(0, 0)], ["a"]), radius_m=5)
    for wrong in (shapely.Point(), shapely.Point(np.nan, 1), shapely.box(0, 0, 1, 1), None):
        with pytest.raises(SitingRefused, match="point"):
            now.add(wrong)
    with pytest.raises(SitingRefused, match="already"):
        now.add(shapely.Point(1, 1), label="a")
    with pytest.raises(SitingRefused, match="name a site"):
        now.loss_of()
    for unknown in (lambda: now.remove("b"), lambda: now.move("b", shapely.Point(0, 0)), lambda: now.loss_of("b")):
        with pytest.raises(KeyError, match="b"):
            unknown()


def test_without_demand_and_without_sites() -> None:
    nothing = Coverage.of(cases.frame([], []), gpd.GeoSeries([], crs=cases.CRS), radius_m=5)
    assert nothing.covered == nothing.total == 0 and nothing.losses().empty
    assert nothing.add(shapely.Point(0, 0)).covered == 0


def test_a_drag_over_many_takes_milliseconds() -> None:
    demand, candidates, _ = cases.county(3, demand=20_000, candidates=400)
    now = Coverage.of(demand, candidates, radius_m=400)
    took = []
    for step in range(20):
        started = time.process_time()
        now = now.move(7, shapely.Point(3000 + 10 * step, 3000))
        assert now.covered > 0
        took.append(time.process_time() - started)
    assert np.median(took) < 0.01, f"{1000 * np.median(took):.1f} ms of computing"


def test_the_example() -> None:
    found = doctest.testmod(moves)
    assert found.attempted and not found.failed
