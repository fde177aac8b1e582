"""Grid workers with more cells or problems than the place's limits, beside the map."""

from collections.abc import Hashable
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis.duties import over_limit
from dashboard.screen import cases, lists
from dashboard.text import number, percent, t

_COLUMNS = ("name", "zones", "cells", "open", "overdue", "unit", "phone", "people")


def show(look: cached.Look, language: str) -> None:
    """Who, how many of each and the limits; nothing where no worker is on record."""
    every = cached.carried(look)
    if every.empty:
        return
    found = over_limit(every)
    of, count = len(every), len(found)
    told = t("duties.over_of", language, count=number(count), of=number(of), share=percent(count / of))
    lists.title(t("duties.over", language), told)
    limits = {"cells": look.settings.cells_per_worker, "problems": look.settings.problems_per_worker}
    lists.nothing(t("duties.over_rule", language, **{name: number(limit) for name, limit in limits.items()}))
    if found.empty:
        lists.nothing(t("duties.over_none", language))
        return
    rows = [_line(row, limits, language) for row in found.head(lists.SHOWN).to_dict("records")]
    st.html(f'<ol class="worst overloaded">{"".join(rows)}</ol>')
    if len(found) > len(rows):
        lists.nothing(t("list.more", language, count=number(len(found) - len(rows))))
    cases.button(lambda: sheet(found, language), t("list.download", language), "over-limits", key="overloaded")


def _line(row: dict[Hashable, Any], limits: dict[str, int], language: str) -> str:
    parts = []
    for column, limit, fact in (
        ("cells", "cells", "has_too_many_cells"),
        ("open", "problems", "has_too_many_problems"),
    ):
        if row[fact]:
            text = t(f"duties.over_{column}", language, count=number(row[column]), limit=number(limits[limit]))
            parts.append(f'<span class="is-alarming">{escape(text)}</span>')
        else:
            parts.append(escape(t(f"duties.over_{column}_within", language, count=number(row[column]))))
    told = row["zones"].replace("; ", t("card.comma", language)) if isinstance(row["zones"], str) else ""
    zones = f'<span class="code">{escape(told)}</span>' if told else ""
    return (
        f'<li><div class="what"><span class="at">{lists.person(row["name"], language)}{zones}</span>'
        f'<span class="why">{escape(t("card.comma", language)).join(parts)}</span></div></li>'
    )


def sheet(found: pd.DataFrame, language: str) -> pd.DataFrame:
    """All of them as they are downloaded, with what is too much in words."""
    words = {name: t(f"responsibility.{'zone' if name == 'zones' else name}", language) for name in _COLUMNS}
    too_much = [
        t("card.comma", language).join(
            t(f"responsibility.too_many_{name}", language)
            for name, fact in (("cells", "has_too_many_cells"), ("problems", "has_too_many_problems"))
            if row[fact]
        )
        for row in found.to_dict("records")
    ]
    shown = found[list(_COLUMNS)].rename(columns=words)
    shown.insert(5, t("responsibility.too_much", language), too_much)
    return shown
