from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.analysis import responsibility
from dashboard.county import County
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH, at


def names(holders: tuple[responsibility.Holder, ...]) -> list[str | None]:
    return [holder.name for holder in holders]


def test_card_of_a_zone(town: Town) -> None:
    card = responsibility.card(town.county, town.snapshot, town.filters, "zones", NORTH)
    assert (card.name, card.zone_name, card.cells, card.cells_unassigned, card.people) == (
        "北片区",
        "北片区",
        3,
        1,
        600,
    )
    assert (names(card.leaders), names(card.deputies), names(card.units), names(card.workers)) == (
        ["赵北"], ["孙副"], ["城管局"], ["李一"],
    )  # fmt: skip
    assert card.leaders[0].since == date(2026, 1, 1) and card.leaders[0].until is None
    assert (card.problems, card.open, card.overdue, card.closed) == (4, 2, 1, 2)
    assert (card.visits, card.last_visit) == (3, date(2026, 3, 19))
    assert card.facilities == {}  # one is closed, one is planned


def test_card_of_a_cell_with_nobody(town: Town) -> None:
    card = responsibility.card(town.county, town.snapshot, town.filters, "cells", "C5")
    assert card.workers == () and card.deputies == ()
    assert (names(card.leaders), card.zone) == (["钱南"], SOUTH)
    assert (card.open, card.overdue, card.facilities) == (4, 2, {"toilet": 1})


def test_a_market_that_opens_next_year_is_not_in_use(town: Town) -> None:
    card = responsibility.card(town.county, town.snapshot, town.filters, "cells", "C7")
    later = responsibility.card(town.county, town.snapshot, town.at(as_of=at("2027-03-20 12:00")), "cells", "C7")
    assert (card.facilities, later.facilities) == ({}, {"market": 1})


def test_a_leader_of_a_cell_is_no_grid_worker(town: Town) -> None:
    card = responsibility.card(town.county, town.snapshot, town.filters, "cells", "C9")
    assert card.workers == () and [(holder.name, holder.role) for holder in card.others] == [("钱南", "leader")]


def test_roles_are_those_in_force_on_the_day_of_the_moment(town: Town) -> None:
    def worker(cell: str, moment: str) -> list[str | None]:
        filters = town.at(as_of=at(moment))
        return names(responsibility.card(town.county, town.snapshot, filters, "cells", cell).workers)

    assert worker("C5", "03-19 23:59:59") == ["周二"]  # the last day still counts
    assert worker("C5", "03-20 00:00:00") == []
    assert worker("C3", "03-21 00:00:00") == ["吴三"]
    leaders = responsibility.card(town.county, town.snapshot, town.at(as_of=at("03-21 08:00")), "zones", SOUTH).leaders
    assert leaders == ()


def test_counts_of_a_card_obey_the_other_filters(town: Town) -> None:
    filters = town.at(zone=(NORTH,), unit=("环卫所",))
    card = responsibility.card(town.county, town.snapshot, filters, "cells", "C5")
    assert (card.open, card.overdue) == (2, 1)


def test_no_such_cell(town: Town) -> None:
    with pytest.raises(KeyError):
        responsibility.card(town.county, town.snapshot, town.filters, "cells", "C10")


def test_table_has_a_name_beside_every_cell(town: Town) -> None:
    table = responsibility.table(town.county, town.snapshot, town.filters)
    assert table["worker"].fillna("无人").tolist() == [
        "李一",
        "李一",
        "无人",
        "李一",
        "无人",
        "郑四",
        "郑四",
        "郑四",
        "无人",
    ]
    assert table["open"].tolist() == [0, 1, 1, 0, 4, 2, 0, 0, 0]
    assert table.loc["C1", "units"] == "城管局" and pd.isna(table.loc["C4", "deputies"])
    assert table.loc["C1", "worker_since"] == pd.Timestamp("2026-01-01") and pd.isna(table.loc["C6", "worker_since"])


def with_terms(county: County, *terms: tuple[str, str, str, str]) -> County:
    """The county with further terms that never end: target_layer, target, role, party."""
    columns = ["target_layer", "target", "role", "party"]
    more = pd.DataFrame(terms, columns=columns).astype("str")
    more["valid_from"] = more["valid_to"] = np.full(len(more), np.datetime64("NaT"), dtype="datetime64[s]")
    return replace(county, assignments=pd.concat([county.assignments, more], ignore_index=True))


def test_workload_and_its_limits(town: Town) -> None:
    county = with_terms(town.county, ("cell", "C5", "grid_worker", "w1"), ("cell", "C5", "grid_worker", "w4"))
    load = responsibility.workload(county, town.snapshot, town.filters, cells_limit=3, problems_limit=5)
    assert load.index.tolist() == ["w4", "w1"]
    assert load[["cells", "open", "overdue"]].to_numpy().tolist() == [[4, 6, 2], [4, 5, 3]]  # C5 counts for each
    assert load["has_too_many_cells"].tolist() == [True, True]
    assert load["has_too_many_problems"].tolist() == [True, False]
    assert load["zones"].tolist() == ["南片区", "北片区; 南片区"]
    assert load["people"].tolist() == [600 + 700 + 800 + 500, 100 + 200 + 400 + 500]


def test_several_workers_are_all_named(town: Town) -> None:
    county = with_terms(town.county, ("cell", "C1", "grid_worker", "w4"), ("cell", "C1", "grid_worker", "lost"))
    card = responsibility.card(county, town.snapshot, town.filters, "cells", "C1")
    assert set(names(card.workers)) == {"李一", "郑四", None}  # a party that is in no list has no name, but is there
    assert responsibility.table(county, town.snapshot, town.filters)["worker"]["C1"] == "李一; 郑四"


def test_search(town: Town) -> None:
    found = responsibility.search(town.county, town.filters, " 钱 ")
    assert found[["target_layer", "target_name"]].to_numpy().tolist() == [["zone", "南片区"], ["cell", "网格 9"]]
    ended = responsibility.search(town.county, town.filters, "周二")
    assert len(ended) == 1 and pd.isna(ended["role"][0])
    for nothing in ("", "   ", "(", ".*", "a" * 5000):
        assert responsibility.search(town.county, town.filters, nothing).empty
    assert len(responsibility.search(town.county, town.filters, "一", limit=2)) == 2


def test_nobody_says_who_held_it_last(town: Town) -> None:
    missing = responsibility.nobody(town.county, town.filters)
    assert missing[["layer", "code", "role"]].to_numpy().tolist() == [
        ["cells", "C3", "grid_worker"], ["cells", "C5", "grid_worker"], ["cells", "C9", "grid_worker"],
    ]  # fmt: skip
    assert missing["last_name"].fillna("").tolist() == ["", "周二", ""]
    tomorrow = responsibility.nobody(town.county, town.at(as_of=at("03-21 08:00")))
    assert tomorrow[["code", "last_name"]].fillna("").to_numpy().tolist() == [
        [SOUTH, "钱南"],
        ["C5", "周二"],
        ["C9", ""],
    ]
    assert responsibility.nobody(town.county, town.at(zone=(NORTH,)))["code"].tolist() == ["C3"]
