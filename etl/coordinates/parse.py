"""Coordinates as texts → numbers: decimals, degrees-minutes-seconds, both in one cell, WKT points, full-width digits."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.coordinates.datums import Floats


class Parsed(NamedTuple):
    """Numbers as written, not yet in any datum: `x` is meant as longitude or easting, `y` as latitude or northing."""

    x: Floats
    y: Floats
    is_unreadable: npt.NDArray[np.bool_]
    """Something is written and it is no coordinate (or only half of one); an empty row is NaN and not unreadable."""


def parse(x: pd.Series, y: pd.Series | None = None) -> Parsed:
    """Coordinates of each row, from two columns, or from one that holds both (`114.5,38.0`, `POINT(114.5 38)`).

    In one cell the first number is x, unless letters (N, E, 北纬, 东经) say otherwise; letters also put right two
    columns that were exchanged. Numbers and texts may be mixed in a column. Degrees, minutes and seconds are
    recognised in the usual spellings (38°03′12″N, 38度3分12秒, 北纬38°3.2′). Never raises for a bad text.
    """
    raise NotImplementedError
