"""Two databases, one model: the engine, the column types that fit both, and bulk rows in and out.

SQLite (a file, the default) keeps polygons as WKB and instants as whole seconds; PostgreSQL keeps PostGIS geometry with
SRID 4326 and `timestamptz`, so that a GIS can connect to it directly.
"""

from typing import Any

import geoalchemy2
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

SRID = 4326


class Geometry(TypeDecorator[bytes]):
    """WKB on both sides; a `geometry(kind, 4326)` column in PostGIS, a blob in SQLite."""

    impl = sa.LargeBinary
    cache_ok = True

    # Read by GeoAlchemy2's table hooks, which look at the column's type without asking for its dialect.
    spatial_index = False
    use_N_D_index = False
    use_typmod = True

    def __init__(self, kind: str = "GEOMETRY") -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: sa.Dialect | None) -> Any:
        if dialect is not None and dialect.name == "postgresql":
            return dialect.type_descriptor(geoalchemy2.Geometry(self.kind, srid=SRID, spatial_index=False))
        return sa.LargeBinary() if dialect is None else dialect.type_descriptor(sa.LargeBinary())


class Instant(TypeDecorator[Any]):
    """A moment in UTC: `timestamptz` in PostgreSQL, whole seconds since 1970 in SQLite."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        return dialect.type_descriptor(sa.BigInteger())
