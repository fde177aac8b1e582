"""Maps of statistics as files: the classes of the analysis, a sentence where nothing is said, tooltips with numbers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from dashboard.__main__ import MEASURES, main
from dashboard.analysis import density, hotspots, trends
from dashboard.filters import Filters
from dashboard.maps import spots, standalone, style, views
from dashboard.maps.page import page_view
from dashboard.screen import spots as screen
from dashboard.standards import read_standards
from dashboard.text import t
from etl.database import connect
from settings import Settings
from tests import town as towns
from tests.dashboard.conftest import Town, opened


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A hundred cells, and half of the problems around one of them."""
    engine: sa.Engine = connect(f"sqlite:///{tmp_path_factory.mktemp('spots') / 'city.sqlite'}")
    towns.fake_county(engine, cells=100, problems=4_000)
    found = opened(engine)
    cell = found.snapshot.cell.copy()
    crowd = hotspots.queen_weights(found.county.cells)[[44]].indices
    cell[::2] = np.resize(crowd, len(cell[::2]))
    yield found._replace(snapshot=replace(found.snapshot, cell=cell))
    engine.dispose()


def _page(town: Town, measure: str, *, filters: Filters | None = None, language: str = "zh", **more: Any) -> Any:
    return page_view("heat", town.county, town.snapshot, filters or town.filters, settings=Settings(language=language),
                     standards=read_standards(), measure=measure, **more)  # fmt: skip


def _colours(view: views.layers.MapView) -> list[str]:
    assert view.polygons is not None
    swatches = view.polygons.scale.swatches
    return ["" if each == style.NOT_DRAWN else swatches[each].colour for each in view.polygons.classes]


def test_a_file_has_the_hotspots_of_the_table(city: Town) -> None:
    frame = hotspots.cells(city.county, city.snapshot, city.filters).frame
    colours = {-3: spots.COLD[2], -2: spots.COLD[1], -1: spots.COLD[0], 0: spots.NEITHER}
    colours |= {1: spots.HOT[0], 2: spots.HOT[1], 3: spots.HOT[2]}
    view = _page(city, "hotspots")
    assert frame["class_"].max() == 3
    assert _colours(view) == [colours[each] for each in frame["class_"]]
    rows = {row.label: row.values for row in view.polygons.rows}
    assert rows["偏离程度 z"] == pytest.approx(frame["z"].to_numpy())
    assert rows["问题数（件）"].tolist() == frame["problems"].tolist()


def test_every_class_has_a_colour_of_its_own(city: Town) -> None:
    frame = hotspots.cells(city.county, city.snapshot, city.filters).frame.assign(is_unseen=False)
    frame["class_"] = np.resize([-3, -2, -1, 0, 1, 2, 3], len(frame))
    view = spots.hotspots(city.county, frame, layer="cells", look=views.MapStyle("zh", ""))
    told = [*reversed(spots.COLD), spots.NEITHER, *spots.HOT]
    assert _colours(view)[:7] == told
    assert len(set(told)) == 7
    assert view.legend is not None
    assert [each.colour for each in view.legend.swatches][:7] == told[::-1]


@pytest.mark.parametrize("layer", ["cells", "zones"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_stands_in_the_legend_and_nothing_is_coloured(town: Town, layer: str, language: str) -> None:
    view = _page(town, "hotspots", layer=layer, language=language)
    assert set(_colours(view)) == {""}
    count = 9 if layer == "cells" else 2
    said = {"zh": f"只有 {count} 个", "en": f"{count} "}[language]
    assert view.legend is not None
    assert view.legend.note.startswith(said) or said in view.legend.note
    assert view.legend.swatches == ()
    assert view.legend.note in standalone.folium_map(view).get_root().render()


def test_change_by_hand(town: Town) -> None:
    # Four weeks before, p08 alone: C9 has one fewer. C1 two, C2, C3, C4 one, C5 four more.
    frame = density.cells(town.county, town.snapshot, town.filters)
    assert frame["change"].tolist() == [2, 1, 1, 1, 4, 0, 0, 0, -1]
    assert _colours(_page(town, "change")) == [
        spots.HOT[1], spots.HOT[0], spots.HOT[0], spots.HOT[0], spots.HOT[1],
        "#ffffff", "#ffffff", "#ffffff", spots.COLD[0],
    ]  # fmt: skip
    # C6, C7 and C8 have none and had none, and nobody looked; C9 had one.
    view = _page(town, "change")
    assert view.polygons is not None and view.legend is not None
    hatched = [view.polygons.scale.swatches[each].hatch is not None for each in view.polygons.classes]
    assert hatched == [False] * 5 + [True] * 3 + [False]
    assert t("map.unvisited", "zh") in [swatch.label for swatch in view.legend.swatches]
    assert "2026-01-26 — 2026-02-22" in view.legend.note


def test_change_hatches_nothing_where_no_visits_are_kept(bare_town: Town) -> None:
    view = _page(bare_town, "change")
    assert view.legend is not None
    assert not [swatch for swatch in view.legend.swatches if swatch.hatch]


def test_a_trend_of_zones_tells_numbers_where_hotspots_are_too_few(city: Town) -> None:
    found = trends.cells(city.county, city.snapshot, city.filters, layer="zones")
    view = _page(city, "trend", layer="zones")
    assert view.legend is not None
    assert spots.refusal(found, layer="zones", language="zh") in view.legend.note
    assert f"近 {len(found.weeks)} 个整周" in view.legend.note
    worded = {"steady": spots.NEITHER, "rising": spots.HOT[2], "falling": "#ffffff"}
    assert _colours(view) == [worded[way] for way in found.frame["way"]]


def test_trends_of_cells_are_coloured_by_their_group(city: Town) -> None:
    found = trends.cells(city.county, city.snapshot, city.filters)
    assert found.reason is None
    view = _page(city, "trend")
    names = list(spots.GROUPS)
    expected = [0 if spots.group(each) is None else names.index(spots.group(each) or "") + 1
                for each in found.frame["category"]]  # fmt: skip
    assert view.polygons.classes.tolist() == expected


def test_a_zone_that_is_filtered_out_is_blank(city: Town) -> None:
    zone = city.county.zones.index[0]
    view = _page(city, "hotspots", filters=city.at(zone=(zone,)))
    outside = (city.county.cells["zone"] != zone).to_numpy()
    assert outside.any()
    assert (view.polygons.classes == style.NOT_DRAWN).tolist() == outside.tolist()


def test_the_command_line_knows_what_the_screen_shows() -> None:
    from dashboard.pages.heat import AMOUNTS

    assert (*AMOUNTS, *screen.VIEWS) == MEASURES
    assert set(AMOUNTS) <= set(style.MEASURES)


@pytest.mark.parametrize("measure", spots.VIEWS)
@pytest.mark.parametrize("layer", ["cells", "zones"])
def test_a_file_from_the_command_line(town: Town, tmp_path: Path, measure: str, layer: str) -> None:
    path = tmp_path / "map.html"
    arguments = ["map", "heat", "--measure", measure, "--layer", layer, "-o", str(path), "--language", "zh"]
    assert main([*arguments, "--database", str(town.engine.url)]) == 0
    text = path.read_text(encoding="utf-8")
    assert "时点 2026-03-20 12:00" in text and "数据第 1 版" in text
    assert 'src="http' not in text
