"""Names of sheets: whatever a file calls a unit, Excel takes it."""

from io import BytesIO

from hypothesis import example, given
from hypothesis import strategies as st

from dashboard import workbook


@given(st.text(max_size=60))
@example("很" * 30 + "'长长")
@example("𠮷" * 20)
@example("\ud800")
@example("[]:*?/\\")
def test_every_text_makes_a_name_that_excel_takes(text: str) -> None:
    names = [workbook.sheet_name(text, ending) for ending in ("", " 2", " 10")]
    assert [name.endswith(ending) for name, ending in zip(names[1:], (" 2", " 10"), strict=True)] == [True, True]
    with workbook.opened(BytesIO()) as book:
        for name in names:
            assert name and book.add_worksheet(name).name == name
