"""The dashboard: `streamlit run streamlit_app.py`. Page set-up, language, tabs and the shared filters; then the page.

The file is both the server's module, which names the app and its routes, and the script that runs for every reader.
"""

from importlib import import_module

import streamlit as st

TABS = ("overview", "heat", "coverage", "responsibility", "briefing", "data")


def main() -> None:
    """One run of the screen."""
    from dashboard import cached
    from dashboard.screen import address, languages, presenting, printout, sidebar, states, topline, unknown, views
    from dashboard.text import t
    from etl.errors import DatabaseAway, GridError
    from settings import LANGUAGES, Settings

    topline.style()
    address.begin()
    try:
        settings = Settings.read()
    except GridError as error:
        states.broken(error, languages.language(LANGUAGES[0]))
        return
    language = languages.language(settings.language)
    look, trouble = None, None
    with st.spinner(t("state.loading", language), show_time=False):
        try:
            look = states.look(settings, address.chosen())
        except GridError as error:
            trouble = error
    pages = {
        name: st.Page(lambda: None, title=t(f"tab.{name}", language), url_path=name, default=name == TABS[0])
        for name in TABS
    }
    current = st.navigation(list(pages.values()), position="hidden")
    if (wanted := views.gone_to()) and pages[wanted].url_path != current.url_path:
        st.switch_page(pages[wanted])
    topline.draw(look, settings, language, pages, current)
    languages.speak(language)
    name = next(name for name, page in pages.items() if page.url_path == current.url_path)
    is_empty = look is None or states.is_bare(look)
    if look is not None and not is_empty and name != "data":
        look = cached.look(settings, sidebar.draw(look.county, look.snapshot, language))
        presenting.prepare(look, name, language)
        unknown.line(look.county, look.snapshot, language)
        printout.heading(look, language)
    try:
        if trouble is not None:
            raise trouble
        if is_empty and name != "data":
            states.empty(pages["data"], language)
        else:
            import_module(f"dashboard.pages.{name}").show(look, settings, language)
    except DatabaseAway:
        states.away(settings, language)
    except GridError as error:
        states.broken(error, language)
    address.end()


if __name__ == "__main__":
    main()
else:
    from dashboard.maps.live import routes

    app = st.App(__file__, routes=routes())
