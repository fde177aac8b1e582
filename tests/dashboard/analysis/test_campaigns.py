from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from dashboard.analysis.campaigns import TOGETHER, effects
from dashboard.analysis.differences import difference, overdispersion
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from etl.database import connect
from tests import town as towns
from tests.dashboard import chance
from tests.dashboard.conftest import Town, opened

DAY = 86_400
STARTS, ENDS = date(2026, 2, 9), date(2026, 2, 15)
"""A week of which whole weeks lie before and after: the moment is Friday 20 March, noon."""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """Thirteen zones of cells."""
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('campaigns') / 'city.sqlite'}")
    towns.fake_county(engine, cells=169, problems=10)
    yield opened(engine).county
    engine.dispose()


def held(county: County, *campaigns: tuple[date, date, str | None]) -> County:
    rows = pd.DataFrame(
        {
            "name": [f"第{at + 1}次攻坚" for at in range(len(campaigns))],
            "starts_on": pd.to_datetime([one[0] for one in campaigns]),
            "ends_on": pd.to_datetime([one[1] for one in campaigns]),
            "zones": pd.array([one[2] for one in campaigns], dtype="str"),
        },
        index=pd.Index([f"k{at + 1}" for at in range(len(campaigns))], name="code"),
    )
    return replace(county, campaigns=rows)


def reported(county: County, days: list[tuple[date, int, int]]) -> Snapshot:
    """(day, position of the cell, how many)."""
    rows = []
    for day, cell, number in days:
        code = str(county.cells.index[cell])
        noon = (day - date(1970, 1, 1)).days * DAY + 4 * 3600
        for _ in range(number):
            zone = str(county.cells["zone"].iloc[cell])
            rows.append(chance.Row(f"p{len(rows)}", zone, code, None, "reported", noon, None, None, None, False, True))
    return chance.snapshot_of(rows, county)


def zone_of(county: County, number: int) -> tuple[str, int]:
    """A zone's code, and the position of its first cell."""
    code = str(county.zones.index[number])
    return code, int(np.flatnonzero((county.cells["zone"] == code).to_numpy())[0])


def month(county: County, numbers: dict[int, tuple[int, int, int]]) -> list[tuple[date, int, int]]:
    """Problems by zone: each week of four before, in the campaign, each week of four after."""
    days = [(STARTS - timedelta(days=28), zone_of(county, 12)[1], 1)]
    for zone, (before, during, after) in numbers.items():
        cell = zone_of(county, zone)[1]
        days += [(STARTS - timedelta(days=7 * week + 1), cell, before) for week in range(4)]
        days += [(ENDS, cell, during)]
        days += [(ENDS + timedelta(days=7 * week + 7), cell, after) for week in range(4)]
    return days


def told(county: County, snapshot: Snapshot, layer: str = "zones", **chosen: object) -> pd.DataFrame:
    filters = Filters(**chosen).resolved(county.place, snapshot)  # type: ignore[arg-type]
    return effects(county, snapshot, filters, layer=layer)


def test_half_of_what_was_to_be_expected(bare: County) -> None:
    code, _ = zone_of(bare, 0)
    county = held(bare, (STARTS, ENDS, code))
    # 40 became 20, in the other zones 100 became 100 (and one more on the first of the days).
    snapshot = reported(county, month(county, {0: (10, 7, 5), 1: (20, 3, 20), 2: (5, 0, 5)}))
    found = told(county, snapshot)
    one = found.loc[code]
    assert one[["campaign", "name", "weeks"]].tolist() == ["k1", "第1次攻坚", 4]
    assert one[["before", "during", "after", "control_before", "control_after"]].tolist() == [40, 7, 20, 101, 100]
    assert one["effect"] == pytest.approx((20 / 40) / (100 / 101))
    expected = difference(
        40, 20, 101, 100,
        overdispersion(np.array([[10] * 4, [20] * 4, [5] * 4, [1, 0, 0, 0]]), np.array([[5] * 4, [20] * 4, [5] * 4])),
    )  # fmt: skip
    assert one[["low", "high"]].tolist() == pytest.approx([float(expected.low), float(expected.high)])
    assert one["finding"] == "fell"
    assert found.loc[TOGETHER, "effect"] == one["effect"]
    rest = found.drop(index=[TOGETHER, code])
    assert rest[["effect", "finding", "reason"]].isna().all(axis=None)
    assert rest["is_control"].all()
    assert not rest["had_campaign"].any()
    assert found["visits_before"].notna().all()


def test_a_general_decline_is_no_success(bare: County) -> None:
    code, _ = zone_of(bare, 0)
    county = held(bare, (STARTS, ENDS, code))
    snapshot = reported(county, month(county, {0: (10, 0, 5), 1: (30, 0, 15)}))
    one = told(county, snapshot).loc[code]
    assert one["effect"] == pytest.approx(1, abs=0.01)
    assert one["finding"] == "unclear"
    worse = reported(county, month(county, {0: (10, 0, 10), 1: (50, 0, 20)}))
    assert told(county, worse).loc[code, "finding"] == "rose"


