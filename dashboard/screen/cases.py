"""The problems behind a number: a short list beside the map, a table, and the whole of it to download."""

from collections.abc import Callable
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.screen import sheet
from dashboard.text import number, t
from dashboard.workbook import MEDIA_TYPE

SHOWN = 30
TABLE_ROWS = 500
_DOWNLOADED = 100_000
_COLUMNS = (
    "code", "zone", "cell", "cell_code", "category", "state", "reported_at", "due_at", "closed_at", "days_overdue",
    "unit", "work_group", "source", "address", "description", "is_listed", "is_default_point", "has_dates_in_conflict",
)  # fmt: skip
_FLAGS = ("is_listed", "is_default_point", "has_dates_in_conflict")


def table(look: cached.Look, rows: np.ndarray, language: str) -> pd.DataFrame:
    """The cases in words: headings and values as people read them, local times; state and days as of the moment."""
    found = cached.problems(look, rows).rename_axis("code").reset_index()
    place = look.county.place
    found["state"] = [t(f"state.{state}", language) for state in found["state"]]
    for name in ("reported_at", "due_at", "closed_at"):
        found[name] = found[name].dt.tz_convert(place.time_zone).dt.strftime("%Y-%m-%d %H:%M")
    for name in _FLAGS:
        found[name] = np.where(found[name].fillna(False).astype(bool), "✓", "")
    zones = look.county.zones["name"]
    found["zone"] = found["zone"].map(zones).fillna(found["zone"])
    found["cell_code"] = found["cell"]
    found["cell"] = found["cell"].map(look.county.cells["name"]).fillna(found["cell"])
    return found[list(_COLUMNS)].rename(columns={name: t(f"case.{name}", language) for name in _COLUMNS})


def brief(look: cached.Look, rows: np.ndarray, language: str, *, key: str) -> None:
    """A narrow list beside the map, the longest overdue first, and the download of all of it."""
    st.html(f'<h2 class="reasons-title">{escape(t("list.cases", language, count=number(len(rows))))}</h2>')
    if not len(rows):
        st.html(f'<div class="note">{escape(t("list.none", language))}</div>')
        return
    found = table(look, rows[:SHOWN], language)
    found.columns = pd.Index(_COLUMNS)
    lines = "".join(_line(row, language) for _, row in found.iterrows())
    st.html(f'<ol class="worst cases">{lines}</ol>')
    if len(rows) > SHOWN:
        st.html(f'<div class="note">{escape(t("list.cases_first", language, shown=SHOWN))}</div>')
    download(look, rows, language, key=key)


def _line(row: pd.Series, language: str) -> str:
    where = next(
        (str(row[name]) for name in ("address", "description", "code") if pd.notna(row[name]) and row[name]), ""
    )
    late = ""
    if pd.notna(row["days_overdue"]):
        days = t("list.days_overdue", language, days=number(row["days_overdue"]))
        late = f'<span class="is-alarming">{escape(days)}</span>'
    facts = " · ".join(escape(str(row[name])) for name in ("state", "unit") if pd.notna(row[name]) and row[name])
    category = escape(str(row["category"])) if pd.notna(row["category"]) else ""
    return (
        f'<li><div class="what"><div class="why">{category} {late}</div><div class="where">{escape(where)}</div>'
        f'<div class="where">{escape(str(row["reported_at"])[5:10])} · {facts}</div></div></li>'
    )


def full(look: cached.Look, rows: np.ndarray, language: str, *, key: str, height: int = 420) -> None:
    """A table over the whole width."""
    found = table(look, rows[:TABLE_ROWS], language)
    st.dataframe(found, hide_index=True, height=height, key=f"{key}_table", placeholder="")
    if len(rows) > TABLE_ROWS:
        st.html(f'<div class="note">{escape(t("list.cases_first", language, shown=TABLE_ROWS))}</div>')
    download(look, rows, language, key=key)


def download(look: cached.Look, rows: np.ndarray, language: str, *, key: str) -> None:
    """The button; the file is made when it is pressed."""
    button(lambda: table(look, rows[:_DOWNLOADED], language), t("list.download", language), "problems", key=key)


def button(make: Callable[[], pd.DataFrame], label: str, file_name: str, *, key: str) -> None:
    """A button that gives a frame as an Excel file, made when it is pressed."""
    st.download_button(
        label,
        data=lambda: sheet.workbook(make(), name=file_name),
        file_name=f"{file_name}.xlsx",
        mime=MEDIA_TYPE,
        key=f"{key}_download",
        on_click="ignore",
    )
