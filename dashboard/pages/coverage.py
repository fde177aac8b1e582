"""What is not covered: cells without a name, without a visit, without a toilet or market in reach; never mixed."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cached
from dashboard.maps import views
from dashboard.screen import address, figures, frame, gaps, lists, reasons, siting
from dashboard.text import t
from settings import Settings

PARTS = ("gaps", "siting")
_FIGURES = ("unassigned", "unvisited", "unserved_toilet", "unserved_market")


def show(look: cached.Look, settings: Settings, language: str) -> None:
    """Draws the page."""
    figures.line(cached.headline(look), _FIGURES, language)
    _body(look, language)


@st.fragment
def _body(look: cached.Look, language: str) -> None:
    left, right = frame.columns()
    selected = frame.selected(look)
    with left, st.container(key="choices", horizontal=True, gap=None):
        if address.segmented("part", PARTS, "coverage", language) == "siting":
            asked = siting.asked(look, language)
        else:
            asked = None
    if asked is None:
        _gaps(look, left, right, selected, language)
    else:
        with right:
            found = siting.proposed(look, asked, language)
        with left:
            frame.draw(siting.view(look, asked, found, selected, language), selected)
        with right:
            siting.beside(look, asked, found, language)
    address.end()


def _gaps(
    look: cached.Look,
    left: DeltaGenerator,
    right: DeltaGenerator,
    selected: tuple[str, str] | None,
    language: str,
) -> None:
    kind = address.choice("lack", views.COVERAGE_KINDS, views.COVERAGE_KINDS[0])
    standard = look.standards.radius(views.FACILITY_OF.get(kind, ""))
    with left:
        view = views.coverage(
            look.county,
            cached.coverage(look),
            kind=kind,
            look=frame.map_style(look, language),
            radius_m=standard.value if standard else None,
            untold=cached.missing(look),
            selected=selected,
            choices=[(name, t(f"coverage.{name}", language)) for name in views.COVERAGE_KINDS],
        )
        frame.draw(view, selected, choice="lack")
    with right:
        gaps.unfiltered(look, language)
        if selected is not None:
            reasons.of_place(look, selected, language)
        else:
            found = gaps.lacking(look, kind)
            lists.title(t(f"coverage.{kind}", language), gaps.share(look, kind, found, language))
            gaps.why(look, kind, standard, language)
            gaps.listed(look, kind, found, language)
