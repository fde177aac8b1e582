"""What a clerk should know about accepted rows, in counts."""

from typing import Any

import pandas as pd

from etl.load.derive import POINT_LAYERS, World, zones_of
from etl.messages import Note

_SHOWN = 5


def notes_on_points(rows: pd.DataFrame, world: World, layer: str) -> list[Note]:
    """Of one source's rows of a point layer, placed: how many lie outside zones, in no cell, or on a default point."""
    if layer not in POINT_LAYERS or rows.empty:
        return []
    has_point = rows["lon"].notna() & rows["lat"].notna()
    counts: dict[str, int] = {}
    if len(world.zones):
        counts["outside_zones"] = int((has_point & rows["zone"].isna()).sum())
    if len(world.cells):
        counts["in_no_cell"] = int((has_point & rows["zone"].notna() & rows["cell"].isna()).sum())
        of_cell = zones_of(rows["cell"], world)
        counts["zone_differs"] = int((of_cell.notna() & rows["zone"].notna() & (of_cell != rows["zone"])).sum())
    if "is_default_point" in rows:
        counts["default_points"] = int(rows["is_default_point"].fillna(False).sum())
    return [(code, {"rows": count}) for code, count in counts.items() if count]


def gone_note(codes: pd.Series) -> tuple[str, dict[str, Any]]:
    """Which rows of a complete ledger are in it no longer."""
    return ("rows_gone", {"rows": len(codes), "codes": codes.head(_SHOWN).tolist()})
