"""Vector maps that office programs draw right: nothing in them but plain paths.

matplotlib hatches with patterns and hides with empty clips; the readers of SVG in office programs show a pattern as
nothing or as black, so hatches are drawn line by line here, and what is hidden is left out.
"""

import re
from collections import Counter

import numpy as np
import shapely

_HEAD = re.compile(r"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<metadata>.*?</metadata>", re.DOTALL)
_PATTERN = re.compile(r'<pattern id="(\w+)".*?</pattern>', re.DOTALL)
_PATTERN_PATH = re.compile(r'<path d="M (\S+) (\S+).*?M (\S+) (\S+).*?style="([^"]*)"', re.DOTALL)
_STYLE = re.compile(r"([\w-]+):\s*([^;]+)")
_EMPTY_CLIP = re.compile(r'<clipPath id="(\w+)">\s*<path\s*/>\s*</clipPath>')
_PATH = re.compile(r'<path( d="([^"]*)")?([^>]*)/>')
_RING = re.compile(r"M ([^Mz]*)")
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_FINER = re.compile(r"(?<=\.\d\d)\d+")
_HATCHED = re.compile(r"fill:\s*url\(#(\w+)\)")


def simple(drawing: bytes) -> bytes:
    """The drawing with hatches as lines, without what is hidden and without a document type."""
    text = _HEAD.sub("", drawing.decode()).lstrip()
    patterns = {found[1]: found[0] for found in _PATTERN.finditer(text)}
    empty = [f"url(#{found[1]})" for found in _EMPTY_CLIP.finditer(text)]
    text = _EMPTY_CLIP.sub("", _PATTERN.sub("", text))

    def drawn(found: re.Match[str]) -> str:
        _, outline, rest = found.groups()
        if ' d="' not in found[0] or any(each in rest for each in empty):
            return ""
        hatch = _HATCHED.search(rest)
        if hatch is None or outline is None:
            return found[0] if outline is None else f'<path d="{_FINER.sub("", outline)}"{rest}/>'
        return _lines(outline, rest, patterns[hatch[1]])

    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_PATH.sub(drawn, text)}'.encode()


def _lines(outline: str, rest: str, pattern: str) -> str:
    """Lines of the pattern's colour, width and distance over the area, rising to the right."""
    found = _PATTERN_PATH.search(pattern)
    if found is None:
        return ""
    x0, y0, x1, y1 = (float(found[at]) for at in range(1, 5))
    step = abs((x1 + y1) - (x0 + y0))
    look = dict(_STYLE.findall(found[5]))
    area = _area(outline)
    if shapely.is_empty(area) or not step:
        return ""
    left, top, right, bottom = shapely.bounds(area)
    sums = np.arange(np.floor((left + top) / step), np.ceil((right + bottom) / step) + 1) * step
    ends = np.array([[[left - 1, each - left + 1], [right + 1, each - right - 1]] for each in sums])
    cut = shapely.get_parts(shapely.intersection(shapely.linestrings(ends), area))
    cut = cut[(shapely.get_type_id(cut) == 1) & ~shapely.is_empty(cut)]
    told = " ".join(
        f"M {x0:.2f} {y0:.2f} L {x1:.2f} {y1:.2f}"
        for (x0, y0), (x1, y1) in (shapely.get_coordinates(each)[[0, -1]] for each in cut)
    )
    if not told:
        return ""
    clip = re.search(r'clip-path="[^"]*"', rest)
    width = look.get("stroke-width", "0.6")
    style = f"fill: none; stroke: {look.get('stroke', '#000000')}; stroke-width: {width}"
    return f'<path d="{told}" {clip[0] if clip else ""} style="{style}"/>'


def _area(outline: str) -> "shapely.Geometry":
    """Of the rings of a path; one within another is a hole, and a ring that is there twice is filled again."""
    rings = [np.array(_NUMBERS.findall(each), dtype="f8").reshape(-1, 2) for each in _RING.findall(outline)]
    areas = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings if len(ring) > 2]
    counts = Counter(shapely.normalize(each) for each in areas)
    once = [each for each, count in counts.items() if count % 2]
    tree = shapely.STRtree(once)
    inner, outer = tree.query(once, predicate="within")
    holes = {int(at) for at, of in zip(inner, outer, strict=True) if at != of}
    filled = shapely.union_all([each for at, each in enumerate(once) if at not in holes])
    return shapely.difference(filled, shapely.union_all([once[at] for at in sorted(holes)]))
