"""A list of cells without shapes, loaded on both databases."""

from pathlib import Path

from etl import schema
from etl.load import load, undo
from tests.etl.office import CELLS, ZONES, quiet, rows_of, settings_for, write_office


def test_a_list_changes_attributes_and_nothing_else(tmp_path: Path, any_url: str) -> None:
    settings = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", zones=ZONES, cells=CELLS)], settings, progress=quiet)
    before = rows_of(any_url, schema.cell).set_index("code")
    first, second, *_ = CELLS
    path = tmp_path / "网格清单.csv"
    path.write_text(
        f"网格编码,人口,商铺数,网格员,启用日期\n{first},120,8,王强,2026-01-01\n{second},130,,李梅,\n1,1,1,x,\n",
        encoding="utf-8",
    )
    report = load([path], settings, progress=quiet)
    (cells,) = [source for source in report.sources if source.layer == "cells"]
    assert not {"cells_leave_holes", "cells_overlap"} & {code for code, _ in cells.notes}
    assert (cells.accepted, cells.refused, cells.new, cells.changed) == (2, 1, 0, 2)
    after = rows_of(any_url, schema.cell).set_index("code")
    assert after.loc[first, ["people", "shopfronts"]].tolist() == [120, 8]
    assert after["people"].notna().sum() == 2
    same = ["name", "zone", "is_zone_declared", "area_m2", "created_run"]
    assert after[same].equals(before[same])
    assert [a.equals(b) for a, b in zip(after["geometry"], before["geometry"], strict=True)] == [True] * len(CELLS)
    events = rows_of(any_url, schema.row_event).query("column != 'source_id'")
    assert sorted(zip(events["key"], events["column"], strict=True)) == [
        (first, "people"), (first, "shopfronts"), (first, "valid_from"), (second, "people"),
    ]  # fmt: skip
    assert rows_of(any_url, schema.assignment)["party"].tolist() == ["王强", "李梅"]

    again = load([path], settings, progress=quiet)
    assert [source.changed for source in again.sources] == [0] * len(again.sources)
    undo(settings)
    undo(settings)
    assert rows_of(any_url, schema.cell)["people"].isna().all()
