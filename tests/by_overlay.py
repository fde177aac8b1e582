"""Coverage by other means than ours: geopandas' overlay and PostGIS' ST_Intersection."""

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
import sqlalchemy as sa


def by_overlay(cells: gpd.GeoSeries, places: gpd.GeoSeries, radius_m: float) -> pd.Series:
    """Share of each cell by the textbook: overlay with the union of all discs."""
    discs = gpd.GeoDataFrame(geometry=[places.buffer(radius_m, quad_segs=16).union_all()], crs=cells.crs)
    squares = gpd.GeoDataFrame({"at": np.arange(len(cells))}, geometry=cells.to_numpy(), crs=cells.crs)
    pieces = gpd.overlay(squares, discs, how="intersection", keep_geom_type=True)
    reached = pieces.dissolve("at").area if len(pieces) else pd.Series(dtype=float)
    share = reached.reindex(np.arange(len(cells))).fillna(0).to_numpy() / cells.area.to_numpy()
    return pd.Series(share, index=cells.index, name="coverage_share")


_BY_POSTGIS = """
SELECT c.at, coalesce(ST_Area(ST_Intersection(c.g, d.g)) / ST_Area(c.g), 0)
FROM cells c CROSS JOIN LATERAL (
    SELECT ST_Union(ST_Buffer(p.g, %(radius)s, 'quad_segs=16')) AS g
    FROM places p WHERE ST_DWithin(p.g, c.g, %(radius)s)
) d
"""


def by_postgis(url: str, cells: gpd.GeoSeries, places: gpd.GeoSeries, radius_m: float) -> pd.Series:
    """The same, with discs and areas of a database's own making; in temporary tables."""
    address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        for table, shapes in (("cells", cells), ("places", places)):
            cursor.execute(f"CREATE TEMP TABLE {table} (at int, g geometry)")
            rows = list(enumerate(shapely.to_wkb(np.asarray(shapes.array))))
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, ST_GeomFromWKB(%s))", rows)
        cursor.execute("CREATE INDEX ON places USING gist (g)")
        cursor.execute(_BY_POSTGIS, {"radius": radius_m})
        found = dict(cursor.fetchall())
    return pd.Series([found[at] for at in range(len(cells))], index=cells.index, name="coverage_share")
