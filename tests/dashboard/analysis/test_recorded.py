"""A place that keeps no visits, assignments or facilities is not one where everything lacks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.analysis import coverage, density, figures, recorded, responsibility, unseen, visits
from dashboard.standards import Standards, read_standards
from tests.dashboard.conftest import Town
from tests.town import CELLS, NORTH, SOUTH, at

FACTS = ("unassigned", "unvisited", "unserved", "unserved_toilet", "unserved_market")


@pytest.fixture(scope="module")
def shares(town: Town) -> pd.DataFrame:
    return coverage.shares(town.county, date(2026, 3, 20), read_standards())


@pytest.fixture(scope="module")
def bare_shares(bare_town: Town) -> pd.DataFrame:
    return coverage.shares(bare_town.county, date(2026, 3, 20), read_standards())


def headline(town: Town, shares: pd.DataFrame, **filters: object) -> dict[str, figures.Figure]:
    return figures.headline(town.county, town.snapshot, town.at(**filters), shares=shares, unserved_share=0.5)


def test_nothing_is_missing_where_everything_is_kept(town: Town, shares: pd.DataFrame) -> None:
    assert recorded.missing(town.county, town.filters, shares=shares) == {}
    found = headline(town, shares)
    assert [found[name].missing for name in FACTS] == [None] * 5
    assert [found[name].of for name in FACTS] == [9] * 5


def test_every_fact_has_its_reason(bare_town: Town, bare_shares: pd.DataFrame) -> None:
    assert recorded.missing(bare_town.county, bare_town.filters, shares=bare_shares) == {
        "unassigned": "no_assignments",
        "unled": "no_leaders",
        "unvisited": "no_visits",
        "unserved_toilet": "no_facilities",
        "unserved_market": "no_facilities",
        "unserved": "no_facilities",
    }


def test_a_figure_of_what_is_not_kept_has_no_value_and_no_denominator(
    bare_town: Town, bare_shares: pd.DataFrame
) -> None:
    found = headline(bare_town, bare_shares)
    for name in FACTS:
        assert (found[name].value, found[name].of, found[name].change) == (None, None, None), name
        assert found[name].missing in recorded.REASONS
    assert found["open"].value == 10 and found["open"].missing is None  # the problems are there all the same


def test_cells_have_no_answer_neither_yes_nor_no(bare_town: Town, bare_shares: pd.DataFrame) -> None:
    cells = coverage.cells(bare_town.county, bare_town.filters, shares=bare_shares, unserved_share=0.5)
    assert cells.index.tolist() == list(CELLS)
    for name in (*(f"is_{fact}" for fact in FACTS), "visits", "last_visit", "share_toilet", "share_market", "worker"):
        assert cells[name].isna().all(), name
    for found in (
        density.cells(bare_town.county, bare_town.snapshot, bare_town.filters),
        density.zones(bare_town.county, bare_town.snapshot, bare_town.filters),
    ):
        assert found["is_unvisited"].isna().all() and found["visits"].isna().all()
        assert found["problems"].sum() > 0


def test_where_data_are_kept_a_fact_and_its_complement_make_up_all_cells(town: Town, shares: pd.DataFrame) -> None:
    cells = coverage.cells(town.county, town.filters, shares=shares, unserved_share=0.5)
    for fact in FACTS:
        column = cells[f"is_{fact}"]
        assert column.notna().all() and column.sum() + (~column).sum() == 9, fact


def test_visits_are_kept_from_the_moment_of_the_first_one(town: Town) -> None:
    first = at("02-10 09:00")
    assert first is not None
    assert recorded.has_visits(town.county, first)
    before = town.at(as_of=at("02-10 08:59:59"))
    assert not recorded.has_visits(town.county, before.moment)
    assert visits.cells(town.county, before)["is_unvisited"].isna().all()
    # A week later the visit is on record, but a week before it nothing was: there is no change to tell.
    shares = pd.DataFrame({"toilet": 1.0, "market": 1.0}, index=pd.Index(CELLS, name="cell"))
    found = headline(town, shares, as_of=at("02-12 12:00"))["unvisited"]
    assert (found.value, found.of, found.change) == (8, 9, None)


def test_a_visit_outside_all_cells_is_a_record(bare_town: Town) -> None:
    visit = pd.DataFrame({"cell": np.int32([-1]), "zone": np.int32([1]), "visited_s": [0], "visited_day": np.int32([0]),
                          "party": ["w1"]})  # fmt: skip
    county = replace(bare_town.county, visits=visit)
    assert visits.cells(county, bare_town.filters)["is_unvisited"].tolist() == [True] * 9


def test_workers_whose_terms_are_over_leave_cells_unassigned(town: Town) -> None:
    over = town.county.assignments.assign(valid_to=np.datetime64("2026-01-31", "s"))
    county = replace(town.county, assignments=over)
    assert recorded.has_workers(county)
    shares = pd.DataFrame({"toilet": 1.0, "market": 1.0}, index=county.cells.index)
    found = figures.headline(county, town.snapshot, town.filters, shares=shares, unserved_share=0.5)["unassigned"]
    assert (found.value, found.of) == (9, 9)


def test_one_kind_of_facility_is_enough_for_unserved(town: Town) -> None:
    kept = town.county.facilities
    county = replace(town.county, facilities=kept[kept["kind"] == "toilet"])
    shares = coverage.shares(county, date(2026, 3, 20), read_standards())
    assert recorded.missing(county, town.filters, shares=shares) == {"unserved_market": "no_facilities"}
    cells = coverage.cells(county, town.filters, shares=shares, unserved_share=0.5)
    assert cells["is_unserved_market"].isna().all()
    assert cells["is_unserved"].tolist() == cells["is_unserved_toilet"].tolist()


def test_a_facility_that_is_closed_is_on_record_one_without_location_is_not(town: Town) -> None:
    every = town.county.facilities
    closed = replace(town.county, facilities=every[every.index == "f2"])
    shares = coverage.shares(closed, date(2026, 3, 20), read_standards())
    assert "unserved_toilet" not in recorded.missing(closed, town.filters, shares=shares)
    assert (shares["toilet"] == 0).all()  # everybody is out of reach of a closed toilet
    nowhere = replace(town.county, facilities=every[every.index == "f1"].set_geometry([None], crs=every.crs))
    assert not recorded.has_facilities(nowhere, "toilet")


def test_without_a_standard_nobody_is_judged(town: Town) -> None:
    shares = coverage.shares(town.county, date(2026, 3, 20), Standards({}))
    missing = recorded.missing(town.county, town.filters, shares=shares)
    assert missing == {name: "no_standard" for name in ("unserved", "unserved_toilet", "unserved_market")}
    assert headline(town, shares)["unserved"].value is None


def test_a_card_tells_nobody_from_not_recorded(town: Town, bare_town: Town) -> None:
    card = responsibility.card(bare_town.county, bare_town.snapshot, bare_town.filters, "cells", "C5")
    assert (card.workers, card.leaders, card.visits, card.cells_unassigned) == (None, None, None, None)
    kept = responsibility.card(town.county, town.snapshot, town.filters, "cells", "C5")
    assert (kept.workers, kept.cells_unassigned, kept.visits) == ((), 1, 1)
    zone = responsibility.card(bare_town.county, bare_town.snapshot, bare_town.filters, "zones", NORTH)
    assert (zone.workers, zone.leaders, zone.cells_unassigned) == (None, None, None)


def test_nobody_is_missing_where_no_names_are_kept(town: Town, bare_town: Town) -> None:
    assert responsibility.nobody(bare_town.county, bare_town.filters).empty
    rows = town.county.assignments
    only_leaders = replace(town.county, assignments=rows[rows["role"] == "leader"])
    later = town.at(as_of=at("03-21 08:00"))
    assert responsibility.nobody(only_leaders, later)["code"].tolist() == [SOUTH]
    only_workers = replace(town.county, assignments=rows[rows["role"] == "grid_worker"])
    assert set(responsibility.nobody(only_workers, later)["layer"]) == {"cells"}


def test_weeks_of_a_place_without_visits_have_no_unseen_cells(town: Town, bare_town: Town) -> None:
    ends = pd.DatetimeIndex(["2026-03-15", "2026-03-22"])
    assert unseen.by_week(bare_town.county, bare_town.filters, layer="cells", week_ends=ends) is None
    found = unseen.by_week(town.county, town.filters, layer="cells", week_ends=ends)
    assert found is not None
    assert found.tolist() == [
        [False, True, True, True, True, True, True, True, True],
        [True, True, False, True, False, True, True, True, True],
    ]


def test_zones_tell_unvisited_too(town: Town) -> None:
    zones = density.zones(town.county, town.snapshot, town.filters)
    assert zones["visits"].tolist()[:2] == [3, 3] and zones["is_unvisited"].tolist()[:2] == [False, False]
    assert zones.loc["-", ["visits", "is_unvisited"]].isna().all()  # nobody patrols what lies outside


@pytest.fixture(scope="module", autouse=True)
def _untouched(town: Town) -> Iterator[None]:
    """The shared town is as it was."""
    before = len(town.county.visits), len(town.county.assignments), len(town.county.facilities)
    yield
    assert before == (len(town.county.visits), len(town.county.assignments), len(town.county.facilities))
