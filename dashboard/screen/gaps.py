"""Cells that lack one thing: how many, by what rule, which, and the list to download."""

from html import escape

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.filters import LISTS
from dashboard.maps import views
from dashboard.maps.views import FACILITY_OF
from dashboard.screen import address, cases, counted, frame, lists, reasons
from dashboard.standards import Standard
from dashboard.text import missing, number, percent, t, word

_COLUMNS = ("name", "zone_name", "setting", "worker", "leader", "last_visit", "visits", "people", "area_km2",
            "share_toilet", "nearest_toilet_m", "share_market", "nearest_market_m")  # fmt: skip
_DIGITS = {"share_toilet": 3, "share_market": 3, "nearest_toilet_m": 0, "nearest_market_m": 0, "area_km2": 4}


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The part of the page: the map by what lacks, and the list of cells that lack it or the card clicked."""
    selected = frame.selected(look)
    kind = address.choice("lack", views.COVERAGE_KINDS, views.COVERAGE_KINDS[0])
    standard = look.standards.radius(FACILITY_OF.get(kind, ""))
    with body.map:
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
    with body.reasons:
        unfiltered(look, language)
        if selected is not None:
            reasons.of_place(look, selected, language)
        else:
            found = lacking(look, kind)
            lists.title(t(f"coverage.{kind}", language), share(look, kind, found, language))
            why(look, kind, standard, language)
            listed(look, kind, found, language)


def lacking(look: cached.Look, kind: str) -> pd.DataFrame:
    """The cells that lack it, the most pressing first, with `who` (unless no names are kept) and the counts of their
    problems."""
    found = cached.coverage(look)
    found = found[found[f"is_{kind}"]]
    if "unassigned" not in cached.missing(look):
        found = found.assign(who=found["worker"])
    found = found.join(cached.cells(counted.everything(look))[["problems", "open", "overdue"]])
    facility = FACILITY_OF.get(kind)
    if facility is not None:
        return found.sort_values(f"nearest_{facility}_m", ascending=False, na_position="first", kind="stable")
    if kind == "unvisited":
        return found.sort_values("last_visit", na_position="first", kind="stable")
    return found.sort_values(["overdue", "open", "problems"], ascending=False, kind="stable")


def share(look: cached.Look, kind: str, found: pd.DataFrame, language: str) -> str:
    """How many of how many; nothing where nobody can tell."""
    if kind in cached.missing(look):
        return ""
    of = len(cached.coverage(look))
    return t("coverage.count", language, count=number(len(found)), of=number(of),
             share=percent(len(found) / of if of else None))  # fmt: skip


def why(look: cached.Look, kind: str, standard: Standard | None, language: str) -> None:
    """The rule in one sentence; for reach, the standard with its clause, and whether anybody has checked it. Where the
    place keeps no record of it: which layer to load."""
    reason = cached.missing(look).get(kind)
    if reason is not None:
        lists.nothing(missing.next_step(kind, reason, language))
        return
    filters = look.filters
    if kind not in FACILITY_OF:
        lists.nothing(t(f"coverage.why_{kind}", language, start=filters.start, end=filters.end))
        return
    if standard is None:
        lists.nothing(t("coverage.no_standard", language))
        return
    rule = t(
        "coverage.why_unserved", language, radius=number(standard.value), share=f"{look.settings.unserved_share:.0%}"
    )
    by_standard(standard, rule + t("coverage.straight", language), language)


def by_standard(standard: Standard, rule: str, language: str) -> None:
    """A rule in words, with the clause of the standard it comes from, and whether anybody has checked it."""
    clause = t("coverage.clause", language, source=standard.source[language], clause=standard.clause[language])
    state = t("coverage.verified" if standard.is_verified else "coverage.to_verify", language)
    st.html(
        f'<div class="note">{escape(rule)}<br>{escape(clause)} <span class="to-verify">{escape(state)}</span></div>'
    )


def unfiltered(look: cached.Look, language: str) -> None:
    """That filters of problems are nothing to this page, where one is chosen."""
    asked = look.filters
    if asked.is_overdue_only or any(getattr(asked, name) for name in LISTS if name != "zone"):
        lists.nothing(t("coverage.unfiltered", language))


def listed(look: cached.Look, kind: str, found: pd.DataFrame, language: str) -> None:
    """The first ten with the reason in words, and all of them to download."""
    if kind in cached.missing(look):
        return
    if found.empty:
        lists.nothing(t("list.all_fine", language))
        return
    if len(found) > 1:
        lists.nothing(t(f"coverage.order_{'unserved' if kind in FACILITY_OF else kind}", language))
    shown = found.head(lists.SHOWN)
    lists.lacking(shown, _reasons(look, kind, shown, language), language)
    if len(found) > len(shown):
        lists.nothing(t("list.more", language, count=number(len(found) - len(shown))))
    cases.button(lambda: _sheet(found, language), t("list.download", language), f"coverage-{kind}", key="coverage")


def _reasons(look: cached.Look, kind: str, shown: pd.DataFrame, language: str) -> pd.Series:
    facility = FACILITY_OF.get(kind)
    if facility is not None:
        return shown[f"nearest_{facility}_m"].map(
            lambda meters: (
                t("coverage.nearest", language, meters=number(meters))
                if pd.notna(meters)
                else t("coverage.no_facility", language)
            )
        )
    if kind == "unvisited":
        return shown["last_visit"].map(
            lambda day: (
                t("coverage.never", language) if pd.isna(day) else t("coverage.last", language, day=f"{day:%Y-%m-%d}")
            )
        )
    vacant = cached.nobody(look)
    vacant = vacant[vacant["layer"] == "cells"].set_index("code")
    held = {
        code: t("responsibility.last_held", language, name=row["last_name"], until=f"{row['last_until']:%Y-%m-%d}")
        for code, row in vacant.reindex(shown.index).iterrows()
        if pd.notna(row["last_name"]) and pd.notna(row["last_until"])
    }
    return pd.Series({code: held.get(code, t("responsibility.never_held", language)) for code in shown.index})


def _sheet(found: pd.DataFrame, language: str) -> pd.DataFrame:
    sheet = found[list(_COLUMNS)].round(_DIGITS)
    sheet["setting"] = [word("setting", value, language) if pd.notna(value) else "" for value in sheet["setting"]]
    sheet["last_visit"] = sheet["last_visit"].dt.strftime("%Y-%m-%d")
    sheet = sheet.rename(columns={"zone_name": "zone"})
    sheet.columns = pd.Index([t(f"coverage.{name}", language) for name in sheet.columns])
    return sheet.reset_index(names=t("coverage.cell", language))
