"""Any file an office sends → raw tables, without asking what they mean.

Excel and HTML tables (`tables`, `html`), CSV (`text`), Shapefile, GeoPackage and GeoJSON (`vector`), KML (`kml`). A
format is told by what a file holds, not only by its name. Nothing in a file is executed, fetched or trusted.
"""

from etl.read.raw import LEVELS, RawTable

__all__ = ["LEVELS", "RawTable", "fingerprint", "read_file"]


from pathlib import Path

from etl.sources import Source


def read_file(path: Path, source: Source) -> list[RawTable]:
    """The tables of a file (or of a folder that holds one shapefile), at least one.

    Raises `FileUnreadable` with one sentence when it is missing, damaged, locked, too large, protected by a password,
    empty, or not what its name says.
    """
    raise NotImplementedError


def fingerprint(path: Path) -> str:
    """SHA-256 (hex) of a file; of a shapefile with all its parts, by name."""
    raise NotImplementedError
