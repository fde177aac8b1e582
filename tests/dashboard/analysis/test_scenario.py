"""Arrangements of sites in the town of nine cells, by hand and against counting every pair."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.analysis.proposal import Degrees, Question, propose
from dashboard.analysis.scenario import Arrangement, Scenario, arranged
from dashboard.standards import Standards, read_standards
from tests.dashboard.conftest import Town
from tests.town import CRS, X0, Y0

RADIUS_M = 100.0
PEOPLE = {f"C{n}": 100.0 * n for n in range(1, 10)}


def reaching() -> Standards:
    every = read_standards(None).entries
    return Standards({**every, "toilet.radius": replace(every["toilet.radius"], value=RADIUS_M)})


def with_toilets(town: Town, places: dict[str, tuple[float, float]]) -> Town:
    """More toilets like the one in the middle, at metres from the corner of the town."""
    every = town.county.facilities
    more = gpd.GeoDataFrame(
        pd.concat([every.loc[["f1"]]] * len(places)).set_axis(list(places)).rename_axis(every.index.name), crs=every.crs
    )
    more["geometry"] = [shapely.Point(X0 + x, Y0 + y) for x, y in places.values()]
    return town._replace(county=replace(town.county, facilities=pd.concat([every, more])))


def at(*metres: tuple[float, float]) -> tuple[Degrees, ...]:
    points = gpd.GeoSeries([shapely.Point(X0 + x, Y0 + y) for x, y in metres], crs=CRS).to_crs("EPSG:4326")
    return tuple(zip(points.x, points.y, strict=True))


def made(town: Town, sites: tuple[Degrees, ...] | None = None, closed: tuple[str, ...] = (), n: int = 2) -> Arrangement:
    return arranged(
        town.county, town.snapshot, town.filters, Scenario(Question(n=n), sites, closed), standards=reaching()
    )


def test_sites_put_by_hand_add_what_nobody_reaches(town: Town) -> None:
    # The toilet in C5 reaches 2,500 of 4,500. From the middle of C9 new ground is C9 alone, from that of C1 C1 alone.
    found = made(town, at((250, 50), (50, 250)))
    assert found.sites["cell"].tolist() == ["C9", "C1"]
    assert found.sites["gain"].tolist() == [900, 100]
    assert found.sites["loss"].tolist() == [900, 100]
    assert found.sites["covered"].tolist() == [3400, 3500]
    assert (found.before, found.lost, found.covered, found.total) == (2500, 0, 3500, 4500)
    assert found.bound == 4500  # C8 and C2 reach everybody
    assert found.facilities["loss"].tolist() == [500]  # C2, C4, C6 and C8 are reached by the two as well


def test_a_facility_that_is_closed_loses_what_nobody_else_reaches(town: Town) -> None:
    # Without the toilet C9 reaches C6, C8 and C9 (2,300), C1 reaches C1, C2 and C4 (700); C5 is nobody's.
    found = made(town, at((250, 50), (50, 250)), closed=("f1",))
    assert found.sites["gain"].tolist() == [2300, 700]
    assert (found.before, found.lost, found.covered) == (2500, 2500, 3000)
    assert found.facilities[["is_closed", "loss"]].to_numpy().tolist() == [[True, 500]]
    lost = found.cells["is_covered_before"] & ~found.cells["is_covered"]
    assert lost[lost].index.tolist() == ["C5"]


def test_without_sites_of_its_own_it_is_the_proposal(town: Town) -> None:
    found = made(town)
    assert found.sites[["cell", "gain"]].to_numpy().tolist() == [["C8", 1600], ["C2", 400]]
    assert found.sites["is_proposed"].all()
    again = made(town, tuple(zip(found.sites["lon"], found.sites["lat"], strict=True)))
    pd.testing.assert_frame_equal(again.sites, found.sites)  # moved to where it was: nothing changes
    pd.testing.assert_frame_equal(again.cells, found.cells)


def test_one_of_the_proposed_sites_moved_is_no_longer_proposed(town: Town) -> None:
    found = made(town)
    sites = list(zip(found.sites["lon"], found.sites["lat"], strict=True))
    moved = made(town, (*at((250, 50)), sites[1]))
    assert moved.sites["is_proposed"].tolist() == [False, True]


def test_more_sites_than_were_asked_for_have_a_bound_too(town: Town) -> None:
    found = made(town, at((250, 50), (50, 250)), n=1)
    assert (found.covered, found.bound) == (3500, 4500)


def test_a_site_nearer_than_the_spacing_says_so(town: Town) -> None:
    question = Question(min_spacing_m=120)
    sites = at((250, 50), (250, 100), (50, 290))  # the first two are 50 m apart, all are 141 m and more from the toilet
    found = arranged(town.county, town.snapshot, town.filters, Scenario(question, sites), standards=reaching())
    assert found.sites["is_too_near"].tolist() == [True, True, False]
    near = arranged(town.county, town.snapshot, town.filters, Scenario(question, at((150, 100))), standards=reaching())
    assert near.sites["is_too_near"].tolist() == [True]  # the toilet is 50 m away
    shut = Scenario(question, at((150, 100)), ("f1",))
    assert not arranged(
        town.county, town.snapshot, town.filters, shut, standards=reaching()
    ).sites["is_too_near"].any()  # fmt: skip


def test_a_site_outside_of_all_cells_has_no_cell_and_may_cover(town: Town) -> None:
    found = made(town, at((350, 50)))
    assert found.sites["cell"].isna().all() and found.sites["name"].isna().all()
    assert found.sites["gain"].tolist() == [900]


def test_codes_that_are_no_facility_of_the_kind_are_passed_over(town: Town) -> None:
    assert made(town, closed=("no such", "f2")).lost == 0


def test_the_radius_asked_for_stands_before_the_standard(town: Town) -> None:
    question = Question(radius_m=400)
    found = propose(town.county, town.snapshot, town.filters, question, standards=reaching())
    assert (found.ground.radius_m, found.curve[0]) == (400, 4500)


def test_sites_are_kept_to_the_digits_of_a_map() -> None:
    assert Scenario(Question(), ((114.12345678, 38.0),)).sites == ((114.123457, 38.0),)
    assert hash(Scenario(Question(), ((114.0, 38.0),), ("a", "a"))) == hash(
        Scenario(Question(), ((114.0, 38.0),), ("a",))
    )


PLACES = st.tuples(st.floats(-60, 360), st.floats(-60, 360))
TOILETS = {"t1": (20.0, 20.0), "t2": (250.0, 140.0), "t3": (60.0, 260.0)}


def brute(town: Town, found: Arrangement) -> tuple[float, dict[str, bool]]:
    """Weight within reach and which cells are, by measuring every pair."""
    county = town.county
    inner = shapely.point_on_surface(np.asarray(county.cells.geometry.array))
    stand = found.facilities.index[~found.facilities["is_closed"].to_numpy(bool)]
    sites = gpd.GeoSeries.from_xy(found.sites["lon"], found.sites["lat"], crs="EPSG:4326").to_crs(CRS)
    points = [*county.facilities.loc[stand].geometry, *sites]
    near = [any(point.distance(cell) <= RADIUS_M + 1e-6 for point in points) for cell in inner]
    reached = dict(zip(county.cells.index, near, strict=True))
    return sum(PEOPLE[code] for code, is_near in reached.items() if is_near), reached


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sites=st.lists(PLACES, max_size=4), closed=st.sets(st.sampled_from(["f1", *TOILETS])))
def test_every_sum_is_that_of_measuring_every_pair(
    town: Town, sites: list[tuple[float, float]], closed: set[str]
) -> None:
    crowded = with_toilets(town, TOILETS)
    question = Question(n=1)
    proposal = propose(
        crowded.county, crowded.snapshot, crowded.filters, question, standards=reaching(), time_limit_s=0
    )

    def of(sites: tuple[Degrees, ...], closed: tuple[str, ...]) -> Arrangement:
        return arranged(
            crowded.county, crowded.snapshot, crowded.filters, Scenario(question, sites, closed),
            standards=reaching(), proposal=proposal,
        )  # fmt: skip

    degrees = at(*sites) if sites else ()
    found = of(degrees, tuple(sorted(closed)))
    covered, reached = brute(crowded, found)
    assert found.covered == covered
    assert found.cells["is_covered"].to_dict() == reached
    assert found.before - found.lost + found.sites["gain"].sum() == pytest.approx(found.covered)
    assert (found.sites["gain"] >= 0).all() and found.lost >= 0
    for position, (site, row) in enumerate(found.sites.iterrows()):
        rest = of((*degrees[:position], *degrees[position + 1 :]), tuple(sorted(closed)))
        assert row["loss"] == found.covered - rest.covered, site
        assert row["gain"] >= row["loss"]
    for code, row in found.facilities.iterrows():
        other = of(degrees, tuple(sorted(closed ^ {str(code)})))
        assert row["loss"] == abs(found.covered - other.covered)
        back = of(degrees, tuple(sorted(closed ^ {str(code)} ^ {str(code)})))
        pd.testing.assert_frame_equal(back.sites, found.sites)  # closed and opened again
