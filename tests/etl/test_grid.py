"""Cells: a town on paper, Boston's neighbourhoods, and Shenzhen's grid that came without codes."""

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
from etl.assign import assign
from etl.errors import LayerInvalid
from etl.grid import make_cells, number_cells

CRS = "EPSG:4547"
WEST, SOUTH = 500_000.0, 4_200_000.0


def zones_at(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """Zones drawn in metres from a corner on the meridian 114° E, as EPSG:4326."""
    moved = [shapely.affinity.translate(shape, WEST, SOUTH) for shape in shapes.values()]
    return gpd.GeoDataFrame({"name": list(shapes)}, geometry=moved, index=list(shapes), crs=CRS).to_crs(4326)


def made(zones: gpd.GeoDataFrame, size_m: float = 100.0) -> gpd.GeoDataFrame:
    return make_cells(zones, size_m=size_m, measure_crs=CRS, division_code="999900")


def areas(cells: gpd.GeoDataFrame) -> list[float]:
    return cells.to_crs(CRS).area.round(0).tolist()


def assert_closed(cells: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, crs: str = CRS) -> None:
    """Valid, no overlaps, no holes, codes unique; every vertex of a border belongs to both neighbours."""
    by_code = cells.set_index("code").geometry
    assert by_code.is_valid.all()
    assert by_code.index.is_unique
    assert shapely.coverage_is_valid(by_code.to_numpy())
    assert checks.overlaps(by_code, measure_crs=crs).empty
    assert checks.holes(zones.geometry, by_code, measure_crs=crs).empty


def test_two_zones_on_paper() -> None:
    zones = zones_at(Z1=shapely.box(0, 0, 200, 200), Z2=shapely.box(200, 0, 400, 200))
    cells = made(zones)
    assert cells["zone"].tolist() == ["Z1"] * 4 + ["Z2"] * 4
    assert cells["code"].tolist() == [f"99990000{zone}00100{n}" for zone in (1, 2) for n in (1, 2, 3, 4)]
    assert areas(cells) == [10_000.0] * 8
    # West to east, then the row to the south.
    middle = shapely.get_coordinates(cells.to_crs(CRS).centroid.to_numpy())[:4] - (WEST, SOUTH)
    assert middle.round(0).tolist() == [[50, 150], [150, 150], [50, 50], [150, 50]]
    assert_closed(cells, zones)


def test_slivers_go_to_the_neighbour_with_the_longest_edge_in_their_own_zone() -> None:
    # 10 m beyond a grid line to the east, 30 m beyond one to the north; another zone's cells lie to the east.
    zones = zones_at(Z1=shapely.box(0, 0, 210, 130), Z2=shapely.box(210, 0, 400, 130))
    cells = made(zones)
    assert sorted(areas(cells[cells["zone"] == "Z1"])) == [3_000, 3_300, 10_000, 11_000]
    assert sorted(areas(cells[cells["zone"] == "Z2"])) == [2_700, 3_000, 9_000, 10_000]
    assert_closed(cells, zones)


def test_a_zone_smaller_than_a_sliver_is_one_cell_and_specks_join_the_nearest() -> None:
    speck = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(150, 150, 151, 151)])
    zones = zones_at(Z1=shapely.box(310, 310, 320, 320), Z2=speck)
    cells = made(zones)
    assert cells["zone"].tolist() == ["Z1", "Z2"]
    assert areas(cells) == [100, 10_001]
    assert cells.geom_type.tolist() == ["Polygon", "MultiPolygon"]


def test_overlapping_zones_give_the_overlap_to_the_lower_code() -> None:
    zones = zones_at(Z2=shapely.box(0, 0, 200, 100), Z1=shapely.box(100, 0, 300, 100))
    cells = made(zones)
    assert cells["zone"].tolist() == ["Z1", "Z1", "Z2"]
    assert_closed(cells, zones)


def test_a_hole_in_a_zone_stays_open() -> None:
    zones = zones_at(Z1=shapely.box(0, 0, 300, 300).difference(shapely.box(100, 100, 200, 200)))
    assert areas(made(zones)) == [10_000] * 8


