"""Two databases, one model: the engine, the column types that fit both, and frames in and out.

SQLite (a file, the default) keeps polygons as WKB and instants as whole seconds; PostgreSQL keeps PostGIS geometry with
SRID 4326 and `timestamptz`, so that a GIS can connect to it directly.
"""

from etl.database.engine import (
    adbc,
    connect,
    create,
    driver,
    exclusive,
    file_of,
    is_created,
    remove_attached,
    stand_in,
)
from etl.database.frames import append, empty_frame, kind_of, multipolygons, read_few, read_frame, to_arrow
from etl.database.types import SRID, Geometry, Instant, with_srid

__all__ = [
    "SRID",
    "Geometry",
    "Instant",
    "adbc",
    "append",
    "connect",
    "create",
    "driver",
    "empty_frame",
    "exclusive",
    "file_of",
    "is_created",
    "kind_of",
    "multipolygons",
    "read_few",
    "read_frame",
    "remove_attached",
    "stand_in",
    "to_arrow",
    "with_srid",
]
