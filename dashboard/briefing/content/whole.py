"""Every cell, every zone and every problem at hand, for cards, wall maps, ledgers and geodata."""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import cases as case_lists
from dashboard.analysis import since as changes
from dashboard.analysis.density import OUTSIDE
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import OVERDUE, Table
from dashboard.briefing.content.tables import table
from dashboard.sentences import spots
from dashboard.snapshot import NEVER, UNDATED
from dashboard.text import t

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

LEDGER_AT_MOST = 20_000
_SURE = (0, 90, 95, 99)
_CELLS = (
    "name", "zone", "worker", "leader", "problems", "per_km2", "change", "open", "open_default", "overdue",
    "overdue_change", "sure", "pattern", "lacks", "visits", "last_visit", "people", "area_m2",
)  # fmt: skip
_ZONES = (
    "name", "leader", "deputies", "problems", "per_km2", "change", "new", "closed_since", "open", "open_change",
    "overdue", "overdue_change", "due", "on_time", "on_time_rate", "closure_rate", "rank", "due_soon", "cells",
    "unassigned", "unvisited", "hotspots", "area",
)  # fmt: skip
_LEDGER = (
    "code", "zone", "cell_name", "worker", "cell", "unit", "category", "source", "state", "reported_at", "due_at",
    "closed_at", "days_overdue", "address", "description", "is_default_point", "lon", "lat",
)  # fmt: skip
_LACKS = ("unassigned", "unvisited", "unserved_toilet", "unserved_market")


def cells(known: Known) -> Table:
    """Cells in force and in the filters, in order of code; `sure`: by how much per cent a hotspot is one (0: none)."""
    found = known.cell_counts
    moved = known.cell_changes.reindex(found.index)
    zones = known.coverage["zone"].reindex(found.index)
    frame = found.assign(
        name=[known.place(str(code)) for code in found.index],
        zone=[known.zone_names.get(zone, "") if isinstance(zone, str) else "" for zone in zones],
        per_km2=found["problems_per_km2"],
        overdue_change=moved["overdue"] - moved["overdue_before"],
        lacks=_lacks(known).reindex(found.index),
        last_visit=known.facts["last_visit"].reindex(found.index),
        people=known.coverage["people"].reindex(found.index),
        area_m2=known.county.cells["area_m2"].reindex(found.index),
    )
    on_default = found["open"] - known.cell_density["open"].reindex(found.index)
    if on_default.any():
        frame["open_default"] = on_default
    told = [("worker", "unassigned"), ("leader", "unled")]
    frame = frame.assign(
        **{name: known.coverage[name].reindex(frame.index) for name, fact in told if known.is_kept(fact)}
    )
    if known.hotspots.refusal is None:
        hot = known.hotspots.frame["class_"].reindex(frame.index).fillna(0).to_numpy(np.int64)
        frame["sure"] = np.array(_SURE)[np.maximum(hot, 0)]
    if known.trends.reason is None:
        words = {code: t(f"spots.category_{code}", known.language) for code in spots.ORDER}
        frame["pattern"] = known.trends.frame["category"].map(words).reindex(frame.index).fillna("")
    frame = frame.drop(columns=[] if known.is_kept("unvisited") else ["visits", "last_visit"])
    return table(known, "cells", "tables.cells", frame, _CELLS, layer="cells")


def _lacks(known: Known) -> pd.Series:
    """What each cell lacks, in words."""
    kept = [name for name in _LACKS if known.is_kept(name)]
    words = [known.templates.say(f"lacks.{name}") for name in kept]
    masks = [known.facts[f"is_{name}"].fillna(value=False).to_numpy(dtype=np.bool_) for name in kept]
    comma = known.templates.say("briefing.between")
    codes = sum((mask.astype(np.int64) << at for at, mask in enumerate(masks)), np.zeros(len(known.facts), np.int64))
    texts = [comma.join(word for at, word in enumerate(words) if code >> at & 1) for code in range(2 ** len(words))]
    return pd.Series(np.array(texts, dtype=object)[codes], known.facts.index)


def zones(known: Known) -> Table:
    """Zones in the filters, in order of code."""
    ranked = known.zone_ranking.drop(columns=["name", "open", "overdue"])
    moved = known.zone_changes
    found = known.zone_density.drop(index=OUTSIDE, errors="ignore")[
        ["area_km2", "problems", "problems_per_km2", "change"]
    ]
    frame = found.join(ranked).join(moved.drop(columns="closed"))
    frame = frame.assign(
        name=[known.zone_names[str(code)] for code in frame.index],
        per_km2=frame["problems_per_km2"],
        closed_since=moved["closed"].reindex(frame.index),
        open_change=frame["open"] - frame["open_before"],
        overdue_change=frame["overdue"] - frame["overdue_before"],
        due_soon=known.due_soon.reindex(frame.index),
        cells=known.count_by_zone(pd.Series(data=True, index=known.facts.index)).reindex(frame.index),
        area=frame["area_km2"],
    )
    for fact in ("unassigned", "unvisited"):
        if known.is_kept(fact):
            frame[fact] = known.count_by_zone(known.facts[f"is_{fact}"]).reindex(frame.index)
    if known.is_kept("unled"):
        frame["leader"] = known.names("leader", frame.index)
        frame["deputies"] = known.names("deputies", frame.index)
    if known.hotspots.refusal is None:
        frame["hotspots"] = known.count_by_zone(pd.Series(data=True, index=known.hot.index)).reindex(frame.index)
    return table(known, "zones", "tables.zones", frame, _ZONES, layer="zones")


