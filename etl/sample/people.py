"""Who answers for what: units in four classes, leaders, deputies and grid workers with their terms."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.sample.county import County
from etl.sample.size import facts

NEVER_ASSIGNED, RUN_OUT = 10, 12
"""Cells of the county that never had a grid worker, and cells whose worker's term ran out."""

_OFFICES = {"镇": "人民政府", "乡": "人民政府", "街道": "办事处", "委员会": ""}


@dataclass(frozen=True)
class People:
    """Units, persons and assignments as an office lists them (by name); days are datetime64[D], NaT for open ends."""

    units: pd.DataFrame
    """Columns: name, class, zone (position), phone."""
    persons: pd.DataFrame
    """Columns: name, unit, post, phone."""
    zone_roles: pd.DataFrame
    """Columns: zone (position), role, party, valid_from, valid_to."""
    workers: pd.DataFrame
    """Columns: cell (position), name, phone, valid_from, valid_to."""
    worker_of_cell: np.ndarray
    """Name of the last worker each cell had, None where it never had one."""


def build_people(rng: np.random.Generator, county: County, *, hot_cells: np.ndarray) -> People:
    """Everybody; the second of `hot_cells` (worst first) is one whose worker's term ran out."""
    units = _units(county)
    names = _names(rng, 60 + len(county.cells) // 2)
    leaders, names = names[:13], names[13:]
    deputies, names = names[:26], names[26:]
    groups = _groups(rng, county)
    workers, worker_of_cell, staff = _workers(rng, county, groups, names, hot_cells)

    departments = units.loc[units["class"] == "职能部门", "name"].to_numpy()
    posts = facts()["units"]["leader_posts"]
    communities = units[units["class"] == "村居委会"].groupby("zone")["name"].first()
    home = communities.loc[staff["zone"]].to_numpy()
    heads = ["局长" if unit.endswith("局") else "主任" for unit in departments[:26]]
    persons = pd.DataFrame(
        {
            "name": [*leaders, *deputies, *staff["name"]],
            "unit": [*[f"中共{facts()['place']['name']}委员会"] * 13, *departments[:26], *home],
            "post": [*posts, *heads, *["网格员"] * len(staff)],
        }
    )
    not_party = [i for i, post in enumerate(posts) if "县委" not in post]
    persons.loc[not_party, "unit"] = f"{facts()['place']['name']}人民政府"
    persons["phone"] = [f"1990000{number:04d}" for number in rng.permutation(10_000)[: len(persons)]]
    workers["phone"] = workers["name"].map(persons.set_index("name")["phone"])
    return People(units, persons, _zone_roles(county, units, leaders, deputies), workers, worker_of_cell)


def _units(county: County) -> pd.DataFrame:
    given, place, zones = facts()["units"], facts()["place"]["name"], county.zones
    department, member, township, community = given["classes"]
    rows = [(f"{place}{name}", department, i % len(zones)) for i, name in enumerate(given["departments"])]
    rows += [(f"{place}{name}", member, i % len(zones)) for i, name in enumerate(given["members"])]
    homes = set(zones.drop_duplicates("township").index)
    rows += [(f"{name}{_office(name)}", township, zone) for zone, name in enumerate(zones["township"]) if zone in homes]
    for zone, base in enumerate(zones["base"]):
        rows += [(f"{base}{name}", community, zone) for name in given["communities"]]
        rows += [(f"{base}村委会", community, zone)] if base in given["villages"] else []
    units = pd.DataFrame(rows, columns=["name", "class", "zone"])
    units["phone"] = [f"0000-{5_200_100 + 7 * number}" for number in range(len(units))]
    return units


def _office(name: str) -> str:
    return next(office for end, office in _OFFICES.items() if name.endswith(end))


def _names(rng: np.random.Generator, number: int) -> list[str]:
    """Different names; offices here write names, no numbers, so nobody may share one."""
    surnames, given = list(facts()["names"]["surnames"]), facts()["names"]["given"].split()
    every = np.char.add(np.repeat(surnames, len(given)), np.tile(given, len(surnames)))
    return [str(name) for name in rng.permutation(every)[:number]]


def _groups(rng: np.random.Generator, county: County) -> np.ndarray:
    """For each cell the number of the group of four to eight neighbours it forms one beat with; a few have too many."""
    zone, group, left, number = county.cells["zone"].to_numpy(), np.empty(len(county.cells), dtype=np.int64), 0, -1
    for cell in range(len(zone)):
        if left == 0 or (cell and zone[cell] != zone[cell - 1]):
            number += 1
            left = int(rng.integers(10, 14)) if rng.random() < 0.05 else int(rng.integers(4, 9))
        group[cell] = number
        left -= 1
    return group


def _workers(
    rng: np.random.Generator, county: County, groups: np.ndarray, names: list[str], hot_cells: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray, pd.DataFrame]:
    size, cells = county.size, np.arange(len(groups))
    first_cell = np.unique(groups, return_index=True)[1]
    started = np.datetime64(f"{str(size.first_day)[:4]}-01-01", "D") - rng.choice([0, 0, 365, 92], len(first_cell))
    open_end = np.datetime64("NaT", "D")
    term = pd.DataFrame({"cell": cells, "name": np.array(names, dtype=object)[groups], "valid_from": started[groups]})
    term["valid_to"] = np.full(len(cells), open_end)

    # One beat in eight changed hands at the end of August; the next worker starts the day after.
    changed = np.flatnonzero(np.isin(groups, rng.permutation(len(first_cell))[: len(first_cell) // 8]))
    change_day = np.datetime64(f"{facts()['place']['last_day'].year}-08-31", "D")
    heir = np.array(names, dtype=object)[len(first_cell) + np.unique(groups[changed], return_inverse=True)[1]]
    following = pd.DataFrame({"cell": changed, "name": heir, "valid_from": change_day + 1, "valid_to": open_end})
    term.loc[changed, "valid_to"] = change_day

    others = rng.permutation(np.setdiff1d(cells, np.r_[hot_cells[:6], changed]))
    never = others[: size.grown(NEVER_ASSIGNED)]
    out = np.r_[hot_cells[1], others[len(never) :][: size.grown(RUN_OUT) - 1]]
    ends = [np.datetime64(f"{facts()['place']['last_day'].year}-{day}", "D") for day in ("06-30", "09-30")]
    term.loc[out, "valid_to"] = np.r_[ends[0], rng.choice(ends, len(out) - 1)]
    following = following[~following["cell"].isin(out)]
    term = term[~term["cell"].isin(never)]
    workers = pd.concat([term, following]).sort_values(["cell", "valid_from"], ignore_index=True)
    worker_of_cell = np.full(len(cells), None, dtype=object)
    worker_of_cell[workers["cell"]] = workers["name"]
    staff = workers.drop_duplicates("name")[["name"]].assign(
        zone=county.cells["zone"].to_numpy()[workers.drop_duplicates("name")["cell"]]
    )
    return workers, worker_of_cell, staff


def _zone_roles(county: County, units: pd.DataFrame, leaders: list[str], deputies: list[str]) -> pd.DataFrame:
    start = np.datetime64(f"{facts()['place']['last_day'].year}-03-01", "D")
    rows: list[tuple[int, str, str]] = []
    for zone in range(len(county.zones)):
        rows.append((zone, "片长", leaders[zone]))
        rows += [(zone, "副片长", name) for name in deputies[2 * zone : 2 * zone + 2]]
        rows += [(zone, "成员单位", str(name)) for name in units.loc[units["zone"] == zone, "name"]]
    frame = pd.DataFrame(rows, columns=["zone", "role", "party"])
    return frame.assign(valid_from=start, valid_to=np.datetime64("NaT", "D"))
