"""Taking the latest load back, as a run of its own; and the list of runs."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from etl import history as past
from etl import merge, messages, schema
from etl.database import connect, exclusive, is_created, read_few, read_frame
from etl.errors import NothingToUndo
from etl.load.place import choose, places
from etl.load.records import record_run
from etl.load.report import COUNTS, Report
from etl.merge import Batch, Run
from etl.messages import Note
from settings import Settings


def undoable(settings: Settings) -> int | None:
    """The run that `undo` would take back now (one that changed nothing is passed over), None where there is none."""
    engine = connect(settings.url)
    found = places(engine)
    return None if found.empty else next(iter(_open(engine, choose(found, settings.place))[0]), None)


def undo(settings: Settings, *, expected: int | None = None, on_wait: Callable[[], None] | None = None) -> Report:
    """Takes back the latest load that has not been taken back: rows it brought go, values it changed come again.

    A load that changed nothing is passed over. The data version grows; what is taken out stays in the events. An undo
    is not undone: load the files again.
    Raises `NothingToUndo`, also where the run to take back is not the `expected` one: another has come since.
    """
    began = time.monotonic()
    engine = connect(settings.url)
    found = places(engine)
    if found.empty:
        raise messages.error(NothingToUndo, "nothing_to_undo")
    place = choose(found, settings.place)
    with exclusive(engine, on_wait) as connection:
        runs = _runs(engine, place)
        open_, skipped = _open(engine, place)
        back = next(iter(open_), None)
        if back is None:
            raise messages.error(NothingToUndo, "nothing_to_undo")
        if expected is not None and back != expected:
            raise messages.error(NothingToUndo, "undo_overtaken", expected=expected, last=back)
        run = Run(place, int(runs["run"].max()) + 1, datetime.now(UTC).replace(microsecond=0))
        notes = _take_back(connection, engine, back, run)
        if passed := [number for number in skipped if number > back]:
            notes.append(("undo_skipped", {"runs": passed}))
        record_run(connection, run, [], kind="undo", undoes=back, end=datetime.now(UTC))
    return Report(
        run.number, "undo", place, [], notes, time.monotonic() - began, undoes=back, language=settings.language
    )


def _take_back(connection: sa.Connection, engine: sa.Engine, back: int, run: Run) -> list[Note]:
    """Undoes what run `back` wrote; later loads have been taken back already, so what it left is there as it was."""
    event = schema.row_event.c
    events = read_frame(engine, sa.select(schema.row_event).where(event.place == run.place, event.run == back))
    batches, created = [], {}
    for layer, table in schema.LAYERS.items():
        if not is_created(engine, table):
            continue  # made by a program that had no such layer
        of_layer = events[events["layer"] == layer]
        if len(of_layer):
            is_changed = sa.exists().where(
                event.place == run.place, event.run == back, event.layer == layer, event.key == table.c.code
            )
            rows = read_frame(engine, sa.select(table).where(table.c.place == run.place, is_changed))
            restored = past.rows_at(rows, of_layer, table, back - 1)
            batches.append(Batch(layer, restored, "restored"))
        new = read_frame(engine, sa.select(table).where(table.c.place == run.place, table.c.created_run == back))
        if len(new):
            created[layer] = new
    merge.stage(connection, batches, merge.stage_file(engine, run.number))
    changed = sum(int(merge.merge(connection, batch, run)["changed"].sum()) for batch in batches)
    merge.drop_stages(connection, batches)
    for layer, rows in created.items():
        merge.take_out(connection, layer, rows, back, run)
    _restore_place(connection, events[events["layer"] == "place"], run)
    removed = sum(len(rows) for rows in created.values())
    return [("undone", {"run": back, "removed": removed, "restored": changed})]


def _restore_place(connection: sa.Connection, events: pd.DataFrame, run: Run) -> None:
    if events.empty:
        return
    table = schema.place
    values = {
        name: past.decode([old], table.c[name]).iloc[0]
        for name, old in zip(events["column"], events["old"], strict=True)
    }
    taken_back = events[["key", "column"]].assign(old=events["new"], new=events["old"])
    merge.record(connection, taken_back, "place", run)
    connection.execute(sa.update(table).where(table.c.code == run.place).values(**values))


def history(settings: Settings) -> pd.DataFrame:
    """Every run with its sources, oldest first: a row per source, one for a run without any.

    Columns: `place`, `run`, `kind`, `undoes`, `is_undone`, `started_at`, `finished_at`, then those of `load_source`
    that tell what a file brought (`path`, `layer`, `coordinates`, counts). Empty before the first load.
    """
    engine = connect(settings.url)
    source = schema.load_source
    told = ["path", "layer", "coordinates", *COUNTS]
    if places(engine).empty:
        runs = pd.DataFrame(columns=[column.name for column in schema.load_run.columns])
        sources = pd.DataFrame(columns=["place", "run", "id", *told])
    else:
        runs = read_few(engine, sa.select(schema.load_run))
        sources = read_few(engine, sa.select(source.c.place, source.c.run, source.c.id, *(source.c[n] for n in told)))
    undone = pd.MultiIndex.from_frame(runs[["place", "undoes"]].dropna())
    runs["is_undone"] = pd.MultiIndex.from_frame(runs[["place", "run"]]).isin(undone)
    joined = runs.merge(sources, on=["place", "run"], how="left").sort_values(["place", "run", "id"], ignore_index=True)
    return joined[["place", "run", "kind", "undoes", "is_undone", "started_at", "finished_at", *told]]


def history_as_list(runs: pd.DataFrame) -> list[dict[str, Any]]:
    """`history` for programs: a run each, with its `sources`, instants in ISO 8601 (UTC)."""
    result = []
    for _, of_run in runs.groupby(["place", "run"]):
        first = of_run.iloc[0]
        sources = of_run[of_run["path"].notna()]
        result.append(
            {
                "place": first["place"],
                "run": int(first["run"]),
                "kind": first["kind"],
                "undoes": None if pd.isna(first["undoes"]) else int(first["undoes"]),
                "is_undone": bool(first["is_undone"]),
                "started_at": first["started_at"].isoformat(),
                "finished_at": first["finished_at"].isoformat(),
                "sources": [
                    {"path": row["path"], "layer": row["layer"]}
                    | {name: int(row[name]) for name in COUNTS}
                    | {"coordinates": row["coordinates"] if isinstance(row["coordinates"], str) else None}
                    for row in sources.to_dict("records")
                ],
            }
        )
    return result


def _runs(engine: sa.Engine, place: str) -> pd.DataFrame:
    return read_few(engine, sa.select(schema.load_run).where(schema.load_run.c.place == place))


def _open(engine: sa.Engine, place: str) -> tuple[list[int], list[int]]:
    """(loads that changed something and have not been taken back, those that changed nothing), newest first."""
    runs = _runs(engine, place)
    loads = runs[(runs["kind"] == "load") & ~runs["run"].isin(set(runs["undoes"].dropna()))]
    source, event = schema.load_source.c, schema.row_event.c
    brought = sa.select(source.run).where(source.place == place).group_by(source.run)
    idle = brought.having(sa.func.sum(source.new + source.changed) == 0)
    changed = sa.select(event.run).where(event.place == place)
    with engine.connect() as connection:
        # A run that read no file, as one that made a grid, has no counts to be judged by.
        nothing = set(connection.scalars(idle)) - set(connection.scalars(changed.distinct()))
    numbers = sorted((int(run) for run in loads["run"]), reverse=True)
    return [run for run in numbers if run not in nothing], [run for run in numbers if run in nothing]
