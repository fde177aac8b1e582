"""A town of 3 × 3 cells of 100 m that can be worked out on paper, and a county of any size for measurements.

north   ┌────┬────┬────┐ 300 m     zone 999900001 北片区: C1 C2 C3
        │ C1 │ C2 │ C3 │           zone 999900002 南片区: C4 … C9 and the river, 50 m south of them, in no cell
        ├────┼────┼────┤           x, y in metres from (500,000, 4,210,000) in EPSG:4547
        │ C4 │ C5 │ C6 │
        ├────┼────┼────┤           The latest moment is Friday 2026-03-20 12:00 in Shanghai; weeks end on Sunday,
        │ C7 │ C8 │ C9 │           so the default period is 2026-02-23 … 2026-03-22.
        └────┴────┴────┘ 0
          river          -50
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyproj
import shapely
import sqlalchemy as sa

from etl import schema
from etl.database import file_of

PLACE = "999900"
CRS = "EPSG:4547"
X0, Y0 = 500_000.0, 4_210_000.0
SHANGHAI = ZoneInfo("Asia/Shanghai")
NORTH, SOUTH = "999900001", "999900002"
CELLS = tuple(f"C{number}" for number in range(1, 10))
MOMENT = datetime(2026, 3, 20, 12, tzinfo=SHANGHAI).astimezone(UTC)
OWN = {"place": PLACE, "created_run": 1, "changed_run": 1, "source_id": 1}

_TO_DEGREES = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def at(text: str) -> datetime | None:
    """ "03-05 10:00" or "2026-03-05 10:00:00" in Shanghai → UTC; a day alone is a deadline, 23:59:59; "" → None."""
    if not text:
        return None
    text = text if text.startswith("20") else f"2026-{text}"
    text = text if " " in text else f"{text} 23:59:59"
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


# code, (x, y), cell, zone, category, source, unit, state, reported, due, closed, reopened, flags
_PROBLEMS: tuple[tuple[Any, ...], ...] = (
    # closed on time; closed late
    ("p01", (50, 250), "C1", NORTH, "市容", "巡查", "城管局", "closed", "03-02 09:00", "03-06", "03-05 10:00", ""),
    ("p02", (60, 250), "C1", NORTH, "市容", "巡查", "城管局", "closed", "03-02 09:30", "03-06", "03-10 10:00", ""),
    # open past the deadline
    ("p03", (150, 250), "C2", NORTH, "垃圾", "巡查", "环卫所", "in_progress", "03-09 08:00", "03-13", "", ""),
    # open, deadline ahead
    ("p04", (150, 150), "C5", SOUTH, "垃圾", "督查", "环卫所", "assigned", "03-18 08:00", "03-25", "", ""),
    # deferred past its deadline: not due, shown apart, open and past the deadline all the same
    ("p05", (150, 160), "C5", SOUTH, "垃圾", "督查", "城管局", "deferred", "03-03 08:00", "03-10", "", ""),
    # no deadline
    ("p06", (160, 150), "C5", SOUTH, "市容", "巡查", "城管局", "reported", "03-16 08:00", "", "", ""),
    # closed on time, then reopened
    ("p07", (160, 160), "C5", SOUTH, "市容", "巡查", "环卫所", "in_progress", "02-25 08:00", "03-04", "03-03 10:00",
     "03-12 10:00"),
    # due in the period, closed on time before it
    ("p08", (250, 50), "C9", SOUTH, "垃圾", "投诉", "环卫所", "closed", "02-10 08:00", "02-27", "02-20 10:00", ""),
    # due before the period, closed late in it
    ("p09", (260, 50), "C9", SOUTH, "垃圾", "投诉", "城管局", "closed", "01-05 08:00", "01-20", "02-25 10:00", ""),
    # in the river: in a zone, in no cell; submitted is open
    ("p10", (150, -25), None, SOUTH, "水面", "巡查", "环卫所", "submitted", "03-10 08:00", "03-17", "", ""),
    # outside all zones; closed in the last second of its deadline
    ("p11", (400, 150), None, None, "市容", "督查", "城管局", "closed", "03-11 08:00", "03-18", "03-18 23:59:59", ""),
    # without coordinates; due later today
    ("p12", None, None, None, "市容", "投诉", None, "reported", "03-12 08:00", "03-20", "", ""),
    # closed before reported
    ("p13", (50, 150), "C4", SOUTH, "市容", "巡查", "城管局", "closed", "03-14 08:00", "03-19", "03-13 08:00", "",
     "conflict"),
    # on a default point
    ("p14", (250, 150), "C6", SOUTH, "垃圾", "投诉", "城管局", "reported", "03-17 08:00", "03-30", "", "", "default"),
    ("p15", (250, 150), "C6", SOUTH, "市容", "投诉", "城管局", "reported", "03-17 09:00", "03-30", "", "", "default"),
    # reported at the very moment
    ("p16", (250, 250), "C3", NORTH, "市容", "投诉", "城管局", "reported", "03-20 12:00", "03-27", "", ""),
)  # fmt: skip


def problems() -> list[dict[str, Any]]:
    """The town's problems as rows of the table."""
    rows = []
    for code, point, cell, zone, category, source, unit, state, reported, due, closed, reopened, *flags in _PROBLEMS:
        lon, lat = degrees(*point) if point else (None, None)
        rows.append(
            OWN | {
                "code": code, "category": category, "source": source, "state": state, "reported_at": at(reported),
                "due_at": at(due), "closed_at": at(closed), "reopened_at": at(reopened), "unit": unit,
                "work_group": None, "is_listed": code == "p03", "description": f"{category}问题 {code}",
                "address": f"示范路 {code[1:]} 号", "lon": lon, "lat": lat, "cell": cell, "zone": zone,
                "is_default_point": "default" in flags, "has_dates_in_conflict": "conflict" in flags,
            }
        )  # fmt: skip
    return rows


