"""What a browser may say it did to the points of a map: only what there is, and only to where the county lies."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps import layers, live, views
from dashboard.maps.payload import WITH_THE_REST, payload
from tests.dashboard.maps.bent import bent_county, figures

LOOK = views.MapStyle("zh", "内部用图")
COUNTY = bent_county(12)
WEST, SOUTH, EAST, NORTH = views.geometry(COUNTY).bounds
LON, LAT = (WEST + EAST) / 2, (SOUTH + NORTH) / 2


def _view(count: int = 2, most: int = 3) -> layers.MapView:
    rows = pd.DataFrame({"lon": LON, "lat": LAT, "title": ""}, index=pd.RangeIndex(1, count + 1))
    view = views.heat(COUNTY, figures(COUNTY), look=LOOK)
    return replace(view, points=(layers.points("site", "拟建点", rows),), arrange=layers.Arrange("site", most))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"act": "move", "code": "2", "lon": LON, "lat": LAT}, live.Arranged("move", "2", LON, LAT)),
        ({"act": "add", "lon": WEST, "lat": NORTH}, live.Arranged("add", "", WEST, NORTH)),
        ({"act": "add", "code": "evil", "lon": LON, "lat": LAT}, live.Arranged("add", "", LON, LAT)),
    ],
)
def test_what_can_be_done_comes_back(sent: dict[str, Any], told: live.Arranged) -> None:
    assert live.events(_view(), {"arranged": sent}) == live.Events(arranged=told)


def test_a_point_that_is_gone_lies_nowhere() -> None:
    told = live.events(_view(), {"arranged": {"act": "drop", "code": "1", "lon": LON}}).arranged
    assert told is not None and (told.act, told.code) == ("drop", "1")


@pytest.mark.parametrize(
    "sent",
    [
        "move",
        [],
        {"act": "explode", "code": "1", "lon": LON, "lat": LAT},
        {"act": ["move"], "code": "1", "lon": LON, "lat": LAT},
        {"act": "move", "code": "3", "lon": LON, "lat": LAT},
        {"act": "move", "code": 1, "lon": LON, "lat": LAT},
        {"act": "move", "lon": LON, "lat": LAT},
        {"act": "move", "code": "1", "lon": LON},
        {"act": "move", "code": "1", "lon": str(LON), "lat": LAT},
        {"act": "move", "code": "1", "lon": True, "lat": LAT},
        {"act": "move", "code": "1", "lon": float("nan"), "lat": LAT},
        {"act": "move", "code": "1", "lon": float("inf"), "lat": LAT},
        {"act": "move", "code": "1", "lon": 10**400, "lat": LAT},
        {"act": "add", "lon": WEST - 0.01, "lat": LAT},
        {"act": "add", "lon": LON, "lat": NORTH + 0.01},
        {"act": "drop", "code": "9"},
        {"act": "drop", "code": None},
    ],
)
def test_what_a_browser_made_up_is_dropped(sent: Any) -> None:
    assert live.events(_view(), {"arranged": sent}).arranged is None


def test_nothing_is_arranged_where_nothing_can_be() -> None:
    sent = {"arranged": {"act": "add", "lon": LON, "lat": LAT}}
    assert live.events(replace(_view(), arrange=None), sent).arranged is None
    assert live.events(_view(count=3), sent).arranged is None  # as many as there may be
    assert live.events(_view(count=3), {"arranged": sent["arranged"] | {"act": "move", "code": "3"}}).arranged


@given(st.dictionaries(st.sampled_from(["act", "code", "lon", "lat"]), st.one_of(
    st.none(), st.booleans(), st.text(max_size=4), st.floats(), st.integers(), st.sampled_from(live.ACTS), st.just("1")
)))  # fmt: skip
def test_whatever_comes_lies_within_the_county(sent: dict[str, Any]) -> None:
    told = live.events(_view(), {"arranged": sent}).arranged
    if told is not None and told.act != "drop":
        assert WEST <= told.lon <= EAST and SOUTH <= told.lat <= NORTH


def test_a_few_points_come_with_the_rest_and_many_by_an_address() -> None:
    few, many = (payload(_view(count), key="m")["points"][0] for count in (2, WITH_THE_REST + 1))
    assert few["content"]["codes"] == ["1", "2"] and "address" not in few
    assert "content" not in many and many["address"]["path"]
    assert payload(_view(), key="m")["arrange"] == {"kind": "site", "most": 3}
