"""What stands on paper and not on the screen: which moment, period and filters the page was printed under."""

from html import escape

import streamlit as st

from dashboard import cached
from dashboard.screen import sidebar
from dashboard.text import t


def heading(look: cached.Look, language: str) -> None:
    """One line; the style sheet shows it on paper only."""
    text = t("print.between", language).join(facts(look, language))
    st.html(f'<div class="printout">{escape(text)}</div>')


def facts(look: cached.Look, language: str) -> list[str]:
    """Moment, period, every filter that leaves something out, and the version of the data."""
    asked, filters = look.asked, look.filters
    moment = filters.moment.astimezone(look.county.place.zone_info)
    words = sidebar.options(look.county, look.snapshot, language)
    chosen = [
        t(
            "print.filter",
            language,
            name=t(f"filter.{name}", language),
            values=t("card.comma", language).join(may.get(value, value) for value in getattr(asked, name)),
        )
        for name, may in words.items()
        if getattr(asked, name)
    ]
    chosen += [t("print.cell", language, code=asked.cell)] if asked.cell else []
    chosen += [t("print.overdue", language)] if asked.is_overdue_only else []
    chosen += [t("print.default_points", language)] if asked.with_default_points else []
    return [
        t("print.moment", language, at=f"{moment:%Y-%m-%d %H:%M}"),
        t("print.period", language, start=filters.start, end=filters.end),
        *(chosen or [t("print.no_filter", language)]),
        t("print.version", language, version=look.county.data_version),
    ]
