import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.nearest import choices, nearest

CRS = "EPSG:4547"
CELLS = gpd.GeoSeries([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], index=["west", "east"], crs=CRS)


def places(*xy: tuple[float, float] | None) -> gpd.GeoSeries:
    shapes = [None if one is None else shapely.Point(*one) for one in xy]
    return gpd.GeoSeries(shapes, index=[f"f{i}" for i in range(len(shapes))], crs=CRS)


def test_which_one_and_how_far_by_hand() -> None:
    found = nearest(CELLS, places(None, (230, 50), (30, 30)))
    expected = pd.DataFrame({"distance_m": [0.0, 30.0], "facility": ["f2", "f1"]}, index=["west", "east"])
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_of_several_at_one_distance_the_first() -> None:
    assert nearest(CELLS, places((300, 50), (150, 200), (150, 50), (160, 50)))["facility"].tolist() == ["f2", "f2"]


def test_how_many_to_choose_from_by_hand() -> None:
    """From the middles at 50 and 150: the toilet at 90 is 40 and 60 m away, the one at 200 is 150 and 50 m away."""
    assert choices(CELLS, places((90, 50), (200, 50)), radius_m=50).to_dict() == {"west": 1, "east": 1}
    assert choices(CELLS, places((90, 50), (200, 50)), radius_m=60).to_dict() == {"west": 1, "east": 2}


@pytest.mark.parametrize("nowhere", [places(), places(None), gpd.GeoSeries([shapely.Point()], crs=CRS)])
def test_without_facilities(nowhere: gpd.GeoSeries) -> None:
    found = nearest(CELLS, nowhere)
    assert found["distance_m"].isna().all() and found["facility"].isna().all()
    assert choices(CELLS, nowhere, radius_m=1e6).tolist() == [0, 0]
    assert len(nearest(CELLS[:0], nowhere)) == len(choices(CELLS[:0], nowhere, radius_m=1)) == 0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 30), radius_m=st.floats(1, 400))
def test_equal_to_every_distance(seed: int, count: int, radius_m: float) -> None:
    rng = np.random.default_rng(seed)
    chosen = places(*map(tuple, rng.uniform(-200, 400, (count, 2))))
    distances = np.array([chosen.distance(cell) for cell in CELLS])
    found = nearest(CELLS, chosen)
    assert found["distance_m"].tolist() == pytest.approx(distances.min(axis=1).tolist())
    assert found["facility"].tolist() == chosen.index[distances.argmin(axis=1)].tolist()
    middles = np.array([[50, 50], [150, 50]])
    xy = np.column_stack([chosen.x, chosen.y])
    apart = np.hypot(*(middles[:, None] - xy).transpose(2, 0, 1))
    assert choices(CELLS, chosen, radius_m=radius_m).tolist() == (apart <= radius_m).sum(axis=1).tolist()
