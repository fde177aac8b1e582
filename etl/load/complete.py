"""Ledgers declared complete: which rows that they brought once are in them no longer."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from etl import merge
from etl.errors import GridError
from etl.intake import Intake
from etl.load.notes import gone_note
from etl.load.report import SourceReport
from etl.merge import Batch
from etl.sources import Plan, read_plan
from etl.sources.toml import NAME


def whole_entries(plan: Plan) -> set[str]:
    """The complete entries of which every file that is there takes part in the run.

    A file may be loaded alone or left out; what the others hold is not gone then.
    """
    complete = [(path.resolve(), source) for path, source in plan.files if source.complete]
    taking_part = {(path, source.sheet) for path, source in complete}
    missing, declared = set(), set()
    for folder in {_declaring(path, plan.root.resolve()) for path, _ in complete}:
        try:
            files = read_plan([folder]).files if folder else ()
        except GridError:
            files = ()
        declared |= {source.entry for _, source in files}
        missing |= {source.entry for path, source in files if (path.resolve(), source.sheet) not in taking_part}
    return {source.entry for _, source in complete if source.entry in declared} - missing


def _declaring(path: Path, root: Path) -> Path | None:
    """The folder whose `sources.toml` speaks of the file."""
    return next((folder for folder in (root, *path.parents) if (folder / NAME).is_file()), None)


def count_gone(
    connection: sa.Connection,
    place: str,
    tables: Sequence[tuple[SourceReport, Intake]],
    batches: Sequence[Batch],
    whole: set[str],
    *,
    earlier: Mapping[str, Sequence[str]],
) -> None:
    """Counts and notes the rows gone from each complete entry, each told where its file is, else at the first.

    Of an entry that is not `whole` only rows that one of its files in the run brought last, also under a path it had
    `earlier`. A refused row is in its ledger still. The batches are staged and not merged yet.
    """
    staged = {batch.layer: batch for batch in batches if not batch.is_update}
    entries: dict[tuple[str, str], list[tuple[SourceReport, Intake]]] = {}
    for source, intake in tables:
        if intake.is_complete:
            entries.setdefault((source.layer, source.entry), []).append((source, intake))
    for (layer, entry), parts in entries.items():
        refused = pd.concat([intake.refused_codes for _, intake in parts])
        missing = merge.gone(connection, layer, staged.get(layer), place, entry)
        unread = refused["code"].isna() | ~(refused["is_own"] | refused["code"].isin(missing["code"]))
        missing = missing[~missing["code"].isin(refused["code"].dropna())]
        mine = {path: source for source, intake in parts for path in earlier.get(intake.path, ())}
        mine |= {source.path: source for source, _ in parts}
        if entry not in whole:
            missing = missing[missing["path"].isin(list(mine))]
        told_at = missing["path"].where(missing["path"].isin(list(mine)), parts[0][0].path)
        for path, codes in missing["code"].groupby(told_at):
            source = mine[str(path)]
            source.gone += len(codes)
            source.notes.append(gone_note(codes))
            if unread.any():
                source.notes.append(("gone_or_refused", {"rows": int(unread.sum())}))
