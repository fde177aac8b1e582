from datetime import date
from math import acos, cos, pi, sin, sqrt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import assignments, coverage, visits
from dashboard.standards import Standard, Standards
from tests.by_overlay import by_overlay
from tests.dashboard.conftest import Town

CRS = "EPSG:4547"


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), places=st.integers(1, 25), radius_m=st.floats(20, 700))
def test_equal_to_overlay(seed: int, places: int, radius_m: float) -> None:
    rng = np.random.default_rng(seed)
    corners = 100.0 * np.stack(np.meshgrid(np.arange(8), np.arange(8)), axis=-1).reshape(-1, 2)
    cells = gpd.GeoSeries(
        [shapely.box(x, y, x + 100, y + 100) for x, y in corners], index=[f"c{i}" for i in range(64)], crs=CRS
    )
    points = gpd.GeoSeries(gpd.points_from_xy(*rng.uniform(-100, 900, (2, places))), crs=CRS)
    found = coverage.coverage_share(cells, points, radius_m=radius_m)
    pd.testing.assert_series_equal(
        found, by_overlay(cells, points, radius_m), rtol=0, atol=1e-9, check_index_type=False
    )
    assert found.between(0, 1).all()


def test_a_circle_over_a_square_worked_out_on_paper() -> None:
    """A disc of 60 m in the middle of a square of 100 m: the circle less four caps beyond the sides."""
    square = gpd.GeoSeries([shapely.box(0, 0, 100, 100)], index=["a"], crs=CRS)
    found = coverage.coverage_share(square, gpd.GeoSeries([shapely.Point(50, 50)], crs=CRS), radius_m=60)
    cap = 60**2 * acos(50 / 60) - 50 * sqrt(60**2 - 50**2)
    assert found["a"] == pytest.approx((pi * 60**2 - 4 * cap) / 100**2, rel=0.003)  # 64 corners for a circle


@pytest.mark.parametrize(("corner_m", "is_whole"), [(99.8, True), (99.95, False), (100.1, False)])
def test_a_corner_between_a_disc_drawn_with_corners_and_the_circle_is_cut_off(corner_m: float, is_whole: bool) -> None:
    """Half way between two corners of the disc of 100 m its edge is at 100 · cos(π/64) = 99.88 m."""
    square = gpd.GeoSeries([shapely.box(0, 0, corner_m * cos(pi / 64), corner_m * sin(pi / 64))], index=["a"], crs=CRS)
    at = gpd.GeoSeries([shapely.Point(0, 0)], crs=CRS)
    found = coverage.coverage_share(square, at, radius_m=100)
    assert bool(found["a"] == 1) is is_whole
    assert found["a"] == pytest.approx(by_overlay(square, at, 100)["a"], abs=1e-9)


def test_no_facility_no_share() -> None:
    square = gpd.GeoSeries([shapely.box(0, 0, 100, 100)], index=["a"], crs=CRS)
    for nowhere in ([], [None], [shapely.Point()]):
        assert coverage.coverage_share(square, gpd.GeoSeries(nowhere, crs=CRS), radius_m=500).tolist() == [0.0]


def standards(radius_m: float, **by_setting: float) -> Standards:
    texts = {"zh": "", "en": ""}
    entries = {
        f"{kind}.radius": Standard(f"{kind}.radius", radius_m, "m", False, texts, texts, texts, by_setting)
        for kind in coverage.KINDS
    }
    return Standards(entries)


def test_closed_planned_and_later_ones_do_not_serve(town: Town) -> None:
    day = date(2026, 3, 20)
    assert coverage.serving(town.county, "toilet", day).index.tolist() == ["f1"]
    assert coverage.serving(town.county, "market", day).index.tolist() == ["f4"]  # no status counts as in use
    assert coverage.serving(town.county, "market", date(2027, 1, 1)).index.tolist() == ["f4", "f5"]
    assert coverage.serving_key(town.county, day) != coverage.serving_key(town.county, date(2027, 1, 1))


def test_shares_and_nearest(town: Town) -> None:
    shares = coverage.shares(town.county, date(2026, 3, 20), standards(75))
    assert shares["toilet"]["C5"] == pytest.approx(1)  # half the diagonal is 70.7 m
    assert shares["toilet"]["C1"] == pytest.approx(0.0015, abs=0.002)
    assert shares["market"].round(6).tolist()[:5] == [0, 0, 0, 0, shares["market"]["C5"].round(6)]
    assert shares["toilet_m"].tolist() == pytest.approx(
        [70.71068, 50, 70.71068, 50, 0, 50, 70.71068, 50, 70.71068], abs=1e-4
    )


