"""The arrangement of sites somebody is making: kept in the address, with steps back and forth.

In the address a site is ten letters and a closed facility six, so that twenty of each stay a link that can be sent.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import streamlit as st

from dashboard import cached
from dashboard.analysis.coverage import serving
from dashboard.analysis.proposal import AT_MOST, Degrees, Question
from dashboard.analysis.scenario import Arrangement, Scenario
from dashboard.maps.geometry import geometry
from dashboard.maps.live import Arranged
from dashboard.maps.siting import SITE
from dashboard.screen import address, asking

PARTS = ("kind", "n", "weight", "candidates", "standard", "spacing", "sites", "shut")
"""Names in the address that make up a scenario."""
_PROPOSED_ANEW = ("kind", "n", "candidates", "spacing")
"""Whoever changes one of these asks for another proposal; weight and standard may also be asked of what was made."""
_NONE = "0"
_LETTERS = 10
_TOKEN_LETTERS = 6
_MICRO = 1_000_000
_LAT_BITS = 28
_STEPS = 50


@dataclass
class Steps:
    """Scenarios of a session as the address has them."""

    now: dict[str, str] | None = None
    undo: list[dict[str, str]] = field(default_factory=list)
    redo: list[dict[str, str]] = field(default_factory=list)
    is_put: bool = False
    """The change since was one step of its own, sites and question together."""


def steps() -> Steps:
    """Those of this session."""
    found: Steps = st.session_state.setdefault("arranging", Steps())
    return found


def follow() -> None:
    """Notices what has changed since the last run, by whatever button or link, as one step; call it once a run, before
    `current`."""
    taken, now = steps(), address.kept(PARTS)
    before = taken.now
    if before is not None and before != now:
        for name in ("sites", "shut"):
            asks = _PROPOSED_ANEW if name == "sites" else ("kind",)
            is_old = now.get(name) == before.get(name)
            if is_old and not taken.is_put and any(now.get(part) != before.get(part) for part in asks):
                address.set_choice(name, None)
        now = address.kept(PARTS)
        taken.undo = [*taken.undo, before][-_STEPS:]
        taken.redo = []
    taken.now, taken.is_put = now, False


def back() -> None:
    """The step before; for a callback."""
    taken = steps()
    if taken.undo:
        taken.redo.append(taken.now or {})
        _restore(taken.undo.pop())


def again() -> None:
    """The step that was taken back; for a callback."""
    taken = steps()
    if taken.redo:
        taken.undo.append(taken.now or {})
        _restore(taken.redo.pop())


def as_proposed() -> None:
    """What is proposed, with nothing closed; for a callback."""
    address.set_choice("sites", None)
    address.set_choice("shut", None)


def _restore(step: dict[str, str]) -> None:
    for name in PARTS:
        address.set_choice(name, step.get(name))
    steps().now = step


def current(look: cached.Look, question: Question) -> Scenario:
    """The scenario that the address has; sites that lie nowhere near and facilities that are none are passed over."""
    sites = unpacked(address.choice("sites", None, ""))
    west, south, east, north = geometry(look.county).bounds
    if sites is not None and not all(west <= lon <= east and south <= lat <= north for lon, lat in sites):
        sites = None
    shut = address.choice("shut", None, "")
    wanted = {shut[at : at + _TOKEN_LETTERS] for at in range(0, len(shut), _TOKEN_LETTERS)}
    day = look.county.place.local_day(look.filters.moment)
    codes = serving(look.county, question.kind, day).index if shut else ()
    return Scenario(question, sites, tuple(code for code in codes if _token(code) in wanted))


def put(look: cached.Look, scenario: Scenario) -> None:
    """Shows exactly this scenario; for a callback."""
    question, usual = scenario.question, Question()
    address.set_choice("kind", question.kind, usual.kind)
    address.set_choice("n", str(question.n), str(usual.n))
    address.set_choice("weight", question.weight, usual.weight)
    address.set_choice("candidates", question.candidates, usual.candidates)
    address.set_choice("standard", asking.standard_of(look, question))
    address.set_choice("spacing", asking.written(question.min_spacing_m) if question.min_spacing_m else None)
    address.set_choice("sites", None if scenario.sites is None else packed(scenario.sites))
    address.set_choice("shut", "".join(_token(code) for code in scenario.closed[:AT_MOST]) or None)
    steps().is_put = True


def arrange(made: Arrangement, told: Arranged) -> None:
    """Takes over what was done on the map; for a callback."""
    sites = list(zip(made.sites["lon"], made.sites["lat"], strict=True))
    if told.act == "add":
        sites.append((told.lon, told.lat))
    else:
        at = int(told.code) - 1
        sites[at : at + 1] = [(told.lon, told.lat)] if told.act == "move" else []
    address.set_choice("sites", packed(sites))
    if told.act == "drop" and address.choice("at", None, "").startswith(f"{SITE}:"):
        address.set_choice("at", None)  # the numbers are others' now


def close(made: Arrangement, code: str, *, is_closed: bool) -> None:
    """Closes an existing facility, or opens it again; for a callback."""
    closed = [one for one in made.scenario.closed if one != code] + [code] * is_closed
    address.set_choice("shut", "".join(_token(one) for one in closed) or None)


def packed(sites: Iterable[Degrees]) -> str:
    """Sites for an address, ten letters each.

    >>> packed([(114.5, 38.0)]), unpacked(packed([(114.5, 38.0)]))
    ('EY4pKAehJYA', ((114.5, 38.0),))
    """
    told = []
    for lon, lat in sites:
        whole = round((lon + 180) * _MICRO) << _LAT_BITS | round((lat + 90) * _MICRO)
        told.append(base64.urlsafe_b64encode((whole << 4).to_bytes(8, "big")).decode("ascii")[:_LETTERS])
    return "".join(told) or _NONE


def unpacked(text: str) -> tuple[Degrees, ...] | None:
    """What `packed` made; None: nothing, or what it cannot have made."""
    if text == _NONE:
        return ()
    parts = [text[at : at + _LETTERS] for at in range(0, len(text), _LETTERS)]
    if not parts or len(parts) > AT_MOST or not (text.isascii() and len(text) == _LETTERS * len(parts)):
        return None
    sites = []
    for part in parts:
        try:
            whole = int.from_bytes(base64.b64decode(part + "A=", altchars=b"-_", validate=True), "big") >> 4
        except ValueError:
            return None
        lon, lat = (whole >> _LAT_BITS) / _MICRO - 180, (whole & (1 << _LAT_BITS) - 1) / _MICRO - 90
        if not (lon <= 180 and lat <= 90):
            return None
        sites.append((round(lon, 6), round(lat, 6)))
    return tuple(sites)


def _token(code: str) -> str:
    """Stands for a facility's code in an address; codes may be any text."""
    digest = hashlib.blake2b(code.encode("utf-8"), digest_size=6).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")[:_TOKEN_LETTERS]
