"""The part of the coverage page about visits: which cells nobody has seen for long, who saw what, and the calendar."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis import rounds as analysis
from dashboard.analysis.rhythm import FINDINGS
from dashboard.maps import rounds as maps
from dashboard.screen import address, calendar, cases, frame, gaps, lacking, lists, picks, reasons, visitors
from dashboard.text import missing, number, percent, t, word

VIEWS = ("unseen", "workers", "calendar")
_COLUMNS = ("name", "zone_name", "setting", "worker", "days_since", "required_days", "is_late", "longest_gap_days",
            "last_visit", "visits", "finding", "open")  # fmt: skip


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The part of the page: the map by days late, and beside it the sentence and one of the views, or the card."""
    if lacking.nowhere(look, body, language):
        return
    selected = frame.selected(look)
    found = cached.rounds(look)
    untold = cached.missing(look).get("unvisited")
    with body.map:
        style = frame.map_style(look, language)
        frame.draw(maps.late(look.county, found, look=style, untold=untold, selected=selected), selected)
    with body.reasons:
        if selected is not None:
            _of_place(look, found, selected, untold, language)
            return
        lists.title(sentence(found, untold, language))
        if untold is not None:
            lists.nothing(missing.next_step("unvisited", untold, language))
            return
        _rule(look, language)
        lists.nothing(findings(found, language))
        _view(look, found, address.segmented("view", VIEWS, "visits", language), language)


def sentence(found: pd.DataFrame, untold: str | None, language: str) -> str:
    """How many cells were seen in the period, and how many have waited for longer than their rhythm."""
    if untold is not None:
        return t("visits.untold", language)
    of = len(found)
    seen, late = int((~found["is_unvisited"]).sum()), int(found["is_late"].sum())
    return t("visits.sentence", language, seen=number(seen), of=number(of), share=percent(seen / of if of else None),
             late=number(late), late_share=percent(late / of if of else None))  # fmt: skip


def findings(found: pd.DataFrame, language: str) -> str:
    """Problems found, nothing found, nobody looked: how many cells of each. The last is not the one before."""
    counts = found["finding"].value_counts()
    parts = [
        t(f"visits.counted.{kind}", language, count=number(counts[kind])) for kind in FINDINGS if counts.get(kind, 0)
    ]
    return t("visits.findings", language, parts=t("visits.between", language).join(parts)) if parts else ""


def of_cell(row: Mapping[Any, Any], language: str) -> str:
    """How long ago a cell was seen against its rhythm, and what is known of it in the period."""
    known = word("visits.finding", row["finding"], language)
    rhythm = number(row["required_days"])
    if pd.isna(row["days_since"]):
        return t("visits.of_cell_never", language, rhythm=rhythm, known=known)
    return t("visits.of_cell", language, days=number(row["days_since"]), rhythm=rhythm, known=known)


def _of_place(
    look: cached.Look, found: pd.DataFrame, selected: tuple[str, str], untold: str | None, language: str
) -> None:
    reasons.card(look, selected, language)
    if untold is None:
        if selected[0] == "cells" and selected[1] in found.index:
            lists.nothing(of_cell(found.loc[selected[1]].to_dict(), language))
        calendar.show(look, *selected, language)
    reasons.problems(look, selected, language, which="open")


def _view(look: cached.Look, found: pd.DataFrame, view: str, language: str) -> None:
    if view == "workers":
        visitors.show(look, language)
    elif view == "calendar":
        calendar.show(look, *visitors.chosen(look, language), language)
    else:
        _unseen(look, found, language)


def _unseen(look: cached.Look, found: pd.DataFrame, language: str) -> None:
    """The number of days, and the cells unseen for as long or, without a number, for longer than their rhythm."""
    days = asked_days()
    st.session_state["choice_days"] = days
    label, box = st.columns([5, 6], vertical_alignment="center", gap="small")
    label.html(f'<div class="note">{escape(t("visits.days_at_least", language))}</div>')
    box.number_input(
        t("visits.days_at_least", language), min_value=1, max_value=analysis.MOST_DAYS, step=1, key="choice_days",
        placeholder=t("visits.by_rhythm", language), label_visibility="collapsed",
        on_change=lambda: address.set_choice("days", _text(st.session_state["choice_days"])),
    )  # fmt: skip
    listed = analysis.unseen(found, days)
    if listed.empty:
        lists.nothing(t("list.all_fine", language))
        return
    lists.nothing(_counted(listed, found, days, language))
    shown = listed.head(lists.SHOWN)
    if "unassigned" not in cached.missing(look):
        shown = shown.assign(who=shown["worker"])
    picks.show([line(row, language) for _, row in shown.iterrows()], "cells", language, key="unseen")
    if len(listed) > len(shown):
        lists.nothing(t("list.more", language, count=number(len(listed) - len(shown))))
    cases.button(lambda: sheet(listed, language), t("list.download", language), "unvisited", key="unseen")


def _counted(listed: pd.DataFrame, found: pd.DataFrame, days: int | None, language: str) -> str:
    """The order of the list; with a number of days of its own also how many those are, else the title says so."""
    order = t("visits.order_unseen", language)
    if days is None:
        return order
    counts = {"count": number(len(listed)), "of": number(len(found)), "share": percent(len(listed) / len(found))}
    return t("visits.listed", language, days=number(days), order=order, **counts)


def asked_days() -> int | None:
    """The number of days in the address; None: by rhythm."""
    text = address.choice("days", None, "")
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= analysis.MOST_DAYS else None


def _text(days: int | None) -> str:
    return "" if days is None else str(days)


def line(row: pd.Series, language: str) -> picks.Line:
    """One cell of the list: who, when it was seen last, how many problems are open, and since how many days."""
    never = pd.isna(row["last_visit"])
    last = t("coverage.never", language) if never else t("coverage.last", language, day=f"{row['last_visit']:%Y-%m-%d}")
    why = t("visits.why", language, last=last, open=number(row["open"]))
    count, unit = ("", "") if never else (number(row["days_since"]), t("visits.unit_days", language))
    return picks.of(row, why, count=count, unit=unit)


def sheet(listed: pd.DataFrame, language: str) -> pd.DataFrame:
    """The list as it is downloaded, with what is known of each cell."""
    rows = listed[list(_COLUMNS)].assign(
        setting=[word("setting", each, language) if pd.notna(each) else "" for each in listed["setting"]],
        finding=[word("visits.finding", each, language) for each in listed["finding"]],
        is_late=["✓" if each else "" for each in listed["is_late"].fillna(False)],
        last_visit=listed["last_visit"].dt.strftime("%Y-%m-%d"),
    )
    keys = {"finding": "finding_of", "days_since": "days_since_d", "required_days": "required_days_d"}
    rows.columns = pd.Index([t(f"visits.{keys.get(name, name)}", language) for name in rows.columns])
    return rows.reset_index(names=t("visits.cell", language))


def _rule(look: cached.Look, language: str) -> None:
    """The rhythm required, with clause, source and whether anybody has checked it."""
    standard = look.standards.rhythm
    others = [
        t("visits.rhythm_of", language, setting=word("setting", setting, language), days=number(days))
        for setting, days in standard.by_setting.items()
    ]
    values = {"days": number(standard.value)}
    rule = t("visits.rhythm", language, **values)
    if others:
        rule = t("visits.rhythm_but", language, **values, others=t("visits.between", language).join(others))
    gaps.by_standard(standard, rule, language)
