"""Classes and symbols of the app as a QGIS style (QML), so that what leaves it opens in the same colours.

Drawn by rules, as QGIS takes the first class of an expression, a hatched one or a symbol alike. Symbol properties are
`prop` elements: all versions of QGIS 3 read them.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml  # only written, never read

from dashboard.maps.style import CELL_LINE, TEXT, Scale, Swatch, Symbol

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.28.0"
_GEOMETRY = {"marker": "0", "fill": "2"}
_FILL_ALPHA = "0.8"
_SHAPES = {"dot": "circle"}
"""Shapes by QGIS's name for them, where it has another one."""
_MM_PER_PX = 0.35
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = uuid.UUID("6f1c2a52-7f0c-5a86-9a55-0d8f3f5f6d11")


@dataclass(frozen=True)
class Rule:
    """Features for which an expression of QGIS holds (empty: all), and how they are drawn."""

    expression: str
    label: str
    look: Swatch | Symbol


def by_value(column: str, classes: Sequence[tuple[str | int | bool, Swatch | Symbol, str]]) -> tuple[Rule, ...]:
    """A rule for each value of a column: value, look, label."""
    return tuple(Rule(f"{named(column)} = {_literal(value)}", label, look) for value, look, label in classes)


def by_scale(column: str, scale: Scale, *, unvisited: str | None = None) -> tuple[Rule, ...]:
    """The classes of a scale; `unvisited` names the column that tells zero from "nobody looked", where the scale does.
    Features without a value are not drawn, as on the map."""
    name = named(column)
    lows = scale.edges
    rules = []
    hatched = scale.swatches[scale.unvisited] if scale.unvisited is not None and unvisited is not None else None
    zero = f"{name} < {lows[0]!r}" if scale.is_whole else f"{name} <= 0"
    if hatched is not None:
        looked = f"coalesce({named(unvisited or '')}, 0)"
        rules.append(Rule(f"{name} = 0 AND {looked} = 1", hatched.label, hatched))
        zero = f"{zero} AND NOT ({name} = 0 AND {looked} = 1)"
    rules.append(Rule(zero, scale.swatches[0].label, scale.swatches[0]))
    for position, low in enumerate(lows):
        swatch = scale.swatches[position + 1]
        begins = f"{name} > 0" if position == 0 and not scale.is_whole else f"{name} >= {low!r}"
        ends = f" AND {name} < {lows[position + 1]!r}" if position + 1 < len(lows) else ""
        rules.append(Rule(begins + ends, swatch.label, swatch))
    return tuple(rules)


def style(rules: Sequence[Rule], *, title: str, label: str | None = None) -> str:
    """The style as text: a layer of polygons where the rules have swatches, of points where they have symbols; `label`
    names a column that is written beside each feature."""
    kind = "marker" if rules and isinstance(rules[0].look, Symbol) else "fill"
    root = Xml.Element(
        "qgis",
        {"version": _VERSION, "styleCategories": "Symbology|Labeling", "labelsEnabled": "1" if label else "0"},
    )
    renderer = Xml.SubElement(
        root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    )
    listed = Xml.SubElement(renderer, "rules", {"key": _key(title)})
    symbols = Xml.SubElement(renderer, "symbols")
    for number, rule in enumerate(rules):
        told = {"key": _key(title, str(number)), "symbol": str(number), "label": _plain(rule.label)}
        if rule.expression:
            told["filter"] = _plain(rule.expression)
        Xml.SubElement(listed, "rule", told)
        _symbol(symbols, str(number), kind, rule.look)
    if label:
        _labelled(root, label)
    Xml.SubElement(root, "layerGeometryType").text = _GEOMETRY[kind]
    return _DOCTYPE + Xml.tostring(root, encoding="unicode")


def named(column: str) -> str:
    """A column in an expression of QGIS."""
    return '"' + column.replace('"', '""') + '"'


def _literal(value: str | int | bool) -> str:
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
    return str(int(value))


def _symbol(into: Xml.Element, name: str, kind: str, look: Swatch | Symbol) -> None:
    alpha = _FILL_ALPHA if kind == "fill" else "1"
    symbol = Xml.SubElement(
        into, "symbol", {"name": name, "type": kind, "alpha": alpha, "clip_to_extent": "1", "force_rhr": "0"}
    )
    if isinstance(look, Symbol):
        size = f"{look.size * _MM_PER_PX:.2f}"
        shape = _SHAPES.get(look.shape, look.shape)
        _layer(
            symbol, "SimpleMarker", name=shape, color=_colour(look.colour), size=size, size_unit="MM",
            outline_color=_colour(CELL_LINE), outline_style="solid", outline_width="0.2", outline_width_unit="MM",
        )  # fmt: skip
        return
    width = "0.3" if look.edge else "0.1"
    line = {"outline_color": _colour(look.edge or CELL_LINE), "outline_width": width, "outline_width_unit": "MM"}
    _layer(symbol, "SimpleFill", color=_colour(look.colour), style="solid", outline_style="solid", **line)
    if look.hatch:
        _layer(symbol, "SimpleFill", color=_colour(look.hatch), style="b_diagonal", outline_style="no", **line)


def _layer(symbol: Xml.Element, kind: str, **properties: str) -> None:
    layer = Xml.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    for name, value in properties.items():
        Xml.SubElement(layer, "prop", {"k": name, "v": value})


def _labelled(root: Xml.Element, column: str) -> None:
    settings = Xml.SubElement(
        Xml.SubElement(root, "labeling", {"type": "simple"}), "settings", {"calloutType": "simple"}
    )
    text = {
        "fieldName": column,
        "isExpression": "0",
        "fontSize": "9",
        "fontSizeUnit": "Point",
        "textColor": _colour(TEXT),
    }
    written = Xml.SubElement(settings, "text-style", text)
    Xml.SubElement(
        written,
        "text-buffer",
        {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": _colour(CELL_LINE)},
    )


def _colour(hexadecimal: str) -> str:
    """`#rrggbb` as QGIS writes it."""
    parts = [str(int(hexadecimal[at : at + 2], 16)) for at in (1, 3, 5)]
    return ",".join([*parts, "255"])


def _key(*parts: str) -> str:
    return "{" + str(uuid.uuid5(_SPACE, _plain("\n".join(parts)))) + "}"


def _plain(text: str) -> str:
    """What XML cannot hold is left out."""
    return _NOT_XML.sub("", text)
