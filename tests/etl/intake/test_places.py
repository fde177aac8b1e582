"""Ledgers without a zone column: the cells, facilities and streets that rows name tell what their coordinates are."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from etl import coordinates as co
from etl.errors import CoordinatesUnclear
from etl.intake import Intake, Known, take_in
from etl.intake.places import Gazetteer, contained
from etl.sources import PlaceEntry, read_plan

PLACE = PlaceEntry("示范县", "999900", measure_crs="EPSG:4547")
WEST, SOUTH, EAST, NORTH = 114.50, 38.00, 114.56, 38.04
ACROSS = dict(zip(["人民路", "中山路", "新华路", "光明路"], np.linspace(38.005, 38.035, 4), strict=True))
ALONG = dict(zip(["解放大街", "建设大街", "和平大街", "富强大街"], np.linspace(114.505, 114.555, 4), strict=True))
FORWARD = {"wgs84": lambda lon, lat: (lon, lat), "gcj02": co.gcj02_from_wgs84, "bd09": co.bd09_from_wgs84}


def geojson(path: Path, features: list[tuple[dict[str, str], object]]) -> None:
    told = [
        {"type": "Feature", "properties": said, "geometry": shapely.geometry.mapping(shape)} for said, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": told}, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Two zones of 2.6 km and eight streets, none of them in one zone only."""
    middle = (WEST + EAST) / 2
    shapes = {"城西片区": (WEST, SOUTH, middle, NORTH), "城东片区": (middle, SOUTH, EAST, NORTH)}
    geojson(tmp_path / "片区.geojson", [({"片区名称": name}, shapely.box(*box)) for name, box in shapes.items()])
    streets = [
        ({"道路名称": name, "道路等级": "主干道"}, shapely.LineString([(WEST, y), (EAST, y)]))
        for name, y in ACROSS.items()
    ]
    streets += [
        ({"道路名称": name, "道路等级": "主干道"}, shapely.LineString([(x, SOUTH), (x, NORTH)]))
        for name, x in ALONG.items()
    ]
    border = ({"道路名称": "示范县", "道路等级": "边界"}, shapely.box(WEST, SOUTH, EAST, NORTH))
    geojson(tmp_path / "道路.geojson", [*streets, border])
    return tmp_path


