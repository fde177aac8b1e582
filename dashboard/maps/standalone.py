"""A map that leaves the app on its own: folium, in one file that asks nobody for anything.

Leaflet's script and style are inlined from XStatic-Leaflet; folium's jQuery, Bootstrap and icon fonts are left out, so
popups and icon markers, which need them, are not used. An analyst can go on with the `folium.Map`.
Texts from files go through `safe`, and only through it.
"""

import base64
import html
import re
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pandas as pd
from folium.template import Template

from dashboard.maps import style
from dashboard.maps.layers import MapView, Points, Polygons
from dashboard.maps.style import NOT_DRAWN, Swatch
from dashboard.text import number, place_name, t, words

MAP_CSS = """
html, body { margin: 0; height: 100%; } .leaflet-container { background: #fbfaf7; font: 13px/1.4 "Noto Sans SC",
"Source Han Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; color: #24231f; }
.card { position: fixed; left: 12px; bottom: 12px; z-index: 900; background: rgba(255,255,255,.94); font-size: 12px;
border: 1px solid #e6e3dc; border-radius: 6px; padding: 9px 12px; max-width: 260px; }
.card b { display: block; } .card div { display: flex; gap: 8px; align-items: center; }
.card i { width: 15px; height: 12px; border: 1px solid #cfcbc1; flex: none; } .card small { color: #6b6860; }
.mark { position: fixed; right: 12px; bottom: 10px; z-index: 900; font-size: 12px; text-shadow: 0 0 3px #fff; }
.head { position: fixed; left: 56px; top: 10px; right: 210px; z-index: 900; font-size: 16px; font-weight: 700;
text-shadow: 0 0 3px #fff, 0 0 3px #fff; pointer-events: none; overflow-wrap: anywhere; }
.head small { display: block; font-size: 12px; font-weight: 400; color: #6b6860; }
.leaflet-tooltip, .leaflet-control-layers { font-size: 13px; line-height: 1.45; }
.leaflet-tooltip small { color: #6b6860; }
.name { white-space: nowrap; font-weight: 700; transform: translate(-50%, -50%); position: absolute; font-size: 14px;
text-shadow: 0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff, 0 0 2px #fff; }
.symbol { position: absolute; transform: translate(-50%, -50%); color: #fff; font-size: 10px; line-height: 15px;
width: 15px; height: 15px; text-align: center; border: 1.5px solid #fff; }
.symbol.circle, .symbol.dot { border-radius: 50%; } .symbol.dot { width: 5px; height: 5px; }
.symbol.diamond, .symbol.hexagon { border-radius: 5px; }
.leaflet-tooltip { white-space: normal; width: max-content; max-width: 280px; overflow-wrap: anywhere; }
"""


class OfflineMap(folium.Map):
    """A `folium.Map` that brings its own Leaflet along."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium reads these from the class
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(tiles=None, attribution_control=False, zoom_snap=0.25, zoom_control=True, **options)
        root: Any = self.get_root()
        header = root.header
        script, styles = leaflet()
        header.add_child(folium.Element(f"<style>{styles}{MAP_CSS}</style>"), name="leaflet_css")
        header.add_child(folium.Element(f"<script>{script}</script>"), name="leaflet_js")


def leaflet() -> tuple[str, str]:
    """Leaflet's script and style sheet, without the addresses of pictures and source maps in them."""
    from xstatic.pkg import leaflet as package

    folder = Path(package.BASE_DIR)
    script = re.sub(r"//# sourceMappingURL=.*", "", (folder / "leaflet.js").read_text(encoding="utf-8"))
    styles = re.sub(r"url\([^)]*\)", "none", (folder / "leaflet.css").read_text(encoding="utf-8"))
    return script, styles


def safe(text: object) -> str:
    """A text that is nothing but text wherever folium puts it: markup, a JavaScript template, or a script's string.

    HTML's own characters become entities, and so do `$`, backtick, braces and backslash, which folium's templates
    would read.
    """
    escaped = html.escape(str(text), quote=True)
    return re.sub(r"[$`{}\\]", lambda found: f"&#{ord(found[0])};", escaped)


