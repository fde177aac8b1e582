"""Names of streets, rivers and parks: along their lines on the map, and with their squares in an index."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from dashboard.maps import style
from dashboard.maps.paper.ground import Ground
from dashboard.maps.paper.lettering import MM_PER_PT, cleaned
from dashboard.maps.paper.placing import Box, Taken, along, around, inside
from dashboard.maps.paper.reference import Reference
from dashboard.maps.paper.sheet import Sheet
from dashboard.maps.paper.window import Window

APART_MM = 110.0
"""A long street is named again after this much."""
_BENT = 0.35
"""How far (of the letters' height) a street may leave the straight line of its name."""
_WATER, _PARK = "#2c5d80", "#4d6b35"


@dataclass(frozen=True)
class Named:
    """One street, river or park: all parts of that name together, in metres."""

    name: str
    kind: str
    shape: Any

    @property
    def is_area(self) -> bool:
        return bool(shapely.get_dimensions(self.shape) == 2)


def named(ground: Ground) -> list[Named]:
    """Everything of the base map that has a name, in order of kind and name."""
    found = []
    for kind, layer in ground.base.items():
        names = ground.base_names[kind]
        for name in sorted({str(each) for each in names if each}):
            parts = [part for part in layer.shapes[names == name] if part is not None]
            whole = shapely.union_all(parts)
            found.append(
                Named(cleaned(name), kind, whole if shapely.get_dimensions(whole) == 2 else shapely.line_merge(whole))
            )
    return [each for each in found if each.name]


def index(ground: Ground, reference: Reference) -> list[tuple[str, str]]:
    """Name and squares of everything named that the window shows, in order of name, Chinese ones as a dictionary has
    them."""
    rows = [(each.name, reference.of_line(each.shape)) for each in named(ground)]
    # GB 2312 has its common characters in order of pinyin.
    return sorted(((name, squares) for name, squares in rows if squares), key=lambda row: row[0].encode("gb18030"))


def write(sheet: Sheet, window: Window, ground: Ground, taken: Taken, *, size_pt: float) -> None:
    """Names along lines, in areas where they fit; what finds no free place stays out, as the index has it."""
    frame = shapely.box(*window.bounds)
    for each in sorted(named(ground), key=lambda each: (each.is_area, -each.shape.length)):
        seen = shapely.transform(shapely.intersection(each.shape, frame), lambda at: np.column_stack(window.at(*at.T)))
        if seen.is_empty:
            continue
        if each.is_area:
            _in_area(sheet, taken, each, seen, size_pt=size_pt, within=window.box)
        elif each.kind.startswith("road") or each.kind == "water":
            colour = _WATER if each.kind == "water" else style.SECONDARY
            for line in shapely.get_parts(seen):
                _on_line(sheet, taken, each.name, line, size_pt=size_pt, colour=colour, within=window.box)


def _in_area(sheet: Sheet, taken: Taken, each: Named, seen: Any, *, size_pt: float, within: Box) -> None:
    """In the middle of the area, or of a long one (a river) along its length."""
    colour = _WATER if each.kind == "water" else _PARK
    largest = max(shapely.get_parts(seen), key=lambda part: part.area)
    wide, high = sheet.width(each.name, size_pt), size_pt * MM_PER_PT
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.5)
    x, y = circle.coords[0]
    box = around(x, y, wide, high)
    if inside(box, within) and shapely.contains(largest, shapely.box(*box)) and taken.is_free(box, gap=0.3):
        taken.add(box)
        sheet.write(x, y, each.name, size_pt, colour=colour, align="center", halo_pt=1.0)
        return
    angle = _length_of(largest, x, y, wide)
    boxes = along(x, y, wide, 0.8 * high, angle)
    if 2 * circle.length > 0.8 * high and all(inside(box, within) for box in boxes) and taken.is_free(*boxes):
        taken.add(*boxes)
        sheet.write(x, y, each.name, size_pt, colour=colour, align="center", halo_pt=1.0, angle=angle)


def _length_of(area: Any, x: float, y: float, wide: float) -> float:
    """The direction (degrees) in which the area goes on longest around a point."""
    turns = np.arange(-85, 90, 5.0)
    rays = [
        shapely.LineString([(x - np.cos(a) * wide, y - np.sin(a) * wide), (x + np.cos(a) * wide, y + np.sin(a) * wide)])
        for a in np.radians(turns)
    ]
    return float(turns[np.argmax(shapely.length(shapely.intersection(rays, area)))])


def _on_line(sheet: Sheet, taken: Taken, name: str, line: Any, *, size_pt: float, colour: str, within: Box) -> None:
    """Along the line where it is nearly straight, from its middle outwards, again after `APART_MM`."""
    wide, high = sheet.width(name, size_pt), size_pt * MM_PER_PT
    length = line.length
    if length < 1.3 * wide:
        return
    steps = np.arange(wide / 2 + 1, length - wide / 2 - 1, max(2.0, wide / 4))
    written: list[float] = []
    for at in sorted(steps, key=lambda at: abs(at - length / 2)):
        if any(abs(at - other) < APART_MM for other in written):
            continue
        ends = shapely.line_interpolate_point(line, [at - wide / 2, at + wide / 2])
        (x0, y0), (x1, y1) = shapely.get_coordinates(ends)
        chord = shapely.LineString([(x0, y0), (x1, y1)])
        between = shapely.line_interpolate_point(line, np.linspace(at - wide / 2, at + wide / 2, 7))
        if shapely.distance(between, chord).max() > _BENT * high:
            continue
        angle = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        angle = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        boxes = along(x, y, wide, high, angle)
        if all(inside(box, within) for box in boxes) and taken.is_free(*boxes, gap=0.3):
            taken.add(*boxes)
            sheet.write(x, y, name, size_pt, colour=colour, align="center", halo_pt=1.0, angle=angle)
            written.append(float(at))
