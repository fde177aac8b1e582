"""GeoJSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.etl.read.reading import one, refusal, write


def _feature(shape: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shape, "properties": properties}


def _collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}, ensure_ascii=False)


POINT = {"type": "Point", "coordinates": [114.123456789012, 38.5, 70.0]}


def test_geojson_keeps_codes_and_digits(tmp_path: Path) -> None:
    text = _collection(
        _feature(POINT, 编码="00123", 人口=12, 标签=["a"]),
        _feature(None, 编码="2026-01-01", 人口=None),
        _feature({"type": "Polygon", "coordinates": [[[0, 0], [1]]]}, 编码="x"),
    )
    table = one(write(tmp_path / "a.geojson", text))
    assert table.frame["编码"].tolist() == ["00123", "2026-01-01", "x"]
    assert table.frame["人口"].iloc[0] == 12 and table.frame["标签"].iloc[0] == '["a"]'
    assert table.geometry is not None and table.geometry[0].coords[0] == (114.123456789012, 38.5)
    assert table.geometry[1:].tolist() == [None, None]
    assert table.notes == [("features_without_geometry", {"count": 2, "rows": [2, 3]})]
    assert table.crs == "EPSG:4326"


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4547", "EPSG:4547"),
        ("EPSG:4490", "EPSG:4490"),
    ],
)
def test_the_crs_member_is_honoured(tmp_path: Path, name: str, crs: str) -> None:
    text = _collection(_feature(POINT), crs={"type": "name", "properties": {"name": name}})
    assert one(write(tmp_path / "a.geojson", text)).crs == crs


def test_json_that_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "断.geojson", _collection(_feature(POINT))[:-5])) == "json_broken"
    assert refusal(write(tmp_path / "别.json", '{"type": "Topology"}')) == "json_is_not_geojson"
    assert refusal(write(tmp_path / "列.json", "[1, 2]")) == "json_is_not_geojson"
    assert (
        refusal(write(tmp_path / "杂.json", '{"type": "FeatureCollection", "features": [5]}')) == "json_is_not_geojson"
    )
    assert refusal(write(tmp_path / "深.json", '{"type": "Feature", "x": ' + "[" * 200_000)) == "json_too_deep"
    odd = _collection(_feature(POINT), crs={"type": "name", "properties": {"name": "地方坐标"}})
    assert refusal(write(tmp_path / "系.json", odd)) == "crs_unknown"
    assert one(write(tmp_path / "空.json", _collection())).notes[0][0] == "no_rows"
