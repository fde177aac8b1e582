"""A layer given back as a file, with zone, cell and dates, in the place's own time."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
import sqlalchemy as sa

from etl import messages, schema
from etl.database import connect, is_created, kind_of, read_frame
from etl.errors import NoData, SettingsError
from etl.formulas import disarmed
from etl.history import rows_at
from etl.load.place import choose, places
from settings import Settings

FORMATS = ("csv", "xlsx", "geojson", "gpkg", "parquet")
TO_STDOUT = ("csv", "geojson")

_KEPT_BACK = ("place", "created_run", "changed_run", "source_id")
_BLOCK = 20_000


def export(settings: Settings, layer: str, form: str, target: Path | None) -> int:
    """Writes a layer and gives the number of its rows; `target` None: standard output, for csv and geojson.

    csv: UTF-8 with a byte order mark, so that Excel reads Chinese; no text is one that a spreadsheet takes
    for a formula (`etl.formulas`; numbers stay as they are). xlsx: text
    cells are text, instants are date cells in the place's time. csv and geojson: instants in ISO 8601 with the place's
    offset. gpkg and parquet: typed (instants of gpkg in UTC); points and polygons in EPSG:4326.
    Raises `SettingsError`, `NoData`.
    """
    if form not in FORMATS:
        raise messages.error(SettingsError, "export_format", found=form, known=FORMATS)
    if target is None and form not in TO_STDOUT:
        raise messages.error(SettingsError, "export_needs_file", form=form)
    frame = read_layer(settings, layer)
    write: Callable[[pd.DataFrame, Any], None] = globals()[f"write_{form}"]
    if target is None:
        write(frame, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return len(frame)
    try:
        # Beside its place first: a file that is half written must not look like one that is whole.
        with tempfile.TemporaryDirectory(prefix=".export-", dir=target.parent) as folder:
            part = Path(folder) / f"part.{form}"
            if form in TO_STDOUT:
                with part.open("wb") as stream:
                    write(frame, stream)
            else:
                write(frame, part)
            os.replace(part, target)  # noqa: PTH105 (Path.replace says the same)
    except OSError as error:
        reason = error.strerror or str(error)
        raise messages.error(SettingsError, "export_not_written", path=target, reason=reason) from error
    return len(frame)


def read_layer(settings: Settings, layer: str, version: int | None = None) -> pd.DataFrame:
    """The layer's rows by code, instants in the place's time zone; a GeoDataFrame (EPSG:4326) where it has a geometry.

    `version`: as they were at that data version. Raises `SettingsError` for an unknown layer, `NoData` for an
    empty one.
    """
    if layer not in schema.LAYERS:
        raise messages.error(SettingsError, "export_layer", found=layer, known=list(schema.LAYERS))
    engine = connect(settings.url)
    found = places(engine)
    if found.empty:
        raise messages.error(NoData, "database_empty", url=engine.url.render_as_string(hide_password=True))
    place = choose(found, settings.place)
    table = schema.LAYERS[layer]
    if not is_created(engine, table):  # by a program that had no such layer
        raise messages.error(NoData, "layer_empty", layer=layer)
    frame = read_frame(engine, sa.select(table).where(table.c.place == place))
    if version is not None:
        event = schema.row_event
        later = sa.select(event).where(event.c.place == place, event.c.layer == layer, event.c.run > version)
        frame = rows_at(frame, read_frame(engine, later), table, version)
    if frame.empty:
        raise messages.error(NoData, "layer_empty", layer=layer)
    frame = frame.drop(columns=[*_KEPT_BACK]).sort_values("code", ignore_index=True)
    zone = str(found.set_index("code").loc[place, "time_zone"])
    for column in table.columns:
        if kind_of(column) == "instant":
            frame[column.name] = frame[column.name].dt.tz_convert(zone)
    if "geometry" in frame:
        return gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")
    if "lon" in frame:
        points: Any = shapely.points(frame["lon"].to_numpy(), frame["lat"].to_numpy())
        points[(frame["lon"].isna() | frame["lat"].isna()).to_numpy()] = None
        return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")
    return frame


def write_csv(frame: pd.DataFrame, stream: BinaryIO) -> None:
    """Columns without geometry; see `export`."""
    plain = _as_text(_without_geometry(frame))
    texts = {str(name): disarmed(plain[name]) for name, dtype in plain.dtypes.items() if dtype == "str"}
    plain = plain.assign(**texts)
    stream.write(plain.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def _without_geometry(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns="geometry")) if "geometry" in frame else frame.copy()


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Instants as ISO 8601 with offset, days as ISO 8601, truths as true and false; numbers stay numbers."""
    result = frame.copy()
    for name, dtype in frame.dtypes.items():
        if isinstance(dtype, pd.DatetimeTZDtype):
            moments = pa.array(frame[name])
            clock, offset = (pc.strftime(moments, format=part) for part in ("%Y-%m-%dT%H:%M:%S", "%z"))
            hours, minutes = pc.utf8_slice_codeunits(offset, 0, 3), pc.utf8_slice_codeunits(offset, 3)
            told = pc.binary_join_element_wise(clock, hours, ":", minutes, "").cast(pa.large_string())
            result[name] = pd.Series(told.to_pandas(), index=frame.index, dtype="str")
        elif dtype.kind == "M":
            told = pc.strftime(pa.array(frame[name]), format="%Y-%m-%d").cast(pa.large_string())
            result[name] = pd.Series(told.to_pandas(), index=frame.index, dtype="str")
        elif dtype == "boolean":
            result[name] = frame[name].map({True: "true", False: "false"}).astype("str")
    return result


