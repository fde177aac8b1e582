"""Coordinates as texts → numbers: decimals, degrees-minutes-seconds, both in one cell, WKT, full-width digits."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.coordinates.datums import Floats

_DECIMAL = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$"
_THOUSANDS = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"
_SIDE = r"(?:北纬|南纬|东经|西经|纬度|经度|[Ll]atitude|[Ll]ongitude|[Ll]at|[Ll]on|[Ll]ng|[NSEWnsew北南东西])"
_ANGLE = (
    rf"^(?P<before>{_SIDE})?\s*[:=]?\s*(?P<sign>[+-])?(?P<degrees>\d{{1,3}}(?:\.\d+)?)\s*"
    r"(?:[°度d:\s]\s*(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*['′’‘分:\s]?\s*)?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:[\"″”“秒]|''|′′|’’)?\s*)?)?"
    rf"(?P<after>{_SIDE})?$"
)
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_PAIRS = (
    rf"(?i)^(?:SRID=\d+;)?\s*POINT\s*Z?M?\s*\(\s*(?P<a>{_NUMBER})\s+(?P<b>{_NUMBER})(?:\s+{_NUMBER})*\s*\)$",
    r"^[(\[]?\s*(?P<a>[^,;、]+?)\s*[,;、]\s*(?P<b>[^,;、]+?)\s*[)\]]?$",
    r"^[(\[]?\s*(?P<a>\S+)\s+(?P<b>[^\s)\]]+)\s*[)\]]?$",
    rf"^(?P<a>{_SIDE}.+?)\s*(?P<b>{_SIDE}.+)$",
    r"^(?P<a>.+[NSEW])\s*(?P<b>\d.*[NSEW])$",
)
_LONGITUDE, _LATITUDE = 1, 2


class Parsed(NamedTuple):
    """Numbers as written, not yet in any datum: `x` is meant as longitude or easting, `y` as latitude or northing."""

    x: Floats
    y: Floats
    is_unreadable: npt.NDArray[np.bool_]
    """Something is written and it is no coordinate (or only half of one); an empty row is NaN and not unreadable."""


class _Numbers(NamedTuple):
    value: Floats
    axis: npt.NDArray[np.int8]
    """1 longitude, 2 latitude, where a letter or word says so; else 0."""
    is_written: npt.NDArray[np.bool_]


def parse(x: pd.Series, y: pd.Series | None = None) -> Parsed:
    """Coordinates of each row, from two columns, or from one that holds both (`114.5,38.0`, `POINT(114.5 38)`).

    In one cell the first number is x, unless letters (N, E, 北纬, 东经) say otherwise; letters also put right two
    columns that were exchanged. Numbers and texts may be mixed in a column. Degrees, minutes and seconds are
    recognised in the usual spellings (38°03′12″N, 38度3分12秒, 北纬38°3.2′). Never raises for a bad text.

    >>> parse(pd.Series(["北纬38°03′00″，东经114°30′"])).x.tolist()
    [114.5]
    """
    if y is None:
        texts = _texts(x)
        first, second = _pairs(texts)
        is_written = _bools(pc.is_valid(texts))
    else:
        first, second = _numbers(x), _numbers(y)
        is_written = first.is_written | second.is_written
        both_in_one = np.flatnonzero(first.is_written & np.isnan(first.value) & ~second.is_written)
        for whole, half in zip((first, second), _pairs(_texts(x.iloc[both_in_one])), strict=True):
            whole.value[both_in_one], whole.axis[both_in_one] = half.value, half.axis
    # Both letters must fit one order: two latitudes are no place, whatever their values.
    is_exchanged = (first.axis == _LATITUDE) | (second.axis == _LONGITUDE)
    is_contradictory = (first.axis == second.axis) & (first.axis != 0)
    east = np.where(is_exchanged, second.value, first.value)
    north = np.where(is_exchanged, first.value, second.value)
    is_nowhere = is_contradictory | ~np.isfinite(east) | ~np.isfinite(north)
    east[is_nowhere] = north[is_nowhere] = np.nan
    return Parsed(east, north, is_nowhere & is_written)


def _nothing(length: int) -> _Numbers:
    return _Numbers(np.full(length, np.nan), np.zeros(length, dtype=np.int8), np.zeros(length, dtype=bool))


def _numbers(column: pd.Series) -> _Numbers:
    """The number each cell holds, NaN where it holds none."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        value = np.array(column.to_numpy(dtype=np.float64, na_value=np.nan))
        return _Numbers(value, np.zeros(len(value), dtype=np.int8), ~np.isnan(value))
    texts = _texts(column)
    is_written = _bools(pc.is_valid(texts))
    try:
        return _Numbers(_floats(texts), np.zeros(len(texts), dtype=np.int8), is_written)
    except pa.ArrowInvalid:
        pass  # not all are plain decimals: sort them
    is_plain = _bools(pc.match_substring_regex(texts, _DECIMAL))
    found = _nothing(len(texts))
    found.is_written[:] = is_written
    found.value[is_plain] = _floats(texts.filter(pa.array(is_plain)))
    odd = np.flatnonzero(is_written & ~is_plain)
    found.value[odd], found.axis[odd] = _angles(_plain_signs(texts.take(pa.array(odd))))
    return found


