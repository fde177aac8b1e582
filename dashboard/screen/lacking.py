"""Cells nobody answers for, cells nobody looked at: how many, by what rule, which, and the list to download."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dashboard import cached
from dashboard.maps import provision, views
from dashboard.screen import cases, counted, frame, lists, reasons
from dashboard.text import missing, number, percent, t, word

_COLUMNS = ("name", "zone_name", "setting", "worker", "leader", "last_visit", "visits", "people", "area_km2",
            "share_toilet", "nearest_toilet_m", "share_market", "nearest_market_m")  # fmt: skip
_DIGITS = {"share_toilet": 3, "share_market": 3, "nearest_toilet_m": 0, "nearest_market_m": 0, "area_km2": 4}


def draw(look: cached.Look, body: frame.Body, lack: str, choices: Sequence[tuple[str, str]], language: str) -> None:
    """The map by what lacks, and the list of cells that lack it or the card clicked."""
    selected = frame.selected(look)
    with body.map:
        view = views.coverage(
            look.county,
            cached.coverage(look),
            kind=lack,
            look=frame.map_style(look, language),
            untold=cached.missing(look),
            selected=selected,
            choices=choices,
        )
        frame.draw(view, selected, choice="lack")
    with body.reasons:
        if selected is not None:
            reasons.of_place(look, selected, language)
            return
        found = lacking(look, lack)
        lists.title(t(f"coverage.{lack}", language), share(look, lack, found, language))
        why(look, lack, language)
        listed(look, lack, found, language)


def nowhere(look: cached.Look, body: frame.Body, language: str) -> bool:
    """Where the filters leave no cell that could lack anything: says so beside a blank map; whether it did."""
    if look.county.cells.empty or len(cached.coverage(look)):
        return False
    selected, title, told = (
        frame.selected(look),
        t("coverage.no_cells", language),
        t("siting.refusal.no_cells", language),
    )
    with body.map:
        view = provision.blank(look.county, title, told, frame.map_style(look, language))
        frame.draw(replace(view, selected=selected), selected)
    with body.reasons:
        if selected is not None:
            reasons.of_place(look, selected, language)
        else:
            lists.title(title)
            lists.nothing(told)
    return True


def lacking(look: cached.Look, lack: str) -> pd.DataFrame:
    """The cells that lack it, the most pressing first, with `who` (unless no names are kept) and the counts of their
    problems."""
    found = cached.coverage(look)
    found = with_problems(look, found[found[f"is_{lack}"]])
    if lack == "unvisited":
        return found.sort_values("last_visit", na_position="first", kind="stable")
    return found.sort_values(["overdue", "open", "problems"], ascending=False, kind="stable")


def with_problems(look: cached.Look, cells: pd.DataFrame) -> pd.DataFrame:
    """Cells as of `coverage.cells` with `who` (unless no names are kept) and the counts of their problems."""
    if "unassigned" not in cached.missing(look):
        cells = cells.assign(who=cells["worker"])
    return cells.join(cached.cells(counted.everything(look))[["problems", "open", "overdue"]])


def share(look: cached.Look, lack: str, found: pd.DataFrame, language: str) -> str:
    """How many of how many; nothing where nobody can tell."""
    if lack in cached.missing(look):
        return ""
    return count(len(found), len(cached.coverage(look)), language)


def count(found: int, of: int, language: str) -> str:
    """How many cells of how many."""
    part = percent(found / of if of else None)
    return t("coverage.count", language, count=number(found), of=number(of), share=part)


def why(look: cached.Look, lack: str, language: str) -> None:
    """The rule in one sentence. Where the place keeps no record of it: which layer to load."""
    reason = cached.missing(look).get(lack)
    if reason is not None:
        lists.nothing(missing.next_step(lack, reason, language))
        return
    lists.nothing(t(f"coverage.why_{lack}", language, start=look.filters.start, end=look.filters.end))


def listed(look: cached.Look, lack: str, found: pd.DataFrame, language: str) -> None:
    """The first ten with the reason in words, and all of them to download."""
    if lack in cached.missing(look):
        return
    if found.empty:
        lists.nothing(t("list.all_fine", language))
        return
    if len(found) > 1:
        lists.nothing(t(f"coverage.order_{lack}", language))
    shown = found.head(lists.SHOWN)
    lists.lacking(shown, _reasons(look, lack, shown, language), language)
    if len(found) > len(shown):
        lists.nothing(t("list.more", language, count=number(len(found) - len(shown))))
    cases.button(lambda: _sheet(found, language), t("list.download", language), f"coverage-{lack}", key="coverage")


def _reasons(look: cached.Look, lack: str, shown: pd.DataFrame, language: str) -> pd.Series:
    if lack == "unvisited":
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
