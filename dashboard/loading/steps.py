"""The steps by which files come in, each by a button: drop, check, load; and the last load taken back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import cached
from dashboard.loading import batch, checked, loads, uploads
from dashboard.screen import datums, jobs
from dashboard.text import t
from etl import load as loading
from settings import Settings


def start(look: cached.Look | None, settings: Settings, language: str) -> None:
    """Files to drop, and what was loaded before."""
    drop, past = st.columns([5, 6], gap="large") if look is not None else (st.container(), None)
    with drop:
        loads.age(look, language)
        round_ = st.session_state.setdefault("upload_round", 0)
        files = st.file_uploader(
            t("data.drop", language), accept_multiple_files=True, key=f"files_{round_}",
            help=t("data.drop_hint", language),
        )  # fmt: skip
        if files and st.button(t("data.check", language), type="primary", key="check"):
            _save_and_check(files, settings)
    if look is not None and past is not None:
        with past:
            run = loads.history(look, language)
            _undo(look, settings, language)
        loads.files(look, run, language)


def _save_and_check(files: Sequence[Any], settings: Settings) -> None:
    # A list that the work fills: session state cannot be reached from its thread.
    paths: list[Path] = []
    st.session_state["upload_paths"] = paths
    folder = uploads.folder(settings.var_dir)

    def work(say: Callable[[str], None]) -> batch.Checked:
        paths.extend(uploads.save(files, folder))
        return batch.check(paths, settings, progress=say, within=folder)

    jobs.start("check", work)
    st.rerun()


def _check(settings: Settings, left_out: Collection[str], coordinates: Mapping[str, str]) -> None:
    paths, folder = st.session_state["upload_paths"], uploads.folder(settings.var_dir)
    jobs.start(
        "check",
        lambda say: batch.check(
            paths, settings, progress=say, left_out=left_out, coordinates=coordinates, within=folder
        ),
    )
    st.rerun()


def confirm(found: batch.Checked, settings: Settings, language: str) -> None:
    """What would happen; then it happens, or is checked again otherwise, or nothing is done."""
    is_loadable = checked.show(found, language)
    coordinates = dict(found.coordinates) | _coordinates(found, language)
    left_out = _left_out(found, language)
    with st.container(horizontal=True):
        if set(left_out) != set(found.left_out) or coordinates != found.coordinates:
            if st.button(t("data.check_again", language), type="primary", key="check_again"):
                _check(settings, left_out, coordinates)
        elif is_loadable and st.button(t("data.load", language), type="primary", key="load"):
            _load(found, settings)
        finish("discard", language)
    if found.report is not None:
        checked.details(found.report, language)


def _coordinates(found: batch.Checked, language: str) -> dict[str, str]:
    """What somebody knows the coordinates to be, where the files alone do not tell."""
    given = {
        name: st.selectbox(
            t("data.coordinates_of", language, file=name), datums.CHOICES, index=None, key=f"coordinates_{name}",
            format_func=lambda reading: datums.name(reading, language), width=420,
            placeholder=t("data.coordinates_unknown", language),
        )
        for name in found.unclear
    }  # fmt: skip
    return {name: reading for name, reading in given.items() if reading is not None}


def _left_out(found: batch.Checked, language: str) -> tuple[str, ...]:
    usable = [name for name in found.names if name not in dict(found.unusable)]
    if len(usable) < 2:
        return found.left_out
    return tuple(
        st.multiselect(
            t("data.leave_out", language), usable, default=list(found.left_out), key="leave_out",
            placeholder=t("data.leave_out_none", language),
        )
    )  # fmt: skip


def _load(found: batch.Checked, settings: Settings) -> None:
    paths, folder = st.session_state["upload_paths"], uploads.folder(settings.var_dir)
    jobs.start(
        "load",
        lambda say: loading.load(
            paths, settings, progress=say, without=found.without, coordinates=found.coordinates, within=folder
        ).as_dict(),
    )
    st.rerun()


def finish(word: str, language: str) -> None:
    """The button that puts the batch away, `word` being what it says (`discard`, `finish`)."""
    st.button(t(f"data.{word}", language), key="discard", on_click=_discard)


def _discard() -> None:
    jobs.forget()
    st.session_state.pop("leave_out", None)
    st.session_state["upload_round"] += 1


def _undo(look: cached.Look, settings: Settings, language: str) -> None:
    here = replace(settings, place=look.county.place.code)
    run = loading.undoable(here)
    if run is None:
        return
    with st.popover(t("data.undo", language)):
        st.write(t("data.undo_sure", language, run=run))
        if st.button(t("data.undo_yes", language), type="primary", key="undo"):
            # The run that was read in the sentence above, or none: somebody else may have loaded since.
            jobs.start("undo", lambda say: loading.undo(here, expected=run).as_dict())
            st.rerun()
