"""GeoPackages: what is read back, and what QGIS looks for."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from dashboard import geopackage
from dashboard.geopackage import Layer
from dashboard.maps import qml
from dashboard.maps.style import SYMBOLS, Swatch
from tests.etl.read.reading import read

MOMENT = datetime(2026, 3, 20, 4, tzinfo=UTC)
ABOUT = {"place_name": "示范县<&>", "data_version": "3", "as_of": MOMENT.isoformat()}


def cells() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "name": ["网格 1", "=1+1", None],
            "people": pd.array([100, None, 0], dtype="Int64"),
            "is_covered": pd.array([True, False, None], dtype="boolean"),
            "share": [0.5, float("nan"), 1.0],
            "seen_at": pd.to_datetime(["2026-03-01 08:00", None, "2026-03-02 00:00"]).tz_localize("Asia/Shanghai"),
        },
        geometry=[shapely.box(x, 4_210_000, x + 100, 4_210_100) for x in (500_000, 500_100)] + [None],
        crs="EPSG:4547",
        index=pd.Index(["C1", "C2", "C3"], name="cell"),
    )  # fmt: skip


def layers() -> list[Layer]:
    fill = qml.style(qml.by_value("is_covered", [(True, Swatch("#f6f5f1", ""), "够得到")]), title="网格")
    sites = gpd.GeoDataFrame({"site": [1]}, geometry=[shapely.Point(114, 38)], crs="EPSG:4326")
    dots = qml.style((qml.Rule("", "拟建点", SYMBOLS["site"]),), title="拟建点", label="site")
    nothing = gpd.GeoDataFrame({"gain": pd.Series([], dtype="float64")}, geometry=[], crs="EPSG:4326")
    return [
        Layer("cells", "网格", cells(), "MultiPolygon", fill, "前后对比"),
        Layer("sites", "拟建点", sites, "Point", dots),
        Layer("closed", "关闭的设施", nothing, "Point"),
        Layer("about", "说明", pd.DataFrame({"name": ["n"], "value": ["3"]})),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "a.gpkg"
    geopackage.write(found, layers(), about=ABOUT, made_at=MOMENT)
    return found


def test_frames_come_back_as_they_were(path: Path) -> None:
    found = gpd.read_file(path, layer="cells").set_index("cell")
    assert found.crs == "EPSG:4326" and found.geom_type.dropna().unique().tolist() == ["MultiPolygon"]
    assert found["name"].iloc[:2].tolist() == ["网格 1", "=1+1"] and found["name"].isna().tolist()[2]
    assert found["people"].iloc[[0, 2]].tolist() == [100, 0] and found["people"].isna().tolist()[1]
    assert found["share"].iloc[[0, 2]].tolist() == [0.5, 1.0] and found["share"].isna().tolist()[1]
    assert str(found["seen_at"].iloc[0]) == "2026-03-01 00:00:00+00:00"
    back = found.geometry.to_crs("EPSG:4547").iloc[:2]
    assert (back.hausdorff_distance(cells().geometry.iloc[:2]) < 1e-4).all()
    assert len(gpd.read_file(path, layer="closed")) == 0
    assert pyogrio.read_dataframe(path, layer="about", read_geometry=False)["value"].tolist() == ["3"]


def test_it_says_what_it_is_of(path: Path) -> None:
    info = pyogrio.read_info(path, layer="cells")
    assert info["dataset_metadata"] == ABOUT
    assert ABOUT.items() <= info["layer_metadata"].items()
    assert info["layer_metadata"]["IDENTIFIER"] == "网格" and info["layer_metadata"]["DESCRIPTION"] == "前后对比"


def test_qgis_finds_a_style_by_table_and_geometry(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        columns = [row[1] for row in file.execute("PRAGMA table_info(layer_styles)")]
        assert columns == [
            "id", "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName", "styleQML",
            "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time",
        ]  # fmt: skip
        geometry = dict(file.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        # The question that QGIS asks of a table that is opened.
        for table in ("cells", "sites"):
            (style,) = file.execute(
                "SELECT styleQML FROM layer_styles WHERE f_table_schema = '' AND f_table_name = ?"
                " AND f_geometry_column = ? AND useAsDefault",
                (table, geometry[table]),
            ).fetchone()
            assert Xml.fromstring(style).tag == "qgis"
            for rule in Xml.fromstring(style).iter("rule"):
                file.execute(f'SELECT count(*) FROM "{table}" WHERE {rule.get("filter") or 1}')
        listed = dict(file.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert listed == {
            "cells": "features", "sites": "features", "closed": "features", "about": "attributes",
            "layer_styles": "attributes",
        }  # fmt: skip
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_loading_side_reads_the_layers_and_not_the_styles(path: Path) -> None:
    assert [table.sheet for table in read(path)] == ["cells", "sites", "about"]


def test_the_same_frames_make_the_same_file() -> None:
    made = [geopackage.packed(layers(), about=ABOUT, made_at=MOMENT) for _ in range(2)]
    assert made[0] == made[1] and made[0].startswith(b"SQLite format 3\x00")
    other = geopackage.packed(layers(), about=ABOUT, made_at=MOMENT.replace(year=2027))
    assert other != made[0] and b"2026-03-20T04:00:00.000Z" not in other


def test_a_file_without_styles_has_no_table_of_them(tmp_path: Path) -> None:
    path = tmp_path / "b.gpkg"
    geopackage.write(path, layers()[2:], about={}, made_at=MOMENT)
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["closed", "about"]
