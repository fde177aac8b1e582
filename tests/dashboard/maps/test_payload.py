"""What a rerun sends: little, by position, and nothing but numbers and texts."""

import base64
import json
import zlib
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps import layers, live, views
from dashboard.maps.payload import MISSING, pack, payload
from settings import Settings
from tests.dashboard.maps.bent import bent_county, counts_by_week, figures

LOOK = views.MapStyle("zh", "内部用图")


def _unpack(packed: dict) -> list:
    if "texts" in packed:
        which = _unpack(packed["which"])
        return [packed["texts"][int(i)] if i < len(packed["texts"]) else None for i in which]
    values = np.frombuffer(zlib.decompress(base64.b64decode(packed["zip"])), f"<{packed['kind']}")
    return [None if value == MISSING else value / packed.get("over", 1) for value in values.tolist()]


@given(st.lists(st.integers(-(2**31) + 1, 2**31 - 1)))
def test_whole_numbers_come_back(values: list[int]) -> None:
    assert _unpack(pack(np.array(values, "i8"))) == values


@given(st.lists(st.one_of(st.none(), st.floats(-2e8, 2e8))))
def test_other_numbers_come_back_to_one_decimal(values: list[float | None]) -> None:
    found = _unpack(pack(np.array(values, "f8")))
    for value, back in zip(values, found, strict=True):
        assert back is None if value is None else back == pytest.approx(value, abs=0.0501)


@given(st.lists(st.one_of(st.none(), st.text())))
def test_texts_come_back(values: list[str | None]) -> None:
    assert _unpack(pack(np.array([*values, None], object)[:-1])) == values


def test_small_at_five_thousand_cells() -> None:
    county = bent_county(80)
    assert len(county.cells) > 5000
    frame = figures(county)
    data = payload(views.heat(county, frame, look=LOOK), key="map")
    assert len(json.dumps(data)) < 25_000
    weeks = views.weeks(county, counts_by_week(county, 104), ends=_ends(104), look=LOOK)
    data = payload(views.heat(county, frame, look=LOOK, frames=weeks), key="map")
    assert len(json.dumps(data)) < 32_000
    busy = frame.assign(problems_per_km2=np.random.default_rng(0).uniform(0, 900, len(frame)))
    data = payload(
        views.responsibility(county, busy.assign(worker=[f"网格员{i // 6}" for i in range(len(frame))]), look=LOOK),
        key="m",
    )
    assert len(json.dumps(data)) < 40_000


def _ends(count: int) -> list[date]:
    return [date(2026, 11, 22) - timedelta(weeks=count - 1 - i) for i in range(count)]


def test_order_of_the_frame_does_not_matter() -> None:
    county = bent_county(12)
    frame = figures(county)
    one = views.heat(county, frame, look=LOOK)
    other = views.heat(county, frame.sample(frac=1, random_state=1), look=LOOK)
    assert one.polygons is not None and other.polygons is not None
    assert one.polygons.classes.tolist() == other.polygons.classes.tolist()


def test_what_is_filtered_out_is_left_blank() -> None:
    county = bent_county(12)
    frame = figures(county).iloc[5:]
    view = views.heat(county, frame, look=LOOK)
    assert view.polygons is not None
    assert (view.polygons.classes == 255).sum() == 5


def test_points_stop_at_two_thousand_and_leave_out_those_without_coordinates() -> None:
    frame = pd.DataFrame(
        {"lon": [114.0] * 3000, "lat": [38.0] * 3000, "title": "x"}, index=[str(i) for i in range(3000)]
    )
    frame.iloc[0, 0] = np.nan
    found = layers.points("problem", "单个问题", frame)
    assert len(found.lon) == layers.POINTS_AT_MOST
    assert found.codes[0] == "1"


def test_weeks_hold_the_same_classes_as_the_single_week() -> None:
    county = bent_county(12)
    counts = counts_by_week(county, 4)
    frames = views.weeks(county, counts, ends=_ends(4), look=LOOK, is_campaign=[False, True, False, False])
    frame = figures(county)
    frame["problems"] = counts[2]
    frame["problems_per_km2"] = counts[2] / frame["area_km2"]
    single = views.heat(county, frame.drop(columns="is_unvisited"), look=LOOK)
    assert single.polygons is not None
    assert frames.classes[2].tolist() == single.polygons.classes.tolist()
    assert frames.totals.tolist() == counts.sum(axis=1).tolist()
    assert (frames.starts[3], frames.ends[3]) == ("11-16", "11-22")


def test_weeks_travel_as_one_blob_of_classes_then_counts() -> None:
    county = bent_county(11)
    frames = views.weeks(county, counts_by_week(county, 3), ends=_ends(3), look=LOOK)
    data = payload(views.heat(county, figures(county), look=LOOK, frames=frames), key="m")["frames"]
    assert data["width"] == len(county.cells)
    assert data["totals"] == frames.totals.tolist()
    assert data["current"] == 2


def _view(**more: object) -> layers.MapView:
    county = bent_county(12)
    frames = views.weeks(county, counts_by_week(county, 4), ends=_ends(4), look=LOOK)
    return views.heat(county, figures(county), look=LOOK, frames=frames, choices=[("problems", "件数")], **more)


def test_events_keep_what_can_be_true() -> None:
    view = _view()
    code = view.geometry.cells.index[3]
    found = live.events(view, {"clicked": {"layer": "cells", "code": code}, "choice": "problems", "week": 2})
    assert found == live.Events(("cells", code), "problems", 2)


@pytest.mark.parametrize(
    "sent",
    [
        {"clicked": {"layer": "cells", "code": "'; DROP TABLE cell"}},
        {"clicked": {"layer": "problem", "code": "1"}},
        {"clicked": {"layer": 5, "code": []}},
        {"clicked": "cells"},
        {"choice": "evil"},
        {"week": 4},
        {"week": -1},
        {"week": "2"},
        {"week": True},
        {},
    ],
)
def test_events_drop_what_a_browser_made_up(sent: dict) -> None:
    assert live.events(_view(), sent) == live.Events()


@pytest.mark.parametrize("height", ["1px;background:url(//evil)", "calc(100dvh - 10px)}", "", "url(x)"])
def test_height_is_a_length(height: str) -> None:
    with pytest.raises(ValueError, match="height"):
        live.gridmap(_view(), key="x", height=height)


def test_shifted_tiles_are_marked_and_no_tiles_are_asked_by_default() -> None:
    assert views.MapStyle.of(Settings(), "zh").tile_url == ""
    shifted = views.MapStyle.of(Settings(tile_url="https://tiles.example/{z}/{x}/{y}", tile_datum="gcj02"), "zh")
    assert "GCJ-02" in shifted.tile_mark
    data = payload(views.heat(bent_county(8), figures(bent_county(8)), look=shifted), key="m")
    assert data["tiles"] == {"url": "https://tiles.example/{z}/{x}/{y}", "mark": shifted.tile_mark}
    assert payload(_view(), key="m")["tiles"] is None
