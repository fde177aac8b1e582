"""Everything a page reads, cached; the only package with `st.cache_*`.

A page begins with `look = cached.look(settings, filters)` and hands `look` to the other calls, each of which returns
what the analysis function behind it returns. Keys are the place, its data version, the filters and the settings that
matter to the call, and nothing else; the data version is asked of the database on every rerun, so a load by another
process shows on the next one. What comes back is shared by all sessions: never change it.
"""

from dashboard.cached.answers import (
    arranged,
    card,
    cases,
    coverage,
    headline,
    loads,
    missing,
    nobody,
    problems,
    proposed,
    ranking_units,
    ranking_zones,
    refused,
    search,
    shares,
    sources,
    workload,
)
from dashboard.cached.briefing import briefing, briefing_basis
from dashboard.cached.duties import carried, duties
from dashboard.cached.heat import (
    breakdown,
    by_hour,
    by_week,
    cells,
    classes,
    effects,
    neighbourhood,
    points,
    relapses,
    spots,
    trend,
    weeks,
    zones,
)
from dashboard.cached.looks import Look, engine_of, look, places
from dashboard.cached.rounds import by_day, rounds, seen_by_week, visitors, whereabouts
from dashboard.cached.services import service, walked_roads
from dashboard.cached.standards import gathered, judged, supplied

__all__ = [
    "Look", "arranged", "breakdown", "briefing", "briefing_basis", "by_day", "by_hour", "by_week", "card", "carried",
    "cases", "cells", "classes", "coverage", "duties", "effects", "engine_of", "gathered", "headline", "judged",
    "loads", "look", "missing", "neighbourhood", "nobody", "places", "points", "problems", "proposed", "ranking_units",
    "ranking_zones", "refused", "relapses", "rounds", "search", "seen_by_week", "service", "shares", "sources", "spots",
    "supplied", "trend", "visitors", "walked_roads", "weeks", "whereabouts", "workload", "zones",
]  # fmt: skip
