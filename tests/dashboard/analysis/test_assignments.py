"""Who answers: the town's terms (w1: C1, C2, C4; w2: C5 until yesterday; w3: C3 from tomorrow; w4: C6, C7, C8; C9 has
only a leader) and what is laid over them."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import assignments
from dashboard.county import County
from tests.dashboard.conftest import Town

DAY = date(2026, 3, 20)


def with_terms(county: County, *rows: tuple[str, str, str, str, str, str]) -> County:
    """The county with more terms: layer, target, role, party, from, to ("": open)."""
    more = pd.DataFrame(rows, columns=["target_layer", "target", "role", "party", "valid_from", "valid_to"])
    for name in ("valid_from", "valid_to"):
        more[name] = pd.to_datetime(more[name].replace("", None)).astype("datetime64[s]")
    kept = county.assignments[list(more.columns)].astype({"valid_from": "datetime64[s]", "valid_to": "datetime64[s]"})
    return replace(county, assignments=pd.concat([kept, more], ignore_index=True))


def test_the_towns_terms_by_hand(town: Town) -> None:
    found = assignments.held(town.county, DAY)
    assert found["state"].to_dict() == {
        "C1": "one", "C2": "one", "C3": "not_yet", "C4": "one", "C5": "ended", "C6": "one", "C7": "one", "C8": "one",
        "C9": "nobody",
    }  # fmt: skip
    assert (found.loc["C5", "last_name"], str(found.loc["C5", "last_until"].date())) == ("周二", "2026-03-19")
    assert str(found.loc["C3", "next_from"].date()) == "2026-03-21"
    assert found.loc["C1", "names"] == "李一" and pd.isna(found.loc["C5", "names"])
    assert assignments.held(town.county, date(2026, 3, 19))["state"]["C5"] == "one", "the last day still counts"


def test_two_workers_a_unit_alone_and_one_in_no_list(town: Town) -> None:
    county = with_terms(
        town.county,
        ("cell", "C1", "grid_worker", "w2", "", ""),
        ("cell", "C2", "grid_worker", "w1", "2026-02-01", ""),
        ("cell", "C4", "grid_worker", "u2", "", ""),
        ("cell", "C9", "grid_worker", "u1", "", ""),
        ("cell", "C5", "grid_worker", "nobody knows", "2026-03-20", ""),
    )
    found = assignments.held(county, DAY)
    assert found["state"].to_dict() == {
        "C1": "several", "C2": "one", "C3": "not_yet", "C4": "one", "C5": "one", "C6": "one", "C7": "one", "C8": "one",
        "C9": "unit_only",
    }  # fmt: skip
    assert set(found.loc["C1", "names"].split("; ")) == {"周二", "李一"}
    assert found.loc["C4", ["persons", "units"]].tolist() == [1, 1]
    assert found.loc["C9", "names"] == "城管局"


def test_facilities_by_hand(town: Town) -> None:
    assert set(assignments.held(town.county, DAY, layer="facility")["state"]) == {"not_known"}
    county = with_terms(
        town.county,
        ("facility", "f1", "manager", "w1", "", ""),
        ("facility", "f1", "manager", "w2", "", ""),
        ("facility", "f2", "manager", "u1", "", ""),
        ("facility", "f3", "manager", "w1", "", "2026-03-19"),
        ("facility", "f4", "keeper", "w1", "2026-03-21", ""),
        ("facility", "gone", "keeper", "w1", "", ""),
    )
    found = assignments.held(county, DAY, layer="facility")
    assert found["state"].tolist() == ["several", "unit_only", "ended", "not_yet", "nobody"]
    assert found.index.name == "facility" and assignments.held(county, DAY)["state"]["C1"] == "one"


@settings(max_examples=30, deadline=None)
@given(
    days=st.integers(-400, 400),
    extra=st.lists(st.tuples(st.sampled_from("123456789"), st.sampled_from("wu")), max_size=6),
)
def test_states_partition_the_cells_as_unassigned_does(town: Town, days: int, extra: list[tuple[str, str]]) -> None:
    day = date.fromordinal(DAY.toordinal() + days)
    rows = [("cell", f"C{number}", "grid_worker", f"{kind}1", "2026-01-01", "2026-06-30") for number, kind in extra]
    county = with_terms(town.county, *rows)
    found = assignments.held(county, day)
    assert found.index.tolist() == county.cells.index.tolist()
    assert found["state"].isin(assignments.STATES).all()
    is_vacant = found["state"].isin(assignments.VACANT)
    assert is_vacant.tolist() == assignments.is_unassigned(county, day).tolist()
    assert (is_vacant == (found["persons"] + found["units"] == 0)).all()
    assert (found["names"].notna() == ~is_vacant).all()


def test_where_nobody_is_on_record_nothing_is_told(bare_town: Town) -> None:
    for layer in ("cell", "facility"):
        assert assignments.held(bare_town.county, DAY, layer=layer)["state"].isin(["not_known"]).all()


@pytest.mark.parametrize("layer", ["cell", "facility"])
def test_nothing_is_changed(town: Town, layer: str) -> None:
    before = town.county.assignments.copy()
    assignments.held(town.county, DAY, layer=layer)
    pd.testing.assert_frame_equal(town.county.assignments, before)
