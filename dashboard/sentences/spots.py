"""What is said of hotspots and campaigns: key of the sentence and its values, numbers as numbers."""

from typing import Any

import pandas as pd

from dashboard.analysis.campaigns import FINDINGS
from dashboard.analysis.emerging import NONE
from dashboard.maps.spots import GROUPS

ORDER = {member: at for at, members in enumerate(GROUPS.values()) for member in members}
"""Categories of a trend by their place in the list."""
_ALWAYS, _COUNTS = ("name", "start", "end"), ("weeks", "before", "after")
_SAID = {
    "fell": ("weeks", "after", "expected", "share", "low", "high"),
    "rose": ("weeks", "after", "expected", "share", "low", "high"),
    "unclear": ("weeks", "after", "expected"), "no_control": _COUNTS, "too_few": _COUNTS,
    "too_short": (), "overlaps_another_campaign": (),
}  # fmt: skip
"""Numbers by finding or reason: those of no whole week, or of another campaign too, mean nothing."""


def hot_first(found: pd.DataFrame) -> pd.DataFrame:
    """Hot places worth a line, the worst first; `found`: class_, problems and z as of `analysis.hotspots.cells`.

    z says how sure one is of the surroundings; within a hotspot people are sent to where the problems are, so among
    cells of one class their own number decides, and red by its surroundings alone is no line.
    """
    hot = found[(found["class_"] > 0) & (found["problems"] > 0)]
    return hot.sort_values(["class_", "problems", "z"], ascending=False, kind="stable")


def ratio(row: pd.Series) -> float:
    """How many times the mean density the surroundings have; NaN where nothing is anywhere."""
    return float(row["near_per_km2"] / row["mean_per_km2"]) if row["mean_per_km2"] else float("nan")


def told_category(category: object) -> str:
    """The category that may be said of a place that is hot over the period; "" where none may.

    A spot that is hot over the period and was not in its last week would be called gone.
    """
    known = category if isinstance(category, str) else NONE
    return known if ORDER.get(known, len(ORDER)) <= ORDER["oscillating_hot"] else ""


def campaign(row: pd.Series) -> tuple[str, dict[str, Any]]:
    """Of a row of `analysis.campaigns.effects` for all places together: the key below `spots.campaign`, and its values.

    name, start, end, and of weeks, before, after, expected, share, low, high (parts of expected, by which the number
    differs from it) those that are said of it.
    """
    values: dict[str, Any] = {"name": row["name"], "start": row["starts_on"], "end": row["ends_on"]}
    values |= {name: row[name] for name in _COUNTS}
    key = str(row["reason"] if isinstance(row["reason"], str) else row["finding"])
    if key in FINDINGS:
        low, high = sorted((abs(1 - row["low"]), abs(1 - row["high"])))
        expected = row["before"] * row["control_after"] / max(row["control_before"], 0.5)
        values |= {"expected": expected, "share": abs(1 - row["effect"]), "low": low, "high": high}
    return key, {name: values[name] for name in (*_ALWAYS, *_SAID[key])}
