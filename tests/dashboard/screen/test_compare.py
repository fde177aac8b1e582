"""Which earlier moments can be compared with, and what goes to the browser and comes back."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps import layers, live, views
from dashboard.maps.payload import payload
from dashboard.screen.compare import moments
from tests.dashboard.maps.bent import bent_county, figures

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def test_a_period_is_compared_with_whole_ones_that_the_data_hold() -> None:
    end = date(2026, 11, 20)
    found = moments(date(2026, 10, 1), end - timedelta(days=6), end, end - timedelta(weeks=1), is_standing=False)
    # A week that begins before 1 October is not whole.
    assert [f"{day:%m-%d}" for day in found.ends] == ["10-09", "10-16", "10-23", "10-30", "11-06", "11-13"]
    assert found.usual == date(2026, 11, 13)
    standing = moments(date(2026, 10, 1), end - timedelta(days=6), end, end - timedelta(weeks=1), is_standing=True)
    assert standing.ends[0] == date(2026, 10, 2)


def test_the_last_meeting_is_one_of_the_moments_where_the_data_reach_back_to_it() -> None:
    end = date(2026, 11, 20)

    def found(met: date) -> tuple[date, ...]:
        start, last = end - timedelta(days=6), end - timedelta(weeks=1)
        return moments(date(2026, 10, 1), start, end, last, is_standing=False, met=met).ends

    assert date(2026, 11, 11) in found(date(2026, 11, 11))
    assert date(2026, 10, 5) not in found(date(2026, 10, 5)) and end not in found(end)


def test_without_an_earlier_whole_period_there_is_nothing_to_compare() -> None:
    found = moments(date(2026, 1, 1), date(2026, 1, 1), date(2026, 11, 20), date(2026, 11, 13), is_standing=False)
    assert (found.ends, found.usual) == ((), None)


@given(first=DAYS, start=DAYS, days=st.integers(1, 400), is_standing=st.booleans())
def test_moments_are_earlier_in_order_and_within_the_data(
    first: date, start: date, days: int, is_standing: bool
) -> None:
    end = start + timedelta(days=days - 1)
    found = moments(first, start, end, end, is_standing=is_standing)
    assert list(found.ends) == sorted(set(found.ends))
    assert all(day < end for day in found.ends)
    assert all(day - timedelta(days=0 if is_standing else days - 1) >= first for day in found.ends)
    assert (found.usual in found.ends) if found.ends else found.usual is None


def _view(chosen: str) -> layers.MapView:
    county = bent_county(40)
    view = views.heat(county, figures(county), look=views.MapStyle("zh", "内部用图"))
    assert view.polygons is not None
    count = len(view.polygons.classes)
    compare = layers.Compare(
        (("2026-10-16", "a"), ("2026-10-23", "b")), "now", "2026-10-23", chosen,
        classes=np.arange(count, dtype="u1") % 6 if chosen else None,
        values=np.arange(count) * 1.5 if chosen else None,
    )  # fmt: skip
    return layers.MapView(**{**vars(view), "compare": compare})


def test_only_what_is_compared_is_sent() -> None:
    off, on = (payload(_view(chosen), key="map")["compare"] for chosen in ("", "2026-10-23"))
    assert off["classes"] is None and off["values"] is None
    assert on["classes"]["kind"] == "u1" and on["values"]["over"] == 10


@pytest.mark.parametrize("sent", ["2026-10-17", "", 3, None, ["off"], {"off": 1}])
def test_what_a_browser_makes_up_is_dropped(sent: object) -> None:
    assert live.events(_view(""), {"compare": sent, "choice": sent}) == live.Events()


@pytest.mark.parametrize("sent", ["2026-10-16", live.OFF])
def test_a_moment_or_none_comes_back(sent: str) -> None:
    assert live.events(_view(""), {"compare": sent}) == live.Events(compare=sent)
