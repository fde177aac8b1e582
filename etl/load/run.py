"""`load`, `check` and `grid make`: files into the database as one run, or what that would do."""

import os
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from etl import merge, messages, schema
from etl.database import connect, create, exclusive, read_few, remove_attached, stand_in
from etl.errors import LayerInvalid, NoData
from etl.intake import Intake, take_in
from etl.load.adopted import Adopted, adopted
from etl.load.derive import world_after
from etl.load.grid import grid_intake
from etl.load.place import Seen, choose, look, places
from etl.load.records import record_run, write_place
from etl.load.report import Report
from etl.load.unchanged import as_before, declarations, repeated
from etl.load.work import Work, compare, prepare, write
from etl.merge import Run
from etl.refused import run_name, write_refused
from etl.sources import PlaceEntry, Plan, read_plan
from settings import Settings

Progress = Callable[[str], None]


def files(paths: Sequence[Path], *, within: Path | None = None) -> tuple[str, ...]:
    """The files that would be read, as reports and errors name them; raises `SettingsError`, also for a file outside
    the folder `within`, as all that take it do."""
    plan = read_plan(paths, within=within)
    return tuple(dict.fromkeys(_named(plan, path) for path, _ in plan.files))


def load(
    paths: Sequence[Path],
    settings: Settings,
    *,
    progress: Progress,
    on_wait: Callable[[], None] | None = None,
    without: Collection[str] = (),
    coordinates: Mapping[str, str] | None = None,
    within: Path | None = None,
) -> Report:
    """Reads the files and writes them as one run: all or nothing. Files that were loaded before and would change
    nothing are no run: the report's `run` is None then.

    `without` names files (as `files` does) that are left out, `coordinates` gives the reading of some; nothing
    outside the folder `within` is read, which files from elsewhere need. `progress` gets
    a sentence per step; `on_wait` is called once when another run has to end first, whose work is then built upon.
    Raises the family of `etl.errors`; nothing is written then.
    """
    plan = _plan(paths, without, coordinates or {}, within)
    return _run(plan, settings, lambda said, seen: _taken(said, seen, settings, progress), progress, on_wait)


def make_grid(
    settings: Settings, size_m: float, *, progress: Progress, on_wait: Callable[[], None] | None = None
) -> Report:
    """Square cells of `size_m` metres where the place has none, as a run like any other.

    Raises `NoData` without zones, `LayerInvalid` where there are cells.
    """
    found = places(connect(settings.url))
    if found.empty:
        raise messages.error(NoData, "grid_no_zones")
    row = found.set_index("code").loc[choose(found, settings.place)]
    place = PlaceEntry(str(row["name"]), str(row.name), str(row["time_zone"]), str(row["week_ends"]))
    plan = Plan(place, (), Path())

    def cut(_: Plan, seen: Seen) -> list[Intake]:
        if len(seen.known.cells):
            raise messages.error(LayerInvalid, "grid_has_cells", cells=len(seen.known.cells))
        if not len(seen.known.zones):
            raise messages.error(NoData, "grid_no_zones")
        return [grid_intake(world_after(seen.known, {}, seen.place.time_zone).zones, seen.place, size_m)]

    return _run(plan, settings, cut, progress, on_wait)


