"""A list of places beside the map: a line each, a click brings the place into view and opens its card."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.screen import frame
from dashboard.sentences.places import called
from dashboard.text import t

_SCRIPT = Path(__file__).with_name("picks.js")


@dataclass(frozen=True)
class Line:
    """What one line says of a place; texts are plain."""

    code: str
    name: str
    """Its own name, else its zone's; empty: the code is all the name there is."""
    full: str
    """All of it, for hovering."""
    who: str | None
    """Who answers for it; None: nobody; empty: no such names are kept."""
    why: str
    facts: str = ""
    count: str = ""
    unit: str = ""
    meaning: str = ""
    """What the terms in the facts mean, for hovering."""
    key: str = ""
    """What the list knows the place by; empty: its code."""
    at: tuple[str, str] | None = None
    """Layer and code of the place a click opens; None: of the list's layer, by its own code."""


def of(row: pd.Series, why: str, *, facts: str = "", count: str = "", unit: str = "", meaning: str = "") -> Line:
    """A line from a row whose index is the code, with name and, where there are such, zone_name, who (NaN: nobody)."""
    code = str(row.name)
    name, full = called(row.get("name"), code, row.get("zone_name"))
    who = (_text(row["who"]) or None) if "who" in row.index else ""
    return Line(code, name, full, who, why, facts, count, unit, meaning)


def show(lines: Sequence[Line], layer: str, language: str, *, key: str) -> None:
    """Draws the list; a click selects the place of that layer and draws the fragment anew."""
    picked = _component()(
        key=key,
        data={
            "rows": [line.__dict__ for line in lines],
            "words": {"nobody": t("list.nobody", language), "pick": t("list.pick", language)},
        },
        on_picked_change=_nothing,
    ).get("picked")
    line = next((each for each in lines if (each.key or each.code) == picked), None)
    if line is not None:
        frame.fly_to(*(line.at or (layer, line.code)))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _nothing() -> None:
    """A trigger needs a callback to be handed back."""


def _component() -> Any:
    """Registered anew by each run, as each AppTest has a registry of its own."""
    return st.components.v2.component("picks", js=_source(), isolate_styles=False)


@cache
def _source() -> str:
    return _SCRIPT.read_text(encoding="utf-8")
