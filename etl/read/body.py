"""What stands below the headings: rows, and between them blank rows, totals, headings once more, and remarks."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from etl.messages import Note
from etl.read.headings import STATEMENT, column_letter, is_empty, unique
from etl.read.raw import LEVELS, letter_heading

_TOTALS = ("合计", "总计", "小计", "共计", "累计", "total", "Total", "TOTAL", "subtotal", "Subtotal")
_TOTAL_CELLS = frozenset(
    spelled + colon
    for word in _TOTALS
    for spelled in {word, " ".join(word), "  ".join(word), "\u3000".join(word)}
    for colon in ("", "：", ":")
)

_REMARK = re.compile("^[（(【]?(注|说明|备注|填表|制表|审核|填报|报送|联系|盖章|单位负责人|分管领导|主管领导)")
_TOLD_BY = 3
"""A total, or a heading that comes again, shows in one of the first columns."""
_LAST_ROWS = 20


def name_columns(frame: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, list[Note]]:
    """The frame under its headings; empty columns without a heading are dropped, others get their letter, `[D]`."""
    keep, told, missing = [], [], []
    for position, name in enumerate(names):
        if not name:
            if bool(frame.iloc[:, position].isna().all()):
                continue
            missing.append(column_letter(position))
        keep.append(position)
        told.append(name or letter_heading(column_letter(position)))
    kept = frame.iloc[:, keep] if len(keep) < frame.shape[1] else frame
    kept.columns = pd.Index(unique(told), dtype=object)
    return kept, [("heading_missing", {"columns": missing})] if missing else []


def data_rows(frame: pd.DataFrame, row_numbers: np.ndarray) -> tuple[pd.DataFrame, np.ndarray, list[Note]]:
    """The frame and row numbers without what is no row: blanks; totals, repeated headings with the title above them,
    and remarks at the end, which are noted."""
    is_total = np.zeros(len(frame), dtype=bool)
    is_heading = np.zeros(len(frame), dtype=bool)
    is_blank = np.ones(len(frame), dtype=bool)
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        if position < _TOLD_BY and not pd.api.types.is_numeric_dtype(column):
            is_total |= column.isin(_TOTAL_CELLS).to_numpy(dtype=bool)
            is_heading |= column.isin(_parts(frame.columns[position])).to_numpy(dtype=bool)
        if is_blank.any():
            is_blank &= column.isna().to_numpy()
    is_total &= ~is_blank
    if is_heading.any():
        is_heading = _are_headings(frame, is_heading)
    is_title = _titles_above(frame, is_heading, is_blank)
    is_remark = _remarks(frame, is_blank | is_total)
    keep = ~(is_total | is_blank | is_heading | is_title | is_remark)
    if keep.all():
        return frame, row_numbers, []
    notes: list[Note] = []
    told = {"total_rows": is_total, "title_rows": is_title, "heading_rows": is_heading, "remark_rows": is_remark}
    for code, found in told.items():
        if found.any():
            notes.append((code, {"rows": row_numbers[found].tolist(), "count": int(found.sum())}))
    return frame[keep].reset_index(drop=True), row_numbers[keep], notes


def _parts(heading: str) -> list[str]:
    """What a heading is made of, as it would stand in a row: each level, and a repeated one without its number."""
    return [re.sub(r" \(\d+\)$", "", part) for part in str(heading).split(LEVELS)]


def _are_headings(frame: pd.DataFrame, is_candidate: np.ndarray) -> np.ndarray:
    """Rows of which two cells at least are filled, and each says what its column is headed with."""
    rows = np.flatnonzero(is_candidate)
    part = frame.iloc[rows]
    repeats, others = np.zeros(len(rows), dtype=int), np.zeros(len(rows), dtype=int)
    for position in range(frame.shape[1]):
        column = part.iloc[:, position]
        cells = column.map(lambda cell: "".join(cell.split()) if isinstance(cell, str) else cell, na_action="ignore")
        says_so = cells.isin(["".join(word.split()) for word in _parts(frame.columns[position])]).to_numpy(dtype=bool)
        repeats += says_so
        others += column.notna().to_numpy() & ~says_so
    found = np.zeros(len(frame), dtype=bool)
    found[rows[(repeats >= min(2, frame.shape[1])) & (others == 0)]] = True
    return found


def _titles_above(frame: pd.DataFrame, is_heading: np.ndarray, is_blank: np.ndarray) -> np.ndarray:
    """Rows of one filled cell above headings that come again: the title of a second table under the first."""
    found = np.zeros(len(frame), dtype=bool)
    for row in np.flatnonzero(is_heading).tolist():
        above = row - 1
        while above >= 0 and is_blank[above]:
            above -= 1
        if above >= 0 and frame.shape[1] > 1 and frame.iloc[above].notna().sum() == 1:
            found[above] = True
    return found


def _remarks(frame: pd.DataFrame, is_no_row: np.ndarray) -> np.ndarray:
    """Rows at the end whose one filled cell is a remark: 填表人：王强, 注：红色为必填."""
    found = np.zeros(len(frame), dtype=bool)
    if frame.shape[1] <= _TOLD_BY:
        return found
    for row in range(len(frame) - 1, max(-1, len(frame) - 1 - _LAST_ROWS), -1):
        if is_no_row[row]:
            continue
        cells = [cell for cell in frame.iloc[row].dropna().tolist() if not is_empty(cell)]
        if len(cells) != 1 or not isinstance(cells[0], str):
            break
        if not (_REMARK.match(cells[0].strip()) or STATEMENT.search(cells[0])):
            break
        found[row] = True
    return found
