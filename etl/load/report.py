"""What a run says about itself: a line per table of a file, in counts that add up."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from etl import messages
from etl.intake import Intake
from etl.messages import Note

COUNTS = ("read", "accepted", "refused", "duplicates", "new", "changed", "unchanged", "gone")
"""Of one table of a file, in rows."""


@dataclass
class SourceReport:
    """One table of one file: `read == accepted + refused + duplicates`, `accepted == new + changed + unchanged`."""

    id: int
    """`load_source.id`; in a check the place it would have in the run."""
    path: str
    """File, with `#sheet` where it has several that count."""
    entry: str
    layer: str
    sha256: str
    declaration: str
    read: int
    accepted: int
    refused: int
    duplicates: int
    coordinates: str | None
    notes: list[Note]
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    """Rows of a complete ledger that were there and are in its files no longer; they stay."""
    run: int | None = None
    """An earlier run whose source this is, where nothing was loaded again."""
    refused_file: Path | None = None
    """The workbook to send back."""
    refused_rows: pd.DataFrame | None = None
    """Of a check: `sheet`, `row_number`, `row`, `reasons`, as `refused_row` would have them."""

    def as_row(self) -> dict[str, Any]:
        """As `load_source` keeps it, without place and run."""
        counts = {name: int(getattr(self, name)) for name in COUNTS}
        texts = {name: getattr(self, name) for name in ("id", "path", "entry", "sha256", "declaration", "layer")}
        notes = json.dumps(self.notes, ensure_ascii=False)
        return texts | counts | {"coordinates": self.coordinates, "notes": notes}

    def as_dict(self, language: str = "zh") -> dict[str, Any]:
        """For programs; each note as `code`, `values` and its sentence `text`."""
        return {
            "path": self.path,
            "layer": self.layer,
            **{name: int(getattr(self, name)) for name in COUNTS},
            "coordinates": self.coordinates,
            "notes": told(self.notes, language),
            "refused_file": str(self.refused_file) if self.refused_file else None,
        }


@dataclass
class Report:
    """What a load, a check or an undo did, or would do."""

    run: int | None
    """Number of the run; None for a check, and for a load of what is in the database already."""
    kind: str
    """load, check or undo."""
    place: str
    """Division code."""
    sources: list[SourceReport] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    """What concerns the run and no single file."""
    seconds: float = 0.0
    undoes: int | None = None
    """The run an undo took back."""
    language: str = "zh"

    def as_dict(self) -> dict[str, Any]:
        """The one JSON object of `check`, `load` and `undo`."""
        return {
            "run": self.run,
            "kind": self.kind,
            "place": self.place,
            "sources": [source.as_dict(self.language) for source in self.sources],
            "notes": told(self.notes, self.language),
            "undoes": self.undoes,
            "seconds": round(self.seconds, 2),
        }


def told(notes: list[Note], language: str) -> list[dict[str, Any]]:
    """list[Note] with their sentences."""
    return [
        {"code": code, "values": values, "text": messages.sentence((code, values), language)} for code, values in notes
    ]


def reports_of(intakes: list[Intake], first_id: int, declared: dict[str, str]) -> list[SourceReport]:
    """A line per intake, numbered from `first_id`, nothing merged yet; `declared`: by entry."""
    sheets: dict[tuple[str, str], set[str | None]] = {}
    for intake in intakes:
        sheets.setdefault((intake.path, intake.layer), set()).add(intake.sheet)
    return [
        SourceReport(
            id=first_id + position,
            path=shown_path(intake.path, intake.sheet if len(sheets[intake.path, intake.layer]) > 1 else None),
            entry=intake.entry,
            layer=intake.layer,
            sha256=intake.sha256,
            declaration=declared.get(intake.entry, intake.source.as_json()),
            read=intake.read,
            accepted=len(intake.rows),
            refused=len(intake.refused),
            duplicates=intake.duplicates,
            coordinates=intake.coordinates,
            notes=list(intake.notes),
        )
        for position, intake in enumerate(intakes)
    ]


def shown_path(path: str, sheet: str | None) -> str:
    """A file, with its sheet where it has several."""
    return path if sheet is None else f"{path}#{sheet}"
