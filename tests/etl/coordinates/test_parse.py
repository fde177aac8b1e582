"""Coordinates as people write them, spelling by spelling."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import coordinates as co


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("114.5,38.0", 114.5, 38.0),
        ("114.5，38.0", 114.5, 38.0),
        (" 114.5 38.0 ", 114.5, 38.0),
        ("(42.3594, -71.0587)", 42.3594, -71.0587),
        ("[114.5;38]", 114.5, 38.0),
        ("１１４．５，３８．０", 114.5, 38.0),
        ("POINT(114.5 38)", 114.5, 38.0),
        ("srid=4326;POINT Z (114.5 38 12)", 114.5, 38.0),
        ("38°03′12″N 114°30′00″E", 114.5, 38.0 + 3 / 60 + 12 / 3600),
        ("N38°03′12″ E114°30′", 114.5, 38.0 + 3 / 60 + 12 / 3600),
        ("38°03'12\"N114°30'00\"E", 114.5, 38.0 + 3 / 60 + 12 / 3600),
        ("北纬38°3.5′，东经114°30′", 114.5, 38.0 + 3.5 / 60),
        ("东经114°30′北纬38°03′", 114.5, 38.05),
        ("38度3分12秒、114度30分", 38.0 + 3 / 60 + 12 / 3600, 114.5),
        ("114度30分0秒,38度3分", 114.5, 38.05),
        ("纬度:38.05 经度:114.5", 114.5, 38.05),
        ("71.0587W, 42.3594N", -71.0587, 42.3594),
        ("南纬33°30′ 东经18°30′", 18.5, -33.5),
        ("39512345.6 4212345.7", 39512345.6, 4212345.7),
    ],
)
def test_both_in_one_cell(text: str, x: float, y: float) -> None:
    for found in (co.parse(pd.Series([text])), co.parse(pd.Series([text]), pd.Series([None], dtype="str"))):
        assert (found.x[0], found.y[0]) == pytest.approx((x, y), abs=1e-9)
        assert not found.is_unreadable[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("38.05", 38.05),
        (" 38.05 ", 38.05),
        ("３８．０５", 38.05),
        ("'38.05", 38.05),
        ("38°3′", 38.05),
        ("38º03’", 38.05),
        ("38˚3'", 38.05),
        ("38度3分", 38.05),
        ("38:03:00", 38.05),
        ("38 03 00", 38.05),
        ("-38.05", -38.05),
        ("−38.05", -38.05),
        ("3.805e1", 38.05),
        ("+38.05", 38.05),
        ("39,512,345.5", 39512345.5),
        ("38.05°", 38.05),
        ("38°03′00.0″", 38.05),
    ],
)
def test_one_number(text: str, value: float) -> None:
    found = co.parse(pd.Series([text, "1"]), pd.Series([114.5, 1.0]))
    assert found.x[0] == pytest.approx(value, abs=1e-9)
    assert found.y.tolist() == [114.5, 1.0]


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "不详",
        "38.5°30′",
        "38°75′",
        "38°30.5′12″",
        "38N",
        "1e400",
        "nan",
        "inf",
        "=1+1",
        "2026-11-03",
        "0x10",
        "°",
        "--3",
        "999999999999999999999999999999°",
        "38°03′12″" * 1000,
    ],
)
def test_nonsense_is_unreadable_and_never_raises(text: str) -> None:
    for found in (
        co.parse(pd.Series([text])),
        co.parse(pd.Series([text]), pd.Series(["N38"])),
        co.parse(pd.Series([None, text], dtype="str"), pd.Series(["38", None])),
    ):
        assert np.isnan(found.x).all()
        assert np.isnan(found.y).all()
        assert found.is_unreadable.all()


@given(st.lists(st.text(max_size=20), max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_a_number_or_is_unreadable_or_empty(texts: list[str]) -> None:
    found = co.parse(pd.Series(texts, dtype="str"))
    is_blank = np.array([not text.strip() for text in texts], dtype=bool)
    assert (np.isfinite(found.x) == np.isfinite(found.y)).all()
    assert (np.isnan(found.x) == (found.is_unreadable | is_blank)).all()


def test_letters_put_exchanged_columns_right_and_empty_rows_are_no_fault() -> None:
    found = co.parse(pd.Series(["38°03′N", "114.5", None, " "]), pd.Series(["114°30′E", "38.05", None, ""]))
    np.testing.assert_allclose(found.x, [114.5, 114.5, np.nan, np.nan])
    np.testing.assert_allclose(found.y, [38.05, 38.05, np.nan, np.nan])
    assert not found.is_unreadable.any()


def test_typed_cells_mixed_with_texts() -> None:
    x = pd.Series([114.5, "114.5", "114°30′", None, pd.Timestamp("2026-11-03"), True, 114], dtype=object)
    found = co.parse(x, pd.Series([38.0] * 7))
    np.testing.assert_array_equal(found.x, [114.5, 114.5, 114.5, np.nan, np.nan, np.nan, 114.0])
    assert found.is_unreadable.tolist() == [False, False, False, True, True, True, False]


@given(st.floats(-180, 180), st.floats(-90, 90))
@settings(deadline=None)
def test_decimals_come_back_bit_by_bit(x: float, y: float) -> None:
    found = co.parse(pd.Series([repr(x)]), pd.Series([repr(y)]))
    assert (found.x[0], found.y[0]) == (x, y)


def test_a_million_decimals_take_the_fast_path() -> None:
    texts = pd.Series(np.round(np.random.default_rng(7).uniform(110, 120, 1_000_000), 6)).astype("str")
    begun = time.process_time()
    assert not co.parse(texts, texts).is_unreadable.any()
    assert time.process_time() - begun < 2.0  # 0.1-0.2 s alone
