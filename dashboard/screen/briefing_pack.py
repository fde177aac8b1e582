"""The pack of a briefing: made at a press, paper by paper in the background; then there to take, all or one."""

import hashlib
import mimetypes
import time
from functools import cache, partial
from html import escape
from pathlib import Path

import streamlit as st

from dashboard import cached
from dashboard.briefing import figures
from dashboard.briefing.content import Content
from dashboard.briefing.pack import papers_of
from dashboard.packs import making, meetings, wanted
from dashboard.packs.making import Making
from dashboard.packs.store import Kept, Paper, Store
from dashboard.packs.wanted import Basis, Wanted
from dashboard.screen import lists
from dashboard.text import number, t, word
from dashboard.text.errors import explain
from etl.errors import GridError

# Each look collects the whole heap, which drawing has filled: twice a second a pack took 21 s of CPU, every two seconds
# 16 s, as from the command line.
LOOK_EVERY_S = 2.0
_MB = 1_000_000
_PROGRAM = ("briefing", "maps", "packs", "analysis", "text")


def draw(look: cached.Look, asked: Wanted, language: str, *, is_anything: bool) -> None:
    """The button, or what it has brought about for exactly this choice."""
    store, key = _store(look), key_of(look, asked, cached.briefing_basis(look, asked.language))
    there, going = store.find(key), making.find(store, key)
    with st.container(key="pack", gap="small"):
        if there is not None:
            _there(store, key, there, language)
        elif going is not None and not going.is_done:
            _going(going, language)
        else:
            if going is not None and going.error is not None:
                st.html(f'<div class="note is-alarming">{escape(explain(going.error, language))}</div>')
            st.button(
                t("briefing.make", language), key="pack_make", type="primary", width="stretch",
                disabled=not is_anything, on_click=_make, args=(look, asked),
            )  # fmt: skip


def _store(look: cached.Look) -> Store:
    return Store.of(look.settings.var_dir, look.county.place.code)


def key_of(look: cached.Look, asked: Wanted, rests: Basis) -> str:
    """Stands for the choice, the data, everything else that the papers rest on, and the program that makes them."""
    rests_on = wanted.rests_on(look.settings, look.standards, rests)
    told = repr((look.key, asked, rests_on, papers_of(asked.papers), _program()))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:32]


@cache
def _program() -> tuple[tuple[str, int, int], ...]:
    """The files that say how papers are made: a program that was replaced makes other ones."""
    home = Path(__file__).resolve().parents[1]
    paths = [path for name in _PROGRAM for path in sorted((home / name).rglob("*.*")) if path.suffix != ".pyc"]
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in paths)


def _make(look: cached.Look, asked: Wanted) -> None:
    """For a callback. All it needs is handed over, as a thread has no session; what people keep is read here, once, as
    the pack may wait for another one while they keep more."""
    try:
        rests = cached.briefing_basis(look, asked.language)
    except GridError:
        return  # the page says so, as it is drawn anew
    store, key = _store(look), key_of(look, asked, rests)
    making.forget(store, key)
    engine = cached.engine_of(look)
    content = partial(
        wanted.said, engine, look.county, look.snapshot, look.filters, asked,
        rests=rests, settings=look.settings, standards=look.standards,
    )  # fmt: skip
    making.start(store, key, papers_of(asked.papers), content, partial(_held, look))


def _held(look: cached.Look, told: Content) -> None:
    """Only what was made for the whole place is a meeting of it: a zone's own papers move nobody's last meeting."""
    if not (look.filters.zone or look.filters.cell):
        meetings.hold(look.settings.var_dir, told.place, told.as_of)


@st.fragment(run_every=LOOK_EVERY_S)
def _going(going: Making, language: str) -> None:
    """What is made and being made, until it is done; then the page is drawn anew."""
    st.html(_progress(going, language))
    if going.stopping.is_set():
        lists.nothing(t("briefing.stopping", language))
    else:
        st.button(t("briefing.stop", language), key="pack_stop", on_click=going.stop)
    if going.is_done:
        st.rerun()


