"""Dates as people write them → local wall-clock time; and local time → UTC. Whole columns at a time."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.clean.spellings import UTC_MARK, in_digits, is_number, layout_of, read_parts, shapes
from etl.clean.values import distinct_text, is_empty
from etl.messages import Note

YEARS = (1949, 2100)
"""Years a ledger of this field can speak of; anything else is a slip of the finger."""
_NEAR_YEARS = 20
"""How far from the present a year of two digits may be: 26.11.5 is a day of 2026, 75.3.2 nobody can tell."""
_EXCEL_ZERO = np.datetime64("1899-12-30", "s")
_EXCEL_DAYS = (18_264, 73_415)  # the serials of YEARS
_CHINA_AHEAD = np.timedelta64(8 * 3600, "s")
_NOT_A_TIME = np.datetime64("NaT", "s")


@dataclass
class Dates:
    """A column read as dates, aligned with it by position."""

    local: np.ndarray
    """`datetime64[s]`, the wall clock of the place; NaT where there is none."""
    has_time: np.ndarray
    """False for a day without a time of day (its `local` is midnight)."""
    is_bad: np.ndarray
    """Something is written there that is no date."""
    notes: list[Note] = field(default_factory=list)
    is_beyond: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    """A day is written there, but of no year of `YEARS`; `is_bad` too."""

    @property
    def days(self) -> np.ndarray:
        """`datetime64[s]` at midnight."""
        return self.local.astype("datetime64[D]").astype("datetime64[s]")


def day_numbers(moments: np.ndarray) -> np.ndarray:
    """Days since 1970 of `datetime64` as float64, NaN for NaT: what identities are made of."""
    return np.where(np.isnat(moments), np.nan, moments.astype("datetime64[D]").astype("int64").astype(float))


def read_dates(values: pd.Series, *, time_zone: str, declared: str | None = None) -> Dates:
    """The column as local wall-clock time.

    Takes datetimes, Excel serials, numbers such as 20261103, seconds or milliseconds since 1970, and texts of the usual
    spellings, also all of them in one column. `declared` is a `strptime` format tried first; its order of day and month
    also decides for `11/03/2026`. Without it the column decides (a value above 12), else month first, and a note
    says so.

    >>> found = read_dates(pd.Series(["2026年11月3日", "2026-11-31"]), time_zone="Asia/Shanghai")
    >>> found.local.astype(str).tolist(), found.is_bad.tolist()
    (['2026-11-03T00:00:00', 'NaT'], [False, True])
    """
    found = Dates(np.full(len(values), _NOT_A_TIME), np.zeros(len(values), bool), np.zeros(len(values), bool))
    found.is_beyond = np.zeros(len(values), bool)
    for kind, where, part in _by_kind(values):
        if kind == "datetime":
            _take_datetimes(found, where, part, time_zone)
        elif kind == "number":
            _take_numbers(found, where, part.astype(float), time_zone)
        else:
            _take_texts(found, where, part, time_zone, declared)
    return found


def not_before(later: Dates, earlier: np.ndarray) -> np.ndarray:
    """`later.local`; a day without a time is not before what happened earlier on that day."""
    same_day = ~later.has_time & (later.local == earlier.astype("datetime64[D]").astype("datetime64[s]"))
    return np.where(same_day, earlier, later.local)


def to_utc(local: np.ndarray, time_zone: str) -> np.ndarray:
    """Local wall-clock times as UTC, both `datetime64[s]`.

    An hour that comes twice when the clocks go back is taken for the first; one that is skipped, for the next moment
    that exists.
    """
    if _is_plain_china(local, time_zone):
        return local - _CHINA_AHEAD
    index = pd.DatetimeIndex(local)
    aware = index.tz_localize(time_zone, ambiguous=np.ones(len(index), bool), nonexistent="shift_forward")
    return aware.tz_convert("UTC").tz_localize(None).as_unit("s").to_numpy()


def to_local(utc: np.ndarray, time_zone: str) -> np.ndarray:
    """UTC as the place's wall clock, both `datetime64[s]`."""
    if _is_plain_china(utc, time_zone):
        return utc + _CHINA_AHEAD
    index = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(time_zone)
    return index.tz_localize(None).as_unit("s").to_numpy()


def _is_plain_china(moments: np.ndarray, time_zone: str) -> bool:
    """Whether eight hours are the whole difference: in China no clock has changed since 1991."""
    return time_zone == "Asia/Shanghai" and not (moments < np.datetime64("1992-01-02", "s")).any()


