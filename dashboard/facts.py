"""Under which moment, period, filters and data version something was made, in words: for paper and for map files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard.county import County, Place
from dashboard.filters import NONE, Filters
from dashboard.snapshot import SHIFTS, STATES, Snapshot
from dashboard.text import t, word


def choices(county: County, snapshot: Snapshot, language: str) -> dict[str, dict[str, str]]:
    """By filter: what may be chosen and the word for it, `NONE` last where some problem has none."""
    zones = dict(zip(county.zones.index, county.zones["name"].fillna("").astype(str), strict=True))
    found = {
        "zone": {code: name or code for code, name in zones.items()},
        "category": {name: name for name in snapshot.categories},
        "state": {state: t(f"state.{state}", language) for state in STATES},
        "source": {name: name for name in snapshot.sources},
        "unit": {name: name for name in snapshot.units},
        "setting": {name: word("setting", name, language) for name in snapshot.settings},
        "shift": {shift: t(f"filter.{shift}", language, **patrol_hours(snapshot)) for shift in SHIFTS},
    }
    for name in ("zone", "category", "source", "unit", "setting", "shift"):
        if (getattr(snapshot, name) < 0).any():
            found[name][NONE] = t(f"filter.no_{name}", language)
    return found


def split(
    filters: Filters, county: County, may: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Lists of the filters and the cell, by name: values that this place has, and values that it does not have."""
    known, unknown = {}, {}
    for name in may:
        values = getattr(filters, name)
        known[name] = tuple(value for value in values if value in may[name])
        unknown[name] = tuple(value for value in values if value not in may[name])
    cells = () if filters.cell is None else (filters.cell,)
    known["cell"] = tuple(cell for cell in cells if cell == NONE or cell in county.cells.index)
    unknown["cell"] = tuple(cell for cell in cells if cell not in known["cell"])
    return known, {name: values for name, values in unknown.items() if values}


def patrol_hours(snapshot: Snapshot) -> dict[str, str]:
    """`from` and `to` of the joint patrol, for a sentence."""
    first, last = (f"{minute // 60:02}:{minute % 60:02}" for minute in snapshot.patrol_minutes)
    return {"from": first, "to": last}


def cell_name(county: County, code: str, language: str) -> tuple[str, str]:
    """Name and code of a cell; no code where the code is all the name there is."""
    if code == NONE:
        return t("filter.no_cell", language), ""
    name = county.cells["name"].get(code)
    return (name, code) if isinstance(name, str) and name not in ("", code) else (code, "")


def stated(county: County, filters: Filters) -> dict[str, Any]:
    """Place, data version, moment, period and filters by field names, for programs."""
    start, end = filters.period
    return {
        "place": county.place.code,
        "place_name": county.place.name,
        "data_version": county.data_version,
        "as_of": filters.moment.isoformat(),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "filters": filters.to_query(),
    }


def clock(place: Place, moment: datetime) -> str:
    """Day and minute of a moment as the place's clocks have it."""
    return f"{moment.astimezone(place.zone_info):%Y-%m-%d %H:%M}"


def facts(county: County, snapshot: Snapshot, filters: Filters, language: str) -> list[str]:
    """Moment and period of resolved filters, every filter that leaves something out, and the version of the data."""
    start, end = filters.period
    chosen = [
        t(
            "print.filter",
            language,
            name=t(f"filter.{name}", language),
            values=t("card.comma", language).join(may.get(value, value) for value in getattr(filters, name)),
        )
        for name, may in choices(county, snapshot, language).items()
        if getattr(filters, name)
    ]
    if filters.cell:
        cell = " ".join(part for part in cell_name(county, filters.cell, language) if part)
        chosen.append(t("print.cell", language, code=cell))
    chosen += [t("print.overdue", language)] if filters.is_overdue_only else []
    chosen += [t("print.default_points", language)] if filters.with_default_points else []
    return [
        t("print.moment", language, at=clock(county.place, filters.moment)),
        t("print.period", language, start=start, end=end),
        *(chosen or [t("print.no_filter", language)]),
        t("print.version", language, version=county.data_version),
    ]
