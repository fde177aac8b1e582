"""CSV and its kin: any encoding, `,` `;` tab or `|` between the cells, headings below title lines.

Every cell stays the text it was, so that `00123` keeps its zeros and a coordinate its last digit; typing columns later
costs less than guessing here. 1,000,000 rows of 12 columns: about 1 s.
"""

import codecs
import csv
import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from etl.errors import FileUnreadable
from etl.messages import Note, error
from etl.read.body import data_rows, name_columns
from etl.read.encoding import decide
from etl.read.files import Blocks
from etl.read.headings import LOOK_AT, Headings, find_headings
from etl.read.raw import RawTable

if TYPE_CHECKING:
    from etl.declarations import Source

_SEPARATORS = (",", ";", "\t", "|")
_HEAD_BYTES = 1 << 18
_BLOCK = 1 << 20
_LARGEST_ROW = 1 << 26
_MOST_COLUMNS = 2_000
_MOST_BREAKS = 100  # lines in one record; more are a quotation mark that was never closed


class _Form(NamedTuple):
    """How a text file is to be cut into cells."""

    encoding: str
    """One that every byte of the file fits."""
    separator: str
    width: int
    skip: int
    """Lines before the first row."""
    has_quotes: bool
    """Without any, no cell holds a line break."""


def read_text(path: Path, source: "Source") -> list[RawTable]:
    """The one table of a text file. Lines with too many or too few cells are in `broken`, and noted."""
    data = Blocks(path)
    encoding, notes = decide(data, file=path.name, declared=source.encoding)
    has_quotes, has_nulls = _holds(data, b'"'), _holds(data, b"\0")
    if has_nulls and not encoding.startswith("utf-16"):
        raise error(FileUnreadable, "text_is_binary", file=path.name)
    head = _head(next(iter(data)), encoding)
    separator, headings, skip = _layout(head, path, source)
    parsed, invalid = _parse(path, _Form(encoding, separator, len(headings.names), skip, has_quotes))
    lines = _lines(parsed, invalid, skip, has_breaks=has_quotes)
    columns = parsed.columns
    del parsed
    frame, more = name_columns(_as_frame(columns), headings.names)
    pa.default_memory_pool().release_unused()  # what parsing took is needed no longer
    notes += more
    broken = _broken(invalid, lines[1], headings.names, separator)
    if len(broken):
        notes.append(("lines_broken", {"count": len(broken), "lines": broken["row_number"].tolist()}))
        notes.append(broken["reasons"].iloc[0][0])
    frame, numbers, more = data_rows(frame, lines[0])
    notes += more
    if not len(frame):
        notes.append(("no_rows", {"file": path.name}))
    return [RawTable(path, None, frame, numbers, encoding=encoding, notes=notes, broken=broken)]


def _holds(data: Blocks, sign: bytes) -> bool:
    return any(sign in block for block in data)


def _head(block: bytes, encoding: str) -> str:
    """The first lines as text; a character or line cut off at the end of the look is left out."""
    text = codecs.getincrementaldecoder(encoding)("strict").decode(block[:_HEAD_BYTES])
    if len(block) > _HEAD_BYTES:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    return text


def _layout(head: str, path: Path, source: "Source") -> tuple[str, Headings, int]:
    """Separator, headings, and the number of lines before the first row."""
    best: tuple[float, str, Headings, int] | None = None
    for separator in _SEPARATORS:
        rows, ends = _cells(head, separator)
        headings = find_headings(rows, known=source.columns)
        if headings is None:
            continue
        lengths = Counter(len(row) for row in rows[headings.last + 1 :] if any(row))
        usual, times = lengths.most_common(1)[0] if lengths else (0, 1)
        width = max(len(rows[headings.last]), usual)
        names = (headings.names + [""] * width)[:width]
        score = times / max(1, lengths.total()) * min(sum(map(bool, names)), _MOST_COLUMNS)
        if best is None or score > best[0]:
            best = (score, separator, Headings(names, headings.first, headings.last), ends[headings.last])
    if best is None or len(best[2].names) > _MOST_COLUMNS:
        raise error(FileUnreadable, "no_table", file=path.name)
    return best[1:]


