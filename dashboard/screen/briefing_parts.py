"""The list of what is said: a line each with its sentence, to look at, to leave out and to move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import cached
from dashboard.briefing.content import ZONE, Content, Section
from dashboard.screen import address, briefing_choices
from dashboard.screen.briefing_choices import Ticked
from dashboard.text import number, t

_SCRIPT = Path(__file__).with_name("briefing_parts.js")
_KEY = "briefing_parts"
_ACTS = ("see", "tick", "move")
_ALL = "*"
"""In place of a zone: all of them."""


@dataclass(frozen=True)
class Line:
    """A line of the list; texts are plain."""

    name: str
    """Part, or code of the zone."""
    id: str
    """Of the section it shows; empty: nothing is said."""
    title: str
    text: str
    """Its sentence, or why there is none."""
    is_ticked: bool
    is_zone: bool = False
    is_under: bool = False
    """One of the several sections of the part above: to look at, but nothing to tick or to move."""


def lines(told: Content, parts: Ticked, zones: Ticked) -> list[Line]:
    """A line for each part in its order, below it one for each of its sections where it has several; then for each
    zone."""
    said = {section.id: section for section in told.pages}
    found = [line for part in parts.every for line in _of_part(told, part, is_ticked=part in parts.chosen)]
    return found + [
        Line(code, section.id, section.title, section.message.text, code in zones.chosen, is_zone=True)
        for code in zones.every
        if (section := said.get(f"{ZONE}-{code}")) is not None
    ]


def _of_part(told: Content, part: str, *, is_ticked: bool) -> list[Line]:
    sections = [section for section in told.whole if section.key == part]
    left_out = [one for one in told.left_out if one.key == part]
    if not sections:
        return [Line(part, "", one.title, _after(one.title, one.text), is_ticked) for one in left_out[:1]]
    first = sections[0]
    if first.number is None:
        return [Line(part, first.id, first.title, first.message.text, is_ticked)]
    names = t("card.comma", told.language).join(section.title for section in sections)
    return [
        Line(part, first.id, first.topic, names, is_ticked),
        *(
            Line(one.id, one.id, one.title, _after(one.title, one.message.text), is_ticked, is_under=True)
            for one in sections
        ),
        *(Line(one.id, "", "", _after(one.title, one.text), is_ticked, is_under=True) for one in left_out),
    ]


def _after(title: str, text: str) -> str:
    """A sentence without what stands above it already."""
    bare = text.removeprefix(title).lstrip(":： ")
    return bare[:1].upper() + bare[1:]


def shown(told: Content, parts: Ticked, zones: Ticked) -> list[Section]:
    """The sections that are said, in their order."""
    pages = {section.zone: section for section in told.pages}
    return [
        *(section for part in parts.chosen for section in told.whole if section.key == part),
        *(pages[code] for code in zones.chosen if code in pages),
    ]


def draw(look: cached.Look, told: Content, seen: str, language: str) -> None:
    """The list; what is done to it is in the address before the page is drawn anew."""
    parts, zones = briefing_choices.parts(), briefing_choices.zones(look)
    rows = lines(told, parts, zones)

    def take() -> None:
        act(st.session_state.get(_KEY) or {}, rows, parts, zones)

    _component()(
        key=_KEY,
        data={
            "rows": [line.__dict__ for line in rows],
            "seen": seen,
            "zones": t("briefing.zones", language, count=number(len(zones.chosen)), of=number(len(zones.every))),
            "are_all": zones.is_whole,
            "words": {name: t(f"briefing.{name}", language) for name in ("up", "down", "take", "drag")},
        },
        on_act_change=take,
    )


def act(told: Mapping[str, Any], rows: list[Line], parts: Ticked, zones: Ticked) -> None:
    """Does what the browser says was done, as far as it can be true."""
    act = told.get("act")
    if not isinstance(act, dict) or act.get("act") not in _ACTS:
        return
    name, is_zone = act.get("name"), act.get("is_zone") is True
    line = next((row for row in rows if row.name == name and row.is_zone == is_zone), None)
    if is_zone and name == _ALL and act["act"] == "tick":
        briefing_choices.keep_zones(Ticked(zones.every, () if zones.is_whole else zones.every))
    elif line is None:
        return
    elif act["act"] == "see" and line.id:
        address.set_choice("see", line.id)
    elif line.is_under:
        return
    elif act["act"] == "tick":
        keep: Callable[[Ticked], None] = briefing_choices.keep_zones if is_zone else briefing_choices.keep_parts
        keep((zones if is_zone else parts).turned(line.name))
    elif act["act"] == "move" and not is_zone and isinstance(act.get("before"), str):
        briefing_choices.keep_parts(parts.moved(line.name, act["before"]))


def _component() -> Any:
    """Registered anew by each run, as each AppTest has a registry of its own."""
    return st.components.v2.component("briefing_parts", js=_source(), isolate_styles=False)


@cache
def _source() -> str:
    return _SCRIPT.read_text(encoding="utf-8")
