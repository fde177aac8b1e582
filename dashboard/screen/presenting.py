"""A page on a projector: an agenda of zones, worst cells or saved views, stepped through and kept in the address."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import cached
from dashboard.analysis import density
from dashboard.maps.layers import MapView
from dashboard.saved.views import View
from dashboard.screen import address, lists, names, qr, sight, spoken, views
from dashboard.screen.compare import meeting
from dashboard.sentences.places import said
from dashboard.text import place_name, t, words

AGENDAS = ("zones", "cells", "views")
_CHOICES = ("present", "agenda", "step")
_STAGE, _SHOWN, _LINK = "stage", "stage_shown", "stage_link"
_SCRIPT = Path(__file__).with_name("presenting.js")


@dataclass(frozen=True)
class Item:
    """One step."""

    title: str
    note: str = ""
    tag: str = ""
    at: tuple[str, str] | None = None
    """Layer and code of the place that is brought into view; None: the whole town."""
    view: View | None = None


@dataclass(frozen=True)
class Stage:
    """What is shown to the room."""

    look: cached.Look
    page: str
    items: dict[str, list[Item]]
    """By agenda; one without items cannot be chosen."""


def button(language: str, page: str = "") -> None:
    """The way in; from a page without a map to the agenda of views on another `page`."""
    begin = partial(_begin, page)
    st.button(t("present.begin", language), key="present", help=t("present.begin_how", language), on_click=begin)


def prepare(look: cached.Look, page: str, language: str) -> None:
    """Sets the stage where the address says so, once a run of the whole script."""
    st.session_state.pop(_STAGE, None)
    if "present" not in address.kept(("present",)) or address.choice("present", None, "") != "1":
        return
    stage = Stage(look, page, {name: _ITEMS[name](look, language) for name in AGENDAS})
    st.session_state[_STAGE] = stage
    st.html('<i class="is-presenting"></i>')
    agenda, step = _where(stage)
    if st.session_state.get(_SHOWN) != (agenda, step):
        _show(stage, agenda, step)
        if views.is_going():
            st.rerun()


def is_on() -> bool:
    """Whether a room looks on: the map alone is seen, and what stands beside it need not be drawn with every step."""
    return _STAGE in st.session_state


def staged(view: MapView, selected: tuple[str, str] | None) -> MapView:
    """The map as the room sees it: with the card of what is selected, else with the figures of the whole."""
    stage: Stage | None = st.session_state.get(_STAGE)
    if stage is None:
        return view
    agenda, step = _where(stage)
    item = stage.items[agenda][step] if stage.items[agenda] else None
    card = spoken.card(stage.look, selected, view.language)
    if item is not None and item.view is not None and item.note:
        card = replace(card, lines=(item.note, *card.lines))
    return replace(view, is_presented=True, card=card, mark=spoken.under(stage.look, view.mark, view.language))


def bar(view: MapView) -> None:
    """The line at the bottom, with the keyboard; below the map in the same fragment."""
    stage: Stage | None = st.session_state.get(_STAGE)
    if stage is None:
        return
    agenda, step = _where(stage)
    before, label = _before(stage, view)
    is_compared = bool(before and view.compare and view.compare.chosen)
    link = st.session_state.get(_LINK)
    network = stage.look.settings.network_address
    data = {
        "agenda": agenda,
        "agendas": [
            {"key": name, "label": t(f"present.{name}", view.language), "count": len(stage.items[name])}
            for name in AGENDAS
        ],
        "step": step,
        "items": [{"title": one.title, "note": one.note, "tag": one.tag} for one in stage.items[agenda]],
        "compare": {"label": label, "is_on": is_compared} if before else None,
        "link": None if link is None else {"text": link, "svg": qr.svg(link)},
        "has_link": bool(network),
        "words": {
            key.removeprefix("present.bar."): text
            for key, text in words(view.language).items()
            if key.startswith("present.bar.")
        },
    }
    key = "stage_bar"

    def act() -> None:
        told = (st.session_state.get(key) or {}).get("act")
        if isinstance(told, dict):
            _act(stage, told, before, is_compared=is_compared)

    with st.container(key="stage"):
        _component()(key=key, data=data, on_act_change=act)


def _before(stage: Stage, view: MapView) -> tuple[str, str]:
    """The moment that the room compares with, and what the switch says: the last meeting that packs were made for,
    where the map can go back to it, else the week before; empty where there is nothing to compare with."""
    compare = view.compare
    frames = view.polygons.frames if view.polygons else None
    known = [key for key, _ in compare.moments] if compare else []
    known = known[: frames.current] if frames else known
    if compare is None or not known:
        return "", ""
    met = meeting(stage.look)
    # Weeks are whole ones: of the meeting's own day, or of none.
    then = None if met is None else met[0] if frames is None else met[1]
    if met is not None and then is not None and then.isoformat() in known:
        return then.isoformat(), t("present.since_meeting", view.language, day=f"{met[1]:%m-%d}")
    day = date.fromisoformat(known[-1])
    if frames is None:
        # A period may go on after the moment, which is moved back as far as it is.
        filters = stage.look.filters
        day = stage.look.county.place.local_day(filters.moment) - (filters.period[1] - day)
    return known[-1], t("present.since_day", view.language, day=f"{day:%m-%d}")


def _act(stage: Stage, told: dict[str, Any], before: str, *, is_compared: bool) -> None:
    """What was pressed, as far as it can be true."""
    agenda, _ = _where(stage)
    what, to = told.get("do"), told.get("to")
    if what == "step" and type(to) is int and 0 <= to < len(stage.items[agenda]):
        _show(stage, agenda, to)
    elif what == "agenda" and to in AGENDAS and stage.items[to]:
        _show(stage, to, 0)
    elif what == "leave":
        for name in _CHOICES:
            address.set_choice(name, None)
        views.go(stage.page)
    elif what == "compare" and before:
        address.set_choice("vs", None if is_compared else before)
    elif what == "link" and stage.look.settings.network_address:
        sight.ask(partial(_link, stage))
    elif what == "no_link":
        st.session_state.pop(_LINK, None)


def _link(stage: Stage, extent: Any) -> None:
    """The address of what the room sees, for a phone."""
    query = address.here() | sight.linked(extent)
    st.session_state[_LINK] = qr.link(stage.look.settings.network_address, stage.page, query)


def _begin(page: str) -> None:
    address.set_choice("present", "1")
    st.session_state.pop(_LINK, None)
    if page:
        address.set_choice("agenda", "views", AGENDAS[0])
        st.session_state.pop(_SHOWN, None)
        views.go(page)
        return
    # The first step shows what is on the screen already.
    st.session_state[_SHOWN] = (AGENDAS[0], 0)


def _where(stage: Stage) -> tuple[str, int]:
    """Agenda and step of the address; what there is none of is the first."""
    may = [name for name in AGENDAS if stage.items[name]] or [AGENDAS[0]]
    agenda = address.choice("agenda", may, may[0])
    text = address.choice("step", None, "1")
    step = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    return agenda, min(max(step, 1), max(len(stage.items[agenda]), 1)) - 1


def _show(stage: Stage, agenda: str, step: int) -> None:
    address.set_choice("agenda", agenda, AGENDAS[0])
    address.set_choice("step", str(step + 1), "1")
    st.session_state[_SHOWN] = (agenda, step)
    st.session_state.pop(_LINK, None)
    if not stage.items[agenda]:
        return
    item = stage.items[agenda][step]
    if item.view is not None:
        views.put(item.view, kept=(*_CHOICES, "extent"), on=stage.page)
    elif item.at is not None:
        sight.fly(*item.at)
    else:
        address.set_choice("at", None)
        sight.show(None)


def _whole(look: cached.Look, language: str) -> Item:
    place = look.county.place
    return Item(place_name(place.name, place.code, language))


def _zones(look: cached.Look, language: str) -> list[Item]:
    zones = look.county.zones
    chosen = zones[zones.index.isin(look.filters.zone)] if look.filters.zone else zones
    rows = names.beside(look, chosen.sort_index(), "zones")
    who = _who(rows, language, "present.led_by")
    places = [said(row["name"], str(code)) for code, row in rows.iterrows()]
    return [
        _whole(look, language),
        *(
            Item(place, note, tag, ("zones", str(code)))
            for code, place, (note, tag) in zip(rows.index, places, who, strict=True)
        ),
    ]


def _cells(look: cached.Look, language: str) -> list[Item]:
    # As in a briefing: nobody is named before a room for what lies on a default point.
    ordered = density.to_act_on(cached.cells(look)).head(lists.SHOWN)
    rows = names.beside(look, ordered)
    who = _who(rows, language, "present.answered_by")
    return [
        Item(f"{n}　{said(row.get('name'), str(code), row['zone_name'])}", note, tag, ("cells", str(code)))
        for n, ((code, row), (note, tag)) in enumerate(zip(rows.iterrows(), who, strict=True), 1)
    ]


def _who(rows: Any, language: str, sentence: str) -> list[tuple[str, str]]:
    """A note with the name, or the red tag where there is nobody."""
    if "who" not in rows:
        return [("", "")] * len(rows)
    return [
        (t(sentence, language, name=name), "") if isinstance(name, str) and name else ("", t("list.nobody", language))
        for name in rows["who"]
    ]


def _views(look: cached.Look, language: str) -> list[Item]:
    found, _ = views.kept(look)
    return [Item(name, view.remark, view=view) for name, view in found.items()]


_ITEMS: dict[str, Callable[[cached.Look, str], list[Item]]] = {"zones": _zones, "cells": _cells, "views": _views}


def _component() -> Any:
    """Registered anew by each run, as each AppTest has a registry of its own."""
    return st.components.v2.component("presenting", js=_source(), isolate_styles=False)


@cache
def _source() -> str:
    return _SCRIPT.read_text(encoding="utf-8")
