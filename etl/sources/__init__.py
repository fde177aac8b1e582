"""Which files to read, and as what: by `sources.toml`, or every readable file as it speaks for itself."""

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.declarations import Declarations, PlaceEntry, Source
from etl.errors import SettingsError
from etl.messages import error
from etl.read import FORMATS
from etl.read.files import SHAPEFILE_SIDECARS, read_head, readable
from etl.sources.toml import NAME, read_declarations

__all__ = ["PlaceEntry", "Plan", "Source", "read_plan"]

_SHOWN = 20  # names of files that were there instead
_LOOK_UP = 6  # folders above a single file in which its sources.toml is looked for


@dataclass(frozen=True)
class Plan:
    """Which files to read, and as what."""

    place: PlaceEntry | None
    files: tuple[tuple[Path, Source], ...]
    """In the order of the entries, then by name; a file may come twice, with different sheets."""
    root: Path
    """Folder that paths are told relative to; with `..` in an entry a file may lie outside (use `os.path.relpath`)."""
    grid_size_m: float | None = None
    unnamed: tuple[Path, ...] = ()
    """Readable files below a `sources.toml` that no entry names: they are not read, and somebody should be told."""


def read_plan(paths: Sequence[Path], *, within: Path | None = None) -> Plan:
    """The plan for folders (with or without `sources.toml`) and single files.

    A single file is read as the `sources.toml` beside or above it says, if that names it: the same file must not
    become other rows because it was loaded alone. `within`: a folder that nothing outside is read of, whatever a
    declaration names, for declarations that somebody sent. Raises `SettingsError` with one
    sentence that names file, line, what was found and what is known.
    """
    if not paths:
        raise error(SettingsError, "plan_nothing_named")
    plans = [_plan(Path(path), within) for path in paths]
    seen: dict[tuple[Path, str | None], tuple[Path, Source]] = {}
    for plan in plans:
        for path, source in plan.files:
            real = path.resolve()
            if within is not None and not real.is_relative_to(within.resolve()):
                raise error(SettingsError, "file_outside", path=path.name)
            seen.setdefault((real, source.sheet), (path, source))
    places = {plan.place for plan in plans if plan.place}
    if len(places) > 1:
        raise error(SettingsError, "plan_two_places", places=sorted(place.name for place in places))
    sizes = {plan.grid_size_m for plan in plans if plan.grid_size_m}
    if len(sizes) > 1:
        raise error(SettingsError, "plan_two_grids", sizes=sorted(sizes))
    return Plan(
        place=next(iter(places), None),
        files=tuple(seen.values()),
        root=_common_root([plan.root for plan in plans]),
        grid_size_m=next(iter(sizes), None),
        unnamed=tuple(path for plan in plans for path in plan.unnamed),
    )


def recognised_files(folder: Path) -> list[Path]:
    """Every file below a folder that can be read, by name: a shapefile by its `.shp`, a zip as one file.

    Hidden files and the lock files of Office are left out, and JSON and text that hold no table.
    """
    found: list[Path] = []
    for where, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        found += [Path(where) / name for name in sorted(names) if _is_candidate(Path(where) / name)]
    return sorted(found)


def _plan(path: Path, within: Path | None) -> Plan:
    if path.name == NAME and path.is_file():
        return _declared(read_declarations(path), within)
    if path.is_dir():
        if (path / NAME).exists():
            return _declared(read_declarations(path / NAME), within)
        files = recognised_files(path)
        if not files:
            raise error(SettingsError, "folder_without_files", folder=path, formats=FORMATS)
        return Plan(None, tuple((file, _undeclared(file)) for file in files), path)
    if not path.exists():
        raise error(SettingsError, "path_missing", path=path)
    return _single(path, within)


def _single(path: Path, within: Path | None) -> Plan:
    """A single file, under the declaration that names it, if there is one."""
    for folder in list(path.resolve().parents)[:_LOOK_UP]:
        if within is not None and not folder.is_relative_to(within.resolve()):
            break
        if not (folder / NAME).is_file():
            continue
        declarations = read_declarations(folder / NAME)
        named = _files(declarations, within, is_strict=False)
        files = tuple((path, source) for file, source in named if file.resolve() == path.resolve())
        if files:
            return Plan(declarations.place, files, folder, None)
        break
    return Plan(None, ((path, _undeclared(path)),), path.parent)


