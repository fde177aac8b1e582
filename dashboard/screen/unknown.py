"""Filter values of a link that the data do not have: said on one line on top of the page, and taken out by a button."""

from html import escape

import streamlit as st

from dashboard.county import County
from dashboard.facts import choices, split
from dashboard.screen import address
from dashboard.snapshot import Snapshot
from dashboard.text import t

_LONGEST = 40


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
