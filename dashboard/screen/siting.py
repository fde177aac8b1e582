"""The siting bench: a question, the map of the sites that were proposed or put there by hand, and what they come to."""

from functools import partial

import streamlit as st

from dashboard import cached
from dashboard.analysis.proposal import AT_MOST, Proposal, Question
from dashboard.analysis.scenario import Arrangement
from dashboard.maps import siting as maps
from dashboard.maps.layers import MapView
from dashboard.screen import arranging, asking, contrasts, frame, lists, reasons, scenarios, sites
from dashboard.text import t, word


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The part of the page. What is had at once is shown at once; where a better answer or a proof may be left, it is
    looked for with that on the screen."""
    arranging.follow()
    with body.choices:
        question = asking.asked(look, language)
    kinds = (maps.SITE, maps.SHUT, question.kind)
    selected = frame.selected(look, kinds)
    is_whole = _is_known(look, question)
    found = cached.proposed(look, question, at_once=not is_whole)
    made = cached.arranged(look, arranging.current(look, question), at_once=not is_whole)
    selected = sites.there(made, selected)
    with body.choices:
        kept = scenarios.bar(look, made, language)
    if contrasts.draw(look, body, made, kept, language):
        return
    with body.map:
        frame.draw(
            view(look, made, selected, language), selected, kinds=kinds, on_arranged=partial(arranging.arrange, made)
        )
    with body.reasons:
        if selected is not None and selected[0] not in kinds:
            reasons.of_place(look, selected, language)
        else:
            beside(look, found, made, selected, language)
        if not is_whole:
            _look_on(look, question, found, language)


def view(look: cached.Look, made: Arrangement, selected: tuple[str, str] | None, language: str) -> MapView:
    """The map of it."""
    return maps.arranged(
        look.county,
        made,
        look=frame.map_style(look, language),
        titles=sites.lines(made, language),
        worth=sites.worth(made, language),
        most=AT_MOST,
        selected=selected,
        refusal=refusal(made, language),
    )


def refusal(made: Arrangement, language: str) -> str:
    """Why nothing is proposed and what to do, as a sentence; empty: something is."""
    kind = word("kind", made.scenario.question.kind, language)
    values = {"kind": kind} if made.refusal in ("no_standard", "no_facilities", "no_planned") else {}
    return t(f"siting.refusal.{made.refusal}", language, **values) if made.refusal else ""


def beside(
    look: cached.Look, found: Proposal, made: Arrangement, selected: tuple[str, str] | None, language: str
) -> None:
    """The number to build, the steps back and forth, what it comes to, and the card of the point that was clicked."""
    question = made.scenario.question
    asking.slider(question, None if made.scenario.sites is None else len(made.sites), language)
    with st.container(key="conditions", horizontal=True, gap="small", vertical_alignment="center"):
        asking.conditions(look, question, language)
        _steps(language)
    why_not = refusal(made, language)
    if why_not:
        lists.title(t("siting.title", language, kind=word("kind", question.kind, language)))
        lists.nothing(why_not)
        return
    sites.share(made, language)
    if made.scenario.sites is not None or made.scenario.closed:
        st.button(
            t("siting.as_proposed", language), key="siting_as_proposed", type="tertiary", on_click=arranging.as_proposed
        )
    if selected is not None:
        sites.card(made, selected, language)
    sites.panel(look, found, made, language)


def _steps(language: str) -> None:
    taken = arranging.steps()
    for name, act, left in (("undo", arranging.back, taken.undo), ("redo", arranging.again, taken.redo)):
        st.button(t(f"siting.{name}", language), key=f"siting_{name}", type="tertiary", on_click=act, disabled=not left)


def _is_known(look: cached.Look, question: Question) -> bool:
    """Has this session had the whole answer."""
    return (look.key, question) in st.session_state.setdefault("answered", set())


def _look_on(look: cached.Look, question: Question, found: Proposal, language: str) -> None:
    """The rest of the answer; the page is drawn anew only where there is more to say."""
    with st.spinner(t("siting.wait", language)):
        whole = cached.proposed(look, question)
    st.session_state["answered"].add((look.key, question))
    if (whole.sites, whole.bounds, whole.needed, whole.is_least) != (
        found.sites, found.bounds, found.needed, found.is_least,
    ):  # fmt: skip
        st.rerun()
