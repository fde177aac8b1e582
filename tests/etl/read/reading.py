"""Reading in one line: the only table of a file, or the code of its refusal."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from etl.errors import FileUnreadable
from etl.messages import explain
from etl.read import RawTable, read_file
from etl.sources import Source

TEXT = (
    "发现时间,问题类别,地址,经度\n"
    "2026-11-03,乱堆乱放,人民路12号门前,114.50\n"
    "2026-11-04,占道经营,解放大街农贸市场,114.60\n"
)


def read(path: Path, **source: Any) -> list[RawTable]:
    return read_file(path, Source(path.name, **source))


def one(path: Path, **source: Any) -> RawTable:
    (table,) = read(path, **source)
    assert isinstance(table.frame.index, pd.RangeIndex)
    assert len(table.row_numbers) == len(table.frame)
    assert table.geometry is None or len(table.geometry) == len(table.frame)
    return table


def codes(table: RawTable) -> list[str]:
    return [code for code, _ in table.notes]


def refusal(path: Path, **source: Any) -> str:
    """The code of the one sentence a file is refused with; the sentence names the file, in both languages."""
    with pytest.raises(FileUnreadable) as caught:
        read(path, **source)
    assert caught.value.note is not None
    assert path.name in str(caught.value) and "\n" not in str(caught.value)
    assert path.name in explain(caught.value, "en")
    return caught.value.note[0]


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    """A zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return path


Fill = Callable[[Any, Any], None]


def workbook(path: Path, *sheets: tuple[str, Fill], hidden: tuple[str, ...] = ()) -> Path:
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"})
    for name, fill in sheets:
        sheet = book.add_worksheet(name)
        fill(sheet, book)
        if name in hidden:
            sheet.hide()
    book.close()
    return path


def rows_of(*rows: list[Any]) -> Fill:
    return lambda sheet, _: [sheet.write_row(number, 0, row) for number, row in enumerate(rows)] and None
