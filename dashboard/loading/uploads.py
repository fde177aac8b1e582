"""Files that somebody dropped in, as files in a folder of the session's own."""

import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import streamlit as st

from etl.read import archive

DECLARATION = "sources.toml"
_TABLES = {".xlsx", ".xlsm", ".xls", ".csv"}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST_NAME = 180
"""Bytes in UTF-8 of a name without its ending; systems allow 255 in all."""
_KEPT_S = 86_400
_COPIED_AT_ONCE = 1 << 20


def folder(var_dir: Path) -> Path:
    """The session's folder, made when first asked for; its name cannot be guessed. What other sessions left behind more
    than a day ago is swept then."""
    if "upload_folder" not in st.session_state:
        st.session_state["upload_folder"] = secrets.token_hex(8)
        sweep(var_dir / "uploads", older_than_s=_KEPT_S)
    path = var_dir / "uploads" / st.session_state["upload_folder"]
    path.mkdir(parents=True, exist_ok=True)
    return path


def sweep(uploads: Path, *, older_than_s: float) -> None:
    """Removes the folders in which nothing was written for that long; one that cannot be removed stays."""
    ends = time.time() - older_than_s
    for left in uploads.iterdir() if uploads.is_dir() else ():
        # A folder's own time does not change when a file deeper in it does, but uploads are written once and whole.
        if left.is_dir() and not left.is_symlink() and left.stat().st_mtime < ends:
            shutil.rmtree(left, ignore_errors=True)


def clean_name(name: str) -> str:
    """A file name that stays inside its folder on every system: no path, no control or reserved characters.

    >>> clean_name("../../台账?.xlsx")
    '台账_.xlsx'
    """
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = _FORBIDDEN.sub("_", last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{_short(stem)}{dot}{ending[:10]}" if dot and stem else _short(plain) or "_"


def _short(name: str) -> str:
    return name.encode("utf-8", "ignore")[:_LONGEST_NAME].decode("utf-8", "ignore").rstrip(" .")


def save(files: Iterable[Any], into: Path) -> list[Path]:
    """Writes the files (each with `name`, `read`, `seek`) and gives what to load: the folder where a declaration came
    along, in it or in a packed folder, else every file. What lay in the folder before is gone.

    Raises `FileUnreadable` for a packed folder that cannot be unpacked."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    saved: list[Path] = []
    for file in files:
        path = into / clean_name(file.name)
        if path.exists():
            path = into / f"{len(saved)}_{path.name}"
        file.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(file, target, _COPIED_AT_ONCE)
        saved.append(path)
    for number, path in enumerate(saved):
        packed = _unpack(path, into / ("folder" if not number else f"folder_{number}"))
        if packed is not None and packed.is_declared:
            return [packed.root]
        if packed is not None:
            saved[number] = packed.root
    if any(path.name == DECLARATION for path in saved):
        return [into]
    # The parts of an unpacked shapefile are read by its .shp, not as files of their own.
    parts = {".shx", ".dbf", ".prj", ".cpg"}
    stems = {path.stem for path in saved if path.suffix.lower() == ".shp"}
    return [path for path in saved if not (path.suffix.lower() in parts and path.stem in stems)]


@dataclass(frozen=True)
class _Packed:
    """A folder that came packed."""

    root: Path
    is_declared: bool


def _unpack(path: Path, root: Path) -> _Packed | None:
    """A zip that holds a folder with a declaration, or tables such as the sheets of all zones, unpacked into `root`;
    None for any other file (a zipped shapefile, say).

    Raises `FileUnreadable` for such a pack that is damaged, protected, too large or leads outside itself.
    """
    data = path.read_bytes() if path.suffix.lower() == ".zip" else b""
    if not archive.is_zip(data):
        return None
    with archive.opened(path, data) as pack:
        members = archive.members(pack)
        declared = [name for name in members if PurePosixPath(name).name == DECLARATION]
        endings = {PurePosixPath(name).suffix.lower() for name in members}
        if not declared and (".shp" in endings or not endings & _TABLES):
            return None
        for name, member in members.items():
            target = root.joinpath(*map(clean_name, PurePosixPath(name).parts))
            target.parent.mkdir(parents=True, exist_ok=True)
            with pack.open(member) as source, target.open("wb") as written:
                shutil.copyfileobj(source, written, _COPIED_AT_ONCE)
        # The declaration of the whole stands highest.
        top = min(declared, key=lambda name: len(PurePosixPath(name).parts), default=DECLARATION)
        return _Packed(root.joinpath(*map(clean_name, PurePosixPath(top).parts[:-1])), bool(declared))
