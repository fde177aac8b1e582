"""What the parts of a briefing rest on, each computed once whatever number of parts asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from dashboard.analysis import (
    ahead,
    assignments,
    campaigns,
    coverage,
    density,
    figures,
    hotspots,
    ranking,
    recorded,
    responsibility,
    since,
    trends,
    unseen,
    weekly,
)
from dashboard.analysis.scenario import Arrangement
from dashboard.briefing.content.written import cleaned
from dashboard.briefing.templates import Templates
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.maps import layers, page, views
from dashboard.maps.viewed import View
from dashboard.sentences import places, spots
from dashboard.snapshot import Snapshot
from dashboard.standards import Standards
from settings import Settings

_ROLES = {"leader": assignments.LEADER, "deputies": assignments.DEPUTY, "units_of": assignments.MEMBER_UNIT}


@dataclass(frozen=True, eq=False)
class Known:
    """The question, and its answers as they are asked for. Frames are those of `analysis`, of the same filters."""

    county: County
    snapshot: Snapshot
    filters: Filters
    """Resolved."""
    since: datetime
    settings: Settings
    standards: Standards
    language: str
    templates: Templates
    arrangements: Mapping[str, Arrangement] = field(default_factory=dict)
    """By name; a mere proposal has the name ""."""
    agenda: Mapping[str, View | None] = field(default_factory=dict)
    """Views of pages by name, in their order; None: one that nobody can read."""
    is_of_all_states: bool = True
    """Whether nobody asked for some states, or for overdue ones, alone: a briefing leaves that aside."""

    def under(self, filters: Filters, since: datetime) -> "Known":
        """The same question under other filters; what the filters are nothing to is not computed again."""
        made = replace(self, filters=filters, since=since)
        for name in ("style", "zone_names", *(("shares", "terms") if made.day == self.day else ())):
            made.__dict__[name] = getattr(self, name)
        return made

    @cached_property
    def day(self) -> date:
        """The place's day of the moment."""
        return self.county.place.local_day(self.filters.moment)

    @cached_property
    def everything(self) -> Filters:
        """With problems on default points, as cards count."""
        return replace(self.filters, with_default_points=True)

    @cached_property
    def earlier(self) -> Filters:
        """The filters at the last meeting, the period moved as many days."""
        days = (self.day - self.county.place.local_day(self.since)).days
        return replace(self.filters.moved(-days), as_of=self.since)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Codes of the zones in the filters."""
        chosen = self.filters.zone
        return tuple(code for code in self.county.zones.index if not chosen or code in chosen)

    @cached_property
    def zone_names(self) -> dict[str, str]:
        names = self.county.zones["name"]
        return {code: cleaned(name if isinstance(name, str) and name else code) for code, name in names.items()}

    def place(self, cell: str) -> str:
        """What a cell is called in a sentence."""
        row = self.county.cells.loc[cell]
        zone = row["zone"]
        return cleaned(places.said(row["name"], cell, self.zone_names.get(zone) if isinstance(zone, str) else None))

    @cached_property
    def zone_density(self) -> pd.DataFrame:
        return density.zones(self.county, self.snapshot, self.filters)

    @cached_property
    def cell_density(self) -> pd.DataFrame:
        return density.cells(self.county, self.snapshot, self.filters)

    @cached_property
    def cell_counts(self) -> pd.DataFrame:
        """`density.cells` of everything; to rank and to name a cell there is `cell_density`, as what lies on a default
        point was found somewhere else."""
        return density.cells(self.county, self.snapshot, self.everything) if self.leaves_out else self.cell_density

    @cached_property
    def zone_counts(self) -> pd.DataFrame:
        """`density.zones` of everything."""
        return density.zones(self.county, self.snapshot, self.everything) if self.leaves_out else self.zone_density

    @property
    def leaves_out(self) -> bool:
        """Whether any problem is left out for its default point."""
        return not self.filters.with_default_points and bool(self.snapshot.is_default_point.any())

    @cached_property
    def zone_changes(self) -> pd.DataFrame:
        return since.changes(self.snapshot, self.filters, self.since)

    @cached_property
    def cell_changes(self) -> pd.DataFrame:
        return since.changes(self.snapshot, self.filters, self.since, of="cell")

    @cached_property
    def located_changes(self) -> pd.DataFrame:
        """By cell, as `cell_density` counts."""
        return since.changes(self.snapshot, self.filters, self.since, of="cell", located=True)

    @cached_property
    def unit_changes(self) -> pd.DataFrame:
        return since.changes(self.snapshot, self.filters, self.since, of="unit")

    @cached_property
    def shares(self) -> pd.DataFrame:
        return coverage.shares(self.county, self.day, self.standards)

    @cached_property
    def missing(self) -> dict[str, str]:
        return recorded.missing(self.county, self.filters, shares=self.shares)

    @cached_property
    def facts(self) -> pd.DataFrame:
        return self._facts(self.filters)

    def _facts(self, filters: Filters) -> pd.DataFrame:
        return coverage.facts(self.county, filters, shares=self.shares, unserved_share=self.settings.unserved_share)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        return coverage.cells(
            self.county, self.filters, shares=self.shares, unserved_share=self.settings.unserved_share, found=self.facts
        )

    @cached_property
    def figures(self) -> dict[str, figures.Figure]:
        """`figures.headline`, against the last meeting."""
        return figures.headline(
            self.county, self.snapshot, self.filters, shares=self.shares, earlier=self.earlier,
            unserved_share=self.settings.unserved_share, facts=(self.facts, self._facts(self.earlier)),
        )  # fmt: skip

    @cached_property
    def near(self) -> hotspots.Neighbourhood:
        return hotspots.neighbourhood(self.county, self.snapshot, layer="cells")

    @cached_property
    def hotspots(self) -> hotspots.Hotspots:
        return hotspots.cells(self.county, self.snapshot, self.filters, near=self.near)

    @cached_property
    def hot(self) -> pd.DataFrame:
        """Hot cells worth a line, the worst first; none where nothing can be told."""
        frame = self.hotspots.frame
        return spots.hot_first(frame) if self.hotspots.refusal is None else frame.iloc[:0]

    @cached_property
    def trends(self) -> trends.Trends:
        return trends.cells(self.county, self.snapshot, self.filters, near=self.near, count=self.settings.trend_weeks)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """`responsibility.table`: who answers for each cell."""
        return responsibility.table(self.county, self.snapshot, self.filters)

    @cached_property
    def nobody(self) -> pd.DataFrame:
        """`responsibility.nobody`: of cells alone, by code."""
        found = responsibility.nobody(self.county, self.filters)
        return found[found["layer"] == "cells"].set_index("code")

    @cached_property
    def zone_ranking(self) -> pd.DataFrame:
        return ranking.zones(self.county, self.snapshot, self.filters, at_least=self.settings.rank_at_least)

    @cached_property
    def unit_ranking(self) -> pd.DataFrame:
        return ranking.units(self.county, self.snapshot, self.filters, at_least=self.settings.rank_at_least)

    @cached_property
    def effects(self) -> pd.DataFrame:
        return campaigns.effects(self.county, self.snapshot, self.filters, weeks=self.settings.campaign_weeks)

    @cached_property
    def due_soon(self) -> pd.Series:
        return ahead.due(self.county, self.snapshot, self.filters)

    @cached_property
    def ending(self) -> pd.DataFrame:
        return ahead.ending(self.county, self.filters)

    @cached_property
    def terms(self) -> pd.DataFrame:
        return assignments.in_term(self.county, self.day)

    @cached_property
    def style(self) -> views.MapStyle:
        """One for all maps: classes of the data version, whatever the filters say."""
        return views.MapStyle.of(self.settings, self.language, page.classes(self.county, self.snapshot, self.settings))

    @cached_property
    def heat_map(self) -> layers.MapView:
        """Problems per km² of the period by cell."""
        return views.heat(self.county, self.cell_density, look=self.style)

    @cached_property
    def heat_weeks(self) -> layers.MapView:
        """The same week by week."""
        ends, counts = weekly.by_week(self.county, self.snapshot, self.filters, layer="cells", measure="problems")
        frames = views.weeks(
            self.county,
            counts,
            ends=[end.date() for end in ends],
            look=self.style,
            unvisited=unseen.by_week(self.county, self.filters, layer="cells", week_ends=ends),
            is_campaign=campaigns.in_weeks(self.county, ends).tolist(),
        )
        return views.heat(self.county, self.cell_density, look=self.style, frames=frames)

    def edges(self, layer: str) -> tuple[float, ...]:
        """Where the classes of problems per km² begin."""
        return self.style.classes.scale("problems_per_km2", layer, self.language).edges

    def count_by_zone(self, mask: pd.Series) -> pd.Series:
        """True cells of a mask (by cell code; NA is no) by zone code; all zones, 0 where none."""
        cells = self.county.cells["zone"].reindex(mask.index)
        true = mask.astype("boolean").fillna(value=False).to_numpy(dtype=np.bool_)
        return cells[true].value_counts().reindex(self.county.zones.index, fill_value=0)

    def is_kept(self, fact: str) -> bool:
        """Whether the place keeps any record of it (`recorded.missing`)."""
        return fact not in self.missing

    def names(self, column: str, codes: Any) -> pd.Series:
        """Leaders, deputies or member units of zones by code, joined; NaN: nobody. `column`: of `_ROLES`."""
        return assignments.holding(self.terms, layer="zone", role=_ROLES[column]).reindex(pd.Index(codes))
