"""Telling readings apart on a town of sixteen square zones, and on real files."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import coordinates as co
from etl.errors import CoordinatesUnclear
from etl.messages import sentence
from tests.etl.coordinates.metres import metres

WIDTH = 1_100 / 111_320  # zones of 1.1 km, sixteen of them, as large as DOMAIN.md's county


@pytest.fixture(scope="module")
def town() -> gpd.GeoSeries:
    shapes = [
        shapely.box(114.5 + i * WIDTH / 0.788, 38 + j * WIDTH, 114.5 + (i + 1) * WIDTH / 0.788, 38 + (j + 1) * WIDTH)
        for i in range(4)
        for j in range(4)
    ]
    return gpd.GeoSeries(shapes, index=[f"Z{number:02}" for number in range(16)], crs=4326)


def ledger(
    town: gpd.GeoSeries, rows: int, seed: int = 7, wrong: float = 0.05
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points all over the town and the zone each names, one in twenty wrongly."""
    rng = np.random.default_rng(seed)
    zone = rng.integers(0, len(town), rows)
    bounds = town.bounds.to_numpy()[zone]
    named = town.index.to_numpy(dtype=object)[
        np.where(rng.random(rows) < wrong, rng.integers(0, len(town), rows), zone)
    ]
    return rng.uniform(bounds[:, 0], bounds[:, 2]), rng.uniform(bounds[:, 1], bounds[:, 3]), named


FORWARD = {"wgs84": lambda lon, lat: (lon, lat), "gcj02": co.gcj02_from_wgs84, "bd09": co.bd09_from_wgs84} | {
    code: pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True).transform
    for code in ("EPSG:4547", "EPSG:4526", "EPSG:4498", "EPSG:4546", "EPSG:32650", "EPSG:32649", "EPSG:3857")
}


@pytest.mark.parametrize("reading", FORWARD)
@pytest.mark.parametrize("is_swapped", [False, True])
@pytest.mark.parametrize("rows", [100, 1_002])
def test_every_reading_is_told_from_the_named_zones(
    town: gpd.GeoSeries, reading: str, is_swapped: bool, rows: int
) -> None:
    lon, lat, named = ledger(town, rows)
    x, y = FORWARD[reading](lon, lat)
    if is_swapped:
        x, y, reading = y, x, f"{reading} swapped"
    found = co.detect(x, y, zones=town, named_zone=named)
    assert found.reading == reading
    assert found.evidence in ("coordinates_by_rows", "coordinates_only_reading")
    assert metres(co.to_wgs84(x, y, found.reading), (lon, lat)).max() < 0.01
    assert found.reading in sentence(found.note, "zh")
    assert found.reading in sentence(found.note, "en")


def test_the_share_inside_decides_only_when_it_is_overwhelming(town: gpd.GeoSeries) -> None:
    lon, lat, _ = ledger(town, 1_002)
    assert co.detect(*co.gcj02_from_wgs84(lon, lat), zones=town).evidence == "coordinates_by_share"
    # A ledger of the inner zones lies inside by either reading.
    middle = (abs(lon - lon.mean()) < WIDTH / 2) & (abs(lat - lat.mean()) < WIDTH / 2)
    with pytest.raises(CoordinatesUnclear) as caught:
        co.detect(*co.gcj02_from_wgs84(lon[middle], lat[middle]), zones=town)
    assert len(caught.value.note[1]["tried"]) == 3  # type: ignore[index]
    # So does one of which a tenth lies beyond the border.
    outside = np.arange(lon.size) % 8 == 0
    with pytest.raises(CoordinatesUnclear):
        co.detect(lon + outside * 5 * WIDTH, lat, zones=town)


