"""Under which filters a kept view is said in a briefing: its own, as of the briefing's moment unless it has one, and of
the briefing's zones alone."""

from dataclasses import replace

from dashboard.analysis import weekly
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import LeftOut
from dashboard.facts import split
from dashboard.filters import NONE, Filters
from dashboard.maps.viewed import Drawn, View
from dashboard.text import t


def filters_of(known: Known, name: str, view: View, what: Drawn, may: dict[str, dict[str, str]]) -> Filters | LeftOut:
    """Resolved, or why the view cannot be said: it asks for what the data do not have, for a moment that the briefing
    knows nothing of yet, or for nothing of the zones and the cell that the briefing is of. `may`: of `facts.choices`.
    """
    draft = Draft(known, "views")
    asked = replace(Filters.from_query(view.query), version=known.filters.version)
    _, strange = split(asked, known.county, may)
    strange |= {key: (text,) for key, text in Filters.unread(view.query).items() if key != "version"}
    for key, values in strange.items():
        said = t(f"filter.{key}", known.language)
        return draft.left_out("view_unknown", name=name, filter=said, what=values[0])
    within = _within(known, asked)
    if within is None:
        return draft.left_out("view_elsewhere", name=name)
    filters = _resolved(known, within, what)
    return draft.left_out("view_later", name=name) if filters.moment > known.filters.moment else filters


def _within(known: Known, asked: Filters) -> Filters | None:
    """Narrowed to the zones and the cell of the briefing; None: that leaves nothing."""
    own = known.filters
    if own.zone:
        zones = tuple(zone for zone in own.zone if not asked.zone or zone in asked.zone)
        if not zones or (asked.cell and _zone_of(known, asked.cell) not in zones):
            return None
        asked = replace(asked, zone=zones)
    if own.cell:
        is_elsewhere = bool(asked.zone) and _zone_of(known, own.cell) not in asked.zone
        if is_elsewhere or asked.cell not in (None, own.cell):
            return None
        asked = replace(asked, cell=own.cell)
    return asked


def _zone_of(known: Known, cell: str) -> str:
    zone = known.county.cells["zone"].get(cell)
    return zone if isinstance(zone, str) else NONE


def _resolved(known: Known, asked: Filters, what: Drawn) -> Filters:
    """Moment and period are those of the briefing unless the view has its own."""
    place, snapshot = known.county.place, known.snapshot
    if what.page == "coverage":
        asked = replace(asked.of_cells, version=asked.version)
    if asked.as_of is None:
        asked = replace(asked, as_of=known.filters.moment)
        if asked.start is None and asked.end is None:
            asked = replace(asked, start=known.filters.start, end=known.filters.end)
    filters = asked.resolved(place, snapshot)
    if not what.is_week:
        return filters
    ends, counts = weekly.by_week(known.county, snapshot, filters, layer=what.layer, measure="problems")
    days = [end.date() for end in ends]
    return filters.of_week(place, what.week if what.week in days else days[weekly.last_reported(counts)])
