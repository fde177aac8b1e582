"""The sheets for the zones to fill in, to download: one workbook, or all of them in a zip."""

import streamlit as st

from dashboard import cached, sheets
from dashboard.analysis.duties import LAYERS
from dashboard.analysis.handouts import NO_ZONE
from dashboard.screen import lists
from dashboard.text import number, t
from dashboard.workbook import MEDIA_TYPE

_TYPES = {
    "xlsx": MEDIA_TYPE,
    "zip": "application/zip",
}


def show(look: cached.Look, language: str) -> None:
    """The title, what the sheets are for, and the button; they are made when it is pressed."""
    zones = {zone for layer in LAYERS for zone in cached.duties(look, layer)["zone"].fillna(NO_ZONE)}
    if not zones:
        return
    lists.title(t("duties.sheets", language), t("duties.sheets_of", language))
    lists.nothing(t("duties.sheets_note", language))
    kind = "xlsx" if len(zones) == 1 else "zip"
    if kind == "zip":
        label = t("duties.sheets_all", language, count=number(len(zones)))
    else:
        label = t("duties.sheets_one", language, zone=sheets.zone_name(look.county, zones.pop(), language))
    st.download_button(
        label,
        data=lambda: _made(look, kind, language),
        file_name=f"{t('handout.pack', language)}.{kind}",
        mime=_TYPES[kind],
        key="handouts_download",
        on_click="ignore",
    )


def _made(look: cached.Look, kind: str, language: str) -> bytes:
    books = sheets.assignment_books(
        look.county, look.snapshot, look.filters,
        within_days=look.settings.term_ends_within_days, language=language,
    )  # fmt: skip
    return sheets.packed(books) if kind == "zip" else next(iter(books.values()))
