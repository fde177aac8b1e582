"""People and units beside the map: search by name, who has nobody, who carries how much."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.screen import address, cases, columns, counted, lists, rankings
from dashboard.screen.markdown import escaped
from dashboard.text import missing, number, t, word

_LISTED = 200
_UNITS = 3
_OF_SEARCH = {"name": 54, "role": 54, "target": 90, "code": 122, "unit": 100, "since": 84, "until": 84}
_OF_NOBODY = {"target": 122, "code": 122, "role": 62, "open": 52, "overdue": 44, "last": 68, "until": 84}
_OF_WORKLOAD = {"name": 54, "zones": 100, "cells": 38, "open": 48, "overdue": 38, "too_much": 46, "unit": 130,
                "phone": 90, "people": 46}  # fmt: skip
"""Pixels, so that all columns are seen beside the map; longer texts take more lines."""
_LAYER_OF = {"zone": "zones", "cell": "cells"}


def search(look: cached.Look, language: str) -> bool:
    """A box for a name; what somebody answers for is listed, and choosing a zone or cell opens its card. True where a
    list is shown."""
    text = st.text_input(
        t("responsibility.search", language), key="search", placeholder=t("responsibility.search", language),
        label_visibility="collapsed",
    ).strip()  # fmt: skip
    if not text:
        return False
    found = cached.search(look, text).reset_index(drop=True)
    is_unit = _of_units(look, text, language)
    if found.empty:
        if not is_unit:
            st.caption(t("list.none_found", language))
        return is_unit
    shown = pd.DataFrame(
        {
            t("responsibility.name", language): found["name"],
            t("responsibility.target", language): found["target_name"].fillna(found["target"]),
            t("responsibility.code", language): found["target"].where(found["target_name"] != found["target"]),
            t("responsibility.role", language): [
                word("role", role, language) if pd.notna(role) else "" for role in found["role"]
            ],
            t("responsibility.unit", language): found["unit"].fillna(found["post"]),
            t("responsibility.since", language): _days(found["since"]),
            t("responsibility.until", language): _days(found["until"]),
        }
    )
    widths = {t(f"responsibility.{name}", language): width for name, width in _OF_SEARCH.items()}
    for name, least, most in (("name", 54, 72), ("target", 54, 90), ("code", 54, 122)):
        heading = t(f"responsibility.{name}", language)
        widths[heading] = columns.at_most(shown[heading], least, most)
    row = picked(shown, key="found", widths=widths, room=500 if address.choice("at", None, "") == "" else 215)
    if row is not None:
        layer = _LAYER_OF.get(str(found["target_layer"].iloc[row]))
        if layer is not None:
            _go(layer, str(found["target"].iloc[row]))
    return True


def _of_units(look: cached.Look, text: str, language: str) -> bool:
    """Units of that name with what they are responsible for, each opening its problems; True where there are any."""
    units = cached.ranking_units(look)
    names = units.index.to_series().astype("str").str.casefold()
    found = units[names.str.contains(text.casefold(), regex=False).to_numpy() & (units["open"] > 0).to_numpy()]
    for at, (code, unit) in enumerate(found.sort_values("open", ascending=False).head(_UNITS).iterrows()):
        counts = {name: number(unit[name]) for name in ("open", "overdue")}
        label = t("responsibility.of_unit", language, unit=escaped(str(code)), **counts)
        if st.button(label, key=f"unit_{at}", type="tertiary"):
            rankings.open_cases(look, "units", unit, "open", language)
    return not found.empty


def nobody(look: cached.Look, language: str) -> None:
    """Zones without a leader and cells without a grid worker; which of them the place keeps no record of."""
    found = cached.nobody(look).reset_index(drop=True)
    untold = cached.missing(look)
    for fact, layer, key in (
        ("unled", "zones", "missing.zones_without_leader"),
        ("unassigned", "cells", "missing.cells_without_worker"),
    ):
        count = t(key, language, count=number((found["layer"] == layer).sum()))
        lists.nothing(missing.next_step(fact, untold[fact], language) if fact in untold else count)
    if found.empty:
        return
    open_ = cached.cells(counted.everything(look))[["open", "overdue"]].reindex(found["code"]).reset_index(drop=True)
    found = pd.concat([found, open_], axis=1)
    held = t("responsibility.never_held", language)
    shown = pd.DataFrame(
        {
            t("responsibility.target", language): found["name"].fillna(found["zone_name"]).fillna(found["code"]),
            t("responsibility.code", language): found["code"],
            t("responsibility.role", language): [word("role", role, language) for role in found["role"]],
            t("responsibility.open", language): found["open"].astype("Int64"),
            t("responsibility.overdue", language): found["overdue"].astype("Int64"),
            t("responsibility.last", language): found["last_name"].fillna(held),
            t("responsibility.until", language): _days(found["last_until"]),
        }
    )
    widths = {t(f"responsibility.{name}", language): width for name, width in _OF_NOBODY.items()}
    row = picked(shown, key="nobody", widths=widths)
    cases.button(lambda: shown, t("list.download", language), "nobody", key="nobody")
    if row is not None:
        _go(str(found["layer"].iloc[row]), str(found["code"].iloc[row]))


def workload(look: cached.Look, language: str) -> None:
    """What every grid worker carries, the fullest hands first; too much is said in words."""
    settings, untold = look.settings, cached.missing(look)
    if "unassigned" in untold:
        lists.nothing(missing.next_step("unassigned", untold["unassigned"], language))
        return
    lists.nothing(
        t("responsibility.limits", language, cells=settings.cells_per_worker, problems=settings.problems_per_worker)
    )
    found = cached.workload(look)
    if found.empty:
        lists.nothing(t("list.none_found", language))
        return
    too_much = [
        t("card.comma", language).join(
            t(f"responsibility.{name}", language)
            for name, fact in (("cells", "has_too_many_cells"), ("open", "has_too_many_problems"))
            if row[fact]
        )
        for row in found[["has_too_many_cells", "has_too_many_problems"]].to_dict("records")
    ]
    told = {name: found[name] for name in ("name", "zones", "cells", "open", "overdue", "people", "unit", "phone")}
    shown = pd.DataFrame({**told, "too_much": too_much})
    order = ["name", "zones", "cells", "open", "overdue", "too_much", "unit", "phone", "people"]
    words = {name: t(f"responsibility.{'zone' if name == 'zones' else name}", language) for name in order}
    shown = shown[order].rename(columns=words)
    widths = {words[name]: width for name, width in _OF_WORKLOAD.items()}
    listed = shown.head(_LISTED)
    st.dataframe(listed, hide_index=True, placeholder="", key="workload", **columns.fitted(listed, widths))
    cases.button(lambda: shown, t("list.download", language), "workload", key="workload")


def picked(shown: pd.DataFrame, *, key: str, widths: Mapping[str, int] | None = None, room: int = 500) -> int | None:
    """A table whose row may be chosen; the row, in the run in which it was chosen."""
    event = st.dataframe(
        shown, hide_index=True, placeholder="", key=f"{key}_table", on_select="rerun", selection_mode="single-row",
        **columns.fitted(shown, widths or {}, room=room),
    )  # fmt: skip
    rows: list[int] = event["selection"]["rows"]
    before = st.session_state.get(f"{key}_seen")
    st.session_state[f"{key}_seen"] = rows
    return rows[0] if rows and rows != before and rows[0] < len(shown) else None


def _go(layer: str, code: str) -> None:
    address.set_choice("at", f"{layer}:{code}")
    address.set_choice("panel", None)
    st.rerun(scope="fragment")


def _days(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values).dt.strftime("%Y-%m-%d").fillna("")
