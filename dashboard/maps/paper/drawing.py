"""The map itself on a sheet: what `layers.MapView` says, in the order, colours and lines of the app's canvas."""

import io
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, TransformedPath

from dashboard.maps import style
from dashboard.maps.layers import MapView, Points, Polygons, Raster
from dashboard.maps.paper.ground import Ground, Layer, areas, outline
from dashboard.maps.paper.sheet import Box, Sheet
from dashboard.maps.paper.symbols import ring, symbols
from dashboard.maps.paper.window import PT_PER_PX, Window
from dashboard.text import t, words

SINGLE_AT_MOST = 300
"""More single problems than this in view are a blot; the app does not draw them either."""
ROADS = (("road_lane", 6, 0.8), ("road_main", 18, 1.1), ("road_ring", 26, 1.5))
"""Kind, width in metres, thinnest line in pixels."""
LANES_BELOW_M = 4.0
"""Metres a pixel up to which lanes are drawn."""
_HATCH, _HATCH_PT = "/////", 0.55
_TUFT = np.array([[-1.8, 2], [0, 2.8], [1.8, 2]])


class Drawing:
    """One view on one window. `only_zone`: position of the zone whose cells are coloured; the others stay blank."""

    def __init__(
        self, sheet: Sheet, window: Window, ground: Ground, view: MapView, only_zone: int | None = None
    ) -> None:
        self.sheet, self.window, self.ground, self.view, self.only_zone = sheet, window, ground, view, only_zone
        self.to_sheet = window.to_paper + sheet.paper
        self.is_base = "base" not in view.hidden

    def draw(self) -> None:
        """Everything but the names."""
        self._green()
        if self.view.polygons is not None:
            self._fills(self.view.polygons)
            self._parks()
        if self.view.raster is not None:
            self._raster(self.view.raster)
        self._cell_lines()
        if self.is_base:
            self._roads()
        self._zone_lines()
        if self.is_base:
            self._water()
        self._selected()

    def _put(self, shapes: np.ndarray, **look: Any) -> PathPatch | None:
        path = outline(shapes)
        if not np.size(path.vertices):
            return None
        patch = PathPatch(path, transform=self.to_sheet, joinstyle="round", **look)
        self.sheet.add(patch, clip=self.window.box)
        return patch

    def _cut(self, shapes: np.ndarray) -> Path:
        """The shapes within the window as a path to clip with; svg knows either a path or a window, not both."""
        return outline(shapely.orient_polygons(shapely.clip_by_rect(shapes, *self.window.bounds)))

    def _seen(self, layer: Layer) -> np.ndarray:
        return layer.shapes[layer.within(self.window.bounds)]

    def _base(self, kind: str) -> np.ndarray:
        layer = self.ground.base.get(kind)
        return np.empty(0, object) if layer is None else self._seen(layer)

    def _green(self) -> None:
        if self.is_base and "green" in self.ground.base:
            self._put(areas(Layer.of(self._base("green"))), facecolor=style.GREEN, edgecolor="none")

    def _fills(self, polygons: Polygons) -> None:
        layer = self.ground.zones if polygons.layer == "zones" else self.ground.cells
        seen = layer.within(self.window.bounds) & self._is_coloured(polygons)
        classes = shown_classes(polygons)
        for which, swatch in enumerate(polygons.scale.swatches):
            shapes = layer.shapes[seen & (classes == which)]
            if not len(shapes):
                continue
            self._put(shapes, facecolor=swatch.colour, edgecolor="none")
            if swatch.hatch:
                self._put(
                    shapes, facecolor="none", edgecolor="none", hatch=_HATCH, hatchcolor=swatch.hatch, linewidth=0,
                    hatch_linewidth=_HATCH_PT * self.window.px_pt / PT_PER_PX,
                )  # fmt: skip

    def _is_coloured(self, polygons: Polygons) -> np.ndarray:
        if self.only_zone is None:
            return np.ones(len(polygons.codes), bool)
        geometry = self.view.geometry
        if polygons.layer == "zones":
            return np.arange(len(polygons.codes)) == self.only_zone
        return geometry.zones.index.get_indexer(geometry.cells["zone"]) == self.only_zone

    def _parks(self) -> None:
        """Over cells of class 0 a park is green; over coloured ones, whose colour is a number, tufts of grass."""
        parks = areas(Layer.of(self._base("green")))
        if not self.is_base or not len(parks) or self.view.polygons is None:
            return
        layer = self.ground.zones if self.view.polygons.layer == "zones" else self.ground.cells
        blank = (shown_classes(self.view.polygons) == 0) | ~self._is_coloured(self.view.polygons)
        under = self._cut(layer.shapes[layer.within(self.window.bounds) & blank])
        patch = self._put(parks, facecolor=style.GREEN, edgecolor="none")
        if patch is not None and np.size(under.vertices):
            patch.set_clip_path(TransformedPath(under, self.to_sheet))
        elif patch is not None:
            patch.remove()
        self._tufts(parks)
        self._put(parks, fill=False, edgecolor=style.GREEN_LINE, linewidth=0.8 * self.window.px_pt)

    def _tufts(self, parks: np.ndarray) -> None:
        """Sparse tufts of grass, as maps draw a park: a paper's grid of them, those that stand in one."""
        px = self.window.px_mm
        x0, y0, x1, y1 = self.window.box
        x, y = np.meshgrid(np.arange(x0, x1, 6 * px), np.arange(y0, y1, 10 * px))
        is_odd = (np.arange(x.size).reshape(x.shape) + np.arange(len(x))[:, None]) % 2 == 1
        foot = np.column_stack([x[is_odd], y[is_odd]])
        foot = foot[shapely.contains_xy(shapely.union_all(parks), *self.window.to_ground(foot[:, 0], foot[:, 1]))]
        tips = foot[:, None, :] + _TUFT * px
        lines = np.stack([tips, np.broadcast_to(foot[:, None, :], tips.shape)], axis=2).reshape(-1, 2, 2)
        self.sheet.strokes(list(lines), style.GREEN_LINE, 0.9 * self.window.px_pt, clip=self.window.box)

    def _raster(self, raster: Raster) -> None:
        from PIL import Image

        west, south, east, north = raster.bounds
        pixels = np.asarray(Image.open(io.BytesIO(raster.png)).convert("RGBA"))
        across, up = self.ground.project([west, east, west], [south, south, north])
        x, y = self.window.at(across, up)
        turn = Affine2D(np.array([[x[1] - x[0], x[2] - x[0], x[0]], [y[1] - y[0], y[2] - y[0], y[0]], [0, 0, 1]]))
        wide, high = self.sheet.width_mm, self.sheet.height_mm
        axes = Axes(self.sheet.figure, (0, 0, 1, 1), facecolor="none")
        axes.set_axis_off()
        axes.set_xlim(0, wide)
        axes.set_ylim(0, high)
        self.sheet.figure.add_axes(axes)
        axes.set_zorder(self.sheet.top())
        image = axes.imshow(
            pixels, extent=(0, 1, 0, 1), transform=turn + axes.transData, aspect="auto", interpolation="nearest",
        )  # fmt: skip
        axes.set_xlim(0, wide)
        axes.set_ylim(0, high)
        if len(self.ground.zones.shapes):
            image.set_clip_path(TransformedPath(self._cut(self.ground.zones.shapes), self.to_sheet))

    def _cell_lines(self) -> None:
        shapes = self._seen(self.ground.cells)
        if "cells" in self.view.hidden or not len(shapes):
            return
        polygons = self.view.polygons
        is_faint = self.view.raster is not None or (polygons is not None and polygons.layer == "zones")
        px = self.ground.cells.usual_width / self.window.metres_per_px
        width = max(0.35, min(1.6, px / 14)) * self.window.px_pt
        if is_faint:
            self._put(shapes, fill=False, edgecolor=style.LANE, linewidth=width, alpha=0.55)
            return
        if self.only_zone is not None and polygons is not None:
            blank = self.ground.cells.within(self.window.bounds) & ~self._is_coloured(polygons)
            self._put(self.ground.cells.shapes[blank], fill=False, edgecolor=style.LINES, linewidth=width)
            shapes = self.ground.cells.shapes[self._is_coloured(polygons)]
        self._put(shapes, fill=False, edgecolor=style.CELL_LINE, linewidth=width)
        self._edges(width)

    def _roads(self, clip: Path | None = None) -> None:
        px_pt, metres = self.window.px_pt, self.window.metres_per_px
        for kind, width, thinnest in ROADS:
            wide = width * 0.7 / metres
            shapes = self._base(kind)
            if (kind == "road_lane" and metres > LANES_BELOW_M) or not len(shapes):
                continue
            is_cased = wide > 3
            colour = style.LANE if kind == "road_lane" and not is_cased else style.ROAD_CASING
            line = wide + 1.6 if is_cased else max(thinnest, min(2.2, wide))
            strokes = [(colour, line)] + ([(style.ROAD, wide)] if is_cased else [])
            for ink, px in strokes:
                patch = self._put(shapes, fill=False, edgecolor=ink, linewidth=px * px_pt, capstyle="round")
                if patch is not None and clip is not None:
                    patch.set_clip_path(TransformedPath(clip, self.to_sheet))

    def _edges(self, width: float) -> None:
        """Classes with an outline of their own, over the lines of all cells."""
        polygons = self.view.polygons
        if polygons is None or polygons.layer != "cells":
            return
        seen = self.ground.cells.within(self.window.bounds) & self._is_coloured(polygons)
        classes = shown_classes(polygons)
        for which, swatch in enumerate(polygons.scale.swatches):
            if swatch.edge:
                shapes = self.ground.cells.shapes[seen & (classes == which)]
                self._put(shapes, fill=False, edgecolor=swatch.edge, linewidth=1.3 * width)

    def _zone_lines(self) -> None:
        if "zones" in self.view.hidden:
            return
        self._put(
            self._seen(self.ground.zones), fill=False, edgecolor=style.ZONE_LINE, linewidth=1.7 * self.window.px_pt
        )
        if self.only_zone is not None:
            own = self.ground.zones.shapes[self.only_zone : self.only_zone + 1]
            self._put(own, fill=False, edgecolor=style.ZONE_LINE, linewidth=3.2 * self.window.px_pt)

    def _water(self) -> None:
        """Water hides the border that runs in it; roads cross it on bridges."""
        shapes = self._base("water")
        if not len(shapes):
            return
        px = self.window.px_pt
        lakes = areas(Layer.of(shapes))
        streams = shapes[~np.isin(shapely.get_type_id(shapes), (3, 6))]
        self._put(streams, fill=False, edgecolor=style.WATER, linewidth=2 * px)
        if len(lakes):
            self._put(lakes, facecolor=style.WATER, edgecolor="none")
            self._roads(clip=self._cut(lakes))
            self._put(lakes, fill=False, edgecolor=style.WATER_LINE, linewidth=1.3 * px)

    def _selected(self) -> None:
        if self.view.selected is None or self.view.selected[0] not in ("zones", "cells"):
            return
        layer, code = self.view.selected
        at = int(np.append(np.flatnonzero(self.view.geometry.codes(layer) == code), -1)[0])
        if at < 0:
            return
        shape = (self.ground.zones if layer == "zones" else self.ground.cells).shapes[at : at + 1]
        for colour, width in (("#ffffff", 5.6), ("#100f0d", 3.2)):
            self._put(shape, fill=False, edgecolor=colour, linewidth=width * self.window.px_pt)

    def points(self) -> list[Box]:
        """Draws the points that are switched on; the boxes (mm) that their symbols take."""
        taken: list[Box] = []
        for points in self.view.points:
            if points.is_shown and points.kind not in self.view.hidden:
                taken += self._points(points)
        return taken

    def _points(self, points: Points) -> list[Box]:
        x, y = self.window.at(*self.ground.project(points.lon, points.lat))
        x0, y0, x1, y1 = self.window.box
        grown = max(0.62, min(1.15, 7 / np.sqrt(self.window.metres_per_px) / 2))
        look = style.symbol(points.kind)
        radius = look.size * (max(0.8, grown) if look.shape == "dot" else grown) * self.window.px_mm
        if points.radius_m is not None:
            self._reach(x, y, points.radius_m / self.window.metres_per_mm, look.colour)
        there = (x >= x0 + radius) & (x <= x1 - radius) & (y >= y0 + radius) & (y <= y1 - radius)
        if points.kind == "problem" and there.sum() > SINGLE_AT_MOST:
            return []
        letter = words(self.view.language).get(f"map.symbol.{points.kind}", "")
        signs = [str(code) for code in points.codes[there]] if points.is_numbered else [letter] * int(there.sum())
        px_mm = self.window.px_mm
        symbols(self.sheet, points.kind, x[there], y[there], radius, signs=signs, px_mm=px_mm)
        if self.view.selected is not None and self.view.selected[0] == points.kind:
            chosen = there & (points.codes == self.view.selected[1])
            for line, colour in ((6, "#ffffff"), (2.5, style.TEXT)):
                around = radius + 4.5 * px_mm
                ring(self.sheet, x[chosen], y[chosen], around, colour=colour, width_pt=line * self.window.px_pt)
        return [(px - radius, py - radius, px + radius, py + radius) for px, py in zip(x[there], y[there], strict=True)]

    def _reach(self, x: np.ndarray, y: np.ndarray, radius_mm: float, colour: str) -> None:
        circle = Path.unit_circle()
        rings = Path.make_compound_path(
            *(Affine2D().scale(radius_mm).translate(px, py).transform_path(circle) for px, py in zip(x, y, strict=True))
        )
        width = self.window.px_pt
        self.sheet.add(PathPatch(rings, facecolor=colour, edgecolor="none", alpha=0.07), clip=self.window.box)
        self.sheet.add(
            PathPatch(rings, fill=False, edgecolor=colour, alpha=0.55, linewidth=width, linestyle=(0, (4, 3))),
            clip=self.window.box,
        )


def shown_classes(polygons: Polygons) -> np.ndarray:
    """The classes on view: with weeks to slide through, those of the current one."""
    frames = polygons.frames
    return polygons.classes if frames is None else frames.classes[frames.current]


def week_of(view: MapView) -> str:
    """Which week the colours are of, in words; empty where they are of the whole period."""
    frames = None if view.polygons is None else view.polygons.frames
    if frames is None:
        return ""
    days = f"{frames.starts[frames.current]} — {frames.ends[frames.current]}"
    return f"{t('map.live.chosen_week', view.language)} {days}"
