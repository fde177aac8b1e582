"""Coverage: the share of many cells within reach of many facilities, ours and `geopandas.overlay`; and on foot.

`python -m benchmarks.coverage [--cells 5000] [--facilities 300] [--rounds 5]`: in every round, in turn, ours and the
library give the share of each cell within 400 m, and the shares are compared. Besides: what walking distance costs over
as many cells with a road around each, once per data version and at every change of the facilities.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.hotspots import grid
from dashboard.analysis import network, walking
from dashboard.analysis.access import set_out
from dashboard.analysis.coverage import coverage_share

WANTED_RATIO, WANTED_DIFFERENCE = 8, 1e-9
RADIUS_M = 400.0
CRS = "EPSG:4547"


def main() -> None:
    """Prints medians, ratios, and what was wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=5_000)
    parser.add_argument("--facilities", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    cells = grid(options.cells).set_crs(CRS)
    _contest(cells, options.facilities, options.rounds)
    _walking(cells, options.facilities, options.rounds)


def places(cells: gpd.GeoSeries, number: int, seed: int) -> gpd.GeoSeries:
    """Points anywhere over the cells."""
    west, south, east, north = cells.total_bounds
    rng = np.random.default_rng(seed)
    xy = rng.uniform(west, east, number), rng.uniform(south, north, number)
    return gpd.GeoSeries(gpd.points_from_xy(*xy), crs=cells.crs)


def by_overlay(cells: gpd.GeoSeries, facilities: gpd.GeoSeries) -> pd.Series:
    """The same by the library: the cells laid over the union of the discs."""
    discs = gpd.GeoDataFrame(geometry=[facilities.buffer(RADIUS_M, quad_segs=16).union_all()], crs=cells.crs)
    frame = gpd.GeoDataFrame({"at": cells.index}, geometry=cells.to_numpy(), crs=cells.crs)
    pieces = gpd.overlay(frame, discs, how="intersection", keep_geom_type=True)
    return (pieces.area.groupby(pieces["at"]).sum().reindex(cells.index).fillna(0) / cells.area).clip(0, 1)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _contest(cells: gpd.GeoSeries, number: int, rounds: int) -> None:
    seconds: dict[str, list[float]] = {}
    ratios: list[float] = []
    difference = 0.0
    for round_ in range(rounds + 1):
        facilities = places(cells, number, round_)
        ours, share = _timed(partial(coverage_share, cells, facilities, radius_m=RADIUS_M))
        theirs, expected = _timed(partial(by_overlay, cells, facilities))
        if round_:  # the first one warms up
            seconds.setdefault("ours", []).append(ours)
            seconds.setdefault("gpd.overlay", []).append(theirs)
            ratios.append(theirs / ours)
        difference = max(difference, float((share - expected).abs().max()))
    print(f"coverage, {len(cells):,} cells × {number} facilities, {RADIUS_M:.0f} m, {rounds} rounds")
    for name, each in seconds.items():
        print(
            f"{name:12} median {statistics.median(each) * 1000:8.1f} ms ({min(each) * 1000:.0f}–{max(each) * 1000:.0f})"
        )
    print(f"gpd.overlay ÷ ours      {statistics.median(ratios):.1f}   (wanted: at least {WANTED_RATIO})")
    print(f"largest difference      {difference:.1e}   (wanted: under {WANTED_DIFFERENCE:.0e})")


def _walking(cells: gpd.GeoSeries, number: int, rounds: int) -> None:
    west, south, east, north = cells.total_bounds
    lines = [shapely.LineString([(west, y), (east, y)]) for y in np.arange(south, north + 1, 100)]
    lines += [shapely.LineString([(x, south), (x, north)]) for x in np.arange(west, east + 1, 100)]
    base = gpd.GeoDataFrame({"kind": ["road_lane"] * len(lines)}, geometry=lines, crs=CRS)
    radius = pd.Series(RADIUS_M, index=cells.index)
    seconds: dict[str, list[float]] = {}
    for round_ in range(rounds + 1):
        facilities = places(cells, number, round_)
        took, roads = _timed(partial(network.network, base))
        seconds.setdefault("network from lines", []).append(took)
        took, ground = _timed(partial(set_out, roads, cells))
        seconds.setdefault("cells onto it", []).append(took)
        took, _ = _timed(partial(walking.walking_m, roads, ground.middle, facilities))
        seconds.setdefault("nearest on foot", []).append(took)
        took, _ = _timed(partial(walking.walking_share, roads, ground, facilities, radius_m=radius))
        seconds.setdefault("share on foot", []).append(took)
    print(f"on foot, {len(roads.lines):,} stretches of road, {len(ground.cell):,} points")
    for name, each in seconds.items():
        print(f"{name:20} median {statistics.median(each[1:]) * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
