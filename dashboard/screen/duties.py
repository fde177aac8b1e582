"""The part of the coverage page about assignments: who answers for what, and for what somebody has to be found."""

from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis import duties as analysis
from dashboard.analysis.assignments import ENDED, NOT_KNOWN, NOT_YET, ONE
from dashboard.analysis.duties import CELL, LAYERS, ORDER, RUNS_OUT
from dashboard.maps import duties as maps
from dashboard.screen import address, cases, frame, gaps, handouts, lists, overloaded, picks, reasons
from dashboard.text import number, percent, t, word

_DAYS = ("until", "last_until", "next_from")
_OF_CELL = ("name", "zone_name", "state", "names", "until", "last_name", "last_until", "next_from", "people", "open",
            "overdue")  # fmt: skip
_OPENS = (("cells", "cell"), ("zones", "zone"))
"""What a click on a facility opens: its cell, else its zone."""
_OF_FACILITY = ("name", "kind", "cell", *_OF_CELL[1:8])


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The part of the page: the map by state, and beside it the sentence, a state's list, people and sheets, or the
    card of what is clicked."""
    selected = frame.selected(look)
    with body.choices:
        layer = address.segmented("held", LAYERS, "duties", language)
    found = cached.duties(look, layer)
    why_not = untold(found, layer, language)
    with body.map:
        style = frame.map_style(look, language)
        view = maps.duties(look.county, found, layer=layer, look=style, selected=selected, untold=why_not)
        frame.draw(view, selected)
    with body.reasons:
        gaps.unfiltered(look, language)
        if selected is not None:
            reasons.of_place(look, selected, language)
            return
        lists.title(sentence(found, layer, language))
        if why_not:
            lists.nothing(why_not)
        else:
            _states(look, found, layer, language)
        handouts.show(look, language)
        overloaded.show(look, language)


def untold(found: pd.DataFrame, layer: str, language: str) -> str:
    """Why nothing can be told, and what to do; empty: it can."""
    if found.empty:
        return t(f"duties.no_{layer}", language)
    return t(f"duties.next_{layer}", language) if (found["state"] == NOT_KNOWN).any() else ""


def sentence(found: pd.DataFrame, layer: str, language: str) -> str:
    """How many of how many have one person in term; one whose term runs out soon is in term too."""
    if untold(found, layer, language):
        return t("duties.untold", language)
    of, count = len(found), int(found["state"].isin((ONE, RUNS_OUT)).sum())
    return t(f"duties.sentence_{layer}", language, count=number(count), of=number(of), share=percent(count / of))


def _states(look: cached.Look, found: pd.DataFrame, layer: str, language: str) -> None:
    """How many are in each state, and the list of one of them that somebody has to look at."""
    counts = analysis.counts(found)
    counts = counts[counts > 0]
    rows = ""
    for state, count in counts.items():
        told = t("duties.counted", language, count=number(count), share=percent(count / len(found)))
        rows += f"<dt>{escape(t(f'duties.{state}', language))}</dt><dd>{escape(told)}</dd>"
    st.html(f'<div class="card states"><dl>{rows}</dl></div>')
    listed = [state for state in ORDER if state in counts.index and state != ONE]
    if not listed:
        lists.nothing(t("list.all_fine", language))
        return
    state = address.segmented("state_of", listed, "duties", language) if len(listed) > 1 else listed[0]
    rows_of = found[found["state"] == state]
    days = number(look.settings.term_ends_within_days)
    lists.nothing(t(f"duties.why_{state}", language, **({"days": days} if state == RUNS_OUT else {})))
    shown = rows_of.head(lists.SHOWN)
    picks.show([line(row, layer, language) for _, row in shown.iterrows()], "cells", language, key="duties")
    if len(rows_of) > len(shown):
        lists.nothing(t("list.more", language, count=number(len(rows_of) - len(shown))))
    cases.button(
        lambda: sheet(found, layer, language), t("list.download", language), f"unassigned-{layer}", key="duties"
    )


def line(row: pd.Series, layer: str, language: str) -> picks.Line:
    """One line of the list; a facility's opens the cell it lies in."""
    days = {name: f"{row[name]:%Y-%m-%d}" for name in _DAYS if pd.notna(row[name])}
    told = []
    if row["state"] == ENDED:
        name = row["last_name"] if isinstance(row["last_name"], str) else ""
        told.append(t("duties.line_ended", language, name=name, until=days["last_until"]))
    elif row["state"] == RUNS_OUT:
        told.append(t("duties.line_runs_out", language, until=days["until"]))
    elif row["state"] == NOT_YET:
        told.append(t("duties.line_not_yet", language, next=days["next_from"]))
    if layer == CELL:
        told.append(t("duties.problems", language, open=number(row["open"]), overdue=number(row["overdue"])))
    else:
        told.insert(0, word("kind", row["kind"], language))
    made = picks.of(row.rename({"names": "who"}), t("duties.and", language).join(told))
    if layer == CELL:
        return made
    return replace(made, at=next(((of, row[name]) for of, name in _OPENS if isinstance(row[name], str)), None))


def sheet(found: pd.DataFrame, layer: str, language: str) -> pd.DataFrame:
    """All of them as they are downloaded."""
    rows = found[list(_OF_CELL if layer == CELL else _OF_FACILITY)].assign(
        state=[t(f"duties.{state}", language) for state in found["state"]],
        **{name: found[name].dt.strftime("%Y-%m-%d") for name in _DAYS},
    )
    if layer != CELL:
        rows["kind"] = [word("kind", kind, language) if pd.notna(kind) else "" for kind in found["kind"]]
    rows.columns = pd.Index([t(f"duties.column.{name}", language) for name in rows.columns])
    return rows.reset_index(names=t("duties.column.code", language))
