from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.analysis import hotspots, trends
from dashboard.analysis.mann_kendall import mann_kendall
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from etl.database import connect
from tests import town as towns
from tests.dashboard import chance
from tests.dashboard.conftest import Town, opened

SIDE, WEEKS = 10, 14
SUNDAY = chance.END - 4 * 86_400 - 43_200 - 1
"""2026-03-15 23:59:59 in Shanghai, the last second of the last whole week."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A hundred cells of 100 m, ten a row."""
    engine: sa.Engine = connect(f"sqlite:///{tmp_path_factory.mktemp('trends') / 'city.sqlite'}")
    towns.fake_county(engine, cells=SIDE * SIDE, problems=100)
    yield opened(engine).county
    engine.dispose()


def told(city: County, crowded: dict[int, list[int]], *, usual: int = 1, state: str = "reported") -> Snapshot:
    """`usual` problems in each cell and whole week, and ten times as many in the given cells in the given weeks (0 the
    last, −1 the one before), their eight neighbours with them; a first problem on the Monday of the first week."""
    rows: list[chance.Row] = []
    for week in range(WEEKS):
        crowd = {near for cell, when in crowded.items() if -week in when for near in _square(cell)}
        for cell, code in enumerate(city.cells.index):
            # Not the same in every cell and week, or nothing would vary.
            for _ in range(10 if cell in crowd else usual + (cell * 7 + week * 3) % 2):
                rows.append(_row(len(rows), code, city, SUNDAY - week * 7 * 86_400, state))
    rows.append(_row(len(rows), city.cells.index[0], city, SUNDAY - WEEKS * 7 * 86_400 + 60, state))
    return chance.snapshot_of(rows, city)


def _row(number: int, cell: str, city: County, reported: int, state: str) -> chance.Row:
    return chance.Row(
        f"p{number}", city.cells["zone"][cell], cell, None, state, reported, None, None, None, False, True
    )


def _square(cell: int) -> list[int]:
    row, column = divmod(cell, SIDE)
    return [
        r * SIDE + c for r in range(row - 1, row + 2) for c in range(column - 1, column + 2)
        if 0 <= r < SIDE and 0 <= c < SIDE
    ]  # fmt: skip


def asked(city: County, snapshot: Snapshot, **chosen: object) -> Filters:
    return Filters(**chosen).resolved(city.place, snapshot)  # type: ignore[arg-type]


def category(city: County, snapshot: Snapshot, cell: int, **chosen: object) -> str:
    found = trends.cells(city, snapshot, asked(city, snapshot, **chosen))
    assert found.reason is None
    return str(found.frame["category"].iloc[cell])


def test_weekly_numbers_worked_out_on_paper(town: Town) -> None:
    found = trends.cells(town.county, town.snapshot, town.filters)
    # The first report is of Monday 5 January; the week of the moment is not over.
    assert [str(found.weeks[at].date()) for at in (0, -1)] == ["2026-01-11", "2026-03-15"]
    assert len(found.weeks) == 10
    # p01 and p02 in the last week but one: eight weeks below, one after.
    assert found.frame.loc["C1", "problems"] == 2
    assert found.frame.loc["C1", "problems_z"] == pytest.approx((8 - 1 - 1) / np.sqrt((10 * 9 * 25 - 9 * 8 * 23) / 18))
    # p09 in the first week, p08 in the sixth: 4 rise, 8 + 4 fall.
    ties = 8 * 7 * 21 + 2 * 1 * 9
    assert found.frame.loc["C9", "problems_z"] == pytest.approx((4 - 12 + 1) / np.sqrt((10 * 9 * 25 - ties) / 18))
    assert found.frame.loc["C6", "problems"] == 0  # default points
    assert found.frame.loc["C6", "problems_p"] == 1
    assert found.frame["way"].unique().tolist() == ["steady"]


def test_too_little_is_refused_with_its_reason(town: Town) -> None:
    few = trends.cells(town.county, town.snapshot, town.filters)
    assert few.reason == "too_few_cells"
    assert few.frame[["category", "trend_z", "weeks_hot", "last_week_is_hot"]].isna().all(axis=None)
    assert few.frame["way"].notna().all()  # of its own weeks a cell can be told
    short = trends.cells(town.county, town.snapshot, town.filters, count=9)
    assert short.reason == "too_few_weeks"
    assert short.frame["way"].isna().all()
    assert short.problems > 0


def test_few_problems_and_no_variation(city: County) -> None:
    lone = told(city, {}, usual=0)
    rows = [_row(n, city.cells.index[n], city, SUNDAY - n % WEEKS * 7 * 86_400, "reported") for n in range(29)]
    rows.append(replace(rows[-1], zone=None, cell=None, reported=SUNDAY - WEEKS * 7 * 86_400 + 60))
    few = chance.snapshot_of(rows, city)
    assert trends.cells(city, few, asked(city, few)).reason == "too_few_problems"
    every = [
        _row(0, code, city, SUNDAY - week * 7 * 86_400, "reported") for week in range(12) for code in city.cells.index
    ]
    every.append(replace(every[-1], zone=None, cell=None, reported=SUNDAY - 12 * 7 * 86_400 + 60))
    level = chance.snapshot_of(every, city)
    assert trends.cells(city, level, asked(city, level)).reason == "no_variation"
    assert trends.cells(city, lone, asked(city, lone)).reason is None


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ([0], "new_hot"),
        ([0, -1, -2], "consecutive_hot"),
        ([0, -5], "sporadic_hot"),
        ([-5, -6], "none"),
        (list(range(0, -WEEKS, -1)), "persistent_hot"),
        # A week's crowd is its neighbours' of the week after: 12 and 1 of 14 are ninety per cent, 11 and 1 are not.
        (list(range(-2, -WEEKS, -1)), "historical_hot"),
        (list(range(-3, -WEEKS, -1)), "none"),
    ],
)
def test_what_a_crowded_corner_has_become(city: County, when: list[int], expected: str) -> None:
    assert category(city, told(city, {44: when}), 44) == expected


