"""What the geographic formats share: the name of a CRS, shapes in two dimensions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from etl.messages import Note
from etl.read.raw import RawTable


def crs_name(said: str | None) -> str | None:
    """`EPSG:n` for a CRS as a file tells it (WKT, URN, OGC name), its WKT where no code fits, `None` for nonsense."""
    import pyproj

    if not said:
        return None
    try:
        crs = pyproj.CRS.from_user_input(said)
    except pyproj.exceptions.CRSError:
        return None
    authority = crs.to_authority(min_confidence=70)
    if authority == ("OGC", "CRS84"):
        return "EPSG:4326"
    return f"EPSG:{authority[1]}" if authority and authority[0] == "EPSG" else crs.to_wkt()


def feature_numbers(count: int) -> np.ndarray:
    """1, 2, … as geographic programs count features."""
    return np.arange(1, count + 1, dtype=np.int64)


def row_count(shapes: Any, columns: Sequence[np.ndarray]) -> int:
    """Rows of a layer as GDAL hands it over, also one without shapes or without columns."""
    return len(shapes) if shapes is not None else len(columns[0]) if columns else 0


def with_shapes(table: RawTable, shapes: Any) -> RawTable:
    """The table with geometry from WKB; what cannot be read (curves, broken rings) becomes `None` and is noted."""
    if shapes is not None:
        read = shapely.from_wkb(shapes, on_invalid="ignore")
        table.geometry, table.notes = geometries(read, table.notes)
    if not len(table.frame):
        table.notes.append(("no_rows", {"file": table.path.name}))
    return table


def geometries(shapes: np.ndarray, notes: list[Note]) -> tuple[np.ndarray, list[Note]]:
    """Shapes in two dimensions, empty ones as `None`, and the notes with how many there are of those."""
    flat = shapely.force_2d(np.asarray(shapes, dtype=object))
    flat[shapely.is_empty(flat) | shapely.is_missing(flat)] = None
    without = np.flatnonzero(shapely.is_missing(flat)) + 1
    if len(without):
        notes = [*notes, ("features_without_geometry", {"count": len(without), "rows": without[:20].tolist()})]
    return flat, notes
