"""Views of pages behind a button of the header line: saved by name with a remark, put in order, opened, renamed,
deleted and taken back."""

from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from dashboard import cached
from dashboard.facts import clock
from dashboard.filters import Filters
from dashboard.maps.layers import Extent
from dashboard.saved import views
from dashboard.saved.shelf import Listed
from dashboard.saved.thing import LONGEST_NAME, Made, Saved
from dashboard.saved.views import View
from dashboard.screen import address, markdown, sight
from dashboard.screen.keeping import Desk, Said
from dashboard.text import number, t
from dashboard.text.errors import explain
from etl.errors import GridError

NOT_OF_A_VIEW = ("present", "agenda", "step", "extent")
"""Of an address: how it is shown, not what."""
_NAME, _REMARK, _RENAMING, _GOTO = "view_name", "view_remark", "view_renaming", "goto"


def kept(look: cached.Look) -> tuple[dict[str, View], Listed]:
    """The views of the place as they are on the disk now, and a sentence for files that cannot be read."""
    try:
        return views.listed(look.settings.var_dir, look.county.place.code)
    except GridError as trouble:
        return {}, Listed((), (trouble,))


def bar(look: cached.Look, page: str, language: str) -> None:
    """The button with all of it; `page` is the one that is open."""
    found, every = kept(look)
    label = t("view.button", language, count=number(len(found)))
    with st.popover(label, key="views", help=t("view.help", language)):
        _save(look, page, language)
        _desk(look, language).said(partial(_keep, look, page, language))
        _list(look, found, every, language)


def go(page: str) -> None:
    """Turns to another page with the next run of the whole script; for a callback, after `address.follow`."""
    st.session_state[_GOTO] = page


def is_going() -> bool:
    """Whether the whole script is to run for it."""
    return _GOTO in st.session_state


def gone_to() -> str | None:
    """The page to turn to, once."""
    found: str | None = st.session_state.pop(_GOTO, None)
    if found is not None:
        address.stay()
    return found


def put(view: View, *, kept: tuple[str, ...] = (), then: Made | None = None, on: str = "") -> None:
    """Shows a view, with the choices `kept` as they are, and with the data of `then`; for a callback. `on`: the page
    that is open, of which the part around the map is enough to draw where the view is of it and of the same filters."""
    query, before = dict(view.query), (address.chosen(), address.unread())
    if then is not None:
        of_then = Filters(as_of=then.as_of, version=then.data_version).to_query()
        query = {**of_then, **query, "version": of_then["version"]}
    address.follow(query, kept)
    sight.show(view.extent)
    if view.page != on or before != (address.chosen(), address.unread()):
        go(view.page)


def _save(look: cached.Look, page: str, language: str) -> None:
    st.text_input(
        t("view.name", language), key=_NAME, max_chars=LONGEST_NAME, placeholder=t("view.name_hint", language)
    )
    st.text_input(
        t("view.remark", language), key=_REMARK, max_chars=views.LONGEST_REMARK,
        placeholder=t("view.remark_hint", language),
    )  # fmt: skip
    st.button(t("kept.save", language), key="view_save", on_click=_keep, args=(look, page, language))


def _keep(look: cached.Look, page: str, language: str, over: Saved | None = None) -> None:
    """Saves what the address says now; the map is asked for its extent, which follows."""
    name = over.name if over else st.session_state.get(_NAME) or ""
    query = {key: text for key, text in address.here().items() if key not in NOT_OF_A_VIEW}
    view = View(page, query, None, st.session_state.get(_REMARK) or "")
    made = Made(look.county.data_version, look.filters.moment.replace(microsecond=0), look.asked.to_query())
    desk = _desk(look, language)
    desk.keep(name, lambda: views.content(view), made, over)
    if not desk.is_troubled:
        st.session_state[_NAME] = st.session_state[_REMARK] = ""
        sight.ask(partial(_complete, desk, name, view, made))


def _complete(desk: Desk, name: str, view: View, made: Made, extent: Extent | None) -> None:
    """The same view with the extent that the map has told."""
    if extent is None:
        return

    def act() -> Said:
        thing = desk.shelf.find(name)
        if thing is not None and thing.content == views.content(view):
            desk.shelf.save(name, views.content(replace(view, extent=extent)), made, over=thing.revision)
        return Said(t("kept.saved", desk.language, name=name))

    desk.do(act)


