"""The weeks of the heat page: what the slider moves through, and which week was chosen."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis import marks, unseen
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


def last_reported(counts: npt.NDArray[np.int64]) -> int:
    """Position of the last week (row) in which anything was reported; the last one where nothing ever was."""
    reported = np.flatnonzero(counts.any(axis=1))
    return int(reported[-1]) if len(reported) else len(counts) - 1


def chosen(look: cached.Look, weeks: Weeks | None) -> cached.Look:
    """The same look at the chosen week alone, as of its end; without weeks, at the period of the filters."""
    if weeks is None:
        return look
    end = weeks.ends[weeks.frames.current]
    midnight = datetime.combine(end + timedelta(days=1), time(), look.county.place.zone_info).astimezone(UTC)
    moment = min(look.filters.moment, midnight - timedelta(seconds=1))
    asked = replace(look.asked, start=end - timedelta(days=6), end=end, as_of=moment)
    return cached.look(look.settings, asked)


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
