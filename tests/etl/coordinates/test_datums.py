"""GCJ-02 and BD-09 against published vectors, the printed formula and their own inverses."""

import time
from math import cos, pi, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from etl import coordinates as co
from tests.etl.coordinates.metres import metres

CHINA_LON = st.floats(74.0, 135.0)
CHINA_LAT = st.floats(4.0, 53.0)

# googollee/eviltransform, test data of every port: WGS 84 latitude, longitude, GCJ-02 latitude, longitude.
EVILTRANSFORM = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]


@pytest.mark.parametrize(("lat", "lon", "gcj_lat", "gcj_lon"), EVILTRANSFORM)
def test_gcj02_agrees_with_eviltransform(lat: float, lon: float, gcj_lat: float, gcj_lon: float) -> None:
    x, y = co.gcj02_from_wgs84(lon, lat)
    # It was published with six decimals of agreement between its ports, which is a tenth of a metre.
    assert (float(x), float(y)) == pytest.approx((gcj_lon, gcj_lat), abs=1e-7)


def test_gcj02_and_bd09_agree_with_coordtransform() -> None:
    # wandergis/coordtransform, test/app.js: 116.404, 39.915 taken for each datum in turn.
    here = np.array([116.404]), np.array([39.915])
    assert np.ravel(co.gcj02_from_wgs84(*here)) == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-12)
    assert np.ravel(co.bd09_from_gcj02(*here)) == pytest.approx([116.41036949371029, 39.92133699351021], abs=1e-12)
    # Its inverse of BD-09 is a single step; ours lies within its error of a metre.
    assert np.ravel(co.gcj02_from_bd09(*here)) == pytest.approx([116.39762729119315, 39.90865673957631], abs=1e-5)


def plain_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The formula once more, as it is usually printed, a number at a time."""
    x, y = lon - 105, lat - 35
    a, ee = 6378245.0, 0.00669342162296594323
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    d_lat += (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3 + (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    d_lat += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    d_lon += (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3 + (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    d_lon += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    magic = 1 - ee * sin(radians(lat)) ** 2
    d_lat = d_lat * 180 / (a * (1 - ee) / (magic * sqrt(magic)) * pi)
    d_lon = d_lon * 180 / (a / sqrt(magic) * cos(radians(lat)) * pi)
    return lon + d_lon, lat + d_lat


@given(CHINA_LON, CHINA_LAT)
def test_gcj02_is_the_printed_formula(lon: float, lat: float) -> None:
    assert tuple(map(float, co.gcj02_from_wgs84(lon, lat))) == pytest.approx(plain_gcj02(lon, lat), abs=1e-12)


POINTS = hnp.arrays(np.float64, st.tuples(st.just(2), st.integers(1, 30)), elements=st.floats(0.0, 1.0))


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        (co.gcj02_from_wgs84, co.wgs84_from_gcj02),
        (co.bd09_from_gcj02, co.gcj02_from_bd09),
        (co.bd09_from_wgs84, co.wgs84_from_bd09),
    ],
)
@given(POINTS)
def test_inverse_is_better_than_a_millimetre(forward, backward, unit: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    point = 74.0 + 61.0 * unit[0], 4.0 + 49.0 * unit[1]
    assert metres(backward(*forward(*point)), point).max() < 1e-4


@given(CHINA_LON, CHINA_LAT)
def test_gcj02_moves_by_a_hundred_to_seven_hundred_metres(lon: float, lat: float) -> None:
    # Up to 900 m at the box's far corners, where nobody lives.
    assert 10 < float(metres(co.gcj02_from_wgs84(lon, lat), (np.array(lon), np.array(lat)))) < 1_500


@pytest.mark.parametrize("formula", [co.gcj02_from_wgs84, co.wgs84_from_gcj02, co.bd09_from_wgs84, co.wgs84_from_bd09])
def test_outside_china_and_nan_come_back_as_they_are(formula) -> None:  # type: ignore[no-untyped-def]
    lon, lat = np.array([-71.06, 139.8, np.nan, 0.0]), np.array([42.36, 35.7, 30.0, np.nan])
    moved = formula(lon, lat)
    np.testing.assert_array_equal(moved[0], lon)
    np.testing.assert_array_equal(moved[1], lat)


def test_inputs_are_not_changed() -> None:
    lon, lat = np.array([114.5]), np.array([38.0])
    co.to_wgs84(lon, lat, "gcj02")
    assert (lon[0], lat[0]) == (114.5, 38.0)


def test_a_million_points_take_seconds_not_minutes() -> None:
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(80, 130, 1_000_000), rng.uniform(20, 50, 1_000_000)
    begun = time.process_time()
    co.wgs84_from_gcj02(lon, lat)
    assert time.process_time() - begun < 4.0  # 0.8 s alone; a point at a time would take minutes
