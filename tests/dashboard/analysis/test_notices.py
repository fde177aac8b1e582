"""Notices of the town worked out by hand, and sums that hold whatever the dates say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import tables
from dashboard.analysis import notices
from dashboard.county import County
from dashboard.filters import NONE
from dashboard.standards import read_standards
from settings import Settings
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH, at

SINCE = at("03-13 12:00")


def test_the_town_by_hand(town: Town) -> None:
    found = notices.masks(town.county, town.filters, SINCE)
    codes = {which: "".join(town.county.notices.index[mask]) for which, mask in found.items()}
    assert codes == {
        "sent": "n1n2n3n4n5", "back": "n1n2n5", "back_late": "n2", "unanswered": "n3n4", "overdue": "n3",
        "without_deadline": "n5", "in_conflict": "n5", "sent_since": "n4", "back_since": "n2",
        "unanswered_before": "n2n3", "overdue_before": "n2",
    }  # fmt: skip


def test_by_unit_and_zone(town: Town) -> None:
    units = notices.changes(town.county, town.filters, SINCE)
    assert units.index.tolist() == ["城管局", "环卫所", NONE]
    assert units[["sent", "back", "unanswered", "overdue", "longest"]].values.tolist() == [
        [2, 2, 0, 0, 0],
        [3, 1, 2, 1, 6],  # 03-14 23:59:59 … 03-20 12:00 is the sixth day
        [0, 0, 0, 0, 0],
    ]
    zones = notices.changes(town.county, town.filters, SINCE, of="zone")
    assert zones["overdue"].to_dict() == {NORTH: 1, SOUTH: 0, NONE: 0}
    with pytest.raises(ValueError, match="cell"):
        notices.changes(town.county, town.filters, SINCE, of="cell")


def test_a_list_to_chase_with(town: Town) -> None:
    told = notices.listed(town.county, town.filters)
    assert told["state"].to_dict() == {
        "n3": "overdue", "n4": "unanswered", "n2": "back_late", "n5": "back", "n1": "back",
    }  # fmt: skip
    assert told["days_overdue"].fillna(0).tolist() == [6, 0, 0, 0, 0]
    # Answered before it was sent: flagged and in no duration.
    assert told.loc["n5", "has_dates_in_conflict"] and np.isnan(told.loc["n5", "days"])
    assert told.loc[["n2", "n1"], "days"].tolist() == [13.0, 3.0]
    assert told.loc["n3", "zone_name"] == "北片区"


def test_a_reply_of_later_is_not_known_at_an_earlier_moment(town: Town) -> None:
    then = replace(town.filters, as_of=SINCE)
    told = notices.listed(town.county, then)
    assert told["state"].to_dict() == {"n2": "overdue", "n3": "unanswered", "n5": "back", "n1": "back"}
    assert pd.isna(told.loc["n2", "back_at"])


def test_filters_of_zone_and_unit_hold(town: Town) -> None:
    assert notices.listed(town.county, replace(town.filters, zone=(SOUTH,))).index.tolist() == ["n4", "n5"]
    later = replace(town.filters, as_of=at("03-21 12:00"), unit=(NONE, "城管局"))
    assert set(notices.listed(town.county, later).index) == {"n1", "n2", "n6"}


def test_the_command_gives_the_same_rows(town: Town) -> None:
    asked = tables.Asked(town.county, town.snapshot, town.filters, Settings(), read_standards())
    told = tables.table("notices", asked).set_index("code")
    counted = notices.changes(town.county, town.filters, SINCE).sum()
    assert told["state"].value_counts().to_dict() == {"overdue": 1, "unanswered": 1, "back_late": 1, "back": 2}
    assert len(told) == counted["sent"]
    assert (told["state"] == "overdue").sum() == counted["overdue"]


def test_a_place_that_keeps_none_has_an_empty_list(bare_town: Town) -> None:
    county = replace(bare_town.county, notices=bare_town.county.notices.iloc[:0])
    assert notices.listed(county, bare_town.filters).empty
    assert notices.changes(county, bare_town.filters, SINCE).index.tolist() == [NONE]


START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 60 * 24).map(lambda hours: START + timedelta(hours=hours))
ROWS = st.lists(
    st.tuples(
        MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS, st.sampled_from(["甲", "乙", None]),
        st.sampled_from([NORTH, "nowhere", None]),
    ),
    max_size=12,
)  # fmt: skip


def _with(county: County, rows: list[tuple]) -> County:
    frame = county.notices.iloc[:0].reset_index()
    frame["code"] = [f"n{number}" for number in range(len(rows))]
    for name, values in zip(("sent_at", "due_at", "back_at", "unit", "zone"), zip(*rows, strict=True), strict=False):
        frame[name] = pd.Series(list(values), dtype=county.notices[name].dtype)
    return replace(county, notices=frame.set_index("code"))


@given(rows=ROWS, moments=st.tuples(MOMENTS, MOMENTS).map(sorted))
def test_what_is_out_is_back_or_unanswered_at_any_moment(town: Town, rows: list[tuple], moments: list) -> None:
    since, moment = moments
    county, filters = _with(town.county, rows), replace(town.filters, as_of=moment)
    whole = {which: int(mask.sum()) for which, mask in notices.masks(county, filters, since).items()}
    assert whole["sent"] == whole["back"] + whole["unanswered"]
    assert whole["unanswered"] == whole["unanswered_before"] + whole["sent_since"] - whole["back_since"]
    assert whole["back_late"] <= whole["back"]
    assert whole["overdue"] <= whole["unanswered"]
    for of in notices.OF:
        by = notices.changes(county, filters, since, of=of)
        assert by[list(notices.WHICH)].sum().to_dict() == whole
    told = notices.listed(county, filters)
    assert len(told) == whole["sent"]
    assert told["state"].isin(["overdue", "unanswered"]).sum() == whole["unanswered"]
    assert (told["days"].dropna() >= 0).all()
    # Row by row, as one would count on paper.
    out = [(sent, due, back) for sent, due, back, *_ in rows if sent <= moment]
    assert whole["overdue"] == sum(
        due is not None and due < moment and not (back is not None and back <= moment) for _, due, back in out
    )
