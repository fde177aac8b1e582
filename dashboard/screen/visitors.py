"""Who visits: in whose cells, and grid worker by grid worker what was seen of their own; and what to show of whom."""

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis.rhythm import WHERE
from dashboard.screen import address, cases, lists, people
from dashboard.text import missing, number, percent, t

_OUTSIDE = tuple(kind for kind in WHERE if kind not in ("own", "nameless"))
_WIDTHS = {"worker": 60, "seen_of": 54, "times": 40, "outside": 40, "latest": 50}
"""Pixels, so that all columns are seen beside the map."""
_DOWNLOADED = ("worker", "cells", "cells_seen", "share_seen", "cells_seen_by_anybody", "visits", *WHERE[:-1],
               "last_visit")  # fmt: skip


def show(look: cached.Look, language: str) -> None:
    """Where the visits of the period were made, and the table of grid workers; a row opens the calendar of its own."""
    lists.nothing(whereabouts(look, language))
    untold = cached.missing(look)
    if "unassigned" in untold:
        lists.nothing(missing.next_step("unassigned", untold["unassigned"], language))
        return
    found = ordered(cached.visitors(look))
    if found.empty:
        lists.nothing(t("visits.no_workers", language))
        return
    lists.nothing(t("visits.order_workers", language))
    widths = {t(f"visits.{name}", language): width for name, width in _WIDTHS.items()}
    row = people.picked(told(found, language), key="visitors", widths=widths, room=330)
    cases.button(lambda: sheet(found, language), t("list.download", language), "workers", key="visitors")
    if row is not None:
        address.set_choice("view", "calendar")
        address.set_choice("of", f"workers:{found.index[row]}")
        st.rerun(scope="fragment")


def whereabouts(look: cached.Look, language: str) -> str:
    """In whose cells the visits were made, each with its share, as a sentence."""
    found = cached.whereabouts(look)
    total = int(found["visits"].sum())
    if not total:
        return t("visits.none_made", language)
    parts = [
        t("visits.part", language, name=t(f"visits.where.{kind}", language), count=number(count), share=percent(share))
        for kind, count, share in zip(found.index, found["visits"], found["share"], strict=True)
        if count
    ]  # fmt: skip
    return t("visits.made_of", language, total=number(total), parts=t("visits.between", language).join(parts))


def ordered(found: pd.DataFrame) -> pd.DataFrame:
    """Those who saw least of their own cells first, and of these those with most cells."""
    by = found.assign(_share=found["share_seen"].astype("Float64").fillna(-1))
    return by.sort_values(["_share", "cells", "name"], ascending=[True, False, True], kind="stable").drop(
        columns="_share"
    )


def told(found: pd.DataFrame, language: str) -> pd.DataFrame:
    """The table beside the map."""
    seen = [
        f"{number(part)}/{number(of)}" if pd.notna(part) else "—"
        for part, of in zip(found["cells_seen"], found["cells"], strict=True)
    ]
    shown = pd.DataFrame(
        {
            "worker": called(found),
            "seen_of": seen,
            "times": found["visits"],
            "outside": found[list(_OUTSIDE)].sum(axis=1, min_count=1),
            "latest": found["last_visit"].dt.strftime("%m-%d").fillna("—"),
        }
    )
    shown.columns = pd.Index([t(f"visits.{name}", language) for name in shown.columns])
    return shown


def called(found: pd.DataFrame) -> pd.Series:
    """The name of each, else the code."""
    return found["name"].where(found["name"].notna(), found.index.to_series())


def sheet(found: pd.DataFrame, language: str) -> pd.DataFrame:
    """All of it, to download."""
    rows = found.assign(worker=called(found), last_visit=found["last_visit"].dt.strftime("%Y-%m-%d"))
    rows = rows[list(_DOWNLOADED)].round({"share_seen": 3})
    names = {kind: t(f"visits.where.{kind}", language) for kind in WHERE}
    rows.columns = pd.Index([names.get(name) or t(f"visits.{name}", language) for name in rows.columns])
    return rows


def chosen(look: cached.Look, language: str) -> tuple[str, str]:
    """Of whom or what the calendar is: layer (zones, workers; empty: all that is filtered) and code."""
    workers = cached.visitors(look)
    options = {"": t("visits.whole", language)}
    options |= {f"zones:{code}": str(name) for code, name in look.county.zones["name"].fillna("").items()}
    options |= {f"workers:{code}": str(name) for code, name in called(workers).items()}
    st.session_state["choice_of"] = address.choice("of", list(options), "")
    st.selectbox(
        t("visits.of_whom", language), list(options), key="choice_of", label_visibility="collapsed",
        format_func=lambda option: options.get(option) or option.partition(":")[2],
        on_change=lambda: address.set_choice("of", st.session_state["choice_of"]),
    )  # fmt: skip
    layer, _, code = address.choice("of", list(options), "").partition(":")
    return layer, code
