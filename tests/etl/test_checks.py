"""Repairs, overlaps, holes and default points, each on shapes and rows that can be worked out on paper."""

import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import checks
from etl.messages import sentence

CRS = "EPSG:4547"
WEST, SOUTH = 500_000.0, 4_200_000.0  # on the central meridian 114° E, where metres are metres


def drawn(*shapes: shapely.Geometry | None, index: list[str] | None = None) -> gpd.GeoSeries:
    """Shapes in metres from a corner on the meridian, as EPSG:4326."""
    moved = [None if shape is None else shapely.affinity.translate(shape, WEST, SOUTH) for shape in shapes]
    return gpd.GeoSeries(moved, index=index, crs=CRS).to_crs(4326)


SQUARE = shapely.box(0, 0, 100, 100)
BOW_TIE = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])


def test_repair_tells_what_it_changed() -> None:
    mixed = shapely.GeometryCollection([SQUARE, shapely.LineString([(0, 0), (300, 0)])])
    twice = shapely.MultiPolygon([SQUARE, shapely.box(50, 0, 150, 100)])
    given_ = drawn(SQUARE, BOW_TIE, mixed, twice, None, shapely.LineString([(0, 0), (1, 1)]), index=list("abcdef"))
    repaired, changed = checks.repair(given_, measure_crs=CRS)
    assert repaired.index.equals(given_.index)
    assert repaired[["a", "b", "c", "d"]].geom_type.eq("MultiPolygon").all()
    assert repaired.isna().tolist() == [False, False, False, False, True, True]
    assert repaired.dropna().is_valid.all()
    areas = repaired.to_crs(CRS).area
    # The bow tie has two triangles of 2,500 m²; overlapping parts become one, not a hole.
    assert areas[["a", "b", "c", "d"]].round(1).tolist() == [10_000, 5_000, 10_000, 15_000]
    assert changed.index.tolist() == ["b", "c", "d", "f"]
    assert changed["area_after_m2"].round(1).tolist() == [5_000, 10_000, 15_000, 0]
    assert changed.loc["d", ["changed_m2", "changed_share"]].astype(float).tolist() == pytest.approx(
        [-5_000, -0.25], abs=0.01
    )
    assert "-5000.0" in sentence(checks.repair_notes(changed)[2], "en")


def test_overlaps_and_their_tolerance() -> None:
    cells = drawn(SQUARE, shapely.box(90, 0, 190, 100), shapely.box(190, 0, 290, 100), None, index=list("zyxw"))
    found = checks.overlaps(cells, measure_crs=CRS)
    assert found[["a", "b"]].to_numpy().tolist() == [["y", "z"]]
    assert found["area_m2"].tolist() == pytest.approx([1_000], abs=0.1)
    assert checks.overlaps(cells, measure_crs=CRS, tolerance_m2=1_001).empty


def test_cells_that_are_never_in_force_together_do_not_overlap() -> None:
    cells = drawn(SQUARE, SQUARE, SQUARE, index=["z", "a", "m"])
    terms = pd.DataFrame({"valid_from": [None, "2026-07-01", "2026-09-01"], "valid_to": ["2026-06-30", None, None]})
    terms = terms.astype("datetime64[s]").set_axis(cells.index)
    found = checks.overlaps(cells, measure_crs=CRS, terms=terms)
    assert found[["a", "b"]].to_numpy().tolist() == [["a", "m"]]
    terms.loc["z", "valid_to"] = pd.Timestamp("2026-07-01")  # its last day is the first of the other
    assert len(checks.overlaps(cells, measure_crs=CRS, terms=terms)) == 2


