"""The lists beside the maps of statistics: the worst places with a sentence each, and why a place has its colour."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis.campaigns import TOGETHER
from dashboard.analysis.density import OUTSIDE
from dashboard.analysis.emerging import NONE
from dashboard.analysis.hotspots import PERMUTATIONS, Hotspots
from dashboard.analysis.trends import Trends
from dashboard.maps import spots as maps
from dashboard.maps.layers import MapView
from dashboard.screen import charts, counted, densities, lists, names, picks
from dashboard.sentences import spots as sentences
from dashboard.text import number, t

VIEWS = maps.VIEWS
_CAMPAIGNS = 3
"""The latest ones."""
_SURE = {0: 0, 1: 90, 2: 95, 3: 99}


def refusal(look: cached.Look, layer: Any, view: str, language: str) -> str:
    """Why nothing is said of hotspots or trends, as a sentence with the next step; empty: something is."""
    if view == "change":
        return ""
    found: Hotspots | Trends = cached.spots(look, layer) if view == "hotspots" else cached.trend(look, layer)
    return maps.refusal(found, layer=layer, language=language)


def view(look: cached.Look, layer: Any, name: str, language: str, shared: Mapping[str, Any]) -> MapView:
    """The map of one of `VIEWS`; `shared` as of every map of the page."""
    weeks = cached.trend(look, layer).weeks if name == "trend" else ()
    told = {"layer": layer, "note": maps.note(name, language, look.filters, weeks=weeks), **shared}
    if name == "change":
        found = cached.cells(look) if layer == "cells" else cached.zones(look)
        return maps.change(look.county, found, **told)
    told["refusal"] = refusal(look, layer, name, language)
    if name == "trend":
        return maps.trend(look.county, cached.trend(look, layer).frame, **told)
    return maps.hotspots(look.county, cached.spots(look, layer).frame, **told)


def joined(look: cached.Look, layer: Any) -> pd.DataFrame:
    """Counts, hotspots and trends of each place in one frame: columns of `density`, `hotspots` and `trends`."""
    # What lies in no zone is no place to be compared with others.
    counts = cached.cells(look) if layer == "cells" else cached.zones(look).drop(index=OUTSIDE, errors="ignore")
    spots = cached.spots(look, layer).frame
    trend = cached.trend(look, layer).frame
    told = spots[["z", "p", "class_", "neighbours", "near_problems", "near_per_km2", "mean_per_km2", "is_island",
                  "is_unseen"]]  # fmt: skip
    hot = trend[["category", "way", "weeks_hot", "problems"]].rename(columns={"problems": "of_weeks"})
    return counts.join(told).join(hot)


def worst(look: cached.Look, layer: Any, view: str, language: str) -> None:
    """The ten worst places of a view, a click opens one; above the changes, what campaigns did."""
    if view == "change":
        campaigns(look, language)
    _worst(look, layer, view, language)


def _worst(look: cached.Look, layer: Any, view: str, language: str) -> None:
    found = _ordered(joined(look, layer), view)
    meaning = t("spots.meaning", language) if view == "hotspots" else ""
    lists.title(t(f"spots.title_{view}", language), t(f"spots.by_{view}", language), meaning=meaning)
    if view == "trend" and counted.is_of_some_states(look):
        lists.nothing(t("spots.of_all", language))
    sentence = refusal(look, layer, view, language)
    if sentence or found.empty:
        weeks = len(cached.trend(look, layer).weeks)
        lists.nothing(sentence or t(f"spots.none_{view}", language, weeks=weeks))
        return
    top = found.head(lists.SHOWN)
    named = names.beside(look, top, layer)
    picks.show([_line(look, layer, row, view, language) for _, row in named.iterrows()], layer, language, key="worst")
    if len(found) > lists.SHOWN:
        key = "spots.of_hot" if view == "hotspots" else "list.first_of"
        lists.nothing(t(key, language, shown=lists.SHOWN, count=number(len(found))))


def campaigns(look: cached.Look, language: str) -> None:
    """What each campaign did, where it was held against where it was not; nothing where there was none."""
    found = cached.effects(look)
    together = found[found.index == TOGETHER].head(_CAMPAIGNS)
    if together.empty:
        return
    lists.title(t("spots.campaign.title", language))
    for _, row in together.iterrows():
        key, told = sentences.campaign(row)
        lists.nothing(t(f"spots.campaign.{key}", language, **{name: _said(name, told[name]) for name in told}))


def _said(name: str, value: Any) -> str:
    if name in ("start", "end"):
        return f"{value:%m-%d}"
    if name in ("share", "low", "high"):
        return f"{value:.0%}"
    return value if isinstance(value, str) else number(value)


def _ordered(found: pd.DataFrame, view: str) -> pd.DataFrame:
    """Places worth a line, the worst first."""
    if view == "hotspots":
        return sentences.hot_first(found)
    if view == "change":
        return found[found["change"] > 0].sort_values(["change", "problems"], ascending=False, kind="stable")
    order = found["category"].map(sentences.ORDER)
    hot = found.assign(_order=order.mask(order > sentences.ORDER["historical_hot"]))
    hot = hot[(hot["_order"].notna() & (hot["of_weeks"] > 0)) | (found["way"] == "rising")]
    return hot.sort_values(["_order", "weeks_hot", "problems"], ascending=[True, False, False], kind="stable")


def _line(look: cached.Look, layer: Any, row: pd.Series, view: str, language: str) -> picks.Line:
    weeks = len(cached.trend(look, layer).weeks)
    known = row["category"] if isinstance(row["category"], str) else NONE
    category = t(f"spots.category_{known}", language)
    count, unit = number(row["problems"]), t("list.unit_problems", language)
    facts = _facts(look, layer, row, language)
    if view == "hotspots":
        is_told = bool(sentences.told_category(known))
        key = "spots.line_hot" if is_told else "spots.line_hot_plain"
        why = t(key, language, ratio=_ratio(row), **({"category": category} if is_told else {}))
    elif view == "change":
        before = int(row["problems"]) - int(row["change"])
        why = t("spots.line_change", language, before=number(before), now=count)
        told = {name: number(row[name]) for name in ("open", "overdue")}
        told["problems_per_km2"] = densities.told(look, layer, row["problems_per_km2"], language)
        facts = t("spots.numbers_rate", language, **told)
        count = f"+{number(row['change'])}"
    else:
        way = t(f"spots.way_{row['way']}", language)
        why = t("spots.line_way", language, weeks=weeks, way=way)
        if known != NONE:
            why = t("spots.line_trend", language, weeks=weeks, hot=int(row["weeks_hot"]), category=category)
        facts = t("spots.facts_trend", language, way=way, now=count)
        group = maps.group(known)
        if group is not None:
            facts = t("spots.facts_group", language, group=t(f"spots.group_{group}", language), now=count)
        count, unit = number(row["of_weeks"]), t("spots.unit_weeks", language, weeks=weeks)
    meaning = t("spots.meaning", language) if view == "hotspots" else ""
    return picks.of(row, why, facts=facts, count=count, unit=unit, meaning=meaning)


def _facts(look: cached.Look, layer: Any, row: pd.Series, language: str) -> str:
    told = {"per_km2": densities.told(look, layer, row["problems_per_km2"], language), "z": number(row["z"], 1)}
    sure = _SURE[abs(int(row["class_"]))]
    if sure:
        return t("spots.numbers", language, sure=sure, **told)
    return t("spots.numbers_unsure", language, **told) if pd.notna(row["z"]) else ""


def _ratio(row: pd.Series) -> str:
    return number(sentences.ratio(row), 1)


def why(look: cached.Look, layer: Any, code: str, language: str, *, is_open: bool) -> None:
    """Why the place of that code has its colour: own numbers, surroundings, weeks, method, data and what was left
    out."""
    frame = joined(look, layer)
    if code not in frame.index:
        return
    row: Any = frame.loc[code]
    said = [part for part in _told(look, layer, row, language) if part]
    quiet = [part for part in _method(look, layer, language) if part]
    paragraphs = [f"<p>{escape(part)}</p>" for part in said]
    paragraphs += [f'<p class="note">{escape(part)}</p>' for part in quiet]
    with st.expander(t("spots.why.title", language), expanded=is_open):
        st.html(f'<div class="why-panel">{"".join(paragraphs)}</div>')
    _distance(look, layer, language)


def _distance(look: cached.Look, layer: Any, language: str) -> None:
    """Why the surroundings reach as far as they do; nothing where touching alone makes neighbours."""
    near = cached.neighbourhood(look, layer)
    if near.radius_m is None or cached.spots(look, layer).refusal is not None:
        return
    with st.expander(t("spots.why.distance_title", language, radius=number(near.radius_m)), expanded=False):
        note = escape(t("spots.why.distance_note", language, places=t(f"spots.why.{layer}", language)))
        st.html(f'<div class="why-panel"><p class="note">{note}</p></div>')
        st.altair_chart(charts.by_distance(near.incremental, language), key="chart_distance")


def _told(look: cached.Look, layer: Any, row: pd.Series, language: str) -> Iterator[str]:
    refused = refusal(look, layer, "hotspots", language)
    places = t(f"spots.why.{layer}", language)
    if row["problems"]:
        per_km2 = densities.told(look, layer, row["problems_per_km2"], language)
        facts = {"problems": number(row["problems"]), "per_km2": per_km2}
        yield t("spots.why.own", language, **facts)
    if refused:
        yield refused
    elif row["is_island"]:
        yield t("spots.why.island", language, places=places)
    elif row["is_unseen"] and not row["class_"]:
        yield t("spots.why.unseen", language)
    else:
        around = {"neighbours": number(row["neighbours"]), "near": number(row["near_per_km2"], 1), "places": places,
                  "mean": number(row["mean_per_km2"], 1)}  # fmt: skip
        kind = ("neither", "hot", "cold")[int(np.sign(row["class_"]))]
        chance = 100 - _SURE[abs(int(row["class_"]))]
        yield t(f"spots.why.{kind}", language, **around, **_beside(kind, row, chance))
        if kind == "hot" and not row["problems"]:
            yield t("spots.why.own_none", language)
    yield t("spots.why.change", language, before=number(row["problems"] - row["change"]), now=number(row["problems"]))
    weeks = len(cached.trend(look, layer).weeks)
    category = row["category"]
    if counted.is_of_some_states(look):
        yield t("spots.of_all", language)
    if isinstance(category, str) and category != NONE:
        told = {"category": t(f"spots.category_{category}", language), "means": _means(category, language)}
        yield t("spots.why.trend", language, weeks=weeks, hot=int(row["weeks_hot"]), **told)
    came_back = cached.relapses(look)
    relapsed: Any = (came_back.cells if layer == "cells" else came_back.zones).loc[str(row.name)]
    if relapsed["relapsed"]:
        told = {name: number(relapsed[name]) for name in ("closed", "relapsed")}
        near = {"radius": number(look.settings.relapse_radius_m), "days": look.settings.relapse_days}
        yield t("spots.why.relapse", language, **told, **near)
    if row["way"] in ("rising", "falling"):
        yield t("spots.why.way", language, weeks=weeks, way=t(f"spots.way_{row['way']}", language))


def _beside(kind: str, row: pd.Series, chance: int) -> dict[str, object]:
    """What only some of the sentences say."""
    if kind == "neither":
        return {}
    return {"chance": chance} | ({"ratio": _ratio(row)} if kind == "hot" else {})


def _means(category: str, language: str) -> str:
    return t(f"spots.means_{category}", language) if category.endswith("_hot") else ""


def _method(look: cached.Look, layer: Any, language: str) -> Iterator[str]:
    """How, of what data, and without what."""
    found = cached.spots(look, layer)
    if found.refusal is None:
        yield t("spots.meaning", language)
        told = {"permutations": number(PERMUTATIONS)}
        if found.radius_m is None:
            yield t("spots.why.method_touch", language, **told)
        else:
            yield t("spots.why.method", language, radius=number(found.radius_m), **told)
    place, filters = look.county.place, look.filters
    start, end = filters.period
    at = filters.moment.astimezone(place.zone_info)
    yield t("spots.why.data", language, at=f"{at:%Y-%m-%d %H:%M}", start=f"{start:%m-%d}", end=f"{end:%m-%d}",
            problems=number(found.problems), count=number(len(cached.spots(look, layer).frame)),
            places=t(f"spots.why.{layer}", language))  # fmt: skip
    if found.left_out:
        yield t("spots.why.left_out", language, count=number(found.left_out))
