"""A page for each zone; what they rest on is counted once for all of them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dashboard.analysis import density, since
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.places import listed, on_default_points
from dashboard.briefing.content.shape import BETTER, Section, Sentence, Table
from dashboard.briefing.content.tables import table
from dashboard.text import t

_LISTED = 8
_UNITS = 6
_NAMES = 8
"""Deputies and member units said by name, at most."""


def pages(known: Known, zones: tuple[str, ...]) -> list[Section]:
    """One page a zone, in the order given."""
    shared = {
        "acted": density.to_act_on(known.cell_density),
        "hot": known.count_by_zone(pd.Series(data=True, index=known.hot.index)),
        "units": _units(known),
        "cells": known.count_by_zone(pd.Series(data=True, index=known.facts.index)),
        **{
            fact: known.count_by_zone(known.facts[f"is_{fact}"])
            for fact in ("unassigned", "unvisited")
            if known.is_kept(fact)
        },
        **{name: known.names(name, known.county.zones.index) for name in ("leader", "deputies", "units_of")},
    }
    return [_page(known, code, shared) for code in zones]


def _units(known: Known) -> pd.DataFrame:
    """Open and overdue problems by zone and unit: columns zone, unit (positions in the snapshot), open, overdue."""
    snapshot = known.snapshot
    masks = since.masks(snapshot, known.filters, known.since)
    size = len(snapshot.units)
    key = snapshot.zone.astype(np.int64) * size + snapshot.unit
    has_both = (snapshot.zone >= 0) & (snapshot.unit >= 0)
    counted = {
        which: np.bincount(key[masks[which] & has_both], minlength=len(snapshot.zones) * size)
        for which in ("open", "overdue")
    }
    frame = pd.DataFrame(counted)
    frame = frame[frame["open"] > 0]
    return frame.assign(zone=frame.index // max(size, 1), unit=frame.index % max(size, 1))


def _page(known: Known, code: str, shared: dict[str, Any]) -> Section:
    draft, name = Draft(known, "zone", code), known.zone_names[code]
    row: Any = known.zone_changes.loc[code]
    change = int(row["overdue"] - row["overdue_before"])
    figures = {
        "new": draft.figure("new", row["new"], is_large=True),
        "open": draft.figure("open", row["open"], change=row["open"] - row["open_before"], is_large=True),
        "closed": draft.figure("closed_since", row["closed"]),
    }
    late = draft.figure("overdue", row["overdue"], change=change, is_large=True, is_alarming=True)
    message = draft.say("zone.message_clear", zone=name, **figures)
    if row["overdue"]:
        message = draft.say("zone.message", zone=name, overdue=late, **figures)
    lines = [_moved(draft, change), _rate(draft, known, code), *_people(draft, known, code, shared)]
    for which, of in (("hot", False), ("unassigned", True), ("unvisited", True)):
        count = int(shared[which].get(code, 0)) if which in shared else 0
        if count:
            told = {"of": draft.figure("cells", shared["cells"][code], unit="cells")} if of else {}
            alarm = which == "unassigned"
            figure = draft.figure(which, count, unit="cells", is_alarming=alarm, is_large=alarm, label=_LABELS[which])
            lines.append(draft.say(f"zone.{which}", count=figure, **told))
    soon = int(known.due_soon.get(code, 0))
    if soon:
        lines.append(draft.say("zone.due", count=draft.figure("due_soon", soon)))
    own = [counts[(counts["zone"] == code).to_numpy()] for counts in (known.cell_counts, known.cell_density)]
    return replace(
        draft.section(
            message.at("zones", code),
            lines=lines,
            tables=tuple(_tables(known, code, shared)),
            map=replace(known.heat_map, selected=("zones", code)),
            remarks=on_default_points(draft, *own),
        ),
        title=name,
    )


_LABELS = {"hot": "hotspots", "unassigned": "unassigned", "unvisited": "unvisited"}


def _moved(draft: Draft, change: int) -> Sentence | None:
    if not change:
        return None
    return draft.say(
        "zone.change_more" if change > 0 else "zone.change_fewer", count=draft.figure("overdue_change", abs(change))
    )


def _rate(draft: Draft, known: Known, code: str) -> Sentence | None:
    row: Any = known.zone_ranking.loc[code]
    if not row["due"]:
        return None
    rate = draft.figure(
        "on_time_rate", row["on_time_rate"], kind="share", of=row["due"], count=row["on_time"], is_large=True,
        more_is=BETTER,
    )  # fmt: skip
    due = draft.figure("due", row["due"])
    if pd.isna(row["rank"]):
        return draft.say("zone.rate", rate=rate, due=due)
    of = draft.figure("ranked", int(known.zone_ranking["is_ranked"].sum()), unit="zones")
    return draft.say("zone.rank", rate=rate, due=due, of=of, rank=draft.figure("rank", row["rank"], unit=""))


def _people(draft: Draft, known: Known, code: str, shared: dict[str, Any]) -> list[Sentence]:
    said = []
    if known.is_kept("unled"):
        leader = shared["leader"].get(code)
        if isinstance(leader, str):
            said.append(draft.say("zone.leader", leader=draft.names(leader.split("; "), _NAMES)))
        else:
            said.append(draft.say("zone.no_leader").at("zones", code, t("map.nobody", known.language)))
    for name, key in (("deputies", "deputies"), ("units_of", "units")):
        held = shared[name].get(code)
        if isinstance(held, str):
            said.append(draft.say(f"zone.{key}", names=draft.names(held.split("; "), _NAMES)))
    return said


def _tables(known: Known, code: str, shared: dict[str, Any]) -> list[Table]:
    acted = shared["acted"]
    rows = acted[(acted["zone"] == code).to_numpy()]
    tables = []
    if len(rows):
        frame = listed(known, rows.head(_LISTED))
        names = ("name", "worker", "overdue", "open", "problems")
        tables.append(table(known, "cells", "zone.table_cells", frame, names, layer="cells", of=len(rows)))
    units = shared["units"]
    units = units[units["zone"] == known.county.zones.index.get_loc(code)]
    if len(units):
        named = [known.snapshot.units[at] for at in units["unit"]]
        frame = units.assign(name=named).set_index(pd.Index(named, dtype="str"))
        frame = frame.sort_values(["overdue", "open"], ascending=False, kind="stable")
        shown = frame.head(_UNITS)
        tables.append(
            table(known, "units", "zone.table_units", shown, ("name", "overdue", "open"), labels={"name": "unit"},
                  of=len(frame))
        )  # fmt: skip
    return tables
