"""Between metres and degrees, for a few points at a time while somebody waits.

PROJ makes its pipeline anew in every thread, which takes longer than all else that a moved site changes, and a server
answers each click in a thread of its own. So one thread that stays does it for all of them.
"""

from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

LON_LAT = "EPSG:4326"
DECIMALS = 6
"""Of a degree: a tenth of a metre."""

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="degrees")


def degrees_of(points: gpd.GeoSeries) -> npt.NDArray[np.float64]:
    """Longitude and latitude of points by row, to `DECIMALS`."""
    found = _thread.submit(lambda: np.asarray(points.to_crs(LON_LAT).array)).result()
    return shapely.get_coordinates(found).round(DECIMALS)


def points_at(degrees: npt.NDArray[np.float64], crs: object) -> npt.NDArray[np.object_]:
    """Points in a CRS from rows of longitude and latitude."""
    places = gpd.GeoSeries.from_xy(*degrees.T, crs=LON_LAT)
    return _thread.submit(lambda: np.array(places.to_crs(crs).array)).result()
