"""What goes through the resolver: a cleaned table in, rows ready for the tables out, with what is known meanwhile."""

from dataclasses import dataclass, field

import pandas as pd

from etl.clean import Cleaned, Context
from etl.clean.reasons import Reasons
from etl.messages import Note
from etl.read.raw import RawTable
from etl.schema import LAYERS
from etl.sources import Source

_DERIVED = {
    "facilities": ("cell", "zone"),
    "problems": ("cell", "zone", "is_default_point"),
    "visits": ("cell", "zone"),
}
"""Columns that follow from where a point lies; loading works them out, also for rows that were there before."""


@dataclass
class Known:
    """What the database holds already, for references and for telling datums apart; each frame may stay empty.

    All are indexed by `code` and have `name`; `zones` and `cells` also `geometry` (shapely, EPSG:4326), `cells` all
    columns of their table, `facilities` `kind`, `lon`, `lat`, `parties` `is_person`, `base` (of features with a name)
    `kind`, `geometry`. `assignments` has all columns of their table and no `name`.
    """

    zones: pd.DataFrame = field(default_factory=pd.DataFrame)
    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    base: pd.DataFrame = field(default_factory=pd.DataFrame)
    facilities: pd.DataFrame = field(default_factory=pd.DataFrame)
    parties: pd.DataFrame = field(default_factory=pd.DataFrame)
    assignments: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["target_layer", "target", "role", "party"], dtype="str")
    )


@dataclass
class Judged:
    """Rows of one layer out of one raw table, ready but for duplicates; index = position in the raw table."""

    layer: str
    rows: pd.DataFrame
    refused: pd.DataFrame
    """`position`, `reasons` (JSON list of notes)."""
    coordinates: str | None = None
    notes: list[Note] = field(default_factory=list)
    is_derived: bool = False
    """Made from a table of another layer."""


@dataclass
class Table:
    """A cleaned table with what it came from."""

    layer: str
    raw: RawTable
    source: Source
    frame: pd.DataFrame
    """Fields as written."""
    cleaned: Cleaned
    context: Context


def with_refused(judged: Judged, cleaned: Cleaned, reasons: Reasons) -> Judged:
    """With the refusals of cleaning, and those of the rows it had accepted, by position in the raw table."""
    refused = reasons.frame()
    refused["position"] = cleaned.rows.index.to_numpy()[refused["position"]]
    judged.refused = pd.concat([cleaned.refused, refused], ignore_index=True) if len(refused) else cleaned.refused
    return judged


def accepted(rows: pd.DataFrame, reasons: Reasons) -> pd.DataFrame:
    """The rows that are not refused; no copy where none is."""
    return rows.loc[~reasons.is_refused] if reasons.is_refused.any() else rows


def columns_of(layer: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The layer's columns without place, runs, and those that follow from where a point lies."""
    left_out = {"place", "created_run", "changed_run", "source_id", *_DERIVED.get(layer, ())}
    return rows[[column.name for column in LAYERS[layer].columns if column.name not in left_out]]
