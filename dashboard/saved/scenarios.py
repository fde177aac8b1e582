"""Scenarios of siting among the things that are kept by name, and back from what was written down."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.analysis.proposal import AT_MOST, CANDIDATES, KINDS, WEIGHTS, Question
from dashboard.analysis.scenario import Arrangement, Scenario
from dashboard.saved.shelf import Listed, Shelf
from dashboard.saved.thing import Made, Saved
from dashboard.text.errors import error
from etl.errors import FileUnreadable, NoData

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters

KIND = "siting"
_MOST_CLOSED = 1_000


def shelf(var_dir: Path, place: str) -> Shelf:
    """Where those of a place (its division code) lie."""
    return Shelf.of(var_dir, place, KIND)


def listed(var_dir: Path, place: str) -> tuple[dict[str, Scenario], Listed]:
    """The scenarios by name, in their order, and the files of them; one that holds no scenario is a broken one."""
    return shelf(var_dir, place).listed_as(read)


def for_briefing(var_dir: Path, place: str) -> dict[str, Scenario]:
    """Those that somebody marked to be taken into the briefing, by name, in their order."""
    found, every = listed(var_dir, place)
    return {thing.name: found[thing.name] for thing in every.for_briefing}


def named(var_dir: Path, place: str, name: str) -> Scenario:
    """The one of that name. Raises `NoData` where there is none, `FileUnreadable`, `NotSaved`."""
    kept = shelf(var_dir, place)
    thing = kept.find(name)
    if thing is None:
        known = list(listed(var_dir, place)[0])
        if not known:
            raise error(NoData, "no_scenario_yet", name=name)
        raise error(NoData, "no_scenario", name=name, known=known)
    return read(thing, kept.folder)


def settled(made: Arrangement) -> Scenario:
    """The scenario with its sites where they are now, so that no other day's proposal moves them."""
    sites = tuple(zip(made.sites["lon"].tolist(), made.sites["lat"].tolist(), strict=True))
    return Scenario(made.scenario.question, sites, made.scenario.closed)


def content(scenario: Scenario) -> dict[str, Any]:
    """What is written down of it."""
    return {
        "question": asdict(scenario.question),
        "sites": None if scenario.sites is None else [list(site) for site in scenario.sites],
        "closed": list(scenario.closed),
    }


def made_on(county: "County", filters: "Filters", asked: "Filters") -> Made:
    """On what data somebody looks; `filters` resolved, `asked` as chosen."""
    return Made(county.data_version, filters.moment.replace(microsecond=0), asked.to_query())


def read(thing: Saved, folder: Path) -> Scenario:
    """What was written down; raises `FileUnreadable` for anything else."""
    try:
        return _scenario(thing.content)
    except (ValueError, TypeError, KeyError) as trouble:
        raise error(FileUnreadable, "saved_broken", file=f"{thing.key}.json", folder=folder) from trouble


def _scenario(told: Mapping[str, Any]) -> Scenario:
    asked = told["question"]
    if not isinstance(asked, dict) or not asked.keys() <= {field.name for field in fields(Question)}:
        raise ValueError("something is asked that nobody knows")
    question = Question(**asked)
    one_of = {"kind": KINDS, "weight": WEIGHTS, "candidates": CANDIDATES, "n": range(1, AT_MOST + 1)}
    if type(question.n) is not int or not all(getattr(question, name) in known for name, known in one_of.items()):
        raise ValueError("something is asked that cannot be")
    lengths = (question.min_spacing_m, *(() if question.radius_m is None else (question.radius_m,)))
    if not all(_number(length) >= 0 for length in lengths):
        raise ValueError("a length below nought")
    sites, closed = told["sites"], told["closed"]
    if not all(isinstance(code, str) for code in closed) or len(closed) > _MOST_CLOSED or isinstance(closed, str):
        raise ValueError("no list of codes")
    return Scenario(question, None if sites is None else _sites(sites), tuple(closed))


def _sites(told: Any) -> tuple[tuple[float, float], ...]:
    sites = tuple((_number(lon), _number(lat)) for lon, lat in told)
    if len(sites) > AT_MOST or not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in sites):
        raise ValueError("no places on earth")
    return sites


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError("no number")
    return float(value)
