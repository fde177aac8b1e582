"""The header line: whose map, tabs, date of the data, the map's mark, language."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import cached
from dashboard.saved.views import PAGES
from dashboard.screen import address, languages, presenting, states, views
from dashboard.text import number, place_name, t
from settings import Settings

_OLD_DAYS = 7


def style() -> None:
    """Page set-up that needs no data, so that nothing jumps while the data are read."""
    st.set_page_config(layout="wide", initial_sidebar_state="expanded")
    st.html(Path(__file__).parent / "style.css")


def draw(look: cached.Look | None, settings: Settings, language: str, pages: dict[str, Any], current: Any) -> None:
    """The line itself; `look` is None where there is nothing to look at."""
    place = look.county.place if look else None
    title = t("head.title", language, place=place_name(place.name, place.code, language) if place else "").strip()
    mark = settings.map_mark or t("map.mark", language)
    st.set_page_config(page_title=f"{current.title} · {title}")
    with st.container(key="topline", horizontal=True, vertical_alignment="center"):
        st.html(f'<h1 class="topline-title" title="{escape(title)}">{escape(title)}</h1>')
        for page in pages.values():
            with st.container(key="current_tab" if page.title == current.title else f"tab_{page.url_path or 'first'}"):
                st.page_link(page, label=page.title, query_params=address.link())
        st.html(f'<div class="topline-facts">{_date(look, language)}<span>{escape(mark)}</span></div>')
        page = next(name for name, page in pages.items() if page.url_path == current.url_path)
        if look is not None and page in PAGES and not states.is_bare(look):
            views.bar(look, page, language)
            presenting.button(language)
        elif look is not None and page == "briefing" and not states.is_bare(look):
            presenting.button(language, PAGES[0])
        languages.switch(language)


def _date(look: cached.Look | None, language: str) -> str:
    if look is None:
        return ""
    shown = look.filters.moment.astimezone(look.county.place.zone_info)
    version = t("head.version", language, version=look.county.data_version)
    loaded = look.county.loaded_at.astimezone(look.county.place.zone_info)
    hint = t("head.loaded", language, at=f"{loaded:%Y-%m-%d %H:%M}")
    text = t("head.as_of" if look.asked.as_of is None else "head.as_of_chosen", language, at=f"{shown:%Y-%m-%d %H:%M}")
    age = (datetime.now(UTC) - look.county.loaded_at).days
    old = f'<span class="is-old">{t("head.old", language, days=number(age))}</span>' if age > _OLD_DAYS else ""
    if look.snapshot.latest.timestamp() == 0:
        return old  # nothing with a date is loaded
    return f'{old}<span title="{escape(version)} · {escape(hint)}">{escape(text)}</span>'
