"""Long work beside the screen: it goes on when somebody turns to another page, and is found again on the way back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import streamlit as st

from dashboard.screen.markdown import escaped
from etl.errors import GridError

LOOK_EVERY_S = 0.5


@dataclass
class Job:
    """Work in a thread of its own, with what it says on the way."""

    name: str
    lines: list[str] = field(default_factory=list)
    result: Any = None
    error: GridError | None = None
    is_done: bool = False

    def run(self, work: Callable[[Callable[[str], None]], Any]) -> None:
        """Does the work; a trouble we know is kept to be shown, any other is shown as a program's fault."""
        try:
            self.result = work(self.lines.append)
        except GridError as error:
            self.error = error
        except BaseException as error:
            self.error = GridError(f"{type(error).__name__}: {error}")
            raise
        finally:
            self.is_done = True


def start(name: str, work: Callable[[Callable[[str], None]], Any]) -> None:
    """Begins the session's one job; `work` gets a function that takes a line of progress."""
    job = Job(name)
    st.session_state["job"] = job
    Thread(target=job.run, args=(work,), name=name, daemon=True).start()


def current() -> Job | None:
    """The session's job, running or done."""
    found: Job | None = st.session_state.get("job")
    return found


def forget() -> None:
    """The job's result has been seen; for a callback."""
    st.session_state.pop("job", None)


@st.fragment(run_every=LOOK_EVERY_S)
def watch(job: Job, label: str) -> None:
    """Shows what the job says until it is done; then the page is drawn anew."""
    with st.container(key="job", border=True):
        st.html(f'<div class="job"><i></i>{label}</div>')
        for line in job.lines[-5:]:
            st.caption(escaped(line))
    if job.is_done:
        st.rerun()
