"""How a kind of facility serves the town of nine cells, worked out on paper, and that the facts stay apart."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import assignments, coverage, recorded, service, visits
from dashboard.analysis.reach import METHODS, ON_FOOT, STRAIGHT_LINE
from dashboard.county import County
from dashboard.filters import NONE
from dashboard.standards import Standard, Standards, read_standards
from tests.dashboard.conftest import Town
from tests.town import CELLS, CRS, NORTH, SOUTH, X0, Y0

STANDARDS = read_standards()
USUAL = service.Rule()
EVERY = [(kind, key) for kind in STANDARDS.kinds() for key in STANDARDS.reaches(kind)]


def radius(metres: float, **by_setting: float) -> Standards:
    texts = {"zh": "", "en": ""}
    one = Standard("toilet.radius", metres, "m", False, texts, texts, texts, by_setting)
    return Standards({"toilet.radius": one})


def with_roads(county: County, *lines: list[tuple[float, float]], river: bool = True) -> County:
    """The town with roads, in metres from its corner; without the river where that is in the way."""
    roads = [shapely.LineString([(X0 + x, Y0 + y) for x, y in line]) for line in lines]
    base = gpd.GeoDataFrame({"kind": "road_lane", "name": None}, geometry=roads, index=range(len(roads)), crs=CRS)
    return replace(county, base=pd.concat([county.base if river else county.base[:0], base]))


def answered(
    town: Town, rule: service.Rule = USUAL, *, county: County | None = None,
    standards: Standards = STANDARDS, unserved_share: float = 0.5, **chosen: object,
) -> service.Service:  # fmt: skip
    return service.service(
        county or town.county, town.at(**chosen), rule, standards=standards, unserved_share=unserved_share
    )


def test_the_town_worked_out_on_paper(town: Town) -> None:
    """A toilet in the middle of C5 and 75 m around it: all of C5, slivers of the four beside it. The cells hold 100,
    200 … 900 people."""
    found = answered(town, standards=radius(75))
    assert (found.refusal, found.reason, found.method, found.denominator) == (None, None, STRAIGHT_LINE, "people")
    assert found.facilities == ("f1",)  # not the closed one, nor the one that is planned
    assert found.cells.index.tolist() == list(CELLS)
    assert found.unserved.index.tolist() == [code for code in CELLS if code != "C5"]
    assert found.cells.loc["C5", ["share", "weight", "served"]].tolist() == pytest.approx([1, 500, 500])
    # The cap of a circle of 75 m beyond a side 50 m off, of a cell of 10,000 m².
    cap = 75**2 * np.arccos(50 / 75) - 50 * np.sqrt(75**2 - 50**2)
    sides = found.cells.loc[["C2", "C4", "C6", "C8"], "share"]
    assert sides.tolist() == pytest.approx([cap / 1e4] * 4, abs=0.005)
    assert found.cells["facility"].eq("f1").all() and found.cells["facility_name"].eq("中心公厕").all()
    assert found.cells.loc[["C5", "C6", "C9"], "distance_m"].tolist() == pytest.approx([0, 50, 50 * 2**0.5], abs=1e-3)
    assert found.cells["choices"].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0]  # from the middles of the cells
    zones = found.zones
    assert zones.index.tolist() == [NORTH, SOUTH] and zones["name"].tolist() == ["北片区", "南片区"]
    assert zones[["cells", "cells_unserved", "cells_counted", "total"]].to_numpy().tolist() == [
        [3, 3, 3, 600], [6, 5, 6, 3900],
    ]  # fmt: skip
    assert zones["served"].sum() == pytest.approx(found.served) == pytest.approx((found.cells["served"]).sum())
    assert found.total == 4500 and found.share_served == pytest.approx(found.served / 4500)


def test_a_cell_of_which_the_set_share_is_in_reach_is_served(town: Town) -> None:
    share = answered(town, standards=radius(100)).cells["share"]["C2"]
    assert 0 < share < 1
    for least, is_served in ((share, True), (share + 1e-6, False)):
        assert bool(answered(town, standards=radius(100), unserved_share=least).cells["is_served"]["C2"]) is is_served


def test_the_radius_goes_by_the_setting_of_the_cell(town: Town) -> None:
    found = answered(town, standards=radius(75, new_town=1000))
    assert found.cells["radius_m"].tolist() == [75] * 6 + [1000] * 3
    assert found.cells["is_served"].tolist() == [False] * 4 + [True, False] + [True] * 3
    assert found.cells["choices"].tolist() == [0] * 4 + [1, 0] + [1] * 3


def test_a_zone_or_a_cell_alone_keeps_its_numbers(town: Town) -> None:
    whole, south, one = (answered(town, standards=radius(75), **at) for at in ({}, {"zone": (SOUTH,)}, {"cell": "C6"}))
    pd.testing.assert_frame_equal(south.cells, whole.cells.loc[south.cells.index])
    pd.testing.assert_frame_equal(south.zones, whole.zones.loc[[SOUTH]])
    assert one.cells.index.tolist() == ["C6"] and one.total == 600


def test_what_is_counted_is_chosen_for_all_cells_not_for_those_filtered(town: Town) -> None:
    people = town.county.cells["people"].where(town.county.cells["zone"] == NORTH)
    county = replace(town.county, cells=town.county.cells.assign(people=people))
    assert {answered(town, county=county, zone=zone).denominator for zone in ((), (NORTH,), (SOUTH,))} == {"shopfronts"}


def test_cells_of_no_zone_have_a_row(town: Town) -> None:
    zone = town.county.cells["zone"].where(town.county.cells.index != "C5")
    found = answered(town, county=replace(town.county, cells=town.county.cells.assign(zone=zone)), standards=radius(75))
    assert found.zones.index.tolist() == [NORTH, SOUTH, NONE]
    assert found.zones.loc[NONE, ["cells", "cells_unserved", "total", "served"]].tolist() == [1, 0, 500, 500]


def test_headline_and_page_begin_with_the_same_cells(town: Town) -> None:
    shares = coverage.shares(town.county, date(2026, 3, 20), STANDARDS)
    facts = coverage.facts(town.county, town.filters, shares=shares, unserved_share=0.5)
    for kind in coverage.KINDS:
        rule = service.Rule(kind)
        assert rule.is_usual
        found = answered(town, rule).cells
        assert found["is_served"].tolist() == (~facts[f"is_unserved_{kind}"]).tolist()
        pd.testing.assert_series_equal(found["share"], shares[kind], check_names=False)
        pd.testing.assert_series_equal(found["distance_m"], shares[f"{kind}_m"], check_names=False)
    assert not service.Rule("litter_bin").is_usual
    assert not service.Rule("toilet", method=ON_FOOT).is_usual


def test_a_river_without_a_bridge_cuts_the_town_in_two(town: Town) -> None:
    """One street along the north, one along the south and nothing but water between: who is north of it has no way."""
    river = gpd.GeoDataFrame(
        {"kind": ["water"], "name": [None]}, geometry=[shapely.box(X0 - 50, Y0 + 195, X0 + 350, Y0 + 205)], crs=CRS
    )
    streets = ([(0, 150), (300, 150)], [(0, 250), (300, 250)], [(0, 50), (300, 50)], [(150, 50), (150, 150)])
    cut = with_roads(town.county, *streets, river=False)
    cut = replace(cut, base=pd.concat([cut.base, river]))
    rule = service.Rule(method=ON_FOOT)
    found = answered(town, rule, county=cut)
    assert (found.method, found.reason) == (ON_FOOT, None)
    assert found.cells["is_served"].tolist() == [False] * 3 + [True] * 6
    assert found.cells.loc[["C1", "C2", "C3"], "distance_m"].isna().all()
    assert found.cells.loc[["C1", "C2", "C3"], "facility"].isna().all()
    assert found.cells["choices"].tolist() == [0] * 3 + [1] * 6
    assert answered(town, county=cut).cells["is_served"].all(), "straight across the river everybody is near"
    bridged = replace(cut, base=pd.concat([cut.base, with_roads(town.county, [(150, 150), (150, 250)]).base[1:]]))
    over = answered(town, rule, county=bridged).cells
    assert over["is_served"].all()
    assert over.loc[["C1", "C2", "C3"], "distance_m"].tolist() == pytest.approx([200, 100, 200], abs=0.1)


def test_on_foot_without_roads_is_straight_and_says_why(town: Town) -> None:
    assert not service.has_roads(town.county)
    found = answered(town, service.Rule(method=ON_FOOT))
    assert (found.method, found.reason) == (STRAIGHT_LINE, "no_roads")
    pd.testing.assert_frame_equal(found.cells, answered(town).cells)
    assert service.has_roads(with_roads(town.county, [(0, 0), (100, 0)]))


@pytest.mark.parametrize("method", METHODS)
def test_what_is_not_on_record_is_no_number(town: Town, bare_town: Town, method: str) -> None:
    rule = service.Rule(method=method)
    none = answered(bare_town, rule)
    assert none.refusal == recorded.NO_FACILITIES
    assert answered(town, rule, standards=Standards({})).refusal == recorded.NO_STANDARD
    assert answered(bare_town, rule, standards=Standards({})).refusal == recorded.NO_FACILITIES
    for found in (none, answered(town, service.Rule(standard="life_circle.none"))):
        assert found.cells[["share", "facility", "facility_name", "distance_m", "choices"]].isna().all(axis=None)
        assert found.unserved.empty and found.untold == 9
        assert found.served == found.total == 0 and np.isnan(found.share_served)
        assert found.zones["cells"].tolist() == [3, 6] and found.zones["share_served"].isna().all()


def test_facilities_that_serve_nobody_yet_leave_every_cell_out(town: Town) -> None:
    """There are toilets on record, and on this day none is open: that is known, and bad."""
    shut = replace(town.county, facilities=town.county.facilities.assign(status="closed"))
    found = answered(town, county=shut)
    assert found.refusal is None and found.facilities == ()
    assert len(found.unserved) == 9 and found.share_served == 0
    assert found.cells["distance_m"].isna().all()


def test_every_kind_with_a_radius_may_lack_and_nothing_else() -> None:
    assert service.lacks(STANDARDS) == (
        "unassigned", "unvisited", "unserved_toilet", "unserved_market", "unserved_litter_bin",
    )  # fmt: skip
    assert [service.kind_of(lack) for lack in service.lacks(STANDARDS)[1:]] == [None, "toilet", "market", "litter_bin"]
    assert list(STANDARDS.reaches("litter_bin")) == [
        "radius", "life_circle.five_minutes", "life_circle.ten_minutes", "life_circle.fifteen_minutes",
    ]  # fmt: skip
    assert "radius" not in STANDARDS.reaches("parking")


@settings(max_examples=20, deadline=None)
@given(
    data=st.data(),
    rule=st.sampled_from(EVERY),
    method=st.sampled_from(METHODS),
    least=st.floats(0.01, 1),
    days=st.integers(-60, 60),
)
def test_unserved_unvisited_unassigned_stay_apart_and_each_with_its_complement_is_all(
    town: Town, data: st.DataObject, rule: tuple[str, str], method: str, least: float, days: int
) -> None:
    """Whatever makes one of them another answer, the two others do not move."""
    day = date.fromordinal(date(2026, 3, 20).toordinal() + days)
    at = data.draw(st.tuples(st.floats(-200, 500), st.floats(-200, 500)), label="facility")
    places = town.county.facilities.geometry.copy()
    places["f1"] = shapely.Point(X0 + at[0], Y0 + at[1])
    moved = replace(town.county, facilities=town.county.facilities.set_geometry(places))
    moved = with_roads(moved, [(0, 50), (300, 50)], [(150, 50), (150, 250)], river=False)
    asked = service.Rule(rule[0], rule[1], method)
    found = answered(town, asked, county=moved, unserved_share=least)
    if found.refusal is None:
        served = set(found.cells.index[found.cells["is_served"].fillna(False).astype(bool)])
        assert served.isdisjoint(found.unserved.index) and len(served) + len(found.unserved) == len(CELLS)
        assert found.zones["cells_unserved"].sum() == len(found.unserved)
        assert found.zones["cells"].sum() == len(CELLS)
        assert found.cells["is_served"].eq(found.cells["share"] >= least).all()
    for fact in (
        lambda county: assignments.is_unassigned(county, day),
        lambda county: visits.cells(county, town.filters)["is_unvisited"],
    ):
        pd.testing.assert_series_equal(fact(moved), fact(town.county))
        assert fact(moved).sum() + (~fact(moved)).sum() == len(CELLS)
    nobody = replace(moved, assignments=moved.assignments[:0], visits=moved.visits[:0])
    pd.testing.assert_frame_equal(answered(town, asked, county=nobody, unserved_share=least).cells, found.cells)


@settings(max_examples=10, deadline=None)
@given(metres=st.floats(10, 400), more=st.floats(0, 300))
def test_a_longer_distance_never_serves_fewer(town: Town, metres: float, more: float) -> None:
    for method in METHODS:
        county = with_roads(town.county, [(0, 50), (300, 50)], [(150, 50), (150, 250)], river=False)
        near, far = (
            answered(town, service.Rule(method=method), county=county, standards=radius(value)).cells
            for value in (metres, metres + more)
        )
        assert (far["share"] >= near["share"] - 1e-9).all() and (far["choices"] >= near["choices"]).all()
