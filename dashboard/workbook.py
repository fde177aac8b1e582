"""Excel files in which every text is text: none of it is a formula, an address or a number."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

LONGEST = 32_767
"""Characters that a cell of Excel holds."""
LONGEST_NAME = 31
"""UTF-16 characters of the name of a sheet."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]")


@contextmanager
def opened(into: BytesIO | Path) -> Iterator["Workbook"]:
    """A book to write sheets to; `into` holds the file, or is it, at the end of the block."""
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(into, options) as book:
        yield book


def sheet_name(name: str, ending: str = "") -> str:
    """A name that Excel takes for a sheet; of a long one as much as there is room for before the ending."""
    # Excel counts as UTF-16 does: a rare character is two.
    room = 2 * LONGEST_NAME - len(ending.encode("utf-16-le"))
    plain = _NOT_IN_A_NAME.sub("_", name).strip("' ")
    return (plain.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").rstrip("' ") or "_") + ending
