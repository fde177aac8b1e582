"""Column types that fit both databases."""

from datetime import UTC, datetime
from typing import Any

import geoalchemy2
import shapely
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

SRID = 4326


class _PostGIS(geoalchemy2.Geometry):
    """Plain WKB in and out, instead of GeoAlchemy2's elements."""

    cache_ok = True
    from_text = "ST_GeomFromWKB"
    as_binary = "ST_AsBinary"

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        return None

    def result_processor(self, dialect: sa.Dialect, coltype: Any) -> Any:
        return lambda wkb: None if wkb is None else bytes(wkb)


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
            return dialect.type_descriptor(_PostGIS(self.kind, srid=SRID, spatial_index=False))
        return sa.LargeBinary() if dialect is None else dialect.type_descriptor(sa.LargeBinary())


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, an aware `datetime` in Python: `timestamptz` in PostgreSQL, seconds since 1970 in SQLite."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromtimestamp(int(value), UTC)
        moment = moment.replace(microsecond=0)
        return moment if dialect.name == "postgresql" else int(moment.timestamp())

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)


def with_srid(geometry: Any) -> Any:
    """EWKB of shapely geometry, one or an array of it, as PostGIS takes it."""
    return shapely.to_wkb(shapely.set_srid(geometry, SRID), include_srid=True)