def _undeclared(path: Path) -> Source:
    return Source(path.name, is_declared=False)


def _declared(declarations: Declarations, within: Path | None) -> Plan:
    folder = declarations.path.parent
    if not declarations.sources:
        recognised = tuple((file, _undeclared(file)) for file in recognised_files(folder))
        if not recognised:
            raise error(SettingsError, "folder_without_files", folder=folder, formats=FORMATS)
        return Plan(declarations.place, recognised, folder, declarations.grid_size_m)
    files = _files(declarations, within)
    named = {path.resolve() for path, _ in files}
    unnamed = tuple(path for path in recognised_files(folder) if path.resolve() not in named)
    return Plan(declarations.place, tuple(files), folder, declarations.grid_size_m, unnamed)


def _files(declarations: Declarations, within: Path | None, *, is_strict: bool = True) -> list[tuple[Path, Source]]:
    """The files of each entry. A file that one entry names outright is not taken by the pattern of another."""
    folder = declarations.path.parent
    outright: dict[Path, set[str | None]] = {}
    matched: list[tuple[list[Path], bool]] = []
    for (written, source), line in zip(declarations.sources, declarations.lines, strict=True):
        if within is not None and not _leads_within(folder, written, within):
            raise error(SettingsError, "path_outside", file=declarations.path, line=line, path=written)
        found, is_pattern = _matches(folder, written)
        if not found and is_strict:
            there = [path.relative_to(folder).as_posix() for path in recognised_files(folder)][:_SHOWN]
            code = "path_matches_nothing" if there else "path_in_empty_folder"
            raise error(SettingsError, code, file=declarations.path, line=line, path=written, there=there)
        matched.append((found, is_pattern))
        for path in found if not is_pattern else ():
            outright.setdefault(path.resolve(), set()).add(source.sheet)
    files: list[tuple[Path, Source]] = []
    taken: dict[tuple[Path, str | None], int] = {}
    for (found, is_pattern), (_, source), line in zip(matched, declarations.sources, declarations.lines, strict=True):
        for path in found:
            real = path.resolve()
            if is_pattern and real in outright and (source.sheet is None or source.sheet in outright[real]):
                continue
            if (real, source.sheet) in taken:
                values = {"file": declarations.path, "line": line, "other": taken[real, source.sheet]}
                raise error(SettingsError, "path_named_twice", path=path.name, **values)
            taken[real, source.sheet] = line
            files.append((path, source))
    return files


def _leads_within(folder: Path, written: str, within: Path) -> bool:
    """Whether a path or pattern, as it is written, stays in a folder; told without a look at what lies outside."""
    spelled = os.path.normpath(folder.resolve() / written.replace("\\", "/"))
    return Path(spelled).is_relative_to(within.resolve())


def _matches(folder: Path, written: str) -> tuple[list[Path], bool]:
    """The files an entry names, and whether it is a pattern. A folder stands for the readable files in it."""
    spelled = written.replace("\\", "/")
    path = folder / spelled
    if path.is_dir():
        return recognised_files(path), True
    if path.exists() or path.is_symlink():
        return [path], False
    found = glob.glob(spelled, root_dir=folder, recursive=True)  # noqa: PTH207 - Path.glob refuses absolute patterns
    files: set[Path] = set()
    for name in found:
        match = folder / name
        if match.is_dir():
            files |= set(recognised_files(match)) if "**" not in spelled else set()
        elif _is_candidate(match):
            files.add(match)
    return sorted(files), True


def _is_candidate(path: Path) -> bool:
    name = path.name.lower()
    if name.startswith((".", "~$")) or name == NAME or name.endswith(SHAPEFILE_SIDECARS) or not path.is_file():
        return False
    if path.suffix.lower() == ".txt":
        return False  # more often a remark than a table; an entry may name it
    if path.suffix.lower() == ".json":
        return _is_geojson(path)
    return path.suffix.lower() in FORMATS


def _is_geojson(path: Path) -> bool:
    if not path.stat().st_size:
        return False
    with readable(path):
        return b'"Feature' in read_head(path, 1 << 16)


def _common_root(roots: Iterable[Path]) -> Path:
    roots = list(roots)
    if len(set(roots)) == 1:
        return roots[0]
    try:
        return Path(os.path.commonpath([root.resolve() for root in roots]))
    except ValueError:  # two drives
        return roots[0].resolve()
