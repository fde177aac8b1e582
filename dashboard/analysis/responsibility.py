"""A name beside every cell: who answers for a zone or a cell, and how much a worker carries."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.analysis import assignments, recorded, visits
from dashboard.analysis.assignments import DEPUTY, GRID_WORKER, LEADER, MEMBER_UNIT, looked_up
from dashboard.analysis.cases import cases
from dashboard.analysis.coverage import in_use

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

WORKERS_AT_MOST = 200

_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Holder:
    """A person or unit in term."""

    party: str
    name: str | None
    """None: the assignment names a party that is in no list."""
    role: str
    post: str | None = None
    unit: str | None = None
    phone: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Card:
    """Who answers for a zone or a cell on the day of the moment; an empty tuple: nobody (the page says 无人); None:
    the place has no such names, or no visits, on record at all (the page says 未录入)."""

    layer: str
    """zones or cells."""
    code: str
    name: str | None
    zone: str | None
    zone_name: str | None
    leaders: tuple[Holder, ...] | None
    """Leaders of the zone (of a cell: of its zone)."""
    deputies: tuple[Holder, ...]
    workers: tuple[Holder, ...] | None
    """Grid workers: of the cell, or of the zone's cells (at most `WORKERS_AT_MOST`)."""
    units: tuple[Holder, ...]
    """Member units of the zone."""
    others: tuple[Holder, ...]
    """Every other role in term on this zone or cell."""
    cells: int
    cells_unassigned: int | None
    problems: int
    """Reported in the period."""
    open: int
    overdue: int
    closed: int
    """Closed in the period."""
    area_km2: float
    people: int | None
    last_visit: date | None
    visits: int | None
    facilities: dict[str, int] = field(default_factory=dict)
    """Kind → how many in use."""


def card(county: "County", snapshot: "Snapshot", filters: "Filters", layer: str, code: str) -> Card:
    """The card of a zone or cell (`layer`: zones or cells); counts obey every filter but zone and cell.

    Raises `KeyError` where there is no such zone or cell.
    """
    is_zone = layer == "zones"
    row = (county.zones if is_zone else county.cells).loc[code]
    zone = code if is_zone else _text(row["zone"])
    day = county.place.local_day(filters.moment)
    here = replace(filters, zone=(code,) if is_zone else (), cell=None if is_zone else code)
    inside = county.cells[county.cells_on(day, zone=here.zone, cell=here.cell)]
    terms = assignments.terms_on(county, day)
    is_of_cell = terms["target_layer"] == "cell"
    at = county.cells.index.get_indexer(terms["target"].where(is_of_cell, ""))
    is_here = np.append(county.cells_on(day, zone=here.zone, cell=here.cell), np.False_)
    of_zone = assignments.with_parties(county, terms[(terms["target_layer"] == "zone") & (terms["target"] == zone)])
    of_cells = assignments.with_parties(county, terms[is_here[at]])
    workers = of_cells[of_cells["role"] == GRID_WORKER]
    own = of_zone if is_zone else of_cells
    found = cases(county, snapshot, here)
    seen: Any = (visits.zones if is_zone else visits.cells)(county, filters).loc[code]
    people = inside["people"].dropna()
    has_workers = recorded.has_workers(county)
    return Card(
        layer=layer,
        code=code,
        name=_text(row["name"]),
        zone=zone,
        zone_name=_text(county.zones["name"].get(zone)),
        leaders=_holders(of_zone[of_zone["role"] == LEADER]) if recorded.has_leaders(county) else None,
        deputies=_holders(of_zone[of_zone["role"] == DEPUTY]),
        workers=_holders(workers.drop_duplicates("party") if is_zone else workers)[:WORKERS_AT_MOST]
        if has_workers
        else None,
        units=_holders(of_zone[of_zone["role"] == MEMBER_UNIT]),
        others=_holders(
            own[~own["role"].isin((LEADER, DEPUTY, GRID_WORKER, MEMBER_UNIT) if is_zone else (GRID_WORKER,))]
        ),
        cells=len(inside),
        cells_unassigned=int(np.count_nonzero(~inside.index.isin(workers["target"]))) if has_workers else None,
        problems=found.count("problems"),
        open=found.count("open"),
        overdue=found.count("overdue"),
        closed=found.count("closed"),
        area_km2=float(row["area_m2"]) / 1e6,
        people=int(people.to_numpy(dtype=np.int64).sum()) if len(people) else None,
        last_visit=_day(seen["last_visit"]),
        visits=None if pd.isna(seen["visits"]) else int(seen["visits"]),
        facilities=_in_use(county, day, "zone" if is_zone else "cell", code),
    )


