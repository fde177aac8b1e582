"""Lists beside the map: the worst cells with a name beside each, cells that lack something, a card of one place."""

from collections.abc import Callable
from html import escape

import pandas as pd
import streamlit as st

from dashboard.analysis.responsibility import Card, Holder
from dashboard.screen import picks
from dashboard.text import number, t

SHOWN = 10
_NAMES_SHOWN = 6


def title(text: str, note: str = "", *, meaning: str = "") -> None:
    """The list's heading, a few quiet words beside it, and on hover what its terms mean."""
    hover = f' title="{escape(meaning)}"' if meaning else ""
    st.html(f'<h2 class="reasons-title"{hover}>{escape(text)}<small>{escape(note)}</small></h2>')


def nothing(text: str) -> None:
    """A quiet line."""
    st.html(f'<div class="note">{escape(text)}</div>')


def person(name: object, language: str) -> str:
    """A name as HTML, or the filled red tag where there is none."""
    if name is None or pd.isna(name) or not str(name):  # type: ignore[call-overload]
        return f'<span class="nobody">{escape(t("list.nobody", language))}</span>'
    return f'<span class="name" title="{escape(str(name))}">{escape(str(name))}</span>'


def worst(
    rows: pd.DataFrame, measure: str, language: str, *, layer: str = "cells", told: Callable[[float], str] = number
) -> None:
    """A line a row: rank, place, who, why, how many; a click opens the place.

    `rows` in order: index code; name, zone_name, who (NaN: nobody; no such column: no names are kept), problems, open,
    overdue, change and `measure`, which `told` puts into words.
    """
    lines = []
    for _, row in rows.iterrows():
        why = t("list.counts", language, **{name: number(row[name]) for name in ("problems", "open", "overdue")})
        # Where nothing is overdue, the open ones are what is left to act on.
        shown = "open" if measure == "overdue" and not row["overdue"] else measure
        unit = t(f"list.unit_{shown}", language)
        lines.append(picks.of(row, why, count=told(row[shown]), unit=unit))
    picks.show(lines, layer, language, key="worst")


def place(name: object, code: str, zone: object = None) -> str:
    """A place as HTML: its name, else its zone's, with the code beside it in small type; all of it on hover."""
    shown, full = picks.called(name, code, zone)
    beside = f' <span class="code">{escape(code)}</span>' if shown else ""
    return f'<span class="place" title="{escape(full)}"><b>{escape(shown or code)}</b>{beside}</span>'


def lacking(rows: pd.DataFrame, why: pd.Series, language: str) -> None:
    """Cells that lack something: place, who answers, and the words of `why`, row by row."""
    lines = [picks.of(row, why.iloc[n]) for n, (_, row) in enumerate(rows.iterrows())]
    picks.show(lines, "cells", language, key="lacking")


def card(found: Card, language: str) -> None:
    """Who answers for a zone or a cell, since when, and how it stands there."""
    heading = place(found.name, found.code, found.zone_name if found.layer == "cells" else None)
    entries = [
        ("leader", holders(found.leaders, language)),
        ("deputy", holders(found.deputies, language, empty="—")),
        ("worker", _workers(found, language)),
        ("member_unit", holders(found.units, language, empty="—")),
        *([("other", holders(found.others, language))] if found.others else []),
        ("problems", _counts(found, language)),
        ("visits", escape(visited(found, language))),
        *([] if found.layer == "cells" else [("cells", escape(cells_of(found, language)))]),
        *([("people", number(found.people))] if found.people else []),
    ]
    body = "".join(f"<dt>{escape(t(f'card.{name}', language))}</dt><dd>{text}</dd>" for name, text in entries)
    st.html(f'<div class="card"><h3>{heading}</h3><dl>{body}</dl></div>')


def holders(found: tuple[Holder, ...] | None, language: str, *, empty: str | None = None) -> str:
    """Names with since when, as HTML; nobody is the red tag unless `empty` says that it need not be anybody, and None
    is no record of such names at all."""
    if found is None:
        return f'<span class="note">{escape(t("missing.not_recorded", language))}</span>'
    if not found:
        return person(None, language) if empty is None else empty
    comma = t("card.comma", language)
    terms = {_term(holder, language) for holder in found}
    shared = terms.pop() if len(found) > 1 and len(terms) == 1 else ""
    parts = []
    for holder in found[:_NAMES_SHOWN]:
        facts = [holder.post or "", "" if shared else _term(holder, language)]
        extra = comma.join(fact for fact in facts if fact)
        parts.append(person(holder.name, language) + (f' <span class="note">{escape(extra)}</span>' if extra else ""))
    names = comma.join(parts)
    if len(found) > _NAMES_SHOWN:
        names = t("card.more_names", language, names=names, count=len(found))
    return f'{names} <span class="note">{escape(shared)}</span>' if shared else names


def _term(holder: Holder, language: str) -> str:
    if holder.since is None:
        return "" if holder.until is None else t("card.to", language, until=f"{holder.until:%Y-%m-%d}")
    key = "card.since" if holder.until is None else "card.since_until"
    until = f"{holder.until:%Y-%m-%d}" if holder.until else ""
    return t(key, language, since=f"{holder.since:%Y-%m-%d}", until=until)


def _workers(found: Card, language: str) -> str:
    if found.layer == "cells" or not found.workers:
        return holders(found.workers, language)
    return escape(t("card.workers", language, count=number(len(found.workers))))


def _counts(found: Card, language: str) -> str:
    text = t(
        "list.counts", language, **{name: number(getattr(found, name)) for name in ("problems", "open", "overdue")}
    )
    return f'<span class="is-alarming">{escape(text)}</span>' if found.overdue else escape(text)


def visited(found: Card, language: str) -> str:
    """How often and when last somebody looked."""
    if found.visits is None:
        return t("missing.not_recorded", language)
    if found.last_visit is None:
        return t("card.not_once", language)
    key = "card.visited" if found.visits else "card.never_visited"
    return t(key, language, visits=number(found.visits), last=f"{found.last_visit:%Y-%m-%d}")


def cells_of(found: Card, language: str) -> str:
    """How many cells a zone has, and how many without a name."""
    if found.cells_unassigned is None:
        return number(found.cells)
    return t("card.cells_of", language, cells=number(found.cells), unassigned=number(found.cells_unassigned))
