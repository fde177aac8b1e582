"""GeoJSON, read without GDAL, so that codes stay as written and a broken file is told by its line."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from etl.errors import FileUnreadable
from etl.messages import error
from etl.read.cells import typed_column
from etl.read.encoding import decide
from etl.read.files import Blocks
from etl.read.raw import RawTable
from etl.read.vector import crs_name, feature_numbers, geometries

if TYPE_CHECKING:
    from etl.declarations import Source

MOST_BYTES = 1 << 30
_SHAPES = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
)


def read_geojson(path: Path, source: "Source") -> list[RawTable]:
    """The one table of a FeatureCollection (or a single Feature); its CRS is the `crs` member's, else EPSG:4326."""
    data = list(Blocks(path))
    encoding, notes = decide(data, file=path.name, declared=source.encoding)
    try:
        document = json.loads(b"".join(data).decode(encoding))
    except json.JSONDecodeError as problem:
        raise error(
            FileUnreadable, "json_broken", file=path.name, line=problem.lineno, column=problem.colno
        ) from problem
    except RecursionError as problem:
        raise error(FileUnreadable, "json_too_deep", file=path.name) from problem
    features = _features(path, document)
    properties = [_properties(feature) for feature in features]
    names = list(dict.fromkeys(name for row in properties for name in row))
    frame = pd.DataFrame(
        {name: typed_column([row.get(name) for row in properties]) for name in names},
        index=pd.RangeIndex(len(features)),
    )
    frame.columns = pd.Index(names, dtype=object)
    shapes, notes = geometries(_shapes(features), notes)
    if not features:
        notes.append(("no_rows", {"file": path.name}))
    numbers = feature_numbers(len(features))
    return [RawTable(path, None, frame, numbers, shapes, _crs(path, document), encoding, notes)]


def _features(path: Path, document: Any) -> list[dict[str, Any]]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features = [feature for feature in document["features"] if isinstance(feature, dict)]
        if len(features) == len(document["features"]):
            return features
    if kind == "Feature":
        return [document]
    found = kind if isinstance(kind, str) else type(document).__name__
    raise error(FileUnreadable, "json_is_not_geojson", file=path.name, found=found)


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    """A feature's properties, its `id` among them when they have none; objects and lists as JSON text."""
    said = feature.get("properties")
    row = dict(said) if isinstance(said, dict) else {}
    if isinstance(feature.get("id"), str | int) and "id" not in row:
        row["id"] = feature["id"]
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in row.items()
    }


def _shapes(features: list[dict[str, Any]]) -> np.ndarray:
    texts = [
        json.dumps(shape) if isinstance(shape, dict) and shape.get("type") in _SHAPES else None
        for shape in (feature.get("geometry") for feature in features)
    ]
    return np.asarray(shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore"), dtype=object).reshape(
        -1
    )


def _crs(path: Path, document: dict[str, Any]) -> str:
    said = document.get("crs")
    if not isinstance(said, dict):
        return "EPSG:4326"
    properties = said.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    found = crs_name(name) if isinstance(name, str) else None
    if found is None:
        raise error(FileUnreadable, "crs_unknown", file=path.name, found=str(name))
    return found
