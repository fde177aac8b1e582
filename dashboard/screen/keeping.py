"""What is done with things kept by name, on the screen: saved, replaced, deleted, taken back; and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from dashboard.saved.shelf import Shelf
from dashboard.saved.thing import Made, Saved
from dashboard.text import t
from dashboard.text.errors import explain
from etl.errors import GridError, SavedMeanwhile


@dataclass(frozen=True)
class Said:
    """What came of the last click."""

    text: str
    is_trouble: bool = False
    undo: Saved | None = None
    """What was deleted and can be taken back."""
    over: Saved | None = None
    """What has the name already and may be replaced."""


@dataclass(frozen=True)
class Desk:
    """Where things of one kind are kept from; `name` begins its keys on the screen."""

    name: str
    shelf: Shelf
    language: str

    def do(self, act: Callable[[], Said]) -> None:
        """Does it and keeps what is to be said of it; for a callback."""
        try:
            st.session_state[f"{self.name}_said"] = act()
        except GridError as trouble:
            st.session_state[f"{self.name}_said"] = Said(explain(trouble, self.language), is_trouble=True)

    @property
    def is_troubled(self) -> bool:
        """Whether the last click came to nothing."""
        said: Said | None = st.session_state.get(f"{self.name}_said")
        return said is not None and said.is_trouble

    def keep(self, name: str, content: Callable[[], Mapping[str, Any]], made: Made, over: Saved | None = None) -> None:
        """Saves it under the name, over what has it already only where that is `over`; for a callback."""

        def act() -> Said:
            told = content()
            try:
                thing = self.shelf.save(name, told, made, over=over.revision if over else None)
            except SavedMeanwhile as trouble:
                return Said(explain(trouble, self.language), is_trouble=True, over=self.shelf.find(name))
            return Said(t("kept.saved", self.language, name=thing.name))

        self.do(act)

    def said(self, replace: Callable[[Saved], None] | None) -> None:
        """What came of the last click, with the button that follows from it; `replace`: saves over a thing."""
        said: Said | None = st.session_state.get(f"{self.name}_said")
        if said is None:
            return
        st.html(f'<div class="note{" is-alarming" if said.is_trouble else ""}">{escape(said.text)}</div>')
        if said.undo is not None:
            st.button(
                t("kept.undo", self.language), key=f"{self.name}_undo",
                on_click=self.do, args=(partial(self._restored, said.undo),),
            )  # fmt: skip
        if said.over is not None and replace is not None:
            st.button(t("kept.over", self.language), key=f"{self.name}_over", on_click=replace, args=(said.over,))

    def delete(self, thing: Saved, key: str) -> None:
        """The button that takes it off the list."""
        st.button(
            "", key=key, type="tertiary", icon=":material/delete:", help=t("kept.delete", self.language),
            on_click=self.do, args=(partial(self._deleted, thing),),
        )  # fmt: skip

    def _deleted(self, thing: Saved) -> Said:
        return Said(t("kept.deleted", self.language, name=thing.name), undo=self.shelf.delete(thing))

    def _restored(self, thing: Saved) -> Said:
        return Said(t("kept.restored", self.language, name=self.shelf.restore(thing).name))
