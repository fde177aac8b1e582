"""CSV and its kin."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.etl.read.reading import codes, one, write


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(tmp_path: Path, separator: str) -> None:
    rows = ["编号", "问题描述", "经度"], ["00123", '"有, ; | 的""描述"""', "114.123456789012345"]
    table = one(write(tmp_path / "a.csv", "\r\n".join(separator.join(row) for row in rows)))
    assert table.frame.iloc[0].tolist() == ["00123", '有, ; | 的"描述"', "114.123456789012345"]


def test_title_lines_blank_lines_line_breaks_and_totals_keep_line_numbers(tmp_path: Path) -> None:
    text = '示范县台账,,\n填报单位：城管局,,\n\n编号,描述,数量\n1,"两\n行",5\n\n2,一行,6\n合 计,,11\n3,又一行,7\n'
    table = one(write(tmp_path / "a.csv", text))
    assert list(table.frame.columns) == ["编号", "描述", "数量"]
    assert table.frame["编号"].tolist() == ["1", "2", "3"]
    assert table.row_numbers.tolist() == [5, 8, 10]
    assert ("total_rows", {"rows": [9], "count": 1}) in table.notes


def test_statements_above_a_narrow_table_are_no_headings(tmp_path: Path) -> None:
    table = one(write(tmp_path / "a.csv", "填报单位：城管局,,填报日期：2026-11-03\n编号,地址,状态\n1,人民路,整改中\n"))
    assert list(table.frame.columns) == ["编号", "地址", "状态"]


def test_ragged_lines_are_named_and_the_others_kept(tmp_path: Path) -> None:
    text = "a,b,c\n1,2,3\n4,5\n" + '"6\n6",7,8\n9,10,11,12\n13,,\n'
    table = one(write(tmp_path / "a.csv", text))
    assert table.frame["a"].tolist() == ["1", "6\n6", "13"]
    assert table.row_numbers.tolist() == [2, 4, 7]
    assert table.broken["row_number"].tolist() == [3, 6]
    assert table.broken["row"].tolist() == [{"a": "4", "b": "5"}, {"a": "9", "b": "10", "c": "11", "[4]": "12"}]
    assert table.broken["reasons"].tolist()[0] == [("line_broken", {"line": 3, "found": 2, "expected": 3})]
    assert "lines_broken" in codes(table)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["x", "", '"p\nq"', '"r,s"', "0012"]), min_size=1, max_size=5), max_size=12))
def test_every_line_is_a_row_or_broken_or_blank(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    rows = [["1", "2", "3"]] * 20 + rows
    text = "甲,乙,丙\n" + "".join(",".join(row) + "\n" for row in rows)
    table = one(write(tmp_path_factory.mktemp("r") / "a.csv", text))
    lines, expected, broken = 2, [], []
    for row in rows:
        if len(row) == 3 and any(row):
            expected.append(lines)
        elif len(row) != 3 and row != [""]:
            broken.append(lines)
        lines += 1 + sum(cell.count("\n") for cell in row)
    assert table.row_numbers.tolist() == expected
    assert table.broken["row_number"].tolist() == broken


def test_an_open_quote_is_told_not_swallowed(tmp_path: Path) -> None:
    text = "a,b\n" + "1,2\n" * 10 + '"3,4\n' + "5,6\n" * 2000
    table = one(write(tmp_path / "a.csv", text))
    assert len(table.frame) == 10
    assert table.broken["reasons"].iloc[0][0] == ("line_unquoted", {"line": 12, "lines": 2001})


def test_a_ledger_without_rows_is_no_damage(tmp_path: Path) -> None:
    table = one(write(tmp_path / "a.csv", "编号,问题类别,发现时间\n"))
    assert (len(table.frame), codes(table)) == (0, ["no_rows"])


def test_repeated_and_missing_headings(tmp_path: Path) -> None:
    table = one(write(tmp_path / "a.csv", "编号,备注,备注,,\n1,x,y,z,\n2,x,y,z,\n"))
    assert list(table.frame.columns) == ["编号", "备注", "备注 (2)", "[D]"]
    assert ("heading_missing", {"columns": ["D"]}) in table.notes


def test_a_declared_heading_finds_the_heading_row(tmp_path: Path) -> None:
    text = "甲,乙,丙\n说明,说明,说明\n案卷,何时,何地\n1,2,3\n"
    assert list(one(write(tmp_path / "a.csv", text), columns={"案卷": "code", "何时": "reported_at"}).frame) == [
        "案卷",
        "何时",
        "何地",
    ]


REAL = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="the real files are not beside the checkout")
def test_real_csv() -> None:
    tables = [one(path) for path in sorted((REAL / "boston311").glob("*.csv"))]
    assert sum(len(table.frame) for table in tables) == 29_935
    assert not any(len(table.broken) for table in tables)
    assert all({"OPEN_DT", "TARGET_DT", "QUEUE", "LATITUDE"} <= set(table.frame.columns) for table in tables)
    assert all(np.all(np.diff(table.row_numbers) > 0) for table in tables)
