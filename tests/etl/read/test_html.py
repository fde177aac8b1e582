"""HTML and text that call themselves workbooks."""

from pathlib import Path

from tests.etl.read.reading import TEXT, codes, one, rows_of, workbook, write

HTML = """<html><head><meta charset="gb2312"><style>td {x: "编号"}</style><script>alert('编号')</script></head><body>
<table><tr><td colspan=4>台账</td></tr>
<tr><th rowspan=2>编号</th><th colspan=2>经纬度</th><th rowspan=2>地址</th></tr><tr><th>经度</th><th>纬度</th></tr>
<tr><td>007<td>114.5&nbsp;<td>38.1<td rowspan=2>人民路<br>&lt;b&gt;</tr>
<tr><td>008<td>114.6<td>38.2</tr></table></body></html>"""


def test_html_that_calls_itself_xls(tmp_path: Path) -> None:
    table = one(write(tmp_path / "a.xls", HTML.encode("gbk")))
    assert list(table.frame.columns) == ["编号", "经纬度/经度", "经纬度/纬度", "地址"]
    assert table.frame.iloc[0].tolist() == ["007", "114.5", "38.1", "人民路\n<b>"]
    assert table.frame["地址"].tolist() == ["人民路\n<b>"] * 2
    assert table.row_numbers.tolist() == [4, 5]
    assert "html_as_workbook" in codes(table)


def test_text_that_calls_itself_xls_and_a_workbook_that_calls_itself_csv(tmp_path: Path) -> None:
    table = one(write(tmp_path / "a.xls", TEXT.replace(",", "\t").encode("gbk")))
    assert (table.frame.shape, "text_as_workbook" in codes(table)) == ((2, 4), True)
    path = workbook(tmp_path / "a.xlsx", ("一", rows_of(["编号", "名称"], ["1", "甲"])))
    assert one(path.rename(tmp_path / "b.csv")).frame["名称"].tolist() == ["甲"]
