"""A calendar of visits: a square a day, a column a week, weeks ending on the place's weekday."""

from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.maps.style import Scale, Swatch
from dashboard.screen import lists, trend
from dashboard.text import number, percent, t
from settings import WEEKDAYS

COLOURS = ("#ffffff", "#dbe8f2", "#b4d0e4", "#82b0d0", "#4a87b3", "#1d5a86")
"""None, then more and more; nothing here is anybody's fault, so nothing is red."""
_COUNTS = (1, 2, 3, 5, 8)
_SHARES = (1e-9, 0.05, 0.10, 0.15, 0.20)
_EDGE, _QUIET, _INK, _CAMPAIGN, _BAR = "#d3cfc4", "#6b6860", "#24231f", "#1f6f4a", "#c9b79a"
_SQUARE, _LOW = 15, 84
_LABELS = 5
_LEFT = 36


def scale(layer: str, language: str) -> Scale:
    """Visits a day of a cell or a person; of a zone or the place the share of cells seen, which size is nothing to."""
    if layer in ("cells", "workers"):
        labels = ["0"] + [str(low) if end == low + 1 else f"{low}–{end - 1}" for low, end in pairwise(_COUNTS)]
        edges: tuple[float, ...] = _COUNTS
        labels.append(t("map.and_more", language, low=_COUNTS[-1]))
    else:
        ends = [f"{edge:.0%}" for edge in _SHARES[1:]]
        labels = ["0", t("visits.below", language, high=ends[0])]
        labels += [f"{low.rstrip('%')}–{high}" for low, high in pairwise(ends)]
        labels.append(t("map.and_more", language, low=ends[-1]))
        edges = _SHARES
    swatches = tuple(Swatch(colour, label) for colour, label in zip(COLOURS, labels, strict=True))
    kind = "count" if layer in ("cells", "workers") else "share"
    return Scale("visits", t(f"visits.calendar_{kind}", language), edges, swatches)


def show(look: cached.Look, layer: str, code: str, language: str) -> None:
    """Draws the calendar of a cell, a zone or a person (`layer` cells, zones or workers), else of what is filtered."""
    days = cached.by_day(look, layer, code)
    told = days[days["is_known"]]
    lists.nothing(_sum(days, language))
    if told.empty:
        return
    colours = scale(layer, language)
    st.altair_chart(chart(days, look, colours, language), key="chart_calendar")
    st.html(_legend(colours, days, look, language))
    if layer in ("", "zones"):
        weeks = cached.seen_by_week(look, layer, code)
        lists.title(t("visits.by_week", language))
        st.altair_chart(by_week(weeks, days, language), key="chart_seen")


def _sum(days: pd.DataFrame, language: str) -> str:
    """How many visits the period holds, and how many the calendar."""
    known = days[days["is_known"]]
    if known.empty:
        return t("visits.no_days", language)
    inside = known.loc[known["is_in_period"], "visits"]
    return t(
        "visits.sum", language, visits=number(inside.sum()), days=number((inside > 0).sum()), of=number(len(inside)),
        weeks=number(days["week_end"].nunique()), all=number(known["visits"].sum()),
    )  # fmt: skip


def frame(days: pd.DataFrame, look: cached.Look, colours: Scale, language: str) -> pd.DataFrame:
    """A row a day: week and weekday as the axes say them, colour, edge and the words of the tooltip."""
    is_share = colours.edges == _SHARES
    of = days["cells"].where(days["cells"] > 0)
    measured = days["cells_seen"].astype("Float64") / of if is_share else days["visits"].astype("Float64")
    # A visit in no cell is one nevertheless.
    measured = measured.fillna(0).where(days["is_known"])
    which = colours.classes(measured.to_numpy(dtype="f8", na_value=np.nan))
    palette = np.array([*(swatch.colour for swatch in colours.swatches), *["#00000000"] * 250])
    told = [
        t(
            "visits.told",
            language,
            visits=number(row["visits"]),
            seen=number(row["cells_seen"]),
            cells=number(row["cells"]),
        )
        if row["is_known"]
        else t("visits.unknown", language)
        for row in days.to_dict("records")
    ]
    ends_on = WEEKDAYS.index(look.county.place.week_ends)
    names = [t(f"visits.weekday.{WEEKDAYS[(ends_on + 1 + at) % 7]}", language) for at in days["weekday"]]
    return pd.DataFrame(
        {
            "week": days["week_end"].dt.strftime("%Y-%m-%d").to_numpy(),
            "weekday": names,
            "day": [f"{day:%Y-%m-%d} {name}" for day, name in zip(days.index, names, strict=True)],
            "colour": palette[which],
            "edge": np.where(days["is_known"], _EDGE, "#00000000"),
            "told": told,
        }
    )


