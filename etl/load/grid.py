"""Square cells where a place has none, as one more source of a run."""

import hashlib

import geopandas as gpd
import pandas as pd

from etl.grid import make_cells
from etl.intake import Intake
from etl.sources import PlaceEntry, Source


def grid_intake(zones: gpd.GeoSeries, place: PlaceEntry, size_m: float) -> Intake:
    """Numbered square cells of `size_m` metres, clipped to the zones (EPSG:4326, index code), as if from a file."""
    frame = gpd.GeoDataFrame(geometry=zones, crs="EPSG:4326")
    cells = make_cells(frame, size_m=size_m, measure_crs=str(place.measure_crs), division_code=place.division_code)
    rows = pd.DataFrame(
        {
            "code": cells["code"].astype("str").to_numpy(),
            "zone": cells["zone"].astype("str").to_numpy(),
            "geometry": cells.geometry.to_numpy(),
        }
    ).astype({"code": "str", "zone": "str"})
    entry = f"[grid] size_m = {size_m:g}"
    digest = hashlib.sha256(entry.encode() + b"".join(zones.to_wkb())).hexdigest()
    source = Source(entry=entry, layer="cells", coordinates="wgs84")
    refused = pd.DataFrame({name: pd.Series(dtype="str") for name in ("sheet", "row_number", "row", "reasons")})
    notes = [("grid_made", {"cells": len(rows), "size_m": float(size_m)})]
    return Intake(entry, None, entry, digest, source, "cells", len(rows), rows, refused, 0, None, notes)
