"""Headings as people write them → the layer a table holds, and the field's names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from etl import messages, words
from etl.errors import NotRecognised, SettingsError
from etl.read.raw import LEVELS, RawTable
from etl.schema import LAYERS
from etl.sources import Source
from etl.words import key

_DECLARED, _EXACT, _BARE, _LAST, _ENDING = 5, 4, 3, 2, 1
"""How well a heading fits: said so, as in the dictionary, without its brackets, by its last level, by its end."""
_SHAPED = ("zones", "cells", "base")
_ENOUGH = 4.0
_HINT = 4.0
_SPELLING = 4.0
_BRACKETS = re.compile(r"[(（\[【〔<《].*?[)）\]】〕>》]")
_PERSON = re.compile(r"姓名|人员|person|full name", re.IGNORECASE)


@dataclass(frozen=True)
class Match:
    """A heading that fills a field; the greater `(quality, -rank)`, the better."""

    heading: str
    field: str
    quality: int
    rank: int


def recognise(table: RawTable, source: Source) -> str:
    """Name of the layer the table holds: as declared, else by its headings, its geometry and the file's name.

    Raises `NotRecognised` with the headings found and those expected, also where a declared layer lacks what it
    cannot do without.
    """
    if source.layer is not None:
        _check_needs(table, source.layer, source)
        return source.layer
    scores = {layer: _score(table, layer, source) for layer in LAYERS}
    best = max(scores, key=lambda layer: scores[layer])
    if scores[best] < _ENOUGH or sum(score == scores[best] for score in scores.values()) > 1:
        raise messages.error(
            NotRecognised,
            "layer_not_recognised",
            file=table.path.name,
            sheet=table.sheet or "",
            found=[str(heading) for heading in table.frame.columns],
            expected={layer: words.expected(layer) for layer in LAYERS if shape(table) in words.signs(layer).shapes},
        )
    return best


def rename(table: RawTable, layer: str, source: Source) -> pd.DataFrame:
    """The table's columns under their fields' names, same index; what was not used is told in `table.notes`.

    `attrs["headings"]` of the result has what people call each field: the heading it came from, else a usual one.

    Raises `SettingsError` when `columns` or `values` name a field the layer does not have.
    """
    _check_declared(layer, source)
    chosen: dict[str, list[Match]] = {}
    for match in matches(table.frame.columns, layer, source):
        chosen.setdefault(match.field, []).append(match)
    frame = pd.DataFrame(index=table.frame.index)
    for field, found in chosen.items():
        frame[field] = _fill(table, field, found)
    used = {match.heading for found in chosen.values() for match in found}
    unknown = [str(heading) for heading in table.frame.columns if heading not in used and not _is_ignored(str(heading))]
    if unknown:
        table.notes.append(("headings_unknown", {"headings": unknown}))
    missing = [heading for heading in source.columns if heading not in used]
    if missing:
        table.notes.append(("declared_headings_missing", {"headings": missing}))
    if layer == "parties" and "is_person" not in frame and "name" in chosen:
        heading = max(chosen["name"], key=_goodness).heading
        frame["is_person"] = bool(_PERSON.search(heading)) or ("post" in chosen and "class" not in chosen)
    for field, value in source.values.items():
        frame[field] = value
    called = {field: str(max(found, key=_goodness).heading) for field, found in chosen.items()}
    usual = words.names(layer, is_english=all(map(str.isascii, called.values())))
    frame.attrs["headings"] = {**usual, **called}
    return frame


def matches(headings: Iterable[str], layer: str, source: Source) -> list[Match]:
    """Each heading with the field of the layer it fills; several headings may fill one field."""
    declared = {key(heading): field for heading, field in source.columns.items()}
    said: list[Match] = []
    open_: dict[str, tuple[int, tuple[words.Spelling, ...]]] = {}
    for heading in headings:
        written = str(heading)
        field = (
            source.columns.get(written)
            or declared.get(key(written))
            or declared.get(key(written.rsplit(LEVELS, 1)[-1]))
        )
        if field:
            said.append(Match(heading, field, _DECLARED, 0))
        elif known := _known(written, layer):
            open_[heading] = known
    taken = {match.field for match in said}
    # A word may stand for two fields (单位: a party's name, or where a person works): what is needed goes first.
    needed = frozenset().union(*words.signs(layer).needs) if words.signs(layer).needs else frozenset()
    certain = {spellings[0].field for _, spellings in open_.values() if len(spellings) == 1} | taken
    for heading, (quality, spellings) in open_.items():
        best = min(spellings, key=lambda spelling: (spelling.field not in needed - certain, spelling.rank))
        if best.field not in taken:
            said.append(Match(heading, best.field, quality, best.rank))
    return said


def _known(written: str, layer: str) -> tuple[int, tuple[words.Spelling, ...]] | None:
    """How well a heading fits, and what it may stand for."""
    for quality, form in _forms(written):
        if form in words.headings(layer):
            return quality, words.headings(layer)[form]
    # 现场问题描述 ends with 问题描述. Only Chinese spellings of four characters: shorter ones end anything.
    form = key(_BRACKETS.sub("", written.rsplit(LEVELS, 1)[-1]))
    for length in range(len(form) - 1, 3, -1):
        if not form[-length:].isascii() and form[-length:] in words.headings(layer):
            return _ENDING, words.headings(layer)[form[-length:]]
    return None


def shape(table: RawTable) -> str:
    """`polygon`, `line`, `point` or `none`: what most of the table's geometries are."""
    if table.geometry is None:
        return "none"
    kinds = shapely.get_type_id(table.geometry)
    counts = {
        "point": int(np.isin(kinds, (0, 4)).sum()),
        "line": int(np.isin(kinds, (1, 2, 5)).sum()),
        "polygon": int(np.isin(kinds, (3, 6, 7)).sum()),
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "none"


def _check_needs(table: RawTable, layer: str, source: Source) -> None:
    """Raises `NotRecognised` when a table cannot be what it is declared to be."""
    told = {"file": table.path.name, "sheet": table.sheet or "", "layer": layer}
    if "none" not in words.signs(layer).shapes and shape(table) == "none" and len(table.frame):
        raise messages.error(NotRecognised, "layer_lacks_shapes", **told)
    needs = words.signs(layer).needs
    fields = {match.field for match in matches(table.frame.columns, layer, source)} | set(source.values)
    # Of a declared layer only the first group is asked for: who declares a file knows what it is.
    if layer not in _SHAPED and needs and not fields & needs[0]:
        raise messages.error(
            NotRecognised,
            "layer_lacks_headings",
            **told,
            found=[str(heading) for heading in table.frame.columns],
            expected=words.expected(layer),
        )


def _score(table: RawTable, layer: str, source: Source) -> float:
    """How much speaks for a layer; 0 when it cannot be."""
    signs = words.signs(layer)
    kind = shape(table)
    if kind not in signs.shapes:
        return 0.0
    found = matches(table.frame.columns, layer, source)
    fields = {match.field for match in found} | set(source.values)
    if kind != "none":
        fields.add("geometry")
    if any(not fields & group for group in signs.needs):
        return 0.0
    best = {match.field: max(m.quality for m in found if m.field == match.field) for match in found}
    score = sum(signs.telling.get(field, 1) * quality / _EXACT for field, quality in best.items())
    known = {form for heading in table.frame.columns for _, form in _forms(str(heading))}
    score += _SPELLING * len(known & signs.spellings)
    name = f"{table.path.name} {table.sheet or ''}".casefold()
    return score + _HINT * any(hint in name for hint in signs.files)


@cache
def _forms(heading: str) -> tuple[tuple[int, str], ...]:
    """The keys under which a heading may stand in the dictionary, best first."""
    bare, last = _BRACKETS.sub("", heading), heading.rsplit(LEVELS, 1)[-1]
    forms = ((_EXACT, heading), (_BARE, bare), (_LAST, last), (_LAST, _BRACKETS.sub("", last)))
    found: dict[str, int] = {}
    for quality, form in forms:
        found.setdefault(key(form), quality)
    return tuple((quality, form) for form, quality in found.items() if form)


def _goodness(match: Match) -> tuple[int, int]:
    return match.quality, -match.rank


def _fill(table: RawTable, field: str, found: list[Match]) -> pd.Series:
    """The field's values from the best of the headings that would fill it."""
    found = sorted(found, key=_goodness, reverse=True)
    if len(found) > 1 and field.endswith("_at"):
        times = [match for match in found if _is_time_of_day(table.frame[match.heading])]
        days = [match for match in found if match not in times]
        if times and days:
            return _join(table.frame[days[0].heading], table.frame[times[0].heading])
    if len(found) > 1 and field == "state" and found[0].quality < _DECLARED:
        found.sort(key=lambda match: _share_of_states(table.frame[match.heading]), reverse=True)
    if len(found) > 1:
        others = [str(match.heading) for match in found[1:]]
        table.notes.append(("headings_share_field", {"used": str(found[0].heading), "left": others}))
    return table.frame[found[0].heading]


def _join(day: pd.Series, time: pd.Series) -> pd.Series:
    """Texts `day time` of a ledger that keeps the two in columns of their own; a typed time or day becomes its text."""
    return _as_text(day, "%Y-%m-%d").str.cat(_as_text(time, "%H:%M:%S"), sep=" ", na_rep="").str.strip()


def _is_time_of_day(values: pd.Series) -> bool:
    """True when nearly everything in the column is a time such as 08:30 with no date to it."""
    text = values.dropna().head(1000).astype("str").str.strip()
    return bool(len(text)) and float(text.str.fullmatch(r"\d{1,2}[:：时]\d{1,2}([:：分]\d{0,2}秒?)?").mean()) > 0.9


def _as_text(values: pd.Series, pattern: str) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime(pattern).astype("str")
    if pd.api.types.is_object_dtype(values):
        values = values.map(lambda value: value.strftime(pattern) if hasattr(value, "strftime") else value)
    return values.astype("str")


def _share_of_states(values: pd.Series) -> float:
    said = words.comparable(pa.array(values.dropna().head(5000).astype("str"), type=pa.large_string())).to_pylist()
    return sum(text in words.vocabulary("state") for text in said) / len(said) if said else 0.0


def _is_ignored(heading: str) -> bool:
    return any(form in words.ignored() for _, form in _forms(heading)) or not heading.strip()


def _check_declared(layer: str, source: Source) -> None:
    known = set(words.fields(layer)) | {column.name for column in LAYERS[layer].columns}
    for said in (source.columns.values(), source.values):
        for field in said:
            if field not in known:
                raise messages.error(
                    SettingsError, "field_not_known", entry=source.entry, field=field, layer=layer, known=sorted(known)
                )
