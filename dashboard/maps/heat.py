"""Heat of points as one picture: density in problems per km² by a Gaussian kernel, in the classes of the choropleth.

Points are counted into squares of the measure CRS and smoothed there, in metres, so the bandwidth means the same in
every direction; the smooth field is then read off along the rows and columns of Web Mercator, which a map shows.
One million points take as long as a thousand, but for the counting.
"""

import io
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyproj

from dashboard.maps.geometry import MAP_CRS
from dashboard.maps.layers import Raster
from dashboard.maps.style import Scale

if TYPE_CHECKING:
    from dashboard.county import County

MERCATOR = "EPSG:3857"
PIXELS = 640
"""Longer side of the picture; each class is a flat band, so it stays sharp enough when magnified."""
SQUARES_PER_BANDWIDTH = 5
OPACITY = 215


def density(
    x_m: np.ndarray, y_m: np.ndarray, extent: tuple[float, float, float, float], *, bandwidth_m: float
) -> tuple[np.ndarray, float]:
    """Points per km² on squares over `extent` (west, south, east, north in metres), rows from south, and their size.

    The sum over the squares is the number of points inside, less what the kernel carries over the edge.
    """
    from scipy.ndimage import gaussian_filter

    west, south, east, north = extent
    size = bandwidth_m / SQUARES_PER_BANDWIDTH
    columns, rows = int(np.ceil((east - west) / size)), int(np.ceil((north - south) / size))
    inside = (x_m >= west) & (x_m < west + columns * size) & (y_m >= south) & (y_m < south + rows * size)
    column = ((x_m[inside] - west) / size).astype("i8")
    row = ((y_m[inside] - south) / size).astype("i8")
    counts = np.bincount(row * columns + column, minlength=rows * columns).reshape(rows, columns)
    smooth = gaussian_filter(counts.astype("f4"), sigma=SQUARES_PER_BANDWIDTH, mode="constant", truncate=4)
    return smooth / (size / 1000) ** 2, size


def raster(county: "County", x_m: np.ndarray, y_m: np.ndarray, *, scale: Scale, bandwidth_m: float) -> Raster:
    """The picture of a county's points (metres, measure CRS); what lies below the first class is left clear."""
    from scipy.ndimage import map_coordinates

    area = county.zones if len(county.zones) else county.cells
    west, south, east, north = area.total_bounds
    margin = 2 * bandwidth_m
    extent = (west - margin, south - margin, east + margin, north + margin)
    located = np.isfinite(x_m) & np.isfinite(y_m)
    field, size = density(x_m[located], y_m[located], extent, bandwidth_m=bandwidth_m)

    corners = gpd.GeoSeries.from_xy([west, west, east, east], [south, north, south, north], crs=area.crs)
    left, bottom, right, top = corners.to_crs(MERCATOR).total_bounds
    pixel = max(right - left, top - bottom) / PIXELS
    across, down = np.meshgrid(
        left + pixel * (np.arange(int((right - left) / pixel)) + 0.5),
        top - pixel * (np.arange(int((top - bottom) / pixel)) + 0.5),
    )
    to_metres = pyproj.Transformer.from_crs(MERCATOR, area.crs, always_xy=True)
    x, y = to_metres.transform(across.ravel(), down.ravel())
    at = [(y - extent[1]) / size - 0.5, (x - extent[0]) / size - 0.5]
    shown = map_coordinates(field, at, order=1, mode="constant").reshape(across.shape)
    right, bottom = left + pixel * across.shape[1], top - pixel * across.shape[0]
    to_map = pyproj.Transformer.from_crs(MERCATOR, MAP_CRS, always_xy=True)
    (low_lon, high_lon), (low_lat, high_lat) = to_map.transform([left, right], [bottom, top])
    return Raster(picture(shown, scale), (low_lon, low_lat, high_lon, high_lat))


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
