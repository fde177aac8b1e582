"""Files in, checked, loaded, taken back; what was loaded when, and the rows that were refused."""

from dataclasses import replace

import streamlit as st

from dashboard import cached
from dashboard.loading import loads, steps
from dashboard.screen import jobs
from dashboard.screen.markdown import escaped
from dashboard.text import t
from dashboard.text.errors import explain
from settings import Settings


def show(look: cached.Look | None, settings: Settings, language: str) -> None:
    """Draws the page; `look` is None before the first load."""
    spoken = replace(settings, language=language)
    with st.container(key="sheet"):
        job = jobs.current()
        if job is None:
            steps.start(look, spoken, language)
        elif not job.is_done:
            jobs.watch(job, t(f"data.{job.name}ing", language))
        elif job.error is not None:
            st.error(escaped(explain(job.error, language)))
            steps.finish("finish", language)
        elif job.name == "check":
            steps.confirm(job.result, spoken, language)
        else:
            loads.done(job, language)
            steps.finish("finish", language)
