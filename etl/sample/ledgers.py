"""Three ledgers of problems with everything that goes wrong in ledgers.

After duplicates are merged and the broken lines refused exactly the problems of `etl.sample.problems` are left.
"""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from etl.coordinates import bd09_from_wgs84, gcj02_from_wgs84
from etl.sample.county import County
from etl.sample.geofiles import Ground
from etl.sample.problems import SOURCES, STATES, Names
from etl.sample.size import facts
from etl.sample.spelling import CHINESE, DOTS, ISO, SLASHES, date_cells, date_texts, full_width, taken

SHEET_ROWS = 20_000
"""A ledger with more rows is sent as CSV."""
DEFAULT_POINT_ROWS = 12
OWN_STATES = ("待派单", "已派单", "已移交专业组", "办理中", "待验收", "延期", "已办结")
"""What the office of the third ledger calls the states, in the order of `etl.sample.problems.STATES`."""


@dataclass(frozen=True)
class Ledger:
    """One ledger: columns by field, as cells (lists, for a workbook) or as texts (Arrow, for a CSV)."""

    columns: dict[str, pa.Array | list[object]]
    extra: list[dict[str, object]]
    """Lines below the last good one: copies and broken ones, by field; a field left out is empty."""

    def rows(self, fields: dict[str, str]) -> list[list[object]]:
        """The extra lines as rows under `fields` (heading by field)."""
        return [[row.get(field) for field in fields] for row in self.extra]


def build_ledger(
    rng: np.random.Generator, county: County, ground: Ground, names: Names, problems: pd.DataFrame, *, number: int
) -> Ledger:
    """Ledger `number` (0, 1, 2) of the problems that belong to it, in the order they were reported."""
    own = problems[problems["ledger"] == number].reset_index(drop=True)
    is_sheet = len(own) <= SHEET_ROWS and number != 1
    own = _story_of_the_few(rng, county, own)
    lon, lat = _written_coordinates(rng, county, ground, own, number)
    street = np.asarray(county.cells["street"], dtype=object)
    place = facts()["place"]["name"] if number == 1 else ""
    streets, where = np.unique(street.astype(str), return_inverse=True)
    columns: dict[str, pa.Array | list[object]] = {
        "no": pa.array(np.arange(1, len(own) + 1)),
        "code": _codes(rng, len(own), number),
        "category": taken(names.categories, own["category"].to_numpy()),
        "source": taken(SOURCES, own["source"].to_numpy()),
        "zone": taken(county.zones["name"].to_numpy(), own["zone"].to_numpy()),
        "address": pc.binary_join_element_wise(
            place, taken(streets, where[own["cell"]]), pa.array(own["house"]).cast(pa.string()), "号", ""
        ),
        "lon": pa.array(lon, from_pandas=True),
        "lat": pa.array(lat, from_pandas=True),
        "description": taken(names.details, own["detail"].to_numpy()),
        "unit": taken(names.units, own["unit"].to_numpy()),
        "work_group": taken(names.work_groups, own["work_group"].to_numpy()),
        "state": taken(OWN_STATES if number == 2 else STATES, own["state"].to_numpy()),
        "is_listed": taken(("否", "是"), np.where(own["is_listed"], 1, np.where(rng.random(len(own)) < 0.7, 0, -1))),
        "notice": notice_number(own["notice"].to_numpy()),
    }
    columns |= _dates(rng, own, number, is_sheet=is_sheet)
    if is_sheet:
        columns = {name: c.to_pylist() if isinstance(c, pa.Array) else c for name, c in columns.items()}
        _blemish(rng, columns)
    return Ledger(columns, _extra_lines(rng, columns, number))


def _story_of_the_few(rng: np.random.Generator, county: County, own: pd.DataFrame) -> pd.DataFrame:
    """Two on the river, two outside all zones, a few closed (as written) before they were reported."""
    xy = own[["x", "y"]].to_numpy(copy=True)
    few = rng.permutation(len(own))[:4]
    if len(few) < 4:
        return own
    river = county.town.streets.river_line
    on_land = shapely.points(xy[few[:2]])
    along = shapely.line_locate_point(river, on_land)
    xy[few[:2]] = shapely.get_coordinates(shapely.line_interpolate_point(river, along))
    xy[few[2:4]] *= 1.25 * county.radius / np.hypot(*xy[few[2:4]].T)[:, None]
    closed, reported = own["closed_at"].to_numpy(copy=True), own["reported_at"].to_numpy()
    wrong = np.flatnonzero(~np.isnat(closed) & own["reopened_at"].isna() & (own["notice"] == 0))[5:200:97]
    closed[wrong] = reported[wrong] - 3 * 86_400
    return own.assign(x=xy[:, 0], y=xy[:, 1], closed_at=closed)


