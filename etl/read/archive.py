"""Zips, among them workbooks and KMZ: what is in them, within bounds, under readable names."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from etl.errors import FileUnreadable
from etl.messages import error
from etl.read.encoding import decodes, is_plausible
from etl.read.files import BLOCK

MOST_UNPACKED = 2 << 30
MOST_ENTRIES = 20_000
_MOST_CELLS = 40_000_000  # of the box around all cells of a sheet, which is laid out in memory whole
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1

_OTHER_OFFICE = ("word/document.xml", "ppt/presentation.xml")

# Cells of column AA and beyond are looked for with a plain prefix, as writers spell it; a sheet that spells its
# attributes otherwise is looked through with the slow pattern.
_ROW = re.compile(rb'row\s[^>]*?\br\s*=\s*["\'](\d{1,9})')
_WIDE = re.compile(rb' r="([A-Za-z]{2,4})')
_WIDE_ODD = re.compile(rb'\br\s*=\s*["\']([A-Za-z]{2,4})')
_ODD = (b" r='", b" r =", b" r= ", b"\tr=", b"\nr=", b" r\t", b" r\n")


@contextmanager
def opened(path: Path, data: bytes) -> Iterator[zipfile.ZipFile]:
    """The zip, its directory checked for number and size of entries, passwords and paths that lead outside.

    Raises `FileUnreadable`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise error(FileUnreadable, "zip_too_large", file=path.name, most=MOST_UNPACKED >> 20)
            for entry in entries:
                name = entry_name(entry)
                if ".." in PurePosixPath(name).parts or name.startswith("/") or re.match(r"[A-Za-z]:", name):
                    raise error(FileUnreadable, "zip_leads_outside", file=path.name, found=name)
                if entry.flag_bits & _ENCRYPTED_FLAG:
                    raise error(FileUnreadable, "zip_protected", file=path.name)
            yield archive
    except FileUnreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as problem:
        raise error(FileUnreadable, "zip_damaged", file=path.name) from problem


def is_zip(data: bytes) -> bool:
    """Whether the bytes are a zip with a directory, be it damaged further in."""
    return data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data))


def entry_name(entry: zipfile.ZipInfo) -> str:
    """An entry's path with forward slashes. Chinese Windows writes GBK without a flag; others UTF-8, also without."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename.replace("\\", "/")
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        if decodes([raw], encoding) and is_plausible([raw], encoding):
            return raw.decode(encoding).replace("\\", "/")
    return entry.filename.replace("\\", "/")


def members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Readable path → entry, without folders and what macOS adds."""
    named = ((entry_name(entry), entry) for entry in archive.infolist() if not entry.is_dir())
    return {name: entry for name, entry in named if not re.search(r"(^|/)(__MACOSX/|\._|\.DS_Store$)", name)}


def check_workbook(path: Path, data: bytes) -> bool:
    """Whether a workbook is an `.xlsx` without merged cells, after a look at its size.

    Raises `FileUnreadable` for one that would fill the memory: packed too well, or with cells so far apart that the
    box around them (which the parsers lay out whole) has tens of millions.
    """
    if not data.startswith(b"PK"):
        return False
    has_merges = False
    with opened(path, data) as archive:
        if any(name in archive.namelist() for name in _OTHER_OFFICE):
            raise error(FileUnreadable, "workbook_is_document", file=path.name)
        for entry in archive.infolist():
            name = entry.filename.replace("\\", "/")
            if name == "xl/sharedStrings.xml":
                with archive.open(entry) as stream:  # to the end: only so does a size that lies come out
                    while stream.read(BLOCK):
                        pass
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                with archive.open(entry) as stream:
                    rows, columns, merged = _extent(iter(partial(stream.read, BLOCK), b""))
                has_merges |= merged
                if rows * columns > _MOST_CELLS:
                    raise error(FileUnreadable, "sheet_too_wide", file=path.name, rows=rows, columns=columns)
    return not has_merges


def _extent(chunks: Iterator[bytes]) -> tuple[int, int, bool]:
    """Last row, last column (at least 26) and whether there are merged cells, from a sheet's XML as it streams by."""
    rows, columns, has_merges, tail = 0, 26, False, b""
    for chunk in chunks:
        text = tail + chunk
        rows = max(rows, max(map(int, _ROW.findall(text)), default=0))
        wide = _WIDE_ODD if any(odd in text for odd in _ODD) else _WIDE
        if wide.search(text):
            columns = max(columns, *map(_column_number, set(wide.findall(text))))
        has_merges |= b"mergeCell " in text
        tail = text[-200:]
    return rows, columns, has_merges


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
