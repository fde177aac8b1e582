"""KML and KMZ, read as XML: GDAL flattens folders and renames untyped `<Data name="编码">` until values are lost."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import pandas as pd
import shapely
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from etl.errors import FileUnreadable
from etl.messages import error
from etl.read.archive import members, opened
from etl.read.cells import typed_column
from etl.read.encoding import canonical, decide
from etl.read.files import read_bytes
from etl.read.raw import LEVELS, RawTable
from etl.read.vector import feature_numbers, geometries

if TYPE_CHECKING:
    from etl.declarations import Source

MOST_BYTES = 256 << 20
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["'][^>]*\?>""")
_TEXTS = ("name", "description", "address", "phoneNumber")
_LINES = ("LineString", "LinearRing", "Track")


def read_kml(path: Path, source: "Source") -> list[RawTable]:
    """The placemarks of a KML or KMZ as one table, coordinates EPSG:4326.

    Headings are `name`, `description`, `Folder` (nested ones joined), then every `<Data>` and `<SimpleData>` by its
    name. All values are text.
    """
    data = read_bytes(path)
    if data.startswith(b"PK"):
        data = _main_document(path, data)
    if len(data) > MOST_BYTES:
        raise error(FileUnreadable, "file_too_large", file=path.name, megabytes=len(data) >> 20, most=MOST_BYTES >> 20)
    root, encoding = _parsed(path, data, source)
    rows: list[dict[str, str]] = []
    shapes: list[Any] = []
    for folder, placemark in _placemarks(root):
        rows.append({**({"Folder": folder} if folder else {}), **_values(placemark)})
        shapes.append(_shape(placemark))
    if not rows:
        raise error(FileUnreadable, "no_features", file=path.name)
    names = [name for name in ("name", "description", "Folder") if any(name in row for row in rows)]
    names += [name for name in dict.fromkeys(name for row in rows for name in row) if name not in names]
    columns = {name: typed_column([row.get(name) for row in rows]) for name in names}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))
    frame.columns = pd.Index(names, dtype=object)
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    geometry, notes = geometries(array, [])
    return [RawTable(path, None, frame, feature_numbers(len(rows)), geometry, "EPSG:4326", encoding, notes)]


def _main_document(path: Path, data: bytes) -> bytes:
    """The main KML of a KMZ: `doc.kml`, else the first one."""
    with opened(path, data) as archive:
        found = members(archive)
        inside = sorted((name for name in found if name.lower().endswith(".kml")), key=lambda n: (n != "doc.kml", n))
        if not inside:
            raise error(FileUnreadable, "kmz_without_kml", file=path.name)
        if found[inside[0]].file_size > MOST_BYTES:
            raise error(FileUnreadable, "zip_too_large", file=path.name, most=MOST_BYTES >> 20)
        return archive.read(found[inside[0]])


def _parsed(path: Path, data: bytes, source: "Source") -> tuple[Element, str]:
    """The document, its encoding as declared (GBK too, which the XML parser does not know) or found out."""
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf")[:400])
    said = source.encoding or (declared[1].decode("ascii") if declared and canonical(declared[1].decode()) else None)
    try:
        encoding, _ = decide([data], file=path.name, declared=said)
    except FileUnreadable:
        if source.encoding is not None:
            raise
        encoding, _ = decide([data], file=path.name)  # the declaration is often wrong
    text = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", data.decode(encoding))
    try:
        root = ElementTree.fromstring(text, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise error(FileUnreadable, "xml_forbidden", file=path.name) from problem
    except ParseError as problem:
        line, column = problem.position
        raise error(FileUnreadable, "xml_broken", file=path.name, line=line, column=column + 1) from problem
    if _local(root) != "kml":
        raise error(FileUnreadable, "xml_is_not_kml", file=path.name, found=_local(root))
    return root, encoding


def _placemarks(root: Element) -> Iterator[tuple[str, Element]]:
    """Every placemark with the names of the folders it lies in. Without recursion: folders may be nested deeply."""
    waiting: list[tuple[str, Element]] = [("", root)]
    while waiting:
        folder, element = waiting.pop()
        if _local(element) == "Placemark":
            yield folder, element
            continue
        if _local(element) == "Folder":
            own = next((_text(child) for child in element if _local(child) == "name"), "")
            folder = LEVELS.join(part for part in (folder, own) if part)
        waiting += [(folder, child) for child in reversed(element)]


def _values(placemark: Element) -> dict[str, str]:
    row: dict[str, str] = {}
    for child in placemark:
        tag = _local(child)
        if tag in _TEXTS:
            row[tag] = _text(child)
        elif tag == "TimeStamp":
            row["when"] = next((_text(part) for part in child if _local(part) == "when"), "")
        elif tag == "ExtendedData":
            for element in child.iter():
                name = element.get("name")
                if _local(element) == "Data" and name:
                    row[name] = next((_text(part) for part in element if _local(part) == "value"), "")
                elif _local(element) == "SimpleData" and name:
                    row[name] = _text(element)
    return {name.strip(): value for name, value in row.items() if value}


def _shape(placemark: Element) -> Any:
    """The placemark's geometry; parts of one kind become a Multi…, parts that cannot be read are left out."""
    parts = [shape for shape in (_part(element) for element in _geometry_elements(placemark)) if shape is not None]
    if len(parts) <= 1:
        return parts[0] if parts else None
    multi: dict[str, Any] = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    kinds = {shape.geom_type for shape in parts}
    return (multi[kinds.pop()] if len(kinds) == 1 else shapely.GeometryCollection)(parts)


def _geometry_elements(placemark: Element) -> Iterator[Element]:
    waiting = list(placemark)
    while waiting:
        element = waiting.pop(0)
        tag = _local(element)
        if tag in ("MultiGeometry", "MultiTrack"):
            waiting = list(element) + waiting
        elif tag in ("Point", "Polygon", *_LINES):
            yield element


def _part(element: Element) -> Any:
    try:
        if _local(element) == "Point":
            return shapely.Point(_coordinates(element)[0])
        if _local(element) in _LINES:
            return shapely.LineString(_coordinates(element))
        outer = [_coordinates(ring) for ring in element if _local(ring) == "outerBoundaryIs"]
        inner = [_coordinates(ring) for ring in element if _local(ring) == "innerBoundaryIs"]
        return shapely.Polygon(outer[0], [ring for ring in inner if len(ring) >= 3])
    except (ValueError, IndexError, shapely.errors.GEOSException):
        return None


def _coordinates(element: Element) -> list[tuple[float, float]]:
    """Longitude and latitude of every vertex below an element; heights are dropped."""
    points: list[tuple[float, float]] = []
    for child in element.iter():
        if _local(child) == "coordinates":
            # Some writers put blanks after the commas, where blanks are to separate vertices.
            for vertex in re.sub(r"\s*,\s*", ",", child.text or "").split():
                lon, lat = vertex.split(",")[:2]
                points.append((float(lon), float(lat)))
        elif _local(child) == "coord":
            lon, lat = (child.text or "").split()[:2]
            points.append((float(lon), float(lat)))
    return points


def _local(element: Element) -> str:
    """The tag without its namespace: versions of KML differ in that, and some writers leave it out."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
