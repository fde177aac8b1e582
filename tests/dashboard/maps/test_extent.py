"""The stretch of a map: what a browser says of it, as far as it can be true."""

from dataclasses import replace
from typing import Any

import pytest

from dashboard.maps.geometry import geometry
from dashboard.maps.layers import Extent, MapView, Sight
from dashboard.maps.live import Seen, events
from dashboard.maps.payload import payload
from tests.dashboard.conftest import Town


@pytest.fixture
def view(town: Town) -> MapView:
    place = geometry(town.county)
    return MapView(place, "", "zh", "")


@pytest.mark.parametrize(
    "told",
    [
        "1", {}, {"turn": 1}, {"turn": "1", "bounds": [1, 2]}, {"turn": "1", "bounds": [0, 0, 1, 1]},
        {"turn": "1", "bounds": [float("nan"), 0, 1, 1]}, {"turn": "1", "bounds": [-1e308, 0, 1e308, 1]},
        {"turn": "1", "bounds": "<script>"}, {"turn": ["1"], "bounds": None}, {"bounds": None},
        {"turn": "1", "bounds": [True, 0, 1, 1]},
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_dropped(view: MapView, told: Any) -> None:
    assert events(view, {"seen": told}).seen is None


def test_a_stretch_with_some_of_the_county_in_it_is_taken(view: MapView) -> None:
    west, south, east, north = view.geometry.bounds
    middle = (west + east) / 2
    assert events(view, {"seen": {"turn": "7", "bounds": [middle, south - 1, east + 1, north]}}).seen == Seen(
        "7", Extent(middle, south - 1, east + 1, north)
    )
    assert events(view, {"seen": {"turn": "7", "bounds": None}}).seen == Seen("7", None)


def test_the_browser_is_told_once_by_turn(view: MapView) -> None:
    assert (payload(view, key="m")["sight"], payload(view, key="m")["ask"]) == (None, "")
    told = payload(replace(view, sight=Sight("2", Extent(1, 2, 3, 4)), ask="3"), key="m")
    assert told["sight"] == {"turn": "2", "bounds": (1, 2, 3, 4)} and told["ask"] == "3"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "a,b,c,d",
        "nan,0,1,1",
        "3,2,1,4",
        "1,2,3,4,5",
        "0,-91,1,0",
        "-180,-90,180,90",
        "inf,0,1,1",
    ],
)
def test_what_is_no_stretch_in_a_link_is_none(text: str) -> None:
    assert Extent.read(text) is None
