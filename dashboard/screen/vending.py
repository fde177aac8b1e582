"""Street vending against the distance to the nearest market: the answer, by how far, and the cells beyond reach."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis import vending
from dashboard.analysis.coverage import serving
from dashboard.analysis.vending import Gathering
from dashboard.maps import provision as maps
from dashboard.maps import views
from dashboard.maps.layers import MapView
from dashboard.screen import address, against, cases, charts, frame, gaps, lists, names, picks
from dashboard.snapshot import NEVER
from dashboard.text import number, percent, t

_MARKET = "market"
_SETTING = "vending_words"
_COLUMNS = ("name", "zone_name", "vending", "beyond", "distance_m")


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The question of the part: does street vending gather where no market is?"""
    found = cached.gathered(look)
    cells = by_cell(look, found)
    selected = frame.selected(look, (_MARKET,))
    with body.map:
        shown = replace(view(look, found, cells, language), selected=selected)
        frame.draw(shown, selected, kinds=(_MARKET,))
    with body.reasons:
        beside(look, found, cells, language)


def by_cell(look: cached.Look, found: Gathering | None) -> pd.DataFrame:
    """`vending.by_cell`; empty where the standards have no radius."""
    if found is None:
        return pd.DataFrame(columns=list(_COLUMNS)).rename_axis("cell")
    return vending.by_cell(look.county, look.snapshot, found.problems)


def view(look: cached.Look, found: Gathering | None, cells: pd.DataFrame, language: str) -> MapView:
    """The map of it: markets with their radius, single problems, and the cells they lie in."""
    style, radius = frame.map_style(look, language), look.standards.radius(_MARKET)
    why = why_not(look, found, language)
    if found is None or radius is None or why:
        return maps.blank(look.county, t("provision.vending_map", language), why, style)
    markets = serving(look.county, _MARKET, look.county.place.local_day(look.filters.moment))
    of_vending = found.problems[found.problems["is_vending"] & found.problems["is_beyond"]]
    problems = views.problem_points(
        look.county, look.snapshot, of_vending["row"], moment=look.filters.moment, language=language
    )
    return maps.vending(
        look.county,
        cells,
        {str(code): against.called(row) for code, row in markets.iterrows()},
        problems,
        look=style,
        radius_m=radius.value,
        note=against.reach(radius, _MARKET, language),
    )


def why_not(look: cached.Look, found: Gathering | None, language: str) -> str:
    """Why there is nothing to compare, and what to do; empty: there is something."""
    if found is not None and found.answer not in vending.CANNOT:
        return ""
    values = against.words(_MARKET, language) | {
        "words": t("card.comma", language).join(look.settings.vending),
        "setting": _SETTING,
    }
    return against.refusal("no_standard" if found is None else found.answer, values, language)


def beside(look: cached.Look, found: Gathering | None, cells: pd.DataFrame, language: str) -> None:
    """The answer as a sentence, the chart, the cells beyond reach, the rule and the download."""
    radius = look.standards.radius(_MARKET)
    why = why_not(look, found, language)
    if found is None or radius is None or why:
        lists.title(t("provision.vending_map", language))
        lists.nothing(why)
        return
    lists.title(
        t(f"provision.vending_{found.answer}", language),
        meaning=t("provision.vending_means", language, draws=number(vending.DRAWS)),
    )
    for sentence in told(look, found, language):
        lists.nothing(sentence)
    _widen(look, found, language)
    lists.title(t("provision.vending_chart", language), t("provision.vending_chart_note", language))
    bands = vending.bands(found.problems)
    st.altair_chart(charts.by_band(bands, radius.value, language), key="chart_vending")
    _list(look, cells, language)
    cases.button(lambda: table(cells, language), t("list.download", language), "vending", key="vending")
    gaps.by_standard(radius, against.reach(radius, _MARKET, language), language)


def told(look: cached.Look, found: Gathering, language: str) -> Iterator[str]:
    """Both shares with their denominators, the difference with its interval, and what is counted."""
    of: dict[str, Any] = {name: found.groups.loc[name] for name in (vending.VENDING, vending.OTHERS)}
    values = {name: number(group["problems"]) for name, group in of.items()}
    values |= {f"{name}_beyond": number(group["beyond"]) for name, group in of.items()}
    values |= {f"{name}_share": percent(group["share_beyond"]) for name, group in of.items()}
    yield t("provision.vending_shares", language, **values)
    if found.answer == vending.TOO_FEW:
        yield t("provision.vending_need", language, count=vending.AT_LEAST, places=vending.PLACES_AT_LEAST)
    else:
        points = {name: f"{100 * getattr(found, name):+.1f}" for name in ("difference", "low", "high")}
        yield t("provision.vending_interval", language, **points)
    comma = t("card.comma", language)
    yield t("provision.vending_of", language, categories=comma.join(found.categories))
    if look.filters.category:
        yield t("provision.vending_all_categories", language)
    left_out = found.groups["left_out"].sum()
    if left_out:
        yield t("provision.vending_left_out", language, count=number(left_out))


def _widen(look: cached.Look, found: Gathering, language: str) -> None:
    """A button that takes the whole period where the one chosen holds too few."""
    reported = look.snapshot.reported_day[look.snapshot.reported_s != NEVER]
    if found.answer != vending.TOO_FEW or not len(reported):
        return
    first = pd.Timestamp(int(reported.min()), unit="D").date()
    if look.filters.start is None or first >= look.filters.start:
        return
    if st.button(t("provision.vending_whole", language), key="whole_period"):
        address.choose(start=first, end=look.filters.end)
        st.rerun()


def _list(look: cached.Look, cells: pd.DataFrame, language: str) -> None:
    beyond = cells[cells["beyond"] > 0]
    lists.title(t("provision.vending_list", language))
    if beyond.empty:
        lists.nothing(t("provision.vending_none_beyond" if len(cells) else "list.none", language))
        return
    shown = names.beside(look, beyond.drop(columns="zone_name").head(lists.SHOWN))
    unit = t("provision.vending_beyond_unit", language)
    lines = []
    for _, row in shown.iterrows():
        values = {"vending": number(row["vending"]), "metres": number(row["distance_m"])}
        why = t("provision.vending_line", language, **values)
        lines.append(picks.of(row, why, count=number(row["beyond"]), unit=unit))
    picks.show(lines, "cells", language, key="beyond")
    if len(beyond) > len(shown):
        lists.nothing(t("list.more", language, count=number(len(beyond) - len(shown))))


def table(cells: pd.DataFrame, language: str) -> pd.DataFrame:
    """The list as it is downloaded: all cells with street vending."""
    named = {
        "vending": t("provision.vending_count", language),
        "beyond": t("provision.vending_beyond", language),
        "distance_m": t("provision.vending_distance", language),
    }
    return against.headed(cells[list(_COLUMNS)].round({"distance_m": 0}), "cell", language, named)
