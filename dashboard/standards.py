"""Service standards: numbers with clause, source and whether anybody has checked them; none of them is in code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import SettingsError

DEFAULTS = Path(__file__).resolve().parent.parent / "data" / "standards.toml"


@dataclass(frozen=True)
class Standard:
    """One number of a standard."""

    key: str
    """e.g. `toilet.radius`."""
    value: float
    unit: str
    is_verified: bool
    """False: 待核, to be verified before anybody acts on it."""
    title: Mapping[str, str]
    """Language (zh, en) → what it is."""
    clause: Mapping[str, str]
    source: Mapping[str, str]
    by_setting: Mapping[str, float]
    """Setting of a cell (old_town, new_town, …) → a value other than `value`."""
    is_own: bool = False
    """From the place's own file."""


@dataclass(frozen=True)
class Standards:
    """All standards by key."""

    entries: Mapping[str, Standard]

    def radius(self, kind: str) -> Standard | None:
        """The service radius of a facility kind (value in m); None: no standard for it."""
        return self.entries.get(f"{kind}.radius")

    def digest(self) -> str:
        """A short text that changes when a number does; for cache keys."""
        raise NotImplementedError


def read_standards(own: Path | None = None) -> Standards:
    """`data/standards.toml` with a place's own file over it, entry by entry.

    Raises `SettingsError` naming file and entry.
    """
    raise NotImplementedError
