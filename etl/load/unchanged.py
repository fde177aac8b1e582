"""Telling before any reading that files would change nothing: the same bytes under the same declaration, and nothing
written since that could make them mean something else.
"""

import hashlib
import json
import os
from functools import cache
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from etl import schema
from etl.database import read_few
from etl.load.place import Seen
from etl.load.report import SourceReport
from etl.read import fingerprint
from etl.sources import Plan
from settings import Settings

REFERENCES = ("zones", "cells", "base", "parties", "facilities")
"""Layers by which rows of others are judged; streets with names tell what coordinates mean."""


def declarations(plan: Plan, seen: Seen, settings: Settings) -> dict[str, str]:
    """What each entry declares, as JSON, with a mark of what else its rows depend on: place, settings, program."""
    # Of a place that no file declares only what every run sees alike: its name and CRS are made up by the first one.
    place = (plan.place, seen.place.time_zone)
    around = repr((place, plan.grid_size_m, settings.default_point_rows, settings.default_point_share, _program()))
    mark = hashlib.sha256(around.encode()).hexdigest()[:16]
    said = {source.entry: json.loads(source.as_json()) for _, source in plan.files}
    return {
        entry: json.dumps(words | {"under": mark}, ensure_ascii=False, sort_keys=True) for entry, words in said.items()
    }


@cache
def _program() -> str:
    """A mark of the program that reads, so that a better one reads again."""
    folder = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.toml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def as_before(engine: sa.Engine, plan: Plan, seen: Seen, settings: Settings) -> pd.DataFrame | None:
    """The sources of earlier runs that loading the plan would repeat, or None when it has to be read.

    Repeated is only what still stands: no undo since, no other file under one of the entries, no event in a layer the
    files write, no new zone, cell, base map, party or facility, no other word about the place. Columns are
    those of `load_source`.
    """
    if not seen.version or (plan.grid_size_m and not len(seen.known.cells)):
        return None
    place = seen.place.division_code
    runs = read_few(engine, sa.select(schema.load_run).where(schema.load_run.c.place == place))
    undone = set(runs["undoes"].dropna())
    sources = read_few(engine, sa.select(schema.load_source).where(schema.load_source.c.place == place))
    sources = sources[~sources["run"].isin(undone)]
    declared = declarations(plan, seen, settings)
    found = []
    for path, source in plan.files:
        shown = Path(os.path.relpath(path, plan.root)).as_posix()
        of_entry = sources[sources["entry"] == source.entry]
        of_file = of_entry[(of_entry["path"] == shown) | of_entry["path"].str.startswith(f"{shown}#")]
        last = of_file[of_file["run"] == of_entry["run"].max()]
        is_same = (last["declaration"] == declared[source.entry]) & (last["sha256"] == fingerprint(path))
        if last.empty or not is_same.all():
            return None
        found.append(last)
    again = pd.concat(found).sort_values(["run", "id"], ignore_index=True)
    # A file that is there no longer may have held rows that are gone now.
    of_runs = sources.merge(again[["entry", "run"]].drop_duplicates(), on=["entry", "run"])
    is_whole = set(of_runs["id"]) == set(again["id"])
    return again if is_whole and _still_stands(engine, place, again, sources, runs) else None


def _still_stands(
    engine: sa.Engine, place: str, repeated: pd.DataFrame, sources: pd.DataFrame, runs: pd.DataFrame
) -> bool:
    first = int(repeated["run"].min())
    later = sources[(sources["run"] > first) & sources["layer"].isin(REFERENCES)]
    was_undone = bool(((runs["run"] > first) & (runs["kind"] == "undo")).any())
    if was_undone or (later["new"] + later["changed"]).sum():
        return False
    event = schema.row_event.c
    layers = ["place", *REFERENCES, *repeated["layer"].unique().tolist()]
    touched = sa.select(sa.literal(1)).where(event.place == place, event.run > first, event.layer.in_(layers))
    with engine.connect() as connection:
        return connection.scalar(touched.limit(1)) is None


def repeated(earlier: pd.DataFrame) -> list[SourceReport]:
    """The earlier sources as they are told again: nothing changed."""
    return [
        SourceReport(
            id=line["id"],
            run=line["run"],
            path=line["path"],
            entry=line["entry"],
            layer=line["layer"],
            sha256=line["sha256"],
            declaration=line["declaration"],
            read=line["read"],
            accepted=line["accepted"],
            refused=line["refused"],
            duplicates=line["duplicates"],
            unchanged=line["accepted"],
            gone=line["gone"],
            coordinates=line["coordinates"] if isinstance(line["coordinates"], str) else None,
            notes=[(code, values) for code, values in json.loads(line["notes"])],
        )
        for line in earlier.to_dict("records")
    ]
