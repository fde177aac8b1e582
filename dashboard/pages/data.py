"""Files in, checked, loaded, taken back; what was loaded when, and the rows that were refused."""

from dataclasses import replace

import streamlit as st

from dashboard import cached
from dashboard.screen import jobs, lists, loads, uploads
from dashboard.text import t
from dashboard.text.errors import explain
from etl import load as loading
from etl.messages import sentence
from settings import Settings


def show(look: cached.Look | None, settings: Settings, language: str) -> None:
    """Draws the page; `look` is None before the first load."""
    spoken = replace(settings, language=language)
    with st.container(key="sheet"):
        drop, past = st.columns([5, 6], gap="large") if look is not None else (st.container(), None)
        with drop:
            loads.age(look, language)
            job = jobs.current()
            if job is not None and not job.is_done:
                jobs.watch(job, t(f"data.{job.name}ing", language))
            else:
                _drop(job, spoken, language)
        if job is not None and job.is_done:
            _outcome(job, spoken, language)
        elif look is not None and past is not None:
            with past:
                run = loads.history(look, language)
                if job is None:
                    _undo(look, spoken, language)
            loads.files(look, run, sentence, language)


def _drop(job: jobs.Job | None, settings: Settings, language: str) -> None:
    """Files, then what they were taken for, then the load; each step by a button."""
    round_ = st.session_state.setdefault("upload_round", 0)
    files = st.file_uploader(
        t("data.drop", language), accept_multiple_files=True, type=uploads.KINDS, key=f"files_{round_}",
        help=t("data.drop_hint", language),
    )  # fmt: skip
    if job is None and files and st.button(t("data.check", language), type="primary", key="check"):
        paths = uploads.save(files, uploads.folder(settings.var_dir))
        st.session_state["upload_paths"] = paths
        jobs.start("check", lambda say: loading.check(paths, settings, progress=say).as_dict())
        st.rerun()


def _outcome(job: jobs.Job, settings: Settings, language: str) -> None:
    if job.error is not None:
        st.error(explain(job.error, language))
    elif job.name == "check":
        lists.title(t("data.checked", language), t("data.checked_note", language))
        loads.report(job.result, sentence, language)
        if st.button(t("data.load", language), type="primary", key="load"):
            paths = st.session_state["upload_paths"]
            jobs.start("load", lambda say: loading.load(paths, settings, progress=say).as_dict())
            st.rerun()
    else:
        loads.done(job, sentence, language)
    st.button(t("data.discard" if job.name == "check" else "data.finish", language), key="discard", on_click=_discard)


def _discard() -> None:
    jobs.forget()
    st.session_state["upload_round"] += 1


def _undo(look: cached.Look, settings: Settings, language: str) -> None:
    with st.popover(t("data.undo", language)):
        st.write(t("data.undo_sure", language, run=look.county.data_version))
        if st.button(t("data.undo_yes", language), type="primary", key="undo"):
            jobs.start("undo", lambda say: loading.undo(settings).as_dict())
            st.rerun()
