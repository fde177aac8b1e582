"""Cells that begin and end: rows belong to the one in force on their day, on both databases."""

import json
from pathlib import Path

import pandas as pd
import shapely

from etl import schema
from etl.load import check, load, undo
from tests.etl.office import SOURCE, WEST, ZONES, problem, quiet, rows_of, settings_for, write_office

OLD, NEW, NEXT = "999900001001001", "999900001001009", "999900001001002"
GROUND = shapely.box(114.50, 38.00, 114.51, 38.01)


def _cells(folder: Path, **until: str | None) -> Path:
    """An old cell, its successor on the same ground, and a neighbour without terms."""
    folder.mkdir(exist_ok=True)
    said = {OLD: (GROUND, None, "2026-06-30"), NEW: (GROUND, "2026-07-01", None)}
    said[NEXT] = (shapely.box(114.50, 38.01, 114.51, 38.02), None, None)
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {
                "编码": code,
                "启用日期": begins,
                "停用日期": until.get("old", ends) if code == OLD else ends,
            },
        }
        for code, (shape, begins, ends) in said.items()
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (folder / "cells.geojson").write_text(text, encoding="utf-8")
    write_office(folder, more=SOURCE.format(path="cells.geojson", layer="cells", complete="false"))
    return folder


def _at(code: str, day: str) -> dict[str, object]:
    return problem(code, 114.505, 38.005, 发现时间=day, 整改时限="")


PROBLEMS = [_at("last_day", "2026-06-30 23:30"), _at("first_day", "2026-07-01 00:30"), _at("long_ago", "2020-01-01")]


def test_a_row_is_in_the_cell_that_was_in_force_on_its_day(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    office = write_office(tmp_path / "office", PROBLEMS, zones=ZONES)
    visits = pd.DataFrame({"巡查时间": ["2026-06-30", "2026-07-01"], "经度": 114.505, "纬度": 38.005, "巡查人": "王强"})
    visits.to_csv(office / "巡查记录.csv", index=False)
    facilities = pd.DataFrame({"编码": ["f"], "名称": "东街公厕", "类别": "公厕", "经度": 114.505, "纬度": 38.005})
    facilities.assign(建成时间="2015-01-01").to_csv(office / "公厕.csv", index=False)
    with (office / "sources.toml").open("a", encoding="utf-8") as said:
        said.write(SOURCE.format(path="巡查记录.csv", layer="visits", complete="false"))
        said.write(SOURCE.format(path="公厕.csv", layer="facilities", complete="false"))
    cells = _cells(tmp_path / "cells")
    report = load([cells], settings, progress=quiet)
    assert "cells_overlap" not in [code for source in report.sources for code, _ in source.notes]
    load([office], settings, progress=quiet)
    found = rows_of(any_url, schema.problem).set_index("code")["cell"]
    assert found[["last_day", "first_day", "long_ago"]].tolist() == [OLD, NEW, OLD]
    assert rows_of(any_url, schema.visit).sort_values("visited_at")["cell"].tolist() == [OLD, NEW]
    # A facility stands to this day, whenever it was opened.
    assert rows_of(any_url, schema.facility)["cell"].tolist() == [NEW]
    assert rows_of(any_url, schema.problem)["zone"].tolist() == [WEST] * 3


def test_another_term_moves_the_rows_that_are_there(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", PROBLEMS, zones=ZONES)], settings, progress=quiet)
    load([_cells(tmp_path / "cells")], settings, progress=quiet)
    later = _cells(tmp_path / "cells", old="2026-07-01")
    would = check([later], settings, progress=quiet)
    report = load([later], settings, progress=quiet)
    assert ("rows_moved", {"rows": 1}) in report.notes
    assert would.notes == report.notes
    assert rows_of(any_url, schema.problem).set_index("code").loc["first_day", "cell"] == OLD
    assert "cells_overlap" in [code for source in report.sources for code, _ in source.notes]
    undo(settings)
    assert rows_of(any_url, schema.problem).set_index("code").loc["first_day", "cell"] == NEW
