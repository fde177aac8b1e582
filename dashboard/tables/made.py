"""What each table holds: a function by name, of what is asked; the frames are those of the pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from dashboard.analysis import (
    campaigns,
    coverage,
    density,
    duties,
    hotspots,
    judged,
    notices,
    ranking,
    relapse,
    responsibility,
    rhythm,
    rounds,
    service,
    supplied,
    trends,
    vending,
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


def _unassigned(asked: Asked) -> pd.DataFrame:
    """`analysis.duties.duties` of cells, then facilities (`of`), the most urgent first: those in term too."""
    days = asked.settings.term_ends_within_days
    found = {
        layer: duties.duties(asked.county, asked.snapshot, asked.filters, layer=layer, within_days=days)
        for layer in duties.LAYERS
    }
    return told_apart(**found)


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


def _notices(asked: Asked) -> pd.DataFrame:
    """`analysis.notices.listed`: a row a notice, as one chases with it, those past their date first."""
    return notices.listed(asked.county, asked.filters)


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


def _supply(asked: Asked) -> pd.DataFrame:
    """`analysis.supplied.supplied` of each kind (`kind`): the place (code `*`: per_thousand on average, people,
    facilities, unserved_people, refusal), then facilities, then cells (`of`)."""
    found = {kind: supplied.supplied(asked.county, asked.filters, kind, asked.standards) for kind in coverage.KINDS}
    parts = []
    for kind, one in found.items():
        place = {
            "people": one.cells["people"].sum(),
            "facilities": len(one.facilities),
            "unserved_people": one.unserved["people"].sum(),
            "per_thousand": one.per_thousand,
        }
        whole = pd.DataFrame([place if one.refusal is None else {}], index=["*"])
        told = told_apart(place=whole, facility=one.facilities, cell=one.cells)
        told.insert(1, "kind", kind)
        parts.append(told.assign(refusal=pd.Series(one.refusal, told.index, "str")))
    return _counts(pd.concat(parts), ("people", "facilities", "unserved_people", "unknown"))


def _provision(asked: Asked) -> pd.DataFrame:
    """`analysis.judged.judged` of every question there is a standard for: of (spacing, per_km2, lowest_class), kind,
    against, low and high (of the standard; of a class its number as high), then the columns of `Judged.rows`. What
    cannot be told is one row, code `*`, with its refusal."""
    parts = []
    for of in judged.ASKED:
        for question in judged.choices(asked.standards, of):
            found = judged.judged(asked.county, asked.filters, question, asked.standards)
            standard = asked.standards.entries[question.key]
            has_range = standard.low is not None or standard.high is not None
            rows = found.rows if found.refusal is None else pd.DataFrame(index=["*"])
            told = pd.DataFrame(
                {
                    "of": of,
                    "kind": question.kind,
                    "against": question.against,
                    "low": standard.low,
                    "high": standard.high if has_range else standard.value,
                },
                index=rows.index,
            )
            parts.append(told.join(rows).assign(refusal=pd.Series(found.refusal, rows.index, "str")))
    return _counts(pd.concat(parts), ("facilities",)) if parts else pd.DataFrame({"of": [], "refusal": []})


def _vending(asked: Asked) -> pd.DataFrame:
    """`analysis.vending.gathered`: both groups, the bands of distance (code: metres from), then cells (`of`), with
    answer, difference, low and high on every row; one row, code `*`, where the standards have no radius of markets."""
    found = vending.gathered(
        asked.county, asked.snapshot, asked.filters, words=asked.settings.vending, standards=asked.standards
    )
    if found is None:
        return pd.DataFrame({"of": "group", "answer": "no_standard"}, index=["*"])
    bands = vending.bands(found.problems)
    told = told_apart(
        group=found.groups,
        band=bands.set_axis([f"{start:g}" for start in bands.index]),
        cell=vending.by_cell(asked.county, asked.snapshot, found.problems),
    )
    told = _counts(told, ("problems", "left_out", "beyond", "vending", "others"))
    return told.assign(answer=found.answer, difference=found.difference, low=found.low, high=found.high)


def _counts(told: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """With whole numbers where rows of another kind have none of that name."""
    return told.astype({name: "Int64" for name in names if name in told})


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
    "supply": _supply,
    "provision": _provision,
    "vending": _vending,
    "unvisited": _unvisited,
    "workers": _workers,
    "unassigned": _unassigned,
    "siting": _siting,
    "responsibility": _responsibility,
    "ranking": _ranking,
    "notices": _notices,
}
"""Every table by its name."""
