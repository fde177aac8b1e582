"""A `MapView` as data for the browser: small arrays packed, large ones as addresses, texts as plain texts."""

import base64
import json
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dashboard.maps import blobs, style
from dashboard.maps.geometry import Geometry
from dashboard.maps.layers import Compare, Frames, MapView, Points, Polygons
from dashboard.maps.style import Swatch
from dashboard.text import words

MISSING = -2_147_483_648
LARGEST = 2_147_483_647
WITH_THE_REST = 100
"""Points that need no address of their own."""
COLOURS = {
    "text": style.TEXT,
    "secondary": style.SECONDARY,
    "water": style.WATER,
    "waterLine": style.WATER_LINE,
    "green": style.GREEN,
    "greenLine": style.GREEN_LINE,
    "road": style.ROAD,
    "casing": style.ROAD_CASING,
    "lane": style.LANE,
    "zoneLine": style.ZONE_LINE,
    "cellLine": style.CELL_LINE,
}


Publish = Callable[[bytes, str], dict[str, str]]
"""Takes a content and its kind (`application/json` …) and gives the address that stands for it."""


def payload(view: MapView, *, key: str, publish: Publish | None = None) -> dict[str, Any]:
    """Everything a map needs, JSON-ready; geometry, weeks and pictures are published and only their addresses given.

    `publish`: where they go, unless to the app's own routes (`blobs`).
    """
    place = view.geometry
    publish = publish or partial(_address, place)
    return {
        "key": key,
        "place": place.place,
        "version": place.data_version,
        "lang": "zh-CN" if view.language == "zh" else view.language,
        "title": view.title,
        "mark": view.mark,
        "geometry": publish(place.payload, "application/json"),
        "polygons": _polygons(view.polygons) if view.polygons else None,
        "frames": _frames(publish, view.polygons.frames) if view.polygons and view.polygons.frames else None,
        "compare": _compare(view.compare) if view.compare else None,
        "raster": {"address": publish(view.raster.png, "image/png"), "bounds": view.raster.bounds}
        if view.raster
        else None,
        "points": [_points(publish, points, view.language) for points in view.points],
        "legend": {
            "title": view.legend.title,
            "swatches": _swatches(view.legend.swatches),
            "note": view.legend.note,
        }
        if view.legend
        else None,
        "card": {"title": view.card.title, "lines": view.card.lines, "tag": view.card.tag} if view.card else None,
        "selected": view.selected,
        "fly": view.fly,
        "sight": {"turn": view.sight.turn, "bounds": view.sight.extent and view.sight.extent.bounds}
        if view.sight
        else None,
        "ask": view.ask,
        "presented": view.is_presented,
        "choices": view.choices,
        "chosen": view.chosen,
        "arrange": {"kind": view.arrange.kind, "most": view.arrange.most} if view.arrange else None,
        "tiles": {"url": view.tile_url, "mark": view.tile_mark} if view.tile_url else None,
        "hidden": view.hidden,
        "colours": COLOURS,
        "words": {
            name.removeprefix("map.live."): text
            for name, text in words(view.language).items()
            if name.startswith("map.live.")
        },
    }


def pack(values: Any) -> dict[str, Any]:
    """An array as deflated base64: numbers to one decimal, or texts as positions in a list of the distinct ones."""
    array = np.asarray(values)
    if array.dtype.kind not in "bfiu":
        which, texts = pd.factorize(pd.Series(array, dtype=object).astype("str").where(pd.notna(array)))
        return {"texts": [str(text) for text in texts], "which": pack(np.where(which < 0, len(texts), which))}
    if array.dtype.kind == "f":
        there = np.isfinite(array)
        is_whole = bool((array[there] == np.rint(array[there])).all())
        kept = np.where(there, array, 0)
        over = 1 if is_whole or np.abs(kept).max(initial=0) > LARGEST / 10 else 10
        whole = np.where(there, np.rint(np.clip(kept * over, -LARGEST, LARGEST)), MISSING).astype("i8")
    else:
        there, over, whole = np.ones(len(array), bool), 1, array.astype("i8")
    largest = int(whole.max(initial=0))
    is_small = bool(there.all()) and int(whole.min(initial=0)) >= 0
    kind = "u1" if is_small and largest < 256 else "u2" if is_small and largest < 65_536 else "i4"
    packed = {
        "kind": kind,
        "zip": base64.b64encode(zlib.compress(whole.astype(f"<{kind}").tobytes(), 6)).decode("ascii"),
    }
    return packed | ({"over": over} if over > 1 else {}) | ({"missing": MISSING} if kind == "i4" else {})


def _address(place: Geometry, content: bytes, kind: str) -> dict[str, str]:
    found = blobs.publish(content, place=place.place, data_version=place.data_version, kind=kind)
    return {"path": found.path, "token": found.token}


def _swatches(swatches: tuple[Swatch, ...]) -> list[dict[str, Any]]:
    return [{"colour": each.colour, "hatch": each.hatch, "edge": each.edge, "label": each.label} for each in swatches]


def _polygons(polygons: Polygons) -> dict[str, Any]:
    return {
        "layer": polygons.layer,
        "classes": pack(polygons.classes),
        "swatches": _swatches(polygons.scale.swatches),
        "rows": [{"label": row.label, "values": pack(row.values)} for row in polygons.rows],
    }


def _frames(publish: Publish, frames: Frames) -> dict[str, Any]:
    """Classes of all weeks, then (from an even byte) the counts behind them, as one blob that the browser keeps."""
    classes = np.ascontiguousarray(frames.classes, dtype="u1")
    content = classes.tobytes() + b"\0" * (classes.size % 2)
    if frames.values is not None:
        content += np.ascontiguousarray(frames.values, dtype="<u2").tobytes()
    return {
        "address": publish(content, "application/octet-stream"),
        "width": classes.shape[1],
        "hasValues": frames.values is not None,
        "starts": list(frames.starts),
        "ends": list(frames.ends),
        "totals": [int(total) for total in frames.totals],
        "campaign": [bool(each) for each in frames.is_campaign],
        "marks": [list(names) for names in frames.marks],
        "current": int(frames.current),
    }


def _compare(compare: Compare) -> dict[str, Any]:
    return {
        "moments": compare.moments,
        "now": compare.now,
        "usual": compare.usual,
        "chosen": compare.chosen,
        "classes": None if compare.classes is None else pack(compare.classes),
        "values": None if compare.values is None else pack(compare.values),
    }


def _points(publish: Publish, points: Points, language: str) -> dict[str, Any]:
    """Facilities lie in the geometry already, so only the kind is named; other points come as a blob, a few of them
    with the rest, as they change more often than they are fetched twice."""
    found = style.symbol(points.kind)
    drawn = {
        "kind": points.kind,
        "label": points.label,
        "shape": found.shape,
        "colour": found.colour,
        "size": found.size,
        "letter": words(language).get(f"map.symbol.{points.kind}", ""),
        "radius": points.radius_m,
        "shown": points.is_shown,
        "numbered": points.is_numbered,
    }
    if points.in_geometry:
        return drawn
    content = {
        "codes": [str(code) for code in points.codes],
        "titles": [str(title) for title in points.titles],
        "lon": np.round(points.lon, 6).tolist(),
        "lat": np.round(points.lat, 6).tolist(),
    }
    if len(points.codes) <= WITH_THE_REST:
        return drawn | {"content": content}
    return drawn | {"address": publish(json.dumps(content, ensure_ascii=False).encode("utf-8"), "application/json")}
