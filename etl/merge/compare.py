"""What a stage would change, bring, and miss; nothing is written here, so `check` asks the same questions as `load`."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from etl.database import kind_of, read_frame
from etl.merge.stage import Batch
from etl.schema import LAYERS, load_run, load_source, row_event


def differing(connection: sa.Connection, batch: Batch, place: str) -> pd.DataFrame:
    """The present rows that the stage would change: `code`, `source_id` and the batch's columns, as they are now."""
    table, staged = batch.table, batch.stage(connection.dialect.name)
    select = sa.select(table.c.code, table.c.source_id, *batch.columns).where(differs(batch, staged, place))
    return read_frame(connection, select)


def staged_value(batch: Batch, staged: sa.TableClause, name: str) -> Any:
    """A staged value as the table's column takes it."""
    kind = batch.staged_columns[name].type
    is_bytes = staged.schema is None and kind_of(batch.staged_columns[name]) == "geometry"
    return sa.literal_column(f"{staged.name}.{name}::geometry", kind) if is_bytes else staged.c[name]


def same_row(batch: Batch, staged: sa.TableClause, place: str) -> Any:
    """The condition that a row of the table and one of the stage have one key."""
    return sa.and_(batch.table.c.place == place, batch.table.c.code == staged.c.code)


def differs(batch: Batch, staged: sa.TableClause, place: str) -> Any:
    """The condition that a row of the table is staged with another value in one of the batch's columns."""
    different = [column.is_distinct_from(staged_value(batch, staged, column.name)) for column in batch.columns]
    return sa.and_(same_row(batch, staged, place), sa.or_(*different))


def is_empty(connection: sa.Connection, table: sa.Table, place: str | None = None) -> bool:
    """Whether the table holds nothing of the place, or of any."""
    select = sa.select(sa.literal(1)).select_from(table).limit(1)
    return connection.scalar(select if place is None else select.where(table.c.place == place)) is None


def counts(connection: sa.Connection, batch: Batch, place: str) -> pd.Series:
    """How many of the staged rows the table has already, by `source_id`."""
    if is_empty(connection, batch.table, place):
        return pd.Series(dtype="int64")
    if batch.is_update:
        return by_source(batch.rows)
    staged = batch.stage(connection.dialect.name)
    select = (
        sa.select(staged.c.source_id, sa.func.count().label("rows"))
        .select_from(staged)
        .join(batch.table, same_row(batch, staged, place))
        .group_by(staged.c.source_id)
    )
    found = read_frame(connection, select)
    return pd.Series(found["rows"].to_numpy(dtype="int64"), index=found["source_id"].to_numpy(dtype="int64"))


def compare(connection: sa.Connection, batch: Batch, place: str) -> pd.DataFrame:
    """What merging the batch would do, as `etl.merge.merge` tells it, without doing it."""
    codes = pd.Index(batch.rows["code"])
    rows = batch.rows.iloc[codes.get_indexer(pd.Index(differing(connection, batch, place)["code"]))]
    return outcome(batch, counts(connection, batch, place), by_source(rows))


def outcome(batch: Batch, present: pd.Series, changed: pd.Series) -> pd.DataFrame:
    """Rows `new`, `changed` and `unchanged` by `source_id`, from how many are there already and how many differ."""
    staged = by_source(batch.rows)
    present, changed = (part.reindex(staged.index, fill_value=0).astype("int64") for part in (present, changed))
    return pd.DataFrame({"new": staged - present, "changed": changed, "unchanged": present - changed})


def by_source(rows: pd.DataFrame) -> pd.Series:
    """How many rows each `source_id` brings; -1 for rows that name none."""
    if "source_id" in rows:
        return rows["source_id"].value_counts()
    return pd.Series([len(rows)], index=[-1])


def gone(connection: sa.Connection, layer: str, batch: Batch | None, place: str, entry: str) -> pd.DataFrame:
    """Rows that came under this entry and are not staged now: `code`, `path` (its file that brought them last), by
    code.

    A row belongs to every entry that ever brought or changed it: another ledger that touches it does not take it out
    of the first. What was undone never was. Without a batch nothing of the layer is staged.
    """
    table, source, event = LAYERS[layer], load_source.c, row_event.c
    undone = sa.select(load_run.c.undoes).where(load_run.c.place == place, load_run.c.undoes.is_not(None))
    of_entry = sa.and_(source.place == place, source.entry == entry, source.layer == layer, source.run.not_in(undone))
    present = sa.select(table.c.code, table.c.source_id.label("id")).where(
        table.c.place == place, table.c.source_id.in_(sa.select(source.id).where(of_entry))
    )
    earlier = (
        sa.select(table.c.code, sa.cast(event.old, sa.Integer).label("id"))
        .join(row_event, sa.and_(event.place == table.c.place, event.layer == layer, event.key == table.c.code))
        .where(table.c.place == place, event.column == "source_id", event.run > table.c.created_run)
        .where(event.old.in_(sa.select(sa.cast(source.id, sa.Text)).where(of_entry)))
    )
    if batch is not None:
        staged = batch.stage(connection.dialect.name)
        is_missing = ~sa.exists().where(staged.c.code == table.c.code)
        present, earlier = present.where(is_missing), earlier.where(is_missing)
    found = pd.concat([read_frame(connection, present), read_frame(connection, earlier)], ignore_index=True)
    last = found.groupby("code")["id"].max()
    paths = read_frame(connection, sa.select(source.id, source.path).where(of_entry)).set_index("id")["path"]
    return pd.DataFrame({"code": last.index.astype("str"), "path": last.map(paths).to_numpy()})
