"""The weeks of the heat page: what the slider moves through, and which week was chosen."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis import marks, unseen
from dashboard.analysis.weekly import last_reported
from dashboard.maps import views
from dashboard.maps.layers import Frames
from dashboard.maps.live import Events
from dashboard.screen import address, trend


@dataclass(frozen=True, eq=False)
class Weeks:
    """Last days of the weeks and what the map shows in each."""

    ends: tuple[date, ...]
    frames: Frames
    default: date
    """The week to begin with."""


def frames(look: cached.Look, layer: str, measure: str, style: views.MapStyle) -> Weeks:
    """The weeks up to the moment; the chosen one is the one in the address, else the last with a reported problem."""
    ends, counts = cached.by_week(look, layer, "problems" if measure == "problems_per_km2" else measure)
    days = tuple(end.date() for end in ends)
    default = days[last_reported(cached.by_week(look, layer, "problems")[1])]
    chosen = address.choice("week", [day.isoformat() for day in days], default.isoformat())
    weeks = pd.DataFrame({"start": ends - pd.Timedelta(days=6)}, index=ends)
    made = views.weeks(
        look.county,
        counts,
        ends=days,
        look=style,
        layer=layer,
        measure=measure,
        unvisited=unseen.by_week(look.county, look.filters, layer=layer, week_ends=ends),
        is_campaign=trend.is_campaign(weeks, look.county).tolist(),
        current=days.index(date.fromisoformat(chosen)),
    )
    return Weeks(days, replace(made, marks=tuple(marks.marks(ends, look.settings.marks))), default)


def chosen(look: cached.Look, weeks: Weeks | None) -> cached.Look:
    """The same look at the chosen week alone, as of its end; without weeks, at the period of the filters."""
    if weeks is None:
        return look
    week = look.filters.of_week(look.county.place, weeks.ends[weeks.frames.current])
    return cached.look(look.settings, replace(look.asked, start=week.start, end=week.end, as_of=week.as_of))


def span(weeks: Weeks | None) -> str:
    """The chosen week in days; empty without weeks."""
    return f"{weeks.frames.starts[weeks.frames.current]} — {weeks.frames.ends[weeks.frames.current]}" if weeks else ""


def take(events: Events, weeks: Weeks | None) -> None:
    """Keeps the week the slider was moved to and draws the fragment anew."""
    before = st.session_state.get("week_seen")
    st.session_state["week_seen"] = events.week
    if weeks is None or events.week is None or events.week in (before, weeks.frames.current):
        return
    address.set_choice("week", weeks.ends[events.week].isoformat(), weeks.default.isoformat())
    st.rerun(scope="fragment")
