"""What of a scenario leaves the screen, read back."""

import io
import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as Xml

import geopandas as gpd
import openpyxl
import pyogrio
import pytest

from dashboard.analysis.proposal import Question
from dashboard.analysis.scenario import Arrangement, Scenario, arranged
from dashboard.maps import siting
from dashboard.screen import scenario_files
from dashboard.text import t
from tests.dashboard.analysis.test_contrast import made
from tests.dashboard.analysis.test_proposal import reaching
from tests.dashboard.conftest import Town
from tests.dashboard.screen.conftest import LookAt

NAME = "=1+1 <b>"


@pytest.fixture
def arrangement(town: Town) -> Arrangement:
    """C8 is new; the old toilet is closed, so C2 and C6 are lost: C4 and C5 too, but C8 reaches C5."""
    return made(town, ["C8"], ("f1",))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_three_sheets(look_at: LookAt, arrangement: Arrangement, language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(scenario_files.workbook(look_at(), arrangement, NAME, language)))
    assert book.sheetnames == [t(f"scenario.sheet_{name}", language) for name in ("sites", "cells", "about")]
    sites, cells, about = (list(sheet.values) for sheet in book.worksheets)
    assert sites[1][sites[0].index(t("siting.gain", language))] == arrangement.sites["gain"].iloc[0]
    change = {row[0]: row[-1] for row in cells[1:]}
    labels = [swatch.label for swatch in siting.scale("toilet", language).swatches]
    assert change == {
        "C1": labels[2], "C2": labels[3], "C3": labels[2], "C4": labels[3], "C5": labels[0], "C6": labels[3],
        "C7": labels[1], "C8": labels[0], "C9": labels[1],
    }  # fmt: skip
    values = {row[0]: row[1] for row in about[1:]}
    assert values[t("scenario.name", language)] == NAME
    assert values[t("scenario.covered", language)] == arrangement.covered == 500 + 700 + 800 + 900
    assert values[t("scenario.share", language)] == round(2900 / 4500, 4)
    assert values[t("scenario.sites", language)] == 1 and values[t("scenario.closed", language)] == 1
    assert t("print.version", language, version=1) in [row[1] for row in about]


def test_layers_with_their_styles(look_at: LookAt, arrangement: Arrangement, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(scenario_files.package(look_at(), arrangement, NAME, "zh"))
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["sites", "facilities", "cells", "about", "layer_styles"]
    cells = gpd.read_file(path, layer="cells").set_index("cell")
    assert cells["change"].to_dict() == {
        "C1": "stays", "C2": "lost", "C3": "stays", "C4": "lost", "C5": "was", "C6": "lost", "C7": "becomes",
        "C8": "was", "C9": "becomes",
    }  # fmt: skip
    assert cells.loc[cells["is_covered"], "weight"].sum() == arrangement.covered
    (site,) = gpd.read_file(path, layer="sites").itertuples()
    assert (site.site, site.gain) == (1, arrangement.sites["gain"].iloc[0])
    assert (site.geometry.x, site.geometry.y) == (site.lon, site.lat)
    facilities = gpd.read_file(path, layer="facilities").set_index("facility")
    assert facilities["is_closed"].to_dict() == {"f1": True}
    told = pyogrio.read_info(path, layer="cells")["dataset_metadata"]
    assert (told["scenario"], told["data_version"], told["place_name"]) == (NAME, "1", "示范县")
    assert told["as_of"].startswith("2026-03-20T04:00") and json.loads(told["filters"])["end"] == "2026-03-22"
    file = sqlite3.connect(path)
    for table, style in file.execute("SELECT f_table_name, styleQML FROM layer_styles"):
        rules = [rule.get("filter") or "1" for rule in Xml.fromstring(style).iter("rule")]
        drawn = sum(file.execute(f"SELECT count(*) FROM {table} WHERE {rule}").fetchone()[0] for rule in rules)
        assert drawn == file.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    file.close()


def test_a_cell_that_weighs_nothing_has_no_change(look_at: LookAt, town: Town) -> None:
    found = made(town, ["C8"], weight="open")
    rows = scenario_files.cells(look_at(), found, "zh")
    weightless = rows[t("siting.weight", "zh")] == 0
    assert weightless.any() and rows.loc[weightless, t("scenario.change", "zh")].isna().all()
    assert rows.loc[~weightless, t("scenario.change", "zh")].notna().all()


def test_the_name_of_a_planned_facility_goes_with_its_site(look_at: LookAt, town: Town) -> None:
    listed = arranged(
        town.county, town.snapshot, town.filters, Scenario(Question(candidates="planned")), standards=reaching(100)
    )
    book = openpyxl.load_workbook(io.BytesIO(scenario_files.workbook(look_at(), listed, "", "zh")))
    heading, site = book.worksheets[0].values
    assert dict(zip(heading, site, strict=True))[t("siting.candidate", "zh")] == "拟建公厕"
