"""Rows that were not taken: as they were, with all reasons, and the sheet to send back."""

import json
import tempfile
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.loading import sentences
from dashboard.screen import lists
from dashboard.text import number, t
from dashboard.workbook import MEDIA_TYPE
from etl.refused import cell_text, sheet_name, write_refused

SHOWN = 200
_ROWS_HIGH = 6
_REASON_WIDTH = 420


def show(file: str, rows: pd.DataFrame, language: str, *, key: str, entry: str, layer: str) -> None:
    """`rows`: sheet, row_number, row (JSON), reasons (JSON), as the table of refused rows has them; `entry`, `layer`:
    those of the file, by which the corrected sheet is known again."""
    heading = t("data.refused_of", language, file=file, count=number(len(rows)))
    st.html(f'<h3 class="refused-file">{escape(heading)}</h3>')
    shown = table(rows.head(SHOWN), language)
    st.dataframe(
        shown, hide_index=True, placeholder="", key=f"{key}_rows",
        height="content" if len(shown) <= _ROWS_HIGH else 38 + 35 * _ROWS_HIGH,
        column_config={
            t("data.row_number", language): st.column_config.NumberColumn(format="%d", width=60),
            t("data.reasons", language): st.column_config.TextColumn(width=_REASON_WIDTH),
        },
    )  # fmt: skip
    if len(rows) > SHOWN:
        lists.nothing(t("data.refused_first", language, shown=number(SHOWN)))
    stem = Path(file.partition("#")[0]).stem
    st.download_button(
        t("data.refused_download", language),
        data=lambda: workbook(rows, language, entry, layer),
        file_name=sheet_name(stem, language),
        mime=MEDIA_TYPE,
        key=f"{key}_download",
        on_click="ignore",
    )


def table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Row number and reasons before the columns of the file."""
    as_was = pd.DataFrame([json.loads(text) for text in rows["row"]]).astype(object)
    as_was = as_was.map(cell_text)
    reasons = [told(text, language) for text in rows["reasons"]]
    first = {t("data.row_number", language): rows["row_number"].to_numpy(), t("data.reasons", language): reasons}
    frame = pd.concat([pd.DataFrame(first), as_was], axis=1)
    return frame.loc[:, ~frame.columns.duplicated()]


def told(notes: str, language: str) -> str:
    """Notes as the database keeps them (JSON [[code, values]]), as sentences."""
    return " ".join(sentences.told((code, values), language) for code, values in json.loads(notes))


def workbook(rows: pd.DataFrame, language: str, entry: str, layer: str) -> bytes:
    """The sheet to send back: row numbers and reasons, then the columns of the file."""
    with tempfile.TemporaryDirectory(prefix="grid-refused-") as folder:
        return write_refused(Path(folder), "refused", rows, language, entry=entry, layer=layer).read_bytes()
