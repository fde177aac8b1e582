"""Did a campaign help: before and after, where it was held, against where it was not."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis import recorded
from dashboard.analysis.cases import cases, day_number
from dashboard.analysis.differences import Difference, difference, usual_spread

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Dated = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]
"""Place and local day of every row."""

WEEKS = 4
MIN_WEEKS = 2
"""Fewer weeks before and after do not show how much a week differs from the next by itself."""
MIN_EXPECTED = 5.0
"""Least number each of the four counts should have if the campaign changed nothing, for a large-sample interval
(Cochran, W. G. 1954: Some methods for strengthening the common χ² tests. Biometrics 10, 417-451)."""
TOGETHER = "*"
"""Index of the row of all places of a campaign taken together."""
REASONS = ("too_short", "overlaps_another_campaign", "no_control", "too_few")
"""Why nothing can be said: under `MIN_WEEKS` whole weeks before or after (also: not over yet); another campaign in the
place during those weeks; no place without a campaign in those weeks; fewer problems than `MIN_EXPECTED` asks for."""
FINDINGS = ("fell", "rose", "unclear")
"""The interval lies below 1, above 1, or holds it."""


@dataclass(frozen=True, eq=False)
class _Held:
    """One campaign over the places of a layer."""

    code: str
    starts: int
    ends: int
    """Local days since 1970, the last one still in it."""
    where: Bools
    """Places that had it."""


def effects(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, layer: str = "zones", weeks: int = WEEKS
) -> pd.DataFrame:
    """One row a campaign and place: problems reported in whole weeks before and after, and against the others.

    `layer`: zones, or cells (in force; of the zone they belong to). The windows are of equal length, at most `weeks`,
    and end the day before the campaign and begin the day after it, as far as the data reach; they are weeks of the
    campaign, not of the calendar. Compared is with all places together that had no campaign in those weeks.

    effect = (after ÷ before) ÷ (control_after ÷ control_before), see `differences.difference`: 0.8 are a fifth fewer
    than were to be expected from the others. More looking finds more: `visits_before` and `visits_after` stand beside
    it. Campaigns known at the moment, the latest first. Zones of the filters choose what is shown, not what it is
    compared with; state and "overdue only" are left aside, default points are left out unless asked for.

    Index zone or cell, `TOGETHER` first. Columns: campaign, name, starts_on, ends_on; weeks (of each window);
    had_campaign, is_control; before, during, after; visits_before, visits_after (Int64, NA: none are kept);
    control_before, control_after; effect, low, high (95 %), overdispersion, all NaN where refused; finding
    (`FINDINGS`), reason (`REASONS`), NaN where there is none. Places without the campaign have neither.
    """
    if layer not in ("zones", "cells"):
        raise ValueError(f"there is no campaign by {layer!r}")
    is_zones = layer == "zones"
    places = county.zones.index if is_zones else county.cells.index
    everywhere = replace(filters, zone=(), cell=None, state=(), is_overdue_only=False)
    base = cases(county, snapshot, everywhere, located=True).base
    codes = snapshot.zone if is_zones else snapshot.cell
    counted = np.flatnonzero(base & (codes >= 0))
    problems = (codes[counted], snapshot.reported_day[counted])
    seen = _visits(county, filters, "zone" if is_zones else "cell")
    day = county.place.local_day(filters.moment)
    in_force = np.ones(len(places), np.bool_) if is_zones else county.cells_on(day)
    first_day = int(snapshot.reported_day.min(initial=day_number(day)))
    held = _held(county, filters, np.arange(len(places)) if is_zones else county.cell_zones)
    shown = np.append(True, _shown(county, filters, layer))
    frames = []
    for one in held:
        reach = (one.starts - first_day) // 7, (day_number(day) - one.ends) // 7
        length = max(min(weeks, *reach), 0)
        frame = _one(one, held, problems=problems, seen=seen, in_force=in_force, length=length)
        frame.index = pd.Index([TOGETHER, *places], name=layer.removesuffix("s"))
        frames.append(frame[shown & np.append(True, in_force)])
    nothing = _Held("", 0, 0, in_force[:0])
    empty = _one(nothing, [], problems=(codes[:0], codes[:0]), seen=None, in_force=in_force[:0], length=0)[:0]
    found = pd.concat(frames) if frames else empty.rename_axis(layer.removesuffix("s"))
    told = county.campaigns.loc[found["campaign"], ["name", "starts_on", "ends_on"]]
    for at, name in enumerate(told, start=1):
        found.insert(at, str(name), told[name].array)
    return found


def in_weeks(county: "County", week_ends: pd.Index) -> pd.Series:
    """Weeks in which a campaign runs (bool, index `week_ends`)."""
    starts, ends = (county.campaigns[name].to_numpy("datetime64[s]") for name in ("starts_on", "ends_on"))
    last = week_ends.to_numpy("datetime64[s]")[:, None]
    first = last - np.timedelta64(6, "D")
    return pd.Series(((starts <= last) & (ends >= first)).any(axis=1), index=week_ends)


def _held(county: "County", filters: "Filters", zone_of: Ints | npt.NDArray[np.int32]) -> list[_Held]:
    """Campaigns that have begun by the moment, the latest first."""
    rows = county.campaigns[["starts_on", "ends_on", "zones"]].sort_values("starts_on", kind="stable", ascending=False)
    held = []
    for code, starts, ends, zones in rows.itertuples():
        if pd.isna(starts) or pd.isna(ends) or starts.date() > county.place.local_day(filters.moment):
            continue
        if pd.isna(zones):
            where = np.ones(len(zone_of), np.bool_)
        else:
            named = county.zones.index.get_indexer([name.strip() for name in str(zones).split(";")])
            where = np.isin(zone_of, named[named >= 0])
        held.append(_Held(str(code), day_number(starts.date()), day_number(ends.date()), where))
    return held


def _one(
    one: _Held,
    held: list[_Held],
    *,
    problems: Dated,
    seen: Dated | None,
    in_force: Bools,
    length: int,
) -> pd.DataFrame:
    """The rows of a campaign: all its places together, then every place."""
    size = len(in_force)
    first, last = one.starts - 7 * length, one.ends + 7 * length
    clashes = np.zeros(size, np.bool_)
    for other in held:
        if other is not one and other.starts <= last and other.ends >= first:
            clashes |= other.where
    before, after = (_by_week(problems, size, begin, length) for begin in (first, one.ends + 1))
    during = _counted(problems, size, one.starts, one.ends)
    treated, control = one.where & in_force, ~one.where & in_force & ~clashes
    used = control | (treated & ~clashes)
    spread = usual_spread(before[used], after[used], control[used])
    columns = {"before": before.sum(axis=1), "during": during, "after": after.sum(axis=1)}
    for name, begin in (("before", first), ("after", one.ends + 1)):
        end = begin + 7 * length - 1
        columns[f"visits_{name}"] = np.zeros(size, np.int64) if seen is None else _counted(seen, size, begin, end)
    whole = treated & ~clashes
    together = {name: np.append(values[whole].sum(), values) for name, values in columns.items()}
    c, d = columns["before"][control].sum(), columns["after"][control].sum()
    found = difference(together["before"], together["after"], c, d, spread)
    had = np.append(whole.any() or treated.any(), one.where)
    reason = _reasons(found, np.append(treated.any() and not whole.any(), clashes), bool(control.any()), length)
    frame = pd.DataFrame({"campaign": one.code, "weeks": length, "had_campaign": had})
    frame["is_control"] = np.append(False, control)
    for name, values in together.items():
        is_unknown = np.full(size + 1, seen is None)
        frame[name] = pd.arrays.IntegerArray(values, is_unknown) if name.startswith("visits") else values
    frame["control_before"], frame["control_after"] = c, d
    is_told = had & (reason == "")
    for name in ("effect", "low", "high"):
        frame[name] = np.where(is_told, getattr(found, name), np.nan)
    frame["overdispersion"] = np.where(is_told, spread.factor, np.nan)
    finding = np.select([found.high < 1, found.low > 1], FINDINGS[:2], FINDINGS[2])
    frame["finding"] = pd.Series(finding, dtype="str").where(is_told)
    frame["reason"] = pd.Series(reason, dtype="str").where(had & (reason != ""))
    return frame


def _reasons(found: Difference, clashes: Bools, has_control: bool, length: int) -> npt.NDArray[np.str_]:
    """The first reason of `REASONS` that applies; empty where none does."""
    few = found.least_expected < MIN_EXPECTED
    applies = [np.full(len(few), length < MIN_WEEKS), clashes, np.full(len(few), not has_control), few]
    return np.select(applies, REASONS, "")


def _visits(county: "County", filters: "Filters", column: str) -> Dated | None:
    """Place and day of the visits known at the moment; None where none are kept."""
    if not recorded.has_visits(county, filters.moment):
        return None
    rows = county.visits
    made = ((rows["visited_s"] <= filters.moment.timestamp()) & (rows[column] >= 0)).to_numpy()
    return rows[column].to_numpy()[made], rows["visited_day"].to_numpy()[made]


def _shown(county: "County", filters: "Filters", layer: str) -> Bools:
    if layer == "cells":
        return county.cells_on(county.place.local_day(filters.moment), zone=filters.zone, cell=filters.cell)
    return np.asarray(county.zones.index.isin(filters.zone)) if filters.zone else np.ones(len(county.zones), np.bool_)


def _by_week(dated: Dated, size: int, begin: int, length: int) -> Ints:
    """Rows by place and week, `length` weeks from day `begin` on."""
    codes, days = dated
    inside = (days >= begin) & (days < begin + 7 * length)
    at = codes[inside].astype(np.int64) * length + (days[inside] - begin) // 7
    return np.bincount(at, minlength=size * length).reshape(size, length)


def _counted(dated: Dated, size: int, first: int, last: int) -> Ints:
    """Rows by place of the days first … last."""
    codes, days = dated
    return np.bincount(codes[(days >= first) & (days <= last)], minlength=size)
