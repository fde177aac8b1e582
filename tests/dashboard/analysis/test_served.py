import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import served

CRS = "EPSG:4547"


def cells(**columns: object) -> gpd.GeoDataFrame:
    size = len(next(iter(columns.values())))  # type: ignore[arg-type]
    shapes = [shapely.box(100 * i, 0, 100 * i + 100, 100) for i in range(size)]
    frame = {"area_m2": [1e4] * size} | columns
    return gpd.GeoDataFrame(frame, geometry=shapes, index=[f"c{i}" for i in range(size)], crs=CRS)


def people(*values: int | None) -> pd.Series:
    return pd.array(values, dtype="Int64")  # type: ignore[return-value]


def test_people_where_known_else_shopfronts_else_floor_area_else_area() -> None:
    both = cells(people=people(1, 2, 3), shopfronts=people(1, 1, 1))
    assert served.weights(both).denominator == served.PEOPLE
    assert served.weights(both, denominator="shopfronts").denominator == served.SHOPFRONTS
    assert served.weights(cells(people=people(1, None, 3), shopfronts=people(1, 1, 1))).denominator == served.SHOPFRONTS
    floors = cells(people=people(None, None), floor_area_m2=[5.0, 7.0])
    assert served.weights(floors).denominator == served.FLOOR_AREA
    assert served.weights(cells(people=people(0, 0))).denominator == served.AREA
    assert served.weights(cells(people=people(None, None))).values.tolist() == [1e4, 1e4]
    with pytest.raises(KeyError):
        served.weights(cells(people=people(1)), denominator="shopfronts")


def test_one_cell_in_ten_may_be_unknown_and_is_counted() -> None:
    found = served.weights(cells(people=people(*[10] * 9, None)))
    assert (found.denominator, found.unknown) == (served.PEOPLE, 1)
    assert served.weights(cells(people=people(*[10] * 8, None, None))).denominator == served.AREA


def test_by_zone_worked_out_on_paper() -> None:
    """North: 100 people all served, 300 half of them: 250 of 400. South: the cell without a number is in no share."""
    frame = cells(people=people(100, 300, 50, None, 7))
    zones = pd.Series(["n", "n", "s", "s", np.nan], index=frame.index, dtype="str")
    shares = pd.Series([1, 0.5, 0, 1, 1.0], index=frame.index)
    found = served.by_zone(shares, served.weights(frame, denominator="people"), zones)
    assert found.loc["n"].tolist() == [2, 2, 400, 250, 0.625]
    assert found.loc["s"].tolist() == [2, 1, 50, 0, 0]
    assert found.loc[found.index.isna()].iloc[0].tolist() == [1, 1, 7, 7, 1]


def test_nobody_there_and_nothing_known_are_no_rate() -> None:
    frame = cells(people=people(0, 5))
    zones = pd.Series(["a", "b"], index=frame.index)
    found = served.by_zone(
        pd.Series([1, np.nan], index=frame.index), served.weights(frame, denominator="people"), zones
    )
    assert found["share_served"].isna().all()
    assert found["cells_counted"].tolist() == [1, 0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(1, 40))
def test_zones_add_up_to_the_whole_and_order_does_not_matter(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    frame = cells(people=people(*(int(n) if n else None for n in rng.integers(0, 50, size))))
    zones = pd.Series(rng.choice(["a", "b", "c", np.nan], size).astype(object), index=frame.index).replace(
        "nan", np.nan
    )
    shares = pd.Series(rng.random(size), index=frame.index)
    weights = served.weights(frame, denominator="people")
    found = served.by_zone(shares, weights, zones)
    assert found["served"].sum() == pytest.approx((shares * weights.values).sum())
    assert found["cells"].sum() == size and found["cells_counted"].sum() == size - weights.unknown
    assert (found["served"] <= found["total"] + 1e-9).all()
    mixed = rng.permutation(size)
    pd.testing.assert_frame_equal(served.by_zone(shares.iloc[mixed], weights, zones), found)


def test_points_are_served_or_not_or_have_no_place() -> None:
    points = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0), None, shapely.Point(200, 0), shapely.Point()], crs=CRS)
    toilets = gpd.GeoSeries([None, shapely.Point(90, 0)], crs=CRS)
    found = served.points_served(points, toilets, radius_m=100)
    assert found.tolist() == [True, pd.NA, False, pd.NA]
    assert served.points_served(points, toilets[:1], radius_m=100).tolist() == [False, pd.NA, False, pd.NA]
