"""Hotspots: weights and Gi* of many cells, ours and esda's analytic ones; the same with p by permutation, and a kernel.

`python -m benchmarks.hotspots [--cells 50000] [--rounds 3]`: in every round, in turn, ours and the two libraries do the
whole way from polygons to z (esda's `transform="B"`, star, no permutations, weights by libpysal), and z is compared.
Besides: what a change of filter costs at 5,000 cells, and a million points as a raster.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import esda
import geopandas as gpd
import libpysal
import numpy as np
import shapely

from dashboard.analysis import hotspots
from dashboard.analysis.kernel import kernel

WANTED_RATIO, WANTED_DIFFERENCE, WANTED_S = 90, 1e-9, 0.1
FILTER_CELLS = 5_000
POINTS = 1_000_000


def main() -> None:
    """Prints medians, ratios, and what was wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    _contest(options.cells, options.rounds)
    _filter(options.rounds)
    _kernel(options.rounds)


def grid(cells: int) -> gpd.GeoSeries:
    """About as many square cells of 100 m, in as many rows as columns."""
    side = int(np.ceil(np.sqrt(cells)))
    x, y = (axis.ravel() * 100.0 for axis in np.meshgrid(np.arange(side), np.arange(side)))
    return gpd.GeoSeries(shapely.box(x, y, x + 100, y + 100))[:cells]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _contest(cells: int, rounds: int) -> None:
    polygons = grid(cells)
    frame = gpd.GeoDataFrame(geometry=polygons)
    seconds: dict[str, list[float]] = {}
    difference = 0.0
    for round_ in range(rounds + 1):
        values = np.random.default_rng(round_).poisson(2, len(polygons)).astype(float)
        took, near = _timed(lambda: hotspots.with_self(hotspots.queen_weights(polygons)))
        seconds.setdefault("ours, weights", []).append(took)
        took, z = _timed(partial(hotspots.gi_star, values, near))
        seconds.setdefault("ours, Gi*", []).append(took)
        took, theirs = _timed(
            lambda: libpysal.weights.Queen.from_dataframe(frame, use_index=False, silence_warnings=True)
        )
        seconds.setdefault("theirs, weights", []).append(took)
        took, expected = _timed(partial(esda.G_Local, values, theirs, transform="B", star=True, permutations=0))
        seconds.setdefault("theirs, Gi*", []).append(took)
        difference = max(difference, float(np.abs(z - expected.Zs).max()))
    median = {name: statistics.median(each[1:]) for name, each in seconds.items()}  # the first round warms up
    print(f"hotspots, {len(polygons):,} cells, {rounds} rounds")
    for name, each in seconds.items():
        print(f"{name:17} median {median[name] * 1000:9.1f} ms ({min(each) * 1000:.0f}–{max(each) * 1000:.0f})")
    whole = {of: median[f"{of}, weights"] + median[f"{of}, Gi*"] for of in ("ours", "theirs")}
    print(f"esda Gi* alone ÷ ours, Gi*          {median['theirs, Gi*'] / median['ours, Gi*']:.0f}")
    print(f"esda Gi* alone ÷ ours with weights  {median['theirs, Gi*'] / whole['ours']:.0f}")
    print(
        f"both with weights                   {whole['theirs'] / whole['ours']:.0f}   (wanted: at least {WANTED_RATIO})"
    )
    print(f"largest difference of z             {difference:.1e}   (wanted: under {WANTED_DIFFERENCE:.0e})")


def _filter(rounds: int) -> None:
    """Everything a filter changes but the counting: values, z, p by permutation, classes."""
    polygons = grid(FILTER_CELLS)
    centroids = polygons.centroid
    area_km2 = np.full(len(polygons), 0.01)
    near = hotspots.with_self(hotspots.distance_weights(centroids, radius_m=250))
    seconds = []
    for round_ in range(rounds + 1):
        counts = np.random.default_rng(round_).poisson(2, len(polygons))

        def judged(counts: np.ndarray = counts) -> np.ndarray:
            values, rates = hotspots.standardised_rates(counts, area_km2), counts / area_km2
            z = hotspots.gi_star(values, near)
            p = hotspots.chance(values, rates, near, permutations=hotspots.PERMUTATIONS, seed=hotspots.SEED)
            return hotspots.classes(z, p)

        seconds.append(_timed(judged)[0])
    took = statistics.median(seconds[1:])
    print(
        f"a filter, {len(polygons):,} cells, {hotspots.PERMUTATIONS:,} permutations  {took * 1000:.0f} ms"
        f"   (wanted: under {WANTED_S * 1000:.0f} ms)"
    )


def _kernel(rounds: int) -> None:
    rng = np.random.default_rng(1)
    x_m, y_m = rng.uniform(0, 8_000, POINTS), rng.uniform(0, 6_000, POINTS)
    work = partial(kernel, x_m, y_m, bandwidth_m=150, cell_size_m=25, bounds=(0, 0, 8_000, 6_000))
    took = statistics.median([_timed(work)[0] for _ in range(rounds + 1)][1:])
    print(f"kernel, {POINTS:,} points  {took * 1000:.0f} ms   (wanted: under {WANTED_S * 1000:.0f} ms)")


if __name__ == "__main__":
    main()
