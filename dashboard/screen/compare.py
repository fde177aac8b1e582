"""Two moments on the heat page's map: which earlier one is held against the one shown, kept in the address as `vs`."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard import cached
from dashboard.analysis.weekly import WEEKS
from dashboard.maps import layers
from dashboard.maps.layers import MapView
from dashboard.maps.live import OFF, Events
from dashboard.packs import meetings
from dashboard.screen import address
from dashboard.text import t

if TYPE_CHECKING:
    from dashboard.screen.weeks import Weeks

_NAME = "vs"
_STANDING = ("open", "overdue")
"""Amounts at a moment; the others are of a period."""


@dataclass(frozen=True)
class Moments:
    """Last days of the earlier periods that can be compared with, oldest first, and the one to begin with."""

    ends: tuple[date, ...]
    usual: date | None


def moments(
    first: date, start: date, end: date, last_week: date, *, is_standing: bool, met: date | None = None
) -> Moments:
    """The week ends before `end` (the last of them `last_week` or before it), one period before, and the last day of
    the period as it was at the last meeting (`met`).

    `first`: the first day of the data; of a period that begins before it nobody could say how many there were. What
    stands at a moment (`is_standing`) needs that moment alone.

    >>> found = moments(date(2026, 9, 1), date(2026, 10, 24), date(2026, 11, 20), date(2026, 11, 20), is_standing=False)
    >>> [f"{day:%m-%d}" for day in found.ends], f"{found.usual:%m-%d}"
    (['10-02', '10-09', '10-16', '10-23', '10-30', '11-06', '11-13'], '10-23')
    """
    days = (end - start).days + 1
    usual = end - timedelta(days=days)
    weeks = (last_week - timedelta(weeks=count) for count in range(WEEKS + 1))
    least = first if is_standing else first + timedelta(days=days - 1)
    known = {usual, *weeks} if met is None else {usual, met, *weeks}
    ends = sorted(day for day in known if least <= day < end)
    return Moments(tuple(ends), usual if usual in ends else ends[-1] if ends else None)


def of_weeks(view: MapView, weeks: "Weeks") -> MapView:
    """The same map, each of its weeks to be held against an earlier one of them."""
    ends = weeks.ends
    labels = [f"{start} — {end}" for start, end in zip(weeks.frames.starts, weeks.frames.ends, strict=True)]
    usual = ends[max(weeks.frames.current - 1, 0)]
    compare = layers.Compare(
        _keyed(ends, labels), labels[weeks.frames.current], usual=usual.isoformat(), chosen=_chosen(ends, usual)
    )
    return replace(view, compare=compare)


def of_period(view: MapView, look: cached.Look, measure: str, language: str) -> MapView:
    """The same map with the earlier periods it can be compared with, and what it showed then if one is chosen."""
    filters, place = look.filters, look.county.place
    start, end = filters.period
    first = place.local_day(filters.moment)
    if len(look.snapshot.reported_day):
        first = min(first, date.fromordinal(date(1970, 1, 1).toordinal() + int(look.snapshot.reported_day.min())))
    is_standing = measure in _STANDING
    met = meeting(look)
    found = moments(
        first, start, end, place.week_end(end) - timedelta(weeks=1), is_standing=is_standing, met=met and met[0]
    )
    labels = [_label(look, (end - day).days, is_standing=is_standing, language=language) for day in found.ends]
    compare = layers.Compare(
        _keyed(found.ends, labels), _label(look, 0, is_standing=is_standing, language=language),
        usual=found.usual.isoformat() if found.usual else "", chosen=_chosen(found.ends, found.usual),
    )  # fmt: skip
    if compare.chosen:
        compare = _earlier(view, look, measure, compare)
    return replace(view, compare=compare)


def meeting(look: cached.Look) -> tuple[date, date] | None:
    """The last day of the period moved back to the last meeting that packs were made for, and the day of that
    meeting; None where none is remembered."""
    place, moment = look.county.place, look.filters.moment
    held = meetings.before(look.settings.var_dir, place, moment)
    if held is None:
        return None
    day = place.local_day(held)
    return look.filters.period[1] - (place.local_day(moment) - day), day


def take(events: Events) -> None:
    """Keeps what was chosen on the map and draws the fragment anew."""
    if events.compare is None:
        return
    address.set_choice(_NAME, None if events.compare == OFF else events.compare)
    st.rerun(scope="fragment")


def _keyed(ends: tuple[date, ...], labels: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((day.isoformat(), label) for day, label in zip(ends, labels, strict=True))


def _chosen(ends: tuple[date, ...], usual: date | None) -> str:
    """The moment of the address; a day that is none of `ends` stands for the usual one, anything else for none."""
    text = address.choice(_NAME, None, "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    found = day if day in ends else usual
    return found.isoformat() if found else ""


def _label(look: cached.Look, days: int, *, is_standing: bool, language: str) -> str:
    """The days of which the map is that many days before; a period that is not over ends with the moment, on either
    side."""
    filters, place = look.filters, look.county.place
    now = place.local_day(filters.moment)
    start, end = filters.period
    shown = [day - timedelta(days=days) for day in ([now] if is_standing else [start, max(start, min(end, now))])]
    form = "%m-%d" if all(day.year == now.year for day in shown) else "%Y-%m-%d"
    texts = [f"{day:{form}}" for day in shown]
    return t("heat.until", language, day=texts[0]) if is_standing else " — ".join(texts)


def _earlier(view: MapView, look: cached.Look, measure: str, compare: layers.Compare) -> layers.Compare:
    """With classes and values of the moment chosen, on the scale of the map: period and moment moved as far, as the
    change of a count is (`analysis.density`)."""
    polygons = view.polygons
    if polygons is None:
        return compare
    days = (look.filters.period[1] - date.fromisoformat(compare.chosen)).days
    moved = look.filters.moved(-days)
    before = cached.look(look.settings, replace(look.asked, start=moved.start, end=moved.end, as_of=moved.as_of))
    frame = cached.cells(before) if polygons.layer == "cells" else cached.zones(before)
    if polygons.scale.unvisited is not None:
        # Before the first visit on record nobody is known to have looked.
        frame = frame.assign(is_unvisited=frame["is_unvisited"].fillna(True))
    drawn = layers.polygons(view.geometry, polygons.layer, frame, measure, polygons.scale, rows=[("", measure)])
    return replace(compare, classes=drawn.classes, values=np.asarray(drawn.rows[0].values))