def _texts(column: pd.Series) -> pa.Array:
    """Trimmed texts, null where a cell is empty; typed cells of a mixed column as their shortest exact decimal."""
    if not isinstance(column.dtype, pd.StringDtype):
        column = column.astype("str")
    texts = pc.utf8_trim_whitespace(pa.array(column, type=pa.large_string(), from_pandas=True))
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _plain_signs(texts: pa.Array) -> pa.Array:
    """Full-width digits, signs and brackets as plain ones; the several degree and minus signs as one."""
    # Before the normalisation, which would turn these two rings into a letter and into a combining accent.
    texts = pc.replace_substring_regex(texts, "[º˚]", "°")
    texts = pc.utf8_normalize(texts, form="NFKC")
    return pc.replace_substring_regex(pc.replace_substring_regex(texts, "[−–—]", "-"), "^'", "")


def _angles(texts: pa.Array) -> tuple[Floats, npt.NDArray[np.int8]]:
    """Values and axes of texts that are no plain decimals: thousands commas, letters, degrees-minutes-seconds."""
    has_commas = pc.match_substring_regex(texts, _THOUSANDS)
    plain = pc.if_else(has_commas, pc.replace_substring(texts, ",", ""), texts)
    value = _floats(pc.if_else(pc.match_substring_regex(plain, _DECIMAL), plain, None))
    parts = pc.extract_regex(texts, _ANGLE)
    degrees, minutes, seconds = (_floats(_part(parts, name)) for name in ("degrees", "minutes", "seconds"))
    before, after = _part(parts, "before"), _part(parts, "after")
    side = pc.coalesce(before, after)
    is_latitude = _bools(pc.match_substring_regex(side, "^[NSns北南纬]|^[Ll]at"))
    is_longitude = _bools(pc.is_valid(side)) & ~is_latitude
    is_negative = _bools(pc.match_substring_regex(side, "^[SWsw]$|^[南西]")) ^ _bools(
        pc.equal(_part(parts, "sign"), "-")
    )
    is_split = ~np.isnan(minutes) | ~np.isnan(seconds)
    minutes, seconds = np.nan_to_num(minutes), np.nan_to_num(seconds)
    # 38.5°30′ and 38°75′ are slips of the pen whose meaning nobody can know.
    is_sound = (minutes < 60.0) & (seconds < 60.0) & ~(is_split & (degrees % 1.0 != 0.0))
    is_sound &= ~((seconds > 0.0) & (minutes % 1.0 != 0.0))
    size = degrees + minutes / 60.0 + seconds / 3600.0
    angle = np.where(is_sound, np.where(is_negative, -size, size), np.nan)
    is_angle = np.isnan(value) & ~np.isnan(angle)
    axis = np.where(is_angle & is_latitude, _LATITUDE, np.where(is_angle & is_longitude, _LONGITUDE, 0))
    return np.where(is_angle, angle, value), axis.astype(np.int8)


def _pairs(texts: pa.Array) -> tuple[_Numbers, _Numbers]:
    """The two numbers of cells that hold both; NaN in both where a text fits no spelling."""
    halves = _nothing(len(texts)), _nothing(len(texts))
    # The one spelling that comes by the million; splitting is ten times faster than the patterns.
    lists = pc.split_pattern(pc.utf8_trim(texts, "()[] "), ",")
    usual = np.flatnonzero(_bools(pc.equal(pc.list_value_length(lists), 2)))
    for position, half in enumerate(halves):
        text = pc.utf8_trim_whitespace(pc.list_element(lists.take(pa.array(usual)), position))
        half.value[usual] = _floats(pc.if_else(pc.match_substring_regex(text, _DECIMAL), text, None))
    odd = np.flatnonzero(np.isnan(halves[0].value) | np.isnan(halves[1].value))
    rest = _plain_signs(texts.take(pa.array(odd)))
    for pattern in _PAIRS:
        left = np.isnan(halves[0].value[odd]) | np.isnan(halves[1].value[odd])
        parts = pc.extract_regex(rest.filter(pa.array(left)), pattern)
        for half, name in zip(halves, ("a", "b"), strict=True):
            found = _numbers(pd.Series(_part(parts, name).to_pandas(), dtype="str"))
            half.value[odd[left]], half.axis[odd[left]] = found.value, found.axis
    return halves


def _part(parts: pa.Array, name: str) -> pa.Array:
    """A group of a regular expression, null where it is empty or nothing matched."""
    part = pc.struct_field(parts, name)
    return pc.if_else(pc.equal(part, ""), None, part)


def _floats(texts: pa.Array) -> Floats:
    return np.array(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _bools(mask: Any) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False))
