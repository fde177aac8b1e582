import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import shapely

from dashboard import tables
from dashboard.__main__ import main
from dashboard.analysis import density, trends
from dashboard.analysis.proposal import Question
from dashboard.analysis.service import Rule, service
from dashboard.standards import Standards, read_standards
from etl.database import connect
from settings import Settings
from tests import town as towns
from tests.dashboard.conftest import Town, opened
from tests.town import NORTH


@pytest.fixture
def run(town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Runs a command on the town: exit code, stdout, stderr."""
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def command(*arguments: str, url: str = str(town.engine.url)) -> tuple[int, str, str]:
        code = main([*arguments, "--database", url])
        out, err = capsys.readouterr()
        return code, out, err

    return command


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", tables.NAMES)
def test_every_table_in_every_format_has_the_same_rows(run, name: str) -> None:
    told = {}
    for form in tables.FORMATS:
        code, out, err = run("table", name, "--format", form)
        assert (code, err) == (0, "")
        told[form] = out
    rows = read_csv(told["csv"])
    whole = json.loads(told["json"])
    features = json.loads(told["geojson"])["features"]
    assert [row["code"] for row in rows] == [row["code"] for row in whole["rows"]]
    assert whole["rows"] == [feature["properties"] for feature in features]
    assert (whole["place"], whole["data_version"], whole["as_of"]) == ("999900", 1, "2026-03-20T04:00:00+00:00")
    assert (whole["start"], whole["end"]) == ("2026-02-23", "2026-03-22")


def test_the_same_numbers_as_the_page(run, town: Town) -> None:
    _, out, _ = run("table", "zones")
    told = pd.read_csv(io.StringIO(out), dtype={"code": str}).set_index("code")
    shown = density.zones(town.county, town.snapshot, town.filters)
    told = told.astype({"visits": "Int64", "is_unvisited": "boolean"})  # CSV knows no NA but the empty cell
    pd.testing.assert_frame_equal(told, shown, check_names=False, check_dtype=False)


def test_what_changed_over_time_by_zone_and_by_cell(run, town: Town) -> None:
    rows = {name: read_csv(run("table", name)[1]) for name in ("trends", "relapse", "campaigns")}
    whole = {name: [row["code"] for row in told if row["of"] == "zone"] for name, told in rows.items()}
    zones = list(town.county.zones.index)
    assert whole == {"trends": zones, "relapse": [*zones, "-"], "campaigns": ["*", *zones]}
    assert {row["refusal"] for row in rows["trends"]} == {"too_few_cells"}
    assert {row["weeks"] for row in rows["trends"]} == {"10"}
    told = trends.cells(town.county, town.snapshot, town.filters, with_slope=True).frame
    assert [row["problems"] for row in rows["trends"] if row["of"] == "cell"] == [str(n) for n in told["problems"]]
    relapsed = {(row["of"], row["code"]): row for row in rows["relapse"]}
    assert relapsed["cell", "C5"]["reopened"] == "1"  # p07, after nine days
    assert relapsed["zone", "-"]["closed"] == "1"
    campaign = rows["campaigns"][0]
    assert [campaign[name] for name in ("name", "starts_on", "weeks", "during", "reason")] == [
        "三月攻坚周", "2026-03-09", "0", "3", "too_short",
    ]  # fmt: skip


def test_hotspots_say_why_there_are_none(run) -> None:
    rows = json.loads(run("table", "hotspots", "--format", "json")[1])["rows"]
    assert {(row["refusal"], row["z"], row["class_"]) for row in rows} == {("too_few_cells", None, 0)}
    assert {row["radius_m"] for row in rows} == {None}  # nine cells show no distance of likeness; touching alone counts
    assert [row["problems"] for row in rows] == [2, 1, 1, 1, 4, 0, 0, 0, 0]


def test_what_is_not_on_record_is_an_empty_value_not_all_cells(run, bare_town: Town) -> None:
    url = str(bare_town.engine.url)
    lacking = ("is_unassigned", "is_unvisited", "is_unserved", "is_unserved_toilet", "is_unserved_market", "visits",
               "last_visit", "share_toilet", "nearest_toilet_m", "worker", "leader")  # fmt: skip
    rows = read_csv(run("table", "coverage", url=url)[1])
    assert [row["code"] for row in rows] == list(towns.CELLS)
    assert {row[name] for row in rows for name in lacking} == {""}
    _, out, err = run("table", "cells", "--format", "json", url=url)
    assert err == ""
    assert {(row["visits"], row["is_unvisited"]) for row in json.loads(out)["rows"]} == {(None, None)}
    kept = read_csv(run("table", "coverage")[1])
    assert [row["is_unvisited"] for row in kept].count("True") == 5
    assert [row["visits"] for row in kept][:3] == ["2", "0", "1"]


def test_coverage_by_a_rule_and_its_zones(run, town: Town) -> None:
    """300 m around the toilet in the middle of the town hold all of it; 70 m around litter bins nobody can judge."""
    rule = ("--kind", "market", "--standard", "life_circle.five_minutes", "--method", "on_foot")
    cells = json.loads(run("table", "coverage", *rule, "--format", "json")[1])["rows"]
    zones = json.loads(run("table", "served", *rule, "--format", "json")[1])["rows"]
    asked = Rule("market", "life_circle.five_minutes", "on_foot")
    shown = service(town.county, town.filters, asked, standards=read_standards(), unserved_share=0.5)
    for name in ("share", "distance_m", "choices", "weight", "served", "is_served", "facility_name", "radius_m"):
        assert [row[name] for row in cells] == pytest.approx(shown.cells[name].tolist())
    assert {(row["kind"], row["standard"], row["method"], row["reason"]) for row in [*cells, *zones]} == {
        ("market", "life_circle.five_minutes", "straight_line", "no_roads")
    }
    assert [row["code"] for row in zones] == ["*", NORTH, towns.SOUTH]
    assert zones[0]["served"] == pytest.approx(shown.served) and zones[0]["share_served"] == shown.share_served
    for name in ("cells", "cells_unserved", "total", "served"):
        assert zones[0][name] == pytest.approx(sum(row[name] for row in zones[1:]))
        assert [row[name] for row in zones[1:]] == shown.zones[name].tolist()
    # What the page shows at first is what the table says of each kind without being asked.
    for kind in ("toilet", "market"):
        rows = json.loads(run("table", "coverage", "--kind", kind, "--format", "json")[1])["rows"]
        assert [row["is_served"] for row in rows] == [not row[f"is_unserved_{kind}"] for row in rows]
        assert [row["share"] for row in rows] == [row[f"share_{kind}"] for row in rows]
    none = json.loads(run("table", "served", "--kind", "litter_bin", "--format", "json")[1])["rows"]
    assert {(row["refusal"], row["share_served"], row["total"]) for row in none} == {("no_facilities", None, 0)}


def test_filters_are_options(run) -> None:
    _, out, _ = run("table", "zones", "--zone", "北片区", "--unit", "环卫所", "--overdue")
    assert [(row["code"], row["open"]) for row in read_csv(out)] == [(NORTH, "1")]
    _, out, _ = run("table", "zones", "--as-of", "2026-03-15", "--format", "json")
    assert json.loads(out)["as_of"] == "2026-03-15T15:59:59+00:00"  # the day's last second in Shanghai
    _, out, _ = run("table", "zones", "--as-of", "2026-03-15T12:00", "--format", "json")
    assert json.loads(out)["as_of"] == "2026-03-15T04:00:00+00:00"
    _, out, _ = run("table", "zones", "--with-default-points", "--zone", "-", "--zone", towns.SOUTH)
    assert [row["problems"] for row in read_csv(out)] == ["8", "2"]
    _, out, _ = run("table", "ranking", "--start", "2026-03-01", "--end", "2026-03-07")
    assert {row["code"]: row["due"] for row in read_csv(out) if row["of"] == "zone"} == {NORTH: "2", towns.SOUTH: "1"}


def test_geojson_carries_polygons_in_degrees(run) -> None:
    _, out, _ = run("table", "cells", "--cell", "C5", "--format", "geojson")
    (feature,) = json.loads(out)["features"]
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert shape.equals_exact(towns.box(100, 100).normalize(), 2e-7) or shape.normalize().equals_exact(
        towns.box(100, 100).normalize(), 2e-7
    )
    assert shape.geoms[0].exterior.is_ccw
    _, out, _ = run("table", "ranking", "--format", "geojson")
    assert [feature["geometry"] is None for feature in json.loads(out)["features"]] == [False, False, True, True]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["table", "zones", "--zone", "99"], "99"),
        (["table", "zones", "--state", "done"], "in_progress"),
        (["table", "zones", "--unit", "无此单位"], "无此单位"),
        (["table", "zones", "--start", "gestern"], "2026-11-20"),
        (["table", "zones", "--start", "2026-03-02", "--end", "2026-03-01"], "2026-03-02"),
        (["table", "zones", "--as-of", "2026-13-01"], "--as-of"),
        (["table", "zones", "--data-version", "7"], "7"),
        (["table", "zones", "--place", "330000"], "330000"),
        (["table", "streets"], "streets"),
        (["table", "coverage", "--kind", "parking"], "litter_bin"),
        (["table", "served", "--standard", "toilet.radius"], "life_circle.five_minutes"),
        (["table", "served", "--method", "bus"], "on_foot"),
        (["map", "coverage", "--kind", "unserved", "-o", "x.html"], "unserved_toilet"),
        (["table", "zones", "--nonsense"], "--nonsense"),
        (["map", "heat", "-o", "/no/such/folder/map.html"], "/no/such/folder/map.html"),
        (["table", "zones", "-o", "/no/such/folder/zones.csv"], "/no/such/folder/zones.csv"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mistake_is_one_sentence_and_exit_1(run, arguments: list[str], said: str, language: str) -> None:
    code, out, err = run(*arguments, "--language", language)
    assert (code, out) == (1, "")
    assert said in err and "Traceback" not in err and len(err.strip().splitlines()) == 1
    assert err.strip().endswith("。") == (language == "zh")


def test_the_language_is_that_of_the_settings_where_none_is_asked_for(run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "没有" in run("table", "zones", "--place", "330000")[2]
    monkeypatch.setenv("GRID_LANGUAGE", "en")
    assert "holds no place" in run("table", "zones", "--place", "330000")[2]
    assert "没有" in run("table", "zones", "--place", "330000", "--language=zh")[2]


@pytest.mark.parametrize(("language", "said"), [("zh", "逾期"), ("en", "overdue")])
def test_help_in_either_language(run, capsys: pytest.CaptureFixture[str], language: str, said: str) -> None:
    with pytest.raises(SystemExit) as left:
        run("table", "--help", "--language", language)
    assert left.value.code == 0 and said in capsys.readouterr().out


def test_no_data_yet(run, tmp_path: Path) -> None:
    code, out, err = run("table", "zones", url=f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert (code, out) == (1, "") and "python -m etl load" in err


def test_a_csv_for_a_spreadsheet_runs_nothing(run, tmp_path: Path) -> None:
    rows = towns.town_rows()
    evil = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", 'plain, "quoted"\nname']
    for cell, name in zip(rows[towns.schema.cell], evil, strict=False):
        cell["name"] = name
    engine = connect(f"sqlite:///{tmp_path / 'evil.sqlite'}")
    towns.write_town(engine, rows)
    frame = density.cells(*opened(engine)[1:]).rename_axis("code").reset_index()
    told = [row["name"] for row in read_csv(tables.as_csv(frame))]
    assert told[:5] == [f"'{name}" for name in evil[:5]] and told[5] == evil[5]
    path = tmp_path / "cells.csv"
    assert run("table", "cells", "-o", str(path), url=str(engine.url)) == (0, "", "")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfcode,name")


def test_negative_numbers_stay_numbers(run) -> None:
    _, out, _ = run("table", "cells")
    assert {row["code"]: row["change"] for row in read_csv(out)}["C9"] == "-1"


@pytest.mark.parametrize("page", ["overview", "heat", "coverage", "responsibility"])
def test_a_map_is_one_file_that_asks_for_nothing(run, tmp_path: Path, page: str) -> None:
    path = tmp_path / "map.html"
    assert run("map", page, "-o", str(path)) == (0, "", "")
    text = path.read_text(encoding="utf-8")
    assert "内部用图" in text and "<script" in text
    assert 'src="http' not in text and "<link" not in text


def test_sites_by_what_they_add_after_a_row_of_today(run, town: Town) -> None:
    code, out, err = run("table", "siting", "--kind", "market", "--sites", "1", "--format", "json")
    assert (code, err) == (0, "")
    (today,) = json.loads(out)["rows"]  # the one market reaches all of the town
    assert {name: today[name] for name in ("code", "site", "covered", "bound", "total", "weight", "radius_m")} == {
        "code": "*", "site": 0, "covered": 4500, "bound": 4500, "total": 4500, "weight": "people", "radius_m": 500
    }  # fmt: skip
    standards = read_standards(None)
    near = {"toilet.radius": replace(standards.entries["toilet.radius"], value=100)}
    found = tables.table(
        "siting",
        tables.Asked(town.county, town.snapshot, town.filters, Settings(), Standards(near), Question(n=1)),
    )  # fmt: skip
    assert found[["code", "site", "gain", "covered"]].to_numpy().tolist() == [["*", 0, 0, 2500], ["C8", 1, 1600, 4100]]
    features = json.loads(tables.as_geojson("siting", found, town.county, town.filters))["features"]
    assert features[0]["geometry"] is None
    assert features[1]["geometry"]["type"] == "Point"
    assert shapely.box(*town.county.cells.to_crs("EPSG:4326").loc["C8"].geometry.bounds).contains(
        shapely.from_geojson(json.dumps(features[1]["geometry"]))
    )


def test_sites_by_another_radius_and_with_a_spacing(run) -> None:
    def sites(*more: str) -> list[dict]:
        code, out, err = run("table", "siting", "--radius-m", "100", "--format", "json", *more)
        assert (code, err) == (0, "")
        return json.loads(out)["rows"]

    assert [(row["code"], row["covered"]) for row in sites()] == [("*", 2500), ("C8", 4100), ("C2", 4500)]
    # The middles of C2, C4, C6 and C8 are 100 m from the toilet, those of the corners 141 m and 200 m from each other.
    far = sites("--spacing-m", "120")
    assert [(row["code"], row["gain"], row["radius_m"]) for row in far[1:]] == [
        ("C9", 900, 100), ("C7", 700, 100), ("C3", 300, 100), ("C1", 100, 100),
    ]  # fmt: skip
    _, out, _ = run("table", "siting", "--standard", "life_circle.ten_minutes", "--format", "json")
    assert {row["radius_m"] for row in json.loads(out)["rows"]} == {500}
    assert {row["radius_m"] for row in sites("--standard", "life_circle.ten_minutes")} == {100}
    for wrong in ("0", "-5", "nan", "inf", "evil"):
        code, _, err = run("table", "siting", "--spacing-m", wrong)
        assert code == 1 and "--spacing-m" in err and "Traceback" not in err


def test_sites_without_an_answer_say_why(run, bare_town: Town) -> None:
    _, out, _ = run("table", "siting", url=bare_town.engine.url.render_as_string())
    assert [(row["code"], row["covered"], row["refusal"]) for row in read_csv(out)] == [("*", "0.0", "no_facilities")]
    code, _, err = run("table", "siting", "--sites", "21")
    assert code == 1 and "21" in err
