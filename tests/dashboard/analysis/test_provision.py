import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import provision
from dashboard.standards import Standard, read_standards

CRS = "EPSG:4547"
STANDARDS = read_standards()


def standard(value: float, low: float | None = None, high: float | None = None) -> Standard:
    texts = {"zh": "", "en": ""}
    return Standard("x", value, "m", False, texts, texts, texts, {}, low, high)


def points(*xy: tuple[float, float] | None, **columns: object) -> gpd.GeoDataFrame:
    shapes = [None if one is None else shapely.Point(*one) for one in xy]
    return gpd.GeoDataFrame(columns, geometry=shapes, index=[f"t{i}" for i in range(len(shapes))], crs=CRS)


def test_spacing_by_hand() -> None:
    """At 0, 200, 700 and 1,900 m of a street: 200 is too near, 500 in the range, 1,200 too far (300-500 m)."""
    found = provision.spacing(points((0, 0), (200, 0), None, (700, 0), (1900, 0)), standard(500, 300, 500))
    expected = pd.DataFrame(
        {
            "neighbour": ["t1", "t0", "t1", "t3"],
            "neighbour_m": [200.0, 200, 500, 1200],
            "state": ["too_little", "too_little", "within", "too_much"],
        },
        index=["t0", "t1", "t3", "t4"],
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    told = provision.shares(found["state"])
    assert told.loc["too_little"].tolist() == [2, 0.5]
    assert told.loc["too_much"].tolist() == [1, 0.25]


def test_the_only_one_is_too_far_from_the_next_and_three_at_one_point_are_too_near() -> None:
    alone = provision.spacing(points((0, 0)), standard(500, 300, 500))
    assert alone["state"].tolist() == ["too_much"] and alone["neighbour_m"].isna().all()
    heap = provision.spacing(points((5, 5), (5, 5), (5, 5)), standard(500, 300, 500))
    assert heap["neighbour_m"].tolist() == [0, 0, 0]
    assert (heap["neighbour"] != heap.index.to_series()).all()
    assert len(provision.spacing(points(), standard(500))) == 0


def test_a_standard_without_a_range_has_one_end() -> None:
    found = provision.spacing(points((0, 0), (10, 0), (600, 0)), standard(500))
    assert found["state"].tolist() == ["within", "within", "too_much"]
    dense = STANDARDS.entries["toilet.spacing_dense_street"]
    assert provision.spacing(points((0, 0), (301, 0)), dense)["state"].tolist() == ["too_much"] * 2


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(2, 30))
def test_spacing_equal_to_every_distance(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 12, (size, 2)) * 100.0
    found = provision.spacing(points(*map(tuple, xy)), standard(500, 300, 500))
    apart = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1)) + np.diag([np.inf] * size)
    np.testing.assert_allclose(found["neighbour_m"], apart.min(axis=1))
    at = found.index.get_indexer(found["neighbour"])
    np.testing.assert_allclose(apart[np.arange(size), at], apart.min(axis=1))


def test_per_km2_by_hand() -> None:
    """North: 2 toilets on 0.5 km² are 4; south: 1 on 0.5 is 2, too few for 3-5; outside: in no zone."""
    zones = gpd.GeoDataFrame(
        {"area_m2": [5e5, 5e5, 1e5, 0]}, geometry=[None] * 4, index=["north", "south", "east", "none"], crs=CRS
    )
    toilets = points(None, None, None, None, None, zone=["north", "north", "south", None, "east"])
    found = provision.per_km2(toilets, zones, STANDARDS.entries["toilet.per_km2_residential"])
    assert found["facilities"].tolist() == [2, 1, 1, 0]
    assert found["per_km2"].tolist()[:3] == pytest.approx([4, 2, 10])
    assert found["state"].tolist() == ["within", "too_little", "too_much", "not_known"]
    told = provision.shares(found["state"])
    assert told["number"].sum() == 4 and told.loc["not_known"].isna()["share"]
    assert told["share"].sum() == pytest.approx(1)


def test_class_at_main_roads_and_markets_by_hand() -> None:
    """Beside is 50 m, class 2 the lowest. t3 is of class 3 too, in a lane far from both; t5 has no location."""
    toilets = points(
        (0, 40),
        (500, 0),
        (0, -50),
        (9999, 9999),
        (520, 10),
        None,
        (100, 51),
        grade=["3", "1", "2", "3", None, "3", "3"],
    )
    base = gpd.GeoDataFrame(
        {"kind": ["road_main", "road_lane", None]},
        geometry=[shapely.LineString([(-9, 0), (9, 0)]), shapely.LineString([(9990, 9999), (9999, 9999)]), None],
        crs=CRS,
    )
    markets = points((500, 30), None)
    found = provision.class_gaps(
        toilets, base, markets, lowest=STANDARDS.entries["toilet.lowest_class"],
        beside=STANDARDS.entries["toilet.beside"],
    )  # fmt: skip
    assert found["at"].to_dict() == {"t0": "main_road", "t1": "market", "t2": "main_road", "t4": "market"}
    assert found["state"].to_dict() == {"t0": "too_little", "t1": "within", "t2": "within", "t4": "not_known"}
    both = provision.class_gaps(
        points((0, 0), grade=["二类"]), base, points((0, 9)), lowest=standard(2), beside=standard(50)
    )
    assert both[["at", "state"]].to_numpy().tolist() == [["both", "not_known"]]
