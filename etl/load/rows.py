"""The rows of a run, by layer, with everything that follows from where they lie; and the rows already there that move.

Reads what is committed; writes nothing.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from etl import schema
from etl.checks import default_points
from etl.database import read_frame
from etl.intake import Intake
from etl.load.derive import DAY_OF, POINT_LAYERS, World, placed, with_areas, with_zones
from etl.merge import Batch
from settings import Settings


def by_layer(intakes: Sequence[Intake], first_id: int) -> dict[str, pd.DataFrame]:
    """The accepted rows of each layer with `source_id`, numbered as the intakes from `first_id`; by code.

    In the order of the key the databases append instead of jumping: a million rows take SQLite 1.4 s instead of 8.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    for position, intake in enumerate(intakes):
        if len(intake.rows):
            parts.setdefault(intake.layer, []).append(intake.rows.assign(source_id=first_id + position))
    return {
        layer: pd.concat(parts[layer], ignore_index=True).sort_values("code", ignore_index=True)
        for layer in schema.LAYERS
        if layer in parts
    }


def completed(layers: Mapping[str, pd.DataFrame], world: World, measure_crs: str) -> dict[str, pd.DataFrame]:
    """The layers with areas, zones and cells."""
    result = dict(layers)
    for layer in ("zones", "cells"):
        if layer in result:
            result[layer] = with_areas(result[layer], measure_crs)
    if "cells" in result:
        result["cells"] = with_zones(result["cells"], world)
    for layer in POINT_LAYERS:
        if layer in result:
            result[layer] = placed(result[layer], world)
    return result


def moved(engine: sa.Engine, place: str, world: World, layers: Mapping[str, pd.DataFrame]) -> list[Batch]:
    """Rows of the database, not of the run, that lie in another cell or zone now that these have changed."""
    batches = []
    cells = _others(engine, place, "cells", layers, "code", "zone", "is_zone_declared")
    if len(cells):
        batches.append(_differing("cells", cells, with_zones(cells, world), ["zone", "is_zone_declared"], "moved"))
    for layer in POINT_LAYERS:
        named = ["cell_named"] if layer == "visits" else []
        if world.terms is not None and layer in DAY_OF:
            named.append(DAY_OF[layer])
        points = _others(engine, place, layer, layers, "code", "lon", "lat", "cell", "zone", *named)
        if len(points):
            batches.append(_differing(layer, points, placed(points, world), ["cell", "zone"], "moved"))
    return batches


def with_default_points(
    engine: sa.Engine | None, place: str, problems: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, Batch | None]:
    """The run's problems with `is_default_point`, and those already there that are told otherwise now.

    Judged over the whole place: ten rows may come in ten weeks.
    """
    columns = ("code", "lon", "lat", "address", "description", "is_default_point")
    others = problems.iloc[:0].reindex(columns=list(columns))
    if engine is not None:
        others = _others(engine, place, "problems", {"problems": problems}, *columns)
    known = [name for name in columns[:-1] if name in problems]
    together = pd.concat([problems[known], others[known]], ignore_index=True) if len(others) else problems
    found = default_points(
        together["lon"].to_numpy(dtype="float64"),
        together["lat"].to_numpy(dtype="float64"),
        together.get("address"),
        together.get("description"),
        rows=settings.default_point_rows,
        share=settings.default_point_share,
    )
    judged = problems.assign(is_default_point=pd.array(found[: len(problems)], dtype="boolean"))
    if not len(others):
        return judged, None
    after = others.assign(is_default_point=pd.array(found[len(problems) :], dtype="boolean"))
    return judged, _differing("problems", others, after, ["is_default_point"], "default_points")


def _others(
    engine: sa.Engine, place: str, layer: str, layers: Mapping[str, pd.DataFrame], *columns: str
) -> pd.DataFrame:
    """Rows of the database that the run does not bring."""
    table = schema.LAYERS[layer]
    frame = read_frame(engine, sa.select(*(table.c[name] for name in columns)).where(table.c.place == place))
    if layer not in layers:
        return frame
    # Arrow's own search: pandas makes a Python string of each of a million codes first.
    brought = pc.is_in(pa.array(frame["code"]), value_set=pa.array(layers[layer]["code"]))
    return frame[~brought.to_numpy(zero_copy_only=False)].reset_index(drop=True)


def _differing(layer: str, before: pd.DataFrame, after: pd.DataFrame, columns: list[str], part: str) -> Batch:
    is_other = np.zeros(len(before), dtype=bool)
    for name in columns:
        old, new = before[name], after[name]
        is_other |= ~((old == new).fillna(False) | (old.isna() & new.isna())).to_numpy(dtype=bool)
    rows = after.loc[is_other, ["code", *columns]].reset_index(drop=True)
    return Batch(layer, rows, part)
