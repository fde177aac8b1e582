"""Lists of cells without shapes: people, shopfronts, workers of cells that are known already."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from etl.schema import LAYERS

_SAID = ("name", "setting", "people", "shopfronts", "valid_from", "valid_to")


def listed_cells(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The rows of a list (`clean_cells`, with `zone` as a code) as whole rows of the layer.

    `known`: the layer's columns, index code, has all codes of the rows. What the list leaves empty stays as it was;
    shape and area are the known ones.
    """
    columns = [column.name for column in LAYERS["cells"].columns]
    before = known.reindex(index=rows["code"], columns=columns).set_axis(rows.index)
    was_declared = before["is_zone_declared"].astype("boolean").fillna(False).to_numpy(bool)
    zone = rows["zone"].where(rows["zone"].notna(), before["zone"].astype("str").where(was_declared))
    said = {name: rows[name].where(rows[name].notna(), before[name].astype(rows[name].dtype)) for name in _SAID}
    return rows.assign(
        **said,
        zone=zone,
        is_zone_declared=zone.notna().astype("boolean"),
        geometry=before["geometry"],
        area_m2=before["area_m2"].astype("float64"),
    )


def fill_in(cells: Sequence[pd.DataFrame], listed: pd.DataFrame) -> tuple[list[pd.DataFrame], np.ndarray]:
    """(frames of cells that came with the same run, with what the list says of them; which listed rows that used up).

    Codes are unique in `listed`.
    """
    is_used = np.zeros(len(listed), dtype=bool)
    filled = []
    for frame in cells:
        at = pd.Index(listed["code"]).get_indexer(pd.Index(frame["code"]))
        hit = at >= 0
        is_used[at[hit]] = True
        said = listed.iloc[at[hit]].set_axis(frame.index[hit])
        filled.append(pd.concat([frame.loc[~hit], said]).loc[frame.index] if hit.any() else frame)
    return filled, is_used