def test_holes_and_their_zone() -> None:
    zones = drawn(shapely.box(0, 0, 200, 100), shapely.box(200, 0, 300, 100), index=["Z1", "Z2"])
    cells = drawn(shapely.box(0, 0, 150, 100), shapely.box(160, 0, 300, 100), index=["a", "b"])
    found = checks.holes(zones, cells, measure_crs=CRS)
    assert found["zone"].tolist() == ["Z1"]
    assert found["area_m2"].tolist() == pytest.approx([1_000], abs=0.5)
    assert checks.holes(zones, cells[:0], measure_crs=CRS)["area_m2"].sum() == pytest.approx(30_000, abs=1)
    assert checks.holes(zones, zones, measure_crs=CRS).empty


def test_a_long_border_is_no_hole_and_no_overlap_for_its_vertices() -> None:
    # One cell has a vertex more on a border of four kilometres: straight in degrees, bent in metres.
    line = [(114.0, 38.0), (114.05, 38.0), (114.05, 38.01), (114.0, 38.01)]
    zone = shapely.Polygon(line)
    cell = shapely.Polygon([line[0], (114.025, 38.0), *line[1:]])
    north = shapely.Polygon([line[3], line[2], (114.05, 38.02), (114.0, 38.02)])
    both = gpd.GeoSeries([cell, north], index=["a", "b"], crs=4326)
    assert checks.holes(gpd.GeoSeries([zone], index=["Z"], crs=4326), both, measure_crs=CRS).empty
    assert checks.overlaps(both, measure_crs=CRS).empty


def test_duplicate_codes_and_the_notes_of_a_layer() -> None:
    assert checks.duplicate_codes(pd.Series(["a", "b", "a", None, None])).to_dict() == {"a": 2}
    zones = drawn(shapely.box(0, 0, 300, 100), index=["Z1"])
    cells = drawn(SQUARE, shapely.box(90, 0, 190, 100), shapely.box(190, 0, 290, 100), index=["a", "b", "b"])
    notes = checks.cell_notes(cells, zones, measure_crs=CRS)
    assert [code for code, _ in notes] == ["cells_overlap", "cells_leave_holes", "codes_twice"]
    for language in ("zh", "en"):
        told = [sentence(note, language) for note in notes]
        assert "1,000" in told[0]
        assert "Z1" in told[1]
        assert "b" in told[2]
    assert checks.cell_notes(drawn(SQUARE, index=["a"]), drawn(SQUARE, index=["Z"]), measure_crs=CRS) == []


# ---------------------------------------------------------------- default points


