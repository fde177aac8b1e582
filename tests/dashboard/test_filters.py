from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.county import Place
from dashboard.filters import Filters
from settings import WEEKDAYS
from tests.dashboard.conftest import Town

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
many = st.lists(texts, max_size=4).map(lambda values: tuple(sorted(set(values))))
days = st.dates(date(1950, 1, 1), date(2200, 1, 1))
moments = st.integers(-631_000_000, 7_258_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@st.composite
def any_filters(draw: st.DrawFn) -> Filters:
    start, end = sorted([draw(days), draw(days)])
    return Filters(
        zone=draw(many), category=draw(many), state=draw(many), source=draw(many), unit=draw(many),
        start=draw(st.sampled_from([None, start])), end=draw(st.sampled_from([None, end])),
        is_overdue_only=draw(st.booleans()), as_of=draw(st.none() | moments),
        with_default_points=draw(st.booleans()), cell=draw(st.none() | texts),
        version=draw(st.none() | st.integers(1, 99999)),
    )  # fmt: skip


@given(any_filters())
def test_an_address_gives_back_its_filters(filters: Filters) -> None:
    assert Filters.from_query(filters.to_query()) == filters


def test_only_what_differs_from_the_default_is_in_the_address() -> None:
    assert Filters().to_query() == {}
    assert Filters(zone=("01",), is_overdue_only=True).to_query() == {"zone": "01", "overdue": "1"}


@given(st.dictionaries(
    st.sampled_from(["zone", "cell", "start", "end", "as_of", "overdue", "default_points", "version", "state", "x"]),
    st.text() | st.lists(st.text(), max_size=3) | st.none() | st.integers(),
))  # fmt: skip
def test_no_address_is_an_error(query: dict[str, object]) -> None:
    filters = Filters.from_query(query)
    assert Filters.from_query(filters.to_query()) == filters


@pytest.mark.parametrize(
    "query",
    [
        {"start": "2026-02-30"}, {"start": "2026-03-20", "end": "2026-03-01"}, {"end": "٢٠٢٦-03-01"},
        {"as_of": "2026-03-20"}, {"as_of": "2026-03-20T12:00"}, {"as_of": "9999-12-31T23:59:59-12:00"},
        {"as_of": "0001-01-01T00:00:00+14:00"}, {"version": "-1"}, {"version": "0"}, {"version": "1e3"},
        {"version": "9" * 40}, {"overdue": "yes"}, {"cell": ""}, {"zone": ",,"}, {"zone": "\x00\n"},
        {"zone": "a" * 30_000},
    ],
)  # fmt: skip
def test_nonsense_is_left_at_its_default(query: dict[str, str]) -> None:
    assert Filters.from_query(query) == Filters()


@pytest.mark.parametrize(
    ("query", "unread"),
    [
        ({"start": "2026-02-30", "end": "2026-03-01"}, {"start": "2026-02-30"}),
        ({"start": "2026-03-20", "end": "2026-03-01"}, {"start": "2026-03-20", "end": "2026-03-01"}),
        ({"as_of": "tomorrow", "version": "-1"}, {"as_of": "tomorrow", "version": "-1"}),
        ({"as_of": "2026-03-20T12:00:00+08:00", "version": "2", "start": "", "x": "y"}, {}),
    ],
)
def test_what_could_not_be_read_is_told(query: dict[str, str], unread: dict[str, str]) -> None:
    assert Filters.unread(query) == unread


@given(any_filters())
def test_everything_of_an_address_of_ours_is_read(filters: Filters) -> None:
    assert Filters.unread(filters.to_query()) == {}


def test_lists_are_sorted_so_that_one_choice_has_one_address() -> None:
    assert Filters.from_query({"zone": "03,01,03"}) == Filters.from_query({"zone": ["01", "03"]})


def test_an_instant_may_have_any_offset() -> None:
    noon = datetime(2026, 3, 20, 4, tzinfo=UTC)
    for text in ("2026-03-20T04:00:00Z", "2026-03-20T12:00:00+08:00", "2026-03-20T12:00:00 08:00"):
        assert Filters.from_query({"as_of": text}).as_of == noon


def test_default_moment_and_period(town: Town) -> None:
    assert town.filters.moment == datetime(2026, 3, 20, 4, tzinfo=UTC)
    assert town.filters.period == (date(2026, 2, 23), date(2026, 3, 22))


def test_the_week_ends_when_the_place_says(town: Town) -> None:
    place = town.county.place
    friday = Place(place.code, place.name, place.time_zone, place.measure_crs, "friday")
    assert Filters().resolved(friday, town.snapshot).period == (date(2026, 2, 21), date(2026, 3, 20))


@given(days, st.sampled_from(WEEKDAYS))
def test_week_end_is_the_next_such_weekday(day: date, weekday: str) -> None:
    end = Place("1", "", "Asia/Shanghai", "EPSG:4547", weekday).week_end(day)
    assert day <= end < day + timedelta(days=7) and end.strftime("%A").lower() == weekday


def test_the_day_is_the_places_own(town: Town) -> None:
    late = town.at(as_of=datetime(2026, 3, 1, 16, 30, tzinfo=UTC))  # half past midnight on Monday in Shanghai
    assert late.period[1] == date(2026, 3, 8)


@given(st.none() | days, st.none() | days, st.none() | moments)
def test_resolved_periods_begin_before_they_end(town: Town, start: date, end: date, as_of: datetime) -> None:
    if start and end and start > end:
        start, end = end, start
    first, last = town.at(start=start, end=end, as_of=as_of).period
    assert first <= last and (start in (None, first)) and (end in (None, last))


def test_unresolved_filters_have_no_moment() -> None:
    with pytest.raises(ValueError, match="not resolved"):
        Filters().moment  # noqa: B018
    with pytest.raises(ValueError, match="not resolved"):
        Filters().moved(7)
