"""`figures.json`: all numbers, the same ones for the same moment and data version whenever it is made."""

import json
from datetime import UTC, datetime
from pathlib import Path

from dashboard import queries
from dashboard.briefing.content import brief
from dashboard.briefing.figures import figures_of, text_of
from dashboard.briefing.templates import Templates
from dashboard.filters import Filters
from dashboard.standards import read_standards
from etl.database import connect
from etl.load import load
from settings import Settings
from tests.dashboard.briefing.conftest import Briefed, briefed
from tests.dashboard.conftest import Town
from tests.etl.office import CELLS, ZONES, problem, quiet, settings_for, write_office
from tests.town import SOUTH


def test_every_figure_is_in_it_with_what_it_is_of(content_of: Briefed) -> None:
    content = content_of()
    told = json.loads(text_of(content))
    assert told == figures_of(content)
    assert (told["place"], told["data_version"]) == ("999900", 1)
    assert (told["as_of"], told["since"]) == ("2026-03-20T04:00:00Z", "2026-03-13T04:00:00Z")
    assert (told["start"], told["end"], told["filters"]) == ("2026-02-23", "2026-03-22", {})
    for section in content.sections:
        found = told["sections"][section.id]
        assert set(found["figures"]) == {figure.name for figure in section.figures}
        assert set(found.get("tables", {})) == {table.key for table in section.tables}
    headline = told["sections"]["headline"]["figures"]
    # A week before 3 of 4 were closed: p01, p02, p08, and p07 open again.
    assert headline["overdue"] == {"value": 4, "unit": "problems", "of": 10, "change": 2}
    assert headline["closure_rate"] == {"value": 0.625, "unit": "", "of": 8, "count": 5, "change": -0.125}
    zones = told["sections"]["changes"]["tables"]["zones"]
    at = list(zones["columns"]).index("overdue")
    assert zones["rows"][SOUTH][at] == 3
    assert told["sections"]["notices"]["figures"]["notices_back"] == {"value": 3, "unit": "notices", "of": 5}


def test_no_word_is_in_it(content_of: Briefed) -> None:
    assert text_of(content_of("zh")) == text_of(content_of("en"))


def test_filters_are_said(town: Town) -> None:
    content = briefed(town, filters=town.at(category=("垃圾",), zone=(SOUTH,)))
    assert figures_of(content)["filters"] == {"zone": SOUTH, "category": "垃圾"}


def test_the_same_bytes_after_later_loads(any_url: str, tmp_path: Path) -> None:
    settings = settings_for(any_url, tmp_path)
    rows = [problem(f"p{number}", lon=114.501 + number / 2000) for number in range(40)]
    folder = write_office(tmp_path / "office", rows, zones=ZONES, cells=CELLS)
    load([folder], settings, progress=quiet)
    before = _told(any_url, None)
    for row in rows[:7]:
        row |= {"状态": "已销号", "销号时间": "2026-11-08 10:00"}
    rows[8] |= {"责任单位": "环卫所", "整改时限": "2026-11-20"}
    rows += [problem(f"q{number}", **{"发现时间": "2026-11-05 08:00"}) for number in range(5)]
    load([write_office(tmp_path / "office", rows)], settings, progress=quiet)
    assert _told(any_url, 1) == before
    after = _told(any_url, None)
    assert after != before
    assert json.loads(after)["sections"]["headline"]["figures"]["closed_since"]["value"] == 7


def _told(url: str, version: int | None) -> str:
    engine = connect(url)
    county = queries.county(engine, queries.place(engine), version)
    snapshot = queries.snapshot(engine, county, Settings().patrol_minutes)
    filters = Filters(as_of=datetime(2026, 11, 13, 10, tzinfo=UTC)).resolved(county.place, snapshot)
    content = brief(
        county, snapshot, filters, settings=Settings(), standards=read_standards(), language="zh",
        templates=Templates("zh"),
    )  # fmt: skip
    engine.dispose()
    return text_of(content)
