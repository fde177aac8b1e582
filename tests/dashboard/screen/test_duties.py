"""What the part about assignments says in the town: six of nine cells have one person in term, C9 never had anybody,
C5's term has ended, C3's begins tomorrow; nobody is on record for facilities."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cached, tables
from dashboard.analysis import duties as analysis
from dashboard.filters import Filters
from dashboard.maps import duties as maps
from dashboard.maps.style import NOT_DRAWN
from dashboard.maps.views import MapStyle
from dashboard.screen import duties, handouts, overloaded
from dashboard.text import LANGUAGES, t
from etl.database import connect
from settings import Settings
from tests import town as towns
from tests.dashboard.conftest import Town
from tests.dashboard.screen.conftest import LookAt


def found(look: cached.Look, layer: str = "cell") -> pd.DataFrame:
    return analysis.duties(look.county, look.snapshot, look.filters, layer=layer, within_days=30)


def test_the_sentence_has_its_denominator(look_at: LookAt) -> None:
    told = found(look_at())
    assert duties.sentence(told, "cell", "zh") == "9 个网格中 6 个有一人在任（66.7%）"
    assert duties.sentence(told, "cell", "en") == "6 of 9 cells have one person in term (66.7%)"
    assert duties.untold(told, "cell", "zh") == ""
    of_facilities = found(look_at(), "facility")
    for language in LANGUAGES:
        assert duties.sentence(of_facilities, "facility", language) == t("duties.untold", language)
        assert duties.untold(of_facilities, "facility", language) == t("duties.next_facility", language)
        assert duties.untold(of_facilities.iloc[:0], "facility", language) == t("duties.no_facility", language)


def test_lines_say_who_was_there_and_what_waits(look_at: LookAt) -> None:
    told = found(look_at())
    lines = [duties.line(row, "cell", "zh") for _, row in told.head(3).iterrows()]
    assert [(line.code, line.who, line.why) for line in lines] == [
        ("C9", None, "未销号 0 件，逾期 0 件"),
        ("C5", None, "原周二，2026-03-19 届满；未销号 4 件，逾期 2 件"),
        ("C3", None, "2026-03-21 上任；未销号 1 件，逾期 0 件"),
    ]
    assert duties.line(told.loc["C5"], "cell", "en").why == "周二 until 2026-03-19; open 4, overdue 2"
    row = found(look_at(), "facility").loc["f4"].copy()
    row["state"] = "nobody"
    line = duties.line(row, "facility", "zh")
    assert (line.code, line.why, line.at) == ("f4", "市场", ("cells", "C9")), "a facility opens the cell it lies in"


def test_the_map_is_red_only_where_somebody_has_to_act(look_at: LookAt) -> None:
    look = look_at()
    style = MapStyle.of(Settings(), "zh")
    view = maps.duties(look.county, found(look), layer="cell", look=style)
    assert view.polygons is not None
    drawn = dict(zip(view.polygons.codes, view.polygons.classes, strict=True))
    labels = {code: view.polygons.scale.swatches[at].label for code, at in drawn.items()}
    assert {code: labels[code] for code in ("C9", "C5", "C3", "C1")} == {
        "C9": "从未有人", "C5": "任期已满", "C3": "尚未上任", "C1": "一人在任",
    }  # fmt: skip
    swatches = {swatch.label: swatch.colour for swatch in maps.scale("cell", "zh").swatches}
    reds = {label for label, colour in swatches.items() if int(colour[1:3], 16) > 2 * int(colour[3:5], 16)}
    assert reds == {"从未有人", "任期已满"} and len(set(swatches.values())) >= len(swatches) - 1
    assert view.legend is not None and {swatch.label for swatch in view.legend.swatches} >= set(labels.values())
    blank = maps.duties(look.county, found(look, "facility"), layer="facility", look=style, untold="没有")
    assert blank.polygons is not None and np.all(blank.polygons.classes == NOT_DRAWN)
    assert blank.legend is not None and (blank.legend.note, blank.legend.swatches) == ("没有", ())


def test_the_download_and_the_table_are_the_page(look_at: LookAt) -> None:
    look = look_at()
    told = found(look)
    shown = duties.sheet(told, "cell", "zh")
    assert shown["编码"].tolist() == told.index.tolist() and shown["情况"].tolist()[:3] == [
        "从未有人",
        "任期已满",
        "尚未上任",
    ]
    assert shown.loc[1, ["最近一任", "最近一任届满", "人口", "未销号"]].tolist() == ["周二", "2026-03-19", 500, 4]
    asked = tables.Asked(look.county, look.snapshot, look.filters, look.settings, look.standards)
    table = tables.table("unassigned", asked)
    cells = table[table["of"] == "cell"].drop(columns="of").set_index("code").rename_axis("cell")
    pd.testing.assert_frame_equal(cells, told, check_dtype=False)
    assert table[table["of"] == "facility"]["code"].tolist() == ["f1", "f4"]
    assert set(cells.index[cells["is_unassigned"]]) | set(cells.index[~cells["is_unassigned"]]) == set(
        look.county.cells.index
    )


def test_people_over_the_limits_with_the_limits(look_at: LookAt, sentences: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr("streamlit.download_button", lambda *_, **__: False)
    look = look_at()
    overloaded.show(replace(look, settings=replace(look.settings, cells_per_worker=2, problems_per_worker=1)), "zh")
    assert sentences[0] == "超过上限的网格员2 人中 2 人（100.0%）"
    assert "2 个网格" in sentences[1] and "1 件未销号" in sentences[1]
    assert "郑四南片区3 个网格（上限 2）、2 件未销号（上限 1）" in sentences[2]
    assert "李一北片区、南片区3 个网格（上限 2）、1 件未销号" in sentences[2]
    sentences.clear()
    overloaded.show(look, "en")
    assert sentences[0].endswith("0 of 2 (0.0%)") and sentences[2] == t("duties.over_none", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_gives_all_sheets_or_the_one_of_the_zone(
    look_at: LookAt, sentences: list[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    pressed: list[SimpleNamespace] = []
    monkeypatch.setattr(
        "streamlit.download_button", lambda label, **more: pressed.append(SimpleNamespace(label=label, **more))
    )
    handouts.show(look_at(), language)
    handouts.show(look_at(zone=("999900002",)), language)
    every, one = pressed
    assert every.file_name.endswith(".zip") and "2" in every.label
    assert one.file_name.endswith(".xlsx") and "南片区" in one.label
    with zipfile.ZipFile(io.BytesIO(every.data())) as archive:
        assert len(archive.namelist()) == 2
    assert one.data().startswith(b"PK") and sentences


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layer", ["cell", "facility"])
def test_the_page_in_both_languages(town: Town, language: str, layer: str) -> None:
    url = town.engine.url.render_as_string(hide_password=False)

    def page(url: str, language: str) -> None:
        from dashboard import cached
        from dashboard.filters import Filters
        from dashboard.pages import coverage
        from dashboard.screen import address
        from settings import Settings

        settings = Settings(database_url=url)
        address.begin()
        coverage.show(cached.look(settings, Filters()), settings, language)

    app = AppTest.from_function(page, default_timeout=30, kwargs={"url": url, "language": language})
    app.query_params.update({"part": "assignments", "held": layer, "state_of": "ended"})
    app.run()
    assert not app.exception
    shown = [re.sub(r"<[^>]+>", " ", each.proto.body) for each in app.get("html")]
    text = " ".join(shown)
    if layer == "cell":
        assert duties.sentence(found_in(town), "cell", language) in text
        assert t("duties.why_ended", language) in text
        assert t("duties.counted", language, count="6", share="66.7%") in text
    else:
        assert t("duties.next_facility", language) in text
    assert t("duties.sheets_note", language) in text and not re.search(r"\bnan\b|NaN|NaT|None", text)
    if language == "zh":
        assert not re.search(r"\b(cells?|facilit|term|nobody)\b", text)


def found_in(town: Town) -> pd.DataFrame:
    return analysis.duties(town.county, town.snapshot, town.filters, within_days=30)


def test_hostile_names_are_text_in_the_list_of_people(tmp_path: Path, sentences: list[str], monkeypatch: Any) -> None:
    rows = towns.town_rows()
    table = next(table for table in rows if table.name == "party")
    rows[table] = [row | {"name": "<img src=x onerror=alert(1)>"} for row in rows[table]]
    engine = connect(f"sqlite:///{tmp_path / 'evil.sqlite'}")
    towns.write_town(engine, rows)
    html: list[str] = []
    monkeypatch.setattr("streamlit.html", html.append)
    monkeypatch.setattr("streamlit.download_button", lambda *_, **__: False)
    settings = Settings(database_url=engine.url.render_as_string(hide_password=False), cells_per_worker=1)
    overloaded.show(cached.look(settings, Filters()), "zh")
    engine.dispose()
    assert any("&lt;img" in text for text in html) and not any("<img" in text for text in html)
