"""Frames as a GeoPackage: a layer each, what they are of as metadata, and styles that QGIS opens them with."""

import sqlite3
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

_LON_LAT = "EPSG:4326"
_GEOMETRY = "geom"
_STYLES = "layer_styles"
# As QGIS makes it; a style is found by table and geometry column, with catalogue and schema empty.
_CREATE = f"""CREATE TABLE {_STYLES} (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)"""
_SHORT = 30


@dataclass(frozen=True, eq=False)
class Layer:
    """One table of the file."""

    name: str
    """Of the table: plain, in field names."""
    title: str
    """For people; no two layers of a file have the same."""
    frame: pd.DataFrame
    """A GeoDataFrame in any CRS, of one kind of geometry, or a frame without. A named index becomes a column."""
    geometry: str | None = None
    """`MultiPolygon`, `Point` …; None: the frame has none."""
    qml: str = ""
    """The style it opens with in QGIS (`maps.qml.style`)."""
    description: str = ""


def write(path: Path, layers: Sequence[Layer], *, about: Mapping[str, str], made_at: datetime) -> None:
    """Writes the layers, in EPSG:4326, to a file that is not there yet.

    `about` becomes metadata of the file and of every layer. Instants are written in UTC. `made_at` stands for the time
    of making everywhere in the file, so that the same frames make the same file.
    """
    import pyogrio

    for layer in layers:
        with warnings.catch_warnings():
            # A layer without features has no bounds, and none is missed.
            warnings.filterwarnings("ignore", category=UserWarning, module="pyogrio")
            pyogrio.write_dataframe(
                _plain(layer),
                path,
                driver="GPKG",
                layer=layer.name,
                append=path.exists(),
                geometry_type=layer.geometry,
                promote_to_multi=layer.geometry is not None and layer.geometry.startswith("Multi"),
                encoding="UTF-8",
                layer_options={"IDENTIFIER": layer.title, "DESCRIPTION": layer.description} | _geometry_name(layer),
                dataset_metadata=dict(about),
                layer_metadata=dict(about),
            )
    moment = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with closing(sqlite3.connect(path)) as file, file:
        _add_styles(file, layers, moment)
        file.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
        if about:
            file.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (moment,))


def packed(layers: Sequence[Layer], *, about: Mapping[str, str], made_at: datetime) -> bytes:
    """The file as bytes, for a download; see `write`."""
    with tempfile.TemporaryDirectory(prefix="gpkg-") as folder:
        path = Path(folder) / "data.gpkg"
        write(path, layers, about=about, made_at=made_at)
        return path.read_bytes()


def _plain(layer: Layer) -> pd.DataFrame:
    frame = layer.frame.reset_index() if layer.frame.index.name else layer.frame.reset_index(drop=True)
    instants: dict[str, Any] = {
        str(name): frame[name].dt.tz_convert("UTC")
        for name, dtype in frame.dtypes.items()
        if isinstance(dtype, pd.DatetimeTZDtype)
    }
    frame = frame.assign(**instants)
    return frame.to_crs(_LON_LAT) if isinstance(frame, gpd.GeoDataFrame) and layer.geometry is not None else frame


def _geometry_name(layer: Layer) -> dict[str, str]:
    return {} if layer.geometry is None else {"GEOMETRY_NAME": _GEOMETRY}


def _add_styles(file: sqlite3.Connection, layers: Sequence[Layer], moment: str) -> None:
    styled = [layer for layer in layers if layer.qml]
    if styled:
        file.execute(_CREATE)
        file.executemany(
            f"INSERT INTO {_STYLES} (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"  # noqa: S608
            " styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
            " VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)",
            [
                (one.name, _GEOMETRY, one.title[:_SHORT], one.qml, one.description or one.title, moment)
                for one in styled
            ],
        )
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
            " VALUES (?, 'attributes', ?, '', ?, 0)",
            (_STYLES, _STYLES, moment),
        )
