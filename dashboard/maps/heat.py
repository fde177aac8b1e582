"""Heat of points as one picture: kernel density in problems per km², in the classes of the choropleth.

The density (`analysis.kernel`) is of squares of the measure CRS, in metres, so the bandwidth means the same in every
direction; it is then read off along the rows and columns of Web Mercator, which a map shows.
"""

import io
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyproj

from dashboard.analysis.kernel import Density, kernel
from dashboard.maps.geometry import MAP_CRS
from dashboard.maps.layers import Raster
from dashboard.maps.style import Scale

if TYPE_CHECKING:
    from dashboard.county import County

MERCATOR = "EPSG:3857"
PIXELS = 640
"""Longer side of the picture; each class is a flat band, so it stays sharp enough when magnified."""
SQUARES_PER_BANDWIDTH = 14
SQUARES_AT_MOST = 1_000
"""Along the longer side: a bandwidth of a few metres makes no finer squares than the picture could show."""
MESH = 65
"""Lines each way on which pixels are turned into metres, straight between: 2 cm off for lines a kilometre apart."""
OPACITY = 215


def density(
    x_m: np.ndarray, y_m: np.ndarray, extent: tuple[float, float, float, float], *, bandwidth_m: float
) -> Density:
    """Points per km² on squares over `extent` (west, south, east, north in metres)."""
    west, south, east, north = extent
    size = max(bandwidth_m / SQUARES_PER_BANDWIDTH, max(east - west, north - south) / SQUARES_AT_MOST)
    return kernel(x_m, y_m, bandwidth_m=bandwidth_m, cell_size_m=size, bounds=extent)


def raster(county: "County", x_m: np.ndarray, y_m: np.ndarray, *, scale: Scale, bandwidth_m: float) -> Raster:
    """The picture of a county's points (metres, measure CRS); what lies below the first class is left clear."""
    from scipy.ndimage import map_coordinates

    area = county.zones if len(county.zones) else county.cells
    west, south, east, north = area.total_bounds
    # The picture is level with Web Mercator and the squares are not, so its corners lie a little outside.
    margin = max(bandwidth_m, 0.02 * max(east - west, north - south))
    extent = (west - margin, south - margin, east + margin, north + margin)
    field = density(x_m, y_m, extent, bandwidth_m=bandwidth_m)
    size = field.cell_size_m

    corners = gpd.GeoSeries.from_xy([west, west, east, east], [south, north, south, north], crs=area.crs)
    left, bottom, right, top = corners.to_crs(MERCATOR).total_bounds
    pixel = max(right - left, top - bottom) / PIXELS
    columns, rows = int((right - left) / pixel), int((top - bottom) / pixel)
    mesh = np.linspace(0, 1, MESH)
    across, down = np.meshgrid(left + pixel * columns * mesh, top - pixel * rows * mesh)
    x, y = pyproj.Transformer.from_crs(MERCATOR, area.crs, always_xy=True).transform(across, down)
    pixels = np.meshgrid(_within(rows), _within(columns), indexing="ij")
    at = [
        map_coordinates(lines, pixels, order=1)
        for lines in ((y - extent[1]) / size - 0.5, (x - extent[0]) / size - 0.5)
    ]
    shown = map_coordinates(field.per_km2, at, order=1, mode="constant")
    right, bottom = left + pixel * columns, top - pixel * rows
    to_map = pyproj.Transformer.from_crs(MERCATOR, MAP_CRS, always_xy=True)
    (low_lon, high_lon), (low_lat, high_lat) = to_map.transform([left, right], [bottom, top])
    return Raster(picture(shown, scale), (low_lon, low_lat, high_lon, high_lat))


def _within(pixels: int) -> np.ndarray:
    """Where the middles of the pixels lie among the lines of the mesh."""
    return (np.arange(pixels) + 0.5) * ((MESH - 1) / pixels)


def picture(values: np.ndarray, scale: Scale) -> bytes:
    """A palette PNG of the values in the scale's classes, class 0 clear."""
    from PIL import Image

    classes = np.searchsorted(np.asarray(scale.edges), values, side="right").astype("u1")
    colours = [bytes.fromhex(swatch.colour[1:]) for swatch in scale.swatches[: len(scale.edges) + 1]]
    image = Image.frombytes("P", classes.shape[::-1], classes.tobytes())
    image.putpalette(b"".join(colours))
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=bytes([0, *[OPACITY] * (len(colours) - 1)]), optimize=False)
    return stream.getvalue()