@given(st.integers(0, 2**32 - 1), st.sampled_from([40.0, 100.0, 333.0]))
@settings(max_examples=12, deadline=None)
def test_cells_of_any_town_are_closed(seed: int, size_m: float) -> None:
    rng = np.random.default_rng(seed)
    cuts = shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 1_000, (6, 2))))
    disc = shapely.Point(500, 500).buffer(480)
    parts = [shapely.intersection(part, disc) for part in cuts.geoms]
    zones = zones_at(**{f"Z{n}": part for n, part in enumerate(parts) if part.area > 1})
    cells = made(zones, size_m)
    assert_closed(cells, zones)
    assert set(cells["zone"]) == set(zones.index)
    # Each cell lies in the zone it says.
    inner = shapely.get_coordinates(cells.geometry.representative_point().to_numpy())
    assert (zones.index.to_numpy()[assign(*inner.T, zones.geometry)] == cells["zone"].to_numpy()).all()
    # The order of zones has no influence.
    again = made(zones.iloc[rng.permutation(len(zones))], size_m)
    pd.testing.assert_frame_equal(pd.DataFrame(again[["code", "zone"]]), pd.DataFrame(cells[["code", "zone"]]))
    assert shapely.equals(again.geometry.to_numpy(), cells.geometry.to_numpy()).all()


def test_zone_digits_come_from_the_zones_own_codes_where_they_tell_them_apart() -> None:
    boxes = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)

    def digits(first: str, second: str) -> list[str]:
        return [code[6:9] for code in made(zones_at(**{first: boxes[0], second: boxes[1]}))["code"]]

    assert digits("999900013", "999900007") == ["007", "013"]
    assert digits("A007", "B007") == ["001", "002"]


@pytest.mark.parametrize("size_m", [0.0, -5.0, float("nan"), 0.01])
def test_a_size_that_cannot_be(size_m: float) -> None:
    with pytest.raises(LayerInvalid) as caught:
        made(zones_at(Z1=shapely.box(0, 0, 200, 200)), size_m)
    assert caught.value.note is not None


def test_no_zones() -> None:
    with pytest.raises(LayerInvalid):
        made(zones_at(Z1=shapely.box(0, 0, 1, 1)).iloc[:0])


# ---------------------------------------------------------------- numbers for cells without a code


def test_missing_codes_are_filled_with_free_numbers_only() -> None:
    zones = zones_at(Z1=shapely.box(0, 0, 300, 200))
    cells = made(zones)
    assert number_cells(cells, division_code="999900", zones=zones.geometry).tolist() == cells["code"].tolist()
    # Two codes lost: they get back the two numbers that are free.
    lost = cells.assign(code=cells["code"].where(~cells.index.isin([1, 4])))
    assert number_cells(lost, division_code="999900", zones=zones.geometry).tolist() == cells["code"].tolist()
    own = cells.assign(code=["A1", "A2", None, " ", "A5", "A6"])
    assert number_cells(own, division_code="999900", zones=zones.geometry).tolist() == [
        "A1", "A2", "999900001001001", "999900001001002", "A5", "A6",
    ]  # fmt: skip


def test_a_cell_outside_all_zones_has_zone_000() -> None:
    zones = zones_at(Z1=shapely.box(0, 0, 100, 100))
    cells = zones_at(a=shapely.box(0, 0, 100, 100), b=shapely.box(500, 0, 600, 100))
    codes = number_cells(cells, division_code="999900", zones=zones.geometry)
    assert codes.to_dict() == {"a": "999900001001001", "b": "999900000001001"}


@pytest.mark.real
def test_shenzhens_grid_of_9005_cells(china_dir: Path) -> None:
    zones = gpd.read_file(china_dir / "sz.shp").set_index("qh").geometry.set_crs(4326)
    cells = gpd.read_file(china_dir / "grid" / "grid.shp").set_crs(4326)
    begun = time.process_time()
    codes = number_cells(cells, division_code="440300", zones=zones)
    assert time.process_time() - begun < 3.0
    assert codes.is_unique
    assert codes.str.fullmatch(r"440300\d{9}").all()
    assert codes.str[9:12].max() == "002"  # blocks of at most 999
    shuffled = cells.sample(frac=1, random_state=7)
    pd.testing.assert_series_equal(number_cells(shuffled, division_code="440300", zones=zones).sort_index(), codes)


@pytest.mark.real
def test_boston_in_cells_of_500_m(boston_dir: Path) -> None:
    crs = "EPSG:32619"
    zones = gpd.read_file(boston_dir / "zones" / "boston.geojson").set_index("name")
    zones["geometry"], _ = checks.repair(zones.geometry, measure_crs=crs)
    cells = make_cells(zones, size_m=500, measure_crs=crs, division_code="025017")
    assert_closed(cells, zones, crs)
    assert 500 < len(cells) < 700
    assert cells["zone"].nunique() == 26
    assert cells.to_crs(crs).area.max() < 2 * 500**2
    total = zones.to_crs(crs).union_all().area
    assert cells.to_crs(crs).area.sum() == pytest.approx(total, rel=1e-6)
