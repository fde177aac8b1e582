"""What the browser gets is where things are, to a decimetre."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from dashboard.maps.geometry import UNIT_DEGREES, geometry
from tests.dashboard.maps.bent import bent_county


@pytest.fixture(scope="module")
def county():
    return bent_county(12)


def _unpacked(content: dict, key: str) -> list[shapely.Geometry]:
    part = content[key]
    at = np.cumsum(np.reshape(part["at"], (-1, 2)), axis=0) * content["unit"] + content["origin"]
    rings = np.split(at, np.cumsum(part["sizes"])[:-1])
    shapes, first = [], 0
    for count in part["rings"]:
        shapes.append(shapely.union_all([shapely.Polygon(ring) for ring in rings[first : first + count]]))
        first += count
    return shapes


def test_payload_unpacks_to_the_polygons(county) -> None:
    content = json.loads(geometry(county).payload)
    assert content["cells"]["codes"] == county.cells.index.tolist()
    assert content["zones"]["names"] == county.zones["name"].tolist()
    found = gpd.GeoSeries(_unpacked(content, "cells"), crs="EPSG:4326").to_crs(county.cells.crs)
    away = shapely.hausdorff_distance(found.to_numpy(), county.cells.geometry.to_numpy())
    assert away.max() < 0.15
    zone = [content["zones"]["codes"][i] for i in content["cells"]["zone"]]
    assert zone == county.cells["zone"].tolist()


def test_labels_lie_inside_their_zones(county) -> None:
    made = geometry(county)
    assert shapely.contains(made.zones.geometry.to_numpy(), made.zones["label"].to_numpy()).all()


def test_holes_and_parts_survive(county) -> None:
    outer = shapely.box(500_000, 4_210_000, 500_400, 4_210_400)
    holed = outer.difference(shapely.box(500_100, 4_210_100, 500_200, 4_210_200))
    shape = shapely.MultiPolygon([holed, shapely.box(501_000, 4_210_000, 501_100, 4_210_100)])
    cells = county.cells.iloc[:2].copy()
    cells.loc[cells.index[0], "geometry"] = shape
    changed = bent_county(12)
    object.__setattr__(changed, "cells", cells)
    part = json.loads(geometry(changed).payload)["cells"]
    assert part["rings"] == [3, 1]
    assert part["sizes"][:3] == [4, 4, 4]


def test_made_once_per_county_and_forgotten_with_it(county) -> None:
    assert geometry(county) is geometry(county)
    assert geometry(bent_county(12)) is not geometry(county)


def test_an_empty_county_has_an_empty_payload(county) -> None:
    empty = bent_county(12)
    for name in ("zones", "cells", "facilities", "base"):
        object.__setattr__(empty, name, getattr(county, name).iloc[:0])
    made = geometry(empty)
    assert made.is_empty
    content = json.loads(made.payload)
    assert content["cells"]["codes"] == []
    assert content["bounds"] == [-180, -85, 180, 85]


def test_facilities_without_coordinates_are_left_out(county) -> None:
    changed = bent_county(12)
    facilities = county.facilities.copy()
    facilities.loc[facilities.index[:3], "geometry"] = None
    object.__setattr__(changed, "facilities", facilities)
    assert len(geometry(changed).facilities) == len(facilities) - 3


def test_precision_is_about_a_decimetre() -> None:
    assert UNIT_DEGREES * 111_320 < 0.12
