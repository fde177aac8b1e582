"""The address bar: filters and choices are read from it, kept for the session, and written back after every run.

The session is the truth while somebody works; the address becomes it when it was changed from outside (a link, the
back button). A click can arrive with the address of the run before, so a young address of our own is left alone.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.filters import LISTS, Filters
from dashboard.text import t, word

_OLD_ENOUGH_S = 2.0
_LONGEST_CHOICE = 200
_FILTER_NAMES = {*LISTS, "start", "end", "overdue", "as_of", "default_points", "cell", "version"}


def begin() -> None:
    """Takes over what the address says, where somebody else wrote it."""
    query = {name: st.query_params[name] for name in st.query_params}
    state = st.session_state
    state["used"] = {"lang", "at"}
    if "chosen" in state:
        is_ours = (
            query in (state["address"], state.get("linked")) or time.monotonic() - state["written_at"] < _OLD_ENOUGH_S
        )
        if is_ours or state.pop("is_touched", False):
            return
    _take_over(query)
    state["address"] = query
    state["written_at"] = 0.0


def _take_over(query: Mapping[str, str]) -> None:
    state = st.session_state
    state["chosen"] = Filters.from_query(query)
    state["unread"] = Filters.unread(query)
    state["choices"] = {name: text[:_LONGEST_CHOICE] for name, text in query.items() if name not in _FILTER_NAMES}


def here() -> dict[str, str]:
    """What the address said when the reader last saw it, without the language."""
    return {name: text for name, text in st.session_state["address"].items() if name != "lang"}


def follow(query: Mapping[str, str], kept: Iterable[str] = ()) -> None:
    """Takes over another address as a link would, but for the language and the choices `kept`; for a callback."""
    choices: dict[str, str] = st.session_state["choices"]
    _take_over({**query, **{name: choices[name] for name in ("lang", *kept) if name in choices}})
    st.session_state["is_touched"] = True


def stay() -> None:
    """The next run does not take the address for somebody else's: a page that is turned to begins with an empty one."""
    st.session_state["is_touched"] = True


def end() -> None:
    """Writes filters, language and choices into the address, if it says something else."""
    choices = st.session_state["choices"]
    query = _filters() | {name: choices[name] for name in sorted(st.session_state["used"]) if name in choices}
    st.session_state.pop("is_touched", None)
    if {name: st.query_params[name] for name in st.query_params} != query:
        st.query_params.from_dict(query)
        st.session_state["written_at"] = time.monotonic()
    st.session_state["address"] = query


def link() -> dict[str, str]:
    """The part of the address that goes along to every page: filters, language and the place that was clicked."""
    choices = st.session_state["choices"]
    found = _filters() | {name: choices[name] for name in ("lang", "at") if name in choices}
    st.session_state["linked"] = found
    return found


def _filters() -> dict[str, str]:
    """Also what nobody could read: a link says so to everybody until somebody takes it out."""
    return chosen().to_query() | unread()


def unread() -> dict[str, str]:
    """What the address says and nobody can read, by filter (`Filters.unread`)."""
    found: dict[str, str] = st.session_state["unread"]
    return found


def not_read(name: str, text: str) -> None:
    """One more such value: the data do not have it."""
    st.session_state["unread"] = unread() | {name: text}


def read_all() -> None:
    """Takes such values out of the address; for a callback."""
    st.session_state["unread"] = {}
    st.session_state["is_touched"] = True


def chosen() -> Filters:
    """The filters as chosen: what is not chosen is at its default. An address may name what the data do not have
    (`screen.unknown`)."""
    found: Filters = st.session_state["chosen"]
    return found


def choose(**changes: Any) -> None:
    """Changes some filters; for a callback."""
    st.session_state["chosen"] = replace(chosen(), **changes)
    st.session_state["unread"] = {name: text for name, text in unread().items() if name not in changes}
    st.session_state["is_touched"] = True


def keep(**changes: Any) -> None:
    """Corrects the filters without that counting as somebody's choice."""
    st.session_state["chosen"] = replace(chosen(), **changes)


def reset() -> None:
    """All filters at their defaults and nothing clicked; for a callback."""
    st.session_state["chosen"] = Filters()
    st.session_state["unread"] = {}
    st.session_state["choices"].pop("at", None)
    st.session_state["is_touched"] = True


def choice(name: str, options: Sequence[str] | None, default: str) -> str:
    """A page's own choice; with `options`, what is none of them counts as the default. From now on it is kept in the
    address of this page."""
    st.session_state["used"].add(name)
    found: str = st.session_state["choices"].get(name, default)
    return default if options is not None and found not in options else found


def take(name: str) -> str:
    """A choice that holds once, empty where there is none; it goes out of the address."""
    found: str = st.session_state["choices"].pop(name, "")
    return found


def set_choice(name: str, value: str | None, default: str = "") -> None:
    """Keeps a choice; the default takes it out of the address."""
    if value is None or value == default:
        st.session_state["choices"].pop(name, None)
    else:
        st.session_state["choices"][name] = value
    st.session_state["is_touched"] = True


def kept(names: Iterable[str]) -> dict[str, str]:
    """Of these choices the ones that are not at their default, as the address has them."""
    choices: dict[str, str] = st.session_state["choices"]
    return {name: choices[name] for name in names if name in choices}


def segmented(name: str, options: Sequence[str], group: str, language: str) -> str:
    """A row of buttons for a choice that is kept in the address; the first one is the default. `group` has the words
    for the options, else they stand as they are."""
    key = f"choice_{name}"
    st.session_state[key] = choice(name, options, options[0])

    def take() -> None:
        set_choice(name, st.session_state[key] or options[0], options[0])

    st.segmented_control(
        t("list.which", language),
        options,
        key=key,
        format_func=lambda option: word(group, option, language),
        label_visibility="collapsed",
        on_change=take,
        required=True,
    )
    return choice(name, options, options[0])


def select(name: str, labels: Mapping[str, str], title: str) -> str:
    """A drop-down for a choice that is kept in the address, each option with its label; the first one is the
    default."""
    options = list(labels)
    key = f"choice_{name}"
    st.session_state[key] = choice(name, options, options[0])

    def take() -> None:
        set_choice(name, st.session_state[key], options[0])

    st.selectbox(
        title, options, key=key, format_func=lambda option: labels[option], label_visibility="collapsed", on_change=take
    )
    return choice(name, options, options[0])
