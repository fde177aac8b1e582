"""Seats and stalls in the town of nine cells: a toilet in the middle cell, a market in the south-east one."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from dashboard.analysis import facilities, supplied, supply
from dashboard.county import County
from dashboard.standards import Standards, read_standards
from tests.dashboard.conftest import Town
from tests.town import NORTH

EVERY = read_standards().entries


def standards(**changed: Any) -> Standards:
    """With a toilet's radius of 110 m: the middle cell and the four beside it."""
    own = {"toilet.radius": replace(EVERY["toilet.radius"], value=110.0), **changed}
    return Standards({key: value for key, value in {**EVERY, **own}.items() if value is not None})


def county(town: Town, **capacity: float | None) -> County:
    facilities = town.county.facilities.copy()
    facilities["capacity"] = pd.Series(capacity).reindex(facilities.index).astype("Float64")
    return replace(town.county, facilities=facilities)


def test_twelve_seats_for_the_2_500_people_of_five_cells(town: Town) -> None:
    """The market of 50 stalls lies 141 m off, beyond reach; 12 seats are 4.8 a thousand for 2,500 of 4,500 people."""
    found = supplied.supplied(county(town, f1=12, f2=99, f3=99, f4=50), town.filters, "toilet", standards())
    assert found.refusal is None and found.facilities.index.tolist() == ["f1"], "those closed and planned serve nobody"
    row = found.facilities.loc["f1"]
    assert row[["name", "cell", "capacity", "demand", "state"]].tolist() == ["中心公厕", "C5", 12, 2500, supply.KNOWN]
    assert row["per_thousand"] == pytest.approx(4.8)
    served = {"C2", "C4", "C5", "C6", "C8"}
    expected = [4.8 if code in served else 0.0 for code in found.cells.index]
    assert found.cells["per_thousand"].tolist() == pytest.approx(expected)
    assert found.unserved.index.tolist() == ["C1", "C3", "C7", "C9"]
    assert found.per_thousand == pytest.approx(12 / 4.5 * 1.0)
    assert (found.crowds, found.crowds_unknown, found.without_place) == (500, 0, 0)


def test_what_opens_later_lacks_no_location_yet(town: Town) -> None:
    rows = town.county.facilities.copy()
    rows.loc[["f4", "f5"], "geometry"] = None
    bare = replace(town.county, facilities=rows)
    days = [date(2026, 12, 31), date(2027, 1, 1)]
    assert [facilities.without_place(bare, "market", day) for day in days] == [1, 2]


def test_the_people_of_a_market_in_reach_share_the_seats(town: Town) -> None:
    near = {"toilet.radius": replace(EVERY["toilet.radius"], value=150.0)}
    alone = supplied.supplied(county(town, f1=12), town.filters, "toilet", standards(**near))
    shared = supplied.supplied(county(town, f1=12, f4=500), town.filters, "toilet", standards(**near))
    assert alone.facilities["demand"].tolist() == [4500] and shared.facilities["demand"].tolist() == [9500]
    assert (alone.crowds_unknown, shared.crowds_unknown) == (1, 0)


def test_people_of_new_districts_go_farther(town: Town) -> None:
    """C9, C8 and C7, at 0, 100 and 200 m, are new town (210 m); of the old town C6 lies within its 110 m, C5 not."""
    radius = replace(EVERY["market.radius"], value=110.0, by_setting={"new_town": 210.0})
    found = supplied.supplied(county(town, f4=90), town.filters, "market", standards(**{"market.radius": radius}))
    assert found.facilities[["demand", "per_thousand"]].iloc[0].tolist() == pytest.approx([3000, 30])
    assert found.cells.index[found.cells["per_thousand"] > 0].tolist() == ["C6", "C7", "C8", "C9"]


def test_a_zone_is_told_of_a_toilet_that_others_use_too(town: Town) -> None:
    whole = supplied.supplied(county(town, f1=12), town.filters, "toilet", standards())
    north = supplied.supplied(county(town, f1=12), town.at(zone=(NORTH,)), "toilet", standards())
    assert north.cells.index.tolist() == ["C1", "C2", "C3"] and north.facilities.empty
    pd.testing.assert_frame_equal(north.cells, whole.cells.loc[["C1", "C2", "C3"]])
    one = supplied.supplied(county(town, f1=12), town.at(cell="C5"), "toilet", standards())
    assert one.cells.index.tolist() == ["C5"] and one.facilities.index.tolist() == ["f1"]


def test_unknown_capacity_is_no_nought(town: Town) -> None:
    """A second toilet in C1 of unknown capacity: C1 alone has no other, so nobody can tell what it has."""
    facilities = county(town, f1=12).facilities
    facilities["status"] = facilities["status"].where(facilities.index != "f2")
    found = supplied.supplied(replace(town.county, facilities=facilities), town.filters, "toilet", standards())
    assert found.facilities["state"].tolist() == [supply.KNOWN, supply.NO_CAPACITY]
    assert found.cells["per_thousand"].isna().tolist() == [code == "C1" for code in found.cells.index]
    assert found.cells.loc[["C1", "C2", "C3"], ["facilities", "unknown"]].to_numpy().tolist() == [
        [1, 1],
        [2, 1],
        [0, 0],
    ]
    assert "C1" not in found.unserved.index


def test_it_says_why_nothing_can_be_told(town: Town, bare_town: Town) -> None:
    def refusal(data: County, kind: str = "toilet", **changed: Any) -> str | None:
        found = supplied.supplied(data, town.filters, kind, standards(**changed))
        assert found.facilities.empty and found.cells.empty and found.unserved.empty and not found.crowds
        return found.refusal

    full = county(town, f1=12)
    assert refusal(full, **{"toilet.radius": None}) == supplied.NO_STANDARD
    assert refusal(full, **{"market.people_per_stall": None}) == supplied.NO_STANDARD
    assert refusal(bare_town.county) == supplied.NO_FACILITIES
    assert refusal(county(town)) == supplied.ALL_UNKNOWN
    empty = replace(full, cells=full.cells.assign(people=pd.array([None] * 9, "Int64")))
    assert refusal(empty) == supplied.NO_PEOPLE


def test_what_the_cells_get_is_what_the_facilities_have(sample_county: County, town: Town) -> None:
    """In the sample: seats are given to residents and market crowds and to nobody else; stalls to residents."""
    filters = town.filters
    moment = replace(filters, as_of=sample_county.loaded_at)
    for kind in ("toilet", "market"):
        found = supplied.supplied(sample_county, moment, kind, read_standards())
        given = (found.cells["per_thousand"] * found.cells["people"].astype(float)).sum() / 1000
        capacity = found.facilities["capacity"].sum()
        assert given == pytest.approx(capacity) if kind == "market" else given < capacity
        assert found.facilities["per_thousand"].is_monotonic_increasing
        people = found.cells["people"].sum()
        assert found.per_thousand == pytest.approx(given * 1000 / people)
