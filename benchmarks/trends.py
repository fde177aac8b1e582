"""Trends, relapse and campaigns of a made-up county: a million problems, 5,000 cells in 13 zones, 104 weeks.

`python -m benchmarks.trends [--problems 1000000] [--cells 5000] [--weeks 104] [--rounds 5]`: every round asks for
another category or period, so nothing is answered from a cache. The neighbourhood is one of a data version and timed
apart.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.analysis import campaigns, hotspots, relapse, trends
from dashboard.analysis.emerging import emerging, space_time_gi_star
from dashboard.analysis.mann_kendall import mann_kendall
from dashboard.county import County, Place
from dashboard.filters import Filters
from dashboard.snapshot import DAY_S, NEVER, Snapshot, make_snapshot
from settings import Settings

WANTED_S, WANTED_RELAPSE_S = 1.0, 2.0
ZONES, CATEGORIES = 13, 12
SUNDAY = date(2026, 3, 15)
CRS = "EPSG:4547"
_VISITS = ("cell", "zone", "visited_s", "visited_day")


def main() -> None:
    """Prints medians and what was wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=1_000_000)
    parser.add_argument("--cells", type=int, default=5_000)
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    county = made_up(options.cells, options.weeks)
    snapshot = _problems(county, options.problems, options.weeks)
    near: Any = _timed("neighbourhood", partial(hotspots.neighbourhood, county, snapshot))[0]
    seconds: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        found, took = _timed("", work)
        seconds.setdefault(name, []).append(took)
        return found

    for at in range(options.rounds + 1):
        every = Filters().resolved(county.place, snapshot)
        one = Filters(category=(f"类别{at % CATEGORIES:02d}",)).resolved(county.place, snapshot)
        asked = {"every problem": every, "one category": one}
        for name, filters in asked.items():
            work = partial(trends.cells, county, snapshot, filters, near=near, count=options.weeks)
            timed(f"trends, {name}", work)
        numbers = np.random.default_rng(at).poisson(2, (options.cells, options.weeks)).astype(np.float64)
        z = timed("  of it Gi* of cells × weeks", partial(space_time_gi_star, numbers, near.weights))
        timed("  of it categories", partial(emerging, z))
        timed("  of it Mann-Kendall and Sen", partial(mann_kendall, numbers, with_slope=True))
        back = partial(relapse.relapses, county, snapshot, radius_m=50.0, within_days=30.0)
        weeks_ago = SUNDAY - timedelta(days=7 * (4 + at))
        month = Filters(start=weeks_ago - timedelta(days=27), end=weeks_ago).resolved(county.place, snapshot)
        timed("relapse, four weeks", partial(back, month))
        if at < 3:
            first = Filters(start=SUNDAY - timedelta(days=7 * options.weeks)).resolved(county.place, snapshot)
            pairs = timed("relapse, all weeks", partial(back, first)).pairs
        for layer in ("zones", "cells"):
            timed(f"campaigns, {layer}", partial(campaigns.effects, county, snapshot, one, layer=layer))
    print(
        f"{len(snapshot):,} problems, {options.cells:,} cells, {options.weeks} weeks, {len(county.campaigns)} campaigns"
    )
    for name, each in seconds.items():
        kept = each[1:] or each
        took = ", ".join(f"{1000 * second:.0f}" for second in (min(kept), max(kept)))
        print(f"{name:32} {1000 * statistics.median(kept):7.0f} ms  ({took})")
    print(f"wanted: trends under {1000 * WANTED_S:.0f} ms, relapse under {1000 * WANTED_RELAPSE_S:.0f} ms")
    print(f"relapse of all weeks found {len(pairs):,} pairs")


