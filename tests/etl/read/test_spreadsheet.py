"""Workbooks: titles, two-level headings, merged cells, and everything that can be wrong."""

import random
import struct
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.read import archive
from tests.etl.read.reading import codes, one, read, refusal, rows_of, workbook, write


def _ledger(sheet: Any, book: Any) -> None:
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("B2:G2", "示范县台账")
    sheet.write("B3", "填报单位：城管局")
    for area, text in (
        ("B4:B5", "编号"),
        ("C4:D4", "经纬度"),
        ("E4:E5", "发现\n时间"),
        ("F4:F5", "片区"),
        ("G4:G5", "数量"),
    ):
        sheet.merge_range(area, text)
    sheet.write_row("C5", ["经度", "纬度"])
    for row, (code, lon, lat, zone) in enumerate(
        [("007", 114.1234567890123, 38.1, "老街"), (8, "114.5", 38.2, None), ("009", 114.6, 38.3, "城南")], 5
    ):
        sheet.write(row, 1, code)
        sheet.write(row, 2, lon)
        sheet.write(row, 3, lat)
        sheet.write_datetime(row, 4, pd.Timestamp(2026, 11, row).to_pydatetime(), date)
        sheet.write_formula(row, 6, "=1/0", None, "#DIV/0!" if row == 6 else 3)
        if row == 7:
            sheet.write(row, 5, zone)
    sheet.merge_range("F6:F7", "老街")
    sheet.merge_range("B9:G9", "二、市容类")
    sheet.write_row("B10", ["合计", "", "", "", "", 9])
    sheet.write_blank("J40", None, date)


def test_titles_two_level_headings_merged_cells_totals_and_exact_numbers(tmp_path: Path) -> None:
    table = one(workbook(tmp_path / "a.xlsx", ("台账", _ledger)))
    assert list(table.frame.columns) == ["编号", "经纬度/经度", "经纬度/纬度", "发现时间", "片区", "数量"]
    assert table.row_numbers.tolist() == [6, 7, 8]
    assert table.frame["编号"].tolist() == ["007", 8.0, "009"]
    assert table.frame["经纬度/经度"].tolist() == [114.1234567890123, "114.5", 114.6]  # not rounded to nine decimals
    assert table.frame["片区"].tolist() == ["老街", "老街", "城南"]
    assert table.frame["发现时间"].dt.day.tolist() == [5, 6, 7]
    assert table.frame["数量"].isna().tolist() == [False, True, False]
    notes = dict(table.notes)
    assert notes["formula_errors"] == {"count": 1, "cells": ["G7"]}
    assert (notes["total_rows"]["rows"], notes["title_rows"]["rows"], notes["merged_filled"]) == (
        [10],
        [9],
        {"cells": 1},
    )


def test_sheets_with_data_hidden_empty_and_without_table(tmp_path: Path) -> None:
    table = rows_of(["编号", "名称"], ["1", "甲"])
    path = workbook(
        tmp_path / "a.xlsx",
        ("一月", table),
        ("二月", table),
        ("字典", table),
        ("表样", rows_of(["编号", "名称"])),
        ("空", rows_of()),
        hidden=("字典",),
    )
    first, second = read(path)
    assert (first.sheet, second.sheet) == ("一月", "二月")
    assert codes(first) == ["sheets_hidden", "sheet_without_rows"]
    assert one(path, sheet=" 二月").sheet == "二月"
    assert one(path, sheet="字典").sheet == "字典"
    assert refusal(path, sheet="三月") == "sheet_missing"


def test_workbooks_that_cannot_be_read(tmp_path: Path) -> None:
    table = rows_of(["编号", "名称"], ["1", "甲"])
    good = workbook(tmp_path / "a.xlsx", ("一", table))
    assert refusal(write(tmp_path / "半.xlsx", good.read_bytes()[:900])) == "zip_damaged"
    assert (
        refusal(write(tmp_path / "坏.xls", b"\xd0\xcf\x11\xe0" + random.Random(7).randbytes(5000)))
        == "workbook_damaged"
    )
    assert refusal(write(tmp_path / "xml.xls", '<?xml version="1.0"?><Workbook/>')) == "workbook_other"
    assert refusal(workbook(tmp_path / "空.xlsx", ("一", rows_of()))) == "no_table"
    assert refusal(workbook(tmp_path / "藏.xlsx", ("一", rows_of()), ("二", table), hidden=("二",))) == "no_table"
    with zipfile.ZipFile(tmp_path / "假.xlsx", "w") as made:
        made.writestr("readme", "x")
    assert refusal(tmp_path / "假.xlsx") == "workbook_damaged"
    with zipfile.ZipFile(tmp_path / "文档.xlsx", "w") as made:
        made.writestr("word/document.xml", "<w:document/>")
    assert refusal(tmp_path / "文档.xlsx") == "workbook_is_document"


