"""What the choices of an address come to on paper; and that they are the choices the screen has."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.reach import METHODS
from dashboard.analysis.service import Rule, lacks
from dashboard.maps.page import PAGES, page_view
from dashboard.maps.viewed import AMOUNTS, SHOWN, Drawn, drawn
from dashboard.pages import coverage
from dashboard.standards import read_standards
from settings import Settings
from tests.dashboard.conftest import Town

STANDARDS = read_standards()


@pytest.mark.parametrize(
    ("page", "query", "found"),
    [
        ("overview", {"show": "overdue", "zone": "1"}, Drawn("overview")),
        ("responsibility", {"panel": "units"}, Drawn("responsibility")),
        ("heat", {}, Drawn("heat")),
        ("heat", {"show": "overdue", "layer": "zones"}, Drawn("heat", "zones", "overdue")),
        ("heat", {"show": "points", "layer": "zones", "span": "week"}, Drawn("heat", "points")),
        ("heat", {"show": "trend", "span": "week"}, Drawn("heat", measure="trend")),
        ("heat", {"show": "<b>", "layer": "moon"}, Drawn("heat")),
        ("heat", {"span": "week"}, Drawn("heat", is_week=True)),
        ("heat", {"span": "week", "week": "2026-03-15"}, Drawn("heat", is_week=True, week=date(2026, 3, 15))),
        ("heat", {"span": "week", "week": "soon"}, Drawn("heat", is_week=True)),
        ("heat", {"week": "2026-03-15"}, Drawn("heat")),
        ("heat", {"vs": "2026-03-15"}, Drawn("heat", is_compared=True)),
        ("heat", {"vs": "off"}, Drawn("heat")),
        ("coverage", {}, Drawn("coverage")),
        ("coverage", {"lack": "unvisited"}, Drawn("coverage", kind="unvisited")),
        ("coverage", {"lack": "unserved_toilet"}, Drawn("coverage", kind="unserved_toilet", rule=Rule("toilet"))),
        ("coverage", {"lack": "unserved_toilet", "standard": "life_circle.five_minutes", "method": METHODS[1]},
         Drawn("coverage", kind="unserved_toilet", rule=Rule("toilet", "life_circle.five_minutes", METHODS[1]))),
        ("coverage", {"lack": "unserved_toilet", "standard": "own", "method": "flying"},
         Drawn("coverage", kind="unserved_toilet", rule=Rule("toilet"))),
        ("coverage", {"part": "rounds", "lack": "unserved_toilet"},
         Drawn("coverage", kind="unvisited", instead="rounds")),
        ("coverage", {"part": "assignments"}, Drawn("coverage", instead="assignments")),
        ("coverage", {"part": "siting", "kind": "market"},
         Drawn("coverage", kind="unserved_market", rule=Rule("market"), instead="siting")),
        ("coverage", {"part": "standards", "kind": "castle"},
         Drawn("coverage", kind=lacks(STANDARDS)[2], rule=Rule(lacks(STANDARDS)[2][9:]), instead="standards")),
    ],
)  # fmt: skip
def test_what_is_drawn(page: str, query: dict[str, str], found: Drawn) -> None:
    assert drawn(page, query, STANDARDS) == found


def test_every_part_of_the_coverage_page_comes_to_a_map() -> None:
    instead = {drawn("coverage", {"part": part}, STANDARDS).instead for part in coverage.PARTS}
    assert instead == {"", *coverage.PARTS} - {"gaps"}


_TEXTS = st.sampled_from(["", "x", "toilet", "week", "zones", "2026-03-15", *SHOWN, *lacks(STANDARDS), *METHODS])
_QUERIES = st.dictionaries(
    st.sampled_from(["show", "layer", "span", "week", "vs", "part", "lack", "kind", "standard", "method"]),
    _TEXTS | st.text(max_size=4) | st.sampled_from(list(coverage.PARTS)),
)


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(PAGES), _QUERIES)
def test_whatever_an_address_says_there_is_a_map(town: Town, page: str, query: dict[str, Any]) -> None:
    what = drawn(page, query, STANDARDS)
    view = page_view(
        what.page, town.county, town.snapshot, town.filters, settings=Settings(language="zh"), standards=STANDARDS,
        layer=what.layer, measure=what.measure, kind=what.kind, rule=what.rule,
    )  # fmt: skip
    assert view.legend is not None
    assert what.measure in SHOWN
    assert not what.is_week or what.measure in AMOUNTS
