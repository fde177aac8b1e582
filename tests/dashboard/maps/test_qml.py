"""Styles for QGIS. Their expressions are also SQL, so SQLite says which features each rule draws."""

import sqlite3
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps import qml
from dashboard.maps.style import SYMBOLS, Scale, Swatch, amount, heat, reach

EVIL = "<script>&\"'\x00\ud800]]>${x}"


def drawn(rules: tuple[qml.Rule, ...], values: list[float | None], unvisited: list[bool | None]) -> list[list[int]]:
    """Positions of the rules that hold for each feature."""
    file = sqlite3.connect(":memory:")
    file.execute('CREATE TABLE f (n INTEGER, "a ""b""" REAL, looked INTEGER)')
    rows = [(at, *row) for at, row in enumerate(zip(values, unvisited, strict=True))]
    file.executemany("INSERT INTO f VALUES (?, ?, ?)", rows)
    held: list[list[int]] = [[] for _ in values]
    for at, rule in enumerate(rules):
        for (row,) in file.execute(f"SELECT n FROM f WHERE {rule.expression}"):
            held[row].append(at)
    return held


SCALES = [
    amount("problems_per_km2", "cells", "zh", factor=0.5),
    amount("problems", "zones", "en"),
    amount("workload", "cells", "zh"),
    amount("open", "cells", "zh", edges=[3], has_visits=False),
    heat("zh"),
    reach("zh", "x"),
]


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.measure)
@given(
    values=st.lists(
        st.one_of(st.none(), st.just(0.0), st.integers(0, 700).map(float), st.floats(0, 700)), min_size=1, max_size=8
    ),
    data=st.data(),
)
def test_each_feature_is_drawn_in_the_class_of_the_map(
    scale: Scale, values: list[float | None], data: st.DataObject
) -> None:
    unvisited = [data.draw(st.sampled_from([None, True, False])) for _ in values]
    rules = qml.by_scale('a "b"', scale, unvisited="looked" if scale.unvisited is not None else None)
    truths = np.array([bool(one) for one in unvisited])
    classes = scale.classes(np.array(values, dtype=float), truths if scale.unvisited is not None else None)
    for held, value, found in zip(drawn(rules, values, unvisited), values, classes, strict=True):
        if value is None:
            assert held == []
        else:
            assert [rules[at].look for at in held] == [scale.swatches[found]]


def test_values_of_a_column_are_told_apart_whatever_they_hold() -> None:
    swatches = [Swatch(f"#00000{n}", "") for n in range(3)]
    rules = qml.by_value('a "b"', [("it's", swatches[0], ""), (True, swatches[1], ""), (7, swatches[2], "")])
    assert drawn(rules, ["it's", 1, 7, None], [None] * 4) == [[0], [1], [2], []]  # type: ignore[list-item]


def test_a_style_is_xml_whatever_its_texts_hold() -> None:
    rules = (
        qml.Rule("", EVIL, Swatch("#9e1a2f", "", hatch="#8a867c")),
        *qml.by_value("c", [(EVIL, Swatch("#f6f5f1", ""), EVIL)]),
    )
    root = Xml.fromstring(qml.style(rules, title=EVIL, label="name"))
    assert (root.tag, root.get("labelsEnabled"), root.findtext("layerGeometryType")) == ("qgis", "1", "2")
    renderer = root.find("renderer-v2")
    assert renderer is not None and renderer.get("type") == "RuleRenderer"
    first, second = renderer.findall("rules/rule")
    assert first.get("filter") is None and second.get("label") == "<script>&\"']]>${x}"
    assert [rule.get("symbol") for rule in (first, second)] == [
        one.get("name") for one in renderer.find("symbols") or ()
    ]
    hatched, plain = renderer.findall("symbols/symbol")
    assert [layer.find("prop[@k='style']").get("v") for layer in hatched] == ["solid", "b_diagonal"]  # type: ignore[union-attr]
    assert plain.find("layer/prop[@k='color']").get("v") == "246,245,241,255"  # type: ignore[union-attr]


def test_points_have_the_symbols_of_the_map() -> None:
    rules = qml.by_value("kind", [(kind, symbol, kind) for kind, symbol in SYMBOLS.items()])
    root = Xml.fromstring(qml.style(rules, title="facilities"))
    assert root.findtext("layerGeometryType") == "0" and root.find("labeling") is None
    told = [{prop.get("k"): prop.get("v") for prop in layer.iter("prop")} for layer in root.iter("layer")]
    assert {symbol.get("type") for symbol in root.iter("symbol")} == {"marker"}
    assert told[0]["name"] == "square" and told[0]["color"] == "11,90,143,255"
    assert {one["name"] for one in told} <= {"circle", "square", "diamond", "hexagon"}


def test_the_same_style_is_the_same_text() -> None:
    made = [qml.style(qml.by_scale("open", amount("open", "cells", "zh")), title="cells") for _ in range(2)]
    assert made[0] == made[1]
