"""Bytes of a file within bounds, or one sentence why not."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from etl.errors import FileUnreadable
from etl.messages import error

MOST_BYTES = 2 << 30
"""Larger files are refused: a ledger of a million rows has 150 MB."""
BLOCK = 1 << 22

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
SHAPEFILE_SIDECARS = (*SHAPEFILE_PARTS[1:], ".sbn", ".sbx", ".qix", ".qpj", ".fix", ".shp.xml", ".ain", ".aih", ".atx")


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what the system says about a file into `FileUnreadable`."""
    try:
        yield
    except FileUnreadable:
        raise
    except FileNotFoundError as problem:
        raise error(FileUnreadable, "file_missing", file=path.name, folder=path.parent) from problem
    except IsADirectoryError as problem:
        raise error(FileUnreadable, "file_is_folder", file=path.name) from problem
    except PermissionError as problem:
        raise error(FileUnreadable, "file_locked", file=path.name) from problem
    except OSError as problem:
        raise error(
            FileUnreadable, "file_unreadable", file=path.name, found=problem.strerror or str(problem)
        ) from problem


def check_size(path: Path, most: int = MOST_BYTES) -> None:
    """Raises `FileUnreadable` when a file is missing, empty, larger than `most` bytes, or not a file."""
    with readable(path):
        size = path.stat().st_size
        if path.is_dir():
            raise error(FileUnreadable, "file_is_folder", file=path.name)
        if not path.is_file():
            raise error(FileUnreadable, "file_is_special", file=path.name)
    if size == 0:
        raise error(FileUnreadable, "file_empty", file=path.name)
    if size > most:
        raise error(FileUnreadable, "file_too_large", file=path.name, megabytes=size >> 20, most=most >> 20)


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """A file's bytes, at most `most` of them."""
    check_size(path, most)
    with readable(path):
        return path.read_bytes()


def read_head(path: Path, count: int) -> bytes:
    """The first bytes of a file that is there and not empty."""
    check_size(path)
    with readable(path), path.open("rb") as stream:
        return stream.read(count)


class Blocks:
    """A file's bytes in blocks of 4 MB, read anew each time they are gone through: the whole need not be in memory."""

    def __init__(self, path: Path) -> None:
        check_size(path)
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with readable(self._path), self._path.open("rb") as stream:
            while block := stream.read(BLOCK):
                yield block


def shapefile_parts(path: Path) -> dict[str, Path]:
    """Suffix (`.shp`, `.dbf` …, lower case) → the files of a shapefile that are there, however they are capitalised."""
    found = {}
    with readable(path):
        for other in path.parent.iterdir():
            if other.suffix.lower() in SHAPEFILE_PARTS and other.stem == path.stem:
                found[other.suffix.lower()] = other
    return found


def fingerprint(path: Path) -> str:
    """SHA-256 (hex) of a file; of a shapefile with all its parts, of a folder with all its files, each by its name."""
    if path.is_dir():
        parts = sorted(other for other in path.rglob("*") if other.is_file())
    elif path.suffix.lower() == ".shp":
        parts = [part for _, part in sorted(shapefile_parts(path).items())]
    else:
        parts = [path]
    with readable(path):
        states = [part.stat() for part in parts]
    return _digest(tuple(parts), tuple((state.st_size, state.st_mtime_ns) for state in states))


@lru_cache(maxsize=64)
def _digest(parts: tuple[Path, ...], states: tuple[tuple[int, int], ...]) -> str:
    """A run asks for it several times, to know an unchanged file and to keep it; half a second of 300 MB each."""
    digest = hashlib.sha256()
    for part, (size, _) in zip(parts, states, strict=True):
        if len(parts) > 1:
            digest.update(f"{part.suffix.lower()}\0{size}\0".encode())
        with readable(part), part.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()