def points_at_streets(rows: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points within 25 m of a street, and the street's name; in the middle of the town, where no border tells."""
    rng = np.random.default_rng(seed)
    street = rng.choice(np.array([*ACROSS, *ALONG], dtype=object), rows)
    lon = np.array([ALONG.get(name, np.nan) for name in street])
    lat = np.array([ACROSS.get(name, np.nan) for name in street])
    lon = np.where(np.isnan(lon), rng.uniform(WEST + 0.015, EAST - 0.015, rows), lon)
    lat = np.where(np.isnan(lat), rng.uniform(SOUTH + 0.012, NORTH - 0.012, rows), lat)
    return lon + rng.uniform(-2e-4, 2e-4, rows), lat + rng.uniform(-2e-4, 2e-4, rows), street


def write_ledger(path: Path, lon: np.ndarray, lat: np.ndarray, **columns: object) -> None:
    told = {"问题编号": [f"A{n}" for n in range(len(lon))], "问题类别": "占道经营", "发现时间": "2026-11-03"}
    pd.DataFrame({**told, **columns, "经度": lon, "纬度": lat}).to_csv(path, index=False, encoding="utf-8")


def taken(*paths: Path, known: Known | None = None) -> list[Intake]:
    return take_in(read_plan(paths), place=PLACE, known=known or Known(), language="zh", progress=lambda _: None)


def of(intakes: list[Intake], layer: str) -> Intake:
    (found,) = [intake for intake in intakes if intake.layer == layer]
    return found


@pytest.mark.parametrize("reading", [*FORWARD, "gcj02 swapped"])
def test_streets_in_addresses_decide(town: Path, reading: str) -> None:
    lon, lat, street = points_at_streets(120)
    x, y = FORWARD[reading.removesuffix(" swapped")](lon, lat)
    if reading.endswith("swapped"):
        x, y = y, x
    write_ledger(town / "台账.csv", x, y, 地址=[f"示范县{name}{n}号" for n, name in enumerate(street)])
    ledger = of(taken(town), "problems")
    assert ledger.coordinates == reading
    assert "coordinates_by_rows" in [code for code, _ in ledger.notes]
    assert np.allclose(ledger.rows["lon"], lon, atol=1e-6)


def test_addresses_of_nowhere_leave_it_unclear(town: Path) -> None:
    lon, lat, _ = points_at_streets(120)
    write_ledger(town / "台账.csv", *co.gcj02_from_wgs84(lon, lat), 地址=[f"示范县无名巷{n}号" for n in range(120)])
    with pytest.raises(CoordinatesUnclear):
        taken(town)
    # Streets named at random are no evidence either.
    rng = np.random.default_rng(1)
    street = rng.choice(np.array([*ACROSS, *ALONG], dtype=object), 120)
    write_ledger(town / "台账.csv", *co.gcj02_from_wgs84(lon, lat), 地址=street)
    with pytest.raises(CoordinatesUnclear):
        taken(town)


def test_zones_that_decide_are_not_outvoted_by_streets(town: Path) -> None:
    """The streets of the database are where they are in GCJ-02; the zones say that the ledger is in WGS 84."""
    rng = np.random.default_rng(7)
    west = np.where(rng.random(400) < 0.5, WEST, (WEST + EAST) / 2)
    lon, lat = west + rng.uniform(0, 0.03, 400), rng.uniform(SOUTH, NORTH, 400)
    zone = np.where(west == WEST, "城西片区", "城东片区")
    write_ledger(town / "台账.csv", lon, lat, 所在片区=zone, 地址=["人民路", "建设大街"] * 200)
    assert of(taken(town), "problems").coordinates == "wgs84"


def test_facilities_by_code_and_name_and_cells_decide(town: Path) -> None:
    lon, lat, _ = points_at_streets(80)
    codes = [f"F{n:03}" for n in range(80)]
    names = [f"第{n:03}公厕" for n in range(80)]
    there = pd.DataFrame({"name": names, "kind": "toilet", "lon": lon, "lat": lat}, index=pd.Index(codes, name="code"))
    x, y = co.bd09_from_wgs84(lon, lat)
    write_ledger(town / "台账.csv", x, y, 涉及设施=[codes[n] if n % 2 else names[n] for n in range(80)])
    assert of(taken(town, known=Known(facilities=there)), "problems").coordinates == "bd09"
    (town / "台账.csv").unlink()

    listed = pd.DataFrame({"设施编码": codes, "设施类型": "公厕", "设施名称": "公厕", "经度": x, "纬度": y})
    listed.to_csv(town / "公厕.csv", index=False, encoding="utf-8")
    assert of(taken(town, known=Known(facilities=there)), "facilities").coordinates == "bd09"
    (town / "公厕.csv").unlink()

    squares = [shapely.Point(at).buffer(5e-4, cap_style="square") for at in zip(lon, lat, strict=True)]
    cells = pd.DataFrame({"name": names, "zone": "城西片区", "geometry": squares}, index=pd.Index(codes, name="code"))
    visits = pd.DataFrame({"巡查时间": "2026-11-03 08:30", "巡查人": "周八", "网格编码": codes, "经度": x, "纬度": y})
    visits.to_csv(town / "巡查.csv", index=False, encoding="utf-8")
    assert of(taken(town, known=Known(cells=cells)), "visits").coordinates == "bd09"


def test_the_finest_place_is_meant() -> None:
    facilities = pd.DataFrame(
        {"name": ["人民路公厕", "同名", "同名", "无坐标"], "lon": [1.0, 2.0, 3.0, np.nan], "lat": 0.0},
        index=pd.Index(["F1", "F2", "F3", "F4"]),
    )
    cells = pd.DataFrame({"name": ["一格"], "geometry": [shapely.box(0, 0, 1, 1)]}, index=pd.Index(["C1"]))
    line = shapely.LineString([(0, 0), (1, 1)])
    base = pd.DataFrame(
        {
            "kind": ["road_main", "road_lane", "boundary", "road_main"],
            "name": ["人民路", "人民路", "示范县", None],
            "geometry": [line, line, line, line],
        }
    )
    gazetteer = Gazetteer(facilities=facilities, cells=cells, base=base)
    fields = pd.DataFrame(
        {
            "facility": ["F3", "人民路公厕", None, None, None, None, "同名", "F4"],
            "cell": ["C1", None, "C1", None, None, None, None, None],
            "address": ["人民路", "人民路", "人民路", "示范县人民路公厕旁", "人民路 9 号", "示范县", "别处", ""],
            "description": [None, None, None, None, None, "人民路", "人民路", "人民路积水"],
        },
        dtype="str",
    )
    # Positions: 0-2 the facilities with coordinates, 3 the cell, 4 the street, whose two parts are one.
    assert gazetteer.named(fields).tolist() == [2, 0, 3, 0, 4, -1, -1, 4]
    assert len(gazetteer.places) == 5
    empty = Gazetteer(facilities=pd.DataFrame(), cells=pd.DataFrame(), base=pd.DataFrame())
    assert empty.named(fields).tolist() == [-1] * 8


@given(
    st.lists(st.text("甲乙丙", max_size=12), max_size=8),
    st.lists(st.text("甲乙丙", min_size=3, max_size=5), max_size=6),
)
def test_the_longest_name_inside_a_text(texts: list[str], names: list[str]) -> None:
    numbers = {name: at for at, name in enumerate(dict.fromkeys(names))}
    told = list(numbers)
    for text, at in zip(texts, contained(pd.Series(texts, dtype="str"), numbers).tolist(), strict=True):
        inside = [name for name in numbers if name in text]
        assert (at >= 0) == bool(inside)
        if inside:
            assert told[at] in inside
            assert len(told[at]) == max(map(len, inside))
