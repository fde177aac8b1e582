"""The problems as they were: where, what, when reported, due, closed, reopened, and in which state now.

Nothing here is done row by row: a million problems take seconds.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.sample.county import County
from etl.sample.intensity import Intensity, campaign_zones
from etl.sample.people import People
from etl.sample.size import SECOND, Size, facts

DAY_S = 86_400
STATES = ("已上报", "已交办", "已申请专业组", "整改中", "待核查", "缓办", "已销号")
REPORTED, ASSIGNED, ESCALATED, IN_PROGRESS, SUBMITTED, DEFERRED, CLOSED = range(7)
SOURCES = ("摸底", "督查", "巡查", "投诉", "12345", "随手拍")
SURVEY, INSPECTION, PATROL, COMPLAINT, HOTLINE, PHOTO = range(6)
NOT_YET = np.datetime64("NaT", "s")


@dataclass(frozen=True)
class Names:
    """The words behind the small codes of the problems' frame."""

    categories: tuple[str, ...]
    details: tuple[str, ...]
    units: tuple[str, ...]
    work_groups: tuple[str, ...]


def names(people: People) -> Names:
    """Categories, descriptions, units and work groups in the order of their codes."""
    categories = facts()["categories"]
    details = tuple(detail for values in categories.values() for detail in values[5])
    return Names(tuple(categories), details, tuple(people.units["name"]), tuple(facts()["units"]["work_groups"]))


def build_problems(rng: np.random.Generator, county: County, people: People, intensity: Intensity) -> pd.DataFrame:
    """All problems, ledger by ledger in the order they were reported.

    Columns: ledger, cell, zone, category, detail, unit, work_group, source, state (small codes), x, y (metres),
    reported_at, due_on, closed_at, reopened_at (local time), house (number in the street), is_listed.
    """
    size = county.size
    counts = [size.scaled(number) for number in facts()["figures"]["problems"]]
    parts = [_placed(rng, county, intensity, ledger, number) for ledger, number in enumerate(counts)]
    frame = pd.concat(parts, ignore_index=True)
    kind = _kinds(rng, frame["ledger"].to_numpy())
    frame = frame.assign(**kind, unit=_units(rng, county, people, frame["zone"].to_numpy(), kind["category"]))
    xy = county.points(rng, frame["cell"].to_numpy())
    frame = frame.assign(x=xy[:, 0], y=xy[:, 1], house=rng.integers(1, 400, len(frame), dtype=np.int16))
    limit = np.array([values[2] for values in facts()["categories"].values()])[frame["category"]]
    reported = frame["reported_at"].to_numpy()
    frame["due_on"] = (reported.astype("datetime64[D]") + limit).astype("datetime64[s]")
    frame["source"] = _sources(rng, size, frame)
    frame["closed_at"] = _closed(rng, county, people, frame, limit)
    return _states(rng, size, frame, limit)


def _placed(rng: np.random.Generator, county: County, intensity: Intensity, ledger: int, number: int) -> pd.DataFrame:
    """Cell and time of each problem. Drawn evenly along the weights, so that a small ledger tells the story too."""
    by_week = intensity.by_week[ledger]
    zones, weeks = by_week.shape
    along = (np.arange(number) + rng.random(number)) / number
    flat = np.searchsorted(np.cumsum(by_week.ravel()) / by_week.sum(), along).clip(max=by_week.size - 1)
    zone, week = np.divmod(flat, weeks)
    cell = np.empty(number, dtype=np.int32)
    cell_zone = county.cells["zone"].to_numpy()
    for z in range(zones):
        inside, rows = np.flatnonzero(cell_zone == z), np.flatnonzero(zone == z)
        share = np.cumsum(intensity.by_cell[inside])
        cell[rows] = inside[np.searchsorted(share / share[-1], rng.random(len(rows))).clip(max=len(inside) - 1)]
    day = county.size.first_day + 7 * week + np.minimum(rng.integers(0, 8, number), 6)
    # Found by patrols between 07:30 and 21:30, most of them in the morning.
    minute = 450 + np.floor(840 * rng.beta(1.3, 2.2, number)).astype(np.int64)
    reported = day.astype(SECOND) + minute * 60
    last = county.size.last_moment
    reported = np.where(reported > last, last - (minute % 480) * 60, reported)
    order = np.argsort(reported, kind="stable")
    frame = {"cell": cell[order], "zone": zone[order].astype(np.int8), "reported_at": reported[order]}
    return pd.DataFrame(frame).assign(ledger=np.int8(ledger))


