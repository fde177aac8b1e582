"""Small questions that all sites can be tried for, and middling ones like a county's."""

from collections.abc import Iterable
from itertools import combinations

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st

CRS = "EPSG:4547"


def frame(points: Iterable[tuple[float, float]], weight: Iterable[float], crs: str | None = CRS) -> gpd.GeoDataFrame:
    shapes = [shapely.Point(one) for one in points]
    return gpd.GeoDataFrame({"weight": list(weight)}, geometry=gpd.GeoSeries(shapes, crs=crs))


def places(points: Iterable[tuple[float, float]], labels: Iterable[object] | None = None) -> gpd.GeoSeries:
    shapes = [shapely.Point(one) for one in points]
    return gpd.GeoSeries(shapes, index=None if labels is None else list(labels), crs=CRS)


def near(demand: gpd.GeoDataFrame, sites: gpd.GeoSeries, radius_m: float) -> np.ndarray:
    """Sites × demand, by plain distances."""
    here, there = (shapely.get_coordinates(one.geometry.array) for one in (sites, demand))
    return np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)) <= radius_m + 1e-6


def covered(demand: gpd.GeoDataFrame, sites: gpd.GeoSeries, radius_m: float) -> float:
    return float(demand["weight"].to_numpy(float)[near(demand, sites, radius_m).any(axis=0)].sum())


def tried(candidates: gpd.GeoSeries, n: int, spacing_m: float, existing: gpd.GeoSeries) -> Iterable[list[int]]:
    """Every allowed choice of at most n."""
    here, old = (shapely.get_coordinates(one.array) for one in (candidates, existing))
    for number in range(min(n, len(candidates)) + 1):
        for choice in combinations(range(len(candidates)), number):
            mine = here[list(choice)]
            others = np.vstack([mine, old]) if len(old) else mine
            away = np.hypot(*(mine[:, None] - others[None]).transpose(2, 0, 1))
            away[np.arange(number), np.arange(number)] = np.inf
            if not (away < spacing_m - 1e-6).any():
                yield list(choice)


_AT = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda at: (at[0] * 50.0, at[1] * 50.0))
_WEIGHTS = st.one_of(st.integers(0, 9).map(float), st.floats(0, 9, width=16))


@st.composite
def questions(
    draw: st.DrawFn, candidates: int = 8
) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries, gpd.GeoSeries, int, float]:
    """Demand, candidates, existing, n, radius; on a coarse grid, so that distances equal the radius and sites tie."""
    demand = draw(st.lists(st.tuples(_AT, _WEIGHTS), max_size=15))
    offered = draw(st.lists(_AT, max_size=candidates))
    standing = draw(st.lists(_AT, max_size=2))
    n, radius_m = draw(st.integers(0, 4)), draw(st.sampled_from([50.0, 100.0, 150.0, 250.0]))
    labels = [f"c{9 - at}" for at in range(len(offered))]
    return (
        frame([at for at, _ in demand], [weight for _, weight in demand]),
        places(offered, labels),
        places(standing, [f"e{at}" for at in range(len(standing))]),
        n,
        radius_m,
    )


def county(
    seed: int, *, demand: int = 5000, candidates: int = 1000
) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries, gpd.GeoSeries]:
    """People of a town of several cores and a fringe, candidates among them, ten sites that are there."""
    rng = np.random.default_rng(seed)
    cores = rng.uniform(500, 6500, (20, 2))
    inner = cores[rng.integers(0, 20, demand * 2 // 3)] + rng.normal(0, 500, (demand * 2 // 3, 2))
    at = np.vstack([inner, rng.uniform(0, 7000, (demand - len(inner), 2))])
    people = np.round(rng.gamma(0.7, 120, demand))
    points = gpd.GeoSeries(shapely.points(at), crs=CRS)
    offered = gpd.GeoSeries(shapely.points(at[rng.choice(demand, candidates, replace=False)] + 1.0), crs=CRS)
    standing = gpd.GeoSeries(shapely.points(rng.uniform(0, 7000, (10, 2))), crs=CRS)
    return gpd.GeoDataFrame({"weight": people}, geometry=points), offered, standing
