"""The things of one kind that were kept for a place: listed, saved, deleted and taken back, by several people at once.

Each is a file of its own under `var/saved/PLACE/KIND/`, whose name says nothing (`thing.key_of`). A file is written
beside its place and moved there, so that there is always the old one or the new one. Who writes says which revision
they have seen; where it is another one by now nothing is written.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from dashboard.saved.lock import locked
from dashboard.saved.thing import MOST_BYTES, Made, Saved, as_json, cleaned, from_json, key_of
from dashboard.text.errors import error
from etl.errors import FileUnreadable, GridError, NotSaved, SavedMeanwhile

T = TypeVar("T")

MOST = 100
"""Things of a kind."""
_DELETED_KEPT = 20
_PART = ".part"


def folder_of(var_dir: Path, place: str, what: str = "saved") -> Path:
    """Where all that is kept for a place lies, its division code being whatever its files say."""
    is_plain = re.fullmatch(r"[0-9A-Za-z_-]{1,40}", place)
    return var_dir / what / (place if is_plain else sha256(place.encode()).hexdigest()[:32])


@dataclass(frozen=True)
class Listed:
    """What there is now."""

    things: tuple[Saved, ...]
    """In their order, without the deleted ones."""
    broken: tuple[GridError, ...] = ()
    """A sentence for each file that cannot be read; the others are not touched by it."""

    @property
    def for_briefing(self) -> tuple[Saved, ...]:
        """Those that somebody marked to be taken into the briefing."""
        return tuple(thing for thing in self.things if thing.is_for_briefing)


@dataclass(frozen=True)
class Shelf:
    """Where the things of one kind lie."""

    folder: Path
    kind: str

    @classmethod
    def of(cls, var_dir: Path, place: str, kind: str) -> "Shelf":
        """That of a place (its division code) in the folder the program writes to."""
        return cls(folder_of(var_dir, place) / kind, kind)

    def listed(self) -> Listed:
        """What there is, read anew. Raises `FileUnreadable` where the folder itself cannot be."""
        things, broken = [], []
        for path in self._files():
            try:
                thing = self._read(path)
            except FileUnreadable as trouble:
                broken.append(trouble)
                continue
            if thing is not None and thing.deleted_at is None:
                things.append(thing)
        return Listed(tuple(sorted(things, key=lambda thing: (thing.order, thing.name))), tuple(broken))

    def listed_as(self, read: Callable[[Saved, Path], T]) -> tuple[dict[str, T], Listed]:
        """What there is by name, in its order, as `read` (of a thing and the folder) understands it, and the files; one
        for which `read` raises `FileUnreadable` is a broken one."""
        every = self.listed()
        found: dict[str, T] = {}
        broken = []
        for thing in every.things:
            try:
                found[thing.name] = read(thing, self.folder)
            except FileUnreadable as trouble:
                broken.append(trouble)
        things = tuple(thing for thing in every.things if thing.name in found)
        return found, Listed(things, (*every.broken, *broken))

    def find(self, name: str) -> Saved | None:
        """The thing of that name, None where there is none (any more); raises `FileUnreadable` for a broken file and
        `NotSaved` for a name that none can have."""
        thing = self._read(self._path(key_of(cleaned(name))))
        return None if thing is None or thing.deleted_at is not None else thing

    def save(self, name: str, content: Mapping[str, Any], made: Made, *, over: int | None = None) -> Saved:
        """Keeps something under a name; `over` is the revision that may be lost by it (None: none).

        What is said beside it (its order, the mark for the briefing) stays with the name. Raises `SavedMeanwhile` where
        there is another revision than `over`, `NotSaved` for a name or size that cannot be, `FileUnreadable`.
        """
        told = cleaned(name)
        with self._writing(told):
            before = self._read(self._path(key_of(told)))
            there = None if before is None or before.deleted_at is not None else before
            if there is not None and over is None:
                raise error(SavedMeanwhile, "saved_taken", name=told)
            if (there.revision if there else None) != over:
                raise error(SavedMeanwhile, "saved_meanwhile", name=told)
            every = self.listed().things
            if there is None and len(every) >= MOST:
                raise error(NotSaved, "saved_too_many", most=MOST)
            return self._write(
                Saved(
                    self.kind,
                    told,
                    content,
                    made,
                    revision=before.revision + 1 if before else 1,
                    order=there.order if there else max((thing.order for thing in every), default=0) + 1,
                    saved_at=_now(),
                    is_for_briefing=there.is_for_briefing if there else False,
                )
            )

    def mark(self, thing: Saved, *, is_for_briefing: bool) -> Saved:
        """Takes it into the briefing or out of it. Raises as `save`."""
        return self._changed(thing, is_for_briefing=is_for_briefing)

    def rename(self, thing: Saved, name: str) -> Saved:
        """The same under another name, in its old place. Raises as `save`."""
        told = cleaned(name)
        if told == thing.name:
            return thing
        with self._writing(told):
            there, taken = self._read(self._path(thing.key)), self._read(self._path(key_of(told)))
            if there is None or there.revision != thing.revision:
                raise error(SavedMeanwhile, "saved_meanwhile", name=thing.name)
            if taken is not None and taken.deleted_at is None:
                raise error(SavedMeanwhile, "saved_taken", name=told)
            renamed = self._write(
                replace(there, name=told, revision=max(there.revision, taken.revision if taken else 0) + 1)
            )
            self._path(thing.key).unlink(missing_ok=True)
            return renamed

    def delete(self, thing: Saved) -> Saved:
        """Takes it off the list; what comes back can be given to `restore`. Raises as `save`."""
        deleted = self._changed(thing, deleted_at=_now())
        self._forget()
        return deleted

    def restore(self, deleted: Saved) -> Saved:
        """Takes a deletion back. Raises as `save`: `SavedMeanwhile` where its name was given anew, or it is gone."""
        return self._changed(deleted, deleted_at=None)

    def arrange(self, names: Sequence[str]) -> None:
        """Puts the things of these names first, in this order; the others follow as they are. Raises as `save`."""
        with self._writing(""):
            every = self.listed().things
            first = {name: position for position, name in enumerate(names)}
            wanted = sorted(every, key=lambda thing: first.get(thing.name, len(first)))
            for order, thing in enumerate(wanted, 1):
                if thing.order != order:
                    self._write(replace(thing, order=order, revision=thing.revision + 1))

    def _changed(self, thing: Saved, **changes: Any) -> Saved:
        with self._writing(thing.name):
            there = self._read(self._path(thing.key))
            if there is None or there.revision != thing.revision:
                raise error(SavedMeanwhile, "saved_meanwhile", name=thing.name)
            return self._write(replace(there, revision=there.revision + 1, **changes))

    def _forget(self) -> None:
        """Removes what was deleted longest ago, but for the last few."""
        deleted = []
        for path in self._files():
            try:
                thing = self._read(path)
            except FileUnreadable:
                continue
            if thing is not None and thing.deleted_at is not None:
                deleted.append((thing.deleted_at, path, thing))
        for _, path, thing in sorted(deleted, key=lambda one: one[:2], reverse=True)[_DELETED_KEPT:]:
            with self._writing(thing.name):
                if self._read(path) == thing:
                    path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        try:
            return sorted(path for path in self.folder.iterdir() if path.suffix == ".json")
        except FileNotFoundError:
            return []
        except OSError as trouble:
            raise error(FileUnreadable, "saved_unreadable", file=self.folder, reason=trouble.strerror) from trouble

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _read(self, path: Path) -> Saved | None:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise error(FileUnreadable, "saved_broken", file=path.name, folder=self.folder)
            thing = from_json(path.read_bytes(), kind=self.kind)
        except FileNotFoundError:
            return None
        except OSError as trouble:
            if isinstance(trouble, GridError):
                raise
            raise error(FileUnreadable, "saved_unreadable", file=path, reason=trouble.strerror) from trouble
        except (ValueError, RecursionError, NotSaved) as trouble:
            raise error(FileUnreadable, "saved_broken", file=path.name, folder=self.folder) from trouble
        if path.stem != thing.key:
            # A copy made by hand would stand beside its original under the same name.
            raise error(FileUnreadable, "saved_copied", file=path.name, folder=self.folder, name=thing.name)
        return thing

    def _write(self, thing: Saved) -> Saved:
        path = self._path(thing.key)
        part = path.with_name(f"{secrets.token_hex(8)}{_PART}")
        data = as_json(thing)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)  # noqa: PTH105 (Path.replace says the same)
        return thing

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        """Alone in the folder; what a writer that died left behind is swept."""
        try:
            with locked(self.folder):
                for left in self.folder.glob(f"*{_PART}"):
                    left.unlink(missing_ok=True)
                yield
        except GridError:
            raise
        except OSError as trouble:
            raise error(
                FileUnreadable, "saved_not_written", name=name, folder=self.folder, reason=trouble.strerror
            ) from trouble


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
