"""A run's work: judged files made ready to be merged, then compared with the database, or written to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import sqlalchemy as sa

from etl import merge, schema
from etl.database import append
from etl.intake import Intake
from etl.load.adopted import Adopted
from etl.load.complete import count_gone, whole_entries
from etl.load.derive import World, world_after
from etl.load.grid import grid_intake
from etl.load.notes import notes_on_points
from etl.load.place import Seen, measured, named_by_codes
from etl.load.report import SourceReport, reports_of
from etl.load.rows import by_layer, completed, moved, with_default_points
from etl.merge import Batch, Run
from etl.messages import Note
from settings import Settings


@dataclass(eq=False)
class Work:
    """Everything a run will write."""

    seen: Seen
    intakes: list[Intake]
    sources: list[SourceReport]
    batches: list[Batch]
    notes: list[Note]
    whole: set[str]
    """Complete entries all of whose files take part."""
    earlier: Mapping[str, tuple[str, ...]]
    """By file: paths under which its entry had it before."""

    @property
    def tables(self) -> list[tuple[SourceReport, Intake]]:
        """Each source with its intake."""
        return list(zip(self.sources, self.intakes, strict=True))


def prepare(
    engine: sa.Engine,
    seen: Seen,
    said: Adopted,
    intakes: Sequence[Intake],
    *,
    settings: Settings,
    declared: dict[str, str],
) -> Work:
    """Numbers the sources, places the rows, and finds the rows already there that move; only reads.

    The intakes' rows are taken over and let go there: a ledger of a million rows must not stay in memory twice.
    """
    plan, intakes = said.plan, list(intakes)
    first_id = next_source(engine, seen)
    layers = by_layer(intakes, first_id)
    codes = [layers[layer]["code"] for layer in ("zones", "cells") if layer in layers]
    place = named_by_codes(seen.place, pd.concat(codes) if codes else pd.Series(dtype="str"))
    if seen.place.measure_crs is None:
        place = measured(place, layers)
    seen = replace(seen, place=place)
    world = world_after(seen.known, layers, place.time_zone)
    if plan.grid_size_m and len(world.zones) and not len(world.cells):
        intakes.append(grid_intake(world.zones, place, plan.grid_size_m))
        layers = by_layer(intakes, first_id)
        world = world_after(seen.known, layers, place.time_zone)
    sources = reports_of(intakes, first_id, declared)
    untold = dict(said.notes)
    for source, intake in zip(sources, intakes, strict=True):
        if intake.path in untold:
            source.notes.insert(0, untold.pop(intake.path))
        intake.rows = intake.rows.iloc[:0]
    layers = completed(layers, world, str(place.measure_crs))
    batches = _batches(engine if seen.version else None, place.division_code, layers, world, settings)
    for source in sources:
        rows = layers.get(source.layer)
        if rows is not None:
            source.notes += notes_on_points(rows[rows["source_id"] == source.id], world, source.layer)
    moving = {batch.name: len(batch.rows) for batch in batches if batch.part == "moved" and len(batch.rows)}
    notes: list[Note] = [("rows_moved", {"rows": sum(moving.values())})] if moving else []
    if len(world.unknown):
        examples = world.unknown.drop_duplicates().head(5).tolist()
        notes.append(("declared_zones_unknown", {"rows": len(world.unknown), "examples": examples}))
    if plan.unnamed:
        notes.append(("files_unnamed", {"files": [path.name for path in plan.unnamed]}))
    return Work(seen, intakes, sources, batches, notes, whole_entries(plan), said.earlier)


def _batches(
    engine: sa.Engine | None, place: str, layers: dict[str, pd.DataFrame], world: World, settings: Settings
) -> list[Batch]:
    updates: list[Batch | None] = []
    if "problems" in layers:
        layers["problems"], told_otherwise = with_default_points(engine, place, layers["problems"], settings)
        updates.append(told_otherwise)
    if engine is not None and world.is_new:
        updates += moved(engine, place, world, layers)
    staged = [Batch(layer, layers[layer]) for layer in schema.LAYERS if layer in layers]
    return [*staged, *(batch for batch in updates if batch is not None and len(batch.rows))]


def next_source(engine: sa.Engine, seen: Seen) -> int:
    """The number of the next `load_source` of the place."""
    if not seen.version:
        return 1
    last = sa.select(sa.func.max(schema.load_source.c.id)).where(schema.load_source.c.place == seen.place.division_code)
    with engine.connect() as connection:
        return (connection.scalar(last) or 0) + 1


def compare(connection: sa.Connection, work: Work) -> None:
    """Fills in the sources' counts without writing; the batches are staged for a look."""
    place = work.seen.place.division_code
    for batch in work.batches:
        if not batch.is_update:
            _count(work, merge.compare(connection, batch, place))
    count_gone(connection, place, work.tables, work.batches, work.whole, earlier=work.earlier)


def write(connection: sa.Connection, work: Work, run: Run) -> None:
    """Merges the batches and fills in the sources' counts; all in the connection's transaction."""
    merge.stage(connection, work.batches, merge.stage_file(connection.engine, run.number))
    count_gone(connection, run.place, work.tables, work.batches, work.whole, earlier=work.earlier)
    for batch in work.batches:
        result = merge.merge(connection, batch, run)
        if not batch.is_update:
            _count(work, result)
    merge.drop_stages(connection, work.batches)
    for source, intake in work.tables:
        refused = intake.refused.assign(place=run.place, source_id=source.id, number=range(1, len(intake.refused) + 1))
        append(connection, schema.refused_row, refused)


def _count(work: Work, result: pd.DataFrame) -> None:
    for source in work.sources:
        if source.id in result.index:
            counts = result.loc[source.id].to_dict()
            source.new, source.changed, source.unchanged = counts["new"], counts["changed"], counts["unchanged"]