def _kinds(rng: np.random.Generator, ledger: np.ndarray) -> dict[str, np.ndarray]:
    values = list(facts()["categories"].values())
    groups = facts()["units"]["work_groups"]
    own = np.array([v[0] for v in values])
    weight = np.array([float(v[1]) for v in values])
    category = np.empty(len(ledger), dtype=np.int8)
    for number in np.unique(ledger):
        rows, choice = np.flatnonzero(ledger == number), np.flatnonzero(own == number)
        share = weight[choice] / weight[choice].sum()
        category[rows] = rng.choice(choice, size=len(rows), p=share)
    details = np.array([len(v[5]) for v in values])
    first = np.cumsum(details) - details
    detail = first[category] + np.floor(rng.random(len(ledger)) * details[category]).astype(np.int64)
    group = np.array([groups.index(v[4]) for v in values], dtype=np.int8)[category]
    return {"category": category, "detail": detail.astype(np.int16), "work_group": group}


def _units(
    rng: np.random.Generator, county: County, people: People, zone: np.ndarray, category: np.ndarray
) -> np.ndarray:
    """Responsible unit: department of the trade, township, village or community, or a member unit of the zone."""
    units, classes, place = people.units, facts()["units"]["classes"], facts()["place"]["name"]
    position = {name: number for number, name in enumerate(units["name"])}
    trade = np.array([position[f"{place}{values[3]}"] for values in facts()["categories"].values()])
    townships = units[units["class"] == classes[2]]["name"].to_list()
    of_zone = [position[next(t for t in townships if t.startswith(name))] for name in county.zones["township"]]
    drawn = rng.random(len(zone))
    result = np.where(drawn < 0.35, trade[category], np.array(of_zone)[zone])
    for share, name in ((0.52, classes[3]), (0.82, classes[1])):
        for z in range(len(county.zones)):
            here = np.flatnonzero((units["class"] == name) & (units["zone"] == z))
            rows = np.flatnonzero((zone == z) & (drawn >= share) & (drawn < (0.82 if share == 0.52 else 0.88)))
            result[rows] = rng.choice(here, len(rows))
    return result.astype(np.int16)


def _sources(rng: np.random.Generator, size: Size, frame: pd.DataFrame) -> np.ndarray:
    """First ledger: survey in the first weeks, then by everybody, exactly the given number of complaints."""
    ledger = frame["ledger"].to_numpy()
    source = np.where(ledger == 1, INSPECTION, SURVEY)
    week = (frame["reported_at"].to_numpy().astype("datetime64[D]") - size.first_day).astype(np.int64) // 7
    later = np.flatnonzero((ledger == 0) & (week >= 2))
    source[later] = rng.choice([INSPECTION, PATROL, HOTLINE, PHOTO], len(later), p=[0.25, 0.5, 0.1, 0.15])
    last_days = frame["reported_at"].to_numpy()[later] > size.last_moment - 5 * DAY_S
    complaints = rng.permutation(later[~last_days])[: size.scaled(facts()["figures"]["complaints"])]
    source[complaints] = COMPLAINT
    followed = np.flatnonzero((ledger == 2) & (rng.random(len(ledger)) < 0.3))
    source[followed] = rng.choice([INSPECTION, PATROL, PHOTO], len(followed), p=[0.3, 0.5, 0.2])
    return source.astype(np.int8)


