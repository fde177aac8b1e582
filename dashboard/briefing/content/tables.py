"""Tables and charts of a section: columns known by name, headings in words."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import NOBODY, OVERDUE, Chart, Column, Series, Table
from dashboard.briefing.content.written import cleaned, one_line
from dashboard.sentences.densities import rounded
from dashboard.text import missing, t

_SHARES = ("share", "share_of_all", "on_time_rate", "closure_rate", "share_toilet", "share_market")
_TEXTS = (
    "name", "zone", "cell", "who", "leader", "deputies", "worker", "units", "unit", "class", "pattern", "category",
    "way", "media", "subject", "lacks", "state", "source", "address", "description", "last_name", "code", "finding",
    "cell_name", "is_default_point",
)  # fmt: skip
_HELD = ("who", "worker", "leader")
_LONG = ("address", "description", "subject", "lacks")
_SIGNED = ("change", "open_change", "overdue_change")
_DAYS = ("exposed_at", "until", "due_at", "starts_on", "ends_on", "last_visit")
_MOMENTS = ("reported_at", "closed_at")
_KINDS: dict[str, tuple[str, str]] = {
    **{name: ("share", "") for name in _SHARES},
    **{name: ("text", "") for name in _TEXTS},
    **{name: ("signed", "problems") for name in _SIGNED},
    **{name: ("day", "") for name in _DAYS},
    **{name: ("moment", "") for name in _MOMENTS},
    "lon": ("degrees", ""),
    "lat": ("degrees", ""),
    "per_km2": ("density", "per_km2"),
    "ratio": ("ratio", "times"),
    "z": ("decimal", ""),
    "rank": ("count", ""),
    "sure": ("count", ""),
    "days_overdue": ("count", "days"),
    **{f"notices_{name}": ("count", "notices") for name in ("sent", "back", "unanswered", "overdue")},
    "longest": ("count", "days"),
    "hotspots": ("count", "cells"),
    "unassigned": ("count", "cells"),
    "unvisited": ("count", "cells"),
    "ending": ("count", "cells"),
    "cells": ("count", "cells"),
    "weeks": ("count", "weeks"),
    "visits": ("count", "visits"),
    "people": ("count", "people"),
    "area": ("decimal", "km2"),
    "area_m2": ("count", "m2"),
    "nearest_toilet_m": ("count", ""),
    "nearest_market_m": ("count", ""),
    "effect": ("signed_share", ""),
    "site": ("count", ""),
}
"""Kind and unit of a column by its name; any other counts problems."""


def column(known: Known, name: str, *, label: str = "") -> Column:
    """A column by its name, its heading in words with the unit; `label`: key of its word where that is another."""
    kind, unit = _KINDS.get(name, ("count", "problems"))
    templates = known.templates
    heading = templates.label(label or name)
    unit_text = templates.say(f"unit.{unit}") if unit else ""
    if unit_text:
        heading = templates.say("paper.with_unit", {"label": heading, "unit": unit_text})
    return Column(name, heading, kind, unit)


def table(
    known: Known,
    key: str,
    title: str,
    frame: pd.DataFrame,
    names: Sequence[str],
    *,
    labels: Mapping[str, str] | None = None,
    layer: str = "",
    of: int | None = None,
    values: Mapping[str, str] | None = None,
) -> Table:
    """The columns `names` of a frame that it has and that say anything, in that order, its rows marked: overdue where
    the column `overdue` is above 0, else nobody where the column `who` or `worker` is empty (it then says so in words).

    `layer`: what the codes of the index are of (zones, cells); empty: rows are no places. `title`: an entry, into which
    `values` are put.
    """
    there = [name for name in names if name in frame and not _is_blank(frame, name)]
    named = {"name": f"{layer.removesuffix('s')}_name"} if layer else {}
    columns = tuple(column(known, name, label=(named | dict(labels or {})).get(name, "")) for name in there)
    shown = frame[there].copy()
    shown.index = shown.index.astype(str)
    flags = _flags(frame)
    for name in there:
        if _KINDS.get(name, ("", ""))[0] == "text":
            way = one_line if name in _LONG else cleaned
            shown[name] = [way(value) if isinstance(value, str) else value for value in shown[name]]
        if name == "per_km2":
            edges = known.edges(layer or "cells")
            shown[name] = [
                float(rounded(value, edges).replace(",", "")) if value > 0 else value for value in frame[name]
            ]
        if name in _HELD:
            shown[name] = shown[name].astype(object).where(shown[name].notna(), t("map.nobody", known.language))
    about = tuple((layer, code) for code in shown.index) if layer else ()
    return Table(key, known.templates.say(title, values), columns, shown, flags, about, of)


def _is_blank(frame: pd.DataFrame, name: str) -> bool:
    """Whether no row says anything in a column of words; that nobody answers is something."""
    if name in _HELD or not len(frame) or _KINDS.get(name, ("", ""))[0] != "text":
        return False
    return bool((frame[name].isna() | (frame[name] == "")).all())


def _flags(frame: pd.DataFrame) -> tuple[str, ...]:
    is_overdue = (frame["overdue"] > 0).to_numpy() if "overdue" in frame else np.zeros(len(frame), np.bool_)
    held = next((frame[name] for name in _HELD if name in frame), None)
    is_nobody = held.isna().to_numpy() if held is not None else np.zeros(len(frame), np.bool_)
    found = np.where(is_overdue, OVERDUE, np.where(is_nobody, NOBODY, ""))
    return tuple(found.tolist()) if found.any() else ()


def bars(known: Known, title: str, frame: pd.DataFrame, tones: Mapping[str, str]) -> Chart:
    """Bars of problems, a row each, with the column `name` beside them; `tones`: by series, in their order."""
    shown = frame[list(tones)].copy()
    shown.index = shown.index.astype(str)
    shown.insert(0, "label", [cleaned(name) for name in frame["name"]])
    series = tuple(Series(name, known.templates.label(name), "problems", tone) for name, tone in tones.items())
    return Chart("bars", known.templates.say(title), "bars", series, shown)


def not_kept(known: Known, fact: str) -> str:
    """What stands in place of a number that nobody can tell."""
    return missing.value(known.missing[fact], known.language)
