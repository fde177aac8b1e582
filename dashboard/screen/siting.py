"""The siting bench: what is asked, what the proposed sites add one by one, and how far from the best they may be."""

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis.proposal import AT_MOST, CANDIDATES, KINDS, USUAL, WANTED_SHARE, WEIGHTS, Proposal, Question
from dashboard.analysis.scenario import Arrangement, Scenario
from dashboard.analysis.served import AREA, PEOPLE
from dashboard.analysis.siting.candidates import ROAD
from dashboard.maps import siting as maps
from dashboard.maps.layers import MapView
from dashboard.screen import address, cases, charts, frame, gaps, lists, picks
from dashboard.text import number, percent, t, word


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The part of the page: the question, the map of what is proposed, and what it adds."""
    selected = frame.selected(look)
    with body.choices:
        question = asked(look, language)
    with body.reasons:
        found = proposed(look, question, language)
        made = cached.arranged(look, Scenario(question))
    with body.map:
        frame.draw(view(look, made, selected, language), selected)
    with body.reasons:
        beside(look, found, made, language)


def asked(look: cached.Look, language: str) -> Question:
    """The question that the address has, with the buttons to change all of it but the number."""
    kind = address.segmented("kind", KINDS, "kind", language)
    weight = address.segmented("weight", WEIGHTS, "siting", language)
    has_roads = bool(look.county.base["kind"].str.startswith(ROAD).fillna(False).any())
    listed = tuple(name for name in CANDIDATES if has_roads or name != "junctions")
    candidates = address.segmented("candidates", listed, "siting", language)
    counts = [str(count) for count in range(1, AT_MOST + 1)]
    return Question(kind, int(address.choice("n", counts, str(USUAL))), weight, candidates)


def proposed(look: cached.Look, question: Question, language: str) -> Proposal:
    """The answer, with a word while it is looked for."""
    with st.spinner(t("siting.wait", language)):
        return cached.proposed(look, question)


def view(look: cached.Look, made: Arrangement, selected: tuple[str, str] | None, language: str) -> MapView:
    """The map of it."""
    return maps.arranged(
        look.county,
        made,
        look=frame.map_style(look, language),
        titles=lines(made, language),
        selected=selected,
        refusal=refusal(made, language),
    )


def refusal(made: Arrangement, language: str) -> str:
    """Why nothing is proposed and what to do, as a sentence; empty: something is."""
    kind = word("kind", made.scenario.question.kind, language)
    values = {"kind": kind} if made.refusal in ("no_standard", "no_facilities", "no_planned") else {}
    return t(f"siting.refusal.{made.refusal}", language, **values) if made.refusal else ""


def beside(look: cached.Look, found: Proposal, made: Arrangement, language: str) -> None:
    """The number to build, what it comes to, the sites one by one, the curve, the rule and the download."""
    question = made.scenario.question
    _slider(question, language)
    why_not = refusal(made, language)
    if why_not:
        lists.title(t("siting.title", language, kind=word("kind", question.kind, language)))
        lists.nothing(why_not)
        return
    before, after = percent(made.share(made.before)), percent(made.share(made.covered))
    lists.title(t("siting.share", language, before=before, after=after))
    lists.nothing(_sums(found, made, language))
    lists.nothing(sure(found, made, language))
    _sites(made, language)
    lists.title(t("siting.curve", language), t("siting.curve_note", language))
    st.altair_chart(charts.by_number(curve(found, made), language), key="chart_siting")
    _rule(look, made, language)
    cases.button(lambda: table(made, language), t("list.download", language), f"siting-{question.kind}", key="siting")


def lines(made: Arrangement, language: str) -> list[str]:
    """What each site adds, as a sentence."""
    return [
        t("siting.line", language, site=site, gain=amount(made, gain, language), share=percent(share))
        for site, gain, share in zip(made.sites.index, made.sites["gain"], made.sites["share"], strict=True)
    ]


def amount(made: Arrangement, value: float, language: str) -> str:
    """A sum with its unit: people, problems, km²."""
    told = number(value / 1e6, 2) if made.denominator == AREA else number(value)
    return t(f"siting.amount.{made.denominator}", language, count=told)


def sure(found: Proposal, made: Arrangement, language: str) -> str:
    """Whether a better choice may be left, and how many sites the wanted share takes."""
    count = len(found.sites)
    told = []
    if found.covered < found.bound:
        told.append(
            t("siting.not_proven", language, count=len(found.curve) - 1, bound=amount(made, found.bound, language))
        )
    elif count:
        told.append(t("siting.best", language, count=count))
    if 0 < count < len(found.curve) - 1:
        told.append(t("siting.fewer", language, count=count))
    key = "never" if found.needed is None else "not_needed" if not found.needed else "needed"
    key += "" if key != "needed" or found.is_least else "_at_most"
    values = {"count": number(found.needed)} if key.startswith("needed") else {}
    told.append(t(f"siting.{key}", language, share=f"{WANTED_SHARE:.0%}", **values))
    return ("" if language == "zh" else " ").join(told)


def curve(found: Proposal, made: Arrangement) -> pd.DataFrame:
    """Columns sites (0 … n), covered, bound: shares of all weight."""
    shares = {name: [made.share(value) for value in getattr(found, name)] for name in ("curve", "bounds")}
    return pd.DataFrame({"sites": range(len(found.curve)), "covered": shares["curve"], "bound": shares["bounds"]})


def table(made: Arrangement, language: str) -> pd.DataFrame:
    """The list as it is downloaded: headings in words, sums in the unit named beside them."""
    rows = made.sites.reset_index(names="order").round({"share": 4})
    rows["unit"] = t(f"siting.unit_of.{made.denominator}", language)
    rows = rows[["order", "name", "cell", "zone_name", "gain", "covered", "unit", "share", "lon", "lat"]]
    rows = rows.rename(columns={"share": "cumulative"})
    rows.columns = pd.Index([t(f"siting.{name}", language) for name in rows.columns])
    return rows


def _slider(question: Question, language: str) -> None:
    st.session_state["choice_n"] = question.n
    st.slider(
        t("siting.number", language), 1, AT_MOST, key="choice_n",
        on_change=lambda: address.set_choice("n", str(st.session_state["choice_n"]), str(USUAL)),
    )  # fmt: skip


def _sums(found: Proposal, made: Arrangement, language: str) -> str:
    sums = {name: amount(made, getattr(made, name), language) for name in ("before", "covered", "total")}
    text = t(
        "siting.from_to", language, **sums, kind=word("kind", made.scenario.question.kind, language),
        existing=number(len(made.facilities)), candidates=number(len(found.places)),
    )  # fmt: skip
    told = [text]
    if made.scenario.question.weight == WEIGHTS[0] and made.denominator != PEOPLE:
        told.append(t(f"siting.instead.{made.denominator}", language))
    if made.unknown:
        told.append(t("siting.unknown", language, count=number(made.unknown)))
    return ("" if language == "zh" else " ").join(told)


def _sites(made: Arrangement, language: str) -> None:
    if made.sites.empty:
        lists.nothing(t("siting.nothing", language))
        return
    rows = made.sites.set_index("cell")
    shown = [picks.of(row, why) for (_, row), why in zip(rows.iterrows(), lines(made, language), strict=True)]
    picks.show(shown, "cells", language, key="sites")


def _rule(look: cached.Look, made: Arrangement, language: str) -> None:
    standard = look.standards.radius(made.scenario.question.kind)
    if standard is None:
        return
    rule = t("siting.rule", language, radius=number(made.radius_m))
    if standard.by_setting:
        rule += ("" if language == "zh" else " ") + t("siting.one_radius", language)
    gaps.by_standard(standard, rule, language)
