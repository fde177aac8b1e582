"""Seats and stalls per thousand people: the map of what cells get, and the facilities that have least."""

from collections.abc import Iterator
from dataclasses import replace
from math import isnan

import pandas as pd

from dashboard import cached
from dashboard.analysis import supply
from dashboard.analysis.coverage import KINDS
from dashboard.analysis.supplied import Supplied
from dashboard.maps import provision as maps
from dashboard.maps.layers import MapView
from dashboard.screen import address, against, cases, frame, gaps, lists, picks
from dashboard.text import number, percent, t

_COLUMNS = ("name", "zone_name", "cell", "unit", "keeper", "capacity", "demand", "per_thousand", "state")


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The question of the part: what is there per thousand people."""
    with body.choices:
        kind = address.segmented("kind", KINDS, "kind", language)
    found = cached.supplied(look, kind)
    selected = frame.selected(look, (kind,))
    with body.map:
        frame.draw(replace(view(look, kind, found, language), selected=selected), selected, kinds=(kind,))
    with body.reasons:
        beside(look, kind, found, language)


def view(look: cached.Look, kind: str, found: Supplied, language: str) -> MapView:
    """The map of it."""
    style = frame.map_style(look, language)
    if found.refusal:
        title = t("provision.supply_measure", language, capacity=against.words(kind, language)["capacity"])
        return maps.blank(look.county, title, refusal(kind, found, language), style)
    told = list(_lines(found.facilities, kind, language))
    titles = {
        str(code): "\n".join(part for part in (against.called(row), why) if part)
        for (code, row), (why, _) in zip(found.facilities.iterrows(), told, strict=True)
    }
    return maps.supply(look.county, found.cells, kind=kind, look=style, titles=titles)


def refusal(kind: str, found: Supplied, language: str) -> str:
    """Why nothing can be told, and what to do; empty: something can."""
    return against.refusal(found.refusal, against.words(kind, language), language)


def beside(look: cached.Look, kind: str, found: Supplied, language: str) -> None:
    """What it comes to, what is not known, the facilities with least, the rules and the download."""
    named = against.words(kind, language)
    gaps.unfiltered(look, language)
    if found.refusal:
        lists.title(t("provision.supply_measure", language, capacity=named["capacity"]))
        lists.nothing(refusal(kind, found, language))
        return
    average, meaning = found.per_thousand, t("provision.supply_means", language)
    if isnan(average):
        lists.title(t("provision.supply_measure", language, capacity=named["capacity"]), meaning=meaning)
        lists.nothing(t("provision.supply_nobody", language))
    else:
        value = number(average, 1)
        lists.title(t("provision.supply_title", language, capacity=named["capacity"], value=value), meaning=meaning)
    for sentence in told(kind, found, language):
        lists.nothing(sentence)
    rows = found.facilities
    lists.title(t("provision.supply_list", language, **named))
    shown = rows.head(lists.SHOWN)
    unit = t("provision.per_thousand_unit", language)
    lines = [
        against.line(look, row, why, count=count, unit=unit if count else "", kind=kind)
        for (_, row), (why, count) in zip(shown.iterrows(), _lines(shown, kind, language), strict=True)
    ]
    picks.show(lines, "cells", language, key="least")
    if len(rows) > len(shown):
        lists.nothing(t("list.more", language, count=number(len(rows) - len(shown))))
    cases.button(lambda: table(found, kind, language), t("list.download", language), f"supply-{kind}", key="supply")
    _rules(look, kind, language)


def told(kind: str, found: Supplied, language: str) -> Iterator[str]:
    """The sums, with their denominators, and what is in none of them."""
    named, cells, rows = against.words(kind, language), found.cells, found.facilities
    people, unserved = cells["people"].sum(), found.unserved["people"].sum()
    yield t(
        "provision.supply_sums", language, **named, facilities=number(len(rows)),
        capacities=number(rows["capacity"].sum()), cells=number(len(found.unserved)), people=number(unserved),
        of=number(people), share=percent(unserved / people if people else None),
    )  # fmt: skip
    if found.crowds:
        yield t("provision.supply_crowds", language, people=number(found.crowds))
    counts = {
        "without_capacity": (rows["state"] == supply.NO_CAPACITY).sum(),
        "without_people": cells["people"].isna().sum(),
        "without_crowd": found.crowds_unknown,
        "without_place": found.without_place,
    }
    for name, count in counts.items():
        if count:
            values = {key: named[key] for key in _NAMED.get(name, ())}
            yield t(f"provision.{name}", language, count=number(count), **values)


_NAMED = {"without_capacity": ("unit", "capacity"), "without_place": ("unit",)}


def table(found: Supplied, kind: str, language: str) -> pd.DataFrame:
    """The list as it is downloaded."""
    rows = found.facilities[list(_COLUMNS)].round({"demand": 0, "per_thousand": 3})
    rows["state"] = [t(f"provision.states.supply.{state}", language) for state in rows["state"]]
    capacity = against.words(kind, language)["capacity"]
    headings = {
        "capacity": t("provision.capacity_count", language, capacity=capacity),
        "per_thousand": t("provision.per_thousand", language, capacity=capacity),
    }
    return against.headed(rows, "facility", language, headings)


def _lines(rows: pd.DataFrame, kind: str, language: str) -> Iterator[tuple[str, str]]:
    """Why, and how many per thousand."""
    capacity = against.words(kind, language)["capacity"]
    for _, row in rows.iterrows():
        if row["state"] == supply.NO_CAPACITY:
            yield t("provision.supply_line_unknown", language, capacity=capacity), ""
            continue
        count = number(row["capacity"])
        if row["state"] == supply.NOBODY_NEAR:
            yield t("provision.supply_line_nobody", language, capacity=capacity, count=count), ""
        else:
            people = number(row["demand"])
            why = t("provision.supply_line", language, capacity=capacity, count=count, people=people)
            yield why, number(row["per_thousand"], 2)


def _rules(look: cached.Look, kind: str, language: str) -> None:
    """The radius and, of toilets, the people at markets, each with its clause."""
    radius = look.standards.radius(kind)
    if radius is not None:
        gaps.by_standard(radius, against.reach(radius, kind, language), language)
    crowd = look.standards.entries.get("market.people_per_stall")
    if kind == "toilet" and crowd is not None:
        rule = t("provision.supply_crowd_rule", language, people=number(crowd.value))
        gaps.by_standard(crowd, rule, language)
