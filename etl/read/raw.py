"""What a file holds, as people wrote it, before anybody says what it means."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from etl.messages import Note

LEVELS = "/"
"""Joins the levels of a heading of several rows, `经纬度/经度`; recognition may match the whole or the last level."""


_LETTER = re.compile(r"\[[A-Z]{1,3}\]")


def letter_heading(letter: str) -> str:
    """What stands for the heading of a column that has none: its letter, `[D]`."""
    return f"[{letter}]"


def is_letter(heading: str) -> bool:
    """Whether a heading is `letter_heading` of some column."""
    return _LETTER.fullmatch(heading) is not None


def no_broken_rows() -> pd.DataFrame:
    """An empty frame of broken rows, with its columns."""
    return pd.DataFrame({"row_number": np.array([], dtype=np.int64), "row": [], "reasons": []})


@dataclass
class RawTable:
    """One table of a file: a sheet, a layer, or the whole file."""

    path: Path
    sheet: str | None
    """Sheet of a workbook or layer of a GeoPackage; `None` where a file holds one table only."""
    frame: pd.DataFrame
    """Headings as written → values, with a RangeIndex. Text is `str`, an empty cell is null, typed cells of a
    spreadsheet or database keep their type (a column may then mix numbers, texts and datetimes as objects)."""
    row_numbers: np.ndarray
    """int64: the row the spreadsheet shows, the line of a CSV, the feature (from 1) of a geographic file."""
    geometry: np.ndarray | None = None
    """shapely geometries in the file's own coordinates, easting or longitude first, `None` where a row has none;
    `None` as a whole for tables without geometry."""
    crs: str | None = None
    """What the file itself says: `EPSG:4547`, or WKT where no code fits; `None`: it says nothing."""
    encoding: str | None = None
    """How its bytes were decoded, where that is a question."""
    notes: list[Note] = field(default_factory=list)
    broken: pd.DataFrame = field(default_factory=no_broken_rows)
    """Rows that could not be cut into cells, not in `frame`: `row_number` (int), `row` (dict heading → text),
    `reasons` (list of notes). They were read, so they count as refused."""