def _list(look: cached.Look, found: dict[str, View], every: Listed, language: str) -> None:
    if not every.things:
        st.html(f'<div class="note">{escape(t("view.none", language))}</div>')
    names = [thing.name for thing in every.things]
    with st.container(key="view_list", gap=None):
        for thing in every.things:
            _line(look, thing, found[thing.name], names, language)
    for trouble in every.broken:
        st.html(f'<div class="note is-alarming">{escape(explain(trouble, language))}</div>')
    if names:
        st.checkbox(t("view.then", language), key="view_then")
        _briefing(look, language)


def _briefing(look: cached.Look, language: str) -> None:
    """That these are slides of the briefing, and the way there."""
    st.html(f'<div class="note">{escape(t("view.briefing_note", language))}</div>')
    with st.container(horizontal=True, gap="small", key="view_briefing"):
        for name, is_alone in (("briefing", False), ("briefing_alone", True)):
            st.button(t(f"view.{name}", language), key=f"view_to_{name}", on_click=_to_briefing, args=(look, is_alone))


def _to_briefing(look: cached.Look, is_alone: bool) -> None:
    """Turns to the agenda on the page of the briefing, `is_alone`: with nothing else in it."""
    from dashboard.briefing.content import VIEWS
    from dashboard.screen import briefing_choices

    if is_alone:
        briefing_choices.only(look, VIEWS)
    else:
        briefing_choices.take_up(VIEWS)
    address.set_choice("see", f"{VIEWS}-1")
    go("briefing")


def _line(look: cached.Look, thing: Saved, view: View, names: list[str], language: str) -> None:
    desk, key, at = _desk(look, language), thing.key[:12], names.index(thing.name)
    with st.container(horizontal=True, gap=None, vertical_alignment="center", key=f"view_{key}"):
        st.button(
            markdown.escaped(f"{at + 1}　{thing.name}"), key=f"show_{key}", type="tertiary",
            on_click=_open, args=(thing, view), help=t("view.open", language),
        )  # fmt: skip
        for name, by in (("up", -1), ("down", 1)):
            st.button(
                "", key=f"{name}_{key}", type="tertiary", icon=f":material/arrow_{name}ward:",
                help=t(f"view.{name}", language), disabled=not 0 <= at + by < len(names),
                on_click=_move, args=(desk, names, at, by),
            )  # fmt: skip
        st.button(
            "", key=f"rename_{key}", type="tertiary", icon=":material/edit:", help=t("view.rename", language),
            on_click=_begin, args=(thing, view),
        )  # fmt: skip
        desk.delete(thing, f"drop_{key}")
    if st.session_state.get(_RENAMING) == thing.key:
        _rename(desk, thing, view, language)
    on = t("view.made_on", language, page=t(f"tab.{view.page}", language),
           at=clock(look.county.place, thing.made.as_of), version=thing.made.data_version)  # fmt: skip
    remark = f'<div class="remark">{escape(view.remark)}</div>' if view.remark else ""
    st.html(f'{remark}<div class="note">{escape(on)}</div>')


def _open(thing: Saved, view: View) -> None:
    put(view, then=thing.made if st.session_state.get("view_then") else None)


def _move(desk: Desk, names: list[str], at: int, by: int) -> None:
    moved = [*names]
    moved[at], moved[at + by] = moved[at + by], moved[at]

    def act() -> Said:
        desk.shelf.arrange(moved)
        return Said(t("view.moved", desk.language))

    desk.do(act)


def _begin(thing: Saved, view: View) -> None:
    """Opens the fields of one line, or closes them."""
    is_open = st.session_state.get(_RENAMING) == thing.key
    st.session_state[_RENAMING] = None if is_open else thing.key
    st.session_state["view_new_name"], st.session_state["view_new_remark"] = thing.name, view.remark


def _rename(desk: Desk, thing: Saved, view: View, language: str) -> None:
    def take() -> None:
        name, remark = st.session_state["view_new_name"], st.session_state["view_new_remark"] or ""

        def act() -> Said:
            told = views.content(replace(view, remark=remark))
            renamed = desk.shelf.rename(thing, name)
            if told != renamed.content:
                desk.shelf.save(renamed.name, told, renamed.made, over=renamed.revision)
            st.session_state[_RENAMING] = None
            return Said(t("view.renamed", language, name=renamed.name))

        desk.do(act)

    st.text_input(t("view.name", language), key="view_new_name", max_chars=LONGEST_NAME)
    st.text_input(t("view.remark", language), key="view_new_remark", max_chars=views.LONGEST_REMARK)
    st.button(t("kept.save", language), key="view_rename", on_click=take)


def _desk(look: cached.Look, language: str) -> Desk:
    return Desk("view", views.shelf(look.settings.var_dir, look.county.place.code), language)