def table(county: "County", snapshot: "Snapshot", filters: "Filters") -> pd.DataFrame:
    """A name beside every cell in force and in the filters, in order of code. Index `cell`.

    Columns: name, zone, zone_name; leader, deputies, units (of the zone), worker: names joined by a semicolon, NaN:
    nobody; worker_since, worker_until (of the term that began last); open, overdue.
    """
    day = county.place.local_day(filters.moment)
    inside = county.cells[county.cells_on(day, zone=filters.zone, cell=filters.cell)]
    terms = assignments.in_term(county, day)
    of_zone, of_cell = (terms[terms["target_layer"] == layer] for layer in ("zone", "cell"))
    frame = inside[["name", "zone"]].rename_axis("cell")
    frame = pd.DataFrame(frame).assign(zone_name=looked_up(frame["zone"], county.zones["name"]))
    for column, role in (("leader", LEADER), ("deputies", DEPUTY), ("units", MEMBER_UNIT)):
        frame[column] = looked_up(frame["zone"], assignments.names(of_zone[of_zone["role"] == role]))
    workers = of_cell[of_cell["role"] == GRID_WORKER]
    frame["worker"] = assignments.names(workers).reindex(frame.index)
    latest = workers.sort_values("valid_from", na_position="first", kind="stable").drop_duplicates(
        "target", keep="last"
    )
    latest = latest.set_index("target")
    frame["worker_since"] = latest["valid_from"].reindex(frame.index)
    frame["worker_until"] = latest["valid_to"].reindex(frame.index)
    found = cases(county, snapshot, filters)
    at = county.cells.index.get_indexer(frame.index)
    for which in ("open", "overdue"):
        frame[which] = np.bincount(snapshot.cell[found.mask(which)] + 1, minlength=len(county.cells) + 1)[1:][at]
    return frame


def workload(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, cells_limit: int, problems_limit: int
) -> pd.DataFrame:
    """Grid workers in term, with what each carries; most open problems first. Index `party`.

    Columns: name, unit, phone, zones (names joined by a semicolon), cells, open, overdue, people, has_too_many_cells,
    has_too_many_problems. A cell with several workers counts for each. Cells are those in force and in the filters.
    """
    day = county.place.local_day(filters.moment)
    in_force = county.cells_on(day, zone=filters.zone, cell=filters.cell)
    terms = assignments.in_term(county, day)
    held = terms[(terms["target_layer"] == "cell") & (terms["role"] == GRID_WORKER)].drop_duplicates(
        ["party", "target"]
    )
    at = county.cells.index.get_indexer(held["target"])
    held = held[(at >= 0) & np.append(in_force, False)[at]]
    at = county.cells.index.get_indexer(held["target"])
    found = cases(county, snapshot, filters)
    counts = {
        which: np.bincount(snapshot.cell[found.mask(which)] + 1, minlength=len(county.cells) + 1)[1:]
        for which in ("open", "overdue")
    }
    zone_names = looked_up(county.cells["zone"].iloc[at], county.zones["name"])
    carried = pd.DataFrame(
        {
            "party": held["party"].to_numpy(),
            "zone": zone_names.to_numpy(),
            "cells": 1,
            "open": counts["open"][at],
            "overdue": counts["overdue"][at],
            "people": county.cells["people"].iloc[at].to_numpy(dtype=np.float64, na_value=np.nan),
        }
    )
    sums = carried.groupby("party")[["cells", "open", "overdue", "people"]].sum(min_count=1)
    pairs = carried.dropna(subset=["zone"]).drop_duplicates(["party", "zone"]).sort_values(["party", "zone"])
    told = held.drop_duplicates("party").set_index("party")[["name", "unit", "phone"]]
    frame = told.join(pairs.groupby("party")["zone"].agg("; ".join).rename("zones")).join(sums)
    frame["has_too_many_cells"] = frame["cells"] > cells_limit
    frame["has_too_many_problems"] = frame["open"] > problems_limit
    return frame.sort_values(["open", "overdue", "cells", "name"], ascending=[False, False, False, True], kind="stable")


