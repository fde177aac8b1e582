"""Files → rows we trust and rows refused, with reasons; what `check` shows and `load` writes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from etl.sources import PlaceEntry, Plan, Source

Notes = list[tuple[str, dict[str, Any]]]


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
    source: "Source"
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
    notes: Notes = field(default_factory=list)


@dataclass
class Known:
    """What the database holds already, for references and for telling datums apart; each frame may stay empty.

    All are indexed by `code` and have `name`; `zones` and `cells` also `geometry` (shapely, EPSG:4326), `cells` `zone`,
    `facilities` `kind`, `lon`, `lat`, `parties` `is_person`.
    """

    zones: pd.DataFrame = field(default_factory=pd.DataFrame)
    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    facilities: pd.DataFrame = field(default_factory=pd.DataFrame)
    parties: pd.DataFrame = field(default_factory=pd.DataFrame)


def take_in(
    plan: "Plan", *, place: "PlaceEntry", known: Known, language: str, progress: Callable[[str], None]
) -> list[Intake]:
    """What the plan's files hold, layer by layer in the order of `schema.LAYERS`.

    Raises `NotRecognised`, `FileUnreadable`, `CoordinatesUnclear`, each naming file and sheet.
    """
    raise NotImplementedError
