"""Places that rows name, cells, facilities and streets: evidence for what the coordinates of these rows are."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from etl.clean import values
from etl.intake.references import Directory
from etl.words import comparable

Positions = npt.NDArray[np.int64]

_LENGTHS = range(3, 17)
"""Letters of a name that is looked for inside an address: shorter ones (桥头) are part of anything."""
_LONGEST_TEXT = 60


class Gazetteer:
    """The facilities, cells and streets whose place is known, by their codes and names. A name that two share names
    none."""

    def __init__(self, *, facilities: pd.DataFrame, cells: pd.DataFrame, base: pd.DataFrame) -> None:
        """Index code; `facilities`: `name`, `lon`, `lat`; `cells`: `name`, `geometry`; `base`: `kind`, `name`,
        `geometry`; all EPSG:4326, each may be empty."""
        if len(facilities):
            facilities = facilities.loc[facilities["lon"].notna() & facilities["lat"].notna()]
        streets = _streets(base)
        self._facilities, self._cells = Directory(facilities), Directory(cells)
        self._codes = {"facility": facilities.index, "cell": cells.index}
        points = np.array([], dtype=object)
        if len(facilities):
            points = np.asarray(shapely.points(facilities["lon"].to_numpy(), facilities["lat"].to_numpy()))
        shapes = cells["geometry"].to_numpy(dtype=object) if len(cells) else np.array([], dtype=object)
        self._first = {"facility": 0, "cell": len(points)}
        self.places: npt.NDArray[Any] = np.array([*points, *shapes, *streets.values()], dtype=object)
        """Points, lines and polygons, EPSG:4326."""
        self._names = {name: len(points) + len(shapes) + at for at, name in enumerate(streets)}
        if len(facilities):
            names = values.keys(facilities["name"])
            is_once = (names.notna() & ~names.duplicated(keep=False)).to_numpy()
            self._names |= {str(names.iloc[at]): at for at in np.flatnonzero(is_once).tolist()}

    def named(self, fields: pd.DataFrame, *, are_facilities: bool = False) -> Positions:
        """Per row the position in `places` of the place it names, -1 for none.

        `fields`: a table's fields as written. The finest place counts: the facility itself (`are_facilities`: the rows
        are facilities, known by `code` or `name`), the one in `facility`, the cell, then the facility or street whose
        name is part of the address, or of the description where there is no address.
        """
        found = np.full(len(fields), -1)
        asked = [("facility", "code"), ("facility", "name")] if are_facilities else []
        for kind, name in [*asked, ("facility", "facility"), ("cell", "cell"), ("cell", "cell_named")]:
            if name in fields and len(self._codes[kind]) and (found < 0).any():
                directory = self._facilities if kind == "facility" else self._cells
                at = self._codes[kind].get_indexer(pd.Index(directory.codes(fields[name])))
                found = np.where((found < 0) & (at >= 0), at + self._first[kind], found)
        text = _first_text(fields, "address", "description")
        if text is not None and self._names:
            found = np.where(found < 0, contained(text, self._names), found)
        return found


def contained(texts: pd.Series, names: dict[str, int]) -> Positions:
    """Per text the number of the longest name that is part of it, -1 for none; `names` by their `etl.words.key`.

    Every stretch of a text is looked up, so that ten thousand names cost no more than ten.

    >>> contained(pd.Series(["人民路 12 号", "人民路公厕旁", "别处"]), {"人民路": 0, "人民路公厕": 1}).tolist()
    [0, 1, -1]
    """
    codes, each = values.distinct_text(texts)
    each = pc.utf8_slice_codeunits(comparable(each), 0, _LONGEST_TEXT)
    found = np.full(len(each), -1)
    left = np.arange(len(each))
    by_length: dict[int, list[str]] = {}
    for name in names:
        by_length.setdefault(len(name), []).append(name)
    for length in sorted(set(by_length) & set(_LENGTHS), reverse=True):
        wanted = pa.array(by_length[length], type=pa.large_string())
        number = np.array([names[name] for name in by_length[length]])
        rest = each.take(pa.array(left))
        hit = np.full(len(left), -1)
        for start in range(max(0, (pc.max(pc.utf8_length(rest)).as_py() or 0) - length + 1)):
            part = pc.utf8_slice_codeunits(rest, start, start + length)
            at = pc.fill_null(pc.index_in(part, value_set=wanted), -1).to_numpy(zero_copy_only=False)
            hit = np.where(hit < 0, at, hit)
        found[left[hit >= 0]] = number[hit[hit >= 0]]
        left = left[hit < 0]
    return found[codes]


def _streets(base: pd.DataFrame) -> dict[str, Any]:
    """Key of a name → everything of that name; borders name no place, everything lies within them."""
    if not len(base):
        return {}
    base = base.loc[base["name"].notna() & (base["kind"] != "boundary")]
    name = values.keys(base["name"]) if len(base) else base["name"]
    parts = pd.Series(base["geometry"].to_numpy(dtype=object)).groupby(name.to_numpy(dtype=object))
    return {str(key): shapely.union_all(part.to_numpy(dtype=object)) for key, part in parts}


def _first_text(fields: pd.DataFrame, *names: str) -> pd.Series | None:
    there = [values.text(fields[name]) for name in names if name in fields]
    if not there:
        return None
    text = there[0]
    for other in there[1:]:
        text = text.where(text.notna(), other)
    return text
