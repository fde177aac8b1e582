"""Zones, cells and base features: polygons and lines with names."""

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from etl.clean.draft import Cleaned, Context, Draft
from etl.clean.identity import made_codes


def clean_zones(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Zones: needs `geometry` (polygons) and a name or a code, each of which stands for the other."""
    draft = Draft(frame, context)
    name, code = draft.text("name"), draft.code("code")
    draft.rows["code"] = code.where(code.notna(), name)
    draft.rows["name"] = name.where(name.notna(), code)
    draft.require("name", draft.rows["code"].notna().to_numpy())
    _polygons(draft)
    return draft.done(["code", "name", "geometry"])


def clean_cells(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Cells: needs `geometry` (polygons), and then `code` may be empty; or a list of cells without shapes, by `code`.

    `zone_named` is the zone as written.
    """
    draft = Draft(frame, context)
    rows = draft.rows
    rows["code"] = draft.code("code")
    rows["name"] = draft.text("name")
    rows["zone_named"] = draft.text("zone")
    rows["setting"] = draft.word("setting", "setting")
    rows["people"], rows["shopfronts"] = draft.whole("people"), draft.whole("shopfronts")
    rows["valid_from"], rows["valid_to"] = draft.day("valid_from"), draft.day("valid_to")
    ends_early = (rows["valid_to"] < rows["valid_from"]).to_numpy()
    draft.reasons.add(
        ends_early, "term_ends_before_it_starts", start=rows["valid_from"].dt.date, end=rows["valid_to"].dt.date
    )
    if "geometry" in frame:
        _polygons(draft)
    else:
        draft.require("code", rows["code"].notna().to_numpy())
        rows["geometry"] = pd.Series(None, index=rows.index, dtype=object)
    return draft.done(
        ["code", "name", "zone_named", "setting", "people", "shopfronts", "valid_from", "valid_to", "geometry"]
    )


def clean_base(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Base features: any geometry; without a code of its own a feature is known by its kind, name and shape."""
    draft = Draft(frame, context)
    rows = draft.rows
    rows["kind"], rows["name"] = draft.word("kind", "base"), draft.text("name")
    shapes = frame["geometry"].to_numpy(object)
    is_there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    draft.reasons.add(~is_there, "no_geometry")
    rows["geometry"] = shapes
    own = draft.code("code")
    lacks = own.isna().to_numpy() | own.duplicated(keep=False).to_numpy()
    if lacks.any():
        shown = pa.array(shapely.to_wkb(shapes[lacks], hex=True).tolist(), type=pa.large_string())
        written = pd.Series(pd.array(shown, dtype="str"), index=rows.index[lacks])
        own = own.copy()
        own[lacks] = made_codes([rows.loc[lacks, "kind"], rows.loc[lacks, "name"], written])
    rows["code"] = own
    return draft.done(["code", "kind", "name", "geometry"])


def _polygons(draft: Draft) -> None:
    """Sets `geometry`; rows that have no polygon are refused."""
    shapes = draft.raw("geometry").to_numpy(object)
    is_there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    draft.reasons.add(~is_there, "no_geometry")
    is_polygon = np.isin(shapely.get_type_id(shapes), (3, 6, 7))
    draft.reasons.add(is_there & ~is_polygon, "no_polygon")
    draft.rows["geometry"] = shapes