def test_numbers_that_rise_and_fall(city: County) -> None:
    rows: list[chance.Row] = []
    for week in range(WEEKS):
        for cell, number in ((3, WEEKS - week), (7, 1 + week), (12, 2)):
            rows += [
                _row(len(rows), city.cells.index[cell], city, SUNDAY - week * 7 * 86_400, "reported")
                for _ in range(number)
            ]
    rows.append(replace(rows[-1], zone=None, cell=None, reported=SUNDAY - WEEKS * 7 * 86_400 + 60))
    snapshot = chance.snapshot_of(rows, city)
    plain = trends.cells(city, snapshot, asked(city, snapshot)).frame
    frame = trends.cells(city, snapshot, asked(city, snapshot), with_slope=True).frame
    assert frame.drop(columns="problems_slope").equals(plain)
    assert frame["way"].iloc[[3, 7, 12]].tolist() == ["rising", "falling", "steady"]
    assert frame["problems_slope"].iloc[[3, 7, 12]].tolist() == [1, -1, 0]
    assert frame["problems_z"].iloc[3] == pytest.approx(mann_kendall(range(14)).z[0])


def test_a_cell_that_began_within_the_weeks_neither_rises_nor_falls(city: County) -> None:
    snapshot = told(city, {44: list(range(WEEKS))})
    cells = city.cells.copy()
    cells.iloc[44, cells.columns.get_loc("valid_from")] = pd.Timestamp(SUNDAY - 3 * 7 * 86_400, unit="s").normalize()
    before, after = (
        trends.cells(county, snapshot, asked(city, snapshot)).frame.iloc[44]
        for county in (city, replace(city, cells=cells))
    )
    assert before["category"] != "none" and isinstance(before["way"], str)
    assert pd.isna(after["category"]) and pd.isna(after["way"])


def test_what_is_usual_does_not_depend_on_what_is_shown(city: County) -> None:
    snapshot = told(city, {44: [0]})
    whole = trends.cells(city, snapshot, asked(city, snapshot)).frame
    zone = str(city.cells["zone"].iloc[44])
    part = trends.cells(city, snapshot, asked(city, snapshot, zone=(zone,))).frame
    assert part.equals(whole[(city.cells["zone"] == zone).to_numpy()])
    one = trends.cells(city, snapshot, asked(city, snapshot, cell=str(whole.index[44]))).frame
    assert one.equals(whole.iloc[[44]])


def test_a_state_does_not_make_a_trend(city: County) -> None:
    snapshot = told(city, {44: [0]}, state="submitted")
    whole = trends.cells(city, snapshot, asked(city, snapshot)).frame
    assert trends.cells(city, snapshot, asked(city, snapshot, state=("reported",))).frame.equals(whole)
    assert trends.cells(city, snapshot, asked(city, snapshot, is_overdue_only=True)).frame.equals(whole)


def test_weeks_that_are_not_whole_are_left_out(city: County) -> None:
    snapshot = told(city, {})
    whole = trends.cells(city, snapshot, asked(city, snapshot))
    assert len(whole.weeks) == WEEKS
    day_before = chance.moment(SUNDAY - 86_400)
    assert len(trends.cells(city, snapshot, asked(city, snapshot, as_of=day_before)).weeks) == WEEKS - 1
    # Without the problem of the first Monday the first week would begin on its last day.
    late = chance.snapshot_of([_row(0, city.cells.index[0], city, SUNDAY - 12 * 7 * 86_400, "reported")], city)
    weeks = trends.cells(city, late, asked(city, late, as_of=chance.moment(SUNDAY))).weeks
    assert weeks[0].date() == chance.moment(SUNDAY - 11 * 7 * 86_400).date()
    assert weeks[1] - weeks[0] == timedelta(days=7)


def test_zones_are_told_by_number_where_they_are_few(city: County) -> None:
    found = trends.cells(city, told(city, {}), asked(city, told(city, {})), layer="zones")
    assert found.reason == "too_few_cells"
    assert found.frame.index.name == "zone"
    assert found.frame["way"].notna().all()
    chosen = str(city.zones.index[1])
    part = trends.cells(city, told(city, {}), asked(city, told(city, {}), zone=(chosen,)), layer="zones")
    assert part.frame.index.tolist() == [chosen]


def test_a_neighbourhood_made_before_is_the_same(city: County) -> None:
    snapshot = told(city, {44: [0, -1]})
    near = hotspots.neighbourhood(city, snapshot)
    found = trends.cells(city, snapshot, asked(city, snapshot), near=near).frame
    assert found.equals(trends.cells(city, snapshot, asked(city, snapshot)).frame)
