"""The words of a briefing: `zh.toml` and `en.toml`, with a place's own laid over them entry by entry.

A template is text with placeholders `{name}`, and nothing else: no format, no attribute, no index, so that a file can
neither run anything nor reach into the program. A brace is written twice. Entries of `dashboard/text` are had from here
too, so that a place may word them otherwise in its briefing.
"""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from dashboard import text
from dashboard.text.errors import error
from etl.errors import SettingsError
from etl.messages import error as told_error
from etl.toml_syntax import place_of

_LABELS = ("label", "figure", "case", "responsibility", "coverage")
"""Tables in which the word for a column or figure is looked for, the first that has it."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_Part = tuple[str, str | None]


@dataclass(frozen=True)
class Templates:
    """Every entry of one language."""

    language: str
    own: Mapping[str, str] = field(default_factory=dict)
    """The place's own, by entry; checked."""

    def text(self, entry: str) -> str:
        """The template itself. Raises `KeyError` for an entry that nobody has: a fault of the program."""
        found = self.own.get(entry)
        return found if found is not None else _defaults(self.language)[entry]

    def say(self, entry: str, values: Mapping[str, str] | None = None) -> str:
        """The text of an entry with its values put in; what is in a value is never taken for a placeholder.

        >>> Templates("zh").say("headline.unassigned", {"count": "{secret}"})
        '无人负责 {secret} 个'
        """
        return filled(self.text(entry), values or {})

    def label(self, name: str) -> str:
        """The word for a figure or a column."""
        known = _defaults(self.language)
        return self.text(next(key for key in (f"{table}.{name}" for table in _LABELS) if key in known))

    def group(self, prefix: str) -> dict[str, str]:
        """Entries below a table, by what follows: `paper` → page, contents …"""
        whole = f"{prefix}."
        return {key.removeprefix(whole): self.text(key) for key in _defaults(self.language) if key.startswith(whole)}


def read_templates(folder: Path, language: str) -> Templates:
    """The templates of a language with those of `folder` (`zh.toml`, `*.zh.toml` …) over them, in order of name.

    Raises `SettingsError` naming file and entry, whatever the language, for a file that is no TOML, an entry nobody
    has, a placeholder it does not know, or anything but text.
    """
    own: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        of = path.stem.rpartition(".")[2]
        if of not in text.LANGUAGES:
            raise error(
                SettingsError, "template_no_language", path=path, known=[f"{one}.toml" for one in text.LANGUAGES]
            )
        entries = {entry: _checked(path, entry, value, of) for entry, value in _read(path)}
        own |= entries if of == language else {}
    return Templates(language, own)


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template with its values put in; what is in a value is never taken for a placeholder."""
    return "".join(literal + (values[name] if name is not None else "") for literal, name in _parts(template))


def placeholders(template: str) -> set[str]:
    """Names of the placeholders. Raises `ValueError` for anything in braces that is none."""
    return {name for _, name in _parts(template) if name is not None}


@cache
def _parts(template: str) -> tuple[_Part, ...]:
    found = []
    for literal, name, form, conversion in string.Formatter().parse(template):
        if name is not None and (form or conversion or not _NAME.fullmatch(name)):
            raise ValueError(name)
        found.append((literal, name))
    return tuple(found)


@cache
def _defaults(language: str) -> Mapping[str, str]:
    path = Path(__file__).parent / f"{language}.toml"
    own = dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    return {**text.words(language), **{entry: str(value) for entry, value in own.items()}}


def _read(path: Path) -> Iterator[tuple[str, object]]:
    try:
        content = path.read_text(encoding="utf-8-sig")
        yield from _flat(tomllib.loads(content))
    except tomllib.TOMLDecodeError as trouble:
        line, column, expected = place_of(trouble, content)
        raise told_error(
            SettingsError, "toml_broken", file=path, line=line, column=column, expected=expected
        ) from trouble
    except (OSError, ValueError) as trouble:
        raise error(SettingsError, "template_unreadable", path=path, reason=trouble) from trouble


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _checked(path: Path, entry: str, value: object, language: str) -> str:
    usual = _defaults(language).get(entry)
    if usual is None:
        raise error(SettingsError, "template_no_entry", path=path, entry=entry)
    if not isinstance(value, str):
        raise error(SettingsError, "template_no_text", path=path, entry=entry, found=value)
    known = sorted(placeholders(usual))
    try:
        asked = placeholders(value)
    except ValueError as trouble:
        raise error(SettingsError, "template_braces", path=path, entry=entry, known=_braced(known)) from trouble
    unknown = sorted(asked - set(known))
    if unknown:
        raise error(
            SettingsError, "template_unknown", path=path, entry=entry, found=_braced(unknown[:1]), known=_braced(known)
        )
    return value


def _braced(names: list[str]) -> list[str]:
    return [f"{{{name}}}" for name in names]
