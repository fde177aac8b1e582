"""One line of figures above the map: each with its denominator and its change since a week ago."""

import math
import re
from collections.abc import Mapping, Sequence
from html import escape, unescape

import streamlit as st

from dashboard.analysis.figures import Figure
from dashboard.text import missing, number, percent, t

RATES = ("closure_rate", "on_time_rate")
_BETTER_WHEN_MORE = (*RATES, "closed")
_ROOMY = 102
"""Characters of all figures that fit beside each other in the usual size on a small screen."""
_LABEL, _FIRST_WIDE = 0.75, 0x2E80
_OF_A_WEEK = ("reported", "unvisited")
"""What the period is part of the name of."""
_ALARMING = ("overdue", "unassigned")
_EXPLAINED = (*RATES, "closed", "unserved")
LEFT_OUT = ("default_points", "without_deadline", "deferred", "outside", "in_no_cell", "without_coordinates",
            "dates_in_conflict", "closed_undated", "zone_differs")  # fmt: skip


def line(found: Mapping[str, Figure], names: Sequence[str], language: str, *, span: str = "") -> None:
    """The line itself; `span` at its end says of which week it tells, where that is not the period of the filters."""
    figures = [_figure(name, found[name], language, is_week=bool(span)) for name in names]
    characters = sum(_characters(figure) for figure in figures)
    kind = "figures is-tight" if characters > _ROOMY else "figures"
    is_moved = any("is-better" in figure or "is-worse" in figure for figure in figures)
    told = [f"<b>{escape(span)}</b>"] if span else []
    told += [escape(t("figure.baseline", language))] if is_moved else []
    if told:
        figures.append(f'<div class="baseline">{"<br>".join(told)}</div>')
    st.html(f'<div class="{kind}">{"".join(figures)}</div>')


def _characters(figure: str) -> float:
    """How much room a figure takes: its number, or its label where that is longer; labels are smaller."""
    label, value = (re.sub(r"<[^>]*>", "", part) for part in figure.split("</div>", 1))
    wide = sum(2 if ord(letter) >= _FIRST_WIDE else 1 for letter in label)
    return max(len(value), _LABEL * wide)


def _figure(name: str, figure: Figure, language: str, *, is_week: bool = False) -> str:
    said = f"week.{name}" if is_week and name in _OF_A_WEEK else name
    label = escape(t(f"figure.{said}", language))
    if figure.missing is not None:
        hint = escape(missing.next_step(name, figure.missing, language))
        text = escape(missing.value(figure.missing, language))
        return (
            f'<div class="figure" title="{hint}"><div class="label">{label}</div>'
            f'<div><span class="value is-missing">{text}</span></div></div>'
        )
    is_rate = name in RATES
    hint = _hint(name, figure, language)
    help_ = f' title="{escape(hint)}"' if hint else ""
    value = percent(figure.value) if is_rate else number(figure.value)
    of = ""
    if figure.of is not None and is_rate:
        label += f" · {escape(t('figure.of_due', language, of=number(figure.of)))}"
    elif figure.of is not None:
        of = f'<span class="of">/ {number(figure.of)}</span>'
    alarm = " is-alarming" if name in _ALARMING and figure.value else ""
    return (
        f'<div class="figure"{help_}><div class="label">{label}</div>'
        f'<div><span class="value{alarm}">{value}</span>{of}{_change(name, figure.change, language)}</div></div>'
    )


def plain(name: str, figure: Figure, language: str) -> tuple[str, str]:
    """Label and value of a figure, with its denominator and change, as text."""
    label, value = (re.sub(r"<[^>]*>", " ", part) for part in _figure(name, figure, language).split("</div>", 1))
    return unescape(" ".join(label.split())), unescape(" ".join(value.split()))


def _hint(name: str, figure: Figure, language: str) -> str:
    """What a figure counts, where its name alone leaves that open."""
    if name in RATES and figure.of is None:
        return t("figure.hint.no_rate", language)
    if name not in _EXPLAINED:
        return ""
    return t(f"figure.hint.{name}", language, of=number(figure.of), count=number(figure.count))


def _change(name: str, change: float | None, language: str) -> str:
    if not change or math.isnan(change):
        return ""
    is_better = (change > 0) == (name in _BETTER_WHEN_MORE)
    amount = f"{abs(change) * 100:.1f}" if name in RATES else number(abs(change))
    if amount == "0.0":
        return ""
    arrow = "▲" if change > 0 else "▼"
    hint = escape(t("figure.change_hint", language, change=f"{arrow}{amount}"))
    kind = "is-better" if is_better else "is-worse"
    return f'<span class="change {kind}" title="{hint}">{arrow} {amount}</span>'


def left_out(found: Mapping[str, Figure], language: str) -> str:
    """What no rate and no map holds, in one sentence; empty when there is nothing."""
    parts = [
        t("list.left_out", language, name=t(f"figure.{name}", language), count=number(found[name].value))
        for name in LEFT_OUT
        if name in found and found[name].value
    ]
    return t("list.in_page", language, parts=t("card.comma", language).join(parts)) if parts else ""
