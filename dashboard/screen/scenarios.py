"""Scenarios of siting behind a button: saved by name, opened, marked for the briefing, deleted and taken back."""

from collections.abc import Mapping
from functools import partial
from html import escape

import streamlit as st

from dashboard import cached
from dashboard.analysis.scenario import Arrangement, Scenario
from dashboard.facts import clock
from dashboard.saved import scenarios
from dashboard.saved.shelf import Listed
from dashboard.saved.thing import LONGEST_NAME, Saved
from dashboard.screen import arranging, contrasts, markdown, scenario_files
from dashboard.screen.keeping import Desk, Said
from dashboard.text import number, t, word
from dashboard.text.errors import explain
from etl.errors import GridError

_NAME = "scenario_name"


def kept(look: cached.Look) -> tuple[dict[str, Scenario], Listed]:
    """The scenarios of the place as they are on the disk now, and a sentence for files that cannot be read."""
    try:
        return scenarios.listed(look.settings.var_dir, look.county.place.code)
    except GridError as trouble:
        return {}, Listed((), (trouble,))


def bar(look: cached.Look, made: Arrangement, language: str) -> tuple[dict[str, Scenario], Listed]:
    """The button with all of it; gives what there is."""
    found, every = kept(look)
    now = named(found, made)
    with st.popover(t("scenario.button", language, count=number(len(found))), key="scenarios"):
        if not made.refusal:
            _save(look, made, now, language)
        again = None if made.refusal else partial(_keep, look, made, language, "")
        _desk(look, language).said(again)
        _list(look, found, every, now, language)
        contrasts.choose(look, every, language)
        if not made.refusal:
            scenario_files.buttons(look, made, now, language)
    return found, every


def named(found: Mapping[str, Scenario], made: Arrangement) -> str:
    """The name of what is on the bench; empty where it was not saved as it is."""
    if made.refusal:
        return ""
    seen = scenarios.settled(made)
    return next((name for name, scenario in found.items() if scenario in (seen, made.scenario)), "")


def _save(look: cached.Look, made: Arrangement, now: str, language: str) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            t("scenario.name", language), key=_NAME, max_chars=LONGEST_NAME,
            placeholder=now or t("scenario.name_hint", language),
        )  # fmt: skip
        st.button(t("kept.save", language), key="scenario_save", on_click=_keep, args=(look, made, language, now))


def _keep(look: cached.Look, made: Arrangement, language: str, now: str, over: Saved | None = None) -> None:
    name = over.name if over else st.session_state.get(_NAME) or now
    on = scenarios.made_on(look.county, look.filters, look.asked)
    _desk(look, language).keep(name, lambda: scenarios.content(scenarios.settled(made)), on, over)


def _list(look: cached.Look, found: Mapping[str, Scenario], every: Listed, now: str, language: str) -> None:
    if not every.things:
        st.html(f'<div class="note">{escape(t("scenario.none", language))}</div>')
    with st.container(key="scenario_list", gap=None):
        for thing in every.things:
            _line(look, thing, found[thing.name], language, is_now=thing.name == now)
    for trouble in every.broken:
        st.html(f'<div class="note is-alarming">{escape(explain(trouble, language))}</div>')


def _line(look: cached.Look, thing: Saved, scenario: Scenario, language: str, *, is_now: bool) -> None:
    desk, key = _desk(look, language), thing.key[:12]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"scenario_{key}"):
        st.button(
            markdown.escaped(thing.name), key=f"open_{key}", type="tertiary", on_click=arranging.put,
            args=(look, scenario), disabled=is_now, help=t("scenario.open", language),
        )  # fmt: skip
        st.session_state[f"brief_{key}"] = thing.is_for_briefing
        st.checkbox(t("scenario.brief", language), key=f"brief_{key}", on_change=_mark, args=(desk, thing))
        desk.delete(thing, f"delete_{key}")
    st.html(f'<div class="note">{escape(about(look, thing, scenario, language))}</div>')


def about(look: cached.Look, thing: Saved, scenario: Scenario, language: str) -> str:
    """How many sites, how many closed, and on which data it was made."""
    kind = word("kind", scenario.question.kind, language)
    told = t("scenario.count", language, kind=kind, sites=len(scenario.sites or ()))
    if scenario.closed:
        told += t("scenario.and_closed", language, closed=len(scenario.closed))
    on = t("scenario.made_on", language, at=clock(look.county.place, thing.made.as_of),
           version=thing.made.data_version)  # fmt: skip
    return told + t("scenario.then", language) + on


def _mark(desk: Desk, thing: Saved) -> None:
    is_marked = bool(st.session_state[f"brief_{thing.key[:12]}"])

    def act() -> Said:
        desk.shelf.mark(thing, is_for_briefing=is_marked)
        return Said(t("scenario.marked" if is_marked else "scenario.unmarked", desk.language, name=thing.name))

    desk.do(act)


def _desk(look: cached.Look, language: str) -> Desk:
    return Desk("scenario", scenarios.shelf(look.settings.var_dir, look.county.place.code), language)
