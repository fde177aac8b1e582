from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from dashboard.analysis import vending
from dashboard.snapshot import NEVER, Snapshot, make_snapshot
from dashboard.standards import Standard, Standards, read_standards
from settings import Settings
from tests.dashboard.conftest import Town
from tests.town import X0, Y0

CRS = "EPSG:4547"
TEXTS = {"zh": "", "en": ""}


def radius(value: float, **by_setting: float) -> Standard:
    return Standard("market.radius", value, "m", True, TEXTS, TEXTS, TEXTS, by_setting)


def markets(*xy: tuple[float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.Point(X0 + x, Y0 + y) for x, y in xy], crs=CRS)


def test_the_towns_problems_by_hand(town: Town) -> None:
    """A market at the corner of C9 (250, 50), radius 150 m. Of 垃圾 reported in the period: p03 (150, 250) 224 m, p04
    (150, 150) 141 m and p05 (150, 160) 149 m; p08 before it, p14 on a default point."""
    found = vending.gathering(
        town.county, town.snapshot, town.filters, markets((250, 50)), words=("垃圾", " "), radius=radius(150)
    )
    assert found.categories == ("垃圾",)
    assert found.groups.loc["vending", ["problems", "left_out", "beyond"]].tolist() == [3, 1, 1]
    assert found.groups.loc["vending", "median_m"] == pytest.approx(np.hypot(100, 110), abs=0.01)
    # 市容 and, on the river, 水面: all but p12, which has no place, and p15 on a default point.
    others = found.problems[~found.problems["is_vending"]]
    assert set(town.snapshot.keys[others["row"]]) == {"p01", "p02", "p06", "p07", "p10", "p11", "p13", "p16"}
    assert found.groups.loc["others", ["problems", "left_out"]].tolist() == [8, 2]
    assert found.difference == pytest.approx(1 / 3 - found.groups.loc["others", "beyond"] / 8)
    assert found.answer == vending.TOO_FEW and np.isnan(found.low)


def test_the_radius_may_differ_with_the_setting(town: Town) -> None:
    """C5, with p04 and p05, is old town."""
    told = {
        value: vending.gathering(
            town.county,
            town.snapshot,
            town.filters,
            markets((250, 50)),
            words=["垃圾"],
            radius=radius(150, old_town=value),
        ).groups.loc["vending", "beyond"]
        for value in (100, 145, 300)
    }
    assert told == {100: 3, 145: 2, 300: 0}


def test_it_says_why_it_cannot_tell(town: Town) -> None:
    def asked(*places: tuple[float, float], words: tuple[str, ...]) -> vending.Gathering:
        return vending.gathering(
            town.county, town.snapshot, town.filters, markets(*places), words=words, radius=radius(150)
        )

    assert asked((0, 0), words=("占道",)).answer == vending.NO_CATEGORY
    assert asked((0, 0), words=("", " ")).answer == vending.NO_CATEGORY, "an empty word is in every text"
    nowhere = asked(words=("垃圾",))
    assert nowhere.answer == vending.NO_MARKETS
    assert nowhere.groups["share_beyond"].isna().all() and nowhere.groups["problems"].tolist() == [3, 8]


def ledger(is_vending: np.ndarray, x: np.ndarray, cell: np.ndarray) -> Snapshot:
    """Problems in a row of cells along the x axis, reported in the town's period."""
    size = len(x)
    names = pd.Index([f"c{i:03d}" for i in range(200)])
    at = int(datetime(2026, 3, 10, 2, tzinfo=UTC).timestamp())
    rows = pd.DataFrame(
        {
            "code": [f"q{i}" for i in range(size)],
            "category": np.where(is_vending, "Street Vending", "litter"),
            "source": "x", "state": "reported", "unit": "u", "cell": names[cell], "zone": "z",
            "reported_s": at, "due_s": NEVER, "closed_s": NEVER, "reopened_s": NEVER,
            "x_m": X0 + x, "y_m": Y0 + 0.0 * x, "is_default_point": False, "has_dates_in_conflict": False,
            "is_listed": False,
        }
    )  # fmt: skip
    return make_snapshot(
        rows, zones=pd.Index(["z"]), cells=names, cell_zones=np.zeros(200, np.int32),
        cell_settings=pd.Series(["old_town"] * 200), time_zone="Asia/Shanghai", patrol_minutes=(450, 1290),
    )  # fmt: skip


