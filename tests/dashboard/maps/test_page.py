"""The map of each page for the town of nine cells, whose classes can be worked out on paper."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard import queries
from dashboard.analysis import cases
from dashboard.filters import Filters
from dashboard.maps import standalone, views
from dashboard.maps.page import PAGES, page_view
from dashboard.standards import read_standards
from settings import Settings
from tests import town

SETTINGS = Settings(language="zh")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    engine = queries.connect(f"sqlite:///{tmp_path_factory.mktemp('page') / 'grid.sqlite'}")
    town.write_town(engine)
    county = queries.county(engine, queries.place(engine))
    snapshot = queries.snapshot(engine, county)
    return SimpleNamespace(county=county, snapshot=snapshot, filters=Filters().resolved(county.place, snapshot))


def _page(data: SimpleNamespace, name: str, filters: Filters | None = None, **more: str) -> views.layers.MapView:
    standards = read_standards()
    chosen = filters or data.filters
    return page_view(name, data.county, data.snapshot, chosen, settings=SETTINGS, standards=standards, **more)


def _classes(view: views.layers.MapView) -> list[int]:
    assert view.polygons is not None
    assert view.polygons.codes.tolist() == list(town.CELLS)
    return view.polygons.classes.tolist()


def test_nobody_answers_for_three_cells(data: SimpleNamespace) -> None:
    assert _classes(_page(data, "coverage", kind="unassigned")) == [0, 0, 1, 0, 1, 0, 0, 0, 1]


def test_nobody_looked_at_five_cells(data: SimpleNamespace) -> None:
    assert _classes(_page(data, "coverage", kind="unvisited")) == [0, 1, 0, 0, 0, 1, 1, 1, 1]


def test_problems_of_the_period_by_cell(data: SimpleNamespace) -> None:
    # C1 two, C2 one, C3 one, C4 one, C5 four; C6 only default points, and nobody looked at C6 … C9.
    view = _page(data, "heat", measure="problems")
    assert view.polygons is not None
    hatched = view.polygons.scale.unvisited
    assert _classes(view) == [2, 1, 1, 1, 3, hatched, hatched, hatched, hatched]


def test_the_order_of_zones_and_the_row_outside_do_not_shift_classes(data: SimpleNamespace) -> None:
    view = _page(data, "heat", layer="zones", measure="problems")
    assert view.polygons is not None
    assert view.polygons.codes.tolist() == [town.NORTH, town.SOUTH]
    assert view.polygons.classes.tolist() == [1, 1]


def test_cells_that_are_filtered_out_are_left_blank(data: SimpleNamespace) -> None:
    only = Filters(zone=(town.NORTH,)).resolved(data.county.place, data.snapshot)
    assert _classes(_page(data, "heat", only, measure="problems"))[3:] == [255] * 6


def test_a_cell_without_a_worker_is_hatched_in_red(data: SimpleNamespace) -> None:
    view = _page(data, "responsibility")
    assert view.polygons is not None
    swatches = view.polygons.scale.swatches
    nobody = [bool(swatches[which].hatch) for which in view.polygons.classes]
    assert nobody == [False, False, True, False, True, False, False, False, True]


def test_single_problems_are_those_with_a_place_of_their_own(data: SimpleNamespace) -> None:
    rows = cases.rows(data.county, data.snapshot, data.filters, "all", located=True)
    moment = data.filters.moment
    found = views.problem_points(data.county, data.snapshot, rows, moment=moment, language="zh")
    assert not {"p12", "p14", "p15"} & set(found.index)
    lon, lat = town.degrees(150, 250)
    assert found.loc["p03", "lon"] == pytest.approx(lon, abs=1e-7)
    assert found.loc["p03", "lat"] == pytest.approx(lat, abs=1e-7)
    assert found.loc["p03", "title"] == "垃圾\n整改中 · 2026-03-09"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_leaves_the_app_as_one_file(data: SimpleNamespace, tmp_path: Path, page: str) -> None:
    standalone.write(_page(data, page), tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "内部用图" in text
    assert "<link" not in text
    assert "<script src" not in text


def test_a_page_without_a_map_is_refused(data: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="no page 'data'"):
        _page(data, "data")
