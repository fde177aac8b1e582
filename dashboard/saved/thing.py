"""One named thing that was kept: what it is called, on which data it was made, and what it holds; as JSON."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dashboard.text.errors import error
from etl.errors import NotSaved

LONGEST_NAME = 60
MOST_BYTES = 200_000
"""Of one file."""

_FORMAT = 1
_UNSEEN = ("Cc", "Cf", "Cs", "Co")
"""Categories of characters that nobody sees, or that turn the text around them about."""


@dataclass(frozen=True)
class Made:
    """On what data a thing was made."""

    data_version: int
    as_of: datetime
    """The moment looked at, UTC, whole seconds."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """`Filters.to_query` of the filters as chosen."""


@dataclass(frozen=True)
class Saved:
    """A thing by its name. `content` is what the kind makes of it, in values that JSON knows."""

    kind: str
    name: str
    content: Mapping[str, Any]
    made: Made
    revision: int
    """Grows with every writing; whoever writes says which one they have seen."""
    order: int
    """Its place among those of the kind."""
    saved_at: datetime
    is_for_briefing: bool = False
    deleted_at: datetime | None = None
    """Deleted things can be taken back for a while."""

    @property
    def key(self) -> str:
        """Stands for the name where it must be plain, as in a file name."""
        return key_of(self.name)


def cleaned(name: str) -> str:
    """The name without what nobody sees and without superfluous blanks; raises `NotSaved` where none is left of it, or
    more than `LONGEST_NAME` characters.

    >>> cleaned(" 三座\\u202e公厕 \\n 方案一 ")
    '三座公厕 方案一'
    """
    seen = "".join(" " if char.isspace() else char for char in name)
    seen = "".join(char for char in seen if unicodedata.category(char) not in _UNSEEN)
    told = " ".join(unicodedata.normalize("NFC", seen).split())
    if not told:
        raise error(NotSaved, "saved_no_name")
    if len(told) > LONGEST_NAME:
        raise error(NotSaved, "saved_name_too_long", name=told, most=LONGEST_NAME)
    return told


def key_of(name: str) -> str:
    """The same for the same name; two names that only systems take for one (`A`, `a`) have two."""
    return hashlib.sha256(name.encode("utf-8")).hexdigest()[:32]


def as_json(thing: Saved) -> bytes:
    """UTF-8, readable; raises `NotSaved` for more than `MOST_BYTES`."""
    told = {
        "format": _FORMAT,
        "kind": thing.kind,
        "name": thing.name,
        "revision": thing.revision,
        "order": thing.order,
        "saved_at": thing.saved_at.isoformat(),
        "is_for_briefing": thing.is_for_briefing,
        "deleted_at": thing.deleted_at.isoformat() if thing.deleted_at else None,
        "made": {
            "data_version": thing.made.data_version,
            "as_of": thing.made.as_of.isoformat(),
            "filters": dict(thing.made.filters),
        },
        "content": dict(thing.content),
    }
    # Half of a pair of surrogates has no UTF-8; as an escape JSON knows it.
    data = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
    if len(data) > MOST_BYTES:
        raise error(NotSaved, "saved_too_large", name=thing.name, size=len(data), most=MOST_BYTES)
    return data


def from_json(data: bytes, *, kind: str) -> Saved:
    """What was written; raises `ValueError` for anything else."""
    told = _checked(json.loads(data.decode("utf-8"), parse_constant=_no_number), dict)
    if told.get("format") != _FORMAT or told.get("kind") != kind:
        raise ValueError("another format or kind")
    name = _checked(told.get("name"), str)
    if cleaned(name) != name:
        raise ValueError("a name that nobody could have given")
    made = _checked(told.get("made"), dict)
    filters = _checked(made.get("filters"), dict)
    deleted_at = told.get("deleted_at")
    return Saved(
        kind=kind,
        name=name,
        content=_checked(told.get("content"), dict),
        made=Made(
            _checked(made.get("data_version"), int),
            _moment(made.get("as_of")),
            {_checked(key, str): _checked(value, str) for key, value in filters.items()},
        ),
        revision=_checked(told.get("revision"), int),
        order=_checked(told.get("order"), int),
        saved_at=_moment(told.get("saved_at")),
        is_for_briefing=_checked(told.get("is_for_briefing"), bool),
        deleted_at=None if deleted_at is None else _moment(deleted_at),
    )


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} expected")
    return value


def _moment(value: Any) -> datetime:
    written = datetime.fromisoformat(_checked(value, str))
    if written.tzinfo is None:
        raise ValueError("a moment without its offset")
    return written.astimezone(UTC)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
