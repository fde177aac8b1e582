"""What stands beside a map: the place that was clicked with its card and problems, and names for a list of cells."""

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard import cached
from dashboard.analysis import density
from dashboard.analysis.density import OUTSIDE
from dashboard.screen import cases, counted, densities, figures, frame, lists, names
from dashboard.text import number, t


def of_place(look: cached.Look, selected: tuple[str, str], language: str, *, which: str = "open") -> None:
    """The card of a zone or cell and its list of problems."""
    card(look, selected, language)
    problems(look, selected, language, which=which)


def card(look: cached.Look, selected: tuple[str, str], language: str) -> None:
    """The card of a zone or cell, with the way back above it."""
    st.button(
        t("list.back", language), key="let_go", type="tertiary", icon=":material/arrow_back:", on_click=frame.let_go
    )
    lists.card(cached.card(look, *selected), language)


def problems(look: cached.Look, selected: tuple[str, str], language: str, *, which: str) -> None:
    """The problems of a zone or cell."""
    kinds = ("open", "overdue", "problems", "closed")
    which = st.segmented_control(
        t("list.which", language), kinds, key=f"which_{which}", default=which, required=True,
        label_visibility="collapsed", format_func=lambda name: t(f"case.{name}", language),
    )  # fmt: skip
    cases.brief(of(look, selected), cached.cases(of(look, selected), which), language, key="place")


def first(look: cached.Look, selected: tuple[str, str]) -> str:
    """The list to open beside a map of heat: what is still open, else what was reported."""
    return "open" if len(cached.cases(of(look, selected), "open")) else "problems"


def of(look: cached.Look, selected: tuple[str, str]) -> cached.Look:
    """The same look at one zone or cell alone."""
    layer, code = selected
    only = replace(look.asked, zone=(code,)) if layer == "zones" else replace(look.asked, cell=code, zone=())
    return cached.look(look.settings, only)


def to_act_on(look: cached.Look, language: str) -> None:
    """The cells with most overdue problems, then most open ones, with a name beside each."""
    ordered = density.to_act_on(cached.cells(counted.everything(look)))
    lists.title(t("list.worst_overdue", language), t("list.worst_overdue_note", language))
    if ordered.empty:
        lists.nothing(t("list.all_fine", language))
    else:
        lists.worst(names.beside(look, ordered.head(lists.SHOWN)), "overdue", language)


def left_out(look: cached.Look, language: str) -> None:
    """What no rate and no map holds, in a sentence, with a button to those problems."""
    sentence = figures.left_out(cached.headline(look), language)
    if not sentence:
        return
    lists.nothing(sentence)
    found = cached.headline(look)
    names = [name for name in figures.LEFT_OUT if name in found and found[name].value]
    if st.button(t("list.show_left_out", language), key="left_out", type="tertiary"):
        _left_out(look, names, language)


def _left_out(look: cached.Look, names: list[str], language: str) -> None:
    @st.dialog(t("list.show_left_out", language), width="large")
    def window() -> None:
        which = st.segmented_control(
            t("list.which", language), names, default=names[0], required=True, label_visibility="collapsed",
            format_func=lambda name: f"{t(f'case.{name}', language)} {number(cached.headline(look)[name].value)}",
        )  # fmt: skip
        cases.full(look, cached.cases(look, which), language, key="left_out")

    window()


def worst(look: cached.Look, layer: str, measure: str, language: str) -> None:
    """The worst cells, or all zones in order, by a measure, with a name beside each."""
    found = cached.cells(look) if layer == "cells" else cached.zones(look)
    found = found[(found[measure] > 0) & (found.index != OUTSIDE)]
    ordered = found.sort_values([measure, "overdue", "open"], ascending=False, kind="stable")
    start, end = look.filters.start, look.filters.end
    span = f"{start:%m-%d} — {end:%m-%d}"
    by = t("list.by", language, measure=t(f"heat.measure_{measure}", language))
    lists.title(t(f"list.worst_{layer}", language), f"{by} · {span}")
    if ordered.empty:
        lists.nothing(t("list.none", language))
        counted.not_counted(look, layer, language)
        return
    # Zones are few, so all are shown.
    shown = ordered.head(lists.SHOWN) if layer == "cells" else ordered
    told = partial(densities.told, look, layer, language=language) if measure == densities.MEASURE else number
    lists.worst(names.beside(look, shown, layer), measure, language, layer=layer, told=told)
    if len(ordered) > len(shown):
        lists.nothing(t("list.first_of", language, shown=len(shown), count=number(len(ordered))))
    counted.not_counted(look, layer, language)
    lists.nothing(t("heat.click", language))
