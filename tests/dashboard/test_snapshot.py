from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.filters import NONE, Filters
from dashboard.snapshot import DAY_S, NEVER, NO_DAY, NO_MINUTE, SHIFTS, STATES, Snapshot, local_days
from tests.dashboard import chance
from tests.dashboard.chance import END
from tests.dashboard.conftest import Town
from tests.town import at

hours_back = st.integers(-100, 13 * 7 * 24).map(lambda hours: chance.END - hours * chance.HOUR)


def state_of(snapshot: Snapshot, code: str, moment: str) -> str | None:
    then = snapshot.at(at(moment))  # type: ignore[arg-type]
    row = snapshot.keys.get_loc(code)
    return STATES[then.state[row]] if then.is_known[row] else None


@pytest.mark.parametrize(
    ("code", "moment", "state"),
    [
        ("p01", "03-02 08:59:59", None),  # not reported yet
        ("p01", "03-02 09:00", "reported"),  # known at its very second; closed by now, so its state then is not known
        ("p01", "03-05 09:59:59", "reported"),
        ("p01", "03-05 10:00", "closed"),
        ("p07", "03-03 10:00", "closed"),  # reopened later: it was closed in between
        ("p07", "03-12 09:59:59", "closed"),
        ("p07", "03-12 10:00", "in_progress"),
        ("p07", "03-03 09:59:59", "in_progress"),
        ("p10", "03-20 12:00", "submitted"),
        ("p13", "03-13 09:00", None),  # closed before reported: not known before its report
        ("p13", "03-14 08:00", "closed"),
    ],
)  # fmt: skip
def test_state_as_of(town: Town, code: str, moment: str, state: str | None) -> None:
    assert state_of(town.snapshot, code, moment) == state


def test_submitted_and_deferred_are_open(town: Town) -> None:
    then = town.snapshot.at(town.filters.moment)
    assert {"p10", "p05"} < town.codes(then.is_open)


def test_overdue_is_open_and_past_the_deadline(town: Town) -> None:
    then = town.snapshot.at(town.filters.moment)
    # p05 is deferred and all the same open past its deadline; p12 is due later on the same day.
    assert town.codes(then.is_overdue) == {"p03", "p05", "p07", "p10"}
    assert "p12" not in town.codes(town.snapshot.at(at("03-20 23:59:59")).is_overdue)  # type: ignore[arg-type]
    assert "p12" in town.codes(town.snapshot.at(at("03-21 00:00")).is_overdue)  # type: ignore[arg-type]


def test_latest_moment_is_of_reports_closings_reopenings_and_visits_not_deadlines(town: Town) -> None:
    assert town.snapshot.latest == datetime(2026, 3, 20, 4, tzinfo=UTC)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), moment=hours_back)
def test_columns_agree_with_the_rules_row_by_row(town: Town, data: st.DataObject, moment: int) -> None:
    rows = data.draw(chance.rows_of(town.county))
    then = chance.snapshot_of(rows, town.county).at(chance.moment(moment))
    assert then.is_known.tolist() == [row.is_known(moment) for row in rows]
    assert then.is_open.tolist() == [row.is_open(moment) for row in rows]
    assert then.is_closed.tolist() == [row.is_closed(moment) for row in rows]
    assert then.is_overdue.tolist() == [row.is_overdue(moment) for row in rows]
    known = [
        (row.state_at(moment), STATES[state])
        for row, state in zip(rows, then.state, strict=True)
        if row.is_known(moment)
    ]
    assert all(told == found for told, found in known)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), moment=hours_back)
def test_open_and_closed_partition_the_known(town: Town, data: st.DataObject, moment: int) -> None:
    then = chance.snapshot_of(data.draw(chance.rows_of(town.county)), town.county).at(chance.moment(moment))
    assert not (then.is_open & then.is_closed).any()
    assert ((then.is_open | then.is_closed) == then.is_known).all()