def write_geojson(frame: pd.DataFrame, stream: BinaryIO) -> None:
    """A FeatureCollection in EPSG:4326 (RFC 7946); rows without a place have a null geometry."""
    plain = _as_json(_without_geometry(frame))
    shapes = (
        [text or "null" for text in shapely.to_geojson(frame["geometry"].to_numpy())]
        if "geometry" in frame
        else ["null"] * len(frame)
    )
    stream.write(b'{"type": "FeatureCollection", "features": [')
    for start in range(0, len(plain), _BLOCK):
        rows = plain.iloc[start : start + _BLOCK].to_dict("records")
        features = [
            f'{{"type": "Feature", "geometry": {shape}, "properties": {json.dumps(row, ensure_ascii=False)}}}'
            for shape, row in zip(shapes[start:], rows, strict=False)
        ]
        stream.write((",\n" if start else "\n").encode() + ",\n".join(features).encode("utf-8"))
    stream.write(b"\n]}\n")


def _as_json(frame: pd.DataFrame) -> pd.DataFrame:
    truths = {str(name): frame[name].astype(object) for name, dtype in frame.dtypes.items() if dtype == "boolean"}
    text = _as_text(frame).astype(object).assign(**truths)
    return text.where(text.notna(), None)


def write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    """One sheet with a heading row; see `export`."""
    import xlsxwriter

    plain = _without_geometry(frame)
    if len(plain) >= 1_048_576:
        raise messages.error(SettingsError, "export_too_long", rows=len(plain))
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#EEEEEE", "border": 1})
        clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 1)
        writers: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        for position, (name, dtype) in enumerate(plain.dtypes.items()):
            sheet.set_column(position, position, 20)
            sheet.write_string(0, position, str(name), bold)
            if isinstance(dtype, pd.DatetimeTZDtype):
                plain[name] = plain[name].dt.tz_localize(None)
                writers.append((sheet.write_datetime, (clock,)))
            elif dtype.kind == "M":
                writers.append((sheet.write_datetime, (day,)))
            elif dtype == "boolean":
                writers.append((sheet.write_boolean, ()))
            else:
                writers.append((sheet.write_number if dtype.kind in "iuf" else sheet.write_string, ()))
        columns = [_cells(plain[name]) for name in plain]
        for row, values in enumerate(zip(*columns, strict=True), start=1):
            for column, (value, (writer, how)) in enumerate(zip(values, writers, strict=True)):
                if value is not None:
                    writer(row, column, value, *how)


def _cells(values: pd.Series) -> list[Any]:
    plain = values.astype(object)
    if values.dtype.kind == "M":
        plain = pd.Series(values.dt.to_pydatetime(), index=values.index, dtype=object)
    elif values.dtype == "str":
        plain = values.str.slice(0, 32_767).astype(object)
    return plain.where(values.notna(), None).tolist()


def write_gpkg(frame: pd.DataFrame, path: Path) -> None:
    """One layer, instants in UTC as the format wants them; a table without geometry is one of attributes only."""
    import pyogrio

    instants = {
        str(name): frame[name].dt.tz_convert("UTC")
        for name, dtype in frame.dtypes.items()
        if isinstance(dtype, pd.DatetimeTZDtype)
    }
    pyogrio.write_dataframe(frame.assign(**instants), path, driver="GPKG", layer="layer", encoding="UTF-8")


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """GeoParquet where there is a geometry."""
    frame.to_parquet(path, index=False)