def test_a_radius_may_differ_with_the_setting(town: Town) -> None:
    shares = coverage.shares(town.county, date(2026, 3, 20), standards(75, new_town=1000))
    assert shares["toilet"].tolist()[6:] == [1, 1, 1]
    assert shares["toilet"]["C1"] < 0.01


def test_without_a_standard_nobody_is_judged(town: Town) -> None:
    shares = coverage.shares(town.county, date(2026, 3, 20), Standards({}))
    cells = coverage.cells(town.county, town.filters, shares=shares, unserved_share=0.5)
    assert shares["toilet"].isna().all() and shares["toilet_m"].notna().all()
    assert not cells["is_unserved"].any()


def test_three_facts_are_independent_and_each_has_its_complement(town: Town) -> None:
    shares = coverage.shares(town.county, date(2026, 3, 20), standards(75))
    cells = coverage.cells(town.county, town.filters, shares=shares, unserved_share=0.5)
    unassigned = set(cells.index[cells["is_unassigned"]])
    unvisited = set(cells.index[cells["is_unvisited"]])
    unserved = set(cells.index[cells["is_unserved_toilet"]])
    # C3: its worker begins tomorrow; C5: its worker's term ended yesterday; C9: only a leader.
    assert unassigned == {"C3", "C5", "C9"}
    # C4 was visited in the first second of the period, C7 in the last one before it.
    assert unvisited == {"C2", "C6", "C7", "C8", "C9"}
    assert unserved == set(cells.index) - {"C5"}
    # Each alone: C5 lacks only a worker, C6 only a visit, C1 only a toilet.
    assert "C5" in unassigned - unvisited - unserved
    assert "C6" in unvisited - unassigned
    assert "C1" in unserved - unassigned - unvisited
    assert cells.loc["C3", "leader"] == "赵北" and pd.isna(cells.loc["C3", "worker"])


def test_half_is_enough(town: Town) -> None:
    shares = pd.DataFrame({"toilet": 0.5, "market": 1.0}, index=town.county.cells.index)
    shares[["toilet_m", "market_m"]] = 0.0
    cells = coverage.cells(town.county, town.filters, shares=shares, unserved_share=0.5)
    assert not cells["is_unserved"].any()
    assert coverage.cells(town.county, town.filters, shares=shares, unserved_share=0.51)["is_unserved"].all()


@settings(max_examples=30, deadline=None)
@given(days=st.integers(-400, 400))
def test_assigned_and_unassigned_partition_the_cells(town: Town, days: int) -> None:
    day = date.fromordinal(date(2026, 3, 20).toordinal() + days)
    is_unassigned = assignments.is_unassigned(town.county, day)
    terms = assignments.in_term(town.county, day)
    held = set(terms.loc[(terms["target_layer"] == "cell") & (terms["role"] == "grid_worker"), "target"])
    assert is_unassigned.index.tolist() == town.county.cells.index.tolist()
    assert set(is_unassigned.index[~is_unassigned]) == held
    assert set(is_unassigned.index[is_unassigned]) | held == set(town.county.cells.index)


@settings(max_examples=30, deadline=None)
@given(start=st.dates(date(2026, 2, 1), date(2026, 3, 20)), length=st.integers(0, 40))
def test_visited_and_unvisited_partition_the_cells(town: Town, start: date, length: int) -> None:
    found = visits.cells(town.county, town.at(start=start, end=date.fromordinal(start.toordinal() + length)))
    assert len(found) == len(town.county.cells)
    assert (found["is_unvisited"] == (found["visits"] == 0)).all()


def test_last_visit_may_lie_before_the_period_but_not_after_the_moment(town: Town) -> None:
    found = visits.cells(town.county, town.filters)
    assert str(found["last_visit"]["C2"].date()) == "2026-02-10"
    assert pd.isna(found["last_visit"]["C6"])
    earlier = visits.cells(town.county, town.at(as_of=pd.Timestamp("2026-03-10T12:00:00Z").to_pydatetime()))
    assert str(earlier["last_visit"]["C1"].date()) == "2026-03-10" and earlier["visits"]["C1"] == 1
    assert visits.zones(town.county, town.filters)["visits"].tolist() == [3, 3]
