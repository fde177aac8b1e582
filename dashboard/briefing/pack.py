"""A pack: the papers of a content in a folder, and all of them in one zip."""

import re
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dashboard.briefing.content.shape import Content
from dashboard.briefing.formats import FORMATS, Paper
from dashboard.briefing.wallmap import paper as wall_map
from dashboard.text.errors import error
from etl.errors import FileUnreadable, GridError

_AGENDA = "views"
_LONGEST = 40
ALWAYS = "json"
"""A pack carries its numbers, whatever papers were asked for."""
ON_REQUEST: dict[str, Paper] = {size.lower(): partial(wall_map, size=size) for size in ("A1", "A0")}
"""Papers that are made where they are asked for by name, besides those of `FORMATS`: they take long."""
_COMPRESSED = (".pptx", ".docx", ".xlsx", ".pdf")
"""Once more would save a fortieth of them and take as long as their tables."""
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The least a zip can say, so that equal papers make an equal zip."""

Progress = Callable[[str, int, int], None]
"""Told before each paper: its name, how many are done, how many there are; last "zip"."""


@dataclass(frozen=True)
class Made:
    """A paper that was written."""

    name: str
    """Of `FORMATS` or `ON_REQUEST`."""
    files: tuple[Path, ...]
    """None where the content has nothing for such a paper: no map, no ledger."""
    seconds: float
    """How long it took."""


@dataclass(frozen=True)
class Pack:
    """What was written."""

    papers: tuple[Made, ...]
    """In the order in which they were made."""
    zip: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """Of all papers, in their order."""
        return tuple(file for paper in self.papers for file in paper.files)


def pack(
    content: Content,
    folder: Path,
    formats: Sequence[str] | None = None,
    progress: Progress | None = None,
    done: Callable[[Made], None] | None = None,
) -> Pack:
    """Writes the papers (all of `FORMATS`, unless some are named) and their zip into a folder, which is made if need
    be. `done` is told of each paper; what `progress` raises ends the work between two papers.

    Raises `ValueError` for a paper that there is none of, and `FileUnreadable` where the folder cannot be written to.
    """
    every = FORMATS | ON_REQUEST
    chosen = papers_of(formats)
    say = progress or _nothing
    papers: list[Made] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for position, name in enumerate(chosen):
            say(name, position, len(chosen))
            begun = time.perf_counter()
            papers.append(Made(name, tuple(every[name](content, folder)), time.perf_counter() - begun))
            if done is not None:
                done(papers[-1])
        say("zip", len(chosen), len(chosen))
        files = [file for paper in papers for file in paper.files]
        zipped = _zipped(files, folder / f"{name_of(content)}.zip")
    except OSError as trouble:
        if isinstance(trouble, GridError):
            raise
        raise error(FileUnreadable, "not_written", path=folder, reason=trouble.strerror) from trouble
    return Pack(tuple(papers), zipped)


def papers_of(formats: Sequence[str] | None) -> tuple[str, ...]:
    """Names of the papers that are made where these are asked for, in their order: the numbers go with all of them.
    Raises `ValueError` for a paper that there is none of."""
    every = FORMATS | ON_REQUEST
    unknown = [name for name in formats or () if name not in every]
    if unknown:
        raise ValueError(f"there is no paper {unknown[0]!r}; there are {', '.join(every)}")
    asked = FORMATS if formats is None else formats
    return tuple(name for name in every if name in asked or name == ALWAYS)


def name_of(content: Content) -> str:
    """What a pack is called: division code, day and data version; the zone or how many where it is not of all of them,
    `agenda` where it holds kept views alone, the language where it is another than Chinese. Codes of zones may be
    anything, also no file name."""
    day = content.as_of.astimezone(content.place.zone_info)
    parts = ["briefing", _safe(content.place.code), f"{day:%Y%m%d}", f"v{content.data_version}"]
    zones = content.filters.zone
    if zones:
        parts.append(_safe(zones[0]) if len(zones) == 1 else f"{len(zones)}zones")
    if content.sections and all(section.key == _AGENDA for section in content.sections):
        parts.append("agenda")
    if content.language != "zh":
        parts.append(_safe(content.language))
    return "-".join(parts)


def _safe(code: str) -> str:
    """A code as a part of a name of a file."""
    return re.sub(r"\W", "_", code)[:_LONGEST]


def _zipped(files: Sequence[Path], path: Path) -> Path:
    beside = path.with_suffix(".zip.part")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as made:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(path.parent).as_posix(), _EARLIEST)
            entry.compress_type = zipfile.ZIP_STORED if file.suffix in _COMPRESSED else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, file.read_bytes())
    beside.replace(path)
    return path


def _nothing(_name: str, _done: int, _of: int) -> None:
    """Nobody wants to know."""
