"""Two arrangements of sites held against each other: what each covers and the other does not."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from dashboard.analysis.scenario import Arrangement, Scenario

BOTH, ONE, OTHER, NEITHER = "both", "one", "other", "neither"
PARTS = (BOTH, ONE, OTHER, NEITHER)
REFUSALS = ("other_kind",)
"""Of `Contrast.refusal`, beside those of the arrangements."""


@dataclass(frozen=True, eq=False)
class Contrast:
    """What two arrangements have in common and what they have not."""

    one: "Arrangement"
    other: "Arrangement"
    cells: pd.DataFrame
    """Index `cell`; weight, part (of `PARTS`: covered by which)."""
    sums: dict[str, float]
    """Weight by part; together all weight."""
    sites: pd.DataFrame
    """Sites of either, those of the one first: site_one, site_other (numbers in each, NA: in that one there is none at
    this place), part (never `neither`), cell, name, zone_name, candidate, lon, lat."""
    closed: pd.DataFrame
    """Facilities that either closes, index `facility`: name, part (never `neither`)."""
    refusal: str | None = None
    """Why they cannot be compared; the frames are empty then."""


def aligned(one: "Scenario", other: "Scenario") -> "Scenario":
    """The other as it is compared: weighed by what the one counts. What each takes for its radius is a part of it."""
    return replace(other, question=replace(other.question, weight=one.question.weight))


def contrasted(one: "Arrangement", other: "Arrangement") -> Contrast:
    """Two arrangements of the same county, moment and filters; the other `aligned` to the one."""
    refusal = one.refusal or other.refusal
    if one.scenario.question.kind != other.scenario.question.kind:
        refusal = "other_kind"
    if refusal:
        sites = pd.DataFrame(columns=[*_SITE, "site_one", "site_other", "part"])
        nothing = pd.DataFrame(columns=["weight", "part"]).rename_axis("cell")
        closed = pd.DataFrame(columns=["name", "part"]).rename_axis("facility")
        return Contrast(one, other, nothing, dict.fromkeys(PARTS, 0.0), sites, closed, refusal)
    covered = [made.cells["is_covered"].to_numpy(np.bool_) for made in (one, other)]
    cells = pd.DataFrame({"weight": one.cells["weight"], "part": _parts(*covered)}, index=one.cells.index)
    sums = cells.groupby("part")["weight"].sum().reindex(PARTS, fill_value=0.0)
    return Contrast(one, other, cells, {part: float(sums[part]) for part in PARTS}, _sites(one, other),
                    _closed(one, other))  # fmt: skip


_SITE = ("cell", "name", "zone_name", "candidate", "lon", "lat")


def _parts(is_one: np.ndarray, is_other: np.ndarray) -> np.ndarray:
    return np.select([is_one & is_other, is_one, is_other], PARTS[:3], PARTS[3])


def _sites(one: "Arrangement", other: "Arrangement") -> pd.DataFrame:
    """One row a place: two sites of one arrangement at the same place are told as often as they are there."""
    left, right = (
        made.sites.reset_index().assign(nth=made.sites.groupby(["lon", "lat"]).cumcount().to_numpy())
        for made in (one, other)
    )
    keys = ["lon", "lat", "nth"]
    both = left.rename(columns={"site": "site_one"}).merge(
        right.rename(columns={"site": "site_other"})[[*keys, "site_other"]], how="left", on=keys
    )
    alone = right.rename(columns={"site": "site_other"}).merge(left[keys], how="left", on=keys, indicator=True)
    alone = alone[alone["_merge"] == "left_only"]
    frame = pd.concat([both, alone], ignore_index=True).reindex(columns=["site_one", "site_other", *_SITE])
    numbers = frame[["site_one", "site_other"]].astype("Int64")
    part = _parts(*(numbers[name].notna().to_numpy() for name in numbers))
    return frame.assign(part=pd.Series(part, frame.index, "str"), **numbers)


def _closed(one: "Arrangement", other: "Arrangement") -> pd.DataFrame:
    codes = one.facilities.index
    flags = [made.facilities["is_closed"].reindex(codes).eq(other=True).to_numpy() for made in (one, other)]
    told = pd.DataFrame({"name": one.facilities["name"], "part": _parts(*flags)}, index=codes)
    return told[flags[0] | flags[1]]