def _compound(name: str, stream: bytes) -> bytes:
    """An OLE file with one stream: what an `.xls`, and an `.xlsx` with a password, are inside."""
    stream = stream.ljust(4096, b"\0")
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + len(stream) // 512), 0xFFFFFFFE]
    fat = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    counts = (0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0, *[0xFFFFFFFF] * 108)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    folder = b""
    for title, kind, child, start, size in (("Root Entry", 5, 1, 0xFFFFFFFE, 0), (name, 2, 0xFFFFFFFF, 2, len(stream))):
        text = title.encode("utf-16-le") + b"\0\0"
        folder += text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        folder += bytes(36) + struct.pack("<IQ", start, size)
    return header + struct.pack("<118I", *counts) + fat + folder.ljust(512, b"\0") + stream


def test_a_protected_workbook_is_named_as_such(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "密.xlsx", _compound("EncryptedPackage", b"x"))) == "file_protected"
    begin = struct.pack("<2H4H2I", 0x0809, 16, 0x0600, 5, 0, 0, 0, 0)
    locked = _compound("Workbook", begin + struct.pack("<2H", 0x2F, 54))
    assert refusal(write(tmp_path / "密.xls", locked)) == "file_protected"
    assert refusal(write(tmp_path / "非.xls", _compound("WordDocument", b"x"))) == "workbook_is_document"


def test_a_sheet_with_one_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    def far(sheet: Any, _: Any) -> None:
        sheet.write_row(0, 0, ["编号", "名称"])
        sheet.write("XFD1048576", "x")

    assert refusal(workbook(tmp_path / "a.xlsx", ("一", far))) == "sheet_too_wide"


@pytest.mark.parametrize("part", [b"xl/worksheets/sheet1.xml", b"xl/sharedStrings.xml"])
def test_a_size_that_lies_is_found_out(tmp_path: Path, part: bytes) -> None:
    path = workbook(tmp_path / "a.xlsx", ("一", rows_of(["编号", "名称"], *[[str(n), "甲" * 50] for n in range(500)])))
    data = bytearray(path.read_bytes())
    entry = data.rindex(part) - 46  # in the directory at the end
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = struct.pack("<I", 100)
    assert refusal(write(path, bytes(data))) == "zip_damaged"


@pytest.mark.parametrize("spelling", [b' r = "', b" r='", b'\nr="'])
def test_the_far_cell_is_found_however_its_address_is_spelled(spelling: bytes) -> None:
    quote = spelling[-1:]
    text = b"<row" + spelling + b"1048576" + quote + b"><c" + spelling + b"XFD1048576" + quote + b"/></row>"
    assert archive._extent(iter([text[:20], text[20:]]))[:2] == (1048576, 16384)


def test_large_sheets_read_fast_equal_small_ones_read_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from etl.read import spreadsheet

    def fill(sheet: Any, book: Any) -> None:
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["编号", "经度", "时间", "备注", "空"])
        for row in range(1, 300):
            sheet.write_row(row, 0, [f"{row:05d}", 114 + row / 7e9])
            sheet.write_datetime(row, 2, pd.Timestamp(2026, 1, 1, row % 24, 1, 2).to_pydatetime(), date)
            sheet.write(row, 3, "有" if row % 3 else "")
        sheet.write(150, 0, "合计")

    path = workbook(tmp_path / "a.xlsx", ("一", fill))
    exact = one(path)
    monkeypatch.setattr(spreadsheet, "_LARGE", 0)
    called = []
    monkeypatch.setattr(spreadsheet, "_exact", lambda *_: called.append(1))
    fast = one(path)
    assert not called
    assert fast.row_numbers.tolist() == exact.row_numbers.tolist()
    assert codes(fast) == codes(exact) == ["total_rows"]
    assert fast.frame["经度"].tolist() == exact.frame["经度"].tolist()
    assert fast.frame["编号"].tolist() == exact.frame["编号"].tolist()
    assert fast.frame["时间"].tolist() == exact.frame["时间"].tolist()
    assert fast.frame["备注"].isna().tolist() == exact.frame["备注"].isna().tolist()


def test_old_workbooks(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("市场")
    sheet.write_merge(0, 0, 0, 2, "市场一览")
    for column, heading in enumerate(["编码", "名称", "建成"]):
        sheet.write(1, column, heading)
    sheet.write(2, 0, "007")
    sheet.write(2, 1, "城南市场")
    sheet.write(2, 2, pd.Timestamp(2013, 11, 3).to_pydatetime(), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(tmp_path / "a.xls"))
    table = one(tmp_path / "a.xls")
    assert table.frame.iloc[0].tolist() == ["007", "城南市场", pd.Timestamp(2013, 11, 3)]
    assert table.row_numbers.tolist() == [3]
