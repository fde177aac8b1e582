"""GeoPackages: every layer that holds features."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from etl.errors import FileUnreadable
from etl.messages import error
from etl.read.cells import typed_column
from etl.read.files import read_head
from etl.read.headings import unique
from etl.read.raw import RawTable
from etl.read.vector import crs_name, feature_numbers, row_count, with_shapes

if TYPE_CHECKING:
    from etl.declarations import Source

_NO_DATA = ("layer_styles", "qgis_projects", "qgis_editor_widget_styles", "sqlite_sequence", "data_licenses")
"""Tables that GDAL and QGIS put beside the layers."""


def read_geopackage(path: Path, source: "Source") -> list[RawTable]:
    """A table for each layer with features, or the one `source.sheet` names."""
    import pyogrio

    if read_head(path, 16) != b"SQLite format 3\0":
        raise error(FileUnreadable, "geopackage_damaged", file=path.name)
    tables: list[RawTable] = []
    skipped: list[str] = []
    try:
        with warnings.catch_warnings(action="ignore"):
            layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
        wanted = [(name, kind) for name, kind in layers if source.sheet in (None, name)]
        if source.sheet is not None and not wanted:
            names = [name for name, _ in layers]
            raise error(FileUnreadable, "layer_missing", file=path.name, layer=source.sheet, layers=names)
        for name, kind in wanted:
            if source.sheet is None and name.lower() in _NO_DATA:
                continue
            meta, _, shapes, columns = pyogrio.raw.read(path, layer=name)
            if source.sheet is None and ((not len(columns) and shapes is None) or row_count(shapes, columns) == 0):
                skipped.append(name)
                continue
            names = unique([str(field) for field in meta["fields"]])
            frame = pd.DataFrame({title: _plain(values) for title, values in zip(names, columns, strict=True)})
            frame.columns = pd.Index(names, dtype=object)
            sheet = name if len(layers) > 1 else None
            table = RawTable(path, sheet, frame, feature_numbers(len(frame)), None, crs_name(meta["crs"]), "utf-8")
            tables.append(with_shapes(table, None if kind is None else shapes))
    except FileUnreadable:
        raise
    except Exception as problem:  # whatever GDAL makes of a damaged file
        raise error(FileUnreadable, "geopackage_damaged", file=path.name) from problem
    if not tables:
        raise error(FileUnreadable, "no_features", file=path.name)
    if skipped:
        tables[0].notes.append(("layers_empty", {"layers": skipped}))
    return tables


def _plain(values: np.ndarray) -> pd.Series:
    """A column of a layer; texts as `str`, blank ones null, bytes and lists as text."""
    if values.dtype != object:
        return pd.Series(values)
    return typed_column(
        [
            v if v is None or isinstance(v, str | bool | int | float) else v.hex() if isinstance(v, bytes) else str(v)
            for v in values.tolist()
        ]
    )