def chart(days: pd.DataFrame, look: cached.Look, colours: Scale, language: str) -> Any:
    """The squares, with a line above the weeks of the period and a green one above campaign weeks."""
    import altair as alt

    shown = frame(days, look, colours, language)
    plain: dict[str, Any] = {"ticks": False, "domain": False, "labelColor": _QUIET, "title": None}
    ends = shown["week"].unique().tolist()
    labelled = ends[:: -max(1, len(ends) // _LABELS)][::-1]
    across = alt.X("week:O", axis=alt.Axis(
        values=labelled, labelAngle=0, labelExpr="slice(datum.value, 5)", **plain
    ))  # fmt: skip
    order = ["", *shown["weekday"].iloc[:7]]
    up = alt.Y(
        "weekday:O",
        sort=order,
        scale=alt.Scale(domain=order, paddingInner=0.12),
        axis=alt.Axis(minExtent=_LEFT, **plain),
    )
    tips = [
        alt.Tooltip("day:N", title=t("visits.day", language)),
        alt.Tooltip("told:N", title=t("visits.made", language)),
    ]
    squares = (
        alt.Chart(shown)
        .mark_rect(cornerRadius=2, strokeWidth=1)
        .encode(
            x=across,
            y=up,
            tooltip=tips,
            color=alt.Color("colour:N", scale=None),
            stroke=alt.Stroke("edge:N", scale=None),
        )
    )
    lines = [
        alt.Chart(pd.DataFrame({"week": weeks, "weekday": ""}))
        .mark_rect(color=colour, height=3, yOffset=down)
        .encode(x="week:O", y=alt.Y("weekday:O"))
        for weeks, colour, down in ((campaigns(days, look), _CAMPAIGN, -2), (_period(days), _INK, 4))
        if weeks
    ]
    return _framed(alt.layer(squares, *lines), _SQUARE * 8 + 16)


def by_week(weeks: pd.DataFrame, days: pd.DataFrame, language: str) -> Any:
    """Bars of the share of cells seen, week by week; a week of which the data hold only some days is paler, one of
    which they hold none is left out. `weeks` as of `rhythm.weeks`, `days` as of `daily.by_day`."""
    import altair as alt

    known = days.groupby("week_end")["is_known"].sum().reindex(weeks.index)
    told = [
        t("visits.of", language, seen=number(seen), cells=number(cells), share=percent(share), days=number(count))
        if count
        else t("visits.unknown", language)
        for seen, cells, share, count in zip(weeks["seen"], weeks["cells"], weeks["share_seen"], known, strict=True)
    ]
    shown = pd.DataFrame(
        {
            "week": pd.DatetimeIndex(weeks.index).strftime("%Y-%m-%d"),
            "share": weeks["share_seen"].where(known > 0).to_numpy(),
            "opacity": np.where(known == 7, 1.0, 0.45),
            "told": told,
        }
    )
    plain: dict[str, Any] = {"ticks": False, "domain": False, "labelColor": _QUIET, "title": None}
    ends = shown["week"].tolist()
    labelled = ends[:: -max(1, len(ends) // _LABELS)][::-1]
    days_of = alt.Axis(values=labelled, labelAngle=0, labelExpr="slice(datum.value, 5)", **plain)
    across = alt.X("week:O", scale=alt.Scale(domain=ends), axis=days_of)
    height = alt.Axis(minExtent=_LEFT, tickCount=2, format=".0%", gridColor="#e6e3dc", **plain)
    bars = (
        alt.Chart(shown)
        .mark_bar(color=_BAR)
        .encode(
            x=across,
            y=alt.Y("share:Q", axis=height, scale=alt.Scale(domain=[0, 1])),
            opacity=alt.Opacity("opacity:Q", scale=None),
            tooltip=[
                alt.Tooltip("week:N", title=t("charts.tip_week", language)),
                alt.Tooltip("told:N", title=t("visits.seen", language)),
            ],
        )
    )
    return _framed(bars, _LOW)


def campaigns(days: pd.DataFrame, look: cached.Look) -> list[str]:
    """Last days of the weeks in which a campaign runs."""
    ends = pd.DatetimeIndex(days["week_end"].unique())
    weeks = pd.DataFrame({"start": ends - pd.Timedelta(days=6)}, index=ends)
    found: list[str] = ends[trend.is_campaign(weeks, look.county).to_numpy()].strftime("%Y-%m-%d").tolist()
    return found


def _period(days: pd.DataFrame) -> list[str]:
    found: list[str] = days.loc[days["is_in_period"], "week_end"].dt.strftime("%Y-%m-%d").unique().tolist()
    return found


def _legend(colours: Scale, days: pd.DataFrame, look: cached.Look, language: str) -> str:
    """Title with the unit, the classes, and what is marked."""
    items = [
        _key(f"background:{each.colour};outline:1px solid {_EDGE}", each.label, "swatch") for each in colours.swatches
    ]
    marks = [("period", _INK, bool(_period(days))), ("campaign", _CAMPAIGN, bool(campaigns(days, look)))]
    items += [
        _key(f"border-color:{colour}", t(f"visits.{name}", language), "swatch is-line")
        for name, colour, is_there in marks
        if is_there
    ]
    if not days["is_known"].all():
        items.append(f"<span>{escape(t('visits.blank', language))}</span>")
    return f'<div class="trend"><div class="note"><span>{escape(colours.title)}</span> {" ".join(items)}</div></div>'


def _key(style: str, label: str, kind: str) -> str:
    return f'<span><i class="{kind}" style="{style}"></i>{escape(label)}</span>'


def _framed(chart: Any, height: int) -> Any:
    padding = {"left": 0, "right": 10, "top": 2, "bottom": 2}
    return chart.properties(height=height, padding=padding).configure(aria=False).configure_view(strokeWidth=0)
