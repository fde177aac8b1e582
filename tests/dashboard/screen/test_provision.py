"""What there is against the standards, in the town of nine cells: every view, every empty state, the sheets."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard import cached, tables
from dashboard.analysis import judged, supplied, vending
from dashboard.analysis.judged import Question
from dashboard.filters import NONE, Filters
from dashboard.maps.style import NOT_DRAWN
from dashboard.screen import against, picks, provision
from dashboard.screen import supply as supply_screen
from dashboard.screen import vending as vending_screen
from dashboard.standards import Standards, read_standards
from dashboard.text import LANGUAGES, t
from etl import schema
from etl.database import connect
from settings import Settings
from tests import town as towns
from tests.dashboard.conftest import Town, opened
from tests.dashboard.screen.conftest import LookAt

STANDARDS = read_standards()
SEATS = {"f1": 12, "f4": 50}


@pytest.fixture(scope="module")
def full_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """With seats, stalls, classes, a main road beside the toilet in the middle, and 垃圾 for street vending."""
    rows = towns.town_rows()
    for row in rows[schema.facility]:
        row |= {"capacity": SEATS.get(row["code"]), "grade": "3" if row["code"] == "f1" else None}
    road = towns.box(0, 139, 300, 2)
    rows[schema.base_feature].append(
        rows[schema.base_feature][0] | {"code": "b2", "kind": "road_main", "name": "大街", "geometry": road}
    )
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('full') / 'full.sqlite'}")
    towns.write_town(engine, rows)
    yield opened(engine)
    engine.dispose()


def looked(town: Town, **settings: Any) -> cached.Look:
    return cached.look(Settings(database_url=str(town.engine.url), **settings), Filters())


def _page(url: str, language: str) -> None:
    """The script of a session; reads nothing of this module."""
    from dashboard import cached
    from dashboard.pages import coverage
    from dashboard.screen import address
    from settings import Settings

    address.begin()
    settings = Settings(database_url=url, vending_words="垃圾")
    coverage.show(cached.look(settings, address.chosen()), settings, language)


def shown(engine: sa.Engine, language: str, **choices: str) -> tuple[str, AppTest]:
    """What a session reads on the page."""
    app = AppTest.from_function(_page, default_timeout=30, args=(str(engine.url), language))
    app.query_params.update({"part": "standards", **choices})
    app.run()
    assert not app.exception, app.exception
    return " ".join(re.sub(r"<[^>]+>", " ", each.proto.body) for each in app.get("html")), app


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_question_has_its_answer_on_the_page(full_town: Town, language: str) -> None:
    text, app = shown(full_town.engine, language)
    found = supplied.supplied(full_town.county, full_town.filters, "toilet", STANDARDS)
    capacity, average = t("provision.capacity.toilet", language), f"{found.per_thousand:.1f}"
    assert t("provision.supply_title", language, capacity=capacity, value=average) in text
    assert t("provision.supply_crowds", language, people="500") in text and t("coverage.to_verify", language) in text
    assert t("provision.supply_nobody", language) in shown(full_town.engine, language, zone=NONE)[0]
    asked = [t(f"provision.{ask}", language) for ask in provision.ASKED]
    assert asked in [buttons.options for buttons in app.segmented_control]
    text, app = shown(full_town.engine, language, ask="spacing", against="busy_street")
    assert app.selectbox(key="choice_against").value == "busy_street"
    assert STANDARDS.entries["toilet.spacing_busy_street"].clause[language] in text
    text, _ = shown(full_town.engine, language, ask="per_km2", against="nonsense")
    assert t("provision.against.residential", language) in text, "what nobody can read is the first standard"
    text, _ = shown(full_town.engine, language, ask="lowest_class")
    assert t("provision.class.2", language) in text
    text, app = shown(full_town.engine, language, ask="vending")
    assert t("provision.vending_too_few", language) in text and "垃圾" in text
    app.button(key="whole_period").click().run()
    assert app.query_params["start"] == "2026-01-05", "the day of the first problem"
    assert not [button for button in app.button if button.key == "whole_period"]


@pytest.mark.parametrize("ask", provision.ASKED)
def test_a_place_without_facilities_is_told_what_to_load(bare_town: Town, ask: str) -> None:
    text, _ = shown(bare_town.engine, "zh", ask=ask)
    code = "no_markets" if ask == "vending" else "no_facilities"
    assert t(f"provision.refusal.{code}", "zh").format(kind="公厕") in text
    assert "nan" not in text.lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted({*supplied.REFUSALS, *judged.REFUSALS, *vending.CANNOT}))
def test_every_refusal_is_a_whole_sentence(look_at: LookAt, language: str, code: str) -> None:
    look = look_at()
    said = []
    if code in supplied.REFUSALS:
        found = replace(supplied.supplied(look.county, look.filters, "toilet", Standards({})), refusal=code)
        said.append(supply_screen.refusal("toilet", found, language))
    if code in judged.REFUSALS:
        lacking = replace(judged.judged(look.county, look.filters, Question(), Standards({})), refusal=code)
        said.append(against.why_not(look, Question(), lacking, language))
    if code in vending.CANNOT:
        gathered = vending.gathered(look.county, look.snapshot, look.filters, words=["垃圾"], standards=STANDARDS)
        assert gathered is not None
        said.append(vending_screen.why_not(look, replace(gathered, answer=code), language))
    for sentence in said:
        assert not re.search(r"[{}—]|nan", sentence) and sentence.endswith("。" if language == "zh" else ".")
    assert said


def test_the_map_of_supply_is_blank_where_nobody_lives_and_says_why_nothing_is_told(full_town: Town) -> None:
    look, near = looked(full_town), {**STANDARDS.entries}
    near["toilet.radius"] = replace(near["toilet.radius"], value=110.0)
    cells = full_town.county.cells.assign(
        people=full_town.county.cells["people"].where(full_town.county.cells.index != "C5")
    )
    county = replace(full_town.county, cells=cells)
    found = supplied.supplied(county, full_town.filters, "toilet", Standards(near))
    view = supply_screen.view(replace(look, county=county), "toilet", found, "zh")
    assert view.polygons is not None and view.legend is not None
    classes = dict(zip(view.polygons.codes, view.polygons.classes.tolist(), strict=True))
    assert {code for code, which in classes.items() if which == NOT_DRAWN} == {"C5"}
    # 12 seats for the 2,000 people of four cells are 6 a thousand, the palest class.
    assert {code for code, which in classes.items() if which == 5} == {"C2", "C4", "C6", "C8"}
    assert {code for code, which in classes.items() if which == 0} == {"C1", "C3", "C7", "C9"}
    assert [points.codes.tolist() for points in view.points] == [["f1"]]
    assert "厕位 12 个，服务半径内 2,000 人" in view.points[0].titles[0]
    none = supply_screen.view(look, "toilet", replace(found, refusal="no_people"), "zh")
    assert none.legend is not None and none.legend.note == t("provision.refusal.no_people", "zh")
    assert none.polygons is not None and set(none.polygons.classes) == {NOT_DRAWN}


def test_a_line_rings_the_facility_and_nobody_is_nobody_only_where_keepers_are_kept(
    full_town: Town, lines: list[picks.Line], sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.screen.cases.button", lambda *_, **__: None)
    look = looked(full_town)
    question = Question(judged.CLASS)
    found = judged.judged(full_town.county, full_town.filters, question, STANDARDS)
    against.beside(look, question, found, "zh")
    assert [(line.code, line.at, line.who, line.count) for line in lines] == [("f1", ("lacking", "f1"), "", "三类")]
    assert t("provision.lowest_class_title", "zh").format(kind="公厕", act="1", unit="座", grade="二类") in sentences
    view = against.view(look, question, found, "zh")
    assert [(points.kind, points.codes.tolist()) for points in view.points] == [("lacking", ["f1"])]
    assert view.legend is not None
    assert [swatch.label for swatch in view.legend.swatches] == [t("provision.states.lowest_class.too_little", "zh")]


def test_vending_beyond_the_radius_is_orange_and_listed(
    full_town: Town, lines: list[picks.Line], sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.screen.cases.button", lambda *_, **__: None)
    drawn: list[dict[str, Any]] = []
    monkeypatch.setattr("streamlit.altair_chart", lambda chart, **_: drawn.append(chart.to_dict()))
    monkeypatch.setattr("streamlit.button", lambda *_, **__: False)
    near = Standards({"market.radius": replace(STANDARDS.entries["market.radius"], value=200.0, by_setting={})})
    look = replace(looked(full_town, vending_words="垃圾"), standards=near)
    found = vending.gathered(look.county, look.snapshot, look.filters, words=["垃圾"], standards=near)
    cells = vending_screen.by_cell(look, found)
    view = vending_screen.view(look, found, cells, "zh")
    assert view.polygons is not None
    classes = dict(zip(view.polygons.codes, view.polygons.classes.tolist(), strict=True))
    assert {code: which for code, which in classes.items() if which} == {"C2": 2, "C5": 1}
    assert [(points.kind, points.codes.tolist(), points.radius_m) for points in view.points] == [
        ("market", ["f4"], 200.0), ("problem", ["p03"], None),
    ]  # fmt: skip
    vending_screen.beside(look, found, cells, "zh")
    assert [(line.code, line.count) for line in lines] == [("C2", "1")]
    said = t("provision.vending_shares", "zh", vending="3", vending_beyond="1", vending_share="33.3%", others="8",
             others_beyond="3", others_share="37.5%")  # fmt: skip
    assert said in sentences and len(drawn) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_and_sheets_hold_what_the_page_shows(full_town: Town, language: str) -> None:
    look = looked(full_town, vending_words="垃圾")
    asked = tables.Asked(look.county, look.snapshot, look.filters, look.settings, look.standards)
    told = tables.table("supply", asked)
    for kind in ("toilet", "market"):
        found = supplied.supplied(look.county, look.filters, kind, look.standards)
        rows = told[told["kind"] == kind].set_index("code")
        assert rows.loc["*", "per_thousand"] == pytest.approx(found.per_thousand)
        of_cells = rows[rows["of"] == "cell"]
        assert of_cells["per_thousand"].to_dict() == pytest.approx(found.cells["per_thousand"].to_dict())
        sheet = supply_screen.table(found, kind, language)
        assert sheet[t("provision.facility", language)].tolist() == rows.index[rows["of"] == "facility"].tolist()
        assert not sheet.columns.duplicated().any()
    told = tables.table("provision", asked)
    for question in (one for of in judged.ASKED for one in judged.choices(look.standards, of)):
        found_ = judged.judged(look.county, look.filters, question, look.standards)
        rows = told[(told["of"] == question.asked) & (told["against"] == question.against)]
        assert rows["state"].tolist() == found_.rows["state"].tolist() and rows["refusal"].isna().all()
        sheet = against.table(look, question, found_, language)
        assert len(sheet) == len(rows) and not sheet.columns.duplicated().any()
    told = tables.table("vending", asked)
    assert told.loc[told["code"] == "vending", ["problems", "beyond"]].to_numpy().tolist() == [[3, 0]]
    gathered = vending.gathered(look.county, look.snapshot, look.filters, words=["垃圾"], standards=look.standards)
    sheet = vending_screen.table(vending_screen.by_cell(look, gathered), language)
    assert sheet.iloc[:, 0].tolist() == told.loc[told["of"] == "cell", "code"].tolist() == ["C5", "C2"]


def test_tables_say_why_there_is_nothing(bare_town: Town) -> None:
    look = looked(bare_town)
    asked = tables.Asked(look.county, look.snapshot, look.filters, look.settings, look.standards)
    assert set(tables.table("supply", asked)["refusal"]) == {"no_facilities"}
    assert set(tables.table("provision", asked)["refusal"]) == {"no_facilities"}
    assert set(tables.table("vending", asked)["answer"]) == {"no_category"}
    none = replace(asked, standards=Standards({}))
    assert set(tables.table("supply", none)["refusal"]) == {"no_standard"}
    assert tables.table("provision", none).empty
    assert tables.table("vending", none)["answer"].tolist() == ["no_standard"]
