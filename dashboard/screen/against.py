"""Facilities or zones against one standard: how many lack, which, by which clause; lines and sheets of facilities."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis import judged, provision, recorded
from dashboard.analysis.coverage import KINDS, serving
from dashboard.analysis.judged import CLASS, PER_KM2, SPACING, TO_ACT_ON, Judged, Question
from dashboard.maps import provision as maps
from dashboard.maps.layers import MapView
from dashboard.screen import address, cases, frame, gaps, lists, names, picks
from dashboard.standards import Standard
from dashboard.text import number, percent, t, word

_KINDS = tuple(maps.SIGNS)
_COLUMNS = {
    SPACING: ("name", "zone_name", "cell", "unit", "keeper", "neighbour_name", "neighbour_m", "state"),
    PER_KM2: ("name", "facilities", "area_km2", "per_km2", "state"),
    CLASS: ("name", "zone_name", "cell", "unit", "keeper", "at", "grade", "state"),
}
_DIGITS = {"neighbour_m": 0, "area_km2": 3, "per_km2": 2}


def draw(look: cached.Look, body: frame.Body, asked: str, language: str) -> None:
    """One of `judged.ASKED`; the standard is chosen on the map where there are several."""
    question = chosen(look, body, asked, language)
    found = cached.judged(look, question)
    selected = frame.selected(look, _KINDS)
    if selected is not None and selected[0] in _KINDS and selected[1] in found.rows.index:
        # Against another standard the same facility is another kind of point.
        selected = (sign(str(found.rows["state"][selected[1]]), asked), selected[1])
    with body.map:
        frame.draw(replace(view(look, question, found, language), selected=selected), selected, kinds=_KINDS)
    with body.reasons:
        _choose(look, question, language)
        beside(look, question, found, language)


def chosen(look: cached.Look, body: frame.Body, asked: str, language: str) -> Question:
    """The question that the address has; a kind of facilities is asked for where standards of several are there."""
    kinds = [kind for kind in KINDS if _of_kind(look, asked, kind)] or [KINDS[0]]
    kind = kinds[0]
    if len(kinds) > 1:
        with body.choices:
            kind = address.segmented("kind", kinds, "kind", language)
    options = [one.against for one in _of_kind(look, asked, kind)] or [""]
    return Question(asked, kind, address.choice("against", options, options[0]))


def _choose(look: cached.Look, question: Question, language: str) -> None:
    """The standard to hold them against, where there are several, each with its numbers."""
    options = {one.against: one for one in _of_kind(look, question.asked, question.kind)}
    if len(options) < 2:
        return
    st.session_state["choice_against"] = question.against

    def told(option: str) -> str:
        one = options[option]
        limit = limits(one, look.standards.entries[one.key], language)
        return t("provision.choice", language, against=word("provision.against", option, language), limits=limit)

    st.selectbox(
        t("provision.choose", language), list(options), key="choice_against", format_func=told,
        label_visibility="collapsed",
        on_change=lambda: address.set_choice("against", st.session_state["choice_against"], next(iter(options))),
    )  # fmt: skip


def _of_kind(look: cached.Look, asked: str, kind: str) -> list[Question]:
    return [one for one in judged.choices(look.standards, asked) if one.kind == kind]


def words(kind: str, language: str) -> dict[str, str]:
    """What a facility of the kind, its number and its capacity are called."""
    return {
        "kind": word("kind", kind, language),
        "unit": word("provision.unit_of", kind, language),
        "capacity": word("provision.capacity", kind, language),
    }


def view(look: cached.Look, question: Question, found: Judged, language: str) -> MapView:
    """The map of it."""
    style, standard = frame.map_style(look, language), look.standards.entries.get(question.key)
    named = words(question.kind, language)
    title = standard.title[language] if standard else named["kind"]
    if found.refusal or standard is None:
        return maps.blank(look.county, title, why_not(look, question, found, language), style)
    if question.asked == PER_KM2:
        day = look.county.place.local_day(look.filters.moment)
        counted = serving(look.county, question.kind, day)
        titles = {str(code): called(row) for code, row in counted.iterrows()}
    else:
        why = _why(question, found.rows, standard, language)
        titles = {
            str(code): "\n".join(part for part in (called(row), told) if part)
            for (code, row), (told, _) in zip(found.rows.iterrows(), why, strict=True)
        }
    return maps.against(
        look.county, found.rows, asked=question.asked, kind=question.kind, title=title, look=style,
        note=limits(question, standard, language), titles=titles,
    )  # fmt: skip


def why_not(look: cached.Look, question: Question, found: Judged, language: str) -> str:
    """Why nothing can be told, and what to do; empty: something can."""
    beside_m = look.standards.entries.get(question.beside)
    values = words(question.kind, language) | {"beside": number(beside_m.value if beside_m else None)}
    return refusal(found.refusal, values, language)


def refusal(code: str | None, values: Mapping[str, str], language: str) -> str:
    """The sentence of a refusal, with those of the values that it holds."""
    return sentence(f"provision.refusal.{code}", language, values) if code else ""


def sentence(key: str, language: str, values: Mapping[str, str]) -> str:
    """A text with its own among many values; other ones are nothing to it."""
    return t(key, language).format(**values)


def beside(look: cached.Look, question: Question, found: Judged, language: str) -> None:
    """How many lack, what they are held against, which ones, and the download."""
    gaps.unfiltered(look, language)
    standard = look.standards.entries.get(question.key)
    if found.refusal or standard is None:
        lists.title(standard.title[language] if standard else words(question.kind, language)["kind"])
        lists.nothing(why_not(look, question, found, language))
        return
    values = _values(look, question, found, standard, language)
    lists.title(sentence(f"provision.{question.asked}_title", language, values))
    for key in _sentences(question, found):
        lists.nothing(sentence(f"provision.{key}", language, values))
    rule = {"title": standard.title[language], "limits": limits(question, standard, language)}
    gaps.by_standard(standard, t("provision.rule", language, **rule), language)
    _list(look, question, found, standard, language)
    cases.button(
        lambda: table(look, question, found, language), t("list.download", language),
        f"{question.asked}-{question.kind}", key="against",
    )  # fmt: skip


def _sentences(question: Question, found: Judged) -> Iterator[str]:
    yield f"{question.asked}_sums"
    if question.asked != CLASS:
        yield "street_unknown" if question.is_of_streets else "land_unknown"
    if found.elsewhere:
        yield "elsewhere"
    if question.asked == CLASS and (found.rows["state"] == provision.NOT_KNOWN).any():
        yield "without_class"
    if found.without_place:
        yield "without_place"
    if found.without_zone:
        yield "without_zone"


def _values(look: cached.Look, question: Question, found: Judged, standard: Standard, language: str) -> dict[str, str]:
    """All that the sentences of a question say."""
    shares: Any = found.shares
    lacks = TO_ACT_ON[question.asked]
    other = provision.TOO_LITTLE if lacks == provision.TOO_MUCH else provision.TOO_MUCH
    beside_m = look.standards.entries.get(question.beside)
    values = words(question.kind, language) | {
        "of": number(shares["number"].drop(provision.NOT_KNOWN).sum()),
        "unknown": number(shares.loc[provision.NOT_KNOWN, "number"]),
        "against": word("provision.against", question.against, language),
        "grade": grade(standard.value, language),
        "beside": number(beside_m.value if beside_m else None),
        "elsewhere": number(found.elsewhere),
        "count": number(found.without_place),
        "outside": number(found.without_zone),
    }
    for name, state in (("act", lacks), ("other", other), ("within", provision.WITHIN)):
        values |= {name: number(shares.loc[state, "number"]), f"{name}_share": percent(shares.loc[state, "share"])}
    return values


def limits(question: Question, standard: Standard, language: str) -> str:
    """The range of a standard in words, with its unit."""
    if question.asked == CLASS:
        return t("provision.not_below", language, grade=grade(standard.value, language))
    unit = limits_unit(question, language) if question.asked == PER_KM2 else t("provision.metres", language)
    low, high = standard.low, standard.high
    high = standard.value if low is None and high is None else high
    key = "at_most" if low is None else "at_least" if high is None else "range"
    ends = {name: f"{end:g}" for name, end in (("low", low), ("high", high)) if end is not None}
    return t(f"provision.{key}", language, unit=unit, **ends)


def reach(radius: Standard, kind: str, language: str) -> str:
    """A service radius in words, with those of other settings."""
    values = {"kind": word("kind", kind, language), "radius": number(radius.value)}
    if not radius.by_setting:
        return t("provision.supply_rule", language, **values)
    others = t("card.comma", language).join(
        t("provision.of_setting", language, setting=word("setting", name, language), radius=number(other))
        for name, other in radius.by_setting.items()
    )
    return t("provision.supply_rule_setting", language, **values, others=others)


def grade(value: object, language: str) -> str:
    """A class of toilets in words."""
    return word("provision.class", f"{value:g}" if isinstance(value, float) else value, language)


def _list(look: cached.Look, question: Question, found: Judged, standard: Standard, language: str) -> None:
    rows = found.rows[found.rows["state"] != provision.WITHIN]
    if rows.empty:
        lists.nothing(t("provision.all_within", language))
        return
    shown = rows.head(lists.SHOWN)
    told = list(_why(question, shown, standard, language))
    if question.asked == PER_KM2:
        unit = limits_unit(question, language)
        named = names.beside(look, shown, "zones")
        drawn = [
            picks.of(row, why, count=count, unit=unit)
            for (_, row), (why, count) in zip(named.iterrows(), told, strict=True)
        ]
    else:
        unit = t("provision.metres", language) if question.asked == SPACING else ""
        drawn = [
            line(look, row, why, count=count, unit=unit if count else "", kind=sign(row["state"], question.asked))
            for (_, row), (why, count) in zip(shown.iterrows(), told, strict=True)
        ]
    picks.show(drawn, "zones", language, key="against")
    if len(rows) > len(shown):
        lists.nothing(t("list.more", language, count=number(len(rows) - len(shown))))


def limits_unit(question: Question, language: str) -> str:
    """Facilities by km², as a unit."""
    return t("provision.per_km2_unit", language, unit=words(question.kind, language)["unit"])


def sign(state: str, asked: str) -> str:
    """The kind of point that a facility of a state is drawn as."""
    return maps.signs(asked).get(state, _KINDS[-1])


def _why(question: Question, rows: pd.DataFrame, standard: Standard, language: str) -> Iterator[tuple[str, str]]:
    """Of each row why it has its state, and its number."""
    unit = words(question.kind, language)["unit"]
    for _, row in rows.iterrows():
        if question.asked == PER_KM2:
            values = {"count": number(row["facilities"]), "area": number(row["area_km2"], 2), "unit": unit}
            short = math.ceil((standard.low or 0) * row["area_km2"] - 1e-9) - row["facilities"]
            key = "per_km2_line_short" if row["state"] == provision.TOO_LITTLE else "per_km2_line"
            values["short"] = number(short)
            yield sentence(f"provision.{key}", language, values), number(row["per_km2"], 2)
        elif question.asked == CLASS:
            at = t(f"provision.beside.{row['at']}", language)
            if row["state"] == provision.NOT_KNOWN:
                yield t("provision.lowest_class_line_unknown", language, at=at), ""
            else:
                told = grade(row["grade"], language)
                yield t("provision.lowest_class_line", language, at=at, grade=told), told
        elif pd.isna(row["neighbour"]):
            yield t("provision.spacing_line_alone", language, unit=unit), ""
        else:
            neighbour = row["neighbour_name"] if isinstance(row["neighbour_name"], str) else str(row["neighbour"])
            metres = number(row["neighbour_m"])
            yield t("provision.spacing_line", language, neighbour=neighbour), metres


def line(look: cached.Look, row: pd.Series, why: str, *, count: str, unit: str, kind: str) -> picks.Line:
    """A line of a facility (columns of `analysis.facilities.described`): a click rings it on the map, where it is a
    point of `kind`. Nobody is called nobody only where the place keeps such names at all."""
    told = row[["name", "zone_name"]]
    if recorded.has_keepers(look.county):
        told = row[["name", "zone_name", "keeper"]].rename({"keeper": "who"})
    return replace(picks.of(told, why, count=count, unit=unit), at=(kind, str(row.name)))


def called(row: pd.Series) -> str:
    """The name of a facility; empty where nobody named it."""
    return row["name"] if isinstance(row["name"], str) else ""


def table(look: cached.Look, question: Question, found: Judged, language: str) -> pd.DataFrame:
    """The list as it is downloaded, with those that are as wanted."""
    asked = question.asked
    rows = found.rows[list(_COLUMNS[asked])].round({name: n for name, n in _DIGITS.items() if name in _COLUMNS[asked]})
    rows["state"] = [t(f"provision.states.{asked}.{state}", language) for state in rows["state"]]
    if asked == CLASS:
        rows["at"] = [t(f"provision.beside.{at}", language) for at in rows["at"]]
        rows["grade"] = [grade(each, language) if pd.notna(each) else "" for each in rows["grade"]]
    rows["standard"] = limits(question, look.standards.entries[question.key], language)
    named = {"per_km2": limits_unit(question, language)}
    return headed(rows, "zone_code" if asked == PER_KM2 else "facility", language, named)


def headed(rows: pd.DataFrame, code: str, language: str, named: Mapping[str, str]) -> pd.DataFrame:
    """A sheet with headings in words, the code in front; `named`: headings that are no text of their own."""
    sheet = rows.copy()
    sheet.columns = pd.Index([named.get(name) or t(f"provision.{name}", language) for name in rows.columns])
    return sheet.reset_index(names=t(f"provision.{code}", language))
