"""The way of the files through reading, cleaning and resolving, layer by layer, to one intake a table."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from etl import columns, messages, read
from etl.clean import Cleaned, Context, clean, no_refusals
from etl.errors import CoordinatesUnclear, LayerInvalid, NotRecognised
from etl.intake import duplicates
from etl.intake.codes import codes_of_refused, none_refused
from etl.intake.judged import Judged, Known, Table
from etl.intake.listed import fill_in
from etl.intake.refused import as_written, notes_on
from etl.intake.resolve import Resolver
from etl.messages import Note
from etl.read.raw import RawTable
from etl.schema import LAYERS
from etl.sources import PlaceEntry, Plan, Source

_LEDGERS = ("problems", "visits", "exposures", "notices")
"""Layers no other layer reads from again, and the large ones."""


@dataclass
class Intake:
    """One table of one file, judged: `read == len(rows) + len(refused) + duplicates`.

    A file that says two things (a zone list that names its leaders) gives a further Intake for each derived layer.
    """

    path: str
    """Relative to the plan's root, with forward slashes."""
    sheet: str | None
    entry: str
    sha256: str
    source: Source
    layer: str
    read: int
    rows: pd.DataFrame
    """The layer's columns without place and runs. `code` is unique over all intakes of the layer in a run. Instants
    are `datetime64[s, UTC]`, days `datetime64[s]` at midnight without zone, whole numbers `Int64`, truths `boolean`,
    text `str` with NaN, points `lon`, `lat` float64, polygons `geometry` (object array of shapely, EPSG:4326)."""
    refused: pd.DataFrame
    """Columns `sheet`, `row_number`, `row` (JSON: heading → value as it was), `reasons` (JSON [[code, {values}]])."""
    duplicates: int
    coordinates: str | None
    notes: list[Note] = field(default_factory=list)
    refused_codes: pd.DataFrame = field(default_factory=none_refused)
    """Of a complete source: `code`, `is_own` of each refused row (`codes_of_refused`)."""
    is_complete: bool = False
    """Whether these are all the rows there are: of a complete source, but not people whom only it names, as those who
    are known already are not made again."""


@dataclass
class _Raw:
    """A table as written, with what it is taken for."""

    path: str
    sha256: str
    source: Source
    layer: str
    table: RawTable

    @property
    def is_list(self) -> bool:
        """Whether these are cells without shapes."""
        return self.layer == "cells" and self.table.geometry is None


def take_in(
    plan: Plan, *, place: PlaceEntry, known: Known, language: str, progress: Callable[[str], None]
) -> list[Intake]:
    """What the plan's files hold, layer by layer in the order of `schema.LAYERS`.

    Raises `NotRecognised`, `FileUnreadable`, `CoordinatesUnclear`, `SettingsError`, each naming the file.
    """

    def tell(code: str, **values: object) -> None:
        progress(messages.sentence((code, values), language))

    resolver = Resolver(known, place)
    undeclared: list[_Raw] = []
    for path, source in plan.files:
        if source.layer is None:
            tell("progress_reading", file=path.name)
            undeclared += _read(path, source, plan.root)
    found: dict[str, list[Intake]] = {layer: [] for layer in LAYERS}
    beside: list[tuple[_Raw, pd.DataFrame]] = []
    for layer in LAYERS:
        has_new_cells = False
        for raw in _of_layer(layer, plan, undeclared, tell):
            tell("progress_checking", file=raw.path, rows=len(raw.table.frame))
            has_new_cells |= layer == "cells" and not raw.is_list
            if raw.is_list:
                resolver.learn(layer, [intake.rows for intake in found[layer]])
            for intake, roles in _judged(raw, place, resolver):
                if raw.is_list and intake.layer == layer:
                    _fill_in(found[layer], intake)
                found[intake.layer].append(intake)
                if len(roles):
                    beside.append((raw, roles))
            if layer in _LEDGERS:
                raw.table.frame = pd.DataFrame()  # a million rows as written and as read are too many
        if layer == "assignments":
            _take_in_roles(found, beside, resolver)
        _merge(found[layer])
        resolver.learn(layer, [intake.rows for intake in found[layer]])
        if has_new_cells:
            found[layer][-1].notes += resolver.cell_notes()
    _merge(found["parties"])
    return [intake for layer in LAYERS for intake in found[layer]]


def _of_layer(layer: str, plan: Plan, undeclared: list[_Raw], tell: Callable[..., None]) -> Iterator[_Raw]:
    """The layer's tables: those that were recognised, and the declared ones, read when their turn comes.

    Cells in a list without shapes come after those that have some.
    """
    lists = []
    for raw in _tables(layer, plan, undeclared, tell):
        if raw.is_list:
            lists.append(raw)
        else:
            yield raw
    yield from lists


def _tables(layer: str, plan: Plan, undeclared: list[_Raw], tell: Callable[..., None]) -> Iterator[_Raw]:
    for raw in [raw for raw in undeclared if raw.layer == layer]:
        undeclared.remove(raw)
        yield raw
    for path, source in plan.files:
        if source.layer == layer:
            tell("progress_reading", file=path.name)
            yield from _read(path, source, plan.root)