def folium_map(view: MapView) -> folium.Map:
    """The view as a folium map: coloured polygons with tooltips, base map, zones, points, legend and mark."""
    west, south, east, north = view.geometry.bounds
    made = OfflineMap(location=[(south + north) / 2, (west + east) / 2], zoom_start=12)
    _page(made, view)
    if view.polygons is not None:
        _polygons(made, view, view.polygons)
    if view.raster is not None:
        low_lon, low_lat, high_lon, high_lat = view.raster.bounds
        folium.raster_layers.ImageOverlay(
            "data:image/png;base64," + base64.b64encode(view.raster.png).decode("ascii"),
            bounds=[[low_lat, low_lon], [high_lat, high_lon]],
            name=safe(t("map.live.switch_heat", view.language)),
        ).add_to(made)
    _zones(made, view)
    _base(made, view)
    _labels(made, view)
    for points in view.points:
        _points(made, view, points)
    folium.LayerControl(collapsed=False).add_to(made)
    made.fit_bounds([[south, west], [north, east]], padding=(20, 20))
    return made


def write(view: MapView, path: Path) -> None:
    """The map as one html file."""
    path.write_text(folium_map(view).get_root().render(), encoding="utf-8")


def _page(made: folium.Map, view: MapView) -> None:
    root: Any = made.get_root()
    heading = f"{place_name(view.geometry.place_name, view.geometry.place, view.language)} {view.title}"
    root.title = safe(heading)
    lines = []
    if view.legend is not None:
        lines = [f"<b>{safe(view.legend.title)}</b>"]
        for number_, swatch in enumerate(view.legend.swatches):
            fill = f"url(#{_pattern(swatch)})" if swatch.hatch else swatch.colour
            box = (
                f'<svg width="15" height="12"><rect width="15" height="12" fill="{safe(fill)}"'
                f' stroke="{safe(swatch.edge or "#cfcbc1")}"/></svg>'
            )
            lines.append(f'<div data-class="{number_}">{box}<span>{safe(swatch.label)}</span></div>')
        if view.legend.note:
            lines.append(f"<small>{safe(view.legend.note)}</small>")
    root.html.add_child(folium.Element(_patterns(view)))
    told = safe(t("print.between", view.language).join(view.facts))
    root.html.add_child(folium.Element(f'<div class="head">{safe(heading)}<small>{told}</small></div>'))
    if lines:
        root.html.add_child(folium.Element(f'<div class="card">{"".join(lines)}</div>'))
    root.html.add_child(folium.Element(f'<div class="mark">{safe(view.mark)}</div>'))


def _pattern(swatch: Swatch) -> str:
    return f"hatch-{(swatch.hatch or '')[1:]}-{swatch.colour[1:]}"


def _patterns(view: MapView) -> str:
    """The hatchings as SVG patterns, for the legend and the polygons alike."""
    swatches = [
        *(view.legend.swatches if view.legend else ()),
        *(view.polygons.scale.swatches if view.polygons else ()),
    ]
    made = {
        _pattern(swatch): f'<pattern id="{_pattern(swatch)}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{swatch.colour}"/>'
        f'<path d="M0 0V6" stroke="{swatch.hatch}" stroke-width="2"/></pattern>'
        for swatch in swatches
        if swatch.hatch
    }
    return f'<svg width="0" height="0" style="position:absolute"><defs>{"".join(made.values())}</defs></svg>'