def _written_coordinates(
    rng: np.random.Generator, county: County, ground: Ground, own: pd.DataFrame, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """The two columns as the ledger has them: GCJ-02, swapped, BD-09; some empty, a dozen on the default point."""
    lon, lat = ground.degrees(own[["x", "y"]].to_numpy()).T
    if number == 0:
        lon, lat = gcj02_from_wgs84(lon, lat)
        middle = ground.degrees(shapely.get_coordinates(shapely.point_on_surface(county.town.cells[:1]))).T
        rows = rng.permutation(np.flatnonzero(own["cell"] != 0))[: DEFAULT_POINT_ROWS + 3]
        lon[rows], lat[rows] = (value[0] for value in gcj02_from_wgs84(*middle))
        lon[rows[DEFAULT_POINT_ROWS:]] = lat[rows[DEFAULT_POINT_ROWS:]] = np.nan
    elif number == 1:
        lon, lat = lat, lon
    else:
        lon, lat = bd09_from_wgs84(lon, lat)
    return np.round(lon, 6), np.round(lat, 6)


def _codes(rng: np.random.Generator, number: int, ledger: int) -> pa.Array:
    """Codes in order; three are missing."""
    missing = np.zeros(number, dtype=bool)
    missing[rng.permutation(number)[:3]] = number >= 30
    return pc.if_else(pa.array(missing), None, ledger_code(np.arange(1, number + 1), number, ledger))


def ledger_code(counted: np.ndarray, number: int, ledger: int) -> pa.Array:
    """Codes of a ledger of `number` rows: floats (first), such floats as texts (second), letters and digits (third)."""
    year = facts()["place"]["last_day"].year
    width = max(3, len(str(number + 100)))
    if ledger == 2:
        digits = pc.utf8_lpad(pa.array(counted).cast(pa.string()), width + 1, "0")
        return pc.binary_join_element_wise(f"WJ{year}-", digits, "")
    whole = pa.array((year * 100 + ledger + 1) * 10**width + counted)
    if ledger == 0 and number <= SHEET_ROWS:
        return whole.cast(pa.float64())
    return pc.binary_join_element_wise(whole.cast(pa.string()), "0", ".")


def notice_number(notice: np.ndarray) -> pa.Array:
    """What stands on the notices of these numbers; null for 0, which is none."""
    year = facts()["place"]["last_day"].year
    text = pc.binary_join_element_wise(f"创卫督办〔{year}〕", pa.array(notice).cast(pa.string()), "号", "")
    return pc.if_else(pa.array(notice > 0), text, pa.scalar(None, pa.string()))


def _dates(
    rng: np.random.Generator, own: pd.DataFrame, number: int, *, is_sheet: bool
) -> dict[str, pa.Array | list[object]]:
    result: dict[str, pa.Array | list[object]] = {}
    for field in ("reported_at", "due_at", "closed_at", "reopened_at"):
        values = own["due_on" if field == "due_at" else field].to_numpy().astype("datetime64[s]")
        with_time = field != "due_at"
        if is_sheet:
            result[field] = date_cells(rng, values, with_time=with_time)
        else:
            styles = np.full(len(own), SLASHES) if number == 1 else rng.choice([ISO, SLASHES, CHINESE, DOTS], len(own))
            result[field] = date_texts(values, styles, with_time=with_time)
    return result


def _blemish(rng: np.random.Generator, columns: dict[str, pa.Array | list[object]]) -> None:
    """Stray blanks, full-width digits and letters, a blank where a unit should be."""
    number = len(columns["no"])
    for field, write in (
        ("unit", lambda text: f" {text}"),
        ("zone", lambda text: f"{text}\u3000"),
        ("category", lambda text: f"{text} "),
        ("address", full_width),
        ("code", lambda code: full_width(code) if isinstance(code, str) else code),
        ("unit", lambda _: None),
    ):
        column = list(columns[field])
        columns[field] = column
        for row in rng.permutation(number)[: max(1, number // 60)]:
            column[row] = None if column[row] is None else write(column[row])


def _extra_lines(
    rng: np.random.Generator, columns: dict[str, pa.Array | list[object]], number: int
) -> list[dict[str, object]]:
    """Copies of lines, lines with dates that do not exist, a point in the Gulf of Guinea, and the total."""
    rows = len(columns["no"])

    def line(row: int) -> dict[str, object]:
        return {k: c[row].as_py() if isinstance(c, pa.Array) else c[row] for k, c in columns.items()}

    # A copy of a line without a code would be a problem of its own, the second of two that look alike.
    coded = (line(int(row)) for row in rng.permutation(rows))
    copies = [row | {"no": None} for row in islice((row for row in coded if row["code"]), (3, 1, 3)[number])]
    copies += [] if number == 1 else [_older(next(line(row) for row in range(rows) if _is_closed(line(row))))]
    impossible = (["2026-06-31", "2026年13月5日", "待定"], ["2026/2/30 9:00"], ["2026.9.31", "20261032"])[number]
    broken = [
        line(int(row)) | {"reported_at": text}
        for row, text in zip(rng.integers(rows, size=9), impossible, strict=False)
    ]
    if number == 0:
        broken.append(line(int(rng.integers(rows))) | {"lon": 0.0, "lat": 0.0})
    codes = ledger_code(np.arange(rows + 51, rows + 51 + len(broken)), rows, number).to_pylist()
    lines = [
        row | {"code": code, "no": rows + count, "notice": None}
        for count, (row, code) in enumerate(zip(broken, codes, strict=True), start=1)
    ]
    return copies + lines


def _is_closed(line: dict[str, object]) -> bool:
    return line["code"] is not None and line["closed_at"] is not None and line["reopened_at"] is None


def _older(line: dict[str, object]) -> dict[str, object]:
    """The same problem as it stood before it was closed, left over from an older version of the sheet."""
    return line | {"no": None, "closed_at": None, "state": "整改中"}
