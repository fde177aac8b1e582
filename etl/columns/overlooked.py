"""Columns that nobody used and that look like coordinates: without them the map stays empty."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.coordinates import parse

_LOOKED_AT = 2_000
_MOST = 0.9
_DEGREES = {"east": (73.0, 136.0), "north": (3.0, 54.0)}
_WIDEST_DEGREES = 5.0
# Eastings with the number of the zone before them are eight digits long.
_METRES = {"east": ((100_000.0, 900_000.0), (13_000_000.0, 46_000_000.0)), "north": ((300_000.0, 6_000_000.0),)}
_WIDEST_M = 200_000.0


def overlooked(frame: pd.DataFrame) -> list[str]:
    """Headings of the columns that hold coordinates by their values: both of a pair in one, or a pair of columns.

    Fractions within the bounds of China that lie no wider apart than a county: `73.5` is a score, `114.512345` no.
    """
    columns = [frame.iloc[:_LOOKED_AT, at].dropna() for at in range(frame.shape[1])]
    texts = [column[column.astype("str").str.strip() != ""] for column in columns]
    both = [str(column.name) for column in texts if len(column) and _holds_pairs(column)]
    if both:
        return both
    axes = [_axis(column) if len(column) else "" for column in texts]
    for unit in ("degrees", "metres"):
        found = {axis: [at for at, said in enumerate(axes) if said == f"{unit} {axis}"] for axis in ("east", "north")}
        if found["east"] and found["north"]:
            return [str(frame.columns[at]) for at in sorted(found["east"] + found["north"])]
    return []


def half_of_pairs(column: pd.Series) -> bool:
    """Whether a column has single numbers and no pairs, so that another has to hold the other ones."""
    written = column.iloc[:_LOOKED_AT].dropna()
    written = written[written.astype("str").str.strip() != ""]
    if written.empty:
        return False
    both = parse(written.astype("str"))
    return not bool((np.isfinite(both.x) & np.isfinite(both.y)).mean() > 1 - _MOST)


def like_coordinates(frame: pd.DataFrame) -> list[str]:
    """Headings of the columns that hold one number of a pair by their values."""
    columns = [frame.iloc[:_LOOKED_AT, at].dropna() for at in range(frame.shape[1])]
    return [str(column.name) for column in columns if len(column) and _axis(column)]


def _holds_pairs(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return False
    found = parse(column)
    return any(
        _are_most(_lie(first, _DEGREES["east"]) & _lie(second, _DEGREES["north"]))
        for first, second in ((found.x, found.y), (found.y, found.x))
    )


def _axis(column: pd.Series) -> str:
    """`degrees east`, `metres north`, …; empty for what is no coordinate."""
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_string_dtype(column)):
        return ""
    if pd.api.types.is_bool_dtype(column):
        return ""
    found = parse(column, pd.Series(0.0, index=column.index))
    value = found.x + found.y  # a letter N puts the value into the other one; what is left is zero
    known = value[np.isfinite(value)]
    if len(known) < _MOST * len(value):
        return ""
    low, high = np.quantile(known, [0.02, 0.98])
    for axis in ("east", "north"):
        is_precise = _are_most(np.abs(known * 100 - np.round(known * 100)) > 1e-6, 0.5)
        if is_precise and high - low < _WIDEST_DEGREES and _are_most(_lie(value, _DEGREES[axis])):
            return f"degrees {axis}"
        is_fraction = _are_most(known != np.round(known), 0.5)
        if is_fraction and high - low < _WIDEST_M and any(_are_most(_lie(value, span)) for span in _METRES[axis]):
            return f"metres {axis}"
    return ""


def _lie(values: npt.NDArray[np.float64], span: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return (values >= span[0]) & (values <= span[1])


def _are_most(is_so: npt.NDArray[np.bool_], share: float = _MOST) -> bool:
    return bool(is_so.mean() >= share)