def test_every_zone_had_one(bare: County) -> None:
    snapshot = reported(bare, month(bare, {0: (10, 0, 5), 1: (20, 0, 20)}))
    found = told(held(bare, (STARTS, ENDS, None)), snapshot)
    assert found["reason"].unique().tolist() == ["no_control"]
    assert found["had_campaign"].all()
    assert found["effect"].isna().all()


def test_too_short_too_few(bare: County) -> None:
    code, _ = zone_of(bare, 0)
    snapshot = reported(bare, month(bare, {0: (10, 0, 5), 1: (20, 0, 20)}))
    late = held(bare, (date(2026, 3, 1), date(2026, 3, 7), code))
    assert told(late, snapshot).loc[code, ["weeks", "reason"]].tolist() == [1, "too_short"]
    county = held(bare, (STARTS, ENDS, code))
    two = told(county, snapshot, as_of=chance.moment(chance.END - 18 * DAY))
    assert two.loc[code, "weeks"] == 2
    assert two.loc[code, "before"] == two.loc[TOGETHER, "before"] == 20
    # Four problems before: four and five were to be expected, at the least.
    few = told(county, reported(county, month(county, {0: (1, 0, 1), 1: (20, 0, 20)})))
    assert few.loc[code, "reason"] == "too_few"
    assert np.isnan(few.loc[code, "effect"])
    # It is not over, or has not begun.
    assert told(county, snapshot, as_of=chance.moment(chance.END - 35 * DAY)).loc[code, "reason"] == "too_short"
    assert told(county, snapshot, as_of=chance.moment(chance.END - 60 * DAY)).empty


def test_another_campaign_spoils_a_comparison_and_a_control(bare: County) -> None:
    codes = [zone_of(bare, number)[0] for number in range(3)]
    county = held(
        bare, (STARTS, ENDS, f"{codes[0]}; {codes[1]}"), (date(2026, 3, 2), date(2026, 3, 3), f"{codes[1]};{codes[2]}")
    )
    snapshot = reported(county, month(county, {0: (10, 0, 5), 1: (20, 0, 20), 2: (9, 0, 9), 3: (30, 0, 30)}))
    found = told(county, snapshot)
    first = found[found["campaign"] == "k1"]
    assert found["campaign"].unique().tolist() == ["k2", "k1"]
    assert first.loc[codes[1], "reason"] == "overlaps_another_campaign"
    assert not first.loc[codes[2], "is_control"]
    assert first.loc[codes[0], ["control_before", "control_after"]].tolist() == [121, 120]
    assert first.loc[TOGETHER, "before"] == 40  # of the zone that can be judged
    # Long before or after, it does not matter.
    apart = held(bare, (STARTS, ENDS, codes[0]), (date(2026, 3, 16), date(2026, 3, 17), codes[1]))
    assert told(apart, snapshot).query("campaign == 'k1'").loc[codes[1], "is_control"]


def test_cells_are_compared_with_the_cells_of_other_zones(bare: County) -> None:
    code, cell = zone_of(bare, 0)
    county = held(bare, (STARTS, ENDS, code))
    snapshot = reported(county, month(county, {0: (10, 7, 5), 1: (20, 3, 20), 2: (5, 0, 5)}))
    found = told(county, snapshot, "cells")
    zones = told(county, snapshot)
    columns = ["before", "during", "after", "control_before", "control_after", "effect", "low", "high", "finding"]
    assert found.loc[str(county.cells.index[cell]), columns].tolist() == zones.loc[code, columns].tolist()
    assert found.loc[TOGETHER, "before"] == 40
    others = found[found["had_campaign"]].drop(index=[TOGETHER, str(county.cells.index[cell])])
    assert set(others["reason"]) == {"too_few"}
    assert found.index.name == "cell"


def test_what_is_compared_with_does_not_depend_on_what_is_shown(bare: County) -> None:
    code, _ = zone_of(bare, 0)
    county = held(bare, (STARTS, ENDS, code))
    snapshot = reported(county, month(county, {0: (10, 7, 5), 1: (20, 3, 20)}))
    part = told(county, snapshot, zone=(code,), state=("closed",))
    assert part.index.tolist() == [TOGETHER, code]
    pd.testing.assert_frame_equal(part, told(county, snapshot).loc[[TOGETHER, code]])


def test_the_towns_own_campaign(town: Town) -> None:
    found = effects(town.county, town.snapshot, town.filters)
    assert found["name"].unique().tolist() == ["三月攻坚周"]
    assert found["reason"].unique().tolist() == ["too_short"]
    assert found.loc[TOGETHER, "during"] == found["during"].iloc[1:].sum() == 3  # p03, p10, p13
    without = effects(held(town.county), town.snapshot, town.filters)
    assert without.empty
    assert without.columns.tolist() == found.columns.tolist()
    with pytest.raises(ValueError, match="streets"):
        effects(town.county, town.snapshot, town.filters, layer="streets")
