"""How large the county is to be: the facts of `county.toml` and what a scale makes of them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

SECOND = "datetime64[s]"


@cache
def facts() -> dict[str, Any]:
    """The figures, names and the story of the fictional county."""
    return tomllib.loads(Path(__file__).with_name("county.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Size:
    """What a scale means: problems grow with it, cells and weeks with its logarithm up to those of a large city.

    >>> Size(1).cells, Size(1).weeks, Size(1000).cells, Size(1000).weeks
    (1100, 26, 5000, 104)
    """

    scale: float

    @property
    def share(self) -> float:
        """0 for a county (scale 1 or less), 1 for the largest city (scale 1000 or more)."""
        return float(np.clip(np.log10(max(self.scale, 1)) / 3, 0, 1))

    @property
    def cells(self) -> int:
        """About how many cells there are to be."""
        least, most = facts()["figures"]["cells"], facts()["figures"]["most_cells"]
        return round(least + (most - least) * self.share)

    @property
    def growth(self) -> float:
        """How many times the county's area, people and facilities there are."""
        return float(self.cells / facts()["figures"]["cells"])

    @property
    def weeks(self) -> int:
        """Weeks of records."""
        least, most = facts()["figures"]["weeks"], facts()["figures"]["most_weeks"]
        return round(least + (most - least) * self.share)

    def grown(self, figure: float) -> int:
        """A figure of the county, grown with the area: 37 toilets, 400 bins …"""
        return round(figure * self.growth)

    def scaled(self, figure: float) -> int:
        """A figure of the ledgers, grown with the scale, at least one."""
        return max(1, round(figure * self.scale))

    @property
    def last_moment(self) -> np.datetime64:
        """The last moment of the records: 18:00 of the day of the meeting."""
        return np.datetime64(f"{facts()['place']['last_day']}T18:00:00", "s")

    @property
    def first_day(self) -> np.datetime64:
        """First day of the first week."""
        return self.week_start(0)

    def week_start(self, week: int) -> np.datetime64:
        """First day of a week counted from 0; weeks end on the weekday of the last day."""
        return np.datetime64(facts()["place"]["last_day"], "D") - 7 * (self.weeks - week) + 1
