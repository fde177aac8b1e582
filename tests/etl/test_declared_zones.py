"""Zones that a file of cells names, where the cells come before the zones; on both databases."""

import json
from pathlib import Path

import pytest
import shapely

from etl import schema
from etl.load import check, load, undo
from settings import Settings
from tests.etl.office import CELLS, EAST, SOURCE, WEST, ZONES, quiet, rows_of, settings_for, write_office


@pytest.fixture
def settings(tmp_path: Path, any_url: str) -> Settings:
    return settings_for(any_url, tmp_path)


def _cells(folder: Path, *zones: str | None) -> Path:
    """The four cells, each naming a zone or none; by area the first two are in the west, the others in the east."""
    folder.mkdir(exist_ok=True)
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {"网格编码": code, "所属片区": zone},
        }
        for (code, shape), zone in zip(CELLS.items(), zones, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (folder / "cells.geojson").write_text(text, encoding="utf-8")
    return write_office(folder, more=SOURCE.format(path="cells.geojson", layer="cells", complete="false"))


def _said(url: str) -> list[tuple[str | None, bool]]:
    cells = rows_of(url, schema.cell)
    zones = cells["zone"].astype(object).where(cells["zone"].notna(), None)
    return list(zip(zones.tolist(), cells["is_zone_declared"].astype(bool).tolist(), strict=True))


def test_a_zone_is_found_when_it_comes(tmp_path: Path, settings: Settings, any_url: str) -> None:
    # The office's zones are called 第1 and 第2; the first cell is declared against its area.
    report = load([_cells(tmp_path / "cells", "第2", WEST, None, "第3")], settings, progress=quiet)
    assert ("zones_named_kept", {"rows": 3, "examples": ["第2", WEST, "第3"]}) in report.sources[0].notes
    assert _said(any_url) == [("第2", True), (WEST, True), (None, False), ("第3", True)]
    zones = write_office(tmp_path / "zones", zones=ZONES)
    would = check([zones], settings, progress=quiet)
    report = load([zones], settings, progress=quiet)
    assert would.notes == report.notes
    assert ("declared_zones_unknown", {"rows": 1, "examples": ["第3"]}) in report.notes
    assert _said(any_url) == [(EAST, True), (WEST, True), (EAST, False), (EAST, False)]
    undo(settings)
    assert _said(any_url) == [("第2", True), (WEST, True), (None, False), ("第3", True)]


def test_in_one_run_and_in_two_the_cells_are_the_same(tmp_path: Path, settings: Settings, any_url: str) -> None:
    cells, zones = _cells(tmp_path / "cells", "第2", WEST, None, "第3"), write_office(tmp_path / "zones", zones=ZONES)
    report = load([zones, cells], settings, progress=quiet)
    (source,) = [source for source in report.sources if source.layer == "cells"]
    assert ("declared_zones_unknown", {"rows": 1, "examples": ["第3"]}) in source.notes
    assert _said(any_url) == [(EAST, True), (WEST, True), (EAST, False), (EAST, False)]
    assert [code for code, _ in load([zones, cells], settings, progress=quiet).notes] == ["nothing_new"]


def test_a_row_by_the_name_of_a_cell_has_no_zone_before_there_are_any(
    tmp_path: Path, settings: Settings, any_url: str
) -> None:
    cells = _cells(tmp_path / "cells", "第2", None, None, None)
    (cells / "巡查记录.csv").write_text("巡查时间,巡查人,网格编码\n2026-11-03,王强,999900001001001\n", encoding="utf-8")
    with (cells / "sources.toml").open("a", encoding="utf-8") as said:
        said.write(SOURCE.format(path="巡查记录.csv", layer="visits", complete="false"))
    load([cells], settings, progress=quiet)
    assert rows_of(any_url, schema.visit)["zone"].isna().all()
    load([write_office(tmp_path / "zones", zones=ZONES)], settings, progress=quiet)
    assert rows_of(any_url, schema.visit)["zone"].tolist() == [EAST]
