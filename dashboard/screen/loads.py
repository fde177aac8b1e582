"""What a load took and refused, as tables."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.screen import cases, jobs, lists
from dashboard.text import number, t, word

Sentence = Callable[[Any, str], str]
"""A note `[code, values]` in a language."""

_COUNTS = ("read", "accepted", "refused", "duplicates", "new", "changed", "unchanged", "gone")
_COUNT_WIDTH, _NOTES_WIDTH = 62, 330
_HEADINGS = {"refused": "refused_rows", "unchanged": "unchanged_rows"}


def age(look: cached.Look | None, language: str) -> None:
    """When the data were last loaded."""
    if look is None:
        lists.nothing(t("data.none", language))
        return
    county = look.county
    days = number((datetime.now(UTC) - county.loaded_at).days)
    shown = f"{county.loaded_at.astimezone(county.place.zone_info):%Y-%m-%d %H:%M}"
    lists.nothing(t("data.age", language, at=shown, run=county.data_version, days=days))


def report(found: Mapping[str, Any], sentence: Sentence, language: str) -> None:
    """The sources of a check or a load (`Report.as_dict()`): what each was taken for and what happens with its rows."""
    rows = []
    for source in found["sources"]:
        notes = " ".join(_said(note, sentence, language) for note in source["notes"])
        rows.append({**{name: source.get(name) for name in ("path", "layer", "coordinates", *_COUNTS)}, "notes": notes})
    _table(pd.DataFrame(rows), language, key="report")


def done(job: jobs.Job, sentence: Sentence, language: str) -> None:
    """The end of a load or an undo."""
    found = job.result
    if found["run"] is None:
        st.info(t("data.unchanged", language))
    else:
        seconds = number(found["seconds"], 1)
        st.success(
            t("data.loaded" if job.name == "load" else "data.undone", language, run=found["run"], seconds=seconds)
        )
    report(found, sentence, language)


def history(look: cached.Look, language: str) -> int:
    """Every run, newest first; gives the one chosen, the newest when none is."""
    place = look.county.place
    runs = cached.loads(look)
    shown = pd.DataFrame(
        {
            t("data.run", language): runs["run"],
            t("data.at", language): runs["finished_at"].dt.tz_convert(place.time_zone).dt.strftime("%Y-%m-%d %H:%M"),
            t("data.kind", language): [
                t(f"data.kind_{kind}", language, undoes=undoes)
                for kind, undoes in zip(runs["kind"], runs["undoes"].astype("Int64").astype(str), strict=True)
            ],
            t("data.files", language): runs["files"].astype(int),
            **{t(f"data.{_HEADINGS.get(name, name)}", language): runs[name].astype(int) for name in _COUNTS},
        }
    )
    lists.title(t("data.history", language))
    return int(runs["run"].iloc[_pick(shown, language, key="runs", rows=4)])


def files(look: cached.Look, run: int, sentence: Sentence, language: str) -> None:
    """The files of a run; choosing one, else the first that had any, shows the rows that were refused."""
    lists.title(t("data.sources", language, run=run))
    sources = cached.sources(look, run)
    if sources.empty:
        lists.nothing(t("data.unchanged", language))
        return
    frame = sources.assign(notes=[_all_said(text, sentence, language) for text in sources["notes"]])
    first = int((sources["refused"] > 0).to_numpy().argmax())
    chosen = _table(frame[["path", "layer", "coordinates", *_COUNTS, "notes"]], language, key="sources", first=first)
    refused(look, sources.iloc[chosen], sentence, language)


def refused(look: cached.Look, source: pd.Series, sentence: Sentence, language: str) -> None:
    """The rows of one file that were not taken, as they were, with all reasons."""
    lists.title(t("data.refused", language), str(source["path"]))
    rows = cached.refused(look, int(source["id"]))
    if rows.empty:
        st.caption(t("data.refused_none", language))
        return
    as_was = pd.DataFrame([json.loads(text) for text in rows["row"]]).astype(object)
    reasons = [_all_said(text, sentence, language) for text in rows["reasons"]]
    frame = pd.DataFrame(
        {t("data.row_number", language): rows["row_number"].to_numpy(), t("data.reasons", language): reasons}
    )
    frame = pd.concat([frame, as_was.map(lambda value: "" if value is None else str(value))], axis=1)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    st.caption(t("data.refused_count", language, count=number(len(rows))))
    st.dataframe(
        frame, hide_index=True, placeholder="", key="refused_rows", height="content" if len(frame) <= 8 else 320
    )
    cases.button(lambda: frame, t("data.refused_download", language), "refused", key="refused")


def _said(note: Any, sentence: Sentence, language: str) -> str:
    """A note as a report gives it (with its sentence), or as the database keeps it (code and values)."""
    return str(note["text"]) if isinstance(note, dict) else sentence(tuple(note), language)


def _all_said(text: str, sentence: Sentence, language: str) -> str:
    return " ".join(_said(note, sentence, language) for note in json.loads(text))


def _table(frame: pd.DataFrame, language: str, *, key: str, first: int = 0) -> int:
    """Sources with headings in words; gives the position of the row picked, `first` when none is."""
    frame = frame.assign(layer=[word("layer", layer, language) for layer in frame["layer"]])
    headings = {name: t(f"data.{_HEADINGS.get(name, name)}", language) for name in frame.columns}
    return _pick(frame.rename(columns=headings), language, key=key, first=first)


def _pick(frame: pd.DataFrame, language: str, *, key: str, first: int = 0, rows: int = 7) -> int:
    counts = st.column_config.NumberColumn(format="localized", width=_COUNT_WIDTH)
    event = st.dataframe(
        frame,
        hide_index=True,
        placeholder="",
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        height="content" if len(frame) <= rows else 38 + 35 * rows,
        column_config={
            t("data.notes", language): st.column_config.TextColumn(width=_NOTES_WIDTH),
            **{name: counts for name in frame.select_dtypes("number").columns},
        },
    )
    picked: list[int] = event["selection"]["rows"]
    return picked[0] if picked and picked[0] < len(frame) else first