def _closed(
    rng: np.random.Generator, county: County, people: People, frame: pd.DataFrame, limit: np.ndarray
) -> np.ndarray:
    """When each problem is closed, NaT for those nobody closes; it may lie after the last moment."""
    number, last = len(frame), county.size.last_moment
    zone, bases = frame["zone"].to_numpy(), county.zones["base"].to_numpy()
    quality = np.clip(rng.normal(0.80, 0.10, len(people.units)), 0.45, 0.97)[frame["unit"]]
    quality = quality + np.where(bases == facts()["story"]["worse"], -0.22, 0)[zone]
    quality = quality + np.where(bases == facts()["story"]["better"], 0.12, 0)[zone]
    is_on_time = rng.random(number) < quality
    early = limit * np.sqrt(rng.uniform(0.02, 0.98, number))
    late = limit + 1 + rng.gamma(1.4, 4 + limit * 0.35, number)
    reported = frame["reported_at"].to_numpy()
    # Closed in office hours of that day, but never before it was reported.
    day = (reported + (np.where(is_on_time, early, late) * DAY_S).astype(np.int64)).astype("datetime64[D]")
    office = 8 * 3600 + rng.integers(0, 600, number) * 60
    closed = np.maximum(day.astype(SECOND) + office, reported + 1800)
    is_complaint = frame["source"].to_numpy() == COMPLAINT
    answered = reported.astype("datetime64[D]").astype(SECOND) + DAY_S + office
    closed = np.where(is_complaint, answered, closed)
    for campaign in facts()["story"]["campaign"]:
        start = county.size.week_start(county.size.weeks - 1 - campaign["weeks_before_end"]).astype(SECOND)
        waiting = np.isin(zone, campaign_zones(county, campaign)) & (reported < start) & (closed > start + 7 * DAY_S)
        taken = waiting & (rng.random(number) < 0.65)
        closed = np.where(taken, start + rng.integers(0, 7, number) * DAY_S + office, closed)
    never = (rng.random(number) < 0.025) & ~is_complaint
    return np.where(never | (closed > last), NOT_YET, closed)


def _states(rng: np.random.Generator, size: Size, frame: pd.DataFrame, limit: np.ndarray) -> pd.DataFrame:
    """The frame with reopenings, states, deferred and listed ones, notices, and some rows without a deadline."""
    number, last = len(frame), size.last_moment
    closed, drawn = frame["closed_at"].to_numpy(), rng.random((4, number))
    is_closed = ~np.isnat(closed)
    is_complaint = frame["source"].to_numpy() == COMPLAINT
    again = _office_time(rng, closed, 4 + 24 * rng.random(number))
    is_again = is_closed & (drawn[0] < 0.035) & (again < last) & ~is_complaint
    reopened = np.where(is_again, again, NOT_YET)
    second = _office_time(rng, again, 2 + 8 * rng.random(number))
    is_closed_twice = is_again & (drawn[1] < 0.4) & (second < last)
    closed = np.where(is_closed_twice, second, closed)

    age = (last - frame["reported_at"].to_numpy()).astype(np.int64) / DAY_S / limit
    ways = np.where(age < 0.25, REPORTED, np.where(age < 0.5, ASSIGNED, IN_PROGRESS))
    ways = np.where((age > 0.5) & (drawn[2] < 0.22), SUBMITTED, ways)
    ways = np.where((age > 0.8) & (drawn[2] > 0.86), ESCALATED, ways)
    ways = np.where((age > 0.6) & (drawn[3] < 0.07), DEFERRED, ways)
    state = np.where(is_closed & (~is_again | is_closed_twice), CLOSED, np.where(is_again, IN_PROGRESS, ways))
    due = np.where((rng.random(number) < 0.02) & ~is_complaint, NOT_YET, frame["due_on"].to_numpy())
    is_listed = (rng.random(number) < np.where(age > 1.5, 0.03, 0.008)) & ~is_complaint
    return frame.assign(
        closed_at=closed,
        reopened_at=reopened,
        due_on=due,
        state=state.astype(np.int8),
        is_listed=is_listed,
        notice=_notices(rng, size, frame["ledger"].to_numpy(), state),
    )


def _office_time(rng: np.random.Generator, start: np.ndarray, days: np.ndarray) -> np.ndarray:
    """A moment in office hours so many days (or part of them) after `start`."""
    day = (start + (days * DAY_S).astype(np.int64)).astype("datetime64[D]").astype(SECOND)
    return np.asarray(day + 8 * 3600 + rng.integers(0, 600, len(start)) * 60)


def _notices(rng: np.random.Generator, size: Size, ledger: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Number of the notice a problem of the first ledger was handed over with, 0 without one."""
    figures, notice = facts()["figures"], np.zeros(len(ledger), dtype=np.int32)
    done = rng.permutation(np.flatnonzero((ledger == 0) & (state == CLOSED)))[: size.scaled(figures["notices_done"])]
    left = size.scaled(figures["notices"]) - size.scaled(figures["notices_done"])
    not_done = rng.permutation(np.flatnonzero((ledger == 0) & (state != CLOSED)))[:left]
    rows = np.sort(np.r_[done, not_done])
    notice[rows] = np.arange(1, len(rows) + 1)
    return notice
