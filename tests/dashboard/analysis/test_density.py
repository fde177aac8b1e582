import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import density
from dashboard.analysis.cases import cases
from tests.dashboard import chance
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH, at


def test_zones_worked_out_on_paper(town: Town) -> None:
    zones = density.zones(town.county, town.snapshot, town.filters)
    assert zones.index.tolist() == [NORTH, SOUTH, "-"]
    assert zones["problems"].tolist() == [4, 6, 2]
    assert zones["open"].tolist() == [2, 5, 1]
    assert zones["overdue"].tolist() == [1, 3, 0]
    assert zones["closed"].tolist() == [2, 2, 1]
    assert zones["at_default_point"].tolist() == [0, 2, 0]
    assert zones["cells"].tolist() == [3, 6, 0]
    assert zones["problems_per_km2"].tolist()[:2] == pytest.approx([4 / 0.03, 6 / 0.075])
    assert np.isnan(zones["problems_per_km2"]["-"])
    assert zones["name"].tolist()[:2] == ["北片区", "南片区"]


def test_default_points_are_let_in_when_asked_for(town: Town) -> None:
    zones = density.zones(town.county, town.snapshot, town.at(with_default_points=True))
    assert zones["problems"].tolist() == [4, 8, 2]
    assert zones["at_default_point"].tolist() == [0, 0, 0]


def test_cells_worked_out_on_paper(town: Town) -> None:
    cells = density.cells(town.county, town.snapshot, town.filters)
    assert cells["problems"].tolist() == [2, 1, 1, 1, 4, 0, 0, 0, 0]
    assert cells["open"].tolist() == [0, 1, 1, 0, 4, 0, 0, 0, 0]
    assert cells.loc["C5", "open_per_km2"] == pytest.approx(400)
    assert cells.loc["C9", "change"] == -1  # p08 was reported in the four weeks before
    assert cells.index[cells["is_unvisited"]].tolist() == ["C2", "C6", "C7", "C8", "C9"]


def test_filters_choose_the_rows(town: Town) -> None:
    assert density.zones(town.county, town.snapshot, town.at(zone=(SOUTH, "-"))).index.tolist() == [SOUTH, "-"]
    assert density.cells(town.county, town.snapshot, town.at(zone=(NORTH,))).index.tolist() == ["C1", "C2", "C3"]
    assert density.cells(town.county, town.snapshot, town.at(cell="C5")).index.tolist() == ["C5"]
    assert density.cells(town.county, town.snapshot, town.at(cell="-")).empty
    assert density.cells(town.county, town.snapshot, town.at(zone=("no such",))).empty


def test_points_have_metres_and_are_where_the_map_puts_them(town: Town) -> None:
    points = density.points(town.county, town.snapshot, town.filters, measure="overdue")
    assert town.codes(points["row"].to_numpy()) == {"p03", "p05", "p07", "p10"}
    p03 = points[town.snapshot.keys[points["row"]] == "p03"].iloc[0]
    assert (p03["x_m"], p03["y_m"]) == pytest.approx((500_150, 4_210_250), abs=0.001)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), with_default=st.booleans(), hours=st.integers(0, 2000))
def test_zones_and_outside_are_all_problems(town: Town, data: st.DataObject, with_default: bool, hours: int) -> None:
    snapshot = chance.snapshot_of(data.draw(chance.rows_of(town.county)), town.county)
    filters = town.at(with_default_points=with_default, as_of=chance.moment(chance.END - hours * chance.HOUR))
    zones = density.zones(town.county, snapshot, filters)
    everything = cases(town.county, snapshot, filters)
    assert zones["problems"].sum() + zones["at_default_point"].sum() == everything.count("problems")
    located = cases(town.county, snapshot, filters, located=True)
    for measure in density.MEASURES:
        assert zones[measure].sum() == located.count(measure)
    cells = density.cells(town.county, snapshot, filters)
    assert cells["open"].sum() == np.count_nonzero(located.mask("open") & (snapshot.cell >= 0))


def test_the_mean_is_over_all_zones_and_four_weeks(town: Town) -> None:
    # 16 problems between 5 January and 20 March: 75 days on 0.105 km².
    assert density.mean_per_km2(town.county, town.snapshot) == pytest.approx(16 / (75 / 28) / 0.105)


def test_before_anything_was_reported_there_is_nothing(town: Town) -> None:
    zones = density.zones(town.county, town.snapshot, town.at(as_of=at("2025-01-01 00:00")))
    assert not zones[["problems", "open", "overdue", "closed", "deferred"]].to_numpy().any()
