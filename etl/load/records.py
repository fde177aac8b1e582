"""The run, its sources and its place, as the history shows them."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from etl import merge, schema
from etl.database import append, read_frame
from etl.history import changes
from etl.load.report import SourceReport
from etl.merge import Run
from etl.sources import PlaceEntry


def record_run(
    connection: sa.Connection,
    run: Run,
    sources: Sequence[SourceReport],
    *,
    kind: str,
    end: datetime,
    undoes: int | None = None,
) -> None:
    """The run and its sources, as history shows them."""
    started, finished = (pd.Timestamp(moment).as_unit("s") for moment in (run.at, end))
    line = {"place": run.place, "run": run.number, "kind": kind, "undoes": undoes}
    append(connection, schema.load_run, pd.DataFrame([line | {"started_at": started, "finished_at": finished}]))
    rows = [source.as_row() | {"place": run.place, "run": run.number} for source in sources]
    append(connection, schema.load_source, pd.DataFrame(rows))


def write_place(connection: sa.Connection, entry: PlaceEntry, run: Run) -> None:
    """The county's row; what changes in it is an event of layer `place`. A measure CRS that is not known stays."""
    table = schema.place
    values = {
        "code": entry.division_code,
        "name": entry.name,
        "time_zone": entry.time_zone,
        "measure_crs": entry.measure_crs,
        "week_ends": entry.week_ends,
    }
    old = read_frame(connection, sa.select(table).where(table.c.code == entry.division_code))
    new = pd.DataFrame([values]).astype("str")
    if old.empty:
        append(connection, table, new)
        return
    if entry.measure_crs is None:
        del values["measure_crs"]
    events = changes(old, new, [table.c[name] for name in values])
    if len(events):
        merge.record(connection, events, "place", run)
        connection.execute(sa.update(table).where(table.c.code == entry.division_code).values(**values))
