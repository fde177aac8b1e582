"""One row a code: equal rows merge, of unequal ones the latest speaks; the order of rows and files says nothing."""

import numpy as np
import pandas as pd
import shapely

from etl.clean.values import as_arrow_text
from etl.messages import Note


def merge(frames: list[pd.DataFrame]) -> tuple[list[np.ndarray], list[list[Note]]]:
    """(is_kept, notes) for each frame, so that the kept rows of all have every `code` once.

    Of rows with one code the one with the latest moment in any of its date columns is kept, then the one that says
    most, then the greatest by content; rows equal in everything are kept from the earliest frame.
    """
    sizes = [len(frame) for frame in frames]
    kept = [np.ones(size, bool) for size in sizes]
    notes: list[list[Note]] = [[] for _ in frames]
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return kept, notes
    codes = pd.concat([frame["code"] for frame in frames], ignore_index=True)
    several = np.flatnonzero(codes.duplicated(keep=False).to_numpy())
    if not len(several):
        return kept, notes
    starts = np.concatenate([[0], np.cumsum(sizes)])
    owner = np.searchsorted(starts, several, side="right") - 1
    parts = [frame.iloc[several[owner == at] - starts[at]] for at, frame in enumerate(frames)]
    among = pd.concat([part for part in parts if len(part)], ignore_index=True)
    ranked = _ranked(among)
    ranked["row"], ranked["owner"] = several, owner
    ranked = ranked.sort_values(
        ["code", "latest", "filled", "content", "row"], ascending=[True, False, False, False, True]
    )
    is_first = ~ranked["code"].duplicated().to_numpy()
    differs = ranked.groupby("code", sort=False)["content"].transform("nunique").to_numpy() > 1
    for at in range(len(frames)):
        lost = ranked.loc[~is_first & (ranked["owner"] == at).to_numpy(), "row"].to_numpy() - starts[at]
        kept[at][lost] = False
        unequal = ranked.loc[~is_first & differs & (ranked["owner"] == at).to_numpy(), "code"]
        if len(unequal):
            examples = unequal.drop_duplicates().head(5).tolist()
            notes[at].append(("same_code_different", {"rows": len(unequal), "examples": examples}))
    return kept, notes


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """`code`, `latest` (seconds), `filled` (cells that say something), `content` (everything as one text)."""
    moments = [
        name for name in rows if isinstance(rows[name].dtype, pd.DatetimeTZDtype) or rows[name].dtype.kind == "M"
    ]
    latest = np.full(len(rows), np.iinfo("int64").min)
    for name in moments:
        column = rows[name].dt.tz_localize(None) if rows[name].dt.tz is not None else rows[name]
        latest = np.maximum(latest, column.to_numpy().astype("datetime64[s]").astype("int64"))
    content = pd.Series("", index=rows.index, dtype="str")
    for name in sorted(set(rows.columns) - {"code"}):
        column = rows[name]
        if name == "geometry":
            column = pd.Series(shapely.to_wkb(column.to_numpy(object), hex=True), index=rows.index, dtype="str")
        texts = pd.Series(as_arrow_text(column).to_pylist(), index=rows.index, dtype="str").fillna("")
        content = content + "\x1f" + texts
    return pd.DataFrame(
        {"code": rows["code"], "latest": latest, "filled": rows.notna().sum(axis=1).to_numpy(), "content": content}
    )
