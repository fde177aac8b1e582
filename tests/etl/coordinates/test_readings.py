"""Declared readings against pyproj, and what becomes of wrong ones."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from etl import coordinates as co
from etl.errors import CoordinatesUnclear, SettingsError
from tests.etl.coordinates.metres import metres


@pytest.mark.parametrize("code", [4547, 4526, 4508, 32650, 3857])
def test_projected_readings_agree_with_pyproj(code: int) -> None:
    lon, lat = np.array([114.5, 114.6]), np.array([38.0, 38.1])
    x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    for found in (co.to_wgs84(x, y, f"EPSG:{code}"), co.to_wgs84(y, x, f"epsg:{code} swapped")):
        assert metres(found, (lon, lat)).max() < 1e-3


def test_cgcs2000_is_taken_for_wgs84() -> None:
    for reading in ("cgcs2000", "wgs84", "EPSG:4490", "EPSG:4326"):
        assert [float(value) for value in co.to_wgs84(114.5, 38.0, reading)] == [114.5, 38.0]


def test_what_lies_nowhere_becomes_nan() -> None:
    lon, lat = co.to_wgs84([114.5, 1e30, 999.0], [38.0, 1e30, 38.0], "wgs84")
    assert np.isnan(lon).tolist() == np.isnan(lat).tolist() == [False, True, True]
    assert np.isnan(co.to_wgs84([1e30], [1e30], "EPSG:4547")).all()


@pytest.mark.parametrize("reading", ["gps", "", "EPSG:", "EPSG:999999", "wgs84 twice", "auto", "swapped"])
def test_unknown_reading_is_a_settings_error(reading: str) -> None:
    with pytest.raises(SettingsError) as caught:
        co.checked_reading(reading)
    assert caught.value.note is not None


def test_boston_declared_as_gcj02_is_an_error() -> None:
    with pytest.raises(CoordinatesUnclear, match="中国"):
        co.to_wgs84([-71.06, np.nan], [42.36, 1.0], "gcj02")
    # … but one stray row does not condemn a Chinese file.
    lon, _ = co.to_wgs84([114.5, 0.0], [38.0, 0.0], "gcj02")
    assert lon[1] == 0.0


def test_polygons_follow_the_same_readings() -> None:
    square = shapely.box(114.5, 38.0, 114.51, 38.01)
    moved = shapely.transform(square, lambda xy: np.column_stack(co.gcj02_from_wgs84(xy[:, 0], xy[:, 1])))
    back = co.polygons_to_wgs84(np.array([moved, None], dtype=object), "gcj02")
    assert shapely.equals_exact(back[0], square, tolerance=1e-9)
    assert back[1] is None
    wkt = pyproj.CRS("EPSG:4547").to_wkt()
    in_metres = gpd.GeoSeries([square], crs=4326).to_crs(4547).to_numpy()
    assert shapely.equals_exact(co.polygons_to_wgs84(in_metres, wkt)[0], square, tolerance=1e-8)


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [(114.5, 38, "EPSG:4547"), (75.1, 39, "EPSG:4534"), (135, 48, "EPSG:4554"), (113.4, 23, "EPSG:4547"),
     (-71.06, 42.36, "EPSG:32619"), (18.4, -33.9, "EPSG:32734"), (179.99, 0, "EPSG:32660"), (-180, 1, "EPSG:32601")],
)  # fmt: skip
def test_measure_crs(lon: float, lat: float, crs: str) -> None:
    assert co.measure_crs(lon, lat) == crs
    area = pyproj.CRS(crs).area_of_use
    assert area is not None
    assert area.west - 1e-6 <= lon <= area.east + 0.3  # China ends at 134.77° E
