"""A fictional county as the messy files offices send, at any size: for trying, for tests, for benchmarks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.errors import SettingsError
from etl.messages import error
from etl.sample.county import County, build_county
from etl.sample.declaration import sources_toml
from etl.sample.facilities import build_facilities
from etl.sample.geofiles import Ground
from etl.sample.intensity import build_intensity
from etl.sample.ledgers import build_ledger, ledger_code
from etl.sample.notices import write_notices
from etl.sample.people import build_people
from etl.sample.places import write_places
from etl.sample.problems import Names, build_problems, names
from etl.sample.records import write_events, write_ledger, write_people, write_visits
from etl.sample.size import Size, facts
from etl.sample.visits import build_visits

__all__ = ["write_sample"]

MOST_SCALE = 5_000
"""Five million problems, the most that one set of columns in memory is meant for."""


def write_sample(
    directory: Path, *, scale: float = 1, seed: int = 7, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Write the county into `directory`: how many of everything, and `files` with the rows of each path.

    The same `scale` and `seed` give the same bytes. `progress` is told each path once it is written. Files that are
    already there under the same names are replaced, others are left alone. Raises `SettingsError` for a scale that is
    not above 0 or would not fit into memory.
    """
    if not 0 < scale <= MOST_SCALE:
        raise error(SettingsError, "sample_scale_wrong", found=scale, most=MOST_SCALE)
    rng = np.random.default_rng(seed)
    size = Size(scale)
    county = build_county(rng, size)
    intensity = build_intensity(rng, county)
    people = build_people(rng, county, hot_cells=intensity.hot_cells(county))
    facilities = build_facilities(rng, county)
    problems = build_problems(rng, county, people, intensity)
    words = names(people)
    place = facts()["place"]
    ground = Ground(place["measure_crs"], tuple(place["origin"]))
    files: dict[str, int] = {}

    def written(path: Path, rows: int) -> str:
        name = path.relative_to(directory).as_posix()
        files[name] = rows
        progress(name)
        return name

    for path, rows in write_places(directory, county, ground, facilities):
        written(path, rows)
    for path, rows in write_people(directory, county, people):
        written(path, rows)
    ledgers = []
    for number in range(3):
        ledger = build_ledger(rng, county, ground, words, problems, number=number)
        ledgers.append(written(*write_ledger(directory, ledger, number)))
        if number == 0:
            notices = written(*write_notices(directory, county, words, problems, ledger=ledger, seed=seed))
    visits = build_visits(rng, county, people)
    for path, rows in write_visits(directory, county, visits):
        written(path, rows)
    for path, rows in write_events(directory, county, _exposures(rng, county, words, problems)):
        written(path, rows)
    (directory / "sources.toml").write_bytes(sources_toml(ledgers, notices).encode("utf-8"))
    return {
        "zones": len(county.zones),
        "cells": len(county.cells),
        "facilities": {kind: len(frame) for kind, frame in facilities.items()},
        "units": len(people.units),
        "persons": len(people.persons),
        "problems": len(problems),
        "visits": len(visits),
        "weeks": size.weeks,
        "files": files,
    }


def _exposures(rng: np.random.Generator, county: County, words: Names, problems: pd.DataFrame) -> pd.DataFrame:
    """Three reports in the media, each of a problem that had been open for some days."""
    old = problems[(problems["ledger"] == 0) & (problems["reported_at"] < county.size.last_moment - 40 * 86_400)]
    shown = old.iloc[np.sort(rng.permutation(len(old))[:3])]
    place, media = facts()["place"]["name"], facts()["names"]["media"]
    zone = county.zones["name"].to_numpy()[shown["zone"]]
    day = shown["reported_at"].to_numpy() + rng.integers(3, 20, len(shown)) * 86_400
    category = np.array(words.categories)[shown["category"]]
    # Only the first was filed under a number; the ledger lists its problems in the frame's order.
    rows = int((problems["ledger"] == 0).sum())
    code = str(ledger_code(shown.index[:1].to_numpy() + 1, rows, 0)[0].as_py()).removesuffix(".0")
    return pd.DataFrame(
        {
            "曝光媒体": media[: len(shown)],
            "标题": [f"{place}{z}{c}问题久拖不决" for z, c in zip(zone, category, strict=True)],
            "曝光时间": day.astype("datetime64[D]").astype(str),
            "所在片区": zone,
            "责任单位": np.array(words.units)[shown["unit"]],
            "问题编号": [code, *[None] * (len(shown) - 1)],
        }
    )
