"""What a check found, before anything is written: files that cannot be used, counts by file, refused rows, remarks."""

from html import escape

import pandas as pd
import streamlit as st

from dashboard.loading import loads, refusals
from dashboard.loading.batch import Checked
from dashboard.loading.sentences import told
from dashboard.screen import lists
from dashboard.screen.markdown import escaped
from dashboard.text import number, t
from etl.load import COUNTS, Report

REFUSED_FILES_SHOWN = 12
_LOUD = ("coordinates_overlooked", "declared_unclear")


def show(found: Checked, language: str) -> bool:
    """Draws the result down to the counts; True where there is something to load."""
    lists.title(t("data.checked", language), t("data.checked_note", language))
    unusable(found, language)
    if found.report is None:
        lists.nothing(t("data.unusable_all", language))
        return False
    for path, said in warnings(found.report, language):
        st.warning(escaped(f"{t('data.remark', language, file=loads.short(path))}{said}"))
    counts = totals(found.report)
    found_, would = summary(found.report, language)
    st.html(f'<p class="sum">{escape(found_)}<br>{escape(would)}</p>')
    if not counts["accepted"]:
        lists.nothing(t("data.nothing_to_load", language))
    return bool(counts["accepted"])


def unusable(found: Checked, language: str) -> None:
    """Which files cannot be used, and why."""
    if not found.unusable:
        return
    lines = "".join(f"<li><b>{escape(name)}</b>{escape(why)}</li>" for name, why in found.unusable)
    said = escape(t("data.unusable", language, count=len(found.unusable))) if found.report else ""
    st.html(f'<div class="unusable"><p>{said}</p><ul>{lines}</ul></div>')


def warnings(report: Report, language: str) -> list[tuple[str, str]]:
    """What must not be overlooked before loading: file and sentence."""
    notes = [(source.path, note) for source in report.sources for note in source.notes]
    return [(path, told(note, language)) for path, note in notes if note[0] in _LOUD]


def summary(report: Report, language: str) -> tuple[str, str]:
    """All rows: what was found in the files, and what that is against the database."""
    counts = {name: number(value) for name, value in totals(report).items()}
    files = len({source.path.partition("#")[0] for source in report.sources})
    return t("data.found", language, files=files, **counts), t("data.would", language, **counts)


def totals(report: Report) -> dict[str, int]:
    """Rows over all files."""
    return {name: sum(int(getattr(source, name)) for source in report.sources) for name in COUNTS}


def details(report: Report, language: str) -> None:
    """Every file with its counts, then the refused rows file by file, then remarks."""
    lists.title(t("data.by_file", language))
    loads.table(pd.DataFrame([source.as_dict(language) for source in report.sources]), language, key="report")
    refused = [(source, rows) for source in report.sources if (rows := source.refused_rows) is not None and len(rows)]
    if refused:
        lists.title(t("data.refused", language), t("data.refused_next", language))
    for place, (source, rows) in enumerate(refused[:REFUSED_FILES_SHOWN]):
        refusals.show(source.path, rows, language, key=f"refused_{place}", entry=source.entry, layer=source.layer)
    loads.remarks([(source.path, source.notes) for source in report.sources], language)
    loads.remarks([("", report.notes)], language, heading=False)
