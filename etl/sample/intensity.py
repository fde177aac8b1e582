"""Where and when problems are likely: zones by week, cells within their zone.

One zone gets worse in the last ten weeks and one better; after a campaign week its zones are quieter for three weeks.
"""

from dataclasses import dataclass

import numpy as np

from etl.sample.county import FRINGE, NEW_TOWN, OLD_TOWN, URBAN_VILLAGE, County
from etl.sample.size import facts

_SETTING = {OLD_TOWN: 1.5, URBAN_VILLAGE: 2.0, FRINGE: 0.8, NEW_TOWN: 0.7}
QUIET_WEEKS = 3
SECOND_SURVEY_SHARE = 0.38
"""The second survey begins in August, after this share of half a year's weeks."""


@dataclass(frozen=True)
class Intensity:
    """Weights, not normalised: `by_week` (ledger, zone, week) and `by_cell` (cell)."""

    by_week: np.ndarray
    by_cell: np.ndarray

    def hot_cells(self, county: County) -> np.ndarray:
        """Positions of the cells of the zone that gets worse, the likeliest first."""
        zone = int(np.flatnonzero(county.zones["base"] == facts()["story"]["worse"])[0])
        cells = np.flatnonzero(county.cells["zone"] == zone)
        return np.asarray(cells[np.argsort(-self.by_cell[cells], kind="stable")])


def campaign_zones(county: County, campaign: dict[str, list[str]]) -> np.ndarray:
    """Positions of the zones a campaign is held in; none named means all."""
    bases = county.zones["base"]
    return np.flatnonzero(bases.isin(campaign["zones"] or bases))


def build_intensity(rng: np.random.Generator, county: County) -> Intensity:
    """The weights of the story that `county.toml` tells."""
    cells, zones, weeks = county.cells, county.zones, county.size.weeks
    by_cell = np.vectorize(_SETTING.get)(cells["setting"]) * rng.lognormal(0, 0.55, len(cells))
    by_cell = by_cell * (3 + cells["shopfronts"].to_numpy()) ** 0.5
    for _, x, y, reach in facts()["story"]["hot"]:
        far = np.hypot(cells["x"] - x, cells["y"] - y).to_numpy()
        by_cell = by_cell * (1 + 6 * np.exp(-((far / reach) ** 2)))

    zone_weight = np.bincount(cells["zone"], weights=by_cell, minlength=len(zones)) ** 0.7
    left = weeks - 1 - np.arange(weeks)
    week = rng.lognormal(0, 0.10, weeks)
    table = zone_weight[:, None] * week[None, :] * rng.lognormal(0, 0.12, (len(zones), weeks))
    worse = (zones["base"] == facts()["story"]["worse"]).to_numpy()
    better = (zones["base"] == facts()["story"]["better"]).to_numpy()
    table[worse] *= np.clip(3.4 - 0.28 * left, 0.6, None)
    table[better] *= np.clip(0.35 + 0.22 * left, None, 2.4)
    for campaign in facts()["story"]["campaign"]:
        quiet = (left < campaign["weeks_before_end"]) & (left >= campaign["weeks_before_end"] - QUIET_WEEKS)
        table[np.ix_(campaign_zones(county, campaign), np.flatnonzero(quiet))] *= 0.55

    first, second = np.ones(weeks), np.where(np.arange(weeks) >= round(SECOND_SURVEY_SHARE * weeks), 1.0, 0.0)
    first[: max(1, weeks // 13)] *= 1.8  # the first survey is how it all began
    second[np.flatnonzero(second)[: max(1, weeks // 8)]] *= 1.5
    return Intensity(np.stack([table * first, table * first, table * second]), by_cell)
