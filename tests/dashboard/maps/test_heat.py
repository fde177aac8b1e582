"""Heat of points: a density per km² whose sum is the number of points, on the fixed classes."""

import io

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image

from dashboard.maps import heat, style, views
from tests.dashboard.maps.bent import X0, Y0, bent_county

LOOK = views.MapStyle("zh", "内部用图")


def test_density_sums_to_the_points() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(1000, 3000, (2, 500))
    field, size = heat.density(x, y, (0, 0, 4000, 4000), bandwidth_m=100)
    assert field.sum() * (size / 1000) ** 2 == pytest.approx(500, rel=1e-4)


def test_one_point_peaks_as_a_gaussian_does() -> None:
    field, _ = heat.density(np.array([2010.0]), np.array([1010.0]), (0, 0, 4000, 2000), bandwidth_m=100)
    assert field.max() == pytest.approx(1 / (2 * np.pi * 0.1**2), rel=0.02)
    assert np.unravel_index(field.argmax(), field.shape) == (50, 100)


def test_the_picture_lies_where_the_points_are() -> None:
    county = bent_county(20)
    x, y = np.full(200, X0 + 800.0), np.full(200, Y0 - 600.0)
    picture = heat.raster(county, x, y, scale=style.heat("zh"), bandwidth_m=150)
    classes = np.asarray(Image.open(io.BytesIO(picture.png)))
    rows, columns = np.nonzero(classes == classes.max())
    west, south, east, north = picture.bounds
    lon = west + (columns.mean() + 0.5) / classes.shape[1] * (east - west)
    lat = north - (rows.mean() + 0.5) / classes.shape[0] * (north - south)
    found = gpd.GeoSeries.from_xy([lon], [lat], crs="EPSG:4326").to_crs(county.cells.crs)[0]
    assert np.hypot(found.x - x[0], found.y - y[0]) < 12


def test_classes_of_the_picture_are_those_of_the_scale() -> None:
    image = Image.open(io.BytesIO(heat.picture(np.array([[0, 14.9, 15, 59, 60, 600, 5000]]), style.heat("zh"))))
    assert np.asarray(image).tolist() == [[0, 0, 1, 1, 2, 5, 5]]
    clear, *colours = image.convert("RGBA").get_flattened_data()
    assert clear[3] == 0
    assert colours[-1][:3] == tuple(bytes.fromhex(style.SEQUENTIAL[5][1:]))


def test_no_points_and_points_without_coordinates_leave_it_clear() -> None:
    county = bent_county(12)
    view = views.heat_points(county, np.array([np.nan, np.nan]), np.array([np.nan, 1.0]), look=LOOK)
    assert view.raster is not None
    assert not np.asarray(Image.open(io.BytesIO(view.raster.png))).any()
