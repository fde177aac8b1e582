"""What `sources.toml` may say: the place, and what each file is."""

import json
from collections.abc import Mapping
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
    """`auto`, or a reading of `etl.coordinates` in the spelling of `checked_reading`."""
    sheet: str | None = None
    complete: bool = False
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    dates: str | None = None
    states: Mapping[str, str] = field(default_factory=dict)
    is_declared: bool = True
    """False where no `sources.toml` speaks of the file."""

    def as_json(self) -> str:
        """What was declared, without defaults, keys in order: equal declarations give equal text."""
        said = {part.name: getattr(self, part.name) for part in fields(self)}
        del said["entry"], said["is_declared"]
        kept = {name: value for name, value in said.items() if value not in (None, "auto", False, {})}
        return json.dumps({"entry": self.entry, **kept}, ensure_ascii=False, sort_keys=True, default=str)


@dataclass(frozen=True)
class Declarations:
    """One `sources.toml`."""

    path: Path
    place: PlaceEntry | None
    sources: tuple[tuple[str, Source], ...]
    """Path or pattern as written, and what is said of it."""
    grid_size_m: float | None
    lines: tuple[int, ...]
    """Line of each source's path."""
