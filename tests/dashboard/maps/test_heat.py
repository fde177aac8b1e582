"""Heat of points: a density per km² by the kernel of the analysis, on the classes of the choropleth."""

import io

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image

from dashboard.analysis.kernel import kernel
from dashboard.maps import heat, style, views
from settings import Settings
from tests.dashboard.maps.bent import X0, Y0, bent_county

LOOK = views.MapStyle("zh", "内部用图")


def test_there_is_one_kernel() -> None:
    x, y = np.random.default_rng(1).uniform(1000, 3000, (2, 500))
    field = heat.density(x, y, (0, 0, 4000, 4000), bandwidth_m=280)
    assert field.cell_size_m == 20
    expected = kernel(x, y, bandwidth_m=280, cell_size_m=20, bounds=(0, 0, 4000, 4000))
    assert np.array_equal(field.per_km2, expected.per_km2)
    assert field.per_km2.sum() * 0.02**2 == pytest.approx(500)


def test_a_bandwidth_of_a_few_metres_makes_no_endless_squares() -> None:
    field = heat.density(np.array([3.0]), np.array([4.0]), (0, 0, 50_000, 20_000), bandwidth_m=5)
    assert field.per_km2.shape == (400, 1000)


def test_as_smooth_as_a_gaussian_of_the_canonical_bandwidth() -> None:
    # (R(K) / mu2(K)^2)^(1/6) in the plane, R and mu2 by numerical integration: what the default bandwidth rests on.
    step = 0.005
    x, y = np.meshgrid(np.arange(-8, 8, step), np.arange(-8, 8, step))
    square = x**2 + y**2
    canonical = []
    for weights in (np.where(square < 1, 3 / np.pi * (1 - square) ** 2, 0), np.exp(-square / 2) / (2 * np.pi)):
        assert weights.sum() * step**2 == pytest.approx(1, abs=1e-4)
        mu2 = (weights * x**2).sum() * step**2
        canonical.append(((weights**2).sum() * step**2 / mu2**2) ** (1 / 6))
    assert canonical[0] / canonical[1] == pytest.approx(2.78, abs=0.005)


def test_the_bandwidth_is_a_setting_and_the_legend_says_it() -> None:
    county = bent_county(12)
    x, y = np.full(200, X0 + 400.0), np.full(200, Y0 - 300.0)
    look = views.MapStyle.of(Settings(heat_bandwidth_m=1_250.0), "zh")
    view = views.heat_points(county, x, y, look=look)
    assert view.legend is not None and view.raster is not None
    assert "核密度，带宽 1,250 米" in view.legend.note
    narrow = views.heat_points(county, x, y, look=views.MapStyle.of(Settings(heat_bandwidth_m=100.0), "en"))
    assert narrow.raster is not None and narrow.legend is not None
    assert "bandwidth 100 m" in narrow.legend.note
    classes = [np.asarray(Image.open(io.BytesIO(each.raster.png))) for each in (view, narrow) if each.raster]
    assert (classes[0] > 0).sum() > 20 * (classes[1] > 0).sum()


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
