"""No text of a table is cut: a row is as high as its longest text is long."""

import pandas as pd
import pytest

from dashboard.screen import columns

SHORT, LONG = "学府片区", "学府路以北滨江大道以西老城改造示范片区第01号"


def _given(name: str, rows: int = 3) -> dict[str, object]:
    return columns.fitted(pd.DataFrame({"片区": [name] * rows, "件": [7] * rows}), {"片区": 100, "件": 40})


def test_a_short_name_takes_one_line() -> None:
    assert _given(SHORT)["row_height"] == 35
    assert _given(SHORT)["height"] == "content"


def test_a_long_name_takes_more_lines_and_a_long_table_scrolls() -> None:
    height = _given(LONG)["row_height"]
    assert isinstance(height, int)
    # 21 Chinese letters and 2 digits of 12 px in 83 px: four lines of 19 px.
    assert height >= 4 * 19
    assert _given(LONG, rows=30)["height"] == 500


@pytest.mark.parametrize("rows", [0, 1])
def test_missing_texts_take_no_line(rows: int) -> None:
    shown = pd.DataFrame({"片区": pd.Series([None] * rows, dtype=object)})
    assert columns.fitted(shown, {"片区": 40})["row_height"] == 35


def test_headings_and_short_texts_are_not_broken() -> None:
    found = columns.fitted(pd.DataFrame({"Overdue": [1], "Role": ["Grid worker"]}), {"Overdue": 20, "Role": 20})
    widths = {name: column["width"] for name, column in found["column_config"].items()}
    assert found["row_height"] == 35
    assert widths["Overdue"] >= 7 * 6 + 16 and widths["Role"] >= 11 * 6 + 16
