"""The tables of the pages as text for other programs: CSV, JSON, GeoJSON."""

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.facts import stated
from etl.formulas import disarmed

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters

FORMATS = ("csv", "json", "geojson")

_OF_NO_PLACE = ("unit", "notices")
"""Rows whose codes are of no place, though a place may have the same."""
_DEGREE_DECIMALS = 7  # about a centimetre


def as_csv(frame: pd.DataFrame) -> str:
    """Comma-separated, one heading row of field names; no text is a formula (`etl.formulas`)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_plain(disarmed(frame[name])) for name in frame), strict=True))
    return out.getvalue()


def as_json(name: str, frame: pd.DataFrame, county: "County", filters: "Filters") -> str:
    """One object: what the numbers are of, and `rows`."""
    rows = _records(frame)
    return json.dumps({"table": name, **stated(county, filters), "rows": rows}, ensure_ascii=False, indent=1) + "\n"


def as_geojson(name: str, frame: pd.DataFrame, county: "County", filters: "Filters") -> str:
    """A FeatureCollection in EPSG:4326 (RFC 7946), one feature a row: a point where the table has lon and lat, else the
    zone, cell or facility it is of; a row without any has no geometry."""
    import shapely

    polygons = pd.concat([county.zones.geometry, county.cells.geometry, county.facilities.geometry]).to_crs("EPSG:4326")
    polygons = polygons[~polygons.index.duplicated()]
    if "lon" in frame:
        there = frame["lon"].notna().to_numpy()
        shapes = np.full(len(frame), None, dtype=np.object_)
        shapes[there] = shapely.points(frame.loc[there, ["lon", "lat"]].to_numpy(np.float64))
    else:
        of = frame["of"] if "of" in frame else pd.Series(name, index=frame.index)
        is_placeless = of.isin(_OF_NO_PLACE)
        shapes = shapely.transform(
            polygons.reindex(frame["code"].where(~is_placeless)).to_numpy(), lambda xy: xy.round(_DEGREE_DECIMALS)
        )
        shapes[~shapely.is_missing(shapes)] = shapely.orient_polygons(shapes[~shapely.is_missing(shapes)])
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(text) if text else None}
        for row, text in zip(_records(frame), shapely.to_geojson(shapes), strict=True)
    ]
    whole = {"type": "FeatureCollection", "table": name, **stated(county, filters), "features": features}
    return json.dumps(whole, ensure_ascii=False) + "\n"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [_plain(frame[name]) for name in frame]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(values: pd.Series) -> list[Any]:
    """Values as JSON knows them: None for none, days as text."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    return [None if missing else value for value, missing in zip(values.tolist(), values.isna(), strict=True)]
