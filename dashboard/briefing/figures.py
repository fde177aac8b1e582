"""`figures.json`: every number that a briefing says, by section and name, with what it is of.

The same for the same moment, meeting, filters, settings, chosen scenarios, kept views and data version, byte for byte,
in whatever language and whenever it is made: no word of a language and no time of making is in it.
"""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from dashboard.briefing.content.shape import Chart, Content, Figure, Section, Table
from dashboard.filters import Filters

NAME = "figures.json"
_DECIMALS = 6
"""Beyond these, sums of the same numbers in another order differ."""
_TEXTS = ("text", "day", "moment")
_DEPTH = 6
"""Down to the rows of tables, which have a line each."""


def figures_of(content: Content) -> dict[str, Any]:
    """The numbers as JSON knows them.

    `sections`: by id, `figures` by name (value, unit and, where there are such, of, count, change, missing), `tables`
    and `charts` by key (`columns`: name → unit; `rows`: code → numbers in their order; tables also `of`, rows in all).
    A section under filters of its own has also these (as_of, start, end, filters).
    `cells`, `zones`: such tables. `left_out`: id of a part → why it is not there.
    """
    told = _under(content.filters)
    return {
        "place": content.place.code,
        "data_version": content.data_version,
        "as_of": told.pop("as_of"),
        "since": _instant(content.since),
        **told,
        "sections": {section.id: _section(section) for section in content.sections},
        "zones": _table(content.zones),
        "cells": _table(content.cells),
        "left_out": {one.id: one.reason for one in content.left_out},
    }


def text_of(content: Content) -> str:
    """The file: a line for each figure and for each row of a table."""
    return _lines(figures_of(content), 0) + "\n"


def _under(filters: Filters) -> dict[str, Any]:
    """Moment, period and filters."""
    start, end = filters.period
    return {
        "as_of": _instant(filters.moment),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "filters": {
            name: text for name, text in filters.to_query().items() if name not in ("as_of", "start", "end", "version")
        },
    }


def _section(section: Section) -> dict[str, Any]:
    told = {} if section.filters is None else _under(section.filters)
    told["figures"] = {figure.name: _figure(figure) for figure in section.figures}
    if section.tables:
        told["tables"] = {table.key: _table(table) for table in section.tables}
    if section.chart is not None:
        told["charts"] = {section.chart.key: _chart(section.chart)}
    return told


def _figure(figure: Figure) -> dict[str, Any]:
    told = {"value": _number(figure.value), "unit": figure.unit}
    more = {"of": figure.of, "count": figure.count, "change": _number(figure.change)}
    told |= {name: value for name, value in more.items() if value is not None}
    return told | ({"missing": figure.missing} if figure.missing else {})


def _table(table: Table) -> dict[str, Any]:
    numbers = [column for column in table.columns if column.kind not in _TEXTS]
    told: dict[str, Any] = {"columns": {column.name: column.unit for column in numbers}}
    if table.of is not None:
        told["of"] = table.of
    return told | {"rows": _rows(table.frame[[column.name for column in numbers]])}


def _chart(chart: Chart) -> dict[str, Any]:
    columns = {series.name: series.unit for series in chart.series}
    return {"columns": columns, "rows": _rows(chart.frame[list(columns)])}


def _rows(frame: pd.DataFrame) -> dict[str, list[float | int | None]]:
    columns = [[_number(value) for value in frame[name].astype(object).tolist()] for name in frame]
    rows = zip(*columns, strict=True) if columns else ([] for _ in range(len(frame)))
    return {str(code): list(row) for code, row in zip(frame.index, rows, strict=True)}


def _number(value: Any) -> float | int | None:
    """Whole numbers as such, others rounded; None for none."""
    if value is None or pd.isna(value):
        return None
    found = round(float(value), _DECIMALS)
    if not math.isfinite(found):
        return None
    return int(found) if found.is_integer() else found


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _lines(value: Any, depth: int) -> str:
    if not isinstance(value, dict) or not value or depth >= _DEPTH or not _is_deep(value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    inner = ",\n".join(
        f"{' ' * (depth + 1)}{json.dumps(name, ensure_ascii=False)}: {_lines(one, depth + 1)}"
        for name, one in value.items()
    )
    return f"{{\n{inner}\n{' ' * depth}}}"


def _is_deep(value: dict[str, Any]) -> bool:
    return any(isinstance(one, dict | list) for one in value.values())
