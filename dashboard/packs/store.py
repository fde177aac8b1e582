"""Packs that were made, kept under what they were made of, so that the same choice again is there at once.

Each is a folder `var/packs/PLACE/KEY/` with its papers, their zip and a list of them. It is written beside its place
and moved there whole, so that two who make the same at once end up with one and the same, and nobody ever sees half.
"""

import json
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.briefing.pack import Pack
from dashboard.saved.shelf import folder_of
from dashboard.text.errors import error
from etl.errors import FileUnreadable, GridError

KEPT = 6
"""Packs of a place; those used longest ago go first."""
LIST = "pack.json"
_FORMAT = 1
_PART = ".part-"
_GIVEN_UP_S = 6 * 3600.0
"""An unfinished folder this old is one of a program that ended."""


@dataclass(frozen=True)
class Paper:
    """A paper of a pack."""

    name: str
    """Of `pack.papers_of`."""
    files: tuple[Path, ...]
    bytes: int
    """Of all its files."""
    seconds: float


@dataclass(frozen=True)
class Kept:
    """A pack that is there."""

    papers: tuple[Paper, ...]
    zip: Path


@dataclass(frozen=True)
class Store:
    """Where the packs of one place lie."""

    folder: Path

    @classmethod
    def of(cls, var_dir: Path, place: str) -> "Store":
        """That of a place (its division code) in the folder the program writes to."""
        return cls(folder_of(var_dir, place, "packs"))

    def find(self, key: str) -> Kept | None:
        """The pack of that key; None where there is none, or not all of it."""
        folder = self.folder / key
        try:
            told = json.loads((folder / LIST).read_text(encoding="utf-8"))
            if told["format"] != _FORMAT:
                return None
            papers = tuple(_paper(folder, *one) for one in told["papers"])
            whole = _inside(folder, told["zip"])
            return Kept(papers, whole) if whole.is_file() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def make(self, key: str, work: Callable[[Path], Pack]) -> Kept:
        """Has `work` write a pack into a folder of its own and keeps it under the key; the oldest ones go.

        Raises what `work` raises, and `FileUnreadable` where the folder cannot be written to.
        """
        part = self.folder / f"{_PART}{secrets.token_hex(8)}"
        try:
            part.mkdir(parents=True)
            made = work(part)
            (part / LIST).write_text(_listed(made, part), encoding="utf-8", newline="\n")
            self._put(part, self.folder / key)
            self._sweep(key)
        except GridError:
            raise
        except OSError as trouble:
            raise error(FileUnreadable, "not_written", path=self.folder, reason=trouble.strerror) from trouble
        finally:
            shutil.rmtree(part, ignore_errors=True)
        found = self.find(key)
        if found is None:
            raise error(FileUnreadable, "not_written", path=self.folder / key, reason="")
        return found

    def used(self, key: str) -> None:
        """Somebody took it: it stays longer than those that nobody takes."""
        try:
            (self.folder / key / LIST).touch()
        except OSError:
            return  # gone meanwhile, or not ours to touch: it is merely forgotten sooner

    def _put(self, part: Path, place: Path) -> None:
        try:
            part.rename(place)
        except OSError:
            if self.find(place.name) is not None:
                return  # somebody else has made the same meanwhile
            shutil.rmtree(place, ignore_errors=True)
            part.rename(place)

    def _sweep(self, but: str) -> None:
        """Removes what was used longest ago, and what programs that ended have left."""
        packs = [path for path in self.folder.iterdir() if path.is_dir()]
        oldest = time.time() - _GIVEN_UP_S
        left = [path for path in packs if path.name.startswith(_PART) and _touched(path) < oldest]
        kept = sorted((path for path in packs if not path.name.startswith(_PART)), key=_age, reverse=True)
        for path in [*left, *(path for path in kept[KEPT:] if path.name != but)]:
            shutil.rmtree(path, ignore_errors=True)


def _listed(made: Pack, folder: Path) -> str:
    papers = [
        [one.name, [file.relative_to(folder).as_posix() for file in one.files], round(one.seconds, 2)]
        for one in made.papers
    ]
    told = {"format": _FORMAT, "zip": made.zip.relative_to(folder).as_posix(), "papers": papers}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _paper(folder: Path, name: str, files: list[str], seconds: float) -> Paper:
    paths = tuple(_inside(folder, file) for file in files)
    return Paper(str(name), paths, sum(path.stat().st_size for path in paths), float(seconds))


def _inside(folder: Path, name: str) -> Path:
    """A file of the folder; raises `ValueError` for one that lies elsewhere."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError("a file of somewhere else")
    return path


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _age(path: Path) -> float:
    return _touched(path / LIST)