def _fill_in(cells: list[Intake], listed: Intake) -> None:
    """What a list says of cells that came with the same run goes into their rows, and merges with them."""
    _merge([listed])
    frames, is_used = fill_in([intake.rows for intake in cells], listed.rows)
    for intake, rows in zip(cells, frames, strict=True):
        intake.rows = rows
    listed.rows = listed.rows.loc[~is_used]
    listed.duplicates += int(is_used.sum())


def _read(path: Path, source: Source, root: Path) -> list[_Raw]:
    """The tables of a file with their layers; sheets that are nothing beside one that is something are noted."""
    sha256 = read.fingerprint(path)
    shown = Path(os.path.relpath(path, root)).as_posix()
    tables: list[_Raw] = []
    strange: list[tuple[RawTable, NotRecognised]] = []
    for table in read.read_file(path, source):
        try:
            tables.append(_Raw(shown, sha256, source, columns.recognise(table, source), table))
        except NotRecognised as error:
            strange.append((table, error))
    if not tables:
        raise strange[0][1]
    if strange:
        tables[0].table.notes.append(("sheets_skipped", {"sheets": [table.sheet or "" for table, _ in strange]}))
    return tables


def _judged(raw: _Raw, place: PlaceEntry, resolver: Resolver) -> list[tuple[Intake, pd.DataFrame]]:
    """The table's intakes, each with the assignments its rows name in passing."""
    table = _cleaned(raw, place)
    try:
        judgements = resolver.judge(table)
    except (CoordinatesUnclear, LayerInvalid) as error:
        why = error.note or str(error)
        sheet = ("of_sheet", {"sheet": raw.table.sheet}) if raw.table.sheet else ""
        raise messages.error(type(error), "table_refused", file=raw.path, sheet=sheet, why=why) from error
    intakes = [_intake(raw, judged) for judged in judgements]
    if raw.source.complete:
        for intake, judged in zip(intakes, judgements, strict=True):
            intake.refused_codes = codes_of_refused(table, judged)
    return [(intake, resolver.roles(table, judged)) for intake, judged in zip(intakes, judgements, strict=True)]


def _cleaned(raw: _Raw, place: PlaceEntry) -> Table:
    source = raw.source
    frame = columns.rename(raw.table, raw.layer, source)
    if raw.table.geometry is not None:
        frame["geometry"] = raw.table.geometry
    context = Context(source.entry, place.time_zone, source.dates, source.states)
    return Table(raw.layer, raw.table, source, frame, clean(raw.layer, frame, context), context)


def _take_in_roles(found: dict[str, list[Intake]], beside: list[tuple[_Raw, pd.DataFrame]], resolver: Resolver) -> None:
    """Assignments that lists of zones, cells and facilities name in passing, after those of the ledgers proper.

    Who is in a ledger already, with the dates of the term, is the same assignment.
    """
    for raw, roles in beside:
        for judged in resolver.assignments(roles, Cleaned(roles, no_refusals(), []), is_derived=True):
            intake = _intake(raw, judged)
            if judged.layer == "assignments":
                intake.notes.append(
                    ("assignments_from_list", {"layer": (f"cli_layer_{raw.layer}", {}), "rows": intake.read})
                )
                told = [_who(other.rows) for other in found["assignments"] if other.layer == "assignments"]
                is_told = _who(intake.rows).isin(pd.concat(told) if told else []).to_numpy(bool)
                intake.rows = intake.rows.loc[~is_told]
                intake.duplicates += int(is_told.sum())
            found[judged.layer].append(intake)


def _who(rows: pd.DataFrame) -> pd.Series:
    return rows["target_layer"] + "/" + rows["target"] + "/" + rows["role"] + "/" + rows["party"]


def _intake(raw: _Raw, judged: Judged) -> Intake:
    """The judged rows with the refused ones as they stood in the file."""
    table = raw.table
    refused = as_written(table, judged.refused, with_broken=not judged.is_derived)
    notes = [*([] if judged.is_derived else table.notes), *judged.notes, *notes_on(refused)]
    return Intake(
        path=raw.path,
        sheet=table.sheet,
        entry=raw.source.entry,
        sha256=raw.sha256,
        source=raw.source,
        layer=judged.layer,
        read=len(judged.rows) + len(refused),
        rows=judged.rows,
        refused=refused,
        duplicates=0,
        coordinates=judged.coordinates,
        notes=notes,
        is_complete=raw.source.complete and not (judged.is_derived and judged.layer == "parties"),
    )


def _merge(intakes: list[Intake]) -> None:
    """Leaves every code of the layer once; what merged counts as a duplicate of its own file."""
    intakes.sort(key=lambda intake: (intake.path, intake.sheet or ""))
    kept, notes = duplicates.merge([intake.rows for intake in intakes])
    for intake, is_kept, more in zip(intakes, kept, notes, strict=True):
        if not is_kept.all():
            intake.duplicates += int((~is_kept).sum())
            intake.rows = intake.rows.loc[is_kept]
        intake.notes += more
