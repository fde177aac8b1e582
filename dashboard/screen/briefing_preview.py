"""A section as the papers say it: its one sentence, large figures, lines, map, chart, tables."""

from dataclasses import replace
from html import escape

import streamlit as st

from dashboard.briefing.content import (
    ALARM,
    NOBODY,
    OVERDUE,
    Column,
    Content,
    Figure,
    Section,
    Sentence,
    Table,
    written,
)
from dashboard.maps import live
from dashboard.maps.layers import Sight
from dashboard.screen import briefing_charts, frame
from dashboard.text import t

_DAYS = ("day", "moment")
_HELD, _LATE = ("worker", "who", "leader"), ("overdue", "days_overdue")


_WHOLE = Sight("whole")
"""After a section that shows a stretch of the map the others show all of it again."""


def draw(told: Content, section: Section, position: int, of: int) -> None:
    """The section; `position` among those that are said, 0 where it is left out."""
    with st.container(key="preview_body", horizontal=True, gap=None):
        if section.map is not None:
            with st.container(key="preview_map"):
                _map(section)
        with st.container(key="preview_text"):
            body = _body(section, t("map.nobody", told.language))
            st.html(f'<div class="preview">{_head(told, section, position, of)}{body}</div>')


def _map(section: Section) -> None:
    """With the view on the zone whose page it is; pages of zones have a map of their own, so that the view on the whole
    is still there on the way back."""
    view = section.map
    if view is None:
        return
    if section.zone is not None:
        view = replace(view, selected=("zones", section.zone), fly=section.id)
    elif view.sight is None:
        view = replace(view, sight=_WHOLE)
    live.gridmap(view, key="preview_zone" if section.zone else "preview_whole", height=frame.HEIGHT)


def _head(told: Content, section: Section, position: int, of: int) -> str:
    page = told.word("page_of", page=str(position), pages=str(of)) if position else told.word("left_out")
    under = told.subtitle if section.filters is None else " · ".join(section.facts[:2])
    facts = " · ".join(part for part in (section.kicker, under, page) if part)
    return f"<header><h2>{_sentence(section.message)}</h2><p>{escape(facts)}</p></header>"


def _body(section: Section, nobody: str) -> str:
    large = "".join(_figure(figure) for figure in section.large)
    lines = "".join(f"<li>{_sentence(line)}</li>" for line in section.lines)
    remarks = "".join(f'<p class="note">{_sentence(line)}</p>' for line in section.remarks)
    return "".join(
        (
            f'<div class="brief-figures">{large}</div>' if large else "",
            f'<ul class="brief-lines">{lines}</ul>' if lines else "",
            briefing_charts.drawn(section.chart) if section.chart is not None else "",
            *(_table(table, nobody) for table in section.tables),
            remarks,
        )
    )


def _sentence(one: Sentence) -> str:
    tag = f' <span class="nobody">{escape(one.tag)}</span>' if one.tag else ""
    return escape(one.text) + tag


def _figure(one: Figure) -> str:
    alarm = " is-alarming" if one.tone == ALARM else ""
    unit = f"<small>{escape(one.unit_text)}</small>" if one.unit_text and not one.missing else ""
    change = f'<span class="change is-{one.change_tone}">{escape(one.change_text)}</span>' if one.change_text else ""
    below = " · ".join(part for part in (one.label, one.of_text) if part)
    missing = " is-missing" if one.missing else ""
    return (
        f'<div><div><span class="value{alarm}{missing}">{escape(one.text)}</span>{unit}{change}</div>'
        f"<p>{escape(below)}</p></div>"
    )


def _table(table: Table, nobody: str) -> str:
    """`nobody`: what stands in place of a name, set as a tag wherever it does."""
    head = "".join(f"<th{_side(column)}>{escape(column.heading)}</th>" for column in table.columns)
    names = [column.name for column in table.columns]
    flags = table.flags or ("",) * len(table.frame)
    rows = []
    for flag, row in zip(flags, table.frame[names].itertuples(index=False, name=None), strict=True):
        cells = "".join(
            f"<td{_side(column)}>{_cell(value, column, flag, nobody)}</td>"
            for value, column in zip(row, table.columns, strict=True)
        )
        rows.append(f"<tr>{cells}</tr>")
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<div class="brief-table"><table><caption>{escape(table.title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{note}</div>"
    )


def _cell(value: object, column: Column, flag: str, nobody: str) -> str:
    text = escape(written(value, column.kind))
    if column.name in _HELD and (flag == NOBODY or value == nobody):
        return f'<span class="nobody">{text}</span>'
    return f'<b class="is-alarming">{text}</b>' if flag == OVERDUE and column.name in _LATE else text


def _side(column: Column) -> str:
    if column.kind == "text":
        return ""
    return ' class="is-day"' if column.kind in _DAYS else ' class="is-number"'
