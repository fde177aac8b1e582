"""Which layer a table holds, by its headings, its geometry and the file's name."""

from dataclasses import dataclass

import numpy as np
import shapely

from etl import messages, words
from etl.columns.match import EXACT, forms, matches
from etl.errors import NotRecognised
from etl.messages import Note
from etl.read.raw import RawTable
from etl.schema import LAYERS
from etl.sources import Source

_SHAPED = ("zones", "cells", "base")
_ENOUGH = 4.0
_HINT = 4.0
_SPELLING = 4.0
_MOST_ZONES = 200
_GAP = 0.02
"""Of the side of a zone: how far neighbours that were drawn apart may lie from each other."""
_OF_ZONES = frozenset({"code", "name", "zone", "floor_area_m2"})
"""Fields of other layers that a list of zones may have as well: names, numbers, and an area."""


@dataclass(frozen=True)
class _Likeness:
    """How much a table looks like a layer, and what it lacks to be one: groups of fields, one of each is needed."""

    score: float
    lacks: tuple[frozenset[str], ...]


def recognise(table: RawTable, source: Source) -> str:
    """Name of the layer the table holds: as declared, else by its headings, its geometry and the file's name.

    Raises `NotRecognised` with the headings found and those expected, also where a declared layer lacks what it
    cannot do without.
    """
    if source.layer is not None:
        _check_needs(table, source.layer, source)
        return source.layer
    found = {layer: _likeness(table, layer, source) for layer in LAYERS if shape(table) in words.signs(layer).shapes}
    scores = {layer: like.score for layer, like in found.items() if not like.lacks}
    most = max(scores.values(), default=0.0)
    best = [layer for layer, score in scores.items() if score == most and score >= _ENOUGH]
    if len(best) == 1:
        return best[0]
    if _are_zones(table, source):
        table.notes.append(("taken_for_zones", {"polygons": len(table.frame)}))
        return "zones"
    raise _not_recognised(table, found, best)


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


def _not_recognised(table: RawTable, found: dict[str, _Likeness], best: list[str]) -> NotRecognised:
    """What to tell: that it could be several layers, what it lacks to be one, or everything that is known."""
    headings = [str(heading) for heading in table.frame.columns]
    told = {"file": table.path.name, "sheet": _of_sheet(table), "found": headings}
    if len(best) > 1:
        return messages.error(NotRecognised, "layer_ambiguous", **told, layers=[_called(layer) for layer in best])
    if len(headings) == 1 and table.geometry is None:
        return messages.error(NotRecognised, "table_of_one_column", **told)
    nearest = max(found, key=lambda layer: found[layer].score)
    is_english = all(map(str.isascii, headings))
    if found[nearest].score >= _ENOUGH and found[nearest].lacks:
        missing = [words.told(nearest, group, is_english=is_english) for group in found[nearest].lacks]
        return messages.error(NotRecognised, "layer_nearly", **told, layer=_called(nearest), missing=missing)
    expected: list[Note] = [
        ("headings_of", {"layer": _called(layer), "headings": words.expected(layer, is_english=is_english)})
        for layer in found
    ]
    return messages.error(NotRecognised, "layer_not_recognised", **told, expected=expected)


def _called(layer: str) -> Note:
    return (f"cli_layer_{layer}", {})


def _of_sheet(table: RawTable) -> Note | str:
    return ("of_sheet", {"sheet": table.sheet}) if table.sheet else ""


def _check_needs(table: RawTable, layer: str, source: Source) -> None:
    """Raises `NotRecognised` when a table cannot be what it is declared to be."""
    told = {"file": table.path.name, "sheet": _of_sheet(table), "layer": layer}
    signs = words.signs(layer)
    fields = {match.field for match in matches(table.frame.columns, layer, source)} | set(source.values)
    needs = signs.needs
    if shape(table) == "none" and layer in _SHAPED:
        if not signs.list_needs and len(table.frame):
            raise messages.error(NotRecognised, "layer_lacks_shapes", **told)
        needs = signs.list_needs if len(table.frame) else ()
    elif layer in _SHAPED:
        needs = ()
    # Of a declared layer only the first group is asked for: who declares a file knows what it is.
    if needs and not fields & needs[0]:
        found = [str(heading) for heading in table.frame.columns]
        is_english = all(map(str.isascii, found))
        expected = words.told(layer, needs[0], is_english=is_english)
        raise messages.error(NotRecognised, "layer_lacks_headings", **told, found=found, expected=expected)


def _likeness(table: RawTable, layer: str, source: Source) -> _Likeness:
    """How much speaks for a layer whose shape the table has."""
    signs = words.signs(layer)
    found = matches(table.frame.columns, layer, source)
    fields = {match.field for match in found} | set(source.values)
    needs = signs.needs
    if shape(table) != "none":
        fields.add("geometry")
    elif layer in _SHAPED:
        # Without shapes, 编码 and 类型 are any list's: only what grid cells alone are numbered by will do.
        needs = signs.list_needs
        own = {match.field for match in found if any(form in signs.spellings for _, form in forms(str(match.heading)))}
        fields = fields - {"code"} | (own & {"code"})
    best = {match.field: max(m.quality for m in found if m.field == match.field) for match in found}
    score = sum(signs.telling.get(field, 1) * quality / EXACT for field, quality in best.items())
    known = {form for heading in table.frame.columns for _, form in forms(str(heading))}
    score += _SPELLING * len(known & signs.spellings)
    score += _HINT * _is_named_like(table, layer)
    return _Likeness(score, tuple(group for group in needs if not fields & group))


def _is_named_like(table: RawTable, layer: str) -> bool:
    name = f"{table.path.name} {table.sheet or ''}".casefold()
    return any(hint in name for hint in words.signs(layer).files)


def _are_zones(table: RawTable, source: Source) -> bool:
    """Whether polygons that say little but their names are a map of zones: a few, most of them side by side.

    Parks and buildings have names too, but lie apart; cells and base features have columns of their own.
    """
    if shape(table) != "polygon" or not 2 <= len(table.frame) <= _MOST_ZONES:
        return False
    headings = table.frame.columns
    if "name" not in {match.field for match in matches(headings, "zones", source)}:
        return False
    for other in ("cells", "base", "facilities"):
        if {match.field for match in matches(headings, other, source)} - _OF_ZONES or _is_named_like(table, other):
            return False
    shapes = np.asarray(shapely.make_valid(np.asarray(table.geometry, dtype=object)))
    gap = _GAP * float(np.sqrt(np.nanmedian(shapely.area(shapes))))
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap)
    return bool(np.unique(one[one != other]).size >= 0.5 * len(shapes))
