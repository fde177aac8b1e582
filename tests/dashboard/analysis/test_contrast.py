"""Two arrangements in the town of nine cells, by hand: the toilet in C5 reaches C2, C4, C5, C6, C8."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.contrast import PARTS, Contrast, aligned, contrasted
from dashboard.analysis.proposal import Question
from dashboard.analysis.scenario import Arrangement, Scenario, arranged
from tests.dashboard.analysis.test_proposal import reaching
from tests.dashboard.conftest import Town
from tests.town import CELLS, degrees

AT = {code: degrees(100 * (n % 3) + 50, 250 - 100 * (n // 3)) for n, code in enumerate(CELLS)}
"""Middles of the cells."""


def made(town: Town, cells: Sequence[str], closed: tuple[str, ...] = (), **question: object) -> Arrangement:
    scenario = Scenario(Question(**question), tuple(AT[code] for code in cells), closed)  # type: ignore[arg-type]
    return arranged(town.county, town.snapshot, town.filters, scenario, standards=reaching(100))


def told(found: Contrast) -> dict[str, set[str]]:
    return {part: set(found.cells.index[found.cells["part"] == part]) for part in PARTS}


def test_cells_are_told_apart_by_who_covers_them(town: Town) -> None:
    # C8 adds the corners C7 and C9, C2 the corners C1 and C3; the five cells of the old toilet are in both.
    found = contrasted(made(town, ["C8"]), made(town, ["C2"]))
    assert told(found) == {
        "both": {"C2", "C4", "C5", "C6", "C8"}, "one": {"C7", "C9"}, "other": {"C1", "C3"}, "neither": set(),
    }  # fmt: skip
    assert found.sums == {"both": 2500, "one": 1600, "other": 400, "neither": 0}


def test_a_closed_one_uncovers_in_its_own_arrangement_alone(town: Town) -> None:
    found = contrasted(made(town, ["C1"], ("f1",)), made(town, ["C1"]))
    assert told(found) == {
        "both": {"C1", "C2", "C4"}, "one": set(), "other": {"C5", "C6", "C8"}, "neither": {"C3", "C7", "C9"},
    }  # fmt: skip
    assert found.closed[["name", "part"]].to_numpy().tolist() == [["中心公厕", "one"]]
    assert found.sums["neither"] == 300 + 700 + 900


def test_sites_of_both_and_of_either(town: Town) -> None:
    found = contrasted(made(town, ["C8", "C1", "C8"]), made(town, ["C3", "C8"]))
    rows = found.sites[["cell", "site_one", "site_other", "part"]].astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["C8", 1, 2, "both"], ["C1", 2, None, "one"], ["C8", 3, None, "one"], ["C3", None, 1, "other"],
    ]  # fmt: skip
    assert found.closed.empty


def test_no_site_at_all(town: Town) -> None:
    found = contrasted(made(town, []), made(town, []))
    assert found.sites.empty and found.sums["both"] == 2500 and found.sums["neither"] == 2000


def test_the_other_is_weighed_like_the_one(town: Town) -> None:
    one, other = Scenario(Question(weight="open", n=3)), Scenario(Question(weight="residents", radius_m=300), ())
    assert aligned(one, other) == replace(other, question=Question(weight="open", radius_m=300))


def test_two_kinds_are_not_compared(town: Town) -> None:
    found = contrasted(made(town, ["C1"]), made(town, ["C1"], kind="market"))
    assert found.refusal == "other_kind" and found.cells.empty and found.sites.empty
    assert contrasted(made(town, ["C1"]), replace(made(town, ["C1"]), refusal="no_cells")).refusal == "no_cells"


_SOME = st.lists(st.sampled_from(CELLS), max_size=3)


@settings(max_examples=12)
@given(_SOME, _SOME, st.booleans(), st.booleans())
def test_the_parts_make_up_all_and_turn_about_with_the_sides(
    town: Town, first: list[str], second: list[str], is_closed: bool, is_other_closed: bool
) -> None:
    one = made(town, first, ("f1",) if is_closed else ())
    other = made(town, second, ("f1",) if is_other_closed else ())
    found, turned = contrasted(one, other), contrasted(other, one)
    assert sum(found.sums.values()) == pytest.approx(one.total)
    assert found.sums["both"] + found.sums["one"] == pytest.approx(one.covered)
    assert found.sums["both"] + found.sums["other"] == pytest.approx(other.covered)
    assert (found.sums["one"], found.sums["both"]) == (turned.sums["other"], turned.sums["both"])
    assert found.sites["site_one"].dropna().tolist() == list(range(1, len(first) + 1))
    assert sorted(found.sites["site_other"].dropna()) == list(range(1, len(second) + 1))
    assert set(found.sites["part"]) == {
        {"both": "both", "one": "other", "other": "one"}[part] for part in turned.sites["part"]
    }
