"""The map of each page for the town of nine cells, whose classes can be worked out on paper."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard import queries
from dashboard.analysis import cases, density, responsibility, unseen
from dashboard.analysis.service import Rule
from dashboard.filters import Filters
from dashboard.maps import standalone, views
from dashboard.maps.page import PAGES, page_view
from dashboard.standards import read_standards
from settings import Settings
from tests import town
from tests.dashboard.conftest import Town

SETTINGS = Settings(language="zh")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    engine = queries.connect(f"sqlite:///{tmp_path_factory.mktemp('page') / 'grid.sqlite'}")
    town.write_town(engine)
    county = queries.county(engine, queries.place(engine))
    snapshot = queries.snapshot(engine, county, Settings().patrol_minutes)
    return SimpleNamespace(county=county, snapshot=snapshot, filters=Filters().resolved(county.place, snapshot))


def _page(data: Any, name: str, filters: Filters | None = None, **more: Any) -> views.layers.MapView:
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


def test_share_in_reach_with_the_facilities_that_serve(data: SimpleNamespace, tmp_path: Path) -> None:
    """75 m around the toilet in C5: all of it, slivers of its four neighbours, nothing of the corners."""
    own = tmp_path / "own.toml"
    own.write_text("[toilet.radius]\nvalue = 75\n", encoding="utf-8")
    near = read_standards(own)
    view = page_view("coverage", data.county, data.snapshot, data.filters, settings=SETTINGS, standards=near,
                     kind="unserved_toilet")  # fmt: skip
    assert view.polygons is not None and view.legend is not None
    assert _classes(view) == [5, 4, 5, 4, 0, 4, 5, 4, 5]
    hatched = [bool(view.polygons.scale.swatches[which].edge) for which in _classes(view)]
    assert hatched == [code != "C5" for code in town.CELLS]
    (toilets,) = view.points
    assert (toilets.kind, toilets.codes.tolist(), toilets.radius_m, toilets.is_shown) == ("toilet", ["f1"], 75, True)
    assert view.legend.note == "半径 75 米，直线距离" and len(view.legend.swatches) == 6
    told = {row.label: row.values[5] for row in view.polygons.rows}
    assert told["最近公厕"] == "中心公厕" and told["直线距离（米）"] == pytest.approx(50, abs=1e-3)
    assert told["人口（人）"] == "600"
    rule = Rule("toilet", "life_circle.ten_minutes", "on_foot")
    assert set(_classes(_page(data, "coverage", kind="unserved_toilet", rule=rule))) == {0}


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
    assert view.polygons.classes.tolist() == [1, 2]


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


def _labels(view: views.layers.MapView) -> list[str]:
    assert view.legend is not None
    return [swatch.label for swatch in view.legend.swatches]


@pytest.mark.parametrize(
    ("page", "more"),
    [("overview", {}), ("heat", {}), ("heat", {"layer": "zones", "measure": "problems"}), ("responsibility", {})],
)
def test_nothing_is_hatched_where_nothing_is_on_record(bare_town: Town, page: str, more: dict[str, str]) -> None:
    view = _page(bare_town, page, **more)
    assert view.polygons is not None and view.legend is not None
    swatches = view.polygons.scale.swatches
    assert not any(swatches[which].hatch for which in view.polygons.classes)
    assert not any(swatch.hatch for swatch in view.legend.swatches)
    assert _labels(view)[0] == "0"
    assert len(_labels(view)) == 6


@pytest.mark.parametrize(
    ("kind", "layer"),
    [
        ("unassigned", "责任分派"),
        ("unvisited", "巡查记录"),
        ("unserved_toilet", "设施"),
        ("unserved_market", "设施"),
        ("unserved_litter_bin", "设施"),
    ],
)
def test_what_is_not_on_record_is_drawn_blank_and_the_legend_says_what_to_load(
    bare_town: Town, kind: str, layer: str
) -> None:
    view = _page(bare_town, "coverage", kind=kind)
    assert _classes(view) == [255] * 9
    assert _labels(view) == []
    assert view.legend is not None and "还没有录入" in view.legend.note and layer in view.legend.note


def test_without_grid_workers_cells_show_their_own_open_problems(bare_town: Town) -> None:
    view = _page(bare_town, "responsibility")
    assert _classes(view) == [0, 1, 1, 0, 3, 0, 0, 0, 0]  # C5 has four; C6 only default points
    assert view.legend is not None
    assert (view.title, view.legend.title) == ("未销号（件）", "未销号（件）")
    assert "责任分派" in view.legend.note


def test_zones_that_nobody_looked_at_are_hatched(data: SimpleNamespace) -> None:
    early = Filters(as_of=town.at("02-11 12:00")).resolved(data.county.place, data.snapshot)
    view = _page(data, "heat", early, layer="zones", measure="problems")
    assert view.polygons is not None
    assert view.polygons.classes.tolist() == [0, 1]  # C2 was visited on the day before, p08 lies in the south
    only = replace(early, start=early.start, end=town.at("02-09").date())  # type: ignore[union-attr]
    view = _page(data, "heat", only, layer="zones", measure="problems")
    assert view.polygons is not None and view.polygons.classes.tolist() == [view.polygons.scale.unvisited] * 2


def test_weeks_are_hatched_only_where_visits_are_kept(data: SimpleNamespace, bare_town: Town) -> None:
    look = views.MapStyle("zh", "")
    ends = pd.DatetimeIndex(["2026-03-15", "2026-03-22"])
    for source in (data, bare_town):
        county = source.county
        seen = unseen.by_week(county, source.filters, layer="cells", week_ends=ends)
        counts = np.zeros((2, 9), dtype=np.int64)
        frames = views.weeks(county, counts, ends=[end.date() for end in ends], look=look, unvisited=seen)
        cells = density.cells(county, source.snapshot, source.filters)
        view = views.heat(county, cells, look=look, frames=frames)
        is_kept = source is data
        assert any(swatch.hatch for swatch in view.legend.swatches) == is_kept  # type: ignore[union-attr]
        assert set(np.unique(frames.classes)) == ({0, 6} if is_kept else {0})


@pytest.mark.parametrize("page", PAGES)
def test_every_page_leaves_the_app_as_one_file(data: SimpleNamespace, tmp_path: Path, page: str) -> None:
    standalone.write(_page(data, page), tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "内部用图" in text
    assert "<link" not in text
    assert "<script src" not in text


@pytest.mark.parametrize(
    ("given", "language", "shown"),
    [
        ("", "zh", "内部用图"),
        ("", "en", "For internal use"),
        ("审图号 冀S(2026)001", "zh", "审图号 冀S(2026)001"),
        ("审图号 冀S(2026)001", "en", "审图号 冀S(2026)001"),
    ],
)
def test_the_mark_speaks_the_language_of_the_map_unless_it_is_given(given: str, language: str, shown: str) -> None:
    assert views.MapStyle.of(Settings(map_mark=given), language).mark == shown


def test_a_map_of_a_place_that_nobody_named_says_so(data: SimpleNamespace) -> None:
    nameless = replace(data.county, place=replace(data.county.place, name=town.PLACE))
    view = views.heat(nameless, density.cells(nameless, data.snapshot, data.filters), look=views.MapStyle("en", ""))
    assert "Unnamed place (999900) Heat" in standalone.folium_map(view).get_root().render()


def test_a_page_without_a_map_is_refused(data: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="no page 'data'"):
        _page(data, "data")


@pytest.mark.parametrize("page", PAGES)
def test_a_file_says_when_and_of_what_it_was_made(data: SimpleNamespace, page: str) -> None:
    view = _page(data, page, made_on=date(2026, 3, 21))
    told = "；".join(view.facts)
    assert told == ("时点 2026-03-20 12:00；时段 2026-02-23 — 2026-03-22；未筛选；数据第 1 版；制图 2026-03-21")
    html = standalone.folium_map(view).get_root().render()
    assert all(fact in html for fact in (*view.facts, "示范县", view.mark))


@pytest.mark.parametrize("more", [{"name": "heat"}, {"name": "heat", "layer": "points"}, {"name": "overview"},
                                  {"name": "coverage"}, {"name": "responsibility"}], ids=str)  # fmt: skip
def test_a_tooltip_of_a_file_names_cell_code_and_worker(data: SimpleNamespace, more: dict[str, str]) -> None:
    drawn = [getattr(child, "data", None) for child in standalone.folium_map(_page(data, **more))._children.values()]
    found = [feature["properties"] for layer in drawn if layer for feature in layer["features"]]
    tips = [properties["tip"] for properties in found if "tip" in properties]
    workers = responsibility.table(data.county, data.snapshot, data.filters)["worker"]
    assert workers.notna().any() and workers.isna().any() and len(tips) == len(workers)
    for tip, (code, worker) in zip(tips, workers.items(), strict=True):
        assert f"{data.county.cells['name'][code]}</b><br><small>{code}</small>" in tip
        assert f"网格员 {'无人' if pd.isna(worker) else worker}" in tip


def test_a_tooltip_of_a_zone_names_its_leader_and_nobody_is_made_up(data: SimpleNamespace, bare_town: Town) -> None:
    rows = _page(data, "heat", layer="zones").polygons.rows  # type: ignore[union-attr]
    assert rows[0].label == "片长" and len(rows[0].values) == 2
    view = page_view("heat", bare_town.county, bare_town.snapshot, bare_town.filters, settings=SETTINGS,
                     standards=read_standards())  # fmt: skip
    assert "网格员" not in [row.label for row in view.polygons.rows]  # type: ignore[union-attr]
