"""Layers given back: every format holds the same rows, and none holds a formula."""

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from etl.errors import NoData, SettingsError
from etl.export import FORMATS, export, read_layer
from etl.load import load
from settings import Settings
from tests.etl.office import CELLS, ZONES, problem, quiet, settings_for, write_office

NEEDED = {
    "code",
    "category",
    "source",
    "state",
    "unit",
    "reported_at",
    "due_at",
    "closed_at",
    "lon",
    "lat",
    "zone",
    "cell",
}
EVIL = ["=1+1", "+86 311", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "'plain", '"; "', "片区，\n第二行"]


@pytest.fixture
def office(tmp_path: Path, any_url: str) -> Settings:
    settings = settings_for(any_url, tmp_path)
    rows = [problem(f"p{i}", 114.501 + i / 1000, 问题描述=text) for i, text in enumerate(EVIL)]
    rows += [problem("=code"), problem("nowhere", "", "", 整改时限="")]
    load([write_office(tmp_path / "office", rows, zones=ZONES, cells=CELLS)], settings, progress=quiet)
    return settings


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False).set_index("code")


def test_csv_has_the_columns_and_local_times(office: Settings, tmp_path: Path) -> None:
    target = tmp_path / "问题.csv"
    assert export(office, "problems", "csv", target) == len(EVIL) + 2
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    found = _csv(target)
    assert {*found.columns, "code"} >= NEEDED
    assert not {"place", "created_run", "changed_run", "source_id", "geometry"} & set(found.columns)
    row = found.loc["p0"]
    assert (row["reported_at"], row["due_at"]) == ("2026-11-03T08:30:00+08:00", "2026-11-10T23:59:59+08:00")
    assert (float(row["lon"]), row["cell"], row["zone"]) == (114.501, "999900001001001", "999900001")
    assert found.loc["nowhere", ["lon", "lat", "due_at", "cell", "zone"]].tolist() == [""] * 5


def test_no_cell_of_a_csv_is_a_formula(office: Settings, tmp_path: Path) -> None:
    target = tmp_path / "problems.csv"
    export(office, "problems", "csv", target)
    found = _csv(target).reset_index()
    texts = found.drop(columns=["lon", "lat"])
    assert not texts.map(lambda value: str(value).startswith(("=", "+", "-", "@", "\t", "\r"))).any(axis=None)
    assert "'=code" in set(found["code"])
    assert "'=1+1" in set(found["description"])


def test_negative_numbers_stay_numbers() -> None:
    from etl.export import write_csv

    stream = io.BytesIO()
    write_csv(pd.DataFrame({"code": ["-a"], "lon": [-71.05]}).astype({"code": "str"}), stream)
    assert stream.getvalue().decode("utf-8-sig") == "code,lon\r\n'-a,-71.05\r\n"


def test_xlsx_holds_text_numbers_and_dates(office: Settings, tmp_path: Path) -> None:
    target = tmp_path / "problems.xlsx"
    export(office, "problems", "xlsx", target)
    heading, *rows = openpyxl.load_workbook(target).active.iter_rows()
    names = [cell.value for cell in heading]
    by_code = {row[0].value: dict(zip(names, row, strict=True)) for row in rows}
    assert by_code["p0"]["description"].value == "=1+1"
    assert {cell.data_type for row in by_code.values() for cell in row.values()} <= {"s", "n", "d", "b"}
    assert by_code["p0"]["reported_at"].value == datetime(2026, 11, 3, 8, 30)  # noqa: DTZ001 (a cell has no zone)
    assert by_code["p0"]["lon"].value == 114.501
    assert by_code["nowhere"]["lon"].value is None


@pytest.mark.parametrize("layer", ["problems", "cells"])
def test_geojson_gpkg_and_parquet_agree(office: Settings, tmp_path: Path, layer: str) -> None:
    expected = read_layer(office, layer)
    for form, read in (("geojson", gpd.read_file), ("gpkg", gpd.read_file), ("parquet", gpd.read_parquet)):
        target = tmp_path / f"{layer}.{form}"
        export(office, layer, form, target)
        found = read(target)
        assert found["code"].tolist() == expected["code"].tolist()
        assert found.crs.to_epsg() == 4326
        assert found.geometry.isna().tolist() == expected.geometry.isna().tolist()
        there = expected.geometry.notna()
        assert found.geometry[there].geom_equals_exact(expected.geometry[there], 1e-9).all()
        if layer == "problems":
            assert (found["reported_at"].dt.tz_convert("UTC") == expected["reported_at"].dt.tz_convert("UTC")).all()


def test_geojson_is_json_whatever_the_text(office: Settings, tmp_path: Path) -> None:
    target = tmp_path / "problems.geojson"
    export(office, "problems", "geojson", target)
    read = json.loads(target.read_text(encoding="utf-8"))
    assert {feature["properties"]["description"] for feature in read["features"]} >= set(EVIL[:4] + EVIL[5:-1])
    nowhere = [f for f in read["features"] if f["properties"]["code"] == "nowhere"]
    assert nowhere[0]["geometry"] is None
    assert nowhere[0]["properties"]["due_at"] is None


def test_standard_output_takes_csv_and_geojson(office: Settings, capfdbinary: Any, tmp_path: Path) -> None:
    for form in ("csv", "geojson"):
        export(office, "problems", form, tmp_path / f"x.{form}")
        export(office, "problems", form, None)
        assert capfdbinary.readouterr().out == (tmp_path / f"x.{form}").read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_a_layer_without_geometry(office: Settings, tmp_path: Path, form: str) -> None:
    with pytest.raises(NoData):
        export(office, "parties", form, tmp_path / f"x.{form}")
    assert not (tmp_path / f"x.{form}").exists()


def test_what_cannot_be_exported_is_one_sentence(office: Settings, tmp_path: Path) -> None:
    for layer, form, target in (
        ("problem", "csv", None),
        ("problems", "dbf", None),
        ("problems", "xlsx", None),
        ("problems", "csv", tmp_path / "no such folder" / "x.csv"),
        ("problems", "xlsx", tmp_path),
    ):
        with pytest.raises(SettingsError) as caught:
            export(office, layer, form, target)
        assert "\n" not in str(caught.value)


def test_an_older_version_is_given_back(office: Settings, tmp_path: Path) -> None:
    load([write_office(tmp_path / "office", [problem("p0", 状态="已销号"), problem("new")])], office, progress=quiet)
    now, before = read_layer(office, "problems"), read_layer(office, "problems", version=1)
    assert len(now) == len(before) + 1
    assert now.set_index("code").loc["p0", "state"] == "closed"
    assert before.set_index("code").loc["p0", "state"] == "assigned"
