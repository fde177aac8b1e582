"""Everything a page reads, cached; the only module with `st.cache_*`.

A page begins with `look = cached.look(settings, filters)` and hands `look` to the other calls. Keys are the data
version, the filters and the settings that matter to the call, and nothing else; the data version is asked of the
database on every rerun, so a load by another process shows on the next one. What comes back is shared: never change it.
"""
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.county import County, Place
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from dashboard.standards import Standards
from settings import Settings


@dataclass(frozen=True, eq=False)
class Look:
    """What a page looks at."""

    county: County
    snapshot: Snapshot
    filters: Filters
    """Resolved: moment, start and end are filled in."""
    asked: Filters
    """As the reader chose them; `asked.to_query()` is the address."""
    settings: Settings
    standards: Standards


def places(settings: Settings) -> list[Place]:
    """Places with a finished run. Raises `DatabaseAway`."""
    raise NotImplementedError


def look(settings: Settings, filters: Filters) -> Look:
    """Raises `NoData` (nothing loaded, or no such place), `DatabaseAway`."""
    raise NotImplementedError


# Each returns what the analysis function of the same name returns:
# headline(look) zones(look) cells(look) points(look, measure) weeks(look) by_week(look, layer, measure)
# coverage(look) card(look, layer, code) workload(look) search(look, text) nobody(look)
# ranking_zones(look, by) ranking_units(look, by) cases(look, which, located=False) -> row positions
# problems(look, rows) -> frame for a list (see queries.problems); loads(look) sources(look, run) refused(look, source)