def _timed(name: str, work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    found = work()
    took = time.perf_counter() - started
    if name:
        print(f"{name:32} {1000 * took:7.0f} ms, once a data version")
    return found, took


def made_up(cells: int, weeks: int) -> County:
    """Square cells of 100 m, and a campaign every eight weeks in three of the zones."""
    side = int(np.ceil(np.sqrt(cells)))
    column, row = np.arange(cells) % side, np.arange(cells) // side
    boxes = shapely.box(100.0 * column, 100.0 * row, 100.0 * column + 100, 100.0 * row + 100)
    zone_of = np.minimum(row * ZONES // side, ZONES - 1)
    codes = [f"z{number:02d}" for number in range(ZONES)]
    zones = gpd.GeoDataFrame(
        {"name": codes, "area_m2": 1e4 * np.bincount(zone_of, minlength=ZONES)},
        geometry=[shapely.union_all(boxes[zone_of == number]) for number in range(ZONES)],
        index=pd.Index(codes, name="code"),
        crs=CRS,
    )
    nothing = np.full(cells, np.datetime64("NaT", "s"))
    frame = gpd.GeoDataFrame(
        {
            "name": "", "zone": np.array(codes)[zone_of], "setting": "old_town", "area_m2": 1e4,
            "valid_from": nothing, "valid_to": nothing,
        },
        geometry=boxes,
        index=pd.Index([f"c{number:06d}" for number in range(cells)], name="code"),
        crs=CRS,
    )  # fmt: skip
    begun = [SUNDAY - timedelta(days=7 * ago + 6) for ago in range(5, weeks - 5, 8)]
    held = pd.DataFrame(
        {
            "name": "攻坚周",
            "starts_on": pd.to_datetime(begun),
            "ends_on": pd.to_datetime([day + timedelta(days=6) for day in begun]),
            "zones": [";".join(codes[(at + step) % ZONES] for step in range(3)) for at in range(len(begun))],
        },
        index=pd.Index([f"k{at:02d}" for at in range(len(begun))], name="code"),
    )
    visits = pd.DataFrame({name: np.empty(0, np.int64 if name == "visited_s" else np.int32) for name in _VISITS})
    empty = pd.DataFrame()
    return County(
        place=Place("000000", "", "Asia/Shanghai", CRS, "sunday"), data_version=1,
        loaded_at=datetime(2026, 3, 16, tzinfo=UTC),
        zones=zones, cells=frame, facilities=gpd.GeoDataFrame(), base=gpd.GeoDataFrame(), parties=empty,
        assignments=empty, campaigns=held, exposures=empty, notices=empty, visits=visits,
    )  # fmt: skip


def _problems(county: County, number: int, weeks: int) -> Snapshot:
    """More in some cells than in others, closed within days, one in thirty-three reopened."""
    rng = np.random.default_rng(7)
    cells = len(county.cells)
    side = int(np.ceil(np.sqrt(cells)))
    cell = (rng.random(number) ** 2 * cells).astype(np.int64)
    end = int(datetime(2026, 3, 15, 15, 59, 59, tzinfo=UTC).timestamp())
    reported = end - rng.integers(0, weeks * 7 * DAY_S, number)
    reported[0] = end - weeks * 7 * DAY_S + 1
    closed = reported + (rng.exponential(6, number) * DAY_S).astype(np.int64)
    reopened = np.where(rng.random(number) < 0.03, closed + 3 * DAY_S, NEVER)
    rows = pd.DataFrame(
        {
            "code": np.arange(number).astype(str),
            "category": np.array([f"类别{at:02d}" for at in range(CATEGORIES)])[rng.integers(0, CATEGORIES, number)],
            "source": "巡查", "state": "closed", "unit": "城管局",
            "cell": county.cells.index.to_numpy()[cell], "zone": county.cells["zone"].to_numpy()[cell],
            "reported_s": reported, "due_s": reported + 7 * DAY_S, "closed_s": np.where(closed <= end, closed, NEVER),
            "reopened_s": np.where(reopened <= end, reopened, NEVER),
            "x_m": cell % side * 100.0 + rng.uniform(0, 100, number),
            "y_m": cell // side * 100.0 + rng.uniform(0, 100, number),
            "is_default_point": False, "has_dates_in_conflict": False, "is_listed": False,
        }
    )  # fmt: skip
    return make_snapshot(
        rows, zones=county.zones.index, cells=county.cells.index, cell_zones=county.cell_zones,
        cell_settings=county.cells["setting"], patrol_minutes=Settings().patrol_minutes, time_zone="Asia/Shanghai",
        latest_visit_s=end,
    )  # fmt: skip


if __name__ == "__main__":
    main()
