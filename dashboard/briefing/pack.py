"""A pack: the papers of a content in a folder, and all of them in one zip."""

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.briefing.content.shape import Content
from dashboard.briefing.formats import FORMATS
from dashboard.text.errors import error
from etl.errors import FileUnreadable

ALWAYS = "json"
"""A pack carries its numbers, whatever papers were asked for."""
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The least a zip can say, so that equal papers make an equal zip."""

Progress = Callable[[str, int, int], None]
"""Told before each paper: its name, how many are done, how many there are; last "zip"."""


@dataclass(frozen=True)
class Pack:
    """What was written."""

    files: tuple[Path, ...]
    """In the order of the papers."""
    zip: Path


def pack(
    content: Content, folder: Path, formats: Sequence[str] | None = None, progress: Progress | None = None
) -> Pack:
    """Writes the papers (all there are, unless some are named) and their zip into a folder, which is made if need be.

    Raises `ValueError` for a paper that there is none of, and `FileUnreadable` where the folder cannot be written to.
    """
    unknown = [name for name in formats or () if name not in FORMATS]
    if unknown:
        raise ValueError(f"there is no paper {unknown[0]!r}; there are {', '.join(FORMATS)}")
    chosen = [name for name in FORMATS if formats is None or name in formats or name == ALWAYS]
    say = progress or _nothing
    files: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for done, name in enumerate(chosen):
            say(name, done, len(chosen))
            files += FORMATS[name](content, folder)
        say("zip", len(chosen), len(chosen))
        made = _zipped(files, folder / f"{name_of(content)}.zip")
    except OSError as trouble:
        raise error(FileUnreadable, "not_written", path=folder, reason=trouble.strerror) from trouble
    return Pack(tuple(files), made)


def name_of(content: Content) -> str:
    """What a pack is called: division code, day and data version. Codes of zones may be anything, also no file name."""
    day = content.as_of.astimezone(content.place.zone_info)
    code = re.sub(r"\W", "_", content.place.code)
    return f"briefing-{code}-{day:%Y%m%d}-v{content.data_version}"


def _zipped(files: Sequence[Path], path: Path) -> Path:
    beside = path.with_suffix(".zip.part")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as made:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(path.parent).as_posix(), _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, file.read_bytes())
    beside.replace(path)
    return path


def _nothing(_name: str, _done: int, _of: int) -> None:
    """Nobody wants to know."""