def _run(
    plan: Plan,
    settings: Settings,
    take: Callable[[Plan, Seen], list[Intake]],
    progress: Progress,
    on_wait: Callable[[], None] | None,
) -> Report:
    """One run: what `take` finds, judged before the lock, and again under it when another run was quicker."""
    began, started_at = time.monotonic(), _now()
    engine = connect(settings.url)

    def judged(seen: Seen) -> Work | pd.DataFrame:
        """The work to do, or the earlier sources that would only be repeated."""
        said = adopted(engine, plan, seen)
        before = as_before(engine, said.plan, seen, settings) if plan.files else None
        return _prepared(engine, seen, said, take(said.plan, seen), settings) if before is None else before

    seen = look(engine, plan, settings.place)
    work = judged(seen)
    with exclusive(engine, on_wait) as connection:
        create(connection, schema.metadata)
        now = look(engine, plan, settings.place)
        if (now.version, now.place) != (seen.version, seen.place):
            seen, work = now, judged(now)
        progress(messages.sentence(("progress_writing", {}), settings.language))
        place = work.seen.place if isinstance(work, Work) else seen.place
        run = Run(place.division_code, seen.version + 1, started_at)
        if isinstance(work, Work):
            write(connection, work, run)
            write_place(connection, place, run)
            record_run(connection, run, work.sources, kind="load", end=_now())
    if isinstance(work, Work):
        report = Report(run.number, "load", run.place, work.sources, work.notes, language=settings.language)
    else:
        note = ("nothing_new", {"run": int(work["run"].max())})
        report = Report(None, "load", run.place, repeated(work), [note], language=settings.language)
    _send_back(engine, report, settings)
    report.seconds = time.monotonic() - began
    return report


def check(
    paths: Sequence[Path],
    settings: Settings,
    *,
    progress: Progress,
    without: Collection[str] = (),
    coordinates: Mapping[str, str] | None = None,
    within: Path | None = None,
) -> Report:
    """What `load` would do, told without writing anything anywhere (a SQLite stage goes to the system's own folder);
    the report has the refused rows, as no table has them."""
    began = time.monotonic()
    plan = _plan(paths, without, coordinates or {}, within)
    engine = connect(settings.url)
    seen = look(engine, plan, settings.place)
    said = adopted(engine, plan, seen)
    work = _prepared(engine, seen, said, _taken(said.plan, seen, settings, progress), settings)
    progress(messages.sentence(("progress_comparing", {}), settings.language))
    if not seen.version:
        for source in work.sources:
            source.new = source.accepted
    else:
        with tempfile.TemporaryDirectory(prefix="grid-check-") as folder, engine.connect() as connection:
            stand_in(connection, schema.metadata)
            merge.stage_for_a_look(connection, work.batches, Path(folder) / "stage")
            compare(connection, work)
            connection.rollback()
            remove_attached(connection)
    for source, intake in zip(work.sources, work.intakes, strict=True):
        source.refused_rows = intake.refused
    place = work.seen.place.division_code
    report = Report(None, "check", place, work.sources, work.notes, language=settings.language)
    report.seconds = time.monotonic() - began
    return report


def _plan(paths: Sequence[Path], without: Collection[str], coordinates: Mapping[str, str], within: Path | None) -> Plan:
    plan = read_plan(paths, within=within)
    named = [(_named(plan, path), path, source) for path, source in plan.files]
    files = [
        (path, replace(source, coordinates=coordinates[name]) if name in coordinates else source)
        for name, path, source in named
        if name not in without
    ]
    return replace(plan, files=tuple(files))


def _named(plan: Plan, path: Path) -> str:
    return Path(os.path.relpath(path, plan.root)).as_posix()


def _taken(plan: Plan, seen: Seen, settings: Settings, progress: Progress) -> list[Intake]:
    return take_in(plan, place=seen.place, known=seen.known, language=settings.language, progress=progress)


def _prepared(engine: sa.Engine, seen: Seen, said: Adopted, intakes: list[Intake], settings: Settings) -> Work:
    return prepare(engine, seen, said, intakes, settings=settings, declared=declarations(said.plan, seen, settings))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _send_back(engine: sa.Engine, report: Report, settings: Settings) -> None:
    """Writes the workbooks of refused rows; the run stands even where one cannot be written."""
    row = schema.refused_row
    for source in report.sources:
        if not source.refused:
            continue
        rows = read_few(
            engine,
            sa.select(row).where(row.c.place == report.place, row.c.source_id == source.id).order_by(row.c.number),
        )
        name = run_name(report.place, source.run or report.run or 0, source.id, source.path)
        try:
            source.refused_file = write_refused(
                settings.var_dir / "refused", name, rows, settings.language, entry=source.entry, layer=source.layer
            )
        except OSError as error:
            source.notes.append(("refused_not_written", {"reason": error.strerror or str(error)}))
