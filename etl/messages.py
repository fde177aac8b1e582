"""The words of the loading side, in Chinese and English, from `etl/messages.toml`.

Notes and reasons travel as codes with values, `("file_empty", {"file": "a.csv"})`, so that one load can be told in
either language, now or years later. Errors are made here too, so that they carry their note along:

    raise messages.error(FileUnreadable, "file_empty", file=path.name)

`str(error)` is the Chinese sentence; the edge (command line, page) that speaks English calls
`messages.explain(error, "en")`. Every error of `etl` is made this way; none has a sentence of its own in Python.
"""

import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from etl.errors import GridError

Note = tuple[str, dict[str, Any]]
"""A code of `messages.toml` and the values its sentence needs; both survive a trip through JSON."""

LANGUAGES = ("zh", "en")

_LONGEST = 160  # characters of one value; a cell of a hostile file may hold 32,767
_MOST = 40  # members of one list
_COUNTED = re.compile(
    r"(\{(\w+)(?::,)?\} (?:grid )?)(row|cell|deadline|line|name|file|problem)s\b( have| are| do| differ)?"
)
_OF_ONE = {" have": " has", " are": " is", " do": " does", " differ": " differs"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")

Raised = TypeVar("Raised", bound=GridError)


def sentence(note: Note, language: str = "zh") -> str:
    """One sentence for a note, values filled in; lists are joined, long values cut, control characters taken out.

    Never raises for what a database may hold: a code that is no longer known, or a value that is missing, is shown
    as it is.
    """
    code, values = note
    template = _texts().get(code, {}).get(language)
    if template is None:
        told = _shown(values, language)
        return f"{code}：{told}" if language == "zh" else f"{code}: {told}"
    return filled(template, values, language)


def filled(template: str, values: Mapping[str, Any], language: str = "zh") -> str:
    """A sentence of ours with values of theirs filled in, as `sentence` does; for other files of sentences."""
    if language == "en":
        template = _COUNTED.sub(lambda found: _of_one(found, values), template)
    return _Lenient(language).vformat(template, (), values)


def _of_one(found: re.Match[str], values: Mapping[str, Any]) -> str:
    """`1 row has` where the template says `{rows} rows have`."""
    if values.get(found[2]) != 1:
        return found[0]
    return found[1] + found[3] + _OF_ONE.get(found[4] or "", "")


def error(kind: type[Raised], code: str, /, **values: Any) -> Raised:
    """An error of `kind` whose text is the Chinese sentence and whose `.note` is `(code, values)`.

    Raises `KeyError` for a code that `messages.toml` does not have: that is a fault of the program.
    """
    note: Note = (code, {name: _plain(value) for name, value in values.items()})
    if code not in _texts():
        raise KeyError(code)
    made = kind(sentence(note))
    made.note = note
    return made


def words(prefix: str) -> dict[str, dict[str, str]]:
    """The sentences whose code begins so, by language."""
    return {code: told for code, told in _texts().items() if code.startswith(prefix)}


def explain(problem: BaseException, language: str = "zh") -> str:
    """The sentence of an error in `language`; its own text where it was raised without a note."""
    note = getattr(problem, "note", None)
    return str(problem) if note is None else sentence(note, language)


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class _Lenient(string.Formatter):
    """Formats our own templates; values are only ever filled in, never taken for templates."""

    def __init__(self, language: str) -> None:
        self._language = language

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "?")

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec and isinstance(value, int | float):
            return format(value, format_spec)
        return _shown(value, self._language)


def _shown(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        value = [f"{name}={_shown(part, language)}" for name, part in value.items()]
    match value:
        case [str(code), Mapping() as told] if code in _texts():  # a note inside a note: why a file was refused
            return sentence((code, dict(told)), language)
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_shown(part, language) for part in value]
        more = ["…"] if len(parts) > _MOST else []
        return ("、" if language == "zh" else ", ").join(parts[:_MOST] + more)
    text = _UNSAFE.sub(" ", str(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _plain(value: Any) -> Any:
    """Values as JSON knows them: a path by its name in posix spelling, a set as a list, the rest as text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, Iterable):
        return [_plain(part) for part in value]
    return str(value)
