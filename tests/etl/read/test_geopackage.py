"""GeoPackages."""

from pathlib import Path

import pandas as pd

from tests.etl.read.reading import one, read, refusal, write


def test_geopackage_layers(tmp_path: Path) -> None:
    import geopandas as gpd
    import shapely

    path = tmp_path / "a.gpkg"
    roads = gpd.GeoDataFrame(
        {"名称": ["人民路"], "code": ["007"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4547
    )
    roads.to_file(path, layer="道路")
    roads.iloc[:0].to_file(path, layer="空层")
    gpd.pd.DataFrame({"f_table_name": ["道路"], "styleQML": ["<x/>"]}).pipe(gpd.GeoDataFrame).to_file(
        path, layer="layer_styles"
    )
    pd.DataFrame({"网格": ["1", "2"], "网格员": ["甲", "乙"]}).pipe(gpd.GeoDataFrame).to_file(path, layer="网格员表")
    table, people = read(path)
    assert (table.sheet, table.crs, table.frame["code"].tolist()) == ("道路", "EPSG:4547", ["007"])
    assert (people.sheet, people.geometry, len(people.frame)) == ("网格员表", None, 2)
    assert ("layers_empty", {"layers": ["空层"]}) in table.notes
    assert one(path, sheet="道路").row_numbers.tolist() == [1]
    assert refusal(path, sheet="水系") == "layer_missing"
    assert refusal(write(tmp_path / "b.gpkg", b"SQLite format 3\0" + b"0" * 500)) == "geopackage_damaged"
    assert refusal(write(tmp_path / "c.gpkg", b"<OGRVRTDataSource/>" + b" " * 500)) == "geopackage_damaged"
