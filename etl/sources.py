"""What each file is said to be: `sources.toml`, or nothing, then every readable file speaks for itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class PlaceEntry:
    """The county the files are about, `[place]`."""

    name: str
    division_code: str
    """Six digits."""
    time_zone: str = "Asia/Shanghai"
    week_ends: str = "sunday"
    """monday … sunday"""
    measure_crs: str | None = None
    """A projected CRS in metres; `None`: chosen from where the place lies."""


@dataclass(frozen=True)
class Source:
    """One `[[source]]`, or what stands for it when there is none."""

    entry: str
    """Its path or pattern as written (`#sheet` added when several entries share it): the identity of the entry. For a
    file nobody declared: its file name."""
    layer: str | None = None
    coordinates: str = "auto"
    """`wgs84`, `cgcs2000`, `gcj02`, `bd09`, `auto`, `EPSG:n`; the readings of `etl.coordinates`, spelled that way."""
    sheet: str | None = None
    complete: bool = False
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    dates: str | None = None
    states: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """What was declared, without defaults, keys in order: equal declarations give equal text."""
        said = {part.name: getattr(self, part.name) for part in fields(self) if part.name != "entry"}
        kept = {name: value for name, value in said.items() if value not in (None, "auto", False, {})}
        return json.dumps({"entry": self.entry, **kept}, ensure_ascii=False, sort_keys=True, default=str)


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


def read_plan(paths: Sequence[Path]) -> Plan:
    """The plan for folders (with or without `sources.toml`) and single files.

    Raises `SettingsError` with one sentence that names file, line, what was found and what is known.
    """
    raise NotImplementedError
