"""Coordinates under headings nobody knows: told by their values, before somebody finds an empty map."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from etl.columns.overlooked import overlooked
from etl.errors import NotRecognised
from etl.load import check, load
from tests.etl.office import ZONES, problem, quiet, settings_for, write_office

RNG = np.random.default_rng(5)
LON, LAT = 114.5 + RNG.random(50) / 20, 38.0 + RNG.random(50) / 20
EAST, NORTH = 500_000 + RNG.random(50) * 9_000, 4_210_000 + RNG.random(50) * 9_000


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"位置一": LON, "位置二": LAT}, ["位置一", "位置二"]),
        ({"位置一": LAT.astype(str), "备注": "x", "位置二": LON.astype(str)}, ["位置一", "位置二"]),
        ({"甲": EAST, "乙": NORTH}, ["甲", "乙"]),
        ({"甲": EAST + 38_000_000, "乙": NORTH}, ["甲", "乙"]),
        ({"点": [f"{x:.6f},{y:.6f}" for x, y in zip(LON, LAT, strict=True)]}, ["点"]),
        ({"甲": ["东经114°30′12″"] * 50, "乙": ["北纬38°03′05″"] * 50}, ["甲", "乙"]),
        ({"甲": LON, "分数": 80.5}, []),
        ({"年龄": np.arange(50) + 20, "分数": np.linspace(73, 100, 50).round(1)}, []),
        ({"电话": 13_900_000_000 + np.arange(50), "金额": np.arange(50) * 1e5, "日期": "2026-11-03"}, []),
        ({"甲": [True] * 50, "乙": None}, []),
        ({"甲": [*LON[:30], *["不详"] * 20], "乙": LAT}, []),
    ],
)
def test_by_their_values(columns: dict[str, Any], expected: list[str]) -> None:
    assert overlooked(pd.DataFrame(columns, index=range(50))) == expected


def test_an_empty_map_is_announced_before_anything_else(tmp_path: Path) -> None:
    rows = [problem(f"p{n}", 定位甲=114.5 + n / 987, 定位乙=38.0 + n / 987) for n in range(20)]
    blind = [{heading: value for heading, value in row.items() if heading not in ("经度", "纬度")} for row in rows]
    settings = settings_for(f"sqlite:///{tmp_path / 'g.sqlite'}", tmp_path)
    report = check([write_office(tmp_path / "office", blind, zones=ZONES)], settings, progress=quiet)
    assert report.sources[-1].notes[0] == ("coordinates_overlooked", {"headings": ["定位甲", "定位乙"]})
    seen = load([write_office(tmp_path / "seeing", rows, zones=ZONES)], settings, progress=quiet)
    assert "coordinates_overlooked" not in [code for code, _ in seen.sources[-1].notes]


def test_half_of_the_coordinates_refuses_the_file_in_one_sentence(tmp_path: Path, sqlite_url: str) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    load([write_office(tmp_path / "zones", zones=ZONES)], settings, progress=quiet)
    rows = [problem(str(n), 114.501 + n / 9_000 + 1e-6, 38.005 + n / 9_000 + 1e-6) for n in range(40)]
    frame = pd.DataFrame(rows).rename(columns={"经度": "位置一"})
    frame.to_csv(tmp_path / "甲.csv", index=False, encoding="utf-8")
    with pytest.raises(NotRecognised, match=r"没有找到经度列.*“位置一”列像是坐标") as caught:
        check([tmp_path / "甲.csv"], settings, progress=quiet)
    assert (caught.value.note or ("", {}))[1]["file"] == "甲.csv"
    # Pairs in one column, whatever it is called, and a column without a value are no half.
    for x in ("114.505,38.005", ""):
        other = pd.DataFrame([problem("a", x, "")]).drop(columns="纬度")
        other.to_csv(tmp_path / "乙.csv", index=False, encoding="utf-8")
        (source,) = check([tmp_path / "乙.csv"], settings, progress=quiet, coordinates={"乙.csv": "wgs84"}).sources
        assert source.accepted == 1