def _cells(head: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first rows cut at `separator`, and the number of lines up to the end of each."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) > LOOK_AT + 1:
                break
    except csv.Error:  # a cell longer than any cell is: an open quote, which the real parser will name
        pass
    return rows, ends


def _parse(path: Path, form: _Form) -> tuple[pa.Table, list[Any]]:
    """All well-formed rows as text, and the others as pyarrow's `InvalidRow` with their numbers."""
    try:
        parsed, invalid = _parse_once(path, form, is_parallel=True)
        if invalid:  # only a single thread knows their numbers
            parsed, invalid = _parse_once(path, form, is_parallel=False)
    except pa.ArrowInvalid as problem:
        if "straddling" not in str(problem):
            raise error(FileUnreadable, "text_damaged", file=path.name) from problem
        try:
            parsed, invalid = _parse_once(path, form, is_parallel=False, block=_LARGEST_ROW)
        except pa.ArrowInvalid as again:
            raise error(FileUnreadable, "quote_open", file=path.name) from again
    return parsed, invalid


def _parse_once(path: Path, form: _Form, *, is_parallel: bool, block: int = _BLOCK) -> tuple[pa.Table, list[Any]]:
    invalid: list[Any] = []

    def keep(row: Any) -> str:
        invalid.append(row)
        return "skip"

    names = [str(position) for position in range(form.width)]
    is_utf8 = form.encoding.startswith("utf-8")
    try:
        parsed = arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                column_names=names,
                skip_rows=form.skip,
                block_size=block,
                encoding="utf8" if is_utf8 else form.encoding,
                use_threads=is_parallel,
            ),
            # What costs a third of the time and cannot be in the file is not looked for.
            parse_options=arrow_csv.ParseOptions(
                delimiter=form.separator,
                newlines_in_values=form.has_quotes,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as problem:
        if "Empty CSV" not in str(problem):
            raise
        parsed = pa.table({name: pa.array([], pa.large_string()) for name in names})
    return parsed, invalid


def _as_frame(columns: list[pa.ChunkedArray]) -> pd.DataFrame:
    """Each column in one piece, so that nothing later has to put it together again; takes the pieces out of the list,
    so that they are gone when they are joined."""
    whole = {}
    for position in range(len(columns)):
        whole[position] = pd.array(columns[0].combine_chunks(), dtype="str")
        del columns[0]
    return pd.DataFrame(whole)


def _lines(parsed: pa.Table, invalid: list[Any], skip: int, *, has_breaks: bool) -> tuple[np.ndarray, np.ndarray]:
    """Line on which each row, and each invalid row, begins; a cell with line breaks makes its row longer."""
    total = parsed.num_rows + len(invalid)
    is_invalid = np.zeros(total, dtype=bool)
    is_invalid[[row.number - skip - 1 for row in invalid]] = True
    breaks = np.zeros(total, dtype=np.int64)
    breaks[is_invalid] = [row.text.count("\n") for row in invalid]
    for column in parsed.columns if has_breaks else ():
        if pc.any(pc.match_substring(column, "\n")).as_py():
            counted = pc.fill_null(pc.count_substring(column, "\n"), 0)
            breaks[~is_invalid] += counted.to_numpy()
    lines = skip + 1 + np.arange(total, dtype=np.int64)
    lines[1:] += np.cumsum(breaks)[:-1]
    return lines[~is_invalid], lines[is_invalid]


def _broken(invalid: list[Any], lines: np.ndarray, names: list[str], separator: str) -> pd.DataFrame:
    """`RawTable.broken` of lines whose cells do not fit the headings."""
    rows: list[dict[str, str]] = []
    reasons: list[list[Note]] = []
    for row, line in zip(invalid, lines.tolist(), strict=True):
        cells = next(csv.reader(io.StringIO(row.text[:10_000], newline=""), delimiter=separator), [])
        rows.append({names[p] if p < len(names) and names[p] else f"[{p + 1}]": cell for p, cell in enumerate(cells)})
        swallowed = row.text.count("\n")
        if swallowed > _MOST_BREAKS:
            reasons.append([("line_unquoted", {"line": line, "lines": swallowed + 1})])
            continue
        values = {"line": line, "found": row.actual_columns, "expected": row.expected_columns}
        reasons.append([("line_broken", values)])
    return pd.DataFrame({"row_number": lines, "row": rows, "reasons": reasons})
