"""A list of places where something may be built: facilities that serve nobody yet."""

from pathlib import Path

import pandas as pd
import pytest

from etl import schema
from etl.load import load
from tests.etl.office import CELLS, PLACE, SOURCE, ZONES, quiet, rows_of, settings_for, write_office

_WORDS = ("规划", "拟建", "候选", "备选", "待选", "candidate", "Planned")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_of_candidates_is_planned_facilities(tmp_path: Path, sqlite_url: str, form: str) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    load([write_office(tmp_path / "office", zones=ZONES, cells=CELLS)], settings, progress=quiet)
    folder = tmp_path / "list"
    folder.mkdir()
    rows = [(f"候选点{at}", "公厕", word, 114.502 + at / 500, 38.005) for at, word in enumerate(_WORDS)]
    frame = pd.DataFrame(rows, columns=["名称", "类型", "状态", "经度", "纬度"])
    if form == "csv":
        frame.to_csv(folder / "公厕候选点.csv", index=False, encoding="gb18030")
    else:
        frame.to_excel(folder / "公厕候选点.xlsx", index=False)
    declared = SOURCE.format(path=f"公厕候选点.{form}", layer="facilities", complete="false")
    (folder / "sources.toml").write_text(PLACE.format(code="999900") + declared, encoding="utf-8")
    report = load([folder], settings, progress=quiet)
    assert [source.accepted for source in report.sources] == [len(_WORDS)]
    found = rows_of(sqlite_url, schema.facility)
    assert set(found["status"]) == {"planned"} and set(found["kind"]) == {"toilet"}
    assert sorted(found["name"]) == sorted(frame["名称"])