def test_masks(town: Town) -> None:
    def chosen(**filters: object) -> set[str]:
        found = town.at(**filters)
        return town.codes(town.snapshot.mask(found, town.snapshot.at(found.moment)))

    everything = town.codes(slice(None))
    assert chosen() == everything
    assert chosen(zone=("999900001",)) == {"p01", "p02", "p03", "p16"}
    assert chosen(zone=("-",)) == {"p11", "p12"}
    assert chosen(zone=("999900001", "-")) == {"p01", "p02", "p03", "p16", "p11", "p12"}
    assert chosen(zone=("no such",)) == set()
    assert chosen(cell="C5") == {"p04", "p05", "p06", "p07"}
    assert chosen(cell="-") == {"p10", "p11", "p12"}
    assert chosen(unit=("-",)) == {"p12"}
    assert chosen(unit=("环卫所", "-")) == {"p03", "p04", "p07", "p08", "p10", "p12"}
    assert chosen(source=("督查",), category=("垃圾",)) == {"p04", "p05"}
    assert chosen(state=("submitted", "deferred")) == {"p10", "p05"}
    assert chosen(is_overdue_only=True, unit=("环卫所",)) == {"p03", "p07", "p10"}
    assert chosen(as_of=at("03-02 09:15")) == {"p01", "p07", "p08", "p09"}
    assert chosen(state=("reported",), as_of=at("03-02 09:15")) == {"p01"}


def test_only_located_masks_leave_default_points_out(town: Town) -> None:
    then = town.snapshot.at(town.filters.moment)
    left_out = town.codes(~town.snapshot.mask(town.filters, then, located=True))
    assert left_out == {"p14", "p15"}
    asked = town.at(with_default_points=True)
    assert town.snapshot.mask(asked, then, located=True).all()


@given(
    st.lists(st.integers(157_000_000, 4_070_000_000), max_size=20),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_local_days_are_the_calendars(seconds: list[int], zone: str) -> None:
    told = [datetime.fromtimestamp(one, ZoneInfo(zone)).date().toordinal() - 719_163 for one in seconds]
    assert local_days(np.array(seconds, dtype=np.int64), zone).tolist() == told


def test_no_moment_has_no_day() -> None:
    assert local_days(np.array([NEVER]), "Asia/Shanghai").tolist() == [NO_DAY]


def test_the_dates_decide_whatever_state_the_row_gives(town: Town) -> None:
    day = 86_400
    reported = chance.END - 9 * day

    def open_rows(state: str, closed: int | None, reopened: int | None) -> bool:
        row = chance.Row("p", None, None, None, state, reported, None, closed, reopened, False, True)
        return bool(chance.snapshot_of([row], town.county).at(town.filters.moment).is_open[0])

    assert not open_rows("in_progress", reported + day, None)
    assert not open_rows("closed", None, None)  # closed at a moment nobody wrote down
    assert open_rows("closed", reported + day, reported + 2 * day)
    assert open_rows("in_progress", reported + day, reported + day)  # reopened at the very moment of its closing
    assert not open_rows("in_progress", reported + 2 * day, reported + day)  # closed again since
    assert open_rows("closed", chance.END + day, None)  # closes tomorrow


@pytest.mark.parametrize(
    ("minute", "shift"),
    [(0, NONE), (1, "out"), (7 * 60 + 29, "out"), (7 * 60 + 30, "in"), (21 * 60 + 30, "in"), (21 * 60 + 31, "out")],
)
def test_shift_follows_the_local_minute_and_midnight_is_no_time(town: Town, minute: int, shift: str) -> None:
    midnight = END - (END + 8 * chance.HOUR) % DAY_S  # the town's clocks are eight hours ahead
    row = chance.Row("p1", None, None, None, "reported", midnight + minute * 60, None, None, None, False, False)
    snapshot = chance.snapshot_of([row], town.county)
    then = snapshot.at(chance.moment(END + DAY_S))
    assert [name for name in (*SHIFTS, NONE) if snapshot.mask(Filters(shift=(name,)), then).all()] == [shift]
    assert snapshot.reported_minute.tolist() == [minute or NO_MINUTE]


def test_setting_is_that_of_the_cell(town: Town) -> None:
    snapshot, of_cell = town.snapshot, town.county.cells["setting"]
    then = snapshot.at(town.filters.moment)
    assert snapshot.settings == ("new_town", "old_town")
    for chosen in ("old_town", "new_town", NONE):
        cells = {snapshot.cells[cell] if cell >= 0 else NONE for cell in snapshot.cell[then.is_known]}
        wanted = {cell for cell in cells if (NONE if cell == NONE else of_cell[cell]) == chosen}
        mask = snapshot.mask(Filters(setting=(chosen,)), then)
        found = {snapshot.cells[cell] if cell >= 0 else NONE for cell in snapshot.cell[mask]}
        assert wanted and found == wanted
