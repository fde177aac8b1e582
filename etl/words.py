"""The dictionary `etl/words.toml`: which spelling of a heading or of a word in a cell means which field or code."""

import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_MOST_TOLD = 4
POINT_LAYERS = ("facilities", "problems", "visits")


class Spelling(NamedTuple):
    """What a heading's spelling stands for; a low rank is a telling spelling."""

    field: str
    rank: int


@dataclass(frozen=True)
class Signs:
    """How a layer is told from the others."""

    shapes: frozenset[str]
    needs: tuple[frozenset[str], ...]
    """At least one field of each group."""
    list_needs: tuple[frozenset[str], ...]
    """The same for a list without shapes, of a layer of polygons; none: there is no such list."""
    telling: Mapping[str, int]
    spellings: frozenset[str]
    files: tuple[str, ...]


def comparable(texts: pa.Array) -> pa.Array:
    """What two spellings have in common: folded, lower case, letters and digits, or all where there are none (√)."""
    folded = pc.utf8_lower(pc.utf8_normalize(texts, "NFKC"))
    bare = pc.replace_substring_regex(folded, r"[^\p{L}\p{N}]+", "")
    return pc.if_else(pc.equal(bare, ""), folded, bare)


def key(text: str) -> str:
    """`comparable` of one text.

    >>> key("城南 片区（一）") == key("城南片区(一)")
    True
    """
    # In Python, as Arrow compiles its regular expression anew at every call, which takes 2 ms.
    lower = "".join(char.lower() for char in unicodedata.normalize("NFKC", text))
    return "".join(char for char in lower if unicodedata.category(char)[0] in "LN") or lower


@cache
def headings(layer: str) -> Mapping[str, tuple[Spelling, ...]]:
    """Key of a spelling → the fields of the layer it may stand for."""
    fields = dict(_book()["headings"][layer])
    if layer in POINT_LAYERS:
        fields |= _book()["headings"]["points"]
    found: dict[str, tuple[Spelling, ...]] = {}
    for field, spellings in fields.items():
        for rank, spelling in enumerate(_keys(spellings)):
            if field not in {known.field for known in found.get(spelling, ())}:
                found[spelling] = (*found.get(spelling, ()), Spelling(field, rank))
    return found


@cache
def fields(layer: str) -> tuple[str, ...]:
    """The names a file may give its columns in a layer (`columns` and `values` of `sources.toml`)."""
    named = {spelling.field for several in headings(layer).values() for spelling in several}
    return tuple(sorted(named))


@cache
def names(layer: str, *, is_english: bool) -> Mapping[str, str]:
    """What each field is called in a message: its most telling spelling in the language of the file's headings."""
    said = dict(_book()["headings"][layer]) | dict(_book()["headings"]["points"])
    return {
        field: next((spelling for spelling in spellings if spelling.isascii() == is_english), field)
        for field, spellings in said.items()
    }


@cache
def signs(layer: str) -> Signs:
    """What speaks for a layer."""
    said = _book()["layers"][layer]
    return Signs(
        shapes=frozenset(said["shapes"]),
        needs=tuple(frozenset(group) for group in said["needs"]),
        list_needs=tuple(frozenset(group) for group in said.get("list_needs", [])),
        telling=said["telling"],
        spellings=frozenset(_keys(said["spellings"])),
        files=tuple(said["files"]),
    )


@cache
def vocabulary(name: str) -> Mapping[str, str]:
    """Key of a word → its code, for `state`, `setting`, `kind`, …"""
    return {
        spelling: code for code, spellings in _book()["words"][name].items() for spelling in _keys([code, *spellings])
    }


@cache
def ignored() -> frozenset[str]:
    """Keys of headings that are dropped without a word."""
    return frozenset(_keys(_book()["ignored"]["headings"]))


def told(layer: str, fields: Collection[str], *, is_english: bool) -> str:
    """The headings of fields one of which is wanted, the most usual first, joined by strokes."""
    said = names(layer, is_english=is_english)
    known = [field for field in _book()["headings"][layer] if field in fields]
    return "/".join(said[field] for field in known[:_MOST_TOLD]) + ("/…" if len(known) > _MOST_TOLD else "")


@cache
def expected(layer: str, *, is_english: bool = False) -> list[str]:
    """The headings a layer is known by, for a message: one text for each group of which one is wanted."""
    needs = signs(layer).needs or (frozenset(list(_book()["headings"][layer])[:2]),)
    return [told(layer, group, is_english=is_english) for group in needs]


@cache
def _book() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _keys(spellings: list[str]) -> list[str]:
    return [_key_of()[spelling] for spelling in spellings]


@cache
def _key_of() -> Mapping[str, str]:
    """Key of every text of the dictionary, all in one go, as a call takes longer than a thousand texts."""
    found: list[str] = []
    waiting: list[Any] = [_book()]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str):
            found.append(part)
    return dict(zip(found, comparable(pa.array(found, type=pa.large_string())).to_pylist(), strict=True))
