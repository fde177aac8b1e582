"""What is not covered: one fact at a time, and of a kind of facility by which rule, which cells, and how each zone
stands."""

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis.network import DISCONNECTED_NETWORK, NO_ROADS
from dashboard.analysis.reach import METHODS, ON_FOOT
from dashboard.analysis.served import PEOPLE
from dashboard.analysis.service import RADIUS, UNSERVED, Rule, Service, has_roads, kind_of, lacks
from dashboard.filters import LISTS
from dashboard.maps import reached
from dashboard.screen import address, amounts, frame, lacking, lists, reasons, unserved
from dashboard.standards import Standard
from dashboard.text import missing, number, percent, t, word

_LISTS = ("cells", "zones")


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The part of the page: what a cell may lack, chosen on the map."""
    with body.reasons:
        unfiltered(look, language)
    if lacking.nowhere(look, body, language):
        return
    may = lacks(look.standards)
    lack = address.choice("lack", may, may[0])
    kind = kind_of(lack)
    choices = [(name, _button(name, language)) for name in may]
    if kind is None:
        lacking.draw(look, body, lack, choices, language)
    else:
        _served(look, body, kind, choices, language)


def _button(lack: str, language: str) -> str:
    kind = kind_of(lack)
    return t(f"coverage.{lack}", language) if kind is None else word("kind", kind, language)


def _served(look: cached.Look, body: frame.Body, kind: str, choices: Sequence[tuple[str, str]], language: str) -> None:
    selected, rule = frame.selected(look), asked(look, kind)
    with body.reasons:
        choices_of_rule = st.container(key="rule", horizontal=True, gap="small", vertical_alignment="center")
        with st.spinner(t("coverage.wait", language)):
            found = cached.service(look, rule)
    with body.map:
        view = reached.served(
            look.county,
            found,
            rule=rule,
            look=frame.map_style(look, language),
            unserved_share=look.settings.unserved_share,
            selected=selected,
            choices=choices,
        )
        frame.draw(view, selected, choice="lack")
    with body.reasons:
        if selected is None:
            if found.refusal is None:
                with choices_of_rule:
                    _choose(look, rule, language)
            beside(look, rule, found, language)
        else:
            reasons.card(look, selected, language)
            lists.nothing(of_place(rule, found, selected, language))
            reasons.problems(look, selected, language, which="open")


def asked(look: cached.Look, kind: str) -> Rule:
    """The rule that the address has."""
    standard = address.choice("standard", list(look.standards.reaches(kind)), RADIUS)
    method = address.choice("method", METHODS if has_roads(look.county) else METHODS[:1], METHODS[0])
    return Rule(kind, standard, method)


def _choose(look: cached.Look, rule: Rule, language: str) -> None:
    """The standard, and how distance is measured where there is any road."""
    may = look.standards.reaches(rule.kind)
    if len(may) > 1:
        # The distance first: a title may be cut off.
        labels = {
            key: f"{t('coverage.metres', language, metres=number(one.value))} · {one.title[language]}"
            for key, one in may.items()
        }
        address.select("standard", labels, t("coverage.which_standard", language))
    if has_roads(look.county):
        address.segmented("method", METHODS, "coverage.method", language)


def metres(standard: Standard, language: str) -> str:
    """A distance with its unit, and the settings of cells that have another."""
    others = [
        t("coverage.metres_of", language, setting=word("setting", setting, language), metres=number(value))
        for setting, value in standard.by_setting.items()
    ]
    told = t("coverage.metres", language, metres=number(standard.value))
    return (
        t("coverage.metres_but", language, metres=told, others=t("card.comma", language).join(others))
        if others
        else told
    )


def beside(look: cached.Look, rule: Rule, found: Service, language: str) -> None:
    """How many of how many, by which rule, and the cells left out or the ranking of zones."""
    kind = word("kind", rule.kind, language)
    told = lacking.count(len(found.unserved), len(found.cells), language) if found.refusal is None else ""
    lists.title(t("coverage.unserved", language, kind=kind), told)
    if found.refusal is not None:
        lists.nothing(missing.next_step(f"{UNSERVED}{rule.kind}", found.refusal, language))
        return
    lists.nothing(sums(rule, found, language))
    how(look, rule, found, language)
    if address.segmented("list", _LISTS, "coverage.list", language) == "zones":
        unserved.ranking(look, rule, found, language)
    else:
        unserved.cells(look, rule, found, language)


def sums(rule: Rule, found: Service, language: str) -> str:
    """What is served of all there is, and what is left out of the sum."""
    kind = word("kind", rule.kind, language)
    told = [
        t("coverage.sum", language, served=amounts.told(found.denominator, found.served, language),
          total=amounts.told(found.denominator, found.total, language), share=percent(found.share_served)),
        t("coverage.standing", language, kind=kind, count=number(len(found.facilities))),
    ]  # fmt: skip
    if found.denominator != PEOPLE:
        told.append(t(f"siting.instead.{found.denominator}", language))
    for name, count in (("unknown", found.unknown), ("water", found.untold), ("cut_off", found.cut_off)):
        if count:
            told.append(t(f"coverage.{name}", language, count=number(count), kind=kind))
    return amounts.sentences(told, language)


def how(look: cached.Look, rule: Rule, found: Service, language: str) -> None:
    """The rule in words, the clause it comes from, and by which way distance was measured and why."""
    standard = look.standards.reaches(rule.kind)[rule.standard]
    told = [
        t(f"coverage.rule_{found.method}", language, radius=metres(standard, language),
          share=f"{look.settings.unserved_share:.0%}"),
        measured(look, rule, found, language),
    ]  # fmt: skip
    if not rule.is_usual and Rule(rule.kind).is_usual:
        told.append(t("coverage.headline", language))
    by_standard(standard, amounts.sentences(told, language), language)


def measured(look: cached.Look, rule: Rule, found: Service, language: str) -> str:
    """Whether the roads carry the way on foot, and how far they hang together; empty: nobody asked for it."""
    if not has_roads(look.county):
        return t(f"coverage.no_way.{NO_ROADS}", language)
    if rule.method != ON_FOOT:
        return ""
    network = cached.walked_roads(look).network
    share = percent(network.largest_share)
    if found.reason is not None:
        values = {"share": share} if found.reason == DISCONNECTED_NETWORK else {}
        return t(f"coverage.no_way.{found.reason}", language, **values)
    length = number(network.total_m / 1000)
    return t("coverage.roads", language, length=length, share=share)


def of_place(rule: Rule, found: Service, place: tuple[str, str], language: str) -> str:
    """How one zone or cell is served; empty where nobody can tell."""
    layer, code = place
    kind = word("kind", rule.kind, language)
    rows = (found.cells if layer == "cells" else found.zones).filter([code], axis="index")
    if found.refusal is not None or rows.empty:
        return ""
    row = rows.iloc[0]
    if layer == "zones":
        return t("coverage.of_zone", language, kind=kind, sum=_sum(found, row, language),
                 count=lacking.count(int(row["cells_unserved"]), int(row["cells"]), language))  # fmt: skip
    near = unserved.nearest(found, rows, language).iloc[0]
    return t("coverage.of_cell", language, kind=kind, share=percent(row["share"]), nearest=near,
             choices=number(row["choices"]), radius=number(row["radius_m"]))  # fmt: skip


def _sum(found: Service, row: pd.Series, language: str) -> str:
    served, total = (amounts.told(found.denominator, row[name], language) for name in ("served", "total"))
    return t("coverage.of", language, served=served, total=total, share=percent(row["share_served"]))


def by_standard(standard: Standard, rule: str, language: str) -> None:
    """A rule in words, with the clause of the standard it comes from, and whether anybody has checked it."""
    clause = t("coverage.clause", language, source=standard.source[language], clause=standard.clause[language])
    state = t("coverage.verified" if standard.is_verified else "coverage.to_verify", language)
    st.html(
        f'<div class="note">{escape(rule)}<br>{escape(clause)} <span class="to-verify">{escape(state)}</span></div>'
    )


def unfiltered(look: cached.Look, language: str) -> None:
    """That filters of problems are nothing to this page, where one is chosen."""
    asked = look.filters
    if asked.is_overdue_only or any(getattr(asked, name) for name in LISTS if name != "zone"):
        lists.nothing(t("coverage.unfiltered", language))
