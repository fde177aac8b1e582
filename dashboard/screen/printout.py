"""What stands on paper and not on the screen: which moment, period and filters the page was printed under."""

from html import escape

import streamlit as st

from dashboard import cached
from dashboard.facts import facts
from dashboard.text import t


def heading(look: cached.Look, language: str) -> None:
    """One line; the style sheet shows it on paper only."""
    text = t("print.between", language).join(facts(look.county, look.snapshot, look.filters, language))
    st.html(f'<div class="printout">{escape(text)}</div>')
