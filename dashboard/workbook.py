"""Excel files in which every text is text: none of it is a formula, an address or a number."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

LONGEST = 32_767
"""Characters that a cell of Excel holds."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@contextmanager
def opened(into: BytesIO) -> Iterator["Workbook"]:
    """A book to write sheets to; `into` holds the file at the end of the block."""
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(into, options) as book:
        yield book