def search(county: "County", filters: "Filters", text: str, *, limit: int = 50) -> pd.DataFrame:
    """Parties whose name holds the text, with what they answer for on the day; people with terms first.

    Columns: party, name, is_person, post, unit, role, target_layer, target, target_name, since, until; the last six
    are NaN where a party answers for nothing.
    """
    wanted = text.strip().casefold()[:_LONGEST_SEARCH]
    is_named = county.parties["name"].str.casefold().str.contains(wanted, regex=False, na=False)
    named = county.parties[is_named & bool(wanted)]
    terms = assignments.in_term(county, county.place.local_day(filters.moment))
    terms = terms[["party", "role", "target_layer", "target", "valid_from", "valid_to"]]
    terms = terms.rename(columns={"valid_from": "since", "valid_to": "until"})
    frame = named[["name", "is_person", "post", "unit"]].rename_axis("party").reset_index()
    frame = frame.merge(terms, on="party", how="left")
    frame.insert(list(frame.columns).index("target") + 1, "target_name", _target_names(county, frame))
    frame["_holds"] = frame["role"].notna()
    order = ["_holds", "is_person", "name", "party", "target_layer", "target"]
    frame = frame.sort_values(order, ascending=[False, False, True, True, False, True], kind="stable")
    return frame.drop(columns="_holds").head(limit).reset_index(drop=True)


def nobody(county: "County", filters: "Filters") -> pd.DataFrame:
    """Zones without a leader and cells without a grid worker, in the filters; zones first, in order of code. No zones
    where no leader is on record at all, no cells where no grid worker is.

    Columns: layer (zones or cells), code, name, zone, zone_name, role (the one that is missing), last_name and
    last_until (who held it last, NaN: nobody ever).
    """
    day = county.place.local_day(filters.moment)
    terms = assignments.terms_on(county, day)
    zones = county.zones[county.zones.index.isin(filters.zone)] if filters.zone else county.zones
    led = terms.loc[(terms["target_layer"] == "zone") & (terms["role"] == LEADER), "target"]
    is_asked = filters.cell is None and recorded.has_leaders(county)
    zones = zones[~zones.index.isin(led)] if is_asked else zones.iloc[:0]
    is_unassigned = assignments.is_unassigned(county, day).to_numpy(dtype=np.bool_, na_value=False)
    cells = county.cells[county.cells_on(day, zone=filters.zone, cell=filters.cell) & is_unassigned]
    parts = [
        pd.DataFrame({"layer": layer, "code": rows.index, "name": rows["name"].to_numpy(), "zone": zone, "role": role})
        for layer, rows, zone, role in (
            ("zones", zones, zones.index, LEADER),
            ("cells", cells, cells["zone"].to_numpy(), GRID_WORKER),
        )
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(4, "zone_name", looked_up(frame["zone"], county.zones["name"]))
    return frame.merge(_last_held(county, day), on=["layer", "code", "role"], how="left")


def _last_held(county: "County", day: date) -> pd.DataFrame:
    """Who held each role last before a day: layer, code, role, last_name, last_until."""
    past = county.assignments
    past = past[past["valid_to"].to_numpy(dtype="datetime64[s]") < np.datetime64(day, "s")]
    told = assignments.with_parties(county, past.sort_values("valid_to", kind="stable"))
    told = told.drop_duplicates(["target_layer", "target", "role"], keep="last")
    return pd.DataFrame(
        {
            "layer": told["target_layer"].map({"zone": "zones", "cell": "cells"}),
            "code": told["target"],
            "role": told["role"],
            "last_name": told["name"],
            "last_until": told["valid_to"],
        }
    )


def _target_names(county: "County", frame: pd.DataFrame) -> pd.Series:
    names = pd.Series(np.nan, index=frame.index, dtype="str")
    for layer, rows in (("zone", county.zones), ("cell", county.cells), ("facility", county.facilities)):
        names = names.where(frame["target_layer"] != layer, looked_up(frame["target"], rows["name"]))
    return names


def _in_use(county: "County", day: date, column: str, code: str) -> dict[str, int]:
    here = county.facilities[in_use(county, day) & (county.facilities[column] == code).to_numpy(dtype=np.bool_)]
    return {str(kind): int(number) for kind, number in here["kind"].value_counts().sort_index().items()}


def _holders(terms: pd.DataFrame) -> tuple[Holder, ...]:
    rows = terms.sort_values(["role", "name", "party"]).to_dict("records")
    return tuple(
        Holder(
            party=str(row["party"]),
            name=_text(row["name"]),
            role=str(row["role"]),
            post=_text(row["post"]),
            unit=_text(row["unit"]),
            phone=_text(row["phone"]),
            since=_day(row["valid_from"]),
            until=_day(row["valid_to"]),
        )
        for row in rows
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
