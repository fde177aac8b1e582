"""Office files that are the same for the same content: the libraries write the time of making into the archive."""

import io
import zipfile
from pathlib import Path

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The least a zip can say."""


def settled(content: bytes, path: Path) -> Path:
    """Writes an office file (a zip) with every part in its order and without times."""
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for part in made.infolist():
            entry = zipfile.ZipInfo(part.filename, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, made.read(part))
    return path