class _Drawn(folium.GeoJson):
    """GeoJSON whose style and tooltip stand in each feature, so that nothing is looked up and nothing runs twice."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.geoJson({{ this.data|tojson }}, {
            interactive: {{ this.is_interactive|tojson }},
            style: function (feature) { return feature.properties.style || {{ this.look|tojson }}; },
            onEachFeature: function (feature, layer) {
                if (feature.properties.tip) layer.bindTooltip(feature.properties.tip, { sticky: true });
            }
        });
        {{ this.get_name() }}.addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, data: dict[str, Any], *, name: str, look: dict[str, Any] | None = None) -> None:
        super().__init__(data, name=name, embed=True)
        self.look = look or {}
        self.is_interactive = look is None

    def render(self, **kwargs: Any) -> str:
        # folium.GeoJson.render would look for style functions, feature by feature.
        folium.map.Layer.render(self, **kwargs)
        return ""


def _feature(shape: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": shape.__geo_interface__}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _polygons(made: folium.Map, view: MapView, polygons: Polygons) -> None:
    frame = view.geometry.cells if polygons.layer == "cells" else view.geometry.zones
    swatches = polygons.scale.swatches
    looks = [
        {
            "fillColor": f"url(#{_pattern(each)})" if each.hatch else each.colour,
            "fillOpacity": 1,
            "color": each.edge or style.CELL_LINE,
            "weight": 1.2 if each.edge else 0.8,
        }
        for each in swatches
    ]
    titles = _titles(view, polygons.layer)
    features = []
    # Below a heat of points nothing is coloured, and still every cell says whose it is.
    is_clear = view.raster is not None
    looks.append({"fillColor": style.GROUND, "fillOpacity": 0, "color": style.LINES, "weight": 0.6})
    for position in np.flatnonzero((polygons.classes != NOT_DRAWN) | is_clear):
        lines = [titles[position]]
        for row in polygons.rows:
            value = row.values[position]
            if not pd.isna(value):
                lines.append(f"{safe(row.label)} {safe(_shown(value))}")
        which = -1 if is_clear else int(polygons.classes[position])
        features.append(_feature(frame.geometry.iloc[position], style=looks[which], tip="<br>".join(lines)))
    _Drawn(_collection(features), name=safe(view.legend.title if view.legend else view.title)).add_to(made)


def _shown(value: object) -> str:
    if isinstance(value, (float, np.floating)):
        return number(float(value), 0 if float(value).is_integer() else 1)
    return number(int(value)) if isinstance(value, (int, np.integer)) else str(value)


def _titles(view: MapView, layer: str) -> list[str]:
    """The first lines of a tooltip: zone and name, below it the code where that is not the name."""
    geometry = view.geometry
    codes = geometry.codes(layer).astype(str)
    frame = geometry.cells if layer == "cells" else geometry.zones
    names = frame["name"].where(frame["name"].notna(), frame.index).astype(str)
    zones = frame["zone"].map(geometry.zones["name"]).fillna("").astype(str) if layer == "cells" else [""] * len(codes)
    return [
        f"<b>{safe(f'{zone} · {name}' if zone else name)}</b>"
        + (f"<br><small>{safe(code)}</small>" if code != name else "")
        for zone, name, code in zip(zones, names, codes, strict=True)
    ]


def _base(made: folium.Map, view: MapView) -> None:
    """Roads, water and green; lanes are left out, as cells follow them."""
    looks = {
        "green": {"color": style.GREEN_LINE, "weight": 1.2, "fill": False},
        "road_main": {"color": style.ROAD_CASING, "weight": 1.4, "fill": False},
        "road_ring": {"color": style.ROAD_CASING, "weight": 2, "fill": False},
        "water": {"fillColor": style.WATER, "fillOpacity": 1, "color": style.WATER_LINE, "weight": 1.2},
    }
    base = view.geometry.base
    features = [
        _feature(shape, style=looks[kind] | {"interactive": False})
        for known in looks
        for kind, shape in zip(base["kind"], base.geometry, strict=True)
        if kind == known and shape is not None and not shape.is_empty
    ]
    if features:
        name = safe(t("map.live.switch_base", view.language))
        _Drawn(_collection(features), name=name, look={"interactive": False}).add_to(made)


def _zones(made: folium.Map, view: MapView) -> None:
    zones = view.geometry.zones
    if zones.empty:
        return
    line = {"color": style.ZONE_LINE, "weight": 1.8, "fill": False, "interactive": False}
    shapes = _collection([_feature(shape) for shape in zones.geometry])
    _Drawn(shapes, name=safe(t("map.live.switch_zones", view.language)), look=line).add_to(made)


def _labels(made: folium.Map, view: MapView) -> None:
    zones = view.geometry.zones
    labels = folium.FeatureGroup(name=safe(t("map.live.switch_labels", view.language))).add_to(made)
    for code, name, point in zip(zones.index, zones["name"], zones["label"], strict=True):
        if point is not None:
            text = f'<span class="name">{safe(code if pd.isna(name) else name)}</span>'
            _mark(point.y, point.x, text).add_to(labels)


def _mark(lat: float, lon: float, markup: str) -> folium.Marker:
    return folium.Marker([lat, lon], icon=folium.DivIcon(html=markup, icon_size=(0, 0)), interactive=False)


def _points(made: folium.Map, view: MapView, points: Points) -> None:
    group = folium.FeatureGroup(name=safe(points.label), show=points.is_shown).add_to(made)
    look = style.symbol(points.kind)
    letter = words(view.language).get(f"map.symbol.{points.kind}", "")
    for code, lon, lat, title in zip(points.codes, points.lon, points.lat, points.titles, strict=True):
        sign = safe(code if points.is_numbered else letter)
        markup = f'<span class="symbol {look.shape}" style="background:{look.colour}">{sign}</span>'
        if points.radius_m is not None:
            folium.Circle(
                [lat, lon],
                radius=points.radius_m,
                color=look.colour,
                weight=1,
                fill=True,
                fill_opacity=0.05,
                interactive=False,
            ).add_to(group)
        marker = folium.Marker([lat, lon], icon=folium.DivIcon(html=markup, icon_size=(0, 0)))
        marker.add_child(folium.Tooltip(safe(title or points.label).replace("\n", "<br>")))
        marker.add_to(group)
