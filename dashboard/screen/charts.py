"""What the problems of the period are made of, as small charts beside the map: by week, category, zone and hour."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.facts import choices
from dashboard.filters import NONE
from dashboard.screen import counted, lists
from dashboard.text import number, t

_BAR, _QUIET, _INK, _CHOSEN = "#c9b79a", "#6b6860", "#24231f", "#9e1a2f"
_SHOWN = 6
_ROW = 19
_LOW = 84


def show(look: cached.Look, language: str) -> None:
    """Draws the charts, or one line where there is nothing to draw."""
    weeks = cached.weeks(look)
    hours, without = cached.by_hour(look)
    lists.title(t("charts.week", language))
    ends = [f"{end:%m-%d}" for end in weeks.index]
    st.altair_chart(
        _upright(ends, weeks["reported"].tolist(), [], weeks.index.size, which="week", language=language),
        key="chart_week",
    )
    names = choices(look.county, look.snapshot, language)
    for which in ("category", "zone"):
        counts = cached.breakdown(look, which)
        lists.title(t(f"charts.{which}", language))
        if counts.empty:
            lists.nothing(t("charts.none", language))
            continue
        st.altair_chart(_lying(_first(counts, names[which], language), which, language), key=f"chart_{which}")
    timed = int(hours.sum())
    lists.title(
        t("charts.hour", language), t("charts.hour_note", language, count=number(timed), without=number(without))
    )
    if timed:
        spans = [t("charts.hours", language, hour=f"{hour:02}") for hour in hours.index]
        st.altair_chart(
            _upright([str(hour) for hour in hours.index], hours.tolist(), spans, 8, which="hour", language=language),
            key="chart_hour",
        )
    left = counted.left_out(look, "zones")["problems"]
    if left:
        lists.nothing(t("charts.not_counted", language, count=number(left)))


def by_distance(steps: pd.DataFrame, language: str) -> Any:
    """z by distance as a line, the distance chosen as a red dot; `steps` as of `analysis.moran.incremental`."""
    import altair as alt

    frame = steps[["radius_m", "z", "is_peak"]].assign(told=steps["radius_m"].map(number), told_z=steps["z"].round(1))
    titles = {name: t(f"spots.why.distance_{name}", language) for name in ("x", "y")}
    plain: dict[str, Any] = {"ticks": False, "domain": False, "labelColor": _QUIET, "titleColor": _QUIET}
    look = plain | {"titleFontWeight": "normal", "gridColor": "#e6e3dc"}
    across = alt.X("radius_m:Q", title=titles["x"], axis=alt.Axis(tickCount=5, format=",d", **look))
    up = alt.Y("z:Q", title=titles["y"], axis=alt.Axis(tickCount=3, format=",d", **look))
    tips = [alt.Tooltip("told:N", title=titles["x"]), alt.Tooltip("told_z:Q", title=titles["y"])]
    base = alt.Chart(frame).encode(x=across, y=up, tooltip=tips)
    marks = base.mark_point(filled=True, size=30, color=_BAR, opacity=1)
    chosen = base.transform_filter("datum.is_peak").mark_point(filled=True, size=110, color=_CHOSEN, opacity=1)
    return _framed(alt.layer(base.mark_line(color=_BAR), marks, chosen), _LOW + _ROW)


def by_number(steps: pd.DataFrame, language: str) -> Any:
    """Share covered by number of sites, no choice being above the dashed line; `steps`: sites, covered, bound."""
    import altair as alt

    titles = {name: t(f"siting.axis_{name}", language) for name in ("site", "covered", "bound")}
    plain: dict[str, Any] = {"ticks": False, "domain": False, "labelColor": _QUIET, "titleColor": _QUIET}
    look = plain | {"titleFontWeight": "normal", "gridColor": "#e6e3dc"}
    ticks = min(len(steps) - 1, 10)
    across = alt.X("sites:Q", title=titles["site"], axis=alt.Axis(tickCount=ticks, format="d", grid=False, **look))
    height = alt.Axis(tickCount=3, format=".0%", **look)
    up = alt.Y("covered:Q", title=titles["covered"], axis=height, scale=alt.Scale(zero=False))
    tips = [
        alt.Tooltip("sites:Q", title=titles["site"]),
        *(alt.Tooltip(f"{name}:Q", title=titles[name], format=".1%") for name in ("covered", "bound")),
    ]
    base = alt.Chart(steps).encode(x=across, tooltip=tips)
    bound = base.mark_line(color=_QUIET, strokeDash=[4, 3], strokeWidth=1).encode(y=alt.Y("bound:Q"))
    line = base.mark_line(color=_BAR).encode(y=up)
    marks = base.mark_point(filled=True, size=36, color=_CHOSEN, opacity=1).encode(y=up)
    return _framed(alt.layer(bound, line, marks), _LOW + 2 * _ROW)


def by_band(bands: pd.DataFrame, radius_m: float, language: str) -> Any:
    """Street vending as a line over other problems as bars, shares of each by band of distance to the nearest market,
    and the radius as a dashed line; `bands` as of `analysis.vending.bands`."""
    import altair as alt

    names = {name: t(f"provision.vending_{name}", language) for name in ("itself", "others", "axis", "axis_share")}
    frame = bands.reset_index()
    width = float(frame["to_m"].iloc[0] - frame["from_m"].iloc[0])
    ends = [
        t("provision.vending_band_last", language, low=number(low))
        if pd.isna(high)
        else t("provision.vending_band", language, low=number(low), high=number(high))
        for low, high in zip(frame["from_m"], frame["to_m"], strict=True)
    ]
    frame = frame.assign(middle=frame["from_m"] + width / 2, end=frame["from_m"] + width * 0.94, band=ends)
    plain: dict[str, Any] = {"ticks": False, "domain": False, "labelColor": _QUIET, "titleColor": _QUIET}
    look = plain | {"titleFontWeight": "normal", "gridColor": "#e6e3dc"}
    axis = alt.Axis(values=frame["from_m"].tolist(), format="d", grid=False, **look)
    height = alt.Axis(tickCount=3, format=".0%", **look)
    tips = [
        alt.Tooltip("band:N", title=names["axis"]),
        *(
            alt.Tooltip(f"{column}:Q", title=names[name], format=form)
            for column, name, form in (
                ("vending", "itself", ",d"), ("vending_share", "itself", ".1%"),
                ("others", "others", ",d"), ("others_share", "others", ".1%"),
            )
        ),
    ]  # fmt: skip
    base = alt.Chart(frame).encode(tooltip=tips)
    across = alt.X("from_m:Q", title=names["axis"], axis=axis)
    bars = base.mark_bar(color=_BAR).encode(
        x=across, x2="end:Q", y=alt.Y("others_share:Q", title=names["axis_share"], axis=height), y2=alt.datum(0)
    )
    line = base.mark_line(color=_INK, point={"size": 28, "color": _INK}).encode(
        x=alt.X("middle:Q"), y=alt.Y("vending_share:Q")
    )
    rule = alt.Chart(pd.DataFrame({"at": [radius_m]})).mark_rule(color=_CHOSEN, strokeDash=[4, 3]).encode(x="at:Q")
    return _framed(alt.layer(bars, line, rule), _LOW + 2 * _ROW)


def _first(counts: pd.Series, names: Mapping[str, str], language: str) -> pd.Series:
    """The largest ones by name, the rest as one; what belongs to none is none of the rest."""
    if len(counts) <= _SHOWN + 1:
        return counts.rename(names)
    top, rest = counts.iloc[:_SHOWN], counts.iloc[_SHOWN:]
    others = rest[rest.index != NONE]
    summed = pd.Series({t("charts.others", language, count=number(len(others))): others.sum()})
    return pd.concat([top.rename(names), summed[summed > 0], rest[rest.index == NONE].rename(names)])


def _tips(name: str, count: str, which: str, language: str) -> list[Any]:
    """What a bar says on hover, with its unit."""
    import altair as alt

    title = t("charts.tip_count", language)
    return [alt.Tooltip(name, title=t(f"charts.tip_{which}", language)), alt.Tooltip(count, title=title, format=",")]


def _lying(counts: pd.Series, which: str, language: str) -> Any:
    """Bars that lie, each with its name and its number."""
    import altair as alt

    frame = pd.DataFrame({"name": counts.index.astype(str), "count": counts.to_numpy()})
    frame["told"] = frame["count"].map(number)
    across = alt.X("count:Q", axis=None, scale=alt.Scale(domain=[0, int(frame["count"].max()) * 1.2]))
    names = alt.Axis(title=None, domain=False, ticks=False, labelLimit=120, labelColor=_INK, labelOverlap=False)
    base = alt.Chart(frame).encode(
        x=across, y=alt.Y("name:N", sort=None, axis=names), tooltip=_tips("name:N", "count:Q", which, language)
    )
    bars = base.mark_bar(color=_BAR, height=12)
    words = base.mark_text(align="left", dx=4, color=_QUIET, fontSize=12).encode(text="told:N")
    return _framed(alt.layer(bars, words), _ROW * len(frame) + 4)


def _upright(names: list[str], counts: list[int], told: list[str], labels: int, *, which: str, language: str) -> Any:
    """Bars that stand, in the order given."""
    import altair as alt

    frame = pd.DataFrame({"name": names, "count": counts, "told": told or names})
    axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, domain=False, labelColor=_QUIET, tickCount=labels)
    height = alt.Axis(tickCount=3, domain=False, ticks=False, labelColor=_QUIET, gridColor="#e6e3dc", format=",d")
    bars = (
        alt.Chart(frame)
        .mark_bar(color=_BAR)
        .encode(
            x=alt.X("name:N", sort=None, title=None, axis=axis),
            y=alt.Y("count:Q", title=None, axis=height),
            tooltip=_tips("told:N", "count:Q", which, language),
        )
    )
    return _framed(bars, _LOW)


def _framed(chart: Any, height: int) -> Any:
    padding = {"left": 0, "right": 0, "top": 2, "bottom": 2}
    return chart.properties(height=height, padding=padding).configure(aria=False).configure_view(strokeWidth=0)
