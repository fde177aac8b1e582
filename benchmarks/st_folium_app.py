"""The rival of `benchmarks.screen`: the same cells by streamlit-folium, written as well as it allows.

It has every benefit: snapshot and counting are ours, data and GeoJSON geometry (as coarse as ours: 1e-6 degree) are
made once, nothing is reported back, there are no tooltips, no base map, no list, no headline. A change sends one
`feature_group_to_add`, as its documentation advises. With `?canvas=1` Leaflet draws all cells on one canvas in place of
an SVG path each.
"""

from typing import Any

import folium
import numpy as np
import shapely
import streamlit as st
from streamlit_folium import st_folium

from dashboard import queries
from dashboard.analysis import density
from dashboard.filters import Filters
from dashboard.maps import page, style, views
from dashboard.maps.geometry import UNIT_DEGREES, geometry
from dashboard.text import t
from settings import Settings

SIZE = (830, 560)
"""Width and height in pixels: about the map of our page in the same window."""


@st.cache_resource
def _data(url: str) -> tuple[Any, ...]:
    """County, problems, what all maps of the place share, and GeoJSON geometry by cell code."""
    engine = queries.connect(url)
    county = queries.county(engine, queries.place(engine))
    snapshot = queries.snapshot(engine, county, Settings().patrol_minutes)
    cells = geometry(county).cells
    shapes = shapely.transform(cells.geometry.to_numpy(), lambda xy: np.round(xy / UNIT_DEGREES) * UNIT_DEGREES)
    shapes = shapely.transform(shapes, lambda xy: np.round(xy, 6))
    made = {code: shapely.geometry.mapping(shape) for code, shape in zip(cells.index, shapes, strict=True)}
    look = views.MapStyle("zh", "", classes=page.classes(county, snapshot, Settings()))
    return county, snapshot, look, made


def main() -> None:
    """One run: the filter that is measured, and the map."""
    st.set_page_config(layout="wide")
    county, snapshot, look, shapes = _data(Settings.read().url)
    with st.sidebar, st.container(key="filters"):
        label = t("filter.category", "zh")
        chosen = st.multiselect(label, snapshot.categories, key="filter_category", select_all=False, wrap=True)
    filters = Filters(category=tuple(sorted(chosen))).resolved(county.place, snapshot)
    cells: Any = views.heat(county, density.cells(county, snapshot, filters), look=look).polygons
    colours = [swatch.hatch or swatch.colour for swatch in cells.scale.swatches]
    features = [
        {"type": "Feature", "properties": {"c": colours[which]}, "geometry": shapes[code]}
        for code, which in zip(cells.codes, cells.classes.tolist(), strict=True)
        if which != style.NOT_DRAWN
    ]
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda feature: {
            "fillColor": feature["properties"]["c"],
            "color": style.CELL_LINE,
            "weight": 0.8,
            "fillOpacity": 1,
        },
    )
    group = folium.FeatureGroup(name="cells")
    layer.add_to(group)
    west, south, east, north = geometry(county).bounds
    middle = [(south + north) / 2, (west + east) / 2]
    made = folium.Map(middle, zoom_start=12, tiles=None, prefer_canvas="canvas" in st.query_params)
    st_folium(made, key="map", width=SIZE[0], height=SIZE[1], feature_group_to_add=group, returned_objects=[])


main()
