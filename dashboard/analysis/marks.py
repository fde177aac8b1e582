"""Holidays and seasons beside the weeks, so that a peak that comes every year is not taken for news."""

from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd

from settings import Mark


def marks(weeks: pd.DatetimeIndex, chosen: Sequence[Mark]) -> pd.Series:
    """Names of the marks that share a day with each week, in the order of `chosen`; an empty tuple: none.

    `weeks`: last days, as from `weekly.by_week`; they are the index of the result.
    """
    ends = [week.date().toordinal() for week in weeks]
    years = range(weeks[0].year - 1, weeks[-1].year + 1) if len(weeks) else range(0)
    spans = [(mark.name, first, last) for mark in chosen for first, last in _spans(mark, years)]
    named = [
        tuple(dict.fromkeys(name for name, first, last in spans if first <= end and last >= end - 6)) for end in ends
    ]
    return pd.Series(named, index=weeks, dtype="object", name="marks")


def _spans(mark: Mark, years: range) -> Iterator[tuple[int, int]]:
    """First and last days as ordinals: of every year, or once where the year is told."""
    if len(mark.begins) > len("MM-DD"):
        yield date.fromisoformat(mark.begins).toordinal(), date.fromisoformat(mark.ends).toordinal()
        return
    for year in years:
        yield _day(year, mark.begins), _day(year + (mark.ends < mark.begins), mark.ends)


def _day(year: int, text: str) -> int:
    """29 February is the 28th in other years."""
    month, day = (int(part) for part in text.split("-"))
    is_leap = pd.Timestamp(year, 1, 1).is_leap_year
    return date(year, month, 28 if (month, day) == (2, 29) and not is_leap else day).toordinal()
