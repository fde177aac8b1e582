"""Filter values of a link that the data do not have: said on one line on top of the page, and taken out by a button."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from dashboard.county import County
from dashboard.facts import choices
from dashboard.filters import NONE, Filters
from dashboard.screen import address
from dashboard.snapshot import Snapshot
from dashboard.text import t

_LONGEST = 40


def split(
    filters: Filters, county: County, may: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Lists of the filters and the cell, by name: values that this place has, and values that it does not have."""
    known, unknown = {}, {}
    for name in may:
        values = getattr(filters, name)
        known[name] = tuple(value for value in values if value in may[name])
        unknown[name] = tuple(value for value in values if value not in may[name])
    cells = () if filters.cell is None else (filters.cell,)
    known["cell"] = tuple(cell for cell in cells if cell == NONE or cell in county.cells.index)
    unknown["cell"] = tuple(cell for cell in cells if cell not in known["cell"])
    return known, {name: values for name, values in unknown.items() if values}


def line(county: County, snapshot: Snapshot, language: str) -> None:
    """The line with its button; nothing where every value is known."""
    known, found = split(address.chosen(), county, choices(county, snapshot, language))
    found |= {name: (text,) for name, text in address.unread().items()}
    if not found:
        return

    def remove() -> None:
        cell = next(iter(known["cell"]), None)
        address.choose(**{name: known[name] for name in known if name != "cell"}, cell=cell)
        address.read_all()

    items = [
        t("unknown.item", language, name=t(f"filter.{name}", language), value=_short(value))
        for name, values in found.items()
        for value in values
    ]
    text = t("unknown.line", language, what=t("card.comma", language).join(items))
    with st.container(key="unknown", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="unknown" title="{escape(text)}"><bdi>{escape(text)}</bdi></div>')
        st.button(t("unknown.remove", language), key="remove_unknown", on_click=remove)


def _short(value: str) -> str:
    """A stranger's text as it can stand inside a sentence: nothing in it turns the writing around."""
    shown = "".join(each if each.isprintable() else "□" for each in value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