def test_a_village_beyond_the_border_never_brings_a_wrong_datum(town: gpd.GeoSeries) -> None:
    # Clusters in the town and around it; by a wrong reading more of them may come inside than by the true one.
    rng = np.random.default_rng(11)
    west, south, east, north = town.total_bounds
    for _ in range(80):
        clusters, rows = int(rng.integers(1, 40)), int(rng.choice([100, 300, 1_000]))
        x = rng.uniform(west - 0.1 * (east - west), east + 0.1 * (east - west), clusters)
        y = rng.uniform(south - 0.1 * (north - south), north + 0.1 * (north - south), clusters)
        which, spread = rng.integers(0, clusters, rows), rng.uniform(100, 900) / 111_320
        lon, lat = x[which] + rng.normal(0, spread / 0.788, rows), y[which] + rng.normal(0, spread, rows)
        for reading in ("wgs84", "gcj02", "bd09"):
            try:
                found = co.detect(*FORWARD[reading](lon, lat), zones=town)
            except CoordinatesUnclear:
                continue
            assert found.reading == reading


def test_too_few_rows_are_unclear(town: gpd.GeoSeries) -> None:
    lon, lat, named = ledger(town, 8)
    with pytest.raises(CoordinatesUnclear):
        co.detect(*co.gcj02_from_wgs84(lon, lat), zones=town, named_zone=named)


def test_a_file_that_mixes_two_datums_is_unclear(town: gpd.GeoSeries) -> None:
    lon, lat, named = ledger(town, 1_002, wrong=0.0)
    is_phone = np.random.default_rng(1).random(lon.size) < 0.6
    x, y = (np.where(is_phone, *pair) for pair in zip(co.gcj02_from_wgs84(lon, lat), (lon, lat), strict=True))
    with pytest.raises(CoordinatesUnclear):
        co.detect(x, y, zones=town, named_zone=named)


def test_a_default_point_has_one_voice_or_none(town: gpd.GeoSeries) -> None:
    lon, lat, named = ledger(town, 300)
    x, y = co.gcj02_from_wgs84(lon, lat)
    # Three thousand rows on the office's own door, which lies in Z05 by WGS 84 and names every zone.
    door = town.iloc[5].centroid
    many = 3_000
    x, y = np.append(x, np.full(many, door.x)), np.append(y, np.full(many, door.y))
    agreed = np.append(named, np.full(many, "Z05", dtype=object))
    assert co.detect(x, y, zones=town, named_zone=agreed).reading == "gcj02"
    disagreeing = np.append(named, np.resize(town.index.to_numpy(dtype=object), many))
    found = co.detect(x, y, zones=town, named_zone=disagreeing)
    assert (found.reading, found.points) == ("gcj02", 300)


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_has_no_influence(town_seed) -> None:  # type: ignore[no-untyped-def]
    shapes = gpd.GeoSeries(
        [shapely.box(114.5, 38, 114.52, 38.02), shapely.box(114.52, 38, 114.54, 38.02)], index=["a", "b"]
    )
    lon, lat, named = ledger(shapes, 200)
    x, y = co.bd09_from_wgs84(lon, lat)
    order = list(range(200))
    town_seed.shuffle(order)
    first = co.detect(x, y, zones=shapes, named_zone=named)
    assert co.detect(x[order], y[order], zones=shapes[::-1], named_zone=named[order]) == first


def test_named_places_are_evidence_too(town: gpd.GeoSeries) -> None:
    lon, lat, _ = ledger(town, 60)
    named = np.where(np.arange(60) % 3 == 0, -1, np.arange(60))
    places = shapely.points(lon + 0.0003, lat)
    found = co.detect(*co.gcj02_from_wgs84(lon, lat), zones=town, named_place=named, places=places)
    assert (found.reading, found.evidence, found.points) == ("gcj02", "coordinates_by_rows", 40)


def test_a_street_agrees_with_what_stands_at_it(town: gpd.GeoSeries) -> None:
    west, south, east, north = town.total_bounds
    streets = np.array(
        [shapely.LineString([(west, y), (east, y)]) for y in np.linspace(south, north, 9)]
        + [shapely.LineString([(x, south), (x, north)]) for x in np.linspace(west, east, 9)]
    )
    rng = np.random.default_rng(7)
    named = rng.integers(0, len(streets), 90)
    on_it = shapely.line_interpolate_point(streets[named], rng.random(90), normalized=True)
    lon, lat = shapely.get_x(on_it) + 4e-4, shapely.get_y(on_it) + 4e-4  # 35 and 44 m to the side
    found = co.detect(*co.bd09_from_wgs84(lon, lat), zones=town, named_place=named, places=streets)
    assert (found.reading, found.evidence) == ("bd09", "coordinates_by_rows")
    # Half a block behind it is not at it.
    with pytest.raises(CoordinatesUnclear):
        co.detect(*co.bd09_from_wgs84(lon + 1.5e-3, lat + 1.5e-3), zones=town, named_place=named, places=streets)