def _by_kind(values: pd.Series) -> Iterator[tuple[str, np.ndarray, Any]]:
    """The column's parts of one kind each: (kind, positions, values); empty cells belong to none."""
    present = np.flatnonzero(values.notna().to_numpy())
    if pd.api.types.is_datetime64_any_dtype(values):
        yield "datetime", present, values.iloc[present]
    elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        yield "number", present, values.iloc[present].to_numpy(float)
    elif pd.api.types.is_object_dtype(values):
        cells = values.to_numpy(object)[present]
        has_clock = np.fromiter((hasattr(cell, "year") for cell in cells), bool, len(cells))
        is_numeric = np.fromiter((isinstance(cell, (int, float, np.number)) for cell in cells), bool, len(cells))
        if has_clock.any():
            times = pd.to_datetime(pd.Series(cells[has_clock]), utc=False, errors="coerce")
            yield "datetime", present[has_clock], times
        if is_numeric.any():
            yield "number", present[is_numeric], cells[is_numeric].astype(float)
        is_text = ~has_clock & ~is_numeric
        if is_text.any():
            yield "text", present[is_text], pd.Series(cells[is_text]).astype("str")
    elif len(present):
        yield "text", present, values.iloc[present]


def _take_datetimes(found: Dates, where: np.ndarray, values: pd.Series, time_zone: str) -> None:
    if values.dt.tz is not None:
        values = values.dt.tz_convert(time_zone).dt.tz_localize(None)
    local = values.to_numpy().astype("datetime64[s]")
    found.local[where] = local
    # A spreadsheet keeps a day as midnight of that day.
    found.has_time[where] = local != local.astype("datetime64[D]")
    _refuse_years(found, where)


