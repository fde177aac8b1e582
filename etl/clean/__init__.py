"""Values as people wrote them → types, states, dates; one pure function a layer; refused rows carry their reasons."""

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass
class Cleaned:
    """Rows of a layer that can be trusted, and those that cannot.

    `rows`: the layer's columns without place and runs, index = position in the raw table; points as `x`, `y` floats as
    written, polygons keep `geometry`. `refused`: columns `position` and `reasons` (list of notes).
    """

    rows: pd.DataFrame
    refused: pd.DataFrame
    notes: list[tuple[str, dict[str, Any]]]
