"""The whole of what is said: every part that has something to say, in order, and why the others have not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from dashboard.analysis.scenario import Arrangement
from dashboard.briefing.content import (
    agenda,
    coming,
    crowded,
    notices,
    places,
    public,
    standing,
    uncovered,
    units,
    whole,
    zone,
)
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import Content, LeftOut, Section
from dashboard.briefing.content.written import cleaned
from dashboard.briefing.templates import Templates
from dashboard.county import County
from dashboard.facts import facts
from dashboard.filters import Filters
from dashboard.maps.viewed import View
from dashboard.snapshot import Snapshot
from dashboard.standards import Standards
from dashboard.text import place_name
from settings import Settings

WEEK = timedelta(days=7)
ZONE = "zone"
"""The part of the pages of zones."""
VIEWS = "views"
"""The agenda: a section for each view that was kept."""

_MADE: dict[str, Callable[[Known], Section | LeftOut | list[Section | LeftOut]]] = {
    "headline": standing.headline,
    "changes": standing.changes,
    VIEWS: agenda.agenda,
    "heat": crowded.heat,
    "hotspots": crowded.hotspots,
    "worst": places.worst,
    "better": places.better,
    "overdue": units.overdue,
    "notices": notices.notices,
    "complaints": public.complaints,
    "exposures": public.exposures,
    "ranking": units.ranking,
    "campaigns": coming.campaigns,
    "uncovered": uncovered.uncovered,
    "siting": places.siting,
    "countdown": coming.countdown,
    "tasks": coming.tasks,
}
PARTS = (*_MADE, ZONE)
"""Every part in the order in which it is said: what changed, what somebody wants to show, where, whose
it is, what is to be done; then the zones."""
REASONS = (
    "no_problems", "nothing_open", "on_default_points", "nothing_overdue", "nothing_better", "nothing_uncovered",
    "nothing_to_do",
    "no_zones", "no_hotspots", "not_judged", "no_units", "no_notices", "none_sent", "no_complaints", "no_exposures",
    "no_campaigns", "no_countdown", "no_proposal", "too_few_to_rank", "not_recorded", "not_chosen", "one_zone",
    "no_views", "view_broken", "view_no_page", "view_unknown", "view_later", "view_elsewhere",
    "view_not_recorded",
)  # fmt: skip
"""Why a part is not there."""


def brief(
    county: County,
    snapshot: Snapshot,
    filters: Filters,
    since: datetime | None = None,
    *,
    settings: Settings,
    standards: Standards,
    language: str,
    templates: Templates,
    parts: Sequence[str] | None = None,
    zones: Sequence[str] | None = None,
    arrangements: Mapping[str, Arrangement] | None = None,
    views: Mapping[str, View | None] | None = None,
    ledger: pd.DataFrame | None = None,
) -> Content:
    """What is said as of the moment of resolved filters, since the last meeting (a week before unless given).

    `parts`: of `PARTS`, said in the order given, the pages of zones last; all in their own order unless given.
    `zones`: codes of those that get a page; all in the filters unless given.
    `arrangements`: of sites, by the name they were kept under ("" for a mere proposal). `views`: of pages, by name
    in the order of the agenda (None: one that nobody can read). `ledger`: address and description by code of the
    problems of `whole.ledger_rows`, where the caller has them.

    State and "overdue only" are left aside, which the headline says, as a briefing is of what came, went and is left.
    Raises `ValueError` for a part or zone that there is none of, or a meeting after the moment.
    """
    is_of_all_states = not (filters.state or filters.is_overdue_only)
    filters = replace(filters, state=(), is_overdue_only=False)
    since = filters.moment - WEEK if since is None else since
    _check(county, filters, since, parts, zones)
    known = Known(
        county, snapshot, filters, since, settings, standards, language, templates, arrangements or {}, views or {},
        is_of_all_states,
    )  # fmt: skip
    told = _told(known, PARTS if parts is None else tuple(dict.fromkeys(parts)), zones)
    return Content(
        place=county.place,
        since=since,
        as_of=filters.moment,
        period=filters.period,
        data_version=county.data_version,
        language=language,
        filters=filters,
        mark=known.style.mark,
        facts=tuple(facts(county, snapshot, filters, language)),
        sections=tuple(one for one in told if isinstance(one, Section)),
        left_out=tuple(one for one in told if isinstance(one, LeftOut)),
        cells=whole.cells(known),
        zones=whole.zones(known),
        ledger=whole.ledger(known, ledger),
        words=templates.group("paper"),
        **_titles(known),
    )


def _told(known: Known, chosen: tuple[str, ...], zones: Sequence[str] | None) -> list[Section | LeftOut]:
    """Every part in its order, said or left out; the pages of zones last."""
    told: list[Section | LeftOut] = []
    for key in in_order(chosen):
        if key == ZONE:
            continue
        made = _MADE[key](known) if key in chosen else Draft(known, key).left_out("not_chosen")
        told += made if isinstance(made, list) else [made]
    if ZONE in chosen:
        return [*told, *zone.pages(known, known.zones if zones is None else tuple(zones))]
    return [*told, Draft(known, ZONE).left_out("not_chosen")]


def in_order(parts: Sequence[str]) -> tuple[str, ...]:
    """Every part, these first in their order.

    >>> in_order(["tasks", "heat"])[:3]
    ('tasks', 'heat', 'headline')
    """
    return (*parts, *(part for part in PARTS if part not in parts))


def _check(
    county: County, filters: Filters, since: datetime, parts: Sequence[str] | None, zones: Sequence[str] | None
) -> None:
    unknown = [part for part in parts or () if part not in PARTS]
    if unknown:
        raise ValueError(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    unknown = [code for code in zones or () if code not in county.zones.index]
    if unknown:
        raise ValueError(f"there is no zone {unknown[0]!r}")
    if since > filters.moment:
        raise ValueError("the last meeting lies after the moment")


def _titles(known: Known) -> dict[str, Any]:
    place, say = known.county.place, known.templates.say
    name = cleaned(place_name(place.name, place.code, known.language))
    only = known.zone_names[known.zones[0]] if len(known.filters.zone) == 1 and known.zones else ""
    told = {"place": name} | ({"zone": only} if only else {})
    at, before = (moment.astimezone(place.zone_info) for moment in (known.filters.moment, known.since))
    start, end = known.filters.period
    # A day alone is told as one; within a day it matters which moment of it was the last meeting's.
    since = f"{before:%m-%d}" if f"{before:%H:%M}" == "23:59" else f"{before:%m-%d %H:%M}"
    days = {"at": f"{at:%Y-%m-%d %H:%M}", "since": since, "start": f"{start:%m-%d}", "end": f"{end:%m-%d}"}
    return {
        "name": name,
        "title": say("briefing.title_zone" if only else "briefing.title", told),
        "subtitle": say("briefing.subtitle", days),
    }