def _take_numbers(found: Dates, where: np.ndarray, values: np.ndarray, time_zone: str) -> None:
    local = np.full(len(values), _NOT_A_TIME)
    has_time = np.zeros(len(values), bool)
    is_serial = (values >= _EXCEL_DAYS[0]) & (values < _EXCEL_DAYS[1])
    seconds = np.round(values[is_serial] * 86_400).astype("int64")
    local[is_serial] = _EXCEL_ZERO + seconds.astype("timedelta64[s]")
    has_time[is_serial] = seconds % 86_400 != 0
    compact = (values >= 19_000_000) & (values < 22_000_000) & (values == np.floor(values))
    number = values[compact].astype("int64")
    local[compact] = _assemble(number // 10_000, number // 100 % 100, number % 100)[0]
    for per_second in (1, 1000):
        # Exports of web systems write seconds or milliseconds since 1970, in UTC.
        instant = values / per_second
        is_instant = (instant >= 1e9) & (instant < 4.2e9)
        utc = np.datetime64(0, "s") + instant[is_instant].astype("int64").astype("timedelta64[s]")
        local[is_instant] = to_local(utc, time_zone)
        has_time[is_instant] = True
    found.local[where], found.has_time[where] = local, has_time
    found.is_bad[where] = np.isnat(local)
    _refuse_years(found, where)


def _note_serials(found: Dates, where: np.ndarray, values: np.ndarray) -> None:
    """A spreadsheet that saves a date as plain number writes such serials into a CSV; a slip looks the same."""
    is_serial = (values >= _EXCEL_DAYS[0]) & (values < _EXCEL_DAYS[1])
    if is_serial.any():
        at = np.flatnonzero(is_serial)[0]
        told = {"rows": int(is_serial.sum()), "found": f"{values[at]:g}" if values[at] % 1 else str(int(values[at]))}
        found.notes.append(("dates_from_serials", told | {"day": str(found.local[where[at]].astype("datetime64[D]"))}))


def _take_texts(found: Dates, where: np.ndarray, values: pd.Series, time_zone: str, declared: str | None) -> None:
    codes, texts = distinct_text(values, fold=True)
    texts = pc.utf8_upper(in_digits(texts))
    parts = {name: np.zeros(len(texts), "int32") for name in ("y", "m", "d", "H", "M", "S", "shift")}
    is_read, has_time, is_open, is_short = (np.zeros(len(texts), bool) for _ in range(4))
    numbers: list[int] = []
    for positions, matrix, shape in shapes(texts):
        if is_number(shape):
            numbers.extend(positions.tolist())
            continue
        layout = layout_of(shape, declared)
        if layout is None:
            continue
        is_read[positions] = True
        has_time[positions] = "H" in layout.spans
        is_open[positions] = "a" in layout.spans
        is_short[positions] = "y2" in layout.spans
        for name, column in read_parts(layout, matrix).items():
            parts[name][positions] = column
    local, good = _decide(parts, is_open, found, declared, counts=np.bincount(codes, minlength=len(texts)))
    has_shift = parts["shift"] != 0
    if has_shift.any():
        utc = local[has_shift] - (parts["shift"][has_shift] - UTC_MARK).astype("int64").astype("timedelta64[s]")
        local[has_shift] = to_local(utc, time_zone)
    is_read &= good
    if "%y" not in (declared or ""):
        is_read &= ~is_short | (np.abs(parts["y"] - dt.datetime.now(dt.UTC).year) <= _NEAR_YEARS)
    local[~is_read] = _NOT_A_TIME
    has_time &= is_read
    says_time = re.search("%[HI]", declared or "") is not None
    if not says_time and has_time.sum() > 1 and _are_midnights(local[has_time]):
        has_time[:] = False  # a system that writes 00:00:00 behind every day
    found.local[where], found.has_time[where] = local[codes], has_time[codes]
    odd = np.flatnonzero(~is_read)
    is_read[odd] = is_empty(texts.take(pa.array(odd)))
    found.is_bad[where] = ~is_read[codes]
    if numbers:  # serials and instants that a CSV carries as text
        value = np.full(len(texts), np.nan)
        value[numbers] = pc.cast(texts.take(pa.array(numbers)), pa.float64()).to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(~np.isnan(value[codes]))
        _take_numbers(found, where[rows], value[codes[rows]], time_zone)
        _note_serials(found, where[rows], value[codes[rows]])
    _refuse_years(found, where)


def _decide(
    parts: dict[str, np.ndarray], is_open: np.ndarray, found: Dates, declared: str | None, *, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Dates from their parts, day and month told apart where the spelling leaves them open."""
    month, day = parts["m"], parts["d"]
    if is_open.any():
        first_is_day, second_is_day = is_open & (month > 12), is_open & (day > 12)
        says = "%d" in (declared or "") and "%m" in (declared or "")
        if says:
            day_first = (declared or "").index("%d") < (declared or "").index("%m")
        else:
            day_first = bool(first_is_day.any()) and int(first_is_day.sum()) >= int(second_is_day.sum())
        turned = (is_open & ~second_is_day) if day_first else first_is_day
        if not says and not (first_is_day.any() or second_is_day.any()):
            found.notes.append(("dates_month_first_assumed", {"rows": int(counts[is_open].sum())}))
        elif first_is_day.any() and second_is_day.any():
            found.notes.append(("dates_both_orders", {"rows": int(counts[is_open].sum())}))
        month, day = np.where(turned, day, month), np.where(turned, month, day)
    local, good = _assemble(parts["y"], month, day)
    hour, minute, second = parts["H"], parts["M"], parts["S"]
    is_midnight_after = (hour == 24) & (minute == 0) & (second == 0)  # 24:00, the usual end of a deadline
    good &= ((hour < 24) | is_midnight_after) & (minute < 60) & (second < 60)
    return local + (hour * 3600 + minute * 60 + second).astype("int64").astype("timedelta64[s]"), good


def _are_midnights(local: np.ndarray) -> bool:
    return all((part == part.astype("datetime64[D]")).all() for part in (local[:1000], local[1000:]))


def _assemble(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`datetime64[s]` and whether there is such a day."""
    good = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    # Of a million moments there are a few thousand days.
    code, each = pd.factorize(np.where(good, (year.astype("int64") * 12 + month - 1) * 32 + day, 0))
    first = (each // 32 - 1970 * 12).astype("datetime64[M]")
    date = first.astype("datetime64[D]") + (each % 32 - 1)
    is_day = date.astype("datetime64[M]") == first
    local = np.where(is_day, date.astype("datetime64[s]"), _NOT_A_TIME)[code]
    good &= is_day[code]
    local[~good] = _NOT_A_TIME
    return local, good


def _refuse_years(found: Dates, where: np.ndarray) -> None:
    first, end = (np.datetime64(f"{year}-01-01", "s") for year in (YEARS[0], YEARS[1] + 1))
    odd = (found.local[where] < first) | (found.local[where] >= end)
    found.local[where[odd]] = _NOT_A_TIME
    found.is_bad[where[odd]] = found.is_beyond[where[odd]] = True
