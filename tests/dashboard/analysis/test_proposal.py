"""Where to build in the town of nine cells, by hand: a toilet in the middle cell, a reach of one cell's width."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from dashboard.analysis import density
from dashboard.analysis.proposal import Proposal, Question, propose
from dashboard.analysis.scenario import Arrangement, Scenario, arranged
from dashboard.standards import Standards, read_standards
from tests.dashboard.conftest import Town
from tests.town import X0, Y0


def reaching(radius_m: float) -> Standards:
    every = read_standards(None).entries
    return Standards({**every, "toilet.radius": replace(every["toilet.radius"], value=radius_m)})


def asked(town: Town, radius_m: float = 100, filters: object = None, **question: object) -> Proposal:
    return propose(
        town.county,
        town.snapshot,
        filters or town.filters,  # type: ignore[arg-type]
        Question(**question),  # type: ignore[arg-type]
        standards=reaching(radius_m),
    )


def built(town: Town, found: Proposal, filters: object = None, **question: object) -> Arrangement:
    """The sites of a proposal as they are drawn and listed."""
    return arranged(
        town.county,
        town.snapshot,
        filters or town.filters,  # type: ignore[arg-type]
        Scenario(Question(**question)),  # type: ignore[arg-type]
        standards=reaching(100),
        proposal=found,
    )


def test_the_first_site_is_the_one_that_reaches_most_people(town: Town) -> None:
    # The toilet in C5 reaches it and the four cells beside it: 500 + 200 + 400 + 600 + 800 people of 4,500. From C8
    # the corners C7 and C9 are reached (700 + 900), from C2 the corners C1 and C3 (100 + 300); then nobody is left.
    found = asked(town)
    made = built(town, found)
    assert (made.denominator, made.facilities.index.tolist(), len(found.places), made.unknown) == (
        "people",
        ["f1"],
        9,
        0,
    )
    assert made.sites[["cell", "gain", "covered"]].to_numpy().tolist() == [["C8", 1600, 4100], ["C2", 400, 4500]]
    assert made.sites.index.tolist() == [1, 2]
    assert made.sites["share"].tolist() == pytest.approx([4100 / 4500, 1])
    assert (made.before, made.covered, made.bound, made.total) == (2500, 4500, 4500, 4500)
    assert (found.curve, found.bound) == ((2500, 4100, 4500, 4500, 4500, 4500), 4500)
    assert (found.needed, found.is_least) == (1, True)  # 4,100 are more than nine tenths
    assert asked(town, n=1).curve == (2500, 4100)


def test_cells_are_told_before_and_after(town: Town) -> None:
    found = built(town, asked(town, n=1))
    is_new = found.cells["is_covered"] & ~found.cells["is_covered_before"]
    assert is_new[is_new].index.tolist() == ["C7", "C9"]
    assert found.cells["weight"][found.cells["is_covered_before"]].sum() == found.before
    assert found.cells["weight"][found.cells["is_covered"]].sum() == found.covered


def test_open_problems_weigh_instead_of_people(town: Town) -> None:
    found = built(town, asked(town, weight="open"))
    counted = density.cells(town.county, town.snapshot, town.filters)["open"]
    assert found.denominator == "open"
    assert found.cells["weight"].tolist() == counted.tolist()
    assert found.total == counted.sum() > 0


def test_a_zone_alone_is_weighed_and_built_in_but_served_from_anywhere(town: Town) -> None:
    filters = town.at(zone=(town.county.cells.loc["C1", "zone"],))
    found = built(town, asked(town, filters=filters), filters)
    assert found.cells.index.tolist() == ["C1", "C2", "C3"]
    assert found.facilities.index.tolist() == ["f1"]
    assert (found.before, found.total) == (200, 600)
    assert found.sites["cell"].tolist() == ["C2"]


def test_a_site_at_a_junction_is_of_the_cell_it_lies_in(town: Town) -> None:
    lines = [
        shapely.LineString([(X0 - 50, Y0 + 60), (X0 + 350, Y0 + 60)]),
        shapely.LineString([(X0 + 240, Y0 - 50), (X0 + 240, Y0 + 350)]),
        shapely.LineString([(X0 - 40, Y0 - 50), (X0 - 40, Y0 + 350)]),  # crosses the first one outside the cells
    ]
    base = gpd.GeoDataFrame(
        {"kind": "road_main", "name": None}, geometry=lines, index=list("abc"), crs=town.county.place.measure_crs
    )
    roads = town._replace(county=replace(town.county, base=base))
    proposal = asked(roads, candidates="junctions")
    found = built(roads, proposal)
    assert len(proposal.places) == 1
    assert found.sites["cell"].tolist() == ["C9"]
    at = gpd.GeoSeries(gpd.points_from_xy(found.sites["lon"], found.sites["lat"]), crs="EPSG:4326").to_crs(base.crs)
    assert np.hypot(at.x[0] - X0 - 240, at.y[0] - Y0 - 60) < 1


def test_too_few_numbers_of_people_are_no_weight(town: Town) -> None:
    cells = town.county.cells.copy()
    cells["people"] = cells["people"].astype("Float64")
    cells.loc["C9", "people"] = None
    # Eight of nine are fewer than nine tenths, so the next thing that is known is weighed: 0 + 1 + … + 8 shopfronts.
    changed = town._replace(county=replace(town.county, cells=cells))
    found = built(changed, asked(changed))
    assert (found.denominator, found.unknown, found.total) == ("shopfronts", 0, 36)


@pytest.mark.parametrize(
    ("question", "standards", "refusal"),
    [
        ({}, Standards({}), "no_standard"),
        ({"candidates": "junctions"}, reaching(100), "no_candidates"),
        ({"weight": "open"}, reaching(100), "no_demand"),
    ],
)
def test_what_cannot_be_asked_says_why(
    town: Town, question: dict[str, str], standards: Standards, refusal: str
) -> None:
    filters = town.at(state=("closed",)) if refusal == "no_demand" else town.filters
    base = town.county.base[~town.county.base["kind"].str.startswith("road")]
    county = replace(town.county, base=base)
    scenario = Scenario(Question(**question), sites=((114.0, 38.0),), closed=("f1",))  # type: ignore[arg-type]
    made = arranged(county, town.snapshot, filters, scenario, standards=standards)
    assert made.refusal == refusal
    assert made.sites.empty and made.facilities.empty and made.total == 0 and np.isnan(made.share(made.before))


def test_where_no_facility_is_on_record_nothing_is_proposed(bare_town: Town) -> None:
    assert asked(bare_town).refusal == "no_facilities"


def test_everything_covered_proposes_nothing(town: Town) -> None:
    found = asked(town, radius_m=400)
    assert found.sites == () and found.refusal is None
    assert (found.curve[0], found.covered, found.needed) == (4500, 4500, 0)


def test_the_places_own_list_are_the_planned_facilities_of_the_kind(town: Town) -> None:
    # The planned toilet in C3 reaches C2, C3 and C6; the one in C5 reaches C2 and C6 already, which leaves 300 people.
    found = asked(town, candidates="planned", n=3)
    assert found.places[["cell", "name"]].to_numpy().tolist() == [["C3", "拟建公厕"]]
    made = built(town, found, candidates="planned", n=3)
    assert made.sites[["cell", "candidate", "gain"]].to_numpy().tolist() == [["C3", "拟建公厕", 300]]
    assert asked(town, kind="market", candidates="planned").refusal == "no_planned"
    elsewhere = town.at(cell="C1")
    assert asked(town, filters=elsewhere, candidates="planned").refusal == "no_planned"
    assert built(town, asked(town)).sites["candidate"].isna().all()