def texts(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


def far(rows: int) -> np.ndarray:
    """Coordinates that nobody shares."""
    return 115.0 + np.arange(rows) / 1_000


def test_a_dozen_rows_with_a_dozen_addresses() -> None:
    lon = np.append(np.full(12, 114.5), far(988))
    address = texts(*(f"第{n}街" for n in range(1_000)))
    found = checks.default_points(lon, np.full(1_000, 38.0), address)
    assert found.tolist() == [True] * 12 + [False] * 988


@pytest.mark.parametrize(
    ("address", "is_default"),
    [
        ([f"第{n}街" for n in range(9)], False),  # nine rows are not many among a thousand
        (["县政府"] * 12, False),
        (["县政府"] * 7 + [f"第{n}街" for n in range(5)], False),  # more than half agree
        (["县政府"] * 6 + [f"第{n}街" for n in range(6)], True),
        (["中山路1号", "中山路 １号", "中山路1号。", "中山路2号"] * 3, False),  # spelling, and neighbours
        ([None] * 12, False),
    ],
)
def test_what_disagrees(address: list[str | None], is_default: bool) -> None:
    rows = len(address)
    lon = np.append(np.full(rows, 114.5), far(1_000 - rows))
    found = checks.default_points(lon, np.full(1_000, 38.0), texts(*address, *["别处"] * (1_000 - rows)))
    assert found.tolist() == [is_default] * rows + [False] * (1_000 - rows)


def test_descriptions_speak_only_where_addresses_are_silent_and_must_differ_more() -> None:
    lon, lat = np.append(np.full(12, 114.5), far(988)), np.full(1_000, 38.0)
    rest = [f"其他{n}" for n in range(988)]
    told = texts(*(f"垃圾堆放{n}" for n in range(12)), *rest)
    assert checks.default_points(lon, lat, None, told)[:12].all()
    assert checks.default_points(lon, lat, texts(*[None] * 1_000), told)[:12].all()
    assert not checks.default_points(lon, lat, texts(*["东市场"] * 12, *rest), told).any()
    kinds = texts(*(f"垃圾堆放{n % 6}" for n in range(12)), *rest)
    assert not checks.default_points(lon, lat, None, kinds).any()


def test_a_small_ledger_needs_fewer_rows_but_not_below_five() -> None:
    def found(rows: int, size: int) -> bool:
        lon = np.append(np.full(rows, 114.5), far(size - rows))
        address = texts(*(f"第{n}街" for n in range(size)))
        return bool(checks.default_points(lon, np.full(size, 38.0), address).any())

    assert [found(4, 100), found(5, 100), found(6, 700), found(7, 700), found(9, 5_000), found(10, 5_000)] == [
        False, True, False, True, False, True,
    ]  # fmt: skip


def test_rows_without_coordinates_and_equal_to_a_tenth_of_a_metre() -> None:
    lon = np.append(np.full(12, 114.5) + np.resize([0, 1e-8], 12), np.full(30, np.nan))
    found = checks.default_points(lon, np.full(42, 38.0), texts(*(f"第{n}街" for n in range(42))))
    assert found.tolist() == [True] * 12 + [False] * 30
    assert checks.default_points([], [], texts()).tolist() == []


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=80), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_equals_counting_by_hand_in_any_order(rows: list[tuple[int, int]], shuffle) -> None:  # type: ignore[no-untyped-def]
    shuffle.shuffle(rows)
    lon = np.array([114.0 + point for point, _ in rows])
    address = texts(*(f"第{street}街" for _, street in rows))
    found = checks.default_points(lon, np.full(len(rows), 38.0), address, rows=10, share=1.0)
    for point, expected in zip([point for point, _ in rows], found, strict=True):
        streets = [street for other, street in rows if other == point]
        commonest = max(streets.count(street) for street in streets)
        assert expected == (len(streets) >= 10 and len(set(streets)) >= 5 and 2 * commonest <= len(streets))


def test_a_million_rows() -> None:
    rng = np.random.default_rng(7)
    at = rng.integers(0, 20_000, 1_000_000)
    address = texts(*(f"中山路{n}号" for n in range(20_000))).take(at).reset_index(drop=True)
    begun = time.process_time()
    found = checks.default_points(114 + at / 1e5, 38 + at / 1e5, address)
    assert time.process_time() - begun < 2.0  # 0.2 s alone
    assert not found.any()


@pytest.mark.real
def test_boston_repairs_and_default_point(boston_dir: Path) -> None:
    zones = gpd.read_file(boston_dir / "zones" / "boston.geojson").set_index("name").geometry
    repaired, changed = checks.repair(zones, measure_crs="EPSG:32619")
    assert len(changed) == 4
    assert repaired.is_valid.all()
    assert changed["changed_m2"].abs().max() < 1.0
    files = sorted(boston_dir.glob("*.csv"))
    ledger = pd.concat([pd.read_csv(path, dtype="str", encoding="utf-8") for path in files], ignore_index=True)
    lon, lat = ledger["LONGITUDE"].astype(float), ledger["LATITUDE"].astype(float)
    found = checks.default_points(lon, lat, ledger["Location"], ledger["CASE_TITLE"])
    assert found.sum() == 2_429
    assert set(zip(lat[found], lon[found], strict=True)) == {(42.3594, -71.0587)}
    is_city_hall = (lat == 42.3601) & (lon == -71.0579)
    assert is_city_hall.sum() == 329
    assert not found[is_city_hall].any()
