"""What the slides say, JSON-ready: texts as they are printed, numbers of charts as such, maps in shared pieces."""

import json
from typing import Any

import pandas as pd

from dashboard.briefing.content.shape import Chart, Content, Figure, LeftOut, Section, Sentence, Table
from dashboard.briefing.content.written import one_line, written
from dashboard.briefing.deck.maps import Maps
from dashboard.text import t

COVER = "cover"
_TEXTS = ("text", "day", "moment")
_WORDS = ("page_of", "contents", "notes", "remarks", "left_out", "first_of", "zone_pages")
_OWN = "deck_"


def told(content: Content) -> dict[str, Any]:
    """Everything in the page.

    `look`: how it opens; `edition`: tells it from the slides of another meeting.
    `slides`: in order, the cover first; `pieces`: what maps are made of, each once; `parcels`: address → gzip in
    base64, of what is unpacked when it is needed; `cards`: address of every cell and zone with all its numbers.
    """
    maps = Maps()
    slides = [_cover(content, maps), *(_slide(content, section, maps) for section in content.sections)]
    cards = {
        "cells": {**_table(content.cells), "zone": _zones_of_cells(content)},
        "zones": _table(content.zones),
    }
    address = maps.publish(json.dumps(cards, ensure_ascii=False, allow_nan=False).encode("utf-8"), "application/json")
    return {
        "lang": content.language,
        "look": "dark" if content.is_for_dark_room else "light",
        "edition": f"{content.title} {content.as_of.isoformat()} {content.data_version}",
        "title": content.title,
        "length": content.length,
        "name": content.name,
        "facts": list(content.facts),
        "mark": content.mark,
        "words": {
            **{name: content.words[name] for name in _WORDS},
            **{name: text for name, text in content.words.items() if name.startswith(_OWN)},
            "nobody": t("map.nobody", content.language),
        },
        "slides": slides,
        "cards": address,
        "pieces": maps.pieces,
        "parcels": maps.parcels,
    }


def _zones_of_cells(content: Content) -> list[str]:
    """By cell the code of its zone; "" for none."""
    shapes = next((section.map.geometry.cells for section in content.sections if section.map is not None), None)
    if shapes is None:
        return [""] * len(content.cells.frame)
    return [str(code) for code in shapes["zone"].reindex(content.cells.frame.index).fillna("")]


def _cover(content: Content, maps: Maps) -> dict[str, Any]:
    """Title, what is said first, and a map of the place."""
    first = next(iter(content.whole), None)
    shown = None if content.cover is None else content.cover.map
    return {
        "id": COVER,
        "zone": None,
        "title": content.name,
        "kicker": content.name,
        "facts": list(content.facts)[:2],
        "message": {"text": content.title},
        "subtitle": content.subtitle,
        "headline": None if first is None else {"id": first.id, "text": first.message.text},
        "figures": [] if first is None else [_figure(figure) for figure in first.large],
        "lines": [],
        "tables": [],
        "chart": None,
        "remarks": [_left_out(one) for one in content.not_said],
        "notes": [],
        "seconds": 0,
        "map": None if shown is None else maps.add(shown),
        "weeks": None,
    }


def _left_out(one: LeftOut) -> dict[str, Any]:
    return {"text": one.text}


def _slide(content: Content, section: Section, maps: Maps) -> dict[str, Any]:
    return {
        "id": section.id,
        "zone": section.zone,
        "title": section.title,
        "kicker": section.kicker,
        "facts": list(section.facts or content.facts)[:2],
        "message": _sentence(section.message),
        "figures": [_figure(figure) for figure in section.large],
        "lines": [_sentence(line) for line in section.lines],
        "tables": [_table(table) for table in section.tables],
        "chart": None if section.chart is None else _chart(section.chart),
        "remarks": [_sentence(line) for line in section.remarks],
        "notes": [_sentence(line) for line in section.notes],
        "seconds": section.seconds,
        "map": None if section.map is None else maps.add(section.map),
        "weeks": None if section.weeks is None else maps.add(section.weeks),
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        **({"about": list(sentence.about)} if sentence.about else {}),
        **({"tag": sentence.tag} if sentence.tag else {}),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "text": figure.text,
        "unit": figure.unit_text,
        "label": figure.label,
        "of": figure.of_text,
        "change": figure.change_text,
        "changeTone": figure.change_tone,
        "tone": figure.tone,
        "missing": bool(figure.missing),
    }


def _table(table: Table) -> dict[str, Any]:
    """`rows`: texts by row as they are printed."""
    columns = [
        [written(value, column.kind) if column.kind != "text" else _text(value) for value in values]
        for column in table.columns
        for values in [table.frame[column.name].astype(object).tolist()]
    ]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return {
        "key": table.key,
        "title": table.title,
        "columns": [
            {"name": column.name, "heading": column.heading, "kind": column.kind, "number": column.kind not in _TEXTS}
            for column in table.columns
        ],
        "rows": rows,
        "codes": [str(code) for code in table.frame.index],
        "flags": list(table.flags),
        "about": [list(about) if about else None for about in table.about],
        "of": table.of if table.of is not None else len(rows),
        "note": table.note,
    }


def _text(value: Any) -> str:
    return "" if value is None or (not isinstance(value, str) and pd.isna(value)) else one_line(value)


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "key": chart.key,
        "title": chart.title,
        "kind": chart.kind,
        "labels": [one_line(label) for label in chart.frame["label"]],
        "codes": [str(code) for code in chart.frame.index],
        "series": [
            {
                "name": series.name,
                "label": series.label,
                "tone": series.tone,
                "values": [_number(value) for value in chart.frame[series.name].tolist()],
            }
            for series in chart.series
        ],
        "marked": list(chart.marked),
        "markedLabel": chart.marked_label,
        "note": chart.note,
    }


def _number(value: Any) -> float | int | None:
    if value is None or pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 6)
