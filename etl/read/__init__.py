"""Any file an office sends → raw tables, without asking what they mean.

A module for each family: `spreadsheet` (and `html`, which often calls itself `.xls`), `text` (CSV), `shapefile`,
`geopackage`, `geojson`, `kml`. Nothing in a file is executed, fetched or trusted; sizes are bounded.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from etl.errors import FileUnreadable
from etl.messages import error
from etl.read.files import check_size, fingerprint, read_bytes, read_head, readable
from etl.read.raw import LEVELS, RawTable

if TYPE_CHECKING:
    from etl.declarations import Source

__all__ = ["FORMATS", "LEVELS", "RawTable", "fingerprint", "read_file"]

FORMATS = (
    ".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm",
    ".shp", ".zip", ".gpkg", ".geojson", ".json", ".kml", ".kmz",
)  # fmt: skip
"""File name endings that are read."""

_MOST_WORKBOOK = 400 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


def read_file(path: Path, source: "Source") -> list[RawTable]:
    """The tables of a file (or of a folder that holds one shapefile), at least one.

    Raises `FileUnreadable` with one sentence when it is missing, damaged, locked, too large, protected by a password,
    empty, or not what its name says.
    """
    with readable(path):
        if path.is_dir():
            path = _shapefile_in(path)
    check_size(path)
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv", ".txt") and read_head(path, 4) not in (_OLE, _ZIP):
        from etl.read.text import read_text

        return read_text(path, source)
    if kind in (".xls", ".xlsx", ".xlsm", ".csv", ".tsv", ".txt"):
        return _read_workbook(path, source)
    return _read_features(path, kind, source)


def _read_features(path: Path, kind: str, source: "Source") -> list[RawTable]:
    from etl.read.geojson import read_geojson
    from etl.read.geopackage import read_geopackage
    from etl.read.kml import read_kml
    from etl.read.shapefile import read_shapefile, read_zip

    reader = {
        ".shp": read_shapefile,
        ".zip": read_zip,
        ".gpkg": read_geopackage,
        ".geojson": read_geojson,
        ".json": read_geojson,
        ".kml": read_kml,
        ".kmz": read_kml,
    }.get(kind)
    if reader is None and not path.is_dir() and _is_picture(read_head(path, 16)):
        raise error(FileUnreadable, "workbook_is_picture", file=path.name)
    if reader is None:
        raise error(FileUnreadable, "format_unknown", file=path.name, formats=FORMATS)
    return reader(path, source)


_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*")


def _read_workbook(path: Path, source: "Source") -> list[RawTable]:
    """A workbook by what it holds: systems export HTML and CSV under the name `.xls`."""
    from etl.read.html import looks_like_html, read_html
    from etl.read.spreadsheet import read_workbook
    from etl.read.text import read_text

    data = read_bytes(path, _MOST_WORKBOOK)
    if data.startswith((_OLE, b"PK")):
        return read_workbook(path, data, source)
    if looks_like_html(data):
        return read_html(path, data, source)
    if _is_picture(data):
        raise error(FileUnreadable, "workbook_is_picture", file=path.name)
    if data.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<") or (
        b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        raise error(FileUnreadable, "workbook_other", file=path.name)
    tables = read_text(path, source)
    tables[0].notes.insert(0, ("text_as_workbook", {"file": path.name}))
    return tables


def _is_picture(data: bytes) -> bool:
    return data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:8] == b"ftyp"


def _shapefile_in(folder: Path) -> Path:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".shp")
    if len(found) != 1:
        raise error(FileUnreadable, "folder_is_no_shapefile", file=folder.name, count=len(found))
    return found[0]
