"""Headings of one to three rows, and what stands between and below the rows of a table."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.read.headings import find_headings
from tests.etl.read.reading import one, rows_of, workbook, write

THREE: list[list[Any]] = [
    ["序号", "基本情况", None, None, None, "整改情况", None, None, None, "备注"],
    [None, "类别", "位置", None, None, "责任单位", "时间", None, "状态", None],
    [None, None, "地址", "经度", "纬度", None, "发现时间", "整改时限", None, None],
    [1, "占道经营", "人民路", 114.5, 38.0, "城管局", "2026-11-03", "2026-11-10", "整改中", None],
]
MERGES = [(0, 0, 2, 0), (0, 1, 0, 4), (0, 5, 0, 8), (0, 9, 2, 9), (1, 2, 1, 4), (1, 6, 1, 7), (1, 1, 2, 1)]


@pytest.mark.parametrize("merges", [MERGES, []])
def test_three_levels_with_and_without_merged_ranges(merges: list[tuple[int, int, int, int]]) -> None:
    found = find_headings(THREE, merges=merges)
    assert found is not None
    assert (found.first, found.last) == (0, 2)
    assert found.names == [
        "序号", "基本情况/类别", "基本情况/位置/地址", "基本情况/位置/经度", "基本情况/位置/纬度", "整改情况/责任单位",
        "整改情况/时间/发现时间", "整改情况/时间/整改时限", "整改情况/状态", "备注",
    ]  # fmt: skip


@pytest.mark.parametrize("merges", [[(0, 0, 1, 0), (0, 1, 0, 2)], []])
def test_two_levels(merges: list[tuple[int, int, int, int]]) -> None:
    rows = [["编号", "经纬度", None, "状态"], [None, "经度", "纬度", None], ["A1", 114.5, 38.0, "整改中"]]
    found = find_headings(rows, merges=merges)
    assert found is not None
    assert (found.names, found.last) == (["编号", "经纬度/经度", "经纬度/纬度", "状态"], 1)


@pytest.mark.parametrize(
    "row", [["A1", "人民路", None, None], [None, "人民路", None, None], [None, "1", "2", None], ["A1", None, None, "x"]]
)
def test_a_row_of_data_is_no_level(row: list[str | None]) -> None:
    found = find_headings([["编号", "位置", None, "状态"], row, ["A2", "x", "y", "z"]])
    assert found is not None
    assert found.last == 0


def test_headings_that_come_again_and_the_title_above_them_are_no_rows(tmp_path: Path) -> None:
    headings = ["问题类别", "发现\n时间", "数量"]
    rows = [
        ["占道", "2026-11-03", 1],
        [],
        ["上月遗留问题"],
        ["问题类别", "发现时间", "数量"],
        ["乱贴", "2026-10-03", 2],
    ]
    table = one(workbook(tmp_path / "a.xlsx", ("一", rows_of(headings, *rows))))
    assert table.frame["问题类别"].tolist() == ["占道", "乱贴"]
    assert table.row_numbers.tolist() == [2, 6]
    assert ("heading_rows", {"rows": [5], "count": 1}) in table.notes
    assert ("title_rows", {"rows": [4], "count": 1}) in table.notes
    text = "\n".join(",".join(map(str, row)) for row in [["问题类别", "发现时间", "数量"], *rows[3:], *rows[3:]])
    assert one(write(tmp_path / "a.csv", text)).row_numbers.tolist() == [3, 5]


def test_a_word_that_is_also_a_heading_is_no_heading_row(tmp_path: Path) -> None:
    table = one(write(tmp_path / "a.csv", "类别,描述,状态\n类别,不明,整改中\n状态,描述,x\n"))
    assert len(table.frame) == 2


def test_remarks_below_are_no_rows_and_short_rows_are(tmp_path: Path) -> None:
    rows = [
        ["A1", "x", "y", "z"],
        ["A2"],
        ["合计", "", "", "3"],
        ["注：红色为必填"],
        [],
        ["填表人：王强  审核人：李梅"],
    ]
    table = one(workbook(tmp_path / "a.xlsx", ("一", rows_of(["编号", "甲", "乙", "丙"], *rows))))
    assert table.frame["编号"].tolist() == ["A1", "A2"]
    assert ("remark_rows", {"rows": [5, 7], "count": 2}) in table.notes
    narrow = one(write(tmp_path / "a.csv", "单位名称,电话\n注：城管局,\n"))
    assert len(narrow.frame) == 1


def test_blank_rows_alone_are_not_noted() -> None:
    from etl.read.body import data_rows

    frame = pd.DataFrame({"编号": ["A1", None], "甲": ["x", None]}, dtype="str")
    kept, numbers, notes = data_rows(frame, pd.RangeIndex(2, 4).to_numpy())
    assert (len(kept), numbers.tolist(), notes) == (1, [2], [])