def _progress(going: Making, language: str) -> str:
    made = {one.name: one for one in going.made}
    rows = []
    for name in going.papers:
        title = f"<b>{escape(word('briefing.paper', name, language))}</b>"
        if name in made:
            one = made[name]
            size = sum(path.stat().st_size for path in one.files if path.exists())
            files = t("card.comma", language).join(path.name for path in one.files)
            rows.append(f'<li class="is-made">{title}<span>{escape(files)}</span>'
                        f"<span>{_cost(size, one.seconds, language)}</span></li>")  # fmt: skip
        elif name == going.now:
            since = t("briefing.seconds", language, seconds=number(time.monotonic() - going.begun))
            rows.append(f'<li class="is-now">{title}<span></span><span><i></i>{since}</span></li>')
        else:
            rows.append(f"<li>{title}<span></span><span></span></li>")
    said = "waiting" if going.is_waiting else "packing" if going.now == "zip" else "making" if going.now else "saying"
    head = t(f"briefing.{said}", language, done=number(len(made)), of=number(len(going.papers)))
    return f'<div class="job"><i></i>{escape(head)}</div><ul class="papers">{"".join(rows)}</ul>'


def _there(store: Store, key: str, kept: Kept, language: str) -> None:
    """The pack to take, all of it or a paper alone."""
    size = t("briefing.mb", language, size=_size(kept.zip.stat().st_size))
    st.download_button(
        t("briefing.take_all", language, size=size), data=partial(_read, store, key, kept.zip),
        file_name=kept.zip.name, mime="application/zip", key="pack_all", type="primary", width="stretch",
        on_click="ignore",
    )  # fmt: skip
    with st.container(key="pack_papers", gap=None):
        for paper in kept.papers:
            if not paper.files:
                lists.nothing(t("briefing.no_paper", language, paper=word("briefing.paper", paper.name, language)))
            for file in paper.files:
                _paper(store, key, paper, file, language)


def _paper(store: Store, key: str, paper: Paper, file: Path, language: str) -> None:
    cost = _cost(file.stat().st_size, paper.seconds, language)
    st.download_button(
        f"{word('briefing.paper', paper.name, language)} :gray[{cost}]", data=partial(_read, store, key, file),
        file_name=file.name, mime=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        key=f"pack_{paper.name}_{file.name}", type="tertiary", on_click="ignore", help=file.name,
    )  # fmt: skip


def _read(store: Store, key: str, file: Path) -> bytes:
    store.used(key)
    return file.read_bytes()


def _cost(size: int, seconds: float, language: str) -> str:
    return t("briefing.cost", language, size=_size(size), seconds=number(seconds, 1))


def _size(size: int) -> str:
    return number(max(size / _MB, 0.01), 2 if size < _MB else 1)


def more(look: cached.Look, asked: Wanted, language: str) -> None:
    """The numbers alone, the data they are of, and the command that makes the same."""
    version = look.county.data_version
    with st.popover(t("briefing.more", language), key="briefing_more"):
        lists.nothing(t("briefing.numbers_note", language, version=version))
        st.download_button(
            t("briefing.numbers", language), data=partial(numbers, look, asked), file_name=figures.NAME,
            mime="application/json", key="briefing_figures", on_click="ignore",
        )  # fmt: skip
        lists.nothing(t("briefing.command_note", language))
        line = wanted.command(look.county.place.code, look.asked, look.filters, asked, version)
        st.code(line, language=None, wrap_lines=True)


def numbers(look: cached.Look, asked: Wanted) -> str:
    """`figures.json` of this choice, as the pack has it."""
    told = wanted.said(
        None, look.county, look.snapshot, look.filters, asked,
        rests=cached.briefing_basis(look, asked.language), settings=look.settings, standards=look.standards,
    )  # fmt: skip
    return figures.text_of(told)
