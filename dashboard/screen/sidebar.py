"""The shared filters at the left: a view of what is chosen, never its own truth."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from typing import Any

import streamlit as st

from dashboard.county import County, Place
from dashboard.facts import cell_name, choices, patrol_hours
from dashboard.filters import FIRST_DAY, LAST_DAY, NONE, Filters
from dashboard.screen import address, unknown
from dashboard.snapshot import Snapshot
from dashboard.text import number, t

_MORE = ("setting", "shift")
"""Filters asked for now and then; they lie under a fold, so that all the others fit a small screen."""


def draw(county: County, snapshot: Snapshot, language: str) -> Filters:
    """Draws the filters and gives them back, without what the place does not have."""
    may = choices(county, snapshot, language)
    known, _ = unknown.split(address.chosen(), county, may)
    cell = next(iter(known["cell"]), None)
    with st.sidebar, st.container(key="filters"):
        if cell is not None:
            _cell(county, cell, language)
        for name in (name for name in may if name not in _MORE):
            _choice(name, may[name], known[name], language)
        _period(county.place, snapshot, language)
        _moment(county.place, snapshot, language)
        st.session_state["filter_overdue"] = address.chosen().is_overdue_only
        st.checkbox(t("filter.overdue", language), key="filter_overdue", on_change=_take_overdue)
        _left_out(snapshot, language)
        with st.expander(t("filter.more", language), expanded=any(known[name] for name in _MORE)):
            for name in _MORE:
                _choice(name, may[name], known[name], language, **patrol_hours(snapshot))
        if address.chosen() != Filters():
            st.button(t("filter.reset", language), key="reset", on_click=address.reset, width="stretch")
    kept: dict[str, Any] = {**known, "cell": cell}
    return replace(address.chosen(), **kept)


def _cell(county: County, cell: str, language: str) -> None:
    """The one cell that a link may narrow everything to; it can be taken out, not chosen."""
    name, code = cell_name(county, cell, language)
    beside = f'<span class="code">{escape(code)}</span>' if code else ""
    with st.container(key="filter_cell", horizontal=True, vertical_alignment="center", gap=None):
        st.html(
            f'<div class="chip" title="{escape(f"{name} {code}".strip())}"><small>{escape(t("filter.cell", language))}'
            f"</small><b>{escape(name)}</b>{beside}</div>"
        )
        st.button(t("filter.remove", language), key="drop_cell", type="tertiary", on_click=_drop_cell)


def _drop_cell() -> None:
    address.choose(cell=None)


def _choice(name: str, words: dict[str, str], known: tuple[str, ...], language: str, **told: str) -> None:
    key = f"filter_{name}"
    st.session_state[key] = list(known)

    def take() -> None:
        address.choose(**{name: tuple(sorted(st.session_state[key]))})

    st.multiselect(
        t(f"filter.{name}", language),
        list(words),
        key=key,
        format_func=lambda value: words.get(value, value),
        placeholder=t(f"filter.all_{name}", language, count=number(len(words) - (NONE in words)), **told),
        on_change=take,
        select_all=False,
        wrap=True,
    )


def _period(place: Place, snapshot: Snapshot, language: str) -> None:
    usual = Filters(as_of=address.chosen().as_of).resolved(place, snapshot)
    shown = address.chosen().resolved(place, snapshot)
    # A first click in the calendar gives the first day alone; the second follows and may not be taken away.
    if len(st.session_state.get("filter_period", ())) != 1:
        st.session_state["filter_period"] = (shown.start, shown.end)

    def take() -> None:
        period: tuple[date, ...] = st.session_state["filter_period"]
        if len(period) == 2:
            is_usual = period == (usual.start, usual.end)
            address.choose(start=None if is_usual else period[0], end=None if is_usual else period[1])

    st.date_input(
        t("filter.period", language),
        key="filter_period",
        on_change=take,
        format="YYYY-MM-DD",
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
    )


def _moment(place: Place, snapshot: Snapshot, language: str) -> None:
    latest = place.local_day(snapshot.latest)
    st.session_state["filter_as_of"] = place.local_day(address.chosen().as_of or snapshot.latest)

    def take() -> None:
        day: date | None = st.session_state["filter_as_of"]
        if day is None or day == latest:
            address.choose(as_of=None)
        else:
            ends = datetime.combine(day + timedelta(days=1), time(), place.zone_info) - timedelta(seconds=1)
            address.choose(as_of=ends.astimezone(UTC))

    st.date_input(
        t("filter.as_of", language),
        key="filter_as_of",
        on_change=take,
        format="YYYY-MM-DD",
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
    )


def _take_overdue() -> None:
    address.choose(is_overdue_only=st.session_state["filter_overdue"])


def _left_out(snapshot: Snapshot, language: str) -> None:
    """What stands on a default point is said, and may be let back into the heat."""
    count = int(snapshot.is_default_point.sum())
    if not count:
        return
    st.html(f'<div class="left-out">{t("filter.default_points", language, count=number(count))}</div>')
    st.session_state["filter_default_points"] = address.chosen().with_default_points

    def take() -> None:
        address.choose(with_default_points=st.session_state["filter_default_points"])

    st.checkbox(t("filter.with_default_points", language), key="filter_default_points", on_change=take)
