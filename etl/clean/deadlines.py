"""Deadlines as offices write them: dates, dates without a year, spans from the report, ends of months."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.clean import values
from etl.clean.as_json import joined
from etl.clean.dates import Dates
from etl.clean.draft import Draft
from etl.clean.spellings import in_digits, numeral

_DAY = np.timedelta64(1, "D")
_LAST_SECOND = np.timedelta64(86_399, "s")
_NEVER = np.datetime64("NaT", "s")
_BY = "(?:之前|以前|前完成|前办结|前|止)"
_SPAN = (
    r"(?i)^(?:限|在|于)?\s*(?P<number>\d{1,4}|[一二两三四五六七八九十]{1,3})\s*个?\s*"
    r"(?P<unit>工作日|working days?|天|日|days?|d|小时|hours?|h|周|星期|礼拜|weeks?)"
    r"\s*(?:之内|以内|内)?(?:完成|办结|整改)?$"
)
_SAME_DAY = r"^(?:当天|当日|即日|same day)(?:内|完成|办结)?$"
_NO_YEAR = rf"^(?P<month>\d{{1,2}})\s*[月./-]\s*(?P<day>\d{{1,2}})\s*[日号]?{_BY}?$"
_MONTH_END = rf"^(?:(?P<year>\d{{4}})年)?(?P<month>\d{{1,2}})?月底{_BY}?$"
_YEAR_END = rf"^(?:(?P<year>\d{{4}}))?年底{_BY}?$"
_ODD = r"(?i)[前止内底天周个]|当日|即日|日$|[时hd]|working|same|week|星期|礼拜|^\d{1,2}\s*[月./-]\s*\d{1,2}$|^\d{1,3}$"
_IN_DAYS = re.compile(r"(?:[(（]\s*|单位[:：]?)(工作日|天|日|days?|working days)\s*[)）]?$", re.IGNORECASE)


def read_deadlines(draft: Draft, reported: Dates) -> np.ndarray:
    """`due_at` as local wall-clock time, `datetime64[s]`; a day without a time is its last second.

    "7天", "24小时", "三日内", "5个工作日" (Monday to Friday; nobody can know the holidays) count from the report, as do
    bare numbers under a heading such as 整改时限（天）. "11月10日前" is the next such day after the report, "11月底"
    the last day of that month. Words without a date (立行立改) are noted, impossible dates refuse their row.
    """
    counted = np.full(len(draft.frame), _NEVER)
    raw = draft.raw("due_at")
    if "due_at" in draft.frame and not pd.api.types.is_datetime64_any_dtype(raw):
        codes, texts = values.distinct_text(raw, fold=True)
        texts = in_digits(texts)
        unit = _IN_DAYS.search(draft.heading("due_at"))
        if pc.any(pc.match_substring_regex(texts, _ODD), min_count=0).as_py():
            if unit:
                bare = pc.match_substring_regex(texts, r"^\d{1,3}$")
                texts = pc.if_else(bare, joined(texts, unit[1]), texts)
            counted = _counted(draft, codes, texts, reported)
            plain = pc.replace_substring_regex(texts, rf"(\d{{4}}.*?){_BY}$", r"\1").take(pa.array(codes))
            left = pd.Series(pd.array(plain, dtype="str"), index=raw.index)
            is_text = ~raw.map(lambda cell: hasattr(cell, "year") or isinstance(cell, int | float)).to_numpy(bool)
            kept = raw.astype(object).where(~is_text, left.astype(object))
            draft.frame = draft.frame.assign(due_at=kept.where(np.isnat(counted), None))
    due = draft.date("due_at", words_allowed=True)
    is_day = ~due.has_time & ~np.isnat(due.local)
    return np.where(np.isnat(counted), np.where(is_day, due.local + _LAST_SECOND, due.local), counted)


def _counted(draft: Draft, codes: np.ndarray, texts: pa.Array, reported: Dates) -> np.ndarray:
    """The deadlines that follow from the report, NaT for others."""
    found = np.full(len(codes), _NEVER)
    day, notes = reported.days, draft.notes
    number, is_hours, is_working = _spans(texts)
    span = number[codes]
    hours, working = is_hours[codes] & ~np.isnan(span), is_working[codes] & ~np.isnan(span)
    days = ~np.isnan(span) & ~hours & ~working
    seconds = np.nan_to_num(span).astype("int64").astype("timedelta64[s]")
    found[hours] = (reported.local + seconds * 3600)[hours]
    # Days run to the same hour, from a report without an hour to the end of the last day.
    whole = day + seconds * 86_400 + _LAST_SECOND
    is_same_day = days & (span == 0)
    found[days] = np.where(reported.has_time & ~is_same_day, reported.local + seconds * 86_400, whole)[days]
    at = working & ~np.isnat(day)
    found[at] = _working(day[at], np.nan_to_num(span[at]).astype("int64"))
    dated = _without_year(texts, codes, day)
    found = np.where(np.isnat(found), dated, found)
    for code, rows in (
        ("deadlines_from_spans", hours | days),
        ("deadlines_from_working_days", working),
        ("deadlines_without_year", ~np.isnat(dated)),
    ):
        if rows.any():
            notes.append((code, {"rows": int(rows.sum())}))
    return found


def _spans(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(number with NaN, is in hours, is in working days) of each text; weeks are days."""
    parts = pc.extract_regex(texts, _SPAN)
    unit = pc.fill_null(pc.utf8_lower(pc.struct_field(parts, "unit")), "").to_numpy(zero_copy_only=False).astype(str)
    number = np.array([_number(text) for text in pc.struct_field(parts, "number").to_pylist()])
    number[pc.match_substring_regex(texts, _SAME_DAY).to_numpy(zero_copy_only=False)] = 0.0
    weeks = np.isin(np.char.rstrip(unit, "s"), ["周", "星期", "礼拜", "week"])
    hours = np.isin(np.char.rstrip(unit, "s"), ["小时", "hour", "h"])
    working = np.char.startswith(unit, "工作日") | np.char.startswith(unit, "working")
    return np.where(weeks, number * 7, number), hours, working


