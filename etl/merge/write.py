"""Stages into the tables: rows that are new, rows that changed, and the events of both.

No table has an index but its key (place, code): merging needs no other, the dashboard reads columns whole, and one more
index on a million rows costs as much as the rows themselves. PostGIS has GiST indexes besides, for a GIS that connects.
"""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from etl import history
from etl.database import append
from etl.merge.compare import by_source, counts, differing, differs, is_empty, outcome, same_row, staged_value
from etl.merge.indexes import built_afterwards
from etl.merge.stage import Batch
from etl.schema import LAYERS, row_event

_BLOCK = 50_000


@dataclass(frozen=True)
class Run:
    """Whose work it is: the place, the number of the run, and its moment."""

    place: str
    number: int
    at: datetime


def merge(connection: sa.Connection, batch: Batch, run: Run) -> pd.DataFrame:
    """Writes what the batch's stage says. Result: index `source_id` (-1 where rows name none), columns `new`,
    `changed`, `unchanged`.

    A row that is the same is not touched, of one that changed only the batch's columns.
    """
    is_first = is_empty(connection, batch.table, run.place)
    none = pd.Series(dtype="int64")
    present = none if is_first else counts(connection, batch, run.place)
    changed = none if is_first else _change(connection, batch, run)
    if not batch.is_update:
        _bring(connection, batch, run, is_first=is_first)
    return outcome(batch, present, changed)


def _change(connection: sa.Connection, batch: Batch, run: Run) -> pd.Series:
    """Updates the rows that differ and writes their events; how many, by source."""
    old = differing(connection, batch, run.place)
    if old.empty:
        return pd.Series(dtype="int64")
    positions = pd.Index(batch.rows["code"]).get_indexer(pd.Index(old["code"]))
    new = batch.rows.iloc[positions].reset_index(drop=True)
    columns = [*batch.columns, *([batch.table.c.source_id] if batch.has_source else [])]
    record(connection, history.changes(old, new, columns), batch.layer, run)
    staged = batch.stage(connection.dialect.name)
    values = {column.name: staged_value(batch, staged, column.name) for column in columns}
    update = sa.update(batch.table).values(**values, changed_run=run.number).where(differs(batch, staged, run.place))
    connection.execute(update)
    return by_source(new)


def _bring(connection: sa.Connection, batch: Batch, run: Run, *, is_first: bool) -> None:
    table, staged = batch.table, batch.stage(connection.dialect.name)
    values = {name: staged_value(batch, staged, name) for name in batch.staged_columns}
    own = {"place": run.place, "created_run": run.number, "changed_run": run.number}
    literals = [sa.literal(value).label(name) for name, value in own.items()]
    select = sa.select(*literals, *values.values()).select_from(staged)
    if not is_first:
        select = select.where(~sa.exists().where(same_row(batch, staged, run.place)))
    with built_afterwards(connection, table, len(batch.rows)):
        connection.execute(sa.insert(table).from_select([*own, *values], select))


def record(connection: sa.Connection, events: pd.DataFrame, layer: str, run: Run) -> None:
    """Writes events (`key`, `column`, `old`, `new`) of a layer's rows."""
    append(
        connection,
        row_event,
        events.assign(place=run.place, run=run.number, layer=layer, at=pd.Timestamp(run.at).as_unit("s")),
    )


def take_out(connection: sa.Connection, layer: str, rows: pd.DataFrame, created_run: int, run: Run) -> None:
    """Removes the rows a run brought, `rows` being all of them, and keeps each as an event."""
    table = LAYERS[layer]
    for start in range(0, len(rows), _BLOCK):
        # A million rows as JSON texts at once would take gigabytes.
        record(connection, history.removals(rows.iloc[start : start + _BLOCK], table), layer, run)
    connection.execute(sa.delete(table).where(table.c.place == run.place, table.c.created_run == created_run))
