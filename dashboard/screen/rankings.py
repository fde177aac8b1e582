"""Rankings of zones, and of units inside their class: rates with denominators and intervals, each number open to its
cases."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.filters import Filters
from dashboard.screen import address, cases, columns, counted, lists
from dashboard.screen.markdown import escaped
from dashboard.text import percent, t

BY = ("on_time_rate", "closure_rate")
_OPENS = {"due": "due", "closed": "closed_of_due", "on_time": "on_time", "open": "open", "overdue": "overdue",
          "closure_rate": "closed_of_due", "on_time_rate": "on_time"}  # fmt: skip
_WIDTHS = {"rank": 34, "name": 112, "closure_rate": 58, "on_time_rate": 58, "interval": 70}
_NUMBER_WIDTH = 44
_WIDEST_NAME = 152
_ORDER = ("rank", "name", "due", "closed", "closure_rate", "on_time", "on_time_rate", "interval", "open", "overdue")


def table(look: cached.Look, layer: str, language: str) -> None:
    """`layer`: zones or units. Clicking a number opens the problems behind it."""
    with st.container(horizontal=True, gap="small"):
        by = address.segmented("by", BY, "panel", language)
        found = cached.ranking_zones(look, by) if layer == "zones" else _units(look, by, language)
    has_rates = not counted.is_of_some_states(look)
    note = t("responsibility.too_few_note", language, count=look.settings.rank_at_least)
    note = note if has_rates else t("figure.hint.no_rate", language)
    lists.nothing(note)
    lists.nothing(t("responsibility.open_cases", language))
    if found.empty:
        lists.nothing(t("list.none_found", language))
        return
    shown = _in_words(found, by, has_rates=has_rates).rename(columns=_headings(layer, language))
    headings = {heading: name for name, heading in _headings(layer, language).items()}
    drawn = columns.fitted(shown, _widths(shown, layer, language))
    for name in ("interval", "due"):
        drawn["column_config"][_headings(layer, language)[name]]["help"] = t(f"responsibility.means_{name}", language)
    event = st.dataframe(
        shown, hide_index=True, placeholder="", key=f"ranking_{layer}", on_select="rerun", selection_mode="single-cell",
        **drawn,
    )  # fmt: skip
    cases.button(lambda: shown, t("list.download", language), f"ranking-{layer}", key=f"ranking_{layer}")
    cells = event["selection"]["cells"]
    is_new = cells != st.session_state.get("ranking_seen")
    st.session_state["ranking_seen"] = cells
    if cells and is_new:
        row, which = cells[0][0], _OPENS.get(headings.get(cells[0][1], ""))
        if which is not None and row < len(found):
            open_cases(look, layer, found.iloc[row], which, language)


def _units(look: cached.Look, by: str, language: str) -> pd.DataFrame:
    """The units of the class chosen; a class is a ranking of its own."""
    found = cached.ranking_units(look, by)
    found = found.assign(**{"class": found["class"].fillna("none")})
    classes = list(dict.fromkeys(found["class"]))
    if not classes:
        return found
    chosen = address.segmented("class", classes, "class", language)
    return found[found["class"] == chosen].assign(name=lambda units: units.index)


def _in_words(found: pd.DataFrame, by: str, *, has_rates: bool) -> pd.DataFrame:
    short = by.removesuffix("_rate")
    ends = zip(found[f"{short}_low"], found[f"{short}_high"], strict=True)
    shown = found.assign(
        rank=[str(rank) if pd.notna(rank) else "—" for rank in found["rank"]],
        interval=["—" if pd.isna(low) else f"{low:.0%}–{high:.0%}" for low, high in ends],
        **{name: [percent(value) for value in found[name]] for name in BY},
    )
    if not has_rates:
        shown[["rank", "interval", *BY]] = "—"
    return shown[list(_ORDER)]


def _headings(layer: str, language: str) -> dict[str, str]:
    own = {"name": layer.removesuffix("s")}
    return {name: t(f"responsibility.{own.get(name, name)}", language) for name in _ORDER}


def _widths(shown: pd.DataFrame, layer: str, language: str) -> dict[str, int]:
    """So that all columns are seen beside the map; names take what room there is, longer ones more lines."""
    headings = _headings(layer, language)
    widths = {headings[name]: _WIDTHS.get(name, _NUMBER_WIDTH) for name in _ORDER}
    return widths | {headings["name"]: columns.at_most(shown[headings["name"]], _WIDTHS["name"], _WIDEST_NAME)}


def open_cases(look: cached.Look, layer: str, unit: pd.Series, which: str, language: str) -> None:
    """A window with the problems of one row of a ranking (index code, name)."""

    @st.dialog(f"{escaped(str(unit['name']))} · {t(f'case.{which}', language)}", width="large")
    def window() -> None:
        only: Filters = (
            replace(look.asked, zone=(str(unit.name),))
            if layer == "zones"
            else replace(look.asked, unit=(str(unit.name),))
        )
        one = cached.look(look.settings, only)
        cases.full(one, cached.cases(one, which), language, key="behind")

    window()
