"""The strip of weeks below the overview's map: reported as bars, open as a line, on one scale where that shows both."""

from html import escape

import pandas as pd
import streamlit as st

from dashboard.analysis import campaigns
from dashboard.county import County
from dashboard.text import number, t

_BAR, _CAMPAIGN, _NOW, _LINE = "#d9d5c9", "#1f6f4a", "#9e1a2f", "#24231f"
_GRID, _QUIET = "#e6e3dc", "#6b6860"
_FLAT = 4
_HEIGHT = 84


def chart(weeks: pd.DataFrame, county: County, language: str) -> None:
    """`weeks`: index week_end; start, reported, open, closed, overdue, is_partial (`analysis.weekly.weeks`)."""
    if weeks.empty:
        return
    words, bars = st.columns([1.7, 7], vertical_alignment="center", gap="small")
    words.html(_words(weeks, county, language))
    with bars:
        st.altair_chart(_drawn(weeks, county, language), key="trend")


def is_campaign(weeks: pd.DataFrame, county: County) -> pd.Series:
    """Weeks in which a campaign runs."""
    return campaigns.in_weeks(county, weeks.index)


def _words(weeks: pd.DataFrame, county: County, language: str) -> str:
    last, is_apart = weeks.iloc[-1], _is_apart(weeks)
    span = f"{pd.Timestamp(last['start']):%m-%d} — {weeks.index[-1]:%m-%d}"
    partial = f" · {t('overview.partial', language)}" if last["is_partial"] else ""
    marks = [("reported", _BAR), ("campaign", _CAMPAIGN), ("this_week", _NOW)]
    if not is_campaign(weeks, county).any():
        marks.pop(1)
    named = [(escape(_named(name, last, is_apart, language)), colour) for name, colour in marks]
    items = [f'<span><i class="swatch" style="background:{colour}"></i>{word}</span>' for word, colour in named]
    open_ = _named("open", last, is_apart, language)
    items.append(f'<span><i class="swatch is-line"></i>{escape(open_)}</span>')
    return f'<div class="trend"><div>{escape(span + partial)}</div><div class="note">{" ".join(items)}</div></div>'


def _named(name: str, last: pd.Series, is_apart: bool, language: str) -> str:
    """An amount with its unit and what it is in the last week; any other word as it is."""
    word = t(f"overview.{name}", language)
    if name not in last.index:
        return word
    text = t("overview.with_unit", language, name=word, count=number(last[name]))
    return text + (t(f"overview.axis_{name}", language) if is_apart else "")


def _is_apart(weeks: pd.DataFrame) -> bool:
    """So many are open that on their scale the bars of a week would be flat: each gets an axis of its own."""
    return bool(weeks["open"].max() > _FLAT * max(weeks["reported"].max(), 1))


def _drawn(weeks: pd.DataFrame, county: County, language: str) -> "alt.LayerChart":  # type: ignore[name-defined] # noqa: F821
    import altair as alt

    frame = weeks.reset_index()
    words = {name: t(f"overview.{name}", language) for name in ("reported", "closed", "open", "overdue")}
    names = {name: t("overview.in_unit", language, name=word) for name, word in words.items()}
    frame["week"] = frame["week_end"].dt.strftime("%m-%d")
    frame["span"] = pd.to_datetime(frame["start"]).dt.strftime("%m-%d") + " — " + frame["week"]
    frame["colour"] = _BAR
    frame.loc[is_campaign(weeks, county).to_numpy(), "colour"] = _CAMPAIGN
    frame.loc[frame.index[-1], "colour"] = _NOW
    frame = frame[["week_end", "week", "span", "colour", *names]]
    tips = [alt.Tooltip("span:N", title=t("overview.week", language)),
            *(alt.Tooltip(f"{name}:Q", title=title, format=",") for name, title in names.items())]  # fmt: skip
    across = alt.X(
        "week:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, domain=False)
    )
    axis = alt.Axis(
        tickCount=3, orient="right", domain=False, ticks=False, gridColor=_GRID, labelColor=_QUIET, format=",d"
    )
    base = alt.Chart(frame).encode(x=across, tooltip=tips)
    left = axis.copy()
    left.orient = "left" if _is_apart(weeks) else "right"
    bars = base.mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2).encode(
        y=alt.Y("reported:Q", axis=left, title=None), color=alt.Color("colour:N", scale=None)
    )
    line = base.mark_line(color=_LINE, strokeWidth=1.5, point={"size": 12, "color": _LINE}).encode(
        y=alt.Y("open:Q", axis=axis, title=None)
    )
    return (
        alt.layer(bars, line)
        .resolve_scale(y="independent" if _is_apart(weeks) else "shared")
        .properties(height=_HEIGHT, padding={"left": 0, "right": 0, "top": 4, "bottom": 0})
        .configure(aria=False)
        .configure_view(strokeWidth=0)
    )
