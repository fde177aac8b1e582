"""The sample county, read back with other libraries than it was written with."""

import csv
import re
import sqlite3
import tomllib
import zipfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from etl.coordinates import wgs84_from_bd09, wgs84_from_gcj02
from etl.errors import SettingsError
from etl.sample import write_sample
from etl.sample.county import County, build_county
from etl.sample.facilities import build_facilities
from etl.sample.intensity import build_intensity
from etl.sample.people import build_people
from etl.sample.problems import CLOSED, COMPLAINT, build_problems
from etl.sample.size import Size, facts
from etl.sample.spelling import date_texts, dms
from etl.sample.visits import build_visits

METRES = "EPSG:4547"
DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sample")
    write_sample(directory, scale=1, seed=7)
    return directory


@pytest.fixture(scope="module")
def zones(sample_dir: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(f"zip://{sample_dir / '片区/片区界线.zip'}", encoding="gbk").to_crs(METRES)


@pytest.fixture(scope="module")
def cells(sample_dir: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(sample_dir / "网格/单元网格.geojson").to_crs(METRES)


def _county(seed: int = 7, scale: float = 1) -> tuple[np.random.Generator, County]:
    rng = np.random.default_rng(seed)
    return rng, build_county(rng, Size(scale))


def _files(directory: Path) -> dict[str, bytes]:
    return {p.relative_to(directory).as_posix(): p.read_bytes() for p in directory.rglob("*") if p.is_file()}


def _sheet(path: Path, heading_row: int) -> pd.DataFrame:
    rows = list(openpyxl.load_workbook(path).active.iter_rows(min_row=heading_row, values_only=True))
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=object)


@pytest.fixture(scope="module")
def ledgers(sample_dir: Path) -> list[pd.DataFrame]:
    """The three ledgers, headings as written; the merged ones of the first are taken from their lower row."""
    first = _sheet(sample_dir / "台账/市容环境摸底台账.xlsx", 3)
    first.columns = [below if below else above for above, below in zip(first.columns, first.iloc[0], strict=True)]
    with (sample_dir / "台账/基础设施台账.csv").open(encoding="gb18030", newline="") as file:
        second = pd.DataFrame(csv.DictReader(file), dtype=object).replace("", None)
    return [first.iloc[1:].reset_index(drop=True), second, _sheet(sample_dir / "台账/违建及广告招牌排查台账.xlsx", 2)]


def test_same_seed_gives_the_same_bytes_and_the_committed_set_is_of_this_code(
    written: Path, sample_dir: Path, tmp_path: Path
) -> None:
    write_sample(tmp_path, scale=1, seed=7)
    first, again, committed = _files(written), _files(tmp_path), _files(sample_dir)
    assert first == again
    assert first.keys() == committed.keys()
    # Workbooks, zips and GeoPackages carry traces of the libraries' versions; texts are compared to the byte.
    texts = [name for name in first if name.endswith((".csv", ".toml", ".kml", ".geojson"))]
    assert len(texts) >= 12
    assert {name for name in texts if first[name] != committed[name]} == set()
    assert sum(map(len, committed.values())) < 3_000_000


def test_another_seed_gives_another_town(tmp_path: Path, written: Path) -> None:
    told = write_sample(tmp_path, scale=1, seed=8)
    assert told["problems"] == 1002
    assert told["facilities"] == {"市场": 21, "公厕": 37, "垃圾房": 10, "果皮箱": 400, "停车场": 9}
    assert _files(tmp_path)["网格/单元网格.geojson"] != _files(written)["网格/单元网格.geojson"]


def test_every_file_is_declared_with_a_layer_that_exists(sample_dir: Path) -> None:
    from etl.schema import LAYERS

    plan = tomllib.loads((sample_dir / "sources.toml").read_text(encoding="utf-8"))
    assert plan["place"]["division_code"] == "999900"
    assert plan["place"]["week_ends"] == "friday"
    declared = [path for source in plan["source"] for path in sample_dir.glob(source["path"])]
    present = [path for path in sample_dir.rglob("*") if path.is_file() and path.name != "sources.toml"]
    assert sorted(declared) == sorted(present)
    assert {source["layer"] for source in plan["source"]} == set(LAYERS)


@pytest.mark.parametrize("seed", [0, 2, 4, 7, 10])
def test_cells_tile_the_land_and_zones_the_built_up_area(seed: int) -> None:
    town = _county(seed)[1].town
    assert 1_050 <= len(town.cells) <= 1_190
    assert shapely.coverage_is_valid(town.cells)
    assert shapely.coverage_is_valid(town.zones)
    assert set(shapely.get_type_id(town.cells)) == set(shapely.get_type_id(town.zones)) == {3}
    assert shapely.area(town.zones).sum() == pytest.approx(19.03e6, rel=1e-5)
    land = 19.03e6 - town.streets.river.area
    assert shapely.area(town.cells).sum() == pytest.approx(land, rel=1e-5)
    assert shapely.area(town.cells).min() > 3_000
    assert shapely.area(town.cells).max() < 100_000
    # A cell lies in the zone it is counted to.
    inside = shapely.area(shapely.intersection(town.cells, town.zones[town.cell_zone]))
    assert inside == pytest.approx(shapely.area(town.cells), abs=2)


@pytest.mark.parametrize("seed", [1, 7])
def test_zones_follow_main_streets_and_the_river(seed: int) -> None:
    town = _county(seed)[1].town
    edges = shapely.union_all(shapely.boundary(town.zones))
    inner = shapely.difference(edges, shapely.buffer(town.streets.outline.boundary, 1))
    streets = shapely.union_all([*town.streets.mains, town.streets.river_line])
    along = shapely.intersection(inner, shapely.buffer(streets, 1))
    assert inner.length > 10_000
    assert along.length > 0.97 * inner.length


def test_committed_polygons_survive_seven_decimals(zones: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> None:
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())
    assert zones.area.sum() == pytest.approx(19.03e6, rel=1e-5)
    assert len(zones) == 13
    assert cells["网格编码"].str.fullmatch(r"999900\d{9}").all()
    assert cells["网格编码"].is_unique
    assert set(cells["所属片区"]) == set(zones["片区名称"])
    assert int(cells["人口数"].sum()) == facts()["figures"]["people"]
    old = cells.loc[cells["区域类型"] == "老城区"].area.median()
    assert 7_000 < old < 13_000
    assert cells.loc[cells["区域类型"] == "城乡结合部"].area.median() > 1.4 * old


def test_cells_are_numbered_north_to_south_and_west_to_east() -> None:
    county = _county()[1]
    block = county.cells["code"].str[:12]
    first, last = county.cells.groupby(block).first(), county.cells.groupby(block).last()
    assert (first["y"] >= last["y"] - 0.02).all()
    assert county.cells["code"].is_monotonic_increasing


def test_the_shapefile_is_gbk_and_does_not_say_so(sample_dir: Path) -> None:
    with zipfile.ZipFile(sample_dir / "片区/片区界线.zip") as archive:
        names = archive.namelist()
        dbf = archive.read(next(name for name in names if name.endswith(".dbf")))
    assert not any(name.endswith(".cpg") for name in names)
    assert dbf[29] == 0
    assert "制作单位名".encode("gbk") + b"\0" in dbf
    assert "学府片区".encode("gbk") in dbf


def test_facilities_have_the_figures_of_the_report(sample_dir: Path) -> None:
    rng, county = _county()
    facilities = build_facilities(rng, county)
    market = facilities["市场"]
    assert Counter(market["subkind"]) == {"农贸市场": 7, "便民市场": 6, "自产自销点": 6, "专业市场": 2}
    assert (market["capacity"].sum(), market["floor_area_m2"].sum()) == (4_798, 189_000)
    assert Counter(facilities["公厕"]["built"]) == {"改造": 27, "新建": 10}
    assert facilities["停车场"]["capacity"].sum() == 203
    for frame in facilities.values():
        assert frame["code"].is_unique
        assert shapely.intersects_xy(county.town.streets.outline, frame["x"], frame["y"]).all()
    kml = ElementTree.parse(sample_dir / "设施/公厕.kml").getroot()
    space = "{http://www.opengis.net/kml/2.2}"
    folders = {f.findtext(f"{space}name"): len(f.findall(f"{space}Placemark")) for f in kml.iter(f"{space}Folder")}
    assert folders == {"改造": 27, "新建": 10}
    assert {d.get("name") for d in kml.iter(f"{space}Data")} >= {"编码", "公厕等级", "启用日期"}


def test_the_survey_is_in_the_zone_whose_number_it_carries(sample_dir: Path, zones: gpd.GeoDataFrame) -> None:
    rows = _sheet(sample_dir / "设施/环卫设施测量成果.xlsx", 2)
    kinds = Counter(rows.drop_duplicates(["东坐标", "北坐标"])["设施类型"])
    assert kinds == {"垃圾房": 10, "果皮箱": 400}
    assert len(rows) == 411
    assert rows["点号"].isna().sum() == 2
    points = gpd.GeoSeries.from_xy(rows["东坐标"], rows["北坐标"], crs="EPSG:4526").to_crs(METRES)
    assert points.within(zones.union_all().buffer(20)).all()


def test_ledgers_hold_1002_problems_once_copies_and_broken_lines_are_out(ledgers: list[pd.DataFrame]) -> None:
    counts = []
    for ledger, code, reported, x in zip(
        ledgers, ["问题编号", "问题编号", "编号"], ["发现时间", "发现时间", "上报时间"], ["经度"] * 3, strict=True
    ):
        is_copy = ledger[code].notna() & ledger[code].duplicated()
        is_real = ledger[reported].map(_is_possible) & (ledger[x].astype(object) != 0)
        counts.append(int((~is_copy & is_real).sum()))
        assert is_copy.any()
        assert (~is_real).any()
        assert ledger[code].isna().sum() == 3
    assert counts == [307, 67, 628]


def _is_possible(value: object) -> bool:
    """Whether a cell is a day that exists: a date, a serial number, or a text with its digits in the right order."""
    if isinstance(value, datetime | date | int | float):
        return True
    found = re.match(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", str(value))
    try:
        return bool(found) and date(*(int(part) for part in found.groups())) is not None  # type: ignore[union-attr]
    except ValueError:
        return False


def test_each_ledger_is_in_the_datum_it_is_declared_in(ledgers: list[pd.DataFrame], zones: gpd.GeoDataFrame) -> None:
    for ledger, reading in zip(ledgers, [wgs84_from_gcj02, lambda x, y: (y, x), wgs84_from_bd09], strict=True):
        x, y = (pd.to_numeric(ledger[name], errors="coerce").to_numpy(float) for name in ("经度", "纬度"))
        lon, lat = reading(x, y)
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4490").to_crs(METRES)
        named = ledger["所在片区" if "所在片区" in ledger else "所属片区"].str.strip()
        found = points.sjoin(zones, how="left")["片区名称"].groupby(level=0).first()
        has_point = np.isfinite(x) & (x != 0)
        assert (found[has_point] == named[has_point]).mean() > 0.93


def test_a_dozen_rows_share_a_point_and_disagree_about_the_address(ledgers: list[pd.DataFrame]) -> None:
    first = ledgers[0].drop_duplicates("问题编号")
    sizes = first.groupby(["经度", "纬度"]).size()
    assert sizes.max() == 12
    x, y = sizes.idxmax()
    assert first.loc[(first["经度"] == x) & (first["纬度"] == y), "详细地址"].nunique() == 12


def test_one_column_of_dates_mixes_dates_serials_and_texts(ledgers: list[pd.DataFrame]) -> None:
    kinds = ledgers[0]["发现时间"].map(type).value_counts()
    assert set(kinds.index) == {datetime, float, str}
    assert kinds.min() > 20


def test_half_a_year_in_weeks_that_end_on_friday() -> None:
    size = Size(1)
    assert (size.first_day, size.weeks) == (np.datetime64("2026-05-23"), 26)
    assert facts()["place"]["last_day"].isoweekday() == 5
    assert size.week_start(25) == np.datetime64("2026-11-14")


@pytest.fixture(scope="module")
def truth() -> tuple[County, pd.DataFrame, pd.DataFrame, np.ndarray]:
    """County, problems, visits, and the week of each problem."""
    rng, county = _county()
    intensity = build_intensity(rng, county)
    people = build_people(rng, county, hot_cells=intensity.hot_cells(county))
    problems = build_problems(rng, county, people, intensity)
    week = (problems["reported_at"].to_numpy().astype("M8[D]") - county.size.first_day).astype(int) // 7
    return county, problems, build_visits(rng, county, people), week


def test_the_story_shows_in_the_problems(truth: tuple[County, pd.DataFrame, pd.DataFrame, np.ndarray]) -> None:
    county, problems, _, week = truth
    zone = county.zones["base"].to_numpy()[problems["zone"]]
    worse = [((zone == "学府") & (week >= a) & (week < a + 5)).sum() for a in (11, 21)]
    better = [((zone == "桥南") & (week >= a) & (week < a + 5)).sum() for a in (11, 21)]
    assert worse[1] > 2.5 * worse[0]
    assert better[1] < 0.4 * better[0]
    closed = problems["closed_at"].dropna().to_numpy().astype("M8[D]")
    by_week = np.bincount((closed - county.size.first_day).astype(int) // 7, minlength=26)
    for campaign in facts()["story"]["campaign"]:
        at = 25 - campaign["weeks_before_end"]
        assert by_week[at] > 1.25 * max(by_week[at - 1], by_week[at + 1])


def test_problems_keep_their_own_rules(truth: tuple[County, pd.DataFrame, pd.DataFrame, np.ndarray]) -> None:
    _, problems, _, week = truth
    assert problems["ledger"].value_counts().sort_index().tolist() == [307, 67, 628]
    assert (week.min(), week.max()) == (0, 25)
    has_closed = problems["closed_at"].notna()
    assert (problems["closed_at"] > problems["reported_at"])[has_closed].all()
    assert (has_closed >= (problems["state"] == CLOSED)).all()
    latest = problems[["reported_at", "closed_at", "reopened_at"]].max().max()
    assert latest <= Size(1).last_moment
    complaints = problems[problems["source"] == COMPLAINT]
    assert len(complaints) == 19
    assert (complaints["state"] == CLOSED).all()
    days = complaints["closed_at"].to_numpy().astype("M8[D]") - complaints["reported_at"].to_numpy().astype("M8[D]")
    assert (days <= DAY).all()
    notices = problems[problems["notice"] > 0]
    assert (len(notices), int((notices["state"] == CLOSED).sum())) == (65, 59)
    due = problems["due_on"] + pd.Timedelta("23:59:59")
    is_due = due <= Size(1).last_moment
    on_time = (problems["closed_at"] <= due) & (problems["state"] == CLOSED)
    assert 0.7 < on_time[is_due].mean() < 0.85
    assert problems["reopened_at"].notna().sum() > 10
    assert problems["due_on"].isna().any()


def test_patrols_keep_their_hours_and_leave_some_cells_unseen(
    truth: tuple[County, pd.DataFrame, pd.DataFrame, np.ndarray],
) -> None:
    county, _, visits, _ = truth
    minute = (visits["visited_at"].dt.hour * 60 + visits["visited_at"].dt.minute).to_numpy()
    assert (minute.min(), minute.max()) >= (450, 450)
    assert minute.max() <= 1290
    assert len(county.cells) - visits["cell"].nunique() == 14
    last_week = visits[visits["visited_at"] >= "2026-11-14"]
    assert 60 < len(county.cells) - last_week["cell"].nunique() < 250


def test_units_and_people(sample_dir: Path) -> None:
    units = _sheet(sample_dir / "责任/单位名录.xlsx", 2)
    assert len(units) == units["单位名称"].nunique() == 108
    assert set(units["单位类别"]) == {"职能部门", "片区成员单位", "乡镇街道", "村居委会"}
    persons = _sheet(sample_dir / "责任/人员名册.xlsx", 2)
    assert persons["姓名"].is_unique
    roles = _sheet(sample_dir / "责任/片区责任分工.xlsx", 1)
    assert Counter(roles["职责"])["片长"] == 13
    assert Counter(roles["职责"])["副片长"] == 26
    assert set(roles["责任人"]) <= set(persons["姓名"]) | set(units["单位名称"])


def test_some_cells_have_nobody_and_some_terms_ran_out(sample_dir: Path, cells: gpd.GeoDataFrame) -> None:
    workers = pd.read_csv(sample_dir / "责任/网格员.csv", dtype=str, encoding="utf-8-sig")
    assert len(set(cells["网格编码"]) - set(workers["网格编码"])) == 10
    now = workers[workers["任职止"].isna()]
    assert len(set(workers["网格编码"]) - set(now["网格编码"])) == 12
    assert now["网格编码"].is_unique
    beats = now.groupby("网格员").size()
    assert beats.median() <= 8
    assert (beats > 8).sum() >= 3


def test_base_map_has_roads_water_green_and_a_table_of_styles(sample_dir: Path) -> None:
    with sqlite3.connect(f"file:{sample_dir / '底图/底图.gpkg'}?mode=ro", uri=True) as base:
        layers = {name for (name,) in base.execute("SELECT table_name FROM gpkg_contents")}
        kinds = {kind for (kind,) in base.execute('SELECT DISTINCT "类别" FROM "道路"')}
    assert layers == {"道路", "水系", "绿地", "边界", "layer_styles"}
    assert kinds == {"环路", "主干道", "支路"}


def test_a_larger_city_sends_its_ledgers_as_csv(tmp_path: Path) -> None:
    told = write_sample(tmp_path, scale=32, seed=7)
    assert told["problems"] == 32_064
    assert 2_800 < told["cells"] < 3_300
    assert told["weeks"] == Size(32).weeks == 65
    third = pd.read_csv(tmp_path / "台账/违建及广告招牌排查台账.csv", dtype=str, encoding="utf-8")
    assert len(third.drop(columns="序号").drop_duplicates()) - 3 == 20_096
    assert (tmp_path / "台账/市容环境摸底台账.xlsx").exists()
    assert "违建及广告招牌排查台账.csv" in (tmp_path / "sources.toml").read_text(encoding="utf-8")


def test_size_at_its_ends() -> None:
    assert (Size(0.1).cells, Size(0.1).weeks, Size(0.1).scaled(307)) == (1_100, 26, 31)
    assert (Size(1000).cells, Size(1000).weeks) == (5_000, 104)
    assert (Size(1e6).cells, Size(1e6).weeks) == (5_000, 104)
    assert sum(Size(1000).scaled(number) for number in facts()["figures"]["problems"]) == 1_002_000


@pytest.mark.parametrize("scale", [0, -1, float("nan"), 1e9])
def test_a_scale_that_cannot_be_is_refused_before_anything_is_written(tmp_path: Path, scale: float) -> None:
    with pytest.raises(SettingsError):
        write_sample(tmp_path / "new", scale=scale)
    assert not (tmp_path / "new").exists()


def test_a_small_scale_still_gives_every_file(tmp_path: Path, written: Path) -> None:
    told = write_sample(tmp_path, scale=0.02)
    assert told["problems"] == 6 + 1 + 13
    assert _files(tmp_path).keys() == _files(written).keys()


def test_an_exposure_names_a_problem_of_the_ledger(sample_dir: Path, ledgers: list[pd.DataFrame]) -> None:
    exposures = _sheet(sample_dir / "媒体曝光.xlsx", 2)
    named = exposures.dropna(subset="问题编号").iloc[0]
    problem = ledgers[0].set_index("问题编号").loc[float(named["问题编号"])]
    assert str(problem["责任单位"]).strip() == named["责任单位"]


def test_notices_are_those_of_the_ledger(sample_dir: Path, ledgers: list[pd.DataFrame]) -> None:
    notices = _sheet(sample_dir / "督办/整改通知书台账.xlsx", 2)
    own = ledgers[0].dropna(subset="督办单号").drop_duplicates("督办单号").set_index("督办单号")
    assert (len(notices), notices["回复时间"].notna().sum()) == (65, 59)
    assert set(notices["文号"]) == set(own.index)
    named = notices.dropna(subset="问题编号")
    assert own.loc[named["文号"], "问题编号"].map(lambda code: f"{code:.0f}").tolist() == named["问题编号"].tolist()


def test_spellings_of_a_date() -> None:
    moment = np.array(["2026-08-03T09:05:00", "NaT"] * 4, "M8[s]")
    styles = np.repeat(np.arange(4), 2)
    assert date_texts(moment, styles, with_time=True).to_pylist()[::2] == [
        "2026-08-03 09:05",
        "2026/8/3 9:05",
        "2026年8月3日 9时05分",
        "2026.8.3",
    ]
    assert date_texts(moment, styles, with_time=False).to_pylist()[1::2] == [None] * 4
    assert dms(114.999999999) == "115°00′00.00″"