def test_the_sample_keeps_all_rows_of_a_coordinate_and_knows_no_order() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.random(50_000), rng.random(50_000)
    x[30_000:], y[30_000:] = x[:20_000], y[:20_000]
    rows = co.sample_rows(x, y)
    taken = pd.MultiIndex.from_arrays([x[rows], y[rows]])
    assert taken.nunique() == 20_000
    assert pd.MultiIndex.from_arrays([x, y]).isin(taken).sum() == len(rows)
    order = rng.permutation(50_000)
    again = co.sample_rows(x[order], y[order])
    assert np.array_equal(np.sort(order[again]), rows)
    few = np.array([1.0, np.nan, 2.0])
    assert co.sample_rows(few, few).tolist() == [0, 2]


def test_elsewhere_impossible_and_nothing_are_said_plainly(town: gpd.GeoSeries) -> None:
    for x, y, code in (
        ([116.4], [39.9], "coordinates_elsewhere"),
        ([1e12], [5.0], "coordinates_impossible"),
        ([np.nan], [38.0], "coordinates_none"),
        ([], [], "coordinates_none"),
    ):
        with pytest.raises(CoordinatesUnclear) as caught:
            co.detect(x, y, zones=town)
        assert caught.value.note is not None
        assert caught.value.note[0] == code


def test_without_zones_only_what_the_numbers_themselves_say() -> None:
    assert co.detect([39512345.0], [4212345.0]).reading == "EPSG:4527"
    assert co.detect([4212345.0], [39512345.0]).reading == "EPSG:4527 swapped"
    assert co.detect([-71.06], [42.36]).reading == "wgs84"
    for x, y in (([114.5], [38.0]), ([512345.0], [4212345.0])):
        with pytest.raises(CoordinatesUnclear) as caught:
            co.detect(x, y)
        assert caught.value.note[0] == "coordinates_no_zones"  # type: ignore[index]
    x, y = FORWARD["EPSG:4547"](114.52, 38.03)
    assert co.detect([x], [y], near=(114.5, 38.0)).reading == "EPSG:4547"


def test_polygons_in_degrees_are_wgs84_and_the_note_leaves_a_doubt(town: gpd.GeoSeries) -> None:
    found = co.detect_polygons(town.to_numpy())
    assert (found.reading, found.evidence) == ("wgs84", "coordinates_by_range")
    assert "GCJ-02" in sentence(found.note, "zh")
    swapped = shapely.transform(town.to_numpy(), lambda xy: xy[:, ::-1])
    assert co.detect_polygons(swapped).reading == "wgs84 swapped"
    surveyed = town.to_crs("EPSG:4526").to_numpy()
    assert co.detect_polygons(surveyed).reading == "EPSG:4526"
    assert co.detect_polygons(town.to_crs("EPSG:4547").to_numpy(), zones=town).reading == "EPSG:4547"


@pytest.mark.real
def test_shenzhen_without_a_prj_and_boston_with_and_without_swap(china_dir: Path, boston_dir: Path) -> None:
    shenzhen = gpd.read_file(china_dir / "sz.shp")
    assert shenzhen.crs is None
    assert co.detect_polygons(shenzhen.geometry.to_numpy()).reading == "wgs84"
    grid = gpd.read_file(china_dir / "grid" / "grid.shp").geometry.to_numpy()
    assert co.detect_polygons(grid, zones=shenzhen.set_index("qh").geometry.set_crs(4326)).reading == "wgs84"
    boston = gpd.read_file(boston_dir / "zones" / "boston.geojson").set_index("name").geometry
    rows = pd.read_csv(boston_dir / "Graffiti Removal.csv", dtype="str", encoding="utf-8")
    parsed = co.parse(rows["Geocoded_Location"])
    assert co.detect(parsed.x, parsed.y, zones=boston).reading == "wgs84 swapped"
    assert co.detect(parsed.y, parsed.x, zones=boston).share > 0.99
