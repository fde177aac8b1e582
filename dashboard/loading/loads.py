"""What was loaded when, from which files, with what counts."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.loading import refusals
from dashboard.loading.sentences import told
from dashboard.screen import datums, jobs, lists
from dashboard.text import number, t, word
from etl.messages import Note

_COUNTS = ("read", "accepted", "refused", "duplicates", "new", "changed", "unchanged", "gone")
_OF_A_RUN = ("accepted", "refused", "new", "changed")
_COUNT_WIDTH, _PATH_WIDTH, _LAYER_WIDTH, _DATUM_WIDTH = 62, 240, 110, 210
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


def done(job: jobs.Job, language: str) -> None:
    """The end of a load or an undo: what was written, in all and by file."""
    found: Mapping[str, Any] = job.result
    if found["run"] is None or any(note["code"] == "nothing_new" for note in found["notes"]):
        st.info(t("data.unchanged", language))
    else:
        seconds = number(found["seconds"], 1)
        key = "data.loaded" if job.name == "load" else "data.undone"
        st.success(t(key, language, run=found["run"], seconds=seconds))
        if job.name == "undo":
            remarks([("", [(note["code"], note["values"]) for note in found["notes"]])], language, heading=False)
    if job.name == "load" and found["sources"]:
        counts = {name: number(sum(source[name] for source in found["sources"])) for name in _COUNTS}
        st.html(f'<p class="sum">{escape(t("data.did", language, **counts))}</p>')
    if found["sources"]:
        table(pd.DataFrame(found["sources"]), language, key="report")
        notes = [(source["path"], [(n["code"], n["values"]) for n in source["notes"]]) for source in found["sources"]]
        remarks(notes, language)


def history(look: cached.Look, language: str) -> int:
    """Every run, newest first; gives the one chosen, the newest when none is."""
    place = look.county.place
    runs = cached.loads(look)
    shown = pd.DataFrame(
        {
            t("data.run", language): runs["run"],
            t("data.at", language): runs["finished_at"].dt.tz_convert(place.time_zone).dt.strftime("%Y-%m-%d %H:%M"),
            t("data.kind", language): [
                t(f"data.kind_{kind}", language, undoes=undoes) + (t("data.is_undone", language) if is_undone else "")
                for kind, undoes, is_undone in zip(
                    runs["kind"],
                    runs["undoes"].astype("Int64").astype(str),
                    runs["run"].isin(set(runs["undoes"].dropna())),
                    strict=True,
                )
            ],
            t("data.files", language): runs["files"].astype(int),
            **{_heading(name, language): runs[name].astype(int) for name in _OF_A_RUN},
        }
    )
    lists.title(t("data.history", language))
    return int(runs["run"].iloc[_pick(shown, {}, key="runs", rows=4)])


def files(look: cached.Look, run: int, language: str) -> None:
    """The files of a run, those with refused rows first; choosing one, else the first, shows its refused rows."""
    lists.title(t("data.sources", language, run=run))
    sources = cached.sources(look, run)
    if sources.empty:
        lists.nothing(t("data.no_files", language))
        return
    sources = sources.sort_values("refused", ascending=False, kind="stable", ignore_index=True)
    source = sources.iloc[table(sources, language, key="sources")]
    lists.title(t("data.refused", language), refused_in(sources, language))
    rows = cached.refused(look, int(source["id"]))
    if rows.empty:
        lists.nothing(t("data.refused_none_of", language, file=short(str(source["path"]))))
    else:
        entry, layer = str(source["entry"]), str(source["layer"])
        refusals.show(short(str(source["path"])), rows, language, key="refused", entry=entry, layer=layer)
    remarks([(str(source["path"]), [(code, values) for code, values in json.loads(source["notes"])])], language)


def refused_in(sources: pd.DataFrame, language: str) -> str:
    """Which files had refused rows, where that is more than one, and how to see each of them."""
    several = sources[sources["refused"] > 0]
    if len(several) < 2:
        return ""
    each = [
        t("data.refused_of", language, file=short(str(path)), count=number(count))
        for path, count in zip(several["path"], several["refused"], strict=True)
    ]
    return t("data.refused_files", language, count=number(len(several)), files=t("card.comma", language).join(each))


def table(sources: pd.DataFrame, language: str, *, key: str, first: int = 0) -> int:
    """Files with what each was taken for, its counts (zeros are left blank) and coordinates in words; gives the
    position of the row picked, `first` when none is."""
    shown = pd.DataFrame(
        {
            "path": sources["path"].map(short),
            "layer": [word("layer", layer, language) for layer in sources["layer"]],
            **{name: sources[name].where(sources[name] != 0).astype("Int64") for name in _COUNTS},
            "coordinates": [datums.name(reading, language) for reading in sources["coordinates"]],
        }
    )
    headings = {name: _heading(name, language) for name in shown.columns}
    widths = {"path": _PATH_WIDTH, "layer": _LAYER_WIDTH, "coordinates": _DATUM_WIDTH}
    named = {headings[name]: width for name, width in widths.items()}
    return _pick(shown.rename(columns=headings), named, key=key, first=first)


def short(path: str) -> str:
    """A path without the way up to a file that lies outside of its folder.

    >>> short("../../shared/zones/town.geojson")
    '…/zones/town.geojson'
    """
    return f"…/{'/'.join(path.split('/')[-2:])}" if path.startswith("../") else path


def remarks(notes: Sequence[tuple[str, Sequence[Note]]], language: str, *, heading: bool = True) -> None:
    """What is to be said of each file, a line each; nothing where there is nothing to say."""
    lines = [
        f"<li><b>{escape(t('data.remark', language, file=short(path)) if path else '')}</b>"
        f"{escape(told(note, language))}</li>"
        for path, several in notes
        for note in several
    ]
    if not lines:
        return
    if heading:
        lists.title(t("data.remarks", language))
    st.html(f'<ul class="remarks">{"".join(lines)}</ul>')


def _heading(name: str, language: str) -> str:
    return t(f"data.{_HEADINGS.get(name, name)}", language)


def _pick(frame: pd.DataFrame, widths: Mapping[str, int], *, key: str, first: int = 0, rows: int = 7) -> int:
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
            **{name: st.column_config.TextColumn(width=width) for name, width in widths.items()},
            **{name: counts for name in frame.select_dtypes("number").columns},
        },
    )
    picked: list[int] = event["selection"]["rows"]
    return picked[0] if picked and picked[0] < len(frame) else first
