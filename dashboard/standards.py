"""Service standards: numbers with clause, source and whether anybody has checked them; none of them is in code."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.text.errors import error
from etl.errors import SettingsError

DEFAULTS = Path(__file__).resolve().parent.parent / "data" / "standards.toml"

STATUS = ("verified", "to_verify")

_RADIUS, _CIRCLE = ".radius", "life_circle."

_TEXTS = ("title", "clause", "source")
_FIELDS = ("value", "unit", "status", "by_setting", "low", "high", *_TEXTS)


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
    low: float | None = None
    """The range the source gives, where it gives one."""
    high: float | None = None
    is_own: bool = False
    """From the place's own file."""

    def by_cell(self, settings: pd.Series) -> pd.Series:
        """The value for each cell, by its setting (NaN: none)."""
        return settings.map(dict(self.by_setting)).astype(float).fillna(self.value)


@dataclass(frozen=True)
class Standards:
    """All standards by key."""

    entries: Mapping[str, Standard]

    def radius(self, kind: str) -> Standard | None:
        """The service radius of a facility kind (value in m); None: no standard for it."""
        return self.entries.get(f"{kind}{_RADIUS}")

    @property
    def rhythm(self) -> Standard:
        """How often a cell is visited (value in days)."""
        return self.entries["visit.rhythm"]

    def kinds(self) -> tuple[str, ...]:
        """Facility kinds that have a service radius, in the order of the files."""
        return tuple(key.removesuffix(_RADIUS) for key in self.entries if key.endswith(_RADIUS))

    def reaches(self, kind: str) -> dict[str, Standard]:
        """By what the reach of a kind may be judged: its own radius, named `radius`, then the distances of the life
        circles by their keys.

        >>> list(read_standards().reaches("toilet"))[:2]
        ['radius', 'life_circle.five_minutes']
        """
        own = self.radius(kind)
        circles = {key: one for key, one in self.entries.items() if key.startswith(_CIRCLE) and one.unit == "m"}
        return ({} if own is None else {_RADIUS[1:]: own}) | circles

    def of(self, kind: str, quantity: str) -> dict[str, Standard]:
        """The standards of one quantity by what they are for: `toilet.spacing_residential` is `residential`, an entry
        without an ending is "". In the order of the files.

        >>> sorted(read_standards().of("toilet", "per_km2"))
        ['industrial', 'public', 'residential']
        """
        whole = f"{kind}.{quantity}"
        named = {key: key.removeprefix(whole) for key in self.entries if key.startswith(whole)}
        return {
            ending.removeprefix("_"): self.entries[key]
            for key, ending in named.items()
            if ending == "" or ending.startswith("_")
        }

    def digest(self) -> str:
        """A short text that changes when a number or its unit does; for cache keys."""
        numbers = [
            (key, one.value, one.unit, one.low, one.high, sorted(one.by_setting.items()))
            for key, one in sorted(self.entries.items())
        ]
        return hashlib.blake2b(repr(numbers).encode("utf-8"), digest_size=8).hexdigest()


def changed_at(own: Path | None = None) -> tuple[int, ...]:
    """When the files that `read_standards` reads were last written (ns; -1: not there), for cache keys."""
    return tuple(_written_ns(path) for path in (DEFAULTS, own) if path is not None)


def _written_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1


def read_standards(own: Path | None = None) -> Standards:
    """`data/standards.toml` with a place's own file over it, entry by entry.

    An own entry replaces what it names and keeps the rest; without a status of its own it counts as to be verified.
    Raises `SettingsError` naming file and entry.
    """
    entries = {key: _standard(DEFAULTS, key, table) for key, table in _tables(DEFAULTS).items()}
    if own is None:
        return Standards(entries)
    for key, table in _tables(own).items():
        base = entries.get(key)
        if base is None:
            entries[key] = replace(_standard(own, key, table), is_own=True)
            continue
        if table.get("unit", base.unit) != base.unit:
            raise error(SettingsError, "standards_unit", path=own, key=key, found=table["unit"], known=base.unit)
        whole = {name: getattr(base, name) for name in ("value", "unit", "by_setting", "low", "high", *_TEXTS)}
        if "value" in table:
            whole |= {"by_setting": {}, "low": None, "high": None}
        whole = {name: value for name, value in whole.items() if value is not None}
        entries[key] = replace(_standard(own, key, {"status": "to_verify", **whole, **table}), is_own=True)
    return Standards(entries)


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    """Entries of a file: `[toilet.radius]` → "toilet.radius"."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as trouble:
        raise error(SettingsError, "standards_unreadable", path=path, reason=trouble) from trouble
    found = {}
    for topic, entries in content.items():
        for name, table in entries.items() if isinstance(entries, dict) else [("", entries)]:
            key = f"{topic}.{name}".rstrip(".")
            if not isinstance(table, dict):
                raise error(SettingsError, "standards_no_entry", path=path, key=key)
            found[key] = table
    return found


def _standard(path: Path, key: str, table: dict[str, Any]) -> Standard:
    def number(name: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value) or value <= 0:
            raise error(SettingsError, "standards_no_number", path=path, key=key, name=name, found=value)
        return float(value)

    unknown = sorted(set(table) - set(_FIELDS))
    if unknown:
        raise error(SettingsError, "standards_unknown", path=path, key=key, name=unknown[0], known=list(_FIELDS))
    if "value" not in table or not isinstance(table.get("unit", ""), str):
        raise error(SettingsError, "standards_incomplete", path=path, key=key)
    if table.get("status", "to_verify") not in STATUS:
        raise error(SettingsError, "standards_status", path=path, key=key, found=table["status"], known=list(STATUS))
    settings = table.get("by_setting", {})
    if not isinstance(settings, Mapping):
        raise error(SettingsError, "standards_by_setting", path=path, key=key, found=settings)
    return Standard(
        key=key,
        value=number("value", table["value"]),
        unit=table.get("unit", ""),
        is_verified=table.get("status") == "verified",
        by_setting={str(name): number(f"by_setting.{name}", value) for name, value in settings.items()},
        low=number("low", table["low"]) if "low" in table else None,
        high=number("high", table["high"]) if "high" in table else None,
        title=_texts(table.get("title", "")),
        clause=_texts(table.get("clause", "")),
        source=_texts(table.get("source", "")),
    )


def _texts(value: Any) -> dict[str, str]:
    """A text by language; one text stands for all languages."""
    if isinstance(value, Mapping):
        texts = {str(language): str(text) for language, text in value.items()}
        only = next(iter(texts.values()), "")
        return {"zh": only, "en": only} | texts
    return {"zh": str(value), "en": str(value)}