def _number(text: str | None) -> float:
    """7, 三, 十五."""
    return np.nan if text is None else float(numeral(text)) or (0.0 if text.isdecimal() else np.nan)


def _working(day: np.ndarray, number: np.ndarray) -> np.ndarray:
    days = np.busday_offset(day.astype("datetime64[D]"), number, roll="backward")
    return days.astype("datetime64[s]") + _LAST_SECOND


def _without_year(texts: pa.Array, codes: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Last second of days and month ends that say no year: the first at or after the report; NaT for other texts."""
    parts = pc.extract_regex(texts, _NO_YEAR)
    month, date = _numbers(parts, "month")[codes], _numbers(parts, "day")[codes]
    ends, years = pc.extract_regex(texts, _MONTH_END), pc.extract_regex(texts, _YEAR_END)
    is_month_end = pc.is_valid(ends).to_numpy(zero_copy_only=False)[codes]
    is_year_end = pc.is_valid(years).to_numpy(zero_copy_only=False)[codes]
    year = np.fmax(_numbers(ends, "year"), _numbers(years, "year"))[codes]
    this_month = day.astype("datetime64[M]").astype("int64") % 12 + 1.0
    end_month = np.where(np.isnan(_numbers(ends, "month")[codes]), this_month, _numbers(ends, "month")[codes])
    month = np.where(is_year_end, 12.0, np.where(is_month_end, end_month, month))
    is_end = is_month_end | is_year_end
    known = ~np.isnat(day) & (month >= 1) & (month <= 12) & (is_end | ((date >= 1) & (date <= 31)))
    found = np.full(len(codes), _NEVER)
    for later in (0, 1):
        of = np.where(np.isnan(year), day.astype("datetime64[Y]").astype("int64") + 1970 + later, year)
        first = np.where(known, (of - 1970) * 12 + month - 1, 0).astype("int64").astype("datetime64[M]")
        last = (first + 1).astype("datetime64[D]") - _DAY
        on = np.where(
            is_end, last, first.astype("datetime64[D]") + np.where(known & ~is_end, date - 1, 0).astype("int64")
        )
        fits = known & np.isnat(found) & (on.astype("datetime64[M]") == first) & ((on >= day) | ~np.isnan(year))
        found[fits] = on[fits].astype("datetime64[s]") + _LAST_SECOND
    return found


def _numbers(parts: pa.Array, name: str) -> np.ndarray:
    text = pc.struct_field(parts, name)
    return pc.cast(pc.if_else(pc.equal(text, ""), None, text), pa.float64()).to_numpy(zero_copy_only=False)
