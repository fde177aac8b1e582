"""Views that were kept: the same again, in their order, and nothing else for one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.maps.layers import Extent
from dashboard.saved import views
from dashboard.saved.thing import Made, Saved, as_json, from_json
from dashboard.saved.views import LONGEST_REMARK, PAGES, View
from dashboard.text.errors import explain
from etl.errors import FileUnreadable, NotSaved, SavedMeanwhile

PLACE = "999900"
MADE = Made(3, datetime(2026, 3, 20, 4, tzinfo=UTC))
_LON, _LAT = st.floats(-180, 180), st.floats(-90, 90)
EXTENTS = st.builds(
    lambda x, y: Extent.of([min(x), min(y), max(x), max(y)]), st.tuples(_LON, _LON), st.tuples(_LAT, _LAT)
)
VIEWS = st.builds(
    View,
    st.sampled_from(PAGES),
    st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=4),
    st.none() | EXTENTS,
    st.text(max_size=20).map(lambda text: " ".join(text.split())),
)


def saved(content: dict[str, Any]) -> Saved:
    return Saved(views.KIND, "视图", content, MADE, 1, 1, MADE.as_of)


@settings(max_examples=40)
@given(VIEWS)
def test_a_view_comes_back_as_it_was(view: View) -> None:
    assert views.read(from_json(as_json(saved(views.content(view))), kind=views.KIND), Path()) == view


GOOD = views.content(View("heat", {"show": "overdue"}, Extent(114.5, 38.0, 114.6, 38.1), "请学府片区说明"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": "data"}, {"page": "../heat"}, {"page": None}, {"page": []},
        {"query": []}, {"query": {"zone": 1}}, {"query": {"zone": "x" * 20_001}},
        {"query": {str(n): "" for n in range(61)}},
        {"remark": None}, {"remark": "x" * (LONGEST_REMARK + 1)},
        {"extent": [1, 2, 3]}, {"extent": "1234"}, {"extent": [1, 2, 1, 3]}, {"extent": [3, 2, 1, 4]},
        {"extent": [1, 2, 3, "4"]}, {"extent": [1, 2, 3, True]}, {"extent": [1, 2, 181, 3]}, {"extent": {}},
    ],
)  # fmt: skip
def test_what_is_no_view_is_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(FileUnreadable) as caught:
        views.read(saved(GOOD | wrong), Path("/var/saved"))
    assert explain(caught.value, "zh") != explain(caught.value, "en")
    assert views.read(saved(GOOD), Path()).extent == Extent(114.5, 38.0, 114.6, 38.1)


def test_a_remark_has_an_end() -> None:
    with pytest.raises(NotSaved):
        views.content(View("heat", remark="长" * (LONGEST_REMARK + 1)))


def test_they_are_an_agenda_that_keeps_its_order_when_one_is_renamed(tmp_path: Path) -> None:
    shelf = views.shelf(tmp_path, PLACE)
    for name in "甲乙丙":
        shelf.save(name, GOOD | {"remark": name}, MADE)
    shelf.arrange(["丙", "甲", "乙"])
    thing = shelf.find("甲")
    assert thing is not None
    renamed = shelf.rename(thing, " 首项 ")
    found, _ = views.listed(tmp_path, PLACE)
    assert list(found) == ["丙", "首项", "乙"] and found["首项"].remark == "甲" and renamed.made == MADE
    assert shelf.rename(renamed, "首项") == renamed
    for before, name in ((thing, "新名"), (renamed, "乙")):  # renamed by somebody else; a name that is taken
        with pytest.raises(SavedMeanwhile):
            shelf.rename(before, name)
    with pytest.raises(NotSaved):
        shelf.rename(renamed, " \u202e ")
    assert list(views.listed(tmp_path, PLACE)[0]) == ["丙", "首项", "乙"]


def test_a_name_that_was_deleted_can_be_given_anew_but_its_old_thing_not_taken_back(tmp_path: Path) -> None:
    shelf = views.shelf(tmp_path, PLACE)
    first, second = (shelf.save(name, GOOD, MADE) for name in "甲乙")
    deleted = shelf.delete(first)
    shelf.rename(second, "甲")
    with pytest.raises(SavedMeanwhile):
        shelf.restore(deleted)
    assert list(views.listed(tmp_path, PLACE)[0]) == ["甲"]
