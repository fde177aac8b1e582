import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import supply

CRS = "EPSG:4547"
ENHANCED = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
"""Three rings, as Luo & Qi 2009 weigh them for a slow decay."""


def demand(*rows: tuple[float, float, float | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"weight": [weight for *_, weight in rows]}, geometry=[shapely.Point(x, y) for x, y, _ in rows], crs=CRS
    )


def places(*rows: tuple[float, float, float | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"capacity": pd.array([capacity for *_, capacity in rows], dtype="Float64")},
        geometry=[shapely.Point(x, y) for x, y, _ in rows],
        index=[f"f{i}" for i in range(len(rows))],
        crs=CRS,
    )


def test_two_toilets_and_three_blocks_by_hand() -> None:
    """In a row at 0, 100, 200 and 900 m live 100, 200, 300 and 50; toilets at 0 (6 seats) and 200 (10) reach 100 m.

    The first has 100 + 200 people: 20 seats a thousand; the second 200 + 300: 20 a thousand. In the middle both.
    """
    people = demand((0, 0, 100), (100, 0, 200), (200, 0, 300), (900, 0, 50))
    found = supply.floating_catchment(people, places((0, 0, 6), (200, 0, 10)), radius_m=100)
    assert found.facilities["demand"].tolist() == [300, 500]
    assert found.facilities["per_thousand"].tolist() == [20, 20]
    assert found.places.tolist() == [20, 40, 20, 0]
    assert found.unknown == 0


def test_a_toilet_with_two_seats_does_not_serve_a_market_of_500_stalls() -> None:
    """Within reach all the same: share of the area says served, seats per thousand say 0.4 where 20 had been."""
    street = demand((0, 0, 100))
    toilet = places((10, 0, 2))
    assert supply.floating_catchment(street, toilet, radius_m=300).places.tolist() == [20]
    cell = gpd.GeoDataFrame({"people": [100]}, geometry=[shapely.box(-5, -5, 5, 5)], index=["c"], crs=CRS)
    market = gpd.GeoDataFrame(
        {"capacity": [500.0], "floor_area_m2": [np.nan]}, geometry=[shapely.Point(50, 0)], index=["m"], crs=CRS
    )
    everybody = supply.crowds(cell, market, people_per_stall=9.8, people_per_1000_m2=1)
    assert everybody["weight"].tolist() == [100, 4900]
    found = supply.floating_catchment(everybody, toilet, radius_m=300)
    assert found.places.tolist() == pytest.approx([0.4, 0.4])


def test_a_markets_crowd_by_stalls_else_floor_area_else_not_known() -> None:
    shapes = [shapely.Point(i, 0) for i in range(3)]
    markets = gpd.GeoDataFrame(
        {"capacity": pd.array([10, None, None], "Int64"), "floor_area_m2": pd.array([500, 2000, None], "Float64")},
        geometry=shapes, index=list("abc"), crs=CRS,
    )  # fmt: skip
    cells = gpd.GeoDataFrame({"people": pd.array([None], "Int64")}, geometry=[shapely.box(0, 0, 1, 1)], crs=CRS)
    found = supply.crowds(cells, markets, people_per_stall=3, people_per_1000_m2=40)
    assert found["source"].tolist() == ["cell", "market", "market", "market"]
    np.testing.assert_array_equal(found["weight"], [np.nan, 30, 80, np.nan])


def test_weights_of_distance_by_hand() -> None:
    """200, 100 and 100 people at 100, 250 and 300 m count 200 + 22 + 22; 500 m is beyond reach."""
    people = demand((100, 0, 200), (250, 0, 100), (300, 0, 100), (500, 0, 1e6))
    found = supply.floating_catchment(people, places((0, 0, 61)), radius_m=300, steps=ENHANCED)
    assert found.facilities["demand"].tolist() == pytest.approx([244])
    assert found.places.tolist() == pytest.approx([250, 55, 55, 0])


def test_unknown_capacity_is_no_nought_and_nobody_near_no_rate() -> None:
    found = supply.floating_catchment(
        demand((0, 0, 100), (5, 0, None)), places((0, 0, None), (0, 0, 5), (9e5, 0, 4)), radius_m=100
    )
    assert found.facilities["state"].tolist() == [supply.NO_CAPACITY, supply.KNOWN, supply.NOBODY_NEAR]
    assert found.facilities["per_thousand"].isna().tolist() == [True, False, True]
    assert (found.unknown, found.unweighed) == (1, 1) and found.places.tolist() == [50, 50]


def test_without_a_location() -> None:
    people = gpd.GeoDataFrame({"weight": [1.0, 1.0]}, geometry=[None, shapely.Point(0, 0)], crs=CRS)
    nowhere = gpd.GeoDataFrame({"capacity": [5.0]}, geometry=[None], crs=CRS)
    found = supply.floating_catchment(people, nowhere, radius_m=100)
    assert np.isnan(found.places[0]) and found.places[1] == 0
    assert found.facilities["state"].tolist() == [supply.NOBODY_NEAR]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), size=st.integers(1, 30), count=st.integers(1, 12), radius_m=st.floats(50, 900),
    is_enhanced=st.booleans(),
)  # fmt: skip
def test_equal_to_whole_matrices_and_nothing_is_lost(
    seed: int, size: int, count: int, radius_m: float, is_enhanced: bool
) -> None:
    rng = np.random.default_rng(seed)
    people = demand(*zip(*rng.uniform(0, 1000, (2, size)), rng.integers(0, 100, size), strict=True))  # type: ignore[arg-type]
    toilets = places(*zip(*rng.uniform(0, 1000, (2, count)), rng.integers(0, 20, count), strict=True))  # type: ignore[arg-type]
    steps = ENHANCED if is_enhanced else ((1.0, 1.0),)
    found = supply.floating_catchment(people, toilets, radius_m=radius_m, steps=steps)

    apart = np.array([toilets.distance(point) for point in people.geometry])
    decay = np.zeros_like(apart)
    for share, weight in reversed(steps):
        decay[apart <= share * radius_m] = weight
    reached = people["weight"].to_numpy() @ decay
    ratio = np.divide(1000 * toilets["capacity"].to_numpy(float), reached, out=np.zeros(count), where=reached > 0)
    np.testing.assert_allclose(found.places, decay @ ratio, rtol=1e-9, atol=1e-12)
    given_out = toilets["capacity"].to_numpy(float)[(found.facilities["state"] == supply.KNOWN).to_numpy()].sum()
    assert (found.places * people["weight"]).sum() / 1000 == pytest.approx(given_out)


def test_everybody_goes_as_far_as_they_go() -> None:
    """People at 0, 100 and 200 m of a toilet: who goes how far decides who reaches it, not the toilet."""
    people = demand((0, 0, 100), (100, 0, 200), (200, 0, 200))
    for radii, reached, within in (([150, 150, 150], 300, [1, 1, 0]), ([150, 50, 250], 300, [1, 0, 1])):
        found = supply.floating_catchment(people, places((0, 0, 6)), radius_m=np.array(radii, float))
        assert found.facilities["demand"].tolist() == [reached]
        assert found.within["facilities"].tolist() == within
        assert found.places.tolist() == [6000 / reached * is_in for is_in in within]
    steps = supply.floating_catchment(people, places((0, 0, 6)), radius_m=np.array([300.0, 300, 150]), steps=ENHANCED)
    assert steps.facilities["demand"].tolist() == [100 + 200], "100 m is the end of the first step of 300 m"
    none = supply.floating_catchment(people, places(), radius_m=100)
    assert none.places.tolist() == [0, 0, 0] and none.within["facilities"].tolist() == [0, 0, 0]