def ledger_rows(county: "County", snapshot: "Snapshot", filters: "Filters", since: datetime) -> npt.NDArray[np.int64]:
    """Positions in the snapshot of the problems that are open, or were closed since: those longest past their deadline
    first, then the newest; all of them."""
    masks = changes.masks(snapshot, filters, since)
    wanted = masks["open"] | masks["closed"]
    rows = case_lists.rows(county, snapshot, filters)
    return rows[wanted[rows]]


def ledger(known: Known, told: pd.DataFrame | None) -> Table | None:
    """The first `LEDGER_AT_MOST` of `ledger_rows`; `told`: of address, description, lon and lat (EPSG:4326) and number
    (the code that the office's file has; NaN: it has none) by code what the caller has. None where there is no such
    problem."""
    every = ledger_rows(known.county, known.snapshot, known.filters, known.since)
    rows = every[:LEDGER_AT_MOST]
    if not len(rows):
        return None
    snapshot = known.snapshot
    codes = snapshot.keys.take(rows).astype(str)
    as_of = case_lists.as_of(snapshot, snapshot.at(known.filters.moment), rows)
    zones = np.array([*(known.zone_names[code] for code in snapshot.zones), ""], dtype=object)
    states = {state: t(f"state.{state}", known.language) for state in as_of["state"].unique()}
    cells = _named(snapshot.cells, snapshot.cell[rows])
    default = t("case.is_default_point", known.language)
    frame = pd.DataFrame(
        {
            "code": codes,
            "zone": zones[snapshot.zone[rows]],
            "cell": cells,
            "unit": _named(snapshot.units, snapshot.unit[rows]),
            "category": _named(snapshot.categories, snapshot.category[rows]),
            "source": _named(snapshot.sources, snapshot.source[rows]),
            "state": as_of["state"].map(states).to_numpy(),
            "reported_at": _local(known, snapshot.reported_s[rows]),
            "due_at": _local(known, snapshot.due_s[rows]),
            "closed_at": _local(known, np.where(as_of["state"] == "closed", snapshot.closed_s[rows], NEVER)),
            "days_overdue": as_of["days_overdue"].to_numpy(),
            "overdue": as_of["is_overdue"].to_numpy(np.int64),
            "is_default_point": np.where(snapshot.is_default_point[rows], default, ""),
        },
        index=codes,
    )
    for name, values in _of_cells(known, cells).items():
        frame[name] = values
    if told is not None:
        frame = frame.join(told)
    if "number" in frame:
        frame["code"] = frame["number"].fillna("")
    labels = {"cell": "cell_code"}
    made = table(known, "ledger", "tables.ledger", frame, _LEDGER, of=len(every), labels=labels)
    about = tuple(("cells", cell) if cell else None for cell in cells)
    return Table(made.key, made.title, made.columns, made.frame, _flags(frame), about, made.of, _first(known, made))


def _of_cells(known: Known, cells: npt.NDArray[np.object_]) -> dict[str, npt.NDArray[np.object_]]:
    """By code of a cell its name, where it has one, and its grid worker (NaN: nobody), where they are kept; empty for
    what lies in no cell."""
    names = known.county.cells["name"].reindex(cells).fillna("").astype(str).to_numpy(dtype=object)
    found = {"cell_name": np.where(names == cells, "", names)}
    if known.is_kept("unassigned"):
        is_known = pd.Index(cells).isin(known.coverage.index)
        workers = known.coverage["worker"].reindex(cells).astype(object).to_numpy()
        found["worker"] = np.where(is_known, workers, "")
    return found


def _flags(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(np.where(frame["overdue"] > 0, OVERDUE, "").tolist())


def _first(known: Known, made: Table) -> str:
    if made.of is None or made.of <= len(made.frame):
        return ""
    return known.templates.say("tables.ledger_first", {"shown": f"{len(made.frame):,}", "of": f"{made.of:,}"})


def _named(names: tuple[str, ...], codes: npt.NDArray[np.int32]) -> npt.NDArray[np.object_]:
    return np.array([*names, ""], dtype=object)[codes]


def _local(known: Known, seconds: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    """Local time without a zone; NaT where there is none."""
    is_there = (seconds != NEVER) & (seconds != UNDATED)
    told = pd.to_datetime(pd.Series(np.where(is_there, seconds, 0)), unit="s", utc=True)
    local = told.dt.tz_convert(known.county.place.zone_info).dt.tz_localize(None)
    return local.where(is_there).to_numpy("datetime64[s]")