def degrees(x_m: float, y_m: float) -> tuple[float, float]:
    """Metres of the town → lon, lat."""
    lon, lat = _TO_DEGREES.transform(X0 + x_m, Y0 + y_m)
    return float(lon), float(lat)


def box(x_m: float, y_m: float, width_m: float = 100, height_m: float = 100) -> shapely.MultiPolygon:
    """A rectangle of the town from its south-west corner, in EPSG:4326."""
    corners = [(x_m, y_m), (x_m + width_m, y_m), (x_m + width_m, y_m + height_m), (x_m, y_m + height_m)]
    return shapely.MultiPolygon([shapely.Polygon([degrees(*corner) for corner in corners])])


def town_rows() -> dict[sa.Table, list[dict[str, Any]]]:
    """Every table's rows; polygons as shapely, moments as datetimes."""
    corner = {code: (100 * (number % 3), 200 - 100 * (number // 3)) for number, code in enumerate(CELLS)}
    cells = [
        OWN | {
            "code": code, "name": f"网格 {code[1:]}", "zone": NORTH if number < 3 else SOUTH, "is_zone_declared": True,
            "setting": "old_town" if number < 6 else "new_town", "people": 100 * (number + 1), "shopfronts": number,
            "valid_from": None, "valid_to": None, "area_m2": 10_000.0, "geometry": box(*corner[code]),
        }
        for number, code in enumerate(CELLS)
    ]  # fmt: skip
    facilities = [
        OWN | {
            "code": code, "kind": kind, "subkind": None, "name": name, "grade": None, "status": status,
            "capacity": None, "floor_area_m2": None, "opened_on": opened, "address": None, "unit": None,
            "lon": degrees(*point)[0], "lat": degrees(*point)[1], "cell": cell, "zone": zone,
        }
        for code, kind, name, status, opened, point, cell, zone in (
            ("f1", "toilet", "中心公厕", "in_use", None, (150, 150), "C5", SOUTH),
            ("f2", "toilet", "旧公厕", "closed", None, (50, 250), "C1", NORTH),
            ("f3", "toilet", "拟建公厕", "planned", None, (250, 250), "C3", NORTH),
            ("f4", "market", "东南市场", None, None, (250, 50), "C9", SOUTH),
            ("f5", "market", "明年市场", "in_use", date(2027, 1, 1), (50, 50), "C7", SOUTH),
        )
    ]  # fmt: skip
    parties = [
        OWN | {
            "code": code, "name": name, "is_person": is_person, "class": class_, "unit": unit, "zone": zone,
            "post": post, "phone": None,
        }
        for code, name, is_person, class_, unit, zone, post in (
            ("l1", "赵北", True, None, "县政府", None, "副县长"),
            ("l2", "钱南", True, None, "县政府", None, "县委常委"),
            ("d1", "孙副", True, None, "城管局", None, "局长"),
            ("w1", "李一", True, None, "环卫所", None, None),
            ("w2", "周二", True, None, "环卫所", None, None),
            ("w3", "吴三", True, None, "环卫所", None, None),
            ("w4", "郑四", True, None, "环卫所", None, None),
            ("u1", "城管局", False, "department", None, NORTH, None),
            ("u2", "环卫所", False, "zone_member", None, SOUTH, None),
        )
    ]  # fmt: skip
    terms: tuple[tuple[str, str, str, str, date | None, date | None], ...] = (
        ("zone", NORTH, "leader", "l1", date(2026, 1, 1), None),
        ("zone", NORTH, "deputy", "d1", date(2026, 1, 1), None),
        ("zone", NORTH, "member_unit", "u1", None, None),
        ("zone", SOUTH, "leader", "l2", date(2026, 1, 1), date(2026, 3, 20)),  # its last day is the moment's
        ("zone", SOUTH, "member_unit", "u2", None, None),
        *(("cell", code, "grid_worker", "w1", date(2026, 1, 1), None) for code in ("C1", "C2", "C4")),
        ("cell", "C5", "grid_worker", "w2", date(2026, 1, 1), date(2026, 3, 19)),  # ended the day before
        ("cell", "C3", "grid_worker", "w3", date(2026, 3, 21), None),  # begins the day after
        *(("cell", code, "grid_worker", "w4", None, None) for code in ("C6", "C7", "C8")),
        ("cell", "C9", "leader", "l2", None, None),  # a leader is no grid worker
    )
    assignments = [
        OWN | {
            "code": f"a{number}", "target_layer": layer, "target": target, "role": role, "party": party,
            "valid_from": begins, "valid_to": ends,
        }
        for number, (layer, target, role, party, begins, ends) in enumerate(terms)
    ]  # fmt: skip
    visits = [
        OWN | {
            "code": f"v{number}", "visited_at": at(moment), "party": "w1", "cell_named": cell, "lon": None,
            "lat": None, "cell": cell, "zone": zone,
        }
        for number, (moment, cell, zone) in enumerate((
            ("03-10 09:00", "C1", NORTH), ("03-11 09:00", "C1", NORTH), ("02-10 09:00", "C2", NORTH),
            ("03-19 09:00", "C3", NORTH), ("02-23 00:00:00", "C4", SOUTH), ("03-20 11:00", "C5", SOUTH),
            ("02-22 23:59:59", "C7", SOUTH), ("03-15 09:00", None, SOUTH),
        ))
    ]  # fmt: skip
    started = datetime(2026, 3, 20, 9, tzinfo=UTC)
    return {
        schema.place: [
            {"code": PLACE, "name": "示范县", "time_zone": "Asia/Shanghai", "measure_crs": CRS, "week_ends": "sunday"}
        ],
        schema.zone: [
            OWN | {"code": NORTH, "name": "北片区", "area_m2": 30_000.0, "geometry": box(0, 200, 300, 100)},
            OWN | {"code": SOUTH, "name": "南片区", "area_m2": 75_000.0, "geometry": box(0, -50, 300, 250)},
        ],
        schema.cell: cells,
        schema.base_feature: [OWN | {"code": "b1", "kind": "water", "name": "河", "geometry": box(0, -50, 300, 50)}],
        schema.party: parties,
        schema.facility: facilities,
        schema.assignment: assignments,
        schema.campaign: [
            OWN | {"code": "k1", "name": "三月攻坚周", "starts_on": date(2026, 3, 9), "ends_on": date(2026, 3, 15),
                   "zones": None}
        ],
        schema.problem: problems(),
        schema.visit: visits,
        schema.exposure: [
            OWN | {"code": "e1", "media": "县电视台", "title": "河边垃圾", "exposed_at": at("03-11 20:00"),
                   "zone": SOUTH, "unit": "环卫所", "problem": "p10"}
        ],
        # Out at the moment: all but n6; back: n1, n2 (late), n5 (before it was sent); past the date: n3.
        schema.notice: [
            OWN | {"code": code, "subject": f"{code} 号督办事项", "unit": unit, "zone": zone, "problem": problem,
                   "sent_at": at(sent), "due_at": at(due), "back_at": at(back)}
            for code, unit, zone, problem, sent, due, back in (
                ("n1", "城管局", NORTH, "p01", "03-02 10:00", "03-06", "03-05 10:00"),
                ("n2", "城管局", NORTH, "p02", "03-03 10:00", "03-10", "03-16 10:00"),
                ("n3", "环卫所", NORTH, "p03", "03-09 10:00", "03-14", ""),
                ("n4", "环卫所", SOUTH, None, "03-17 10:00", "03-25", ""),
                ("n5", "环卫所", SOUTH, None, "03-11 10:00", "", "03-10 10:00"),
                ("n6", None, None, None, "03-20 13:00", "03-27", ""),
            )
        ],
        schema.load_run: [
            {"place": PLACE, "run": 1, "kind": "load", "undoes": None, "started_at": started,
             "finished_at": started + timedelta(seconds=3)}
        ],
        schema.load_source: [
            {"place": PLACE, "id": 1, "run": 1, "path": "台账/市容.xlsx", "entry": "台账/*.xlsx", "sha256": "0" * 64,
             "declaration": "{}", "layer": "problems", "read": 18, "accepted": 16, "refused": 1, "duplicates": 1,
             "new": 16, "changed": 0, "unchanged": 0, "gone": 0, "coordinates": "gcj02", "notes": "[]"}
        ],
        schema.refused_row: [
            {"place": PLACE, "source_id": 1, "number": 1, "sheet": "台账", "row_number": 7,
             "row": '{"发现时间": "2026-13-45"}', "reasons": '[["no_reported_at", {"found": "2026-13-45"}]]'}
        ],
    }  # fmt: skip


def write_town(engine: sa.Engine, rows: Mapping[sa.Table, Sequence[dict[str, Any]]] | None = None) -> None:
    """Make the file and the tables and fill them, straight through SQLAlchemy."""
    path = file_of(engine)
    if path is not None:
        path.touch()
    schema.metadata.create_all(engine)
    insert(engine, town_rows() if rows is None else rows)


def insert(engine: sa.Engine, rows: Mapping[sa.Table, Sequence[dict[str, Any]]]) -> None:
    """Rows of `town_rows` into their tables."""
    with engine.begin() as connection:
        for table, values in rows.items():
            if values:
                connection.execute(sa.insert(table), [_stored(row) for row in values])


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: shapely.to_wkb(value) if isinstance(value, shapely.Geometry) else value for name, value in row.items()
    }


def fake_county(engine: sa.Engine, *, cells: int = 1000, problems: int = 5000, seed: int = 7, weeks: int = 26) -> None:
    """A county of square cells of 100 m in 13 zones, with random problems, visits, workers and 37 toilets, 21 markets.

    Ends on 2026-03-20 12:00 in Shanghai. One problem in twenty lies outside all zones, one in fifty has no deadline.
    """
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(cells)))
    zone_of = np.minimum(np.arange(cells) // side * 13 // side, 12)
    rows = town_rows()
    zone_codes = [f"{PLACE}{number + 1:03d}" for number in range(13)]
    cell_codes = [f"{PLACE}{zone_of[i] + 1:03d}001{i:03d}" if cells < 1000 else f"{PLACE}{i:09d}" for i in range(cells)]
    boxes = [box(100.0 * (i % side), 100.0 * (side - i // side)) for i in range(cells)]
    rows[schema.zone] = [
        OWN | {"code": code, "name": f"第{number + 1}片区", "area_m2": None,
               "geometry": _multi(shapely.union_all([boxes[i] for i in np.flatnonzero(zone_of == number)]))}
        for number, code in enumerate(zone_codes) if (zone_of == number).any()
    ]  # fmt: skip
    blank = town_rows()[schema.cell][0]
    rows[schema.cell] = [
        blank | {"code": cell_codes[i], "name": f"网格{i + 1}", "zone": zone_codes[zone_of[i]], "geometry": boxes[i]}
        for i in range(cells)
    ]
    person = town_rows()[schema.party][3]
    workers = max(cells // 6, 1)
    rows[schema.party] += [person | {"code": f"g{i}", "name": f"网格员{i + 1}"} for i in range(workers)]
    rows[schema.assignment] = [
        OWN | {"code": f"g{i}", "target_layer": "cell", "target": cell_codes[i], "role": "grid_worker",
               "party": f"g{i % workers}", "valid_from": date(2025, 1, 1), "valid_to": None}
        for i in range(cells) if i % 40
    ]  # fmt: skip
    facility = town_rows()[schema.facility][0]
    places = rng.uniform(0, 100 * side, (58, 2))
    rows[schema.facility] = [
        facility | {"code": f"f{i}", "kind": "toilet" if i < 37 else "market", "name": f"设施{i}",
                    **dict(zip(("lon", "lat"), degrees(*places[i]), strict=True))}
        for i in range(58)
    ]  # fmt: skip
    rows[schema.visit] = rows[schema.exposure] = rows[schema.notice] = rows[schema.problem] = []
    write_town(engine, rows)
    _write_many(engine, rng, cell_codes, [zone_codes[z] for z in zone_of], side, problems, weeks)


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return shape if isinstance(shape, shapely.MultiPolygon) else shapely.MultiPolygon([shape])


def _write_many(
    engine: sa.Engine, rng: np.random.Generator, cells: list[str], zones: list[str], side: int, count: int, weeks: int
) -> None:
    """Random problems, and about a visit a cell and week, in chunks."""
    end, day = int(MOMENT.timestamp()), 86_400
    categories, sources = [f"类别{i}" for i in range(12)], ["摸底", "督查", "巡查", "投诉", "12345", "随手拍"]
    states = ["reported", "assigned", "escalated", "in_progress", "submitted", "deferred"]
    visits = len(cells) * weeks
    kept = town_rows()[schema.visit][0]
    for first in range(0, visits, 50_000):
        size = min(50_000, visits - first)
        where = rng.integers(0, len(cells), size)
        when = end - rng.integers(0, weeks * 7 * day, size)
        insert(engine, {schema.visit: [
            kept | {"code": f"v{first + i}", "visited_at": datetime.fromtimestamp(int(when[i]), UTC),
                    "cell_named": cells[where[i]], "cell": cells[where[i]], "zone": zones[where[i]]}
            for i in range(size)
        ]})  # fmt: skip
    row = problems()[0]
    for first in range(0, count, 50_000):
        size = min(50_000, count - first)
        where = np.where(rng.random(size) < 0.05, -1, (rng.random(size) ** 2 * len(cells)).astype(int))
        x = np.where(where < 0, -500, where % side * 100.0) + rng.uniform(0, 100, size)
        y = (side - where // side) * 100.0 + rng.uniform(0, 100, size)
        lon, lat = _TO_DEGREES.transform(X0 + x, Y0 + y)
        reported = end - rng.integers(0, weeks * 7 * day, size)
        due = reported + rng.integers(1, 15, size) * day
        closed = reported + (rng.exponential(6, size) * day).astype(np.int64)
        reopened = np.where(rng.random(size) < 0.03, closed + 3 * day, end + 1)
        no_deadline, units, kinds = rng.random(size) < 0.02, rng.integers(0, 60, size), rng.integers(0, 12, size)
        is_closed = (closed <= end) & (reopened > end)
        insert(engine, {schema.problem: [
            row | {
                "code": f"q{first + i}", "category": categories[kinds[i]], "source": sources[i % 6],
                "state": "closed" if is_closed[i] else states[i % 6], "unit": f"单位{units[i]}",
                "reported_at": datetime.fromtimestamp(int(reported[i]), UTC),
                "due_at": None if no_deadline[i] else datetime.fromtimestamp(int(due[i]), UTC),
                "closed_at": datetime.fromtimestamp(int(closed[i]), UTC) if closed[i] <= end else None,
                "reopened_at": datetime.fromtimestamp(int(reopened[i]), UTC) if reopened[i] <= end else None,
                "lon": float(lon[i]), "lat": float(lat[i]),
                "cell": None if where[i] < 0 else cells[where[i]], "zone": None if where[i] < 0 else zones[where[i]],
            }
            for i in range(size)
        ]})  # fmt: skip
