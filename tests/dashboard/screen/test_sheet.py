import io

import numpy as np
import openpyxl
import pandas as pd

from dashboard.screen.sheet import workbook


def test_text_that_looks_like_a_formula_stays_text() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "https://example.org", "00123", None]
    book = openpyxl.load_workbook(io.BytesIO(workbook(pd.DataFrame({"=头": texts}), name="a")))
    cells = [cell for (cell,) in book["a"].iter_rows()]
    assert [cell.data_type for cell in cells[:8]] == ["s"] * 8 and len(cells) in (8, 9)
    assert [cell.value for cell in cells[1:8]] == texts[:-1]
    assert not any(cell.hyperlink for cell in cells)


def test_numbers_stay_numbers_and_gaps_stay_empty() -> None:
    frame = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "x": [0.5, float("nan")]})
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook(frame, name="a")))["a"].values)
    assert rows[1] == (1, 0.5)
    assert rows[2:] in ([], [(None, None)])


def test_a_column_of_texts_and_numbers_keeps_both_and_what_has_no_end_is_left_out() -> None:
    frame = pd.DataFrame({"v": [np.int64(3), "=3", 0.5, np.inf, None], "m": [np.inf, 1.0, -np.inf, 2.0, np.nan]})
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook(frame, name="a")))["a"].values)
    assert rows[1:5] == [(3, None), ("=3", 1), (0.5, None), (None, 2)]


def test_a_text_longer_than_a_cell_is_cut() -> None:
    content = workbook(pd.DataFrame({"t": ["长" * 40_000]}), name="a")
    assert len(openpyxl.load_workbook(io.BytesIO(content))["a"]["A2"].value) == 32_767