def drawn(town: Town, seed: int, *, pull: float, heaps: float = 4) -> vending.Gathering:
    """Problems in heaps of one kind by cell; with `pull`, stalls shun the half of the cells near the market."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 100, 60)
    is_stall = rng.random(60) < np.where(cells > 50, 0.5 + pull, 0.5 - pull)
    number = rng.poisson(heaps, 60) + 1
    cell, stall = np.repeat(cells, number), np.repeat(is_stall, number)
    snapshot = ledger(stall, cell * 10.0 + 5, cell)
    return vending.gathering(
        town.county, snapshot, replace(town.filters), markets((0, 0)), words=["VENDING"], radius=radius(500)
    )


def test_stalls_that_shun_the_market_are_found_and_chance_seldom_is(town: Town) -> None:
    """Heaps of one kind share a cell: counted problem by problem, chance would be called a pattern far too often."""
    assert [drawn(town, seed, pull=0.4).answer for seed in range(5)] == [vending.FARTHER] * 5
    assert [drawn(town, seed, pull=-0.4).answer for seed in range(5)] == [vending.NEARER] * 5
    answers = [drawn(town, seed, pull=0).answer for seed in range(80)]
    assert set(answers) <= {vending.FARTHER, vending.NEARER, vending.NO_DIFFERENCE}
    assert sum(answer != vending.NO_DIFFERENCE for answer in answers) <= 10


def test_interval_holds_the_difference_and_is_the_same_every_time(town: Town) -> None:
    first, again = drawn(town, 3, pull=0.2), drawn(town, 3, pull=0.2)
    assert first.low < first.difference < first.high
    assert (first.low, first.high) == (again.low, again.high)


def test_interval_against_the_textbook_where_every_problem_is_its_own_place() -> None:
    """400 of each kind, 60 % and 50 % beyond: Wald's interval is 0.1 ± 1.96 · √(0.24/400 + 0.25/400)."""
    is_vending = np.repeat([True, False], 400)
    is_beyond = np.concatenate([np.arange(400) < 240, np.arange(400) < 200])
    low, high = vending.interval(is_vending, is_beyond, np.arange(800))
    half = 1.96 * np.sqrt(0.24 / 400 + 0.25 / 400)
    assert (low, high) == pytest.approx((0.1 - half, 0.1 + half), abs=0.01)
    # Ten problems in each place, all of a kind: as good as a tenth of the witnesses.
    low, high = vending.interval(is_vending, is_beyond, np.arange(800) // 10)
    assert (low, high) == pytest.approx((0.1 - half * 10**0.5, 0.1 + half * 10**0.5), abs=0.03)


def test_few_places_are_too_few_however_many_problems(town: Town) -> None:
    cell = np.repeat(np.arange(18), 100)
    snapshot = ledger(np.arange(1800) < 900, cell * 10.0, cell)
    found = vending.gathering(
        SimpleNamespace(), snapshot, town.filters, markets((0, 0)), words=["vending"], radius=radius(50)  # type: ignore[arg-type]
    )  # fmt: skip
    assert found.groups["problems"].tolist() == [900, 900] and found.answer == vending.TOO_FEW


def test_the_places_words_are_a_setting() -> None:
    assert Settings.read({"vending_words": " 摆摊；Hawker;; "}, environ={}).vending == ("摆摊", "Hawker")
    assert "占道经营" in Settings().vending


def test_bands_hold_every_problem_once(town: Town) -> None:
    found = drawn(town, 3, pull=0.2)
    told = vending.bands(found.problems)
    assert told.index.tolist() == [100.0 * i for i in range(10)]
    for name in ("vending", "others"):
        assert told[name].sum() == found.groups.loc[name, "problems"]
        assert told[f"{name}_share"].sum() == pytest.approx(1)
    far = found.problems["distance_m"] >= 900
    assert told.loc[900, ["vending", "others"]].sum() == far.sum() > 0 and np.isnan(told.loc[900, "to_m"])
    at = pd.DataFrame({"distance_m": [0, 99.9, 100, 950, 5e4, np.nan], "is_vending": True})
    assert vending.bands(at)["vending"].tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert vending.bands(at)["others_share"].isna().all()


def test_the_towns_cells_with_most_beyond_reach_first(town: Town) -> None:
    """C2 has p03, 224 m from the market, C5 has p04 and p05 at 141 and 149 m."""
    standards = Standards({"market.radius": radius(145)})
    found = vending.gathered(town.county, town.snapshot, town.filters, words=["垃圾"], standards=standards)
    assert found is not None
    cells = vending.by_cell(town.county, town.snapshot, found.problems)
    assert cells.index.tolist() == ["C5", "C2"], "as many beyond, but more of them"
    assert cells[["vending", "beyond"]].to_numpy().tolist() == [[2, 1], [1, 1]]
    assert cells["distance_m"].tolist() == pytest.approx(
        [(np.hypot(100, 100) + np.hypot(100, 110)) / 2, np.hypot(100, 200)], abs=0.01
    )
    assert cells.loc["C2", ["name", "zone_name"]].tolist() == ["网格 2", "北片区"]


def test_a_chosen_category_leaves_the_others_to_compare_with(town: Town) -> None:
    standards = Standards({"market.radius": radius(145)})
    every, chosen = (
        vending.gathered(town.county, town.snapshot, filters, words=["垃圾"], standards=standards)
        for filters in (town.filters, town.at(category=("垃圾",)))
    )
    assert every is not None and chosen is not None
    pd.testing.assert_frame_equal(every.groups, chosen.groups)
    assert vending.gathered(town.county, town.snapshot, town.filters, words=["x"], standards=Standards({})) is None


def test_a_place_without_markets_or_the_category_has_no_cells(town: Town, bare_town: Town) -> None:
    nowhere = vending.gathered(
        bare_town.county, bare_town.snapshot, bare_town.filters, words=["垃圾"], standards=read_standards()
    )
    assert nowhere is not None and nowhere.answer == vending.NO_MARKETS
    told = vending.by_cell(bare_town.county, bare_town.snapshot, nowhere.problems)
    assert told["beyond"].tolist() == [0, 0] and told["distance_m"].isna().all()
    assert vending.bands(nowhere.problems)["vending"].sum() == 0
    none = vending.gathered(town.county, town.snapshot, town.filters, words=["无"], standards=read_standards())
    assert none is not None and vending.by_cell(town.county, town.snapshot, none.problems).empty
