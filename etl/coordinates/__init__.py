"""Coordinates as people write them → EPSG:4326, and telling which datum they are in; the only datum code.

`datums` has the formulas of GCJ-02 and BD-09, `readings` what a declaration such as `EPSG:4547 swapped` means, `parse`
the texts, `detect` the evidence.
"""

from etl.coordinates.datums import (
    bd09_from_gcj02,
    bd09_from_wgs84,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    is_in_china,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from etl.coordinates.detect import Reading, detect, detect_polygons
from etl.coordinates.evidence import sample_rows
from etl.coordinates.parse import Parsed, parse
from etl.coordinates.readings import checked_reading, measure_crs, polygons_to_wgs84, to_wgs84

__all__ = [
    "Parsed",
    "Reading",
    "bd09_from_gcj02",
    "bd09_from_wgs84",
    "checked_reading",
    "detect",
    "detect_polygons",
    "gcj02_from_bd09",
    "gcj02_from_wgs84",
    "is_in_china",
    "measure_crs",
    "parse",
    "polygons_to_wgs84",
    "sample_rows",
    "to_wgs84",
    "wgs84_from_bd09",
    "wgs84_from_gcj02",
]
