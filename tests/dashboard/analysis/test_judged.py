"""The town's toilets against the standards: one in the middle (150, 150), one reopened at (50, 250), 141 m apart."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis import judged
from dashboard.analysis.judged import CLASS, PER_KM2, SPACING, Question
from dashboard.county import County
from dashboard.standards import Standards, read_standards
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH, X0, Y0

EVERY = read_standards().entries


def standards(**changed: Any) -> Standards:
    return Standards({key: value for key, value in {**EVERY, **changed}.items() if value is not None})


def ranged(key: str, low: float, high: float) -> Standards:
    return standards(**{key: replace(EVERY[key], value=high, low=low, high=high)})


@pytest.fixture
def county(town: Town) -> County:
    """With two toilets in use, and a main road along y = 140 m, 10 m from the one in the middle."""
    facilities = town.county.facilities.copy()
    facilities["status"] = facilities["status"].where(facilities.index != "f2", "in_use")
    facilities["grade"] = pd.Series({"f1": "3", "f2": "1"}).reindex(facilities.index)
    road = shapely.LineString([(X0, Y0 + 140), (X0 + 300, Y0 + 140)])
    base = gpd.GeoDataFrame(
        {"kind": ["road_main"], "name": ["大街"]}, geometry=[road], index=["r1"], crs=town.county.base.crs
    )
    return replace(town.county, facilities=facilities, base=pd.concat([town.county.base, base]))


def test_spacing_names_the_neighbour(town: Town, county: County) -> None:
    question = Question(SPACING, "toilet", "residential")
    found = judged.judged(county, town.filters, question, ranged("toilet.spacing_residential", 100, 150))
    assert found.rows["neighbour_name"].to_dict() == {"f1": "旧公厕", "f2": "中心公厕"}
    assert found.rows["neighbour_m"].tolist() == pytest.approx([20_000**0.5] * 2, abs=0.01)
    assert found.shares.loc["within"].tolist() == [2, 1]
    far = judged.judged(county, town.filters, question, ranged("toilet.spacing_residential", 10, 140))
    assert far.shares.loc["too_much", "number"] == 2
    north = judged.judged(county, town.at(zone=(NORTH,)), question, ranged("toilet.spacing_residential", 100, 150))
    assert north.rows.index.tolist() == ["f2"] and north.rows["neighbour"].tolist() == ["f1"]


def test_a_standard_of_streets_is_for_toilets_beside_main_roads_alone(town: Town, county: County) -> None:
    question = Question(SPACING, "toilet", "busy_street")
    found = judged.judged(county, town.filters, question, standards())
    assert found.rows["state"].to_dict() == {"f1": "too_much"} and found.rows["neighbour"].isna().all()
    no_road = judged.judged(town.county, town.filters, question, standards())
    assert (no_road.refusal, len(no_road.rows)) == (judged.NO_ROADS, 0)
    away = replace(county, facilities=county.facilities.drop(index="f1"))
    assert judged.judged(away, town.filters, question, standards()).refusal == judged.NONE_BESIDE


def test_number_by_zone(town: Town, county: County) -> None:
    """One toilet on 0.03 km² of the north is 33.3, one on 0.075 km² of the south 13.3."""
    question = Question(PER_KM2, "toilet", "residential")
    found = judged.judged(county, town.filters, question, ranged("toilet.per_km2_residential", 20, 50))
    assert found.rows.index.tolist() == [SOUTH, NORTH], "what lacks first"
    assert found.rows["per_km2"].tolist() == pytest.approx([1 / 0.075, 1 / 0.03])
    assert found.rows["state"].tolist() == ["too_little", "within"]
    assert judged.judged(county, town.at(zone=(NORTH,)), question, standards()).rows.index.tolist() == [NORTH]
    assert judged.judged(county, town.at(cell="C5"), question, standards()).rows.index.tolist() == [SOUTH]
    astray = county.facilities.assign(zone=county.facilities["zone"].where(county.facilities.index != "f2"))
    found = judged.judged(replace(county, facilities=astray), town.filters, question, standards())
    assert found.without_zone == 1 and found.rows["facilities"].sum() == 1


def test_class_beside_a_main_road(town: Town, county: County) -> None:
    found = judged.judged(county, town.filters, Question(CLASS), standards())
    assert found.rows[["at", "grade", "state"]].to_numpy().tolist() == [["main_road", "3", "too_little"]]
    unknown = replace(county, facilities=county.facilities.assign(grade=None))
    assert judged.judged(unknown, town.filters, Question(CLASS), standards()).refusal == judged.NO_CLASS
    assert judged.judged(town.county, town.filters, Question(CLASS), standards()).refusal == judged.NO_CLASS
    graded = replace(town.county, facilities=county.facilities)
    assert judged.judged(graded, town.filters, Question(CLASS), standards()).refusal == judged.NONE_BESIDE


def test_it_says_why_it_cannot_tell(town: Town, county: County, bare_town: Town) -> None:
    for question in (
        Question(SPACING, "toilet", "residential"),
        Question(PER_KM2, "toilet", "public"),
        Question(CLASS),
    ):
        lacking = judged.judged(county, town.filters, question, standards(**{question.key: None}))
        assert lacking.refusal == judged.NO_STANDARD and lacking.shares["number"].sum() == 0
        assert judged.judged(bare_town.county, town.filters, question, standards()).refusal == judged.NO_FACILITIES
    no_beside = standards(**{"toilet.beside": None})
    assert judged.judged(county, town.filters, Question(CLASS), no_beside).refusal == judged.NO_STANDARD
    no_zones = replace(county, zones=county.zones.iloc[:0])
    by_zone = Question(PER_KM2, "toilet", "public")
    assert judged.judged(no_zones, town.filters, by_zone, standards()).refusal == judged.NO_ZONES


def test_questions_are_those_of_the_standards() -> None:
    of_land, of_streets = ["residential", "public", "industrial"], ["busy_street", "dense_street", "ordinary_street"]
    told = {asked: [one.against for one in judged.choices(standards(), asked)] for asked in judged.ASKED}
    assert told == {SPACING: of_land + of_streets, PER_KM2: of_land, CLASS: [""]}
    assert [one.key for one in judged.choices(standards(), CLASS)] == ["toilet.lowest_class"]
    assert [one.is_of_streets for one in judged.choices(standards(), SPACING)] == [False] * 3 + [True] * 3
    own = standards(**{"market.spacing": EVERY["toilet.spacing_public"]})
    assert Question(SPACING, "market", "") in judged.choices(own, SPACING)


@given(apart=st.lists(st.integers(1, 40), min_size=2, max_size=12), low=st.integers(1, 20), width=st.integers(0, 20))
def test_what_lacks_comes_first_and_nothing_is_lost(town: Town, apart: list[int], low: int, width: int) -> None:
    """Toilets along a line: every one is in the list once, the farthest from the next first, then the nearest."""
    at = pd.Series(apart).cumsum() * 10.0
    shapes = [shapely.Point(X0 + x, Y0) for x in at]
    toilet = town.county.facilities.loc[["f1"] * len(apart)].set_axis([f"t{i}" for i in range(len(apart))])
    county = replace(town.county, facilities=toilet.set_geometry(gpd.GeoSeries(shapes, toilet.index, crs=toilet.crs)))
    question = Question(SPACING, "toilet", "public")
    limits = ranged("toilet.spacing_public", low * 10 - 5, (low + width) * 10 + 5)
    rows = judged.judged(county, town.filters, question, limits).rows
    assert sorted(rows.index) == sorted(toilet.index)
    order = ["too_much", "too_little", "within"]
    assert [order.index(state) for state in rows["state"]] == sorted(order.index(state) for state in rows["state"])
    assert rows.loc[rows["state"] == "too_much", "neighbour_m"].is_monotonic_decreasing
    assert rows.loc[rows["state"] == "too_little", "neighbour_m"].is_monotonic_increasing
