"""What each table holds: a function by name, of what is asked; the frames are those of the pages."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from dashboard.analysis import (
    campaigns,
    coverage,
    density,
    hotspots,
    ranking,
    relapse,
    responsibility,
    rhythm,
    rounds,
    service,
    trends,
)
from dashboard.analysis.proposal import Proposal, Question, propose
from dashboard.analysis.scenario import Arrangement, Scenario, arranged
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.saved import scenarios
from dashboard.snapshot import Snapshot
from dashboard.standards import Standards
from settings import Settings


@dataclass(frozen=True, eq=False)
class Asked:
    """What a table is made of."""

    county: County
    snapshot: Snapshot
    filters: Filters
    """Resolved."""
    settings: Settings
    standards: Standards
    question: Question = field(default_factory=Question)
    """Of the table `siting`."""
    scenario: str | None = field(default=None, kw_only=True)
    """Name of a saved one that the table `siting` is of, instead of the question."""
    rule: service.Rule = field(default_factory=service.Rule, kw_only=True)
    """Of the tables `coverage` and `served`."""
    days: int | None = None
    """Of the table `unvisited`: at least so many days unseen; None: all cells."""


def table(name: str, asked: Asked) -> pd.DataFrame:
    """The frame a page shows under that name, its index as first column `code`. See the function of each in `MADE`."""
    if name not in MADE:
        raise ValueError(f"there is no table {name!r}; there are {', '.join(MADE)}")
    return MADE[name](asked).rename_axis("code").reset_index()


def _zones(asked: Asked) -> pd.DataFrame:
    """`analysis.density.zones`."""
    return density.zones(asked.county, asked.snapshot, asked.filters)


def _cells(asked: Asked) -> pd.DataFrame:
    """`analysis.density.cells`."""
    return density.cells(asked.county, asked.snapshot, asked.filters)


def _hotspots(asked: Asked) -> pd.DataFrame:
    """`analysis.hotspots.cells`, with radius_m and refusal (empty: none) on every row."""
    found = hotspots.cells(asked.county, asked.snapshot, asked.filters)
    return found.frame.assign(radius_m=found.radius_m, refusal=pd.Series(found.refusal, found.frame.index, "str"))


def _trends(asked: Asked) -> pd.DataFrame:
    """`analysis.trends.cells` of zones, then cells (`of`), with weeks (how many were used) and refusal (of categories,
    empty: none)."""
    frames = {}
    for layer in ("zones", "cells"):
        told = trends.cells(
            asked.county, asked.snapshot, asked.filters,
            layer=layer, count=asked.settings.trend_weeks, with_slope=True,
        )  # fmt: skip
        refusal = pd.Series(told.reason, told.frame.index, "str")
        frames[layer.removesuffix("s")] = told.frame.assign(weeks=len(told.weeks), refusal=refusal)
    return told_apart(**frames)


def _relapse(asked: Asked) -> pd.DataFrame:
    """`analysis.relapse.relapses` of zones, then cells (`of`)."""
    settings = asked.settings
    found = relapse.relapses(
        asked.county, asked.snapshot, asked.filters,
        radius_m=settings.relapse_radius_m, within_days=settings.relapse_days,
    )  # fmt: skip
    return told_apart(zone=found.zones, cell=found.cells)


def _campaigns(asked: Asked) -> pd.DataFrame:
    """`analysis.campaigns.effects` of zones, then cells (`of`)."""
    weeks = asked.settings.campaign_weeks
    effects = {
        layer.removesuffix("s"): campaigns.effects(
            asked.county, asked.snapshot, asked.filters, layer=layer, weeks=weeks
        )
        for layer in ("zones", "cells")
    }
    return told_apart(**effects)


def _coverage(asked: Asked) -> pd.DataFrame:
    """`analysis.coverage.cells`, then the columns of `ruled` by the rule."""
    county, filters = asked.county, asked.filters
    shares = coverage.shares(county, county.place.local_day(filters.moment), asked.standards)
    facts = coverage.cells(county, filters, shares=shares, unserved_share=asked.settings.unserved_share)
    found = _service(asked)
    return facts.join(ruled(found.cells, found, asked.rule))


def _served(asked: Asked) -> pd.DataFrame:
    """`analysis.service.Service.zones` with the columns of `ruled`, the whole first (code `*`)."""
    found = _service(asked)
    zones = found.zones
    counts = zones[["cells", "cells_unserved", "cells_counted", "total", "served"]]
    whole = counts.sum().to_frame("*").T.astype(counts.dtypes).assign(name=None, share_served=found.share_served)
    return ruled(pd.concat([whole, zones])[list(zones.columns)], found, asked.rule)


def _service(asked: Asked) -> service.Service:
    return service.service(
        asked.county, asked.filters, asked.rule,
        standards=asked.standards, unserved_share=asked.settings.unserved_share,
    )  # fmt: skip


def _unvisited(asked: Asked) -> pd.DataFrame:
    """`analysis.rounds.cells`; with days, those unseen for at least as long."""
    found = rounds.cells(asked.county, asked.snapshot, asked.filters, asked.standards.rhythm)
    return found if asked.days is None else rounds.unseen(found, asked.days)


def _workers(asked: Asked) -> pd.DataFrame:
    """`analysis.rhythm.workers`."""
    return rhythm.workers(asked.county, asked.filters)


def _siting(asked: Asked) -> pd.DataFrame:
    """`sited`, of the question or the saved scenario."""
    data = asked.county, asked.snapshot, asked.filters
    chosen = Scenario(asked.question)
    if asked.scenario is not None:
        chosen = scenarios.named(asked.settings.var_dir, asked.county.place.code, asked.scenario)
    found = propose(*data, chosen.question, standards=asked.standards)
    return sited(found, arranged(*data, chosen, standards=asked.standards, proposal=found))


def _responsibility(asked: Asked) -> pd.DataFrame:
    """`analysis.responsibility.table`."""
    return responsibility.table(asked.county, asked.snapshot, asked.filters)


def _ranking(asked: Asked) -> pd.DataFrame:
    """`analysis.ranking.zones`, then `.units`, told apart by the column `of` (zone or unit)."""
    at_least = asked.settings.rank_at_least
    zones = ranking.zones(asked.county, asked.snapshot, asked.filters, at_least=at_least)
    units = ranking.units(asked.county, asked.snapshot, asked.filters, at_least=at_least)
    return told_apart(zone=zones, unit=units)


def sited(found: Proposal, made: Arrangement) -> pd.DataFrame:
    """A row for each site, by its cell's code, in their order, after one for the place as it is (code `*`, site 0).
    Columns: site, name, candidate, zone, zone_name, gain, covered, share, loss, lon, lat (of
    `scenario.Arrangement.sites`), bound (no choice of so many candidates covers more), total, weight (what is counted),
    radius_m, refusal (empty: none). Of more sites than were asked for only the last has a bound."""
    columns = ["site", "name", "candidate", "zone", "zone_name", "gain", "covered", "share", "loss", "lon", "lat"]
    rows = made.sites.reset_index().set_index("cell")[columns]
    today = pd.DataFrame(
        {"site": [0], "gain": [0.0], "covered": [made.before], "share": [made.share(made.before)]}, index=["*"]
    )
    frame = today.reindex(columns=columns) if rows.empty else pd.concat([today, rows])[columns]
    bounds = pd.Series(found.bounds).reindex(range(len(frame)))
    if len(frame) > len(found.bounds):
        bounds.iloc[-1] = made.bound
    return frame.assign(
        bound=bounds.to_list(),
        total=made.total,
        weight=made.denominator,
        radius_m=made.radius_m,
        refusal=pd.Series(made.refusal, frame.index, "str"),
    )


def ruled(frame: pd.DataFrame, found: service.Service, rule: service.Rule) -> pd.DataFrame:
    """After kind, standard, method (how it was measured), reason (why not on foot though that was asked, empty: it is
    as asked), refusal (why nobody can tell, empty: it can be told) and weighed_by (what weights and sums count)."""
    told = {
        "kind": rule.kind,
        "standard": rule.standard,
        "method": found.method,
        "reason": found.reason,
        "refusal": found.refusal,
        "weighed_by": found.denominator,
    }
    columns = {name: pd.Series(value, frame.index, "str") for name, value in told.items()}
    return pd.concat([pd.DataFrame(columns, index=frame.index), frame], axis=1)


def told_apart(**frames: pd.DataFrame) -> pd.DataFrame:
    """One below the other, the first column saying of what."""
    return pd.concat(
        [pd.concat([pd.Series(of, frame.index, name="of"), frame], axis=1) for of, frame in frames.items()]
    )


MADE: dict[str, Callable[[Asked], pd.DataFrame]] = {
    "zones": _zones,
    "cells": _cells,
    "hotspots": _hotspots,
    "trends": _trends,
    "relapse": _relapse,
    "campaigns": _campaigns,
    "coverage": _coverage,
    "served": _served,
    "unvisited": _unvisited,
    "workers": _workers,
    "siting": _siting,
    "responsibility": _responsibility,
    "ranking": _ranking,
}
"""Every table by its name."""
